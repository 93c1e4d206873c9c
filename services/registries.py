"""The daily settlement registry: what was paid to a provider on one day, as a file.

Made once, after the day in the provider's zone is over, and kept as it was sent.  It lists
payments by the moment at which they were captured, that is confirmed online.

Source: the OSMP provider protocol, "Settlement": a line for each payment with txn_id, date,
time, account and sum, separated by TAB, a last line with the count and the amount.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services import catalogue
from services.catalogue import Provider, ProviderNotFoundError
from services.clock import Clock
from services.errors import InvalidRequestError, NotFoundError
from services.money import Currency, Money, plain
from services.provider_life import ProviderPayment
from services.store import Store

MARGIN = timedelta(minutes=10)
"""After a day's end: a payment that was captured in its last second is in the books by then."""

DAYS_BACK = 7
"""Days that are made up for, where the wallet was off at midnight."""

NEWLINE = "\r\n"
DAY = timedelta(days=1)
_WORD = re.compile(r"[A-Za-z0-9-]{1,40}")
_DATES = re.compile(r"[ -$&-~]*(%[dmYyj][ -$&-~]*){1,4}")
_TIMES = re.compile(r"[ -$&-~]*(%[HMS][ -$&-~]*){1,4}")


_GOOD = {"prefix": _WORD, "date": _DATES, "time": _TIMES}
_NAMES = {"prefix": "prefix", "date": "date_form", "time": "time_form"}


class RegistryFormError(InvalidRequestError):
    """A registry cannot be written so.  Values: problem."""

    code = "registry_form"


class RegistryDayError(InvalidRequestError):
    """The day is not over yet.  Values: day."""

    code = "registry_day"


class RegistryNotFoundError(NotFoundError):
    """Nothing was paid to the provider on that day.  Values: day."""

    code = "registry_not_found"


@dataclass(frozen=True, slots=True)
class Form:
    """How a provider wants its registry, from the settings of its connection."""

    zone: ZoneInfo
    prefix: str = "QIWI"
    """The sender's name; the protocol's own unless another was agreed on."""
    date_form: str = "%d.%m.%Y"
    time_form: str = "%H:%M:%S"
    """The protocol does not say how dates and times look."""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Form":
        """The form that *settings* ask for: `zone`, and `prefix`, `date`, `time` of `registry`.

        Raises:
            RegistryFormError: One of them cannot be used.
        """
        wished: Mapping[str, str] = settings.get("registry", {})
        for name, value in wished.items():
            if name not in _NAMES or not _GOOD[name].fullmatch(value):
                raise RegistryFormError(problem=f"{name}: {value!r} is no form of it")
        try:
            zone = ZoneInfo(settings.get("zone", "Europe/Moscow"))
        except (ZoneInfoNotFoundError, ValueError):
            raise RegistryFormError(problem="a zone's name, such as Europe/Moscow") from None
        return cls(zone, **{_NAMES[name]: value for name, value in wished.items()})

    def day_of(self, at: datetime) -> date:
        """The day in the provider's zone."""
        return at.astimezone(self.zone).date()

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """When a day begins there, and when the next one does."""
        start = datetime.combine(day, time(), self.zone)
        return start, datetime.combine(day + DAY, time(), self.zone)


@dataclass(frozen=True, slots=True)
class Registry:
    """What was sent to a provider for a day."""

    provider: str
    day: date
    number: int
    """Of the day's registries: there is another for each further currency."""
    name: str
    """Of the file."""
    payments: int
    total: Money
    content: str
    digest: str
    """SHA-256 of the content in UTF-8."""
    made_at: datetime


class StoredRegistries(Protocol):
    """What storage keeps of registries."""

    def of(self, provider: str, day: date) -> list[Registry]:
        """Those of a day, by their numbers."""

    def days(self, provider: str, since: date) -> set[date]:
        """The days from *since* on that have one."""

    def add(self, registry: Registry) -> None:
        """Keep a new one."""


class SettledPayments(Protocol):
    """Payments to a provider by when they were settled."""

    def done_within(
        self, provider: str, since: datetime, until: datetime
    ) -> list[ProviderPayment]:
        """Those captured from *since* on and before *until*, in that order."""


class Book(catalogue.Book, Protocol):
    """The part of the book that registries need."""

    @property
    def registries(self) -> StoredRegistries: ...
    @property
    def provider_payments(self) -> SettledPayments: ...


class Registries:
    """Makes them when a day is over, and finds them again."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def make(self) -> list[Registry]:
        """Make what is missing of the last days, of all providers; returns what was made."""
        at = self._now()
        made = []
        for provider, day in await self._store.read(lambda book: _missing(book, at)):
            made += await self._make(provider, day, at)
        return made

    async def of(self, *, provider_id: str, day: date | None = None) -> list[Registry]:
        """The registries of a day, of yesterday where None is given; made if they were not.

        Raises:
            ProviderNotFoundError: There is no such provider.
            RegistryDayError: The day is not over.
            RegistryNotFoundError: Nothing was paid on it.
        """
        at = self._now()
        provider = await self._store.read(lambda book: found(book, provider_id))
        newest = _newest_day(provider, at)
        wanted = newest if day is None else day
        if wanted > newest:
            raise RegistryDayError(day=wanted.isoformat())
        kept = await self._store.read(lambda book: book.registries.of(provider.id, wanted))
        made = kept or await self._make(provider, wanted, at)
        if not made:
            raise RegistryNotFoundError(day=wanted.isoformat())
        return made

    async def _make(self, provider: Provider, day: date, at: datetime) -> list[Registry]:
        """Read first and kept after: what was captured on a day that is over stays so."""
        form = Form.of(provider.connection.settings)
        since, until = form.bounds(day)
        payments = await self._store.read(
            lambda book: book.provider_payments.done_within(provider.id, since, until)
        )
        written = written_for(provider, day, payments, at)

        def work(book: Book) -> list[Registry]:
            kept = book.registries.of(provider.id, day)
            if not kept:
                for registry in written:
                    book.registries.add(registry)
            return kept or written

        return await self._store.write(work) if written else []


def written_for(
    provider: Provider, day: date, payments: list[ProviderPayment], at: datetime
) -> list[Registry]:
    """A registry of *payments* for each currency in them."""
    form = Form.of(provider.connection.settings)
    currencies = sorted({each.amount.currency for each in payments}, key=lambda of: of.code)
    return [
        _written(provider, form, day, number, of, payments, at)
        for number, of in enumerate(currencies, start=1)
    ]


def file_name(provider: Provider, form: Form, day: date, number: int) -> str:
    """As the protocol names it: sender, service, day and number of the day's files."""
    return f"{form.prefix}_{provider.service or provider.id}_{day:%Y%m%d}{number}.csv"


def found(book: catalogue.Book, provider_id: str) -> Provider:
    """The newest terms of a provider, withdrawn or not.

    Raises:
        ProviderNotFoundError: There is none such.
    """
    provider = book.catalogue.provider(provider_id)
    if provider is None:
        raise ProviderNotFoundError
    return provider


def _written(
    provider: Provider,
    form: Form,
    day: date,
    number: int,
    of: Currency,
    payments: list[ProviderPayment],
    at: datetime,
) -> Registry:
    listed = [each for each in payments if each.amount.currency == of]
    total = Money(sum(each.amount.minor for each in listed), of)
    lines = [_line(each, form) for each in listed]
    lines.append(f"Total:\t{len(listed)}\t{plain(total)}")
    content = "".join(f"{line}{NEWLINE}" for line in lines)
    return Registry(
        provider=provider.id,
        day=day,
        number=number,
        name=file_name(provider, form, day, number),
        payments=len(listed),
        total=total,
        content=content,
        digest=sha256(content.encode()).hexdigest(),
        made_at=at,
    )


def _line(payment: ProviderPayment, form: Form) -> str:
    at = (payment.settled_at or payment.created_at).astimezone(form.zone)
    date_text, time_text = at.strftime(form.date_form), at.strftime(form.time_form)
    amount = plain(payment.amount)
    return f"{payment.txn}\t{date_text}\t{time_text}\t{payment.account}\t{amount}"


def _missing(book: Book, at: datetime) -> list[tuple[Provider, date]]:
    """Days that are over and have no registry yet, of all that ever were in the catalogue."""
    missing = []
    for provider in book.catalogue.contents().providers.values():
        newest = _newest_day(provider, at)
        days = [newest - back * DAY for back in range(DAYS_BACK - 1, -1, -1)]
        kept = book.registries.days(provider.id, days[0])
        missing += [(provider, day) for day in days if day not in kept]
    return missing


def _newest_day(provider: Provider, at: datetime) -> date:
    """The last day that is over, with the margin, in the provider's zone."""
    return Form.of(provider.connection.settings).day_of(at - MARGIN) - DAY
