"""The life of what a holder says about who they are: its states, and how its data are kept.

All of it is sealed as one value; what would find the same document in another wallet is a
keyed hash.  Nobody changes one without having locked its holder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services import level_changes
from services.due import Work
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.history import Step
from services.holders import Holder
from services.personal_data import PersonalData
from services.states import advance
from services.vault import DataKeys, Vault

RETENTION = timedelta(days=1827)
"""How long the data of a person who has spent money stay after the request to delete them.

Source: 115-FZ of 7 August 2001, article 7, part 4: five years from the end of the relation.
"""

DRAFT_LIFETIME = timedelta(days=1)
DECLINED_LIFETIME = timedelta(days=30)
"""How long there is time to correct what was declined, before it is deleted."""

REASON_LENGTH_MAX = 200
"""Of what a person who is declined is told."""


class IdentificationState(StrEnum):
    """Being written, waiting for an operator, decided, or taken back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


TRANSITIONS = {
    (IdentificationState.DRAFT, "submit"): IdentificationState.SUBMITTED,
    (IdentificationState.DRAFT, "withdraw"): IdentificationState.WITHDRAWN,
    (IdentificationState.SUBMITTED, "approve"): IdentificationState.APPROVED,
    (IdentificationState.SUBMITTED, "decline"): IdentificationState.DECLINED,
    (IdentificationState.SUBMITTED, "withdraw"): IdentificationState.WITHDRAWN,
    (IdentificationState.DECLINED, "correct"): IdentificationState.DRAFT,
    (IdentificationState.DECLINED, "withdraw"): IdentificationState.WITHDRAWN,
    (IdentificationState.APPROVED, "withdraw"): IdentificationState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Identification:
    """One holder's data and what was decided about them."""

    id: str
    holder: str
    created_at: datetime
    state: IdentificationState = IdentificationState.DRAFT
    version: int = 0
    """Grows with every change of state; buttons carry it."""
    data: bytes | None = None
    """Sealed; None when it was deleted."""
    document_index: bytes | None = None
    reason: str = ""
    """Why it was declined."""
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    erase_at: datetime | None = None
    """When what was withdrawn is deleted, where it must be kept for a while."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An identification with its data, for those who may see them."""

    identification: Identification
    holder: Holder
    data: PersonalData
    twins: int = 0
    """How many other wallets were given the same document."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What a request to delete everything came to."""

    kept_until: datetime | None
    """None where nothing is kept; else the law keeps the personal data until then."""


class IdentificationNotFoundError(NotFoundError):
    """No such personal data, or they were deleted."""

    code = "identification_not_found"


class IdentificationChangedError(RefusedError):
    """It was decided or taken back since the button was made."""

    code = "identification_changed"


class IdentificationIncompleteError(RefusedError):
    """Something was not said yet.  Values: field."""

    code = "identification_incomplete"


class DeclineReasonError(InvalidRequestError):
    """A person who is declined is told why.  Values: maximum."""

    code = "decline_reason"


class StoredIdentifications(level_changes.Proofs, Protocol):
    """What storage keeps of identifications."""

    def add(self, identification: Identification) -> None:
        """Keep a new one."""

    def find(self, identification_id: str) -> Identification | None:
        """The one of that id, or None."""

    def of_holder(self, holder: str) -> Identification | None:
        """The one that *holder* has not withdrawn, or None."""

    def submitted(self, limit: int) -> list[Identification]:
        """Those that wait for an operator, oldest first."""

    def twins(self, identification: Identification) -> int:
        """How many other wallets have or had the same document."""

    def kept_until(self, holder: str) -> datetime | None:
        """When the last of what *holder* has withdrawn is deleted; None where nothing is kept."""

    def has_spent_since(self, holder: str, at: datetime) -> bool:
        """Whether anything moved in the wallet of *holder* from then on."""

    def change(self, identification: Identification, *, was: int) -> bool:
        """Keep it, if it still has the version it *was*."""


class Book(level_changes.Book, Protocol):
    """The part of the book that identifications need."""

    @property
    def identifications(self) -> StoredIdentifications: ...
    @property
    def data_keys(self) -> DataKeys: ...


def move(
    book: Book, found: Identification, event: str, actor: str, at: datetime, why: str = ""
) -> Identification:
    """Carry it along an edge of its state machine.

    Raises:
        StateError: It has no such edge from where it is.
        IdentificationChangedError: Somebody else moved it meanwhile.
    """
    state = advance(TRANSITIONS, found.state, event)
    moved = replace(found, state=state, version=found.version + 1)
    if not book.identifications.change(moved, was=found.version):
        raise IdentificationChangedError
    note(book, moved, event, actor, at, why)
    return moved


def note(
    book: Book, found: Identification, event: str, actor: str, at: datetime, why: str = ""
) -> None:
    """Add to its life; *why* holds nothing of the data, for what is noted stays for ever."""
    step = Step(event, found.state.value, actor, at, why)
    book.steps.add(f"identification/{found.id}", step)


def delete_later(book: Book, found: Identification, at: datetime, due_at: datetime) -> None:
    """Have it deleted then, unless its state has changed by that time."""
    book.due.add(
        Work(
            key=f"erase:identification:{found.id}:{found.version}",
            kind="erase_identification",
            lane=f"holder/{found.holder}",
            payload={"identification": found.id, "version": found.version},
            due_at=due_at,
            created_at=at,
        )
    )


def sealed(vault: Vault, book: Book, found: Identification, fields: Mapping[str, str]) -> bytes:
    """*fields* as they are kept for *found*."""
    text = json.dumps(dict(fields), ensure_ascii=False)
    return vault.seal(book.data_keys, text, table="identifications", row=found.id, field="data")


def opened(vault: Vault, book: Book, found: Identification) -> PersonalData:
    """What `sealed` was given; nothing where it was deleted."""
    if found.data is None:
        return PersonalData({})
    text = vault.open(
        book.data_keys, found.data, table="identifications", row=found.id, field="data"
    )
    return PersonalData(json.loads(text))
