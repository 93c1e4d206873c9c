"""Screens: what a handler answers, before anything of Telegram is in it."""

from dataclasses import dataclass, field, replace
from enum import Enum

from bot.buttons import Button, Rows
from bot.texts import Words


class Keyboard(Enum):
    """What stands in place of the letters; None leaves it as it is."""

    CONTACT = "contact"
    """One button that shares the own number."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the next plain message answers, and what it is about."""

    name: str
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a message, whose text is its caption."""

    name: str
    content: bytes
    is_picture: bool = False
    """Shown in the chat, and not only offered to be opened."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: its text, its buttons, and what it asks."""

    text: str
    rows: Rows = ()
    question: Question | None = None
    keyboard: Keyboard | None = None
    preface: str = ""
    """Sent before it, in a message of its own that takes the contact button away."""
    is_protected: bool = False
    """It can be neither forwarded nor saved."""
    ends_question: bool = False
    """Whatever was asked before is asked no more."""
    attachment: Attachment | None = None
    """It has a message of its own, and what was there before stays as it is."""

    def under(self, line: str) -> "Screen":
        """The same screen with *line* above it."""
        return replace(self, text=f"{line}\n\n{self.text}")


def home_button(words: Words) -> Button:
    """Back to the first screen; every screen has it."""
    return Button(words.plain("button-home"), "home")
