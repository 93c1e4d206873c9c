"""What a script sees of a chat: messages and buttons at one moment."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button and its place."""

    text: str
    message_id: int
    row: int
    column: int
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the phone shows it; *version* grows when it changes."""

    id: int
    from_bot: bool
    text: str
    version: int
    raw: dict[str, Any]

    @property
    def buttons(self) -> list[Button]:
        """Its inline buttons, row by row."""
        return [
            Button(raw["text"], self.id, row, column, raw)
            for row, line in enumerate(self.raw["keyboard"])
            for column, raw in enumerate(line)
        ]

    def button(self, text: str) -> Button | None:
        """The first button whose text holds *text*."""
        return next((button for button in self.buttons if text in button.text), None)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat at one moment."""

    version: int
    messages: list[Message]
    raw: dict[str, Any] = field(repr=False)

    @property
    def last(self) -> Message | None:
        """The lowest message."""
        return self.messages[-1] if self.messages else None

    @property
    def from_bot(self) -> list[Message]:
        """The bot's messages, the one it touched last at the end."""
        own = [message for message in self.messages if message.from_bot]
        return sorted(own, key=lambda message: message.version)

    @property
    def reply_buttons(self) -> list[str]:
        """Texts of the buttons in place of the letters."""
        keyboard = self.raw["reply_keyboard"] or {}
        return [button["text"] for row in keyboard.get("keyboard", []) for button in row]

    def find(self, text: str, *, after: int = 0) -> Message | None:
        """The bot's latest message with *text* that came or changed after version *after*."""
        fits = [m for m in self.from_bot if text in m.text and m.version > after]
        return fits[-1] if fits else None

    def button(self, text: str) -> Button | None:
        """The button with *text*, in the message the bot touched last that has one."""
        found = [message.button(text) for message in reversed(self.from_bot)]
        return next((button for button in found if button is not None), None)
