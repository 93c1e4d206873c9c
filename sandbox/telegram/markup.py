"""Keyboards a bot may send, checked as Telegram checks them."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.errors import BadRequestError

CALLBACK_DATA_BYTES_MAX = 64
COPY_TEXT_LENGTH_MAX = 256
BUTTONS_MAX = 100
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "callback_game",
    "pay",
    "disabled",
)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SCHEMES = {"http", "https", "tg", "ton", "tel", "mailto"}


def check_inline(markup: Any) -> dict[str, Any] | None:
    """An inline keyboard, or None where there are no buttons.

    Raises:
        BadRequestError: It is no inline keyboard, or a button of it breaks a rule.
    """
    if not markup:
        return None
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise BadRequestError("inline keyboard expected")
    rows = [[_inline(button) for button in row] for row in _rows(markup["inline_keyboard"])]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > BUTTONS_MAX:
        raise BadRequestError("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def check_reply(markup: dict[str, Any]) -> dict[str, Any]:
    """A keyboard that takes the place of the person's own, each button an object.

    Raises:
        BadRequestError: It is no such keyboard, or a button of it breaks a rule.
    """
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    if "keyboard" not in markup:
        raise BadRequestError("object expected as reply markup")
    rows = [[_reply(button) for button in row] for row in _rows(markup["keyboard"])]
    return {**markup, "keyboard": [row for row in rows if row]}


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequestError(
            'can\'t parse keyboard button: field "keyboard" must be an Array of Arrays'
        )
    return rows


def _reply(button: Any) -> dict[str, Any]:
    named = {"text": button} if isinstance(button, str) else button
    if not isinstance(named, dict) or not isinstance(named.get("text"), str):
        raise BadRequestError("can't parse keyboard button: KeyboardButton must be an Object")
    if not named["text"].strip():
        raise BadRequestError("keyboard button text must be non-empty")
    if "web_app" in named:
        _check_web_app(named["web_app"])
    return named


def _inline(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise BadRequestError(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if not button["text"].strip():
        raise BadRequestError("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if name in button]
    if len(actions) != 1:
        raise BadRequestError(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            if not actions
            else "can't parse inline keyboard button: only one action is allowed"
        )
    _check_action(actions[0], button[actions[0]])
    return button


def _check_action(name: str, value: Any) -> None:
    match name:
        case "callback_data":
            if not 0 < len(str(value).encode()) <= CALLBACK_DATA_BYTES_MAX:
                raise BadRequestError("BUTTON_DATA_INVALID")
        case "url":
            if urlsplit(str(value)).scheme not in _SCHEMES:
                raise BadRequestError(
                    f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL"
                )
        case "web_app":
            _check_web_app(value)
        case "copy_text":
            text = value.get("text", "") if isinstance(value, dict) else ""
            if not 0 < len(text) <= COPY_TEXT_LENGTH_MAX:
                raise BadRequestError("BUTTON_COPY_TEXT_INVALID")


def _check_web_app(value: Any) -> None:
    """Https only, as at Telegram; the sandbox's own machine is let through."""
    url = str(value.get("url", "")) if isinstance(value, dict) else ""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    raise BadRequestError(
        f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
    )
