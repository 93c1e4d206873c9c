"""What the bot says about itself: commands, descriptions, name, menu button."""

import json
import re
from typing import Any

from sandbox.telegram.errors import BadRequestError

COMMANDS_MAX = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_DESCRIPTION_LENGTH_MAX = 256
_TEXT_LENGTH_MAX = {"name": 64, "description": 512, "short_description": 120}
"""Source: https://core.telegram.org/bots/api#setmydescription and its neighbours."""
_DEFAULT_SCOPE = {"type": "default"}


class Profile:
    """Kept per language, and for commands per scope."""

    def __init__(self) -> None:
        self._commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._menus: dict[int | None, dict[str, Any]] = {}

    def set_commands(self, commands: Any, *, scope: dict[str, Any] | None, language: str) -> None:
        """Replace the list of one scope and language.

        Raises:
            BadRequestError: A command or its description is not allowed.
        """
        if not isinstance(commands, list):
            raise BadRequestError("can't parse commands: Array expected")
        if len(commands) > COMMANDS_MAX:
            raise BadRequestError("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
                raise BadRequestError("BOT_COMMAND_INVALID")
            if not 0 < len(str(command.get("description", ""))) <= _DESCRIPTION_LENGTH_MAX:
                raise BadRequestError("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_key(scope), language] = commands

    def commands(self, *, scope: dict[str, Any] | None, language: str) -> list[dict[str, Any]]:
        """The list of exactly this scope and language."""
        return self._commands.get((_key(scope), language), [])

    def commands_for(self, *, chat_id: int, language: str) -> list[dict[str, Any]]:
        """The list a person sees: the narrowest scope first, their language first."""
        scopes = ({"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}, None)
        for scope in scopes:
            for spoken in (language, ""):
                if found := self.commands(scope=scope, language=spoken):
                    return found
        return []

    def set_text(self, name: str, text: str, *, language: str) -> None:
        """Replace the bot's name, description or short description.

        Raises:
            BadRequestError: It is too long.
        """
        if len(text) > _TEXT_LENGTH_MAX[name]:
            raise BadRequestError(f"bot {name.replace('_', ' ')} is too long")
        self._texts[name, language] = text

    def text(self, name: str, *, language: str = "") -> str:
        """What was set for this language, or for all."""
        return self._texts.get((name, language), self._texts.get((name, ""), ""))

    def set_menu(self, button: dict[str, Any] | None, *, chat_id: int | None) -> None:
        """Replace the menu button of one chat, or of all others."""
        self._menus[chat_id] = button or {"type": "default"}

    def menu(self, chat_id: int | None) -> dict[str, Any]:
        """The menu button shown in this chat."""
        return self._menus.get(chat_id) or self._menus.get(None) or {"type": "commands"}


def _key(scope: dict[str, Any] | None) -> str:
    return json.dumps(scope or _DEFAULT_SCOPE, sort_keys=True)
