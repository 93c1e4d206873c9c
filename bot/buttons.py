"""Inline buttons: what they carry, and how one of ours is told from a forged one.

A button carries an action, the id of one thing and a version, with a keyed hash over these
and the person it was made for; never an amount or an account.  Telegram warns that the data
of a press may come from no button at all.
"""

import base64
import hmac
from dataclasses import dataclass
from functools import lru_cache

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from services.vault import Vault

DATA_BYTES_MAX = 64
"""Source: Bot API, InlineKeyboardButton, callback_data."""

KEYBOARDS_KEPT = 2048
_MAC_BYTES = 12
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a screen."""

    text: str
    action: str = ""
    id: str = ""
    version: int = 0
    style: str | None = None
    """`primary`, `success` or `danger`; plain where None."""
    page: str | None = None
    """Address of a Mini App page that it opens; it has no action then."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button says."""

    action: str
    id: str
    version: int


Rows = tuple[tuple[Button, ...], ...]


class Buttons:
    """Makes the data of buttons, and reads what comes back."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        # The same person is shown the same buttons again and again, and drawing them costs
        # as much as reading a balance.
        self.keyboard = lru_cache(KEYBOARDS_KEPT)(self._keyboard)
        """The buttons as Telegram takes them; None where there are none."""

    def _keyboard(self, person: int, rows: Rows) -> InlineKeyboardMarkup | None:
        drawn = [[self._draw(person, button) for button in row] for row in rows if row]
        return InlineKeyboardMarkup(inline_keyboard=drawn) if drawn else None

    def data(self, person: int, press: Press) -> str:
        """What the button carries for *person*, and for nobody else.

        Raises:
            ValueError: It would be longer than Telegram takes.
        """
        stated = f"{press.action}:{press.id}:{_to_base36(press.version)}"
        data = f"{stated}:{self._mac(person, stated)}"
        if len(data) > DATA_BYTES_MAX or data.count(":") != _PARTS - 1:
            raise ValueError(f"a button cannot carry {stated}")
        return data

    def read(self, person: int, data: str) -> Press | None:
        """What a press says; None where the button was not made for *person* by us."""
        stated, _, mac = data.rpartition(":")
        parts = stated.split(":")
        expected = self._mac(person, stated).encode()
        if not hmac.compare_digest(mac.encode("utf-8", "surrogatepass"), expected):
            return None
        action, thing, version = parts
        return Press(action, thing, int(version, 36))

    def _draw(self, person: int, button: Button) -> InlineKeyboardButton:
        if button.page is not None:
            page = WebAppInfo(url=button.page)
            return InlineKeyboardButton(text=button.text, web_app=page, style=button.style)
        press = Press(button.action, button.id, button.version)
        return InlineKeyboardButton(
            text=button.text, callback_data=self.data(person, press), style=button.style
        )

    def _mac(self, person: int, stated: str) -> str:
        digest = self._vault.digest("button", str(person), stated)
        return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode()


def _to_base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits
