"""People with a wallet: their number, their accounts, their settings, their lock."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import codes, offers
from services.clock import Clock
from services.due import DueWork, Work
from services.errors import (
    InvalidRequestError,
    NotFoundError,
    RefusedError,
    WalletError,
    raise_refusal,
)
from services.history import Operation, Operations, Step, Steps
from services.ids import NewId
from services.ledger import (
    FLOOR_MINOR_MIN,
    SYSTEM,
    Account,
    AccountId,
    Balance,
    Ledger,
    Transaction,
    Transfer,
    account_id,
    post_once,
    suspense,
)
from services.levels import Level
from services.money import DEFAULT_CURRENCIES, Currency, Money
from services.offers import Offer, Offers, OfferState
from services.phones import parse_phone
from services.rates import Rates, total_in
from services.store import Store
from services.vault import Vault

LANGUAGES = ("en", "ru")
REASON_LENGTH_MAX = 200


class HolderState(StrEnum):
    """A locked wallet and its cards pay nothing until a code unlocks them."""

    ACTIVE = "active"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a wallet."""

    id: str
    phone: str
    """E.164; proved by a code before the wallet can be used."""
    telegram_id: int | None
    """None until the number's owner has come to the chat."""
    language: str
    joined_at: datetime
    state: HolderState = HolderState.ACTIVE
    notices: bool = True
    """Whether messages about new invoices are wanted; money notices always come."""
    unreachable_since: datetime | None = None
    """When the holder was found to have blocked the bot."""
    level: Level = Level.PHONE
    """What has been proved; the limits depend on it."""

    @property
    def owner(self) -> str:
        """The name that the holder's accounts go by."""
        return owner_of(self.id)

    def account(self, of: Currency) -> str:
        """The holder's account in *of*."""
        return account_id(self.owner, of)


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the home screen shows of a holder's money."""

    balances: list[Balance]
    total: Money | None
    """All of it in the main currency; None while a rate is unknown."""


class HolderNotFoundError(NotFoundError):
    """Nobody has a wallet with this number."""

    code = "holder_not_found"


class NotJoinedError(RefusedError):
    """This Telegram account has no wallet yet."""

    code = "not_joined"


class WalletLockedError(RefusedError):
    """The wallet is locked; a code unlocks it."""

    code = "wallet_locked"


class LanguageUnknownError(InvalidRequestError):
    """The wallet does not speak this language.  Values: languages."""

    code = "language_unknown"


class ReasonMissingError(InvalidRequestError):
    """A correction must say why.  Values: maximum."""

    code = "reason_missing"


class Holders(Protocol):
    """What storage keeps of holders."""

    def add(self, holder: Holder) -> None:
        """Keep a new one."""

    def find(self, holder_id: str) -> Holder | None:
        """The holder of that id, or None."""

    def of_telegram(self, telegram_id: int) -> Holder | None:
        """The holder who uses that Telegram account, or None."""

    def of_phone(self, phone: str) -> Holder | None:
        """The holder with that number, or None."""

    def change(self, holder: Holder) -> None:
        """Keep all that may change of it."""


class Book(Protocol):
    """The part of the book that holders need."""

    @property
    def holders(self) -> Holders: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def offers(self) -> Offers: ...
    @property
    def codes(self) -> codes.Codes: ...
    @property
    def due(self) -> DueWork: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def operations(self) -> Operations: ...
    @property
    def rates(self) -> Rates: ...


def owner_of(holder_id: str) -> str:
    """The name that a holder's accounts go by."""
    return f"holder/{holder_id}"


def open_wallet(
    book: Book,
    holder: Holder,
    actor: str,
    currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES,
) -> Holder:
    """A new holder with an account in each of *currencies*."""
    book.holders.add(holder)
    for each in currencies:
        ensure_account(book, holder, each, holder.joined_at)
    book.steps.add(holder.owner, Step("join", holder.state.value, actor, holder.joined_at))
    return holder


def ensure_account(book: Book, holder: Holder, of: Currency, at: datetime) -> AccountId:
    """The holder's account in *of*, opened where the wallet is older than the currency here."""
    account = account_id(holder.owner, of)
    book.ledger.open(Account(account, holder.owner, of, at))
    return account


def current(book: Book, holder_id: str) -> Holder:
    """The holder as it is now.

    Raises:
        HolderNotFoundError: There is none.
    """
    holder = book.holders.find(holder_id)
    if holder is None:
        raise HolderNotFoundError
    return holder


def active(book: Book, holder_id: str) -> Holder:
    """The holder, if the wallet may spend.

    Raises:
        HolderNotFoundError: There is none.
        WalletLockedError: It is locked.
    """
    holder = current(book, holder_id)
    if holder.state is HolderState.LOCKED:
        raise WalletLockedError
    return holder


def notify(
    book: Book, holder_id: str, notice: str, subject: str, at: datetime, *, key: str, priority: int
) -> None:
    """Have the bot tell *holder_id* of *subject* (`noun/id`); what it says is read then."""
    payload = {"holder": holder_id, "notice": notice, "subject": subject}
    book.due.add(Work(f"notice:{key}", "notice", f"chat/{holder_id}", payload, at, at, priority))


class Wallets:
    """What a holder does with the wallet as a whole."""

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES,
    ) -> None:
        """*currencies*: each wallet has an account in each; totals are in the first."""
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id
        self._currencies = currencies

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """Each wallet has an account in each; the first is the main one."""
        return self._currencies

    async def open(self, *, phone: str, language: str = "en") -> Holder:
        """A wallet for a number whose owner joins in the chat later; again is the same.

        Raises:
            PhoneNotUnderstoodError: No such number can exist.
            LanguageUnknownError: None of `LANGUAGES`.
        """
        at = self._now()
        holder = Holder(self._new_id(at), parse_phone(phone), None, known_language(language), at)

        def work(book: Book) -> Holder:
            known = book.holders.of_phone(holder.phone)
            return known or open_wallet(book, holder, "operator", self._currencies)

        return await self._store.write(work)

    async def find(self, *, phone: str) -> Holder:
        """The holder with that number.

        Raises:
            HolderNotFoundError: There is none.
        """
        number = parse_phone(phone)

        def view(book: Book) -> Holder:
            holder = book.holders.of_phone(number)
            if holder is None:
                raise HolderNotFoundError
            return holder

        return await self._store.read(view)

    async def get(self, *, holder: str) -> Holder:
        """The holder of that id.

        Raises:
            HolderNotFoundError: There is none.
        """

        def view(book: Book) -> Holder:
            found = book.holders.find(holder)
            if found is None:
                raise HolderNotFoundError
            return found

        return await self._store.read(view)

    async def show(self, *, holder: Holder) -> Wallet:
        """Every balance, and the total where rates are known."""

        def view(book: Book) -> Wallet:
            balances = _with_empty(holder, book.ledger.balances(holder.owner), self._currencies)
            posted = [each.posted for each in balances]
            return Wallet(balances, total_in(self._currencies[0], posted, book.rates))

        return await self._store.glance(view)

    async def set_language(self, *, holder: Holder, language: str) -> Holder:
        """Speak *language* from now on.

        Raises:
            LanguageUnknownError: None of `LANGUAGES`.
        """
        known_language(language)
        return await self._change(holder, language=language)

    async def set_notices(self, *, holder: Holder, wanted: bool) -> Holder:
        """Whether new invoices are told of at once."""
        return await self._change(holder, notices=wanted)

    async def set_reachable(self, *, holder: Holder, reachable: bool) -> Holder:
        """Note that the holder has blocked the bot, or is back."""
        return await self._change(holder, unreachable_since=None if reachable else self._now())

    async def lock(self, *, holder: Holder) -> Holder:
        """Stop every payment of the wallet and its cards at once; again is the same."""
        at = self._now()

        def work(book: Book) -> Holder:
            now = current(book, holder.id)
            if now.state is HolderState.LOCKED:
                return now
            locked = replace(now, state=HolderState.LOCKED)
            book.holders.change(locked)
            book.steps.add(holder.owner, Step("lock", locked.state.value, "holder", at))
            return locked

        return await self._store.write(work)

    async def ask_unlock(self, *, holder: Holder, key: str) -> Offer:
        """Send the code that unlocks; *key* is what asked for it.

        Raises:
            CodeThrottledError: Too many codes for this phone.
        """
        at = self._now()
        offer_id, code_id = self._new_id(at), self._new_id(at)
        offer = Offer(
            offer_id, holder.id, key, "unlock", holder.owner, {}, at, at + codes.LIFETIME
        )

        def work(book: Book) -> Offer:
            made = offers.make(book, offer)
            if made.state is not OfferState.OPEN:
                return made
            codes.send(
                book,
                code_id=code_id,
                phone=holder.phone,
                purpose="unlock",
                subject=f"offer/{made.id}",
                content=made.digest,
                language=holder.language,
                at=at,
            )
            return offers.move(book, made, "confirm", code_id=code_id)

        return await self._store.write(work)

    async def unlock(
        self, *, holder: Holder, offer_id: str, typed: str, key: str | None = None
    ) -> Holder:
        """Let the wallet pay again; done again with the same offer, it changes nothing.

        A wrong code that comes again with its *key* is not counted again.

        Raises:
            OfferNotFoundError, OfferExpiredError: No such question is open.
            CodeWrongError, CodeExpiredError, CodeExhaustedError: Not the right code.
        """
        at = self._now()

        def work(book: Book) -> Holder | WalletError:
            if offers.theirs(book, holder.id, offer_id, "unlock").state is OfferState.USED:
                return current(book, holder.id)
            offer = offers.alive(book, holder.id, offer_id, "unlock", at)
            refusal = codes.check(
                book,
                self._vault,
                code_id=offer.code_id,
                typed=typed,
                content=offer.digest,
                at=at,
                key=key,
            )
            if refusal is not None:
                return refusal
            offers.move(book, offer, "use")
            unlocked = replace(current(book, holder.id), state=HolderState.ACTIVE)
            book.holders.change(unlocked)
            book.steps.add(holder.owner, Step("unlock", unlocked.state.value, "holder", at))
            return unlocked

        return raise_refusal(await self._store.write(work))

    async def forgive_wrong_codes(self, *, phone: str) -> None:
        """Codes are sent to *phone* again though too many of this month's were wrong.

        Raises:
            PhoneNotUnderstoodError: No such number can exist.
        """
        at, number = self._now(), parse_phone(phone)
        await self._store.write(lambda book: codes.forgive(book, number, at))

    async def correct(
        self, *, phone: str, amount: Money, reason: str, key: str | None = None
    ) -> Operation:
        """The operator credits *amount* from the suspense account, and says why.

        Raises:
            HolderNotFoundError: Nobody has that number.
            AccountNotFoundError: The wallet has no account in that currency.
            ReasonMissingError: *reason* is empty or too long.
        """
        if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
            raise ReasonMissingError(maximum=REASON_LENGTH_MAX)
        at, number = self._now(), parse_phone(phone)
        correction = key or self._new_id(at)

        def work(book: Book) -> Operation:
            holder = book.holders.of_phone(number)
            if holder is None:
                raise HolderNotFoundError
            if amount.currency in self._currencies:
                ensure_account(book, holder, amount.currency, at)
            return _credit(book, holder, correction, amount, reason=reason.strip(), at=at)

        return await self._store.write(work)

    async def _change(self, holder: Holder, **fields: object) -> Holder:
        def work(book: Book) -> Holder:
            changed = replace(current(book, holder.id), **fields)  # type: ignore[arg-type]
            book.holders.change(changed)
            return changed

        return await self._store.write(work)


def known_language(language: str) -> str:
    """*language*, if the wallet speaks it.

    Raises:
        LanguageUnknownError: It does not.
    """
    if language not in LANGUAGES:
        raise LanguageUnknownError(languages=", ".join(LANGUAGES))
    return language


def nearest_language(telegram_code: str | None) -> str:
    """The wallet's language for the one Telegram names (`ru-RU`); English where none is."""
    primary = (telegram_code or "").split("-")[0].lower()
    return primary if primary in LANGUAGES else "en"


def _with_empty(
    holder: Holder, balances: list[Balance], currencies: tuple[Currency, ...]
) -> list[Balance]:
    """*balances* by currency as the operator orders them, those not opened yet as empty."""
    known = {each.posted.currency: each for each in balances}
    ordered = [known.pop(of) if of in known else _nothing(holder, of) for of in currencies]
    return [*ordered, *known.values()]


def _nothing(holder: Holder, of: Currency) -> Balance:
    nothing = Money(0, of)
    return Balance(account_id(holder.owner, of), nothing, nothing)


def _credit(
    book: Book, holder: Holder, correction: str, amount: Money, *, reason: str, at: datetime
) -> Operation:
    subject = f"correction/{correction}"
    book.ledger.open(system_account(amount.currency, at))
    transfer = Transfer(
        suspense(amount.currency), account_id(holder.owner, amount.currency), amount
    )
    post_once(
        book.ledger,
        Transaction(f"correction:{correction}", "correction", subject, at, (transfer,)),
    )
    operation = Operation(
        correction, holder.id, "correction", subject, amount, "done", reason, "", at
    )
    if not book.steps.of(subject):
        book.steps.add(subject, Step("credit", "done", "operator", at, reason))
        book.operations.put(operation)
        notify(book, holder.id, "correction", subject, at, key=correction, priority=2)
    return operation


def system_account(of: Currency, at: datetime) -> Account:
    """The suspense account in *of*, as it is opened when first needed."""
    return Account(suspense(of), SYSTEM, of, at, FLOOR_MINOR_MIN)
