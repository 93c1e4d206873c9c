"""What a payment is made with: an account, a card, or another currency exchanged on the way.

A source says what it costs from there, and why it cannot pay where it cannot.  Reserving
and capturing are here too, since both must treat an exchange and the limits alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from services import card_rules, exchange, holders, ledger, limits, offers
from services.card_rules import Card
from services.errors import RefusedError, WalletError
from services.exchange import Conversion
from services.exchange_terms import ExchangeTerms
from services.holders import Holder, WalletLockedError
from services.ledger import (
    AccountId,
    AccountNotFoundError,
    Balance,
    Hold,
    InsufficientFundsError,
    Transfer,
    account_id,
)
from services.limits import LimitTerms
from services.money import Currency, Money, currency
from services.rates import total_in

ACCOUNT, CARD = "account", "card"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has decided about everything that is paid."""

    exchange: ExchangeTerms = field(default_factory=ExchangeTerms)
    limits: LimitTerms = field(default_factory=LimitTerms)
    code_from_minor: dict[str, int] = field(default_factory=dict)
    """By currency, the amount from which a code is asked; 0 is always."""

    def need_code(self, amount: Money) -> bool:
        """Whether a code is asked before *amount* leaves."""
        return amount.minor >= self.code_from_minor.get(amount.currency.code, 0)


@dataclass(frozen=True, slots=True)
class Source:
    """What a payment can be made with."""

    name: str
    """`account`, `account/<currency>` where it is exchanged, or `card/<id>`."""
    balance: Balance
    cost: Money
    """What leaves the account, its fee of exchange too; what is wanted where it is unknown."""
    card: Card | None = None
    conversion: Conversion | None = None
    obstacle: WalletError | None = None
    """Why it cannot pay just now, where that was asked for; None where it can."""

    def is_called(self, name: str, wanted: Currency) -> bool:
        """Whether *name* means it, for paying something in the currency that is *wanted*."""
        sort, _, rest = name.partition("/")
        if self.card is not None:
            return (sort, rest) == (CARD, self.card.id)
        return sort == ACCOUNT and (rest or wanted.code) == self.cost.currency.code

    @property
    def content(self) -> dict[str, Any]:
        """What an offer keeps of it."""
        return {
            "account": self.balance.account,
            "card": None if self.card is None else self.card.id,
            "given": {"minor": self.cost.minor, "currency": self.cost.currency.code},
            "conversion": None if self.conversion is None else self.conversion.content(),
        }


class SourceUnknownError(RefusedError):
    """The wallet has no such account or card to pay this with."""

    code = "source_unknown"


class Book(card_rules.Book, exchange.Book, limits.Book, Protocol):
    """The part of the book that sources need."""


def listed(
    book: Book, rules: Rules, holder: Holder, kind: str, wanted: Money, at: datetime
) -> list[Source]:
    """Everything that could pay *wanted*, best first: those that can, then the cheaper.

    Other currencies are named only where there is any money in them.
    """
    judge = _Judge(book, rules, holder, kind, at)
    found: list[Source] = []
    cards = book.cards.of_holder(holder.id)
    for balance in book.ledger.balances(holder.owner):
        of = balance.posted.currency
        if of != wanted.currency and balance.available.minor <= 0:
            continue
        by_card = ((f"{CARD}/{card.id}", card) for card in cards if card.currency == of)
        for name, card in ((_account_name(balance, wanted), None), *by_card):
            source = _priced(book, rules, name, balance, card, wanted, at)
            found.append(judge.judged(source))
    return sorted(found, key=lambda each: _rank(book, each, wanted))


def named(
    book: Book, rules: Rules, holder: Holder, name: str, wanted: Money, at: datetime
) -> Source:
    """The source of that *name*, with what *wanted* costs from it.

    Raises:
        SourceUnknownError: The wallet has none such.
        RateMissingError, RateStaleError, ExchangeLimitError: It cannot be exchanged now.
    """
    sort, _, rest = name.partition("/")
    card, of = None, wanted.currency
    if sort == CARD:
        card = book.cards.find(rest)
        if card is None or card.holder != holder.id or card.state not in card_rules.OPEN_STATES:
            raise SourceUnknownError
        of = card.currency
    elif rest:
        of = currency(rest)
    balance = book.ledger.balance(account_id(holder.owner, of))
    if sort not in (ACCOUNT, CARD) or balance is None:
        raise SourceUnknownError
    source = _priced(book, rules, name, balance, card, wanted, at)
    if source.obstacle is not None:
        raise source.obstacle
    return source


def offered(book: Book, content: dict[str, Any]) -> Source:
    """The source that an offer named, as it is now; the conversion as it was offered."""
    balance = book.ledger.balance(AccountId(content["account"]))
    if balance is None:
        raise AccountNotFoundError
    card = None if content["card"] is None else book.cards.find(content["card"])
    kept = content.get("conversion")
    conversion = None if kept is None else Conversion.from_content(kept)
    given = content.get("given") or content  # an offer of before exchange gives what it says
    cost = Money(given["minor"], currency(given["currency"]))
    name = f"{CARD}/{card.id}" if card is not None else ACCOUNT
    if conversion is not None and card is None:
        name = f"{ACCOUNT}/{cost.currency.code}"
    return Source(name, balance, cost, card, conversion)


def kept(book: Book, account: AccountId, card_id: str | None, cost: Money) -> Source:
    """The source of a payment that is held, in the currency of what it pays."""
    balance = book.ledger.balance(account)
    if balance is None:
        raise AccountNotFoundError
    card = None if card_id is None else book.cards.find(card_id)
    return Source(ACCOUNT if card is None else f"{CARD}/{card.id}", balance, cost, card)


def with_balance_now(book: Book, source: Source) -> Source:
    """*source*, of which something was let go since it was read."""
    balance = book.ledger.balance(source.balance.account)
    return source if balance is None else replace(source, balance=balance)


def blocked(source: Source, by: WalletError) -> Source:
    """*source*, with an obstacle on the other side, unless the holder has the wallet locked."""
    if isinstance(source.obstacle, WalletLockedError):
        return source
    return replace(source, obstacle=by)


def offer_end(rules: Rules, source: Source, at: datetime) -> datetime:
    """How long an offer with *source* stands: a rate is kept for a shorter time."""
    lifetime: timedelta = offers.LIFETIME
    if source.conversion is not None:
        lifetime = min(lifetime, rules.exchange.lifetime)
    return at + lifetime


def may_spend(
    book: Book, rules: Rules, holder: Holder, kind: str, source: Source, at: datetime
) -> None:
    """Raise what stands between *source* and paying, if anything does."""
    current = _able(book, holder, source, at)
    limits.check(book, rules.limits, current, kind, source.cost, at)


def reserve(
    book: Book,
    rules: Rules,
    holder: Holder,
    kind: str,
    source: Source,
    *,
    hold_id: str,
    cause: str,
    until: datetime,
    at: datetime,
) -> None:
    """Hold what *source* costs, count it against the limits and the exchange position.

    Raises:
        whatever `may_spend` raises, and ExchangeLimitError.
    """
    current = _able(book, holder, source, at)
    limits.spend(book, rules.limits, current, kind, source.cost, at)
    if source.conversion is not None:  # after the holder's own turn, for all wait for this one
        exchange.reserve(book, source.conversion, hold_id)
    account = source.balance.account
    ledger.place_once(book.ledger, Hold(hold_id, account, source.cost, cause, at, until))


def let_go(
    book: Book,
    rules: Rules,
    holder_id: str,
    kind: str,
    hold_id: str,
    *,
    at: datetime,
    expired: bool = False,
) -> None:
    """What was reserved is free again, for the account and for the limits."""
    hold = book.ledger.hold(hold_id)
    if hold is None or hold.state is not ledger.HoldState.HELD:
        return
    ledger.release(book.ledger, hold_id, at, expired=expired)
    limits.give_back(book, rules.limits, holder_id, kind, hold.amount, hold.placed_at)


def moves(
    book: Book, source: Source, parts: Sequence[tuple[AccountId, Money]], at: datetime
) -> tuple[Transfer, ...]:
    """The transfers that carry *parts* from the source to their accounts.

    Where it is exchanged, the parts come from the position of their currency and add up to
    what is got.
    """
    account, conversion = source.balance.account, source.conversion
    given = [(target, part) for target, part in parts if part.minor]
    if conversion is None:
        return tuple(Transfer(account, target, part) for target, part in given)
    if sum(part.minor for _, part in given) != conversion.gets.minor:
        raise ValueError(f"{given} is not {conversion.gets}")
    exchange.prepare(book, conversion, at)
    first = given[0][0]
    whole = exchange.transfers(conversion, account, first)
    position = next(each.debit for each in whole if each.credit == first)
    paid_out = tuple(Transfer(position, target, part) for target, part in given)
    return (*(each for each in whole if each.credit != first), *paid_out)


def note_exchange(book: Book, source: Source, holder: str, cause: str, at: datetime) -> None:
    """Keep the exchange that serves *cause*, where there is one, with its rate and fee."""
    if source.conversion is not None:
        exchange.note(book, conversion=source.conversion, holder=holder, cause=cause, at=at)


def _able(book: Book, holder: Holder, source: Source, at: datetime) -> Holder:
    """The holder, if wallet, card and funds allow it; the card's limits count what it holds."""
    current = holders.active(book, holder.id)
    _affordable(book, source, at)
    return current


def _affordable(book: Book, source: Source, at: datetime) -> None:
    if source.card is not None:
        card_rules.charge(book, source.card, source.cost, at)
    if source.cost.minor > source.balance.available.minor:
        raise InsufficientFundsError(needed=source.cost, available=source.balance.available)


def _account_name(balance: Balance, wanted: Money) -> str:
    of = balance.posted.currency
    return ACCOUNT if of == wanted.currency else f"{ACCOUNT}/{of.code}"


def _priced(
    book: Book,
    rules: Rules,
    name: str,
    balance: Balance,
    card: Card | None,
    wanted: Money,
    at: datetime,
) -> Source:
    of = balance.posted.currency
    if of == wanted.currency:
        return Source(name, balance, wanted, card)
    try:
        conversion = exchange.to_get(book, rules.exchange, wanted, of, at)
    except WalletError as exc:  # only read so far: there is nothing to undo
        return Source(name, balance, wanted, card, obstacle=exc)
    return Source(name, balance, conversion.gives, card, conversion)


class _Judge:
    """Says of one holder's sources what `may_spend` says; what they share is read once."""

    def __init__(self, book: Book, rules: Rules, holder: Holder, kind: str, at: datetime) -> None:
        self._book = book
        self._rules = rules
        self._kind = kind
        self._at = at
        self._holder = _tried(lambda: holders.active(book, holder.id))
        self._limits: dict[Money, WalletError | None] = {}

    def judged(self, source: Source) -> Source:
        """*source* with what stands between it and paying."""
        if source.obstacle is not None:
            return source
        return replace(source, obstacle=self._obstacle(source))

    def _obstacle(self, source: Source) -> WalletError | None:
        if isinstance(self._holder, WalletError):
            return self._holder
        refusal = _tried(lambda: _affordable(self._book, source, self._at))
        return self._limited(self._holder, source.cost) if refusal is None else refusal

    def _limited(self, holder: Holder, cost: Money) -> WalletError | None:
        if cost not in self._limits:
            self._limits[cost] = _tried(
                lambda: limits.check(
                    self._book, self._rules.limits, holder, self._kind, cost, self._at
                )
            )
        return self._limits[cost]


def _tried(read: Callable[[], _Read]) -> _Read | WalletError:
    """What *read* gives or raises: of a read there is nothing to undo."""
    try:
        return read()
    except WalletError as exc:
        return exc


def _rank(book: Book, source: Source, wanted: Money) -> tuple[bool, bool, bool, int, str]:
    """What can pay first; then what needs no exchange, accounts before cards, the cheaper."""
    worth = total_in(wanted.currency, [source.cost], book.rates)
    return (
        source.obstacle is not None,
        source.cost.currency != wanted.currency,
        source.card is not None,
        wanted.minor if worth is None else worth.minor,
        source.name,
    )
