"""A merchant's money as its own people and the operator see it: what it has, and today.

Reads only.  A day is one of the operator's zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from services import calendars, merchant_terms, merchants
from services.clock import Clock
from services.ledger import Balance, account_id
from services.merchant_terms import MerchantTerms
from services.merchants import Merchant
from services.money import Currency, Money
from services.settlements import in_payout, reserve
from services.store import Store

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """What a merchant has in one currency."""

    currency: Currency
    available: Money
    """May be refunded from, and paid out."""
    reserved: Money
    """Promised, and not yet given."""
    in_payout: Money
    """On its way to the merchant's bank."""


@dataclass(frozen=True, slots=True)
class MerchantBalance:
    """What a merchant has, and by which terms."""

    merchant: Merchant
    balances: tuple[CurrencyBalance, ...]
    """By currency, the merchant's own first."""
    terms: MerchantTerms


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What came and went on one day in one currency."""

    currency: Currency
    payments: int
    paid: Money
    fees: Money
    """Taken out of those payments."""
    refunds: int
    refunded: Money


@dataclass(frozen=True, slots=True)
class MerchantDay:
    """A merchant's day, by currency; nothing where nothing happened."""

    day: date
    figures: tuple[DayFigures, ...]


class StoredFigures(Protocol):
    """What storage counts of a merchant's day."""

    def between(self, merchant_id: str, since: datetime, until: datetime) -> list[DayFigures]:
        """What was paid, taken and refunded from *since* on and before *until*."""


class Book(merchant_terms.Book, Protocol):
    """The part of the book that a merchant's money is read from."""

    @property
    def merchant_figures(self) -> StoredFigures: ...


class MerchantMoney:
    """What a merchant has, and what its day has brought."""

    def __init__(self, *, store: Store[Book], now: Clock, zone: str) -> None:
        """*zone*: whose days they are."""
        self._store = store
        self._now = now
        self._zone = zone

    async def show(self, *, merchant_id: str) -> MerchantBalance:
        """Balances by currency and the terms.

        Raises:
            MerchantNotFoundError: There is none.
        """
        return await self._store.read(lambda book: balances_of(book, merchant_id))

    async def today(self, *, merchant_id: str, at: datetime | None = None) -> MerchantDay:
        """What was paid and refunded on the day of *at*, of now where it is None.

        Raises:
            MerchantNotFoundError: There is none.
        """
        day = calendars.local_day(at or self._now(), self._zone)
        since = calendars.moment(day, time(), self._zone)
        until = calendars.moment(day + _DAY, time(), self._zone)

        def view(book: Book) -> MerchantDay:
            merchant = merchants.known(book, merchant_id)
            found = book.merchant_figures.between(merchant.id, since, until)
            return MerchantDay(day, tuple(sorted(found, key=lambda each: each.currency.code)))

        return await self._store.read(view)


def balances_of(book: Book, merchant_id: str) -> MerchantBalance:
    """What the merchant has, as one snapshot sees it.

    Raises:
        MerchantNotFoundError: There is none.
    """
    merchant = merchants.known(book, merchant_id)
    kept = {each.account: each for each in book.ledger.balances(merchant.owner)}
    currencies = {each.posted.currency for each in kept.values()} | {merchant.currency}
    ordered = sorted(currencies, key=lambda of: (of != merchant.currency, of.code))

    def posted(balance: Balance | None, of: Currency) -> Money:
        return Money(0, of) if balance is None else balance.available

    found = tuple(
        CurrencyBalance(
            of,
            posted(kept.get(account_id(merchant.owner, of)), of),
            posted(kept.get(reserve(merchant.owner, of)), of),
            posted(kept.get(in_payout(merchant.owner, of)), of),
        )
        for of in ordered
    )
    return MerchantBalance(merchant, found, merchant_terms.terms_of(book, merchant))
