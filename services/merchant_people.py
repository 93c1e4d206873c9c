"""A merchant's people: who may see and do what of its business in the chat.

They are named by the numeric id of their Telegram account, which nobody can take over, and
need no wallet.  Every press asks here again: whoever was removed has buttons that do nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import merchants
from services.clock import Clock
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.history import Step
from services.merchants import Merchant, MerchantNotFoundError
from services.store import Store

PEOPLE_MAX = 50
"""Of one merchant."""

TELEGRAM_ID_MAX = 2**52
"""Source: Bot API, User, id: at most 52 significant bits."""


class Role(StrEnum):
    """The owner may do everything, a manager what the shop's day takes, a viewer look."""

    OWNER = "owner"
    MANAGER = "manager"
    VIEWER = "viewer"


class Right(StrEnum):
    """What somebody may be about to do."""

    SEE = "see"
    """Balance, invoices, deliveries."""
    TRADE = "trade"
    """Issue invoices, refund, try and resend notifications."""
    KEYS = "keys"
    """Make and take back key pairs."""


RIGHTS = {
    Role.OWNER: frozenset(Right),
    Role.MANAGER: frozenset({Right.SEE, Right.TRADE}),
    Role.VIEWER: frozenset({Right.SEE}),
}


@dataclass(frozen=True, slots=True)
class MerchantPerson:
    """Somebody of a merchant's."""

    merchant: str
    telegram_id: int
    role: Role
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Employment:
    """A merchant, and what somebody is there."""

    merchant: Merchant
    role: Role

    def may(self, right: Right) -> bool:
        """Whether the role has that right."""
        return right in RIGHTS[self.role]


class NotOfMerchantError(RefusedError):
    """This Telegram account does not belong to the merchant's people, or not any more."""

    code = "not_of_merchant"


class RoleError(RefusedError):
    """The role of this person does not reach so far.  Values: role."""

    code = "role_too_low"


class MerchantPersonNotFoundError(NotFoundError):
    """The merchant has no such person."""

    code = "merchant_person_not_found"


class TelegramIdError(InvalidRequestError):
    """That is no id of a Telegram account."""

    code = "telegram_id"


class TooManyPeopleError(RefusedError):
    """The merchant has as many people as it may.  Values: maximum."""

    code = "too_many_people"


class StoredMerchantPeople(Protocol):
    """What storage keeps of merchants' people."""

    def put(self, person: MerchantPerson) -> None:
        """Keep a new one, or the new role of one that is there."""

    def find(self, merchant: str, telegram_id: int) -> MerchantPerson | None:
        """The one with that account, or None."""

    def of_merchant(self, merchant: str) -> list[MerchantPerson]:
        """All of the merchant's, the first added first."""

    def of_person(self, telegram_id: int) -> list[MerchantPerson]:
        """Where that person is."""

    def remove(self, merchant: str, telegram_id: int) -> bool:
        """Forget one; False where there was none."""


class Book(merchants.Book, Protocol):
    """The part of the book that merchants' people need."""

    @property
    def merchant_people(self) -> StoredMerchantPeople: ...


class MerchantPeople:
    """The operator's side, and the check of whoever acts for a merchant in the chat."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def add(self, *, merchant_id: str, telegram_id: int, role: Role) -> MerchantPerson:
        """Let that person act for the merchant; one who may already has the new *role*.

        Raises:
            MerchantNotFoundError: There is no such merchant.
            TelegramIdError: No person has that id.
            TooManyPeopleError: There are as many as there may be.
        """
        at = self._now()
        if not 0 < telegram_id < TELEGRAM_ID_MAX:
            raise TelegramIdError

        def work(book: Book) -> MerchantPerson:
            merchant = book.merchants.find_to_change(merchant_id)  # whose people are counted
            if merchant is None:
                raise MerchantNotFoundError
            known = book.merchant_people.find(merchant.id, telegram_id)
            if known is None and len(book.merchant_people.of_merchant(merchant.id)) >= PEOPLE_MAX:
                raise TooManyPeopleError(maximum=PEOPLE_MAX)
            person = MerchantPerson(
                merchant.id, telegram_id, role, at if known is None else known.added_at
            )
            book.merchant_people.put(person)
            _note(book, merchant, "person_add", at, f"{telegram_id} {role.value}", "operator")
            return person

        return await self._store.write(work)

    async def remove(self, *, merchant_id: str, telegram_id: int) -> None:
        """That person acts for the merchant no more.

        Raises:
            MerchantNotFoundError, MerchantPersonNotFoundError: There is none such.
        """
        at = self._now()

        def work(book: Book) -> None:
            merchant = merchants.known(book, merchant_id)
            if not book.merchant_people.remove(merchant.id, telegram_id):
                raise MerchantPersonNotFoundError
            _note(book, merchant, "person_remove", at, str(telegram_id), "operator")

        await self._store.write(work)

    async def listed(self, *, merchant_id: str) -> list[MerchantPerson]:
        """All of the merchant's, the first added first.

        Raises:
            MerchantNotFoundError: There is no such merchant.
        """

        def view(book: Book) -> list[MerchantPerson]:
            return book.merchant_people.of_merchant(merchants.known(book, merchant_id).id)

        return await self._store.read(view)

    async def of_person(self, *, telegram_id: int) -> list[Employment]:
        """Whom that person may act for, by name."""

        def view(book: Book) -> list[Employment]:
            found = [
                Employment(merchants.known(book, each.merchant), each.role)
                for each in book.merchant_people.of_person(telegram_id)
            ]
            return sorted(found, key=lambda each: (each.merchant.name, each.merchant.id))

        return await self._store.read(view)

    async def look(self, *, merchant_id: str, telegram_id: int, right: Right) -> Employment:
        """The merchant, if that person has the *right* there now.

        Raises:
            NotOfMerchantError: Not one of its people.
            RoleError: The role does not reach so far.
        """
        return await self._store.read(
            lambda book: _employed(book, merchant_id, telegram_id, right)
        )

    async def act(
        self, *, merchant_id: str, telegram_id: int, right: Right, what: str
    ) -> Employment:
        """The same for whoever is about to do *what*: who it was is kept with the merchant.

        Raises:
            NotOfMerchantError, RoleError: As `look`.
        """
        at = self._now()

        def work(book: Book) -> Employment:
            found = _employed(book, merchant_id, telegram_id, right)
            _note(book, found.merchant, "person_act", at, what, f"telegram {telegram_id}")
            return found

        return await self._store.write(work)


def _employed(book: Book, merchant_id: str, telegram_id: int, right: Right) -> Employment:
    person = book.merchant_people.find(merchant_id, telegram_id)
    if person is None:
        raise NotOfMerchantError
    employed = Employment(merchants.known(book, merchant_id), person.role)
    if not employed.may(right):
        raise RoleError(role=person.role.value)
    return employed


def _note(book: Book, merchant: Merchant, event: str, at: datetime, what: str, actor: str) -> None:
    book.steps.add(merchant.owner, Step(event, merchant.state.value, actor, at, what))
