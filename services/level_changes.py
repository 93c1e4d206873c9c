"""A holder's level follows from what has been proved and not been deleted since."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from services import holders
from services.history import Step
from services.holders import Holder
from services.levels import level_of


class Proofs(Protocol):
    """Storage of something that raises the level."""

    def has_proved(self, holder: str) -> bool:
        """Whether *holder* has proved it, and it still counts."""


class Book(holders.Book, Protocol):
    """The part of the book that levels need."""

    @property
    def emails(self) -> Proofs: ...
    @property
    def identifications(self) -> Proofs: ...


def update_level(book: Book, holder_id: str, actor: str, at: datetime) -> Holder:
    """Give the holder the level that the proofs make, and note where that changes it.

    Raises:
        HolderNotFoundError: There is none.
    """
    holder = holders.current(book, holder_id)
    level = level_of(
        has_email=book.emails.has_proved(holder_id),
        is_person=book.identifications.has_proved(holder_id),
    )
    if level is holder.level:
        return holder
    changed = replace(holder, level=level)
    book.holders.change(changed)
    book.steps.add(holder.owner, Step("level", level.value, actor, at))
    return changed
