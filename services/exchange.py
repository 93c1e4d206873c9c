"""What an exchange of one currency for another costs, and where its money goes.

All arithmetic is of whole numbers: a price is an exact ratio, crossed and widened by the
spread without rounding; only the amount at its end is rounded, half to even, so that
neither side wins by it.  The use cases of `/exchange` are in `services/exchanges.py`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, Self

from services.errors import RefusedError
from services.exchange_terms import POINTS, ExchangeTerms, PairTerms, Position, StatedTerms
from services.ledger import (
    FLOOR_MINOR_MIN,
    SYSTEM,
    Account,
    AccountId,
    Ledger,
    Transfer,
    account_id,
)
from services.money import Currency, Money, currency, positive
from services.rates import Price, Rates, half_even, price_of


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an offer states about an exchange."""

    gives: Money
    """Leaves the holder's account, the fee included."""
    gets: Money
    """Arrives."""
    fee: Money
    """The part of `gives` that is the wallet's fee."""
    rate: str
    """Decimal text: units of `counter` for one of `unit`, the spread included.

    Exact, but for one that was crossed and has no end: then of ten digits.
    """
    unit: Currency
    """One unit of it is what the rate prices: one of the two currencies."""
    source: str
    """Who named the rate: `cbr`, `ecb`, `operator`, or several, as `cbr+ecb`."""
    rate_at: datetime
    """The date that the source gives its rate, noon of that day in UTC; of several the oldest."""

    @property
    def net(self) -> Money:
        """What is exchanged: given, less the fee."""
        return self.gives - self.fee

    @property
    def counter(self) -> Currency:
        """The currency in which the rate is counted."""
        return self.gets.currency if self.unit == self.gives.currency else self.gives.currency

    @property
    def pair(self) -> str:
        """As errors and the operator name it: `RUB/USD` gives roubles and gets dollars."""
        return _pair(self.gives.currency, self.gets.currency)

    def content(self) -> dict[str, Any]:
        """What an offer keeps of it."""
        return {
            "gives": _kept(self.gives),
            "gets": _kept(self.gets),
            "fee": _kept(self.fee),
            "rate": self.rate,
            "unit": self.unit.code,
            "source": self.source,
            "rate_at": self.rate_at.isoformat(),
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Self:
        """The conversion that `content` gave."""
        return cls(
            gives=_money(content["gives"]),
            gets=_money(content["gets"]),
            fee=_money(content["fee"]),
            rate=content["rate"],
            unit=currency(content["unit"]),
            source=content["source"],
            rate_at=datetime.fromisoformat(content["rate_at"]),
        )


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange that has happened."""

    cause: str
    """What it served, as `noun/id`: `exchange/…`, `payment/…`."""
    holder: str
    conversion: Conversion
    at: datetime


class ExchangePairError(RefusedError):
    """These two are not exchanged here.  Values: pair."""

    code = "exchange_pair"


class ExchangeTooSmallError(RefusedError):
    """Nothing would be left of it.  Values: minimum."""

    code = "exchange_too_small"


class ExchangeLimitError(RefusedError):
    """The wallet exchanges no more than a part of that now.  Values: pair, most."""

    code = "exchange_limit"


class ExchangeExhaustedError(ExchangeLimitError):
    """The wallet exchanges nothing of the kind now.  Values: pair, most."""

    code = "exchange_exhausted"


class StoredExchanges(Protocol):
    """What storage keeps of exchanges, their terms and their limits."""

    def pair_terms(self, one: Currency, other: Currency) -> PairTerms:
        """What is taken for the two, in whichever order: their own terms before those of all."""

    def positions(self, one: Currency, other: Currency, *, decides: bool) -> list[Position]:
        """Those of the two that have a limit.

        With *decides* nobody else takes up what they leave until the transaction ends.
        """

    def reserve(self, hold_id: str, bought: Money, sold: Money) -> None:
        """Count an exchange in the positions of both, for as long as that hold is held."""

    def add(self, exchange: Exchange) -> None:
        """Keep one that has happened."""

    def find(self, cause: str) -> Exchange | None:
        """The one that served *cause*, or None."""

    def stated_terms(self) -> list[StatedTerms]:
        """What the operator has stated, by pair."""

    def state_terms(self, terms: StatedTerms) -> None:
        """Keep *terms* in place of what was stated for their pair."""

    def all_positions(self) -> list[Position]:
        """Those that were ever used, or have a limit."""

    def limit(self, of: Currency, short: Money | None, long: Money | None) -> None:
        """Limit a position on both sides, or on one, or no more."""


class Book(Protocol):
    """The part of the book that exchange needs."""

    @property
    def exchanges(self) -> StoredExchanges: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def rates(self) -> Rates: ...


def position(of: Currency) -> AccountId:
    """Where exchanged money of one currency comes from and goes to."""
    return account_id(SYSTEM, of, "position")


def fees(of: Currency) -> AccountId:
    """Where the wallet's fees of one currency go to."""
    return account_id(SYSTEM, of, "fees")


def to_get(
    book: Book, terms: ExchangeTerms, gets: Money, of: Currency, at: datetime
) -> Conversion:
    """How much of *of* to give so that exactly *gets* arrives.

    Raises:
        RateMissingError: No rate leads from one to the other.
        RateStaleError: One does, but it is too old.
        ExchangePairError: The two are the same, or not exchanged here.
        ExchangeLimitError: The wallet's position would pass its limit.
        ExchangeTooSmallError: It would cost less than the smallest unit.
        AmountOutOfRangeError: It would cost more than any amount may be.
    """
    offered = _offered(book, terms, of, gets.currency, at)
    net = offered.net_of(gets.minor)
    if net < 1:
        raise ExchangeTooSmallError(minimum=Money(offered.gets_of(1), gets.currency))
    conversion = offered.conversion(positive(offered.gives_of(net), of), gets)
    check_position(book, conversion)
    return conversion


def to_give(
    book: Book, terms: ExchangeTerms, gives: Money, into: Currency, at: datetime
) -> Conversion:
    """How much of *into* arrives for all of *gives*, the fee included.

    Raises:
        as `to_get` does.
    """
    offered = _offered(book, terms, gives.currency, into, at)
    net = gives.minor - offered.fee_of(gives.minor)
    got = offered.gets_of(net) if net > 0 else 0
    if got < 1:
        least = offered.gives_of(max(1, offered.net_of(1)))
        raise ExchangeTooSmallError(minimum=Money(least, gives.currency))
    conversion = offered.conversion(gives, positive(got, into))
    check_position(book, conversion)
    return conversion


def price(
    book: Book, terms: ExchangeTerms, gives: Currency, gets: Currency, at: datetime
) -> Price:
    """The rate at which *gives* is exchanged, the spread included and the fee not.

    Raises:
        RateMissingError, RateStaleError, ExchangePairError: As `to_get` does.
    """
    return _offered(book, terms, gives, gets, at).price


def check_position(book: Book, conversion: Conversion) -> None:
    """Raise what the limits of the positions say of *conversion*, as things are now.

    Raises:
        ExchangeLimitError: A position would pass its limit.
    """
    given, got = conversion.gives.currency, conversion.gets.currency
    _within(book.exchanges.positions(given, got, decides=False), conversion)


def reserve(book: Book, conversion: Conversion, hold_id: str) -> None:
    """Take up room in the positions for as long as the hold of that id is held.

    What the hold's capture posts has its place then, however many exchange at once.  The
    hold is placed in the same transaction.

    Raises:
        ExchangeLimitError: A position would pass its limit.
    """
    given, got = conversion.gives.currency, conversion.gets.currency
    limited = book.exchanges.positions(given, got, decides=True)
    _within(limited, conversion)
    if limited:
        book.exchanges.reserve(hold_id, conversion.net, conversion.gets)


def prepare(book: Book, conversion: Conversion, at: datetime) -> None:
    """Open the wallet's own accounts that `transfers` names."""
    for of in (conversion.gives.currency, conversion.gets.currency):
        book.ledger.open(Account(position(of), SYSTEM, of, at, FLOOR_MINOR_MIN))
    if conversion.fee.minor:
        of = conversion.fee.currency
        book.ledger.open(Account(fees(of), SYSTEM, of, at))


def transfers(
    conversion: Conversion, source: AccountId, target: AccountId
) -> tuple[Transfer, ...]:
    """What moves: the net to the position, the fee to the fees, what is got to *target*."""
    given, got = conversion.gives.currency, conversion.gets.currency
    moved = [Transfer(source, position(given), conversion.net)]
    if conversion.fee.minor:
        moved.append(Transfer(source, fees(given), conversion.fee))
    moved.append(Transfer(position(got), target, conversion.gets))
    return tuple(moved)


def note(book: Book, *, conversion: Conversion, holder: str, cause: str, at: datetime) -> None:
    """Keep an exchange that has happened with its rate; *cause* is what it served."""
    book.exchanges.add(Exchange(cause, holder, conversion, at))


@dataclass(frozen=True, slots=True)
class _Offered:
    """Prices one pair: *price* is the customer's, the spread included."""

    gives: Currency
    gets: Currency
    price: Price
    fee_points: int
    fee_fixed: int
    """Minor units of what is given."""

    def net_of(self, gets: int) -> int:
        """What *gets* costs before the fee."""
        return self.price.converted(gets, self.gets)

    def gets_of(self, net: int) -> int:
        """What arrives for *net*."""
        return self.price.converted(net, self.gives)

    def fee_of(self, gives: int) -> int:
        """The fee in all of *gives*."""
        return self.fee_fixed + half_even(gives * self.fee_points, POINTS)

    def gives_of(self, net: int) -> int:
        """The least that leaves *net* after the fee: what is left grows by one or by none."""
        gives = (net + self.fee_fixed) * POINTS // (POINTS - self.fee_points)
        while gives - self.fee_of(gives) < net:
            gives += 1
        while gives - 1 - self.fee_of(gives - 1) >= net:
            gives -= 1
        return gives

    def conversion(self, gives: Money, gets: Money) -> Conversion:
        return Conversion(
            gives=gives,
            gets=gets,
            fee=Money(self.fee_of(gives.minor), self.gives),
            rate=self.price.text,
            unit=self.price.unit,
            source=self.price.source,
            rate_at=self.price.dated,
        )


def _offered(
    book: Book, terms: ExchangeTerms, gives: Currency, gets: Currency, at: datetime
) -> _Offered:
    pair = book.exchanges.pair_terms(gives, gets)
    if gives == gets or not pair.is_on:
        raise ExchangePairError(pair=_pair(gives, gets))
    fixed = pair.fee_fixed
    codes = {gives, gets} if fixed is None else {gives, gets, fixed.currency}
    rates = book.rates.among(codes)
    oldest = at - terms.max_age
    middle = price_of(rates, gives, gets, oldest=oldest)
    fee = 0
    if fixed is not None and fixed.currency == gives:
        fee = fixed.minor
    elif fixed is not None:
        worth = price_of(rates, fixed.currency, gives, oldest=oldest)
        fee = worth.converted(fixed.minor, fixed.currency)
    dearer = POINTS + (pair.spread_points if middle.unit == gets else -pair.spread_points)
    price = replace(
        middle, numerator=middle.numerator * dearer, denominator=middle.denominator * POINTS
    )
    return _Offered(gives, gets, price, pair.fee_points, fee)


def _within(positions: list[Position], conversion: Conversion) -> None:
    """Raise, if what *conversion* buys and sells is more than the *positions* leave."""
    net, gets = conversion.net.minor, conversion.gets.minor
    most = gets
    for each in positions:
        if each.currency == conversion.gets.currency and each.sellable is not None:
            most = min(most, each.sellable)
        if each.currency == conversion.gives.currency and each.buyable is not None:
            most = min(most, gets * min(net, each.buyable) // net)
    room = Money(most, conversion.gets.currency)
    if not most:
        raise ExchangeExhaustedError(pair=conversion.pair, most=room)
    if most < gets:
        raise ExchangeLimitError(pair=conversion.pair, most=room)


def _pair(gives: Currency, gets: Currency) -> str:
    return f"{gives.code}/{gets.code}"


def _kept(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency.code}


def _money(kept: dict[str, Any]) -> Money:
    return Money(kept["minor"], currency(kept["currency"]))
