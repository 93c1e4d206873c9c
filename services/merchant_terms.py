"""What the operator has agreed on with a merchant: tariff, reserve, where payouts go.

The payer pays no commission: the tariff is taken from the merchant, out of each payment.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from services import merchants
from services.clock import Clock
from services.commission import BorneBy, Commission, Tier
from services.errors import InvalidRequestError
from services.history import Step
from services.merchants import Merchant
from services.money import AMOUNT_MINOR_MAX, CURRENCIES, Currency, Money, plain
from services.store import Store

RESERVE_DAYS_MAX = 365
PAYEE_FIELDS = ("name", "tax_number", "account", "bank", "bank_code", "purpose")
"""Requisites of whom payouts go to; without a name and an account there is nobody to pay."""

PAYEE_LENGTH_MAX = 210
"""Source: the longest field of a Russian payment order, its purpose (Bank of Russia, 762-P)."""

_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?\s*%?")
_FREE = Commission(borne_by=BorneBy.PROVIDER)


@dataclass(frozen=True, slots=True)
class MerchantTerms:
    """What was agreed on with one merchant, as it is now."""

    merchant: str
    settlement_currency: Currency
    """In which its payouts are made."""
    tariffs: dict[str, Commission] = field(default_factory=dict)
    """By the currency of the payment, in whose minor units the tariff's amounts are."""
    reserve_days: int = 0
    """How long the net of a payment is promised and not yet given."""
    payee: dict[str, str] = field(default_factory=dict)
    """Some of `PAYEE_FIELDS`."""
    changed_at: datetime | None = None

    @property
    def has_payee(self) -> bool:
        """Whether the operator knows whom to pay."""
        return bool(self.payee.get("name") and self.payee.get("account"))

    def fee(self, amount: Money) -> Money:
        """What is taken out of a payment of *amount*: never more than all of it.

        In a currency that has no tariff it is the rate of the settlement currency's tariff:
        amounts of one currency say nothing in another.
        """
        tariff = self.tariffs.get(amount.currency.code)
        if tariff is None:
            main = self.tariffs.get(self.settlement_currency.code, _FREE)
            tariff = Commission(main.millionths)
        return Money(min(tariff.of(amount).minor, amount.minor), amount.currency)


@dataclass(frozen=True, slots=True)
class TermsChange:
    """What the operator wants to be different; None stays as it is."""

    currency: Currency | None = None
    """Whose tariff the next five are of; None is the settlement currency."""
    millionths: int | None = None
    fixed_minor: int | None = None
    minimum_minor: int | None = None
    maximum_minor: int | None = None
    """0 is no maximum."""
    tiers: tuple[Tier, ...] | None = None
    reserve_days: int | None = None
    settlement_currency: Currency | None = None
    payee: dict[str, str] = field(default_factory=dict)
    """Requisites by their names; an empty one is taken away."""


class MerchantTermsError(InvalidRequestError):
    """Nobody can settle by such terms.  Values: problem."""

    code = "merchant_terms"


class StoredTerms(Protocol):
    """What storage keeps of terms."""

    def of(self, merchant_id: str) -> MerchantTerms | None:
        """The merchant's, or None: no tariff, no reserve, no payee."""

    def put(self, terms: MerchantTerms) -> None:
        """Keep them in place of those before."""


class Book(merchants.Book, Protocol):
    """The part of the book that terms need."""

    @property
    def merchant_terms(self) -> StoredTerms: ...


class Agreements:
    """The operator's side of the terms."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def of(self, *, merchant_id: str) -> MerchantTerms:
        """What holds for the merchant now; where nothing was stated, nothing is taken.

        Raises:
            MerchantNotFoundError: There is none.
        """
        return await self._store.read(
            lambda book: terms_of(book, merchants.known(book, merchant_id))
        )

    async def state(self, *, merchant_id: str, change: TermsChange) -> MerchantTerms:
        """Change the terms, for payments and payouts from now on.

        Raises:
            MerchantNotFoundError: There is none.
            MerchantTermsError: One cannot settle by them.
        """
        at = self._now()

        def work(book: Book) -> MerchantTerms:
            merchant = book.merchants.find_to_change(merchant_id)
            if merchant is None:
                raise merchants.MerchantNotFoundError
            terms = replace(_changed(terms_of(book, merchant), change), changed_at=at)
            book.merchant_terms.put(terms)
            step = Step("terms", merchant.state.value, "operator", at, said(terms))
            book.steps.add(merchant.owner, step)
            return terms

        return await self._store.write(work)


def terms_of(book: Book, merchant: Merchant) -> MerchantTerms:
    """The merchant's terms; those of nobody where none were stated."""
    stated = book.merchant_terms.of(merchant.id)
    return stated or MerchantTerms(merchant.id, merchant.currency)


def parse_percent(text: str) -> int:
    """A rate such as `2.5` or `2,5 %`, in millionths: at most four digits after the point.

    Raises:
        MerchantTermsError: It is not written so.
    """
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise MerchantTermsError(problem=f"{text!r} is no rate such as 2.5")
    return int(match[1] + (match[2] or "").ljust(4, "0"))


def percent(millionths: int) -> str:
    """A rate as the operator writes it: `2.5%`."""
    whole, rest = divmod(millionths, 10_000)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".") + "%"


def said(terms: MerchantTerms) -> str:
    """All that holds, in one line, for whoever asks later; who is paid is not in it."""
    tariffs = [
        f"{code}: {tariff_said(tariff, CURRENCIES[code])}"
        for code, tariff in sorted(terms.tariffs.items())
    ]
    days = f"reserve {terms.reserve_days} d"
    return "; ".join([*tariffs, days, f"settled in {terms.settlement_currency.code}"])


def tariff_said(tariff: Commission, of: Currency) -> str:
    """A tariff in a few words: `2.5% + 10.00, at least 15.00`."""
    text = percent(tariff.millionths)
    for each in tariff.tiers:
        text += f", above {plain(Money(each.above_minor, of))} {percent(each.millionths)}"
    if tariff.fixed_minor:
        text += f" + {plain(Money(tariff.fixed_minor, of))}"
    if tariff.minimum_minor:
        text += f", at least {plain(Money(tariff.minimum_minor, of))}"
    if tariff.maximum_minor is not None:
        text += f", at most {plain(Money(tariff.maximum_minor, of))}"
    return text


def _changed(terms: MerchantTerms, change: TermsChange) -> MerchantTerms:
    settled = change.settlement_currency or terms.settlement_currency
    days = terms.reserve_days if change.reserve_days is None else change.reserve_days
    if not 0 <= days <= RESERVE_DAYS_MAX:
        raise MerchantTermsError(problem=f"a reserve is of 0 to {RESERVE_DAYS_MAX} days")
    return replace(
        terms,
        settlement_currency=settled,
        reserve_days=days,
        tariffs=_tariffs(terms, change, change.currency or settled),
        payee=_payee(terms.payee, change.payee),
    )


def _tariffs(terms: MerchantTerms, change: TermsChange, of: Currency) -> dict[str, Commission]:
    """All tariffs, that of currency *of* as *change* wants it."""
    wanted = {
        "millionths": change.millionths,
        "fixed_minor": change.fixed_minor,
        "minimum_minor": change.minimum_minor,
        "maximum_minor": change.maximum_minor,
        "tiers": change.tiers,
    }
    given: dict[str, Any] = {name: each for name, each in wanted.items() if each is not None}
    if not given:
        return terms.tariffs
    if given.get("maximum_minor") == 0:
        given["maximum_minor"] = None
    tariff = replace(terms.tariffs.get(of.code, _FREE), **given)
    obstacle = tariff.obstacle(Money(AMOUNT_MINOR_MAX, of))
    if obstacle is not None:
        raise MerchantTermsError(problem=obstacle)
    return terms.tariffs | {of.code: tariff}


def _payee(before: dict[str, str], change: dict[str, str]) -> dict[str, str]:
    for name, text in change.items():
        if name not in PAYEE_FIELDS:
            raise MerchantTermsError(problem=f"{name}: a payee has {', '.join(PAYEE_FIELDS)}")
        if len(text) > PAYEE_LENGTH_MAX or not text.isprintable():
            raise MerchantTermsError(problem=f"{name} is too long, or cannot be shown")
    merged = before | {name: text.strip() for name, text in change.items()}
    return {name: merged[name] for name in PAYEE_FIELDS if merged.get(name)}
