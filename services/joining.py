"""Joining: a person shares the own number, proves it with a code, and has a wallet.

Until the code is right nothing of the wallet exists; a number that cannot be reached
leaves nothing behind.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from services import codes, holders
from services.cards import Book as CardsBook
from services.cards import issue_first
from services.clock import Clock
from services.due import Work
from services.errors import RefusedError, WalletError, raise_refusal
from services.history import Step
from services.holders import Holder, known_language
from services.ids import NewId
from services.money import DEFAULT_CURRENCIES, Currency
from services.phones import parse_phone
from services.store import Store
from services.vault import Vault

CODES_PER_DAY_MAX = 10
"""For one Telegram account, whatever numbers it shares."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who shared a number and has yet to prove it."""

    telegram_id: int
    phone: str
    language: str
    code_id: str
    came_for: str | None
    """The invoice whose link brought the person here, to go back to."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """A wallet that was just opened, or claimed, and where its holder was going."""

    holder: Holder
    came_for: str | None


class ForeignContactError(RefusedError):
    """The contact is not the sender's own."""

    code = "foreign_contact"


class PhoneTakenError(RefusedError):
    """Another Telegram account uses the wallet of this number."""

    code = "phone_taken"


class AlreadyJoinedError(RefusedError):
    """This Telegram account has a wallet."""

    code = "already_joined"


class NothingToProveError(RefusedError):
    """No number was shared, or its code has ended: joining starts again."""

    code = "nothing_to_prove"


class Joinings(Protocol):
    """What storage keeps of joinings."""

    def put(self, joining: Joining) -> None:
        """Keep it in place of the person's one before."""

    def find(self, telegram_id: int) -> Joining | None:
        """Where that person is in joining, or None."""

    def with_code(self, code_id: str) -> Joining | None:
        """The joining that waits for that code, or None."""

    def drop(self, telegram_id: int) -> None:
        """It is over."""


class Book(CardsBook, Protocol):
    """The part of the book that joining needs."""

    @property
    def joinings(self) -> Joinings: ...


class Joinery:
    """Takes people in."""

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES,
    ) -> None:
        """*currencies*: a new wallet has an account in each."""
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id
        self._currencies = currencies

    async def begin(
        self,
        *,
        telegram_id: int,
        contact_user_id: int | None,
        phone: str,
        language: str,
        came_for: str | None = None,
        key: str | None = None,
    ) -> Joining:
        """Take the shared contact and send a code to its number; again with *key* is the same.

        Raises:
            ForeignContactError: The contact is somebody else's.
            PhoneNotUnderstoodError: No such number can exist.
            AlreadyJoinedError: This Telegram account has a wallet.
            PhoneTakenError: Another Telegram account uses this number's wallet.
            CodeThrottledError: Too many codes for this phone or this account.
        """
        if contact_user_id != telegram_id:
            raise ForeignContactError
        at = self._now()
        joining = Joining(
            telegram_id,
            parse_phone(phone),
            known_language(language),
            self._new_id(at),
            came_for,
            at,
        )

        def work(book: Book) -> Joining:
            known = book.joinings.find(telegram_id)
            _refuse_taken(book, joining)
            if known is not None and codes.was_sent(book, known.code_id, key):
                return known
            _send_code(book, joining, at, key)
            book.joinings.put(joining)
            return joining

        return await self._store.write(work)

    async def resend(self, *, telegram_id: int, key: str | None = None) -> Joining:
        """Send another code; the one before is void.  Again with *key* is the same code.

        Raises:
            NothingToProveError: No number was shared.
            CodeThrottledError: Too many codes for this phone.
        """
        at = self._now()
        code_id = self._new_id(at)

        def work(book: Book) -> Joining:
            joining = book.joinings.find(telegram_id)
            if joining is None:
                raise NothingToProveError
            if codes.was_sent(book, joining.code_id, key):
                return joining
            again = replace(joining, code_id=code_id, at=at)
            _send_code(book, again, at, key)
            book.joinings.put(again)
            return again

        return await self._store.write(work)

    async def prove(self, *, telegram_id: int, typed: str, key: str | None = None) -> Joined:
        """Open the wallet, or claim the one that waits for this number.

        Its accounts and a virtual card come with it, and the card's details are on
        their way.  Called again after it succeeded, it returns the same wallet; a wrong
        code that comes again with its *key* is not counted again.

        Raises:
            NothingToProveError: No number was shared.
            CodeWrongError, CodeExpiredError, CodeExhaustedError: Not the right code.
            PhoneTakenError: Somebody else proved this number meanwhile.
        """
        at = self._now()
        holder_id, card_id, reveal_id = (self._new_id(at) for _ in range(3))

        def work(book: Book) -> Joined | WalletError:
            joining = book.joinings.find(telegram_id)
            if joining is None:
                known = book.holders.of_telegram(telegram_id)
                return Joined(known, None) if known else NothingToProveError()
            refusal = codes.check(
                book,
                self._vault,
                code_id=joining.code_id,
                typed=typed,
                content=_content(joining),
                at=at,
                key=key,
            )
            if refusal is not None:
                return refusal
            _refuse_taken(book, joining)
            holder = _open_or_claim(book, joining, holder_id, at, self._currencies)
            issue_first(book, self._vault, holder, card_id=card_id, reveal_id=reveal_id, at=at)
            book.joinings.drop(telegram_id)
            return Joined(holder, joining.came_for)

        return raise_refusal(await self._store.write(work))

    async def give_up(self, *, code_id: str) -> None:
        """The code could not be delivered: nothing half-open stays, and the person is told."""
        at = self._now()

        def work(book: Book) -> None:
            joining = book.joinings.with_code(code_id)
            if joining is None:
                return
            book.joinings.drop(joining.telegram_id)
            codes.void(book, code_id)
            payload = {"telegram_id": joining.telegram_id, "language": joining.language}
            book.due.add(
                Work(
                    key=f"unreachable:{code_id}",
                    kind="joining_failed",
                    lane=f"chat/{joining.telegram_id}",
                    payload=payload,
                    due_at=at,
                    created_at=at,
                    priority=1,
                )
            )

        await self._store.write(work)


def _content(joining: Joining) -> bytes:
    return codes.content_of(f"{joining.telegram_id} {joining.phone}")


def _send_code(book: Book, joining: Joining, at: datetime, key: str | None) -> None:
    _count_code(book, joining.telegram_id, at)
    codes.send(
        book,
        code_id=joining.code_id,
        phone=joining.phone,
        purpose="join",
        subject=f"telegram/{joining.telegram_id}",
        content=_content(joining),
        language=joining.language,
        at=at,
        key=key,
    )


def _count_code(book: Book, telegram_id: int, at: datetime) -> None:
    """Raise where the account was sent enough for a day; the limits of a phone are the codes'."""
    subject = f"join-codes/telegram/{telegram_id}"
    today = [step.at for step in book.steps.of(subject) if step.at > at - _DAY]
    if len(today) >= CODES_PER_DAY_MAX:
        raise codes.CodeThrottledError(retry_at=today[-CODES_PER_DAY_MAX] + _DAY, rule="account")
    book.steps.add(subject, Step("ask", "sent", "holder", at))


def _refuse_taken(book: Book, joining: Joining) -> None:
    if book.holders.of_telegram(joining.telegram_id) is not None:
        raise AlreadyJoinedError
    owner = book.holders.of_phone(joining.phone)
    if owner is not None and owner.telegram_id is not None:
        raise PhoneTakenError


def _open_or_claim(
    book: Book,
    joining: Joining,
    holder_id: str,
    at: datetime,
    currencies: tuple[Currency, ...],
) -> Holder:
    waiting = book.holders.of_phone(joining.phone)
    if waiting is None:
        return holders.open_wallet(
            book,
            Holder(holder_id, joining.phone, joining.telegram_id, joining.language, at),
            "holder",
            currencies,
        )
    claimed = replace(waiting, telegram_id=joining.telegram_id, language=joining.language)
    book.holders.change(claimed)
    book.steps.add(claimed.owner, Step("claim", claimed.state.value, "holder", at))
    return claimed
