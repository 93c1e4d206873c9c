"""The catalogue: whom the wallet can pay, and under which terms.

The terms of a provider are kept by versions, and a payment names the one it was made
under.  Who changes them and how is `services/catalogue_imports.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from services.account_fields import Field, in_language, national_number
from services.catalogue_search import Index, Phrase
from services.commission import BorneBy, Commission
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.money import Currency, Money
from services.opening_hours import Hours
from services.rates import half_even
from services.store import Store

LANGUAGES = ("en", "ru", "hi", "gu", "tr", "ar")
"""In which names may be given; English always is, and stands in for the others."""

PREFIX_LENGTH_MAX = 10
"""Of a national number in the zone +7, whose prefixes tell mobile operators apart."""

FREE = Commission()

_NAME, _ALIAS, _CATEGORY = 100, 96, 60
"""How much of a search counts where it was found."""


@dataclass(frozen=True, slots=True)
class Category:
    """A group of providers, as the chat lists them."""

    id: str
    names: dict[str, str]
    icon: str
    position: int

    def name(self, language: str) -> str:
        """Its name in *language*, else in English."""
        return in_language(self.names, language)


@dataclass(frozen=True, slots=True)
class Connection:
    """How a provider is reached: a kind, and what that kind wants to know."""

    kind: str
    settings: dict[str, Any] = field(default_factory=dict)
    """Never a secret: only where one is kept, as in `password_file`."""


@dataclass(frozen=True, slots=True)
class Discount:
    """Less is to be paid within some days of a date, as with Russian traffic fines."""

    field: str
    """The field, a date, from which the days count."""
    steps: tuple[tuple[int, int], ...]
    """Days and percent: the sooner, the more; in the order of days."""

    def percent(self, fields: Mapping[str, str], on: date) -> int:
        """How much less is paid on a day; 0 where the discount is over or no date is given."""
        return next((percent for last, percent in self._ends(fields) if on <= last), 0)

    def until(self, fields: Mapping[str, str], on: date) -> date | None:
        """The last day of the discount that counts on a day; None where none does."""
        return next((last for last, _ in self._ends(fields) if on <= last), None)

    def _ends(self, fields: Mapping[str, str]) -> list[tuple[date, int]]:
        text = fields.get(self.field)
        if not text:
            return []
        start = date.fromisoformat(text)
        return [(start + timedelta(days=days), percent) for days, percent in self.steps]


@dataclass(frozen=True, slots=True)
class Requisite:
    """What a payment code calls a provider by; what is empty is not compared."""

    inn: str = ""
    account: str = ""
    bic: str = ""
    merchant: str = ""
    """EMVCo: `scheme/number`."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What paying an amount costs, and who gets what of it."""

    amount: Money
    """What the account at the provider is credited."""
    commission: Money
    total: Money
    """What leaves the payer."""
    to_provider: Money
    """What the provider is owed: the amount, less a commission that it bears."""
    borne_by: BorneBy


class ProviderNotFoundError(NotFoundError):
    """The catalogue has no such provider, or it was withdrawn."""

    code = "provider_not_found"


class ProviderClosedError(RefusedError):
    """The provider takes no payments at this hour.  Values: provider, opens_at."""

    code = "provider_closed"


class AmountBelowMinimumError(InvalidRequestError):
    """The provider takes no amount so small.  Values: minimum."""

    code = "amount_below_minimum"


class AmountAboveMaximumError(InvalidRequestError):
    """The provider takes no amount so large.  Values: maximum."""

    code = "amount_above_maximum"


class AmountStepError(InvalidRequestError):
    """The provider takes whole steps only.  Values: step."""

    code = "amount_step"


class AmountCurrencyError(InvalidRequestError):
    """The provider is paid in another currency.  Values: currency."""

    code = "amount_currency"


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody whom people pay through the wallet: one version of the terms."""

    id: str
    version: int
    category: str
    names: dict[str, str]
    picture: str
    """An emoji."""
    fields: tuple[Field, ...]
    """The first is the account."""
    currency: Currency
    minimum: Money
    maximum: Money
    connection: Connection
    commission: Commission = FREE
    step: Money | None = None
    usual: tuple[Money, ...] = ()
    """Amounts that people often pay, for buttons."""
    hours: Hours | None = None
    """None is always open."""
    prefixes: tuple[str, ...] = ()
    """Of the national numbers that a mobile operator serves; the longest that fits wins."""
    aliases: tuple[str, ...] = ()
    """Other words that people look for it by."""
    service: str = ""
    """What its daily registry is called by."""
    discount: Discount | None = None
    requisites: tuple[Requisite, ...] = ()
    is_open: bool = True
    """False where it was withdrawn from the catalogue."""

    @property
    def owner(self) -> str:
        """The name that the provider's accounts go by."""
        return f"provider/{self.id}"

    def name(self, language: str) -> str:
        """Its name in *language*, else in English."""
        return in_language(self.names, language)

    def amount_checked(self, amount: Money) -> None:
        """Whether the provider takes that amount.

        Raises:
            AmountCurrencyError, AmountBelowMinimumError, AmountAboveMaximumError,
            AmountStepError: It does not.
        """
        if amount.currency != self.currency:
            raise AmountCurrencyError(currency=self.currency)
        if amount.minor < self.minimum.minor:
            raise AmountBelowMinimumError(minimum=self.minimum)
        if amount.minor > self.maximum.minor:
            raise AmountAboveMaximumError(maximum=self.maximum)
        if self.step is not None and amount.minor % self.step.minor:
            raise AmountStepError(step=self.step)

    def charge(self, amount: Money) -> Charge:
        """What paying *amount* costs."""
        taken = self.commission.of(amount)
        if self.commission.borne_by is BorneBy.PROVIDER:
            return Charge(amount, taken, amount, amount - taken, BorneBy.PROVIDER)
        return Charge(amount, taken, amount + taken, amount, BorneBy.PAYER)

    def read_fields(self, typed: Mapping[str, str]) -> dict[str, str]:
        """All fields in their kept form, from what was *typed*; those unknown are dropped.

        Raises:
            AccountFieldError: One that is needed is missing, or is no value of its field.
        """
        return {each.name: each.read(typed.get(each.name, "")) for each in self.fields}

    def discounted(self, amount: Money, fields: Mapping[str, str], on: date) -> Money:
        """What of a full *amount* is to be paid on a day."""
        percent = 0 if self.discount is None else self.discount.percent(fields, on)
        return Money(half_even(amount.minor * (100 - percent), 100), amount.currency)


class Contents:
    """All of the catalogue as it is at one moment, for looking at without asking storage."""

    def __init__(
        self, version: int, categories: list[Category], providers: list[Provider]
    ) -> None:
        self.version = version
        self.categories = sorted(categories, key=lambda each: (each.position, each.id))
        self.providers = {each.id: each for each in providers}
        """The newest terms of each, withdrawn ones too."""
        self._of_prefix = {
            prefix: each for each in self.open_providers() for prefix in each.prefixes
        }

    def open_providers(self) -> list[Provider]:
        """Those that can be paid, in the order of the file."""
        return [each for each in self.providers.values() if each.is_open]

    def in_category(self, category: str) -> list[Provider]:
        """Those of one category that can be paid."""
        return [each for each in self.open_providers() if each.category == category]

    def of_phone(self, national: str) -> Provider | None:
        """The operator of a national number of ten digits, by the longest prefix that fits."""
        found = (
            self._of_prefix.get(national[:length]) for length in range(PREFIX_LENGTH_MAX, 0, -1)
        )
        return next((each for each in found if each is not None), None)

    def search(self, text: str, language: str, limit: int) -> list[Provider]:
        """Those that can be paid and are called something like *text*; the best first."""
        found = self._index.find(text, language)
        return [self.providers[each.key] for each in found[:limit]]

    def named(self, text: str) -> Provider | None:
        """The one that *text* can only mean; None where it is not clear."""
        key = self._index.clear(text)
        return None if key is None else self.providers[key]

    @cached_property
    def _index(self) -> Index:
        """Made when somebody first searches: most processes of a wallet never do."""
        categories = {each.id: each for each in self.categories}
        phrases = {
            each.id: _phrases(each, categories.get(each.category))
            for each in self.open_providers()
        }
        return Index(phrases)


def _phrases(provider: Provider, category: Category | None) -> list[Phrase]:
    found = [Phrase(provider.id, "", _ALIAS)]
    found += [Phrase(name, language, _NAME) for language, name in provider.names.items()]
    found += [Phrase(alias, "", _ALIAS) for alias in provider.aliases]
    if category is not None:
        found += [
            Phrase(name, language, _CATEGORY, is_own=False)
            for language, name in category.names.items()
        ]
    return found


class StoredCatalogue(Protocol):
    """What storage keeps of the catalogue."""

    def contents(self) -> Contents:
        """All that is current; parsed once for each version of the catalogue."""

    def provider(self, provider_id: str, version: int | None = None) -> Provider | None:
        """The terms of that version, or the newest; None where there are none."""


class Book(Protocol):
    """The part of the book that reading the catalogue needs."""

    @property
    def catalogue(self) -> StoredCatalogue: ...


def provider_open(book: Book, provider_id: str, at: datetime) -> Provider:
    """The newest terms of a provider that can be paid at that moment.

    Raises:
        ProviderNotFoundError: There is none such, or it was withdrawn.
        ProviderClosedError: It is outside its hours.
    """
    provider = book.catalogue.provider(provider_id)
    if provider is None or not provider.is_open:
        raise ProviderNotFoundError
    if provider.hours is not None and not provider.hours.open_at(at):
        raise ProviderClosedError(provider=provider.names, opens_at=provider.hours.opens_at(at))
    return provider


class Catalogue:
    """What people see of the catalogue."""

    def __init__(self, *, store: Store[Book]) -> None:
        self._store = store

    async def contents(self) -> Contents:
        """All of it at once, for who looks at much of it."""
        return await self._store.read(lambda book: book.catalogue.contents())

    async def categories(self) -> list[Category]:
        """Those in which somebody can be paid, in their order."""
        contents = await self.contents()
        return [each for each in contents.categories if contents.in_category(each.id)]

    async def providers(self, category: str) -> list[Provider]:
        """Those of a category that can be paid, in the order of the file."""
        return (await self.contents()).in_category(category)

    async def provider(self, provider_id: str) -> Provider:
        """The newest terms of a provider, also of one that was withdrawn.

        Raises:
            ProviderNotFoundError: The catalogue never had it.
        """
        found = (await self.contents()).providers.get(provider_id)
        if found is None:
            raise ProviderNotFoundError
        return found

    async def search(self, text: str, language: str = "en", limit: int = 10) -> list[Provider]:
        """Those whose names, in any language, are like *text*; the best first."""
        return (await self.contents()).search(text, language, limit)

    async def named(self, text: str) -> Provider | None:
        """The one that *text* can only mean, its mistakes forgiven; None where none stands out."""
        return (await self.contents()).named(text)

    async def of_phone(self, phone: str) -> Provider | None:
        """The mobile operator of a number, typed as people type it; None where none fits."""
        national = national_number(phone)
        return None if national is None else (await self.contents()).of_phone(national)
