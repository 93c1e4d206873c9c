"""Comparing a provider's list of payments with the books, and settling what it confirms.

A payment of which nobody could tell what became of it, and which the provider lists, is
thereby known to be paid.  What the provider does not list is for the operator to decide.
"""

import re
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from services import catalogue, registries
from services.catalogue import Provider, ProviderNotFoundError
from services.differences import Difference, Kind, Ours, compare
from services.errors import InvalidRequestError
from services.history import Step
from services.provider_life import ProviderPayment
from services.registries import DAY, Form
from services.registry_files import RegistryFile, read
from services.store import Store

PERIOD_MAX = 62 * DAY
NAME_LENGTH_MAX = 120
"""Of a file, as the history of what it confirms quotes it."""

_FILE_NAME = re.compile(r"[A-Za-z0-9-]+_(?P<service>.+)_(?P<day>[0-9]{8})[0-9]*(?:\.[A-Za-z]+)?")
_TXN_END = 2**63
"""The wallet's own numbers are below it, and storage counts no further."""
_UNCLEAR = frozenset({Kind.SUM, Kind.ACCOUNT})


class PeriodUnknownError(InvalidRequestError):
    """It cannot be seen which days the file is about, or they are too many."""

    code = "registry_period"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a comparison found."""

    provider: str
    first: date
    last: date
    listed: int
    """Payments in the file."""
    paid: int
    """Payments that were captured here in those days."""
    differences: tuple[Difference, ...]
    resolved: tuple[str, ...] = ()
    """Payments that are settled by what the file says."""


class StoredPayments(registries.SettledPayments, Protocol):
    """What storage tells of payments to a provider."""

    def unsettled(self, provider: str) -> list[ProviderPayment]:
        """Those that are on their way, or of which nobody knows."""

    def with_txn(self, txn: int) -> ProviderPayment | None:
        """The payment of that transaction number, or None."""


class StoredSteps(Protocol):
    """What storage tells of a payment's life."""

    def of(self, subject: str) -> list[Step]:
        """All of its steps."""


class Book(catalogue.Book, Protocol):
    """The part of the book that a comparison needs."""

    @property
    def provider_payments(self) -> StoredPayments: ...
    @property
    def steps(self) -> StoredSteps: ...


class Resolve(Protocol):
    """`ProviderSending.resolve`."""

    def __call__(
        self, *, payment_id: str, paid: bool, reason: str, actor: str
    ) -> Awaitable[ProviderPayment]:
        """Say what became of a payment."""


class Reconciler:
    """Compares, and settles what is settled by that."""

    def __init__(self, *, store: Store[Book], resolve: Resolve) -> None:
        self._store = store
        self._resolve = resolve

    async def compare(
        self,
        *,
        content: bytes,
        name: str,
        provider_id: str | None = None,
        day: date | None = None,
        resolves: bool = False,
    ) -> Reconciliation:
        """Compare a file with the books; one that *resolves* settles what it confirms.

        Provider and day are those of the file's *name* where they are not given; else the
        days are those of its lines.

        Raises:
            ProviderNotFoundError: There is no such provider.
            RegistryFileError: The file cannot be read.
            PeriodUnknownError: Neither its name nor its lines say which days it is about.
        """
        named = _FILE_NAME.fullmatch(name)
        service = named["service"] if named else ""
        provider = await self._store.read(lambda book: _provider(book, provider_id, service))
        theirs = read(content, provider.currency)
        first, last = _period(theirs, day or _day_of(named))
        ours = await self._store.read(lambda book: _ours(book, provider, theirs, first, last))
        form = Form.of(provider.connection.settings)
        found = tuple(compare(theirs, ours, form, provider.currency))
        report = Reconciliation(provider.id, first, last, len(theirs.lines), len(ours.done), found)
        return await self._settle(report, name) if resolves else report

    async def _settle(self, report: Reconciliation, name: str) -> Reconciliation:
        """What is listed with another sum or account stays, for the operator to look at."""
        unclear = {each.txn for each in report.differences if each.kind in _UNCLEAR}
        left, resolved = [], []
        quoted = "".join(each for each in name if each.isprintable())[:NAME_LENGTH_MAX]
        for each in report.differences:
            if each.kind is not Kind.CONFIRMED or each.payment is None or each.txn in unclear:
                left.append(each)
                continue
            reason = f"listed in {quoted}"
            await self._resolve(
                payment_id=each.payment, paid=True, reason=reason, actor="registry"
            )
            resolved.append(each.payment)
        return replace(report, differences=tuple(left), resolved=tuple(resolved))


def _provider(book: Book, provider_id: str | None, service: str) -> Provider:
    if provider_id is not None:
        return registries.found(book, provider_id)
    for each in book.catalogue.contents().providers.values():
        if service and service == (each.service or each.id):
            return each
    raise ProviderNotFoundError


def _day_of(named: re.Match[str] | None) -> date | None:
    try:
        return None if named is None else datetime.strptime(named["day"], "%Y%m%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None


def _period(theirs: RegistryFile, day: date | None) -> tuple[date, date]:
    days = [day] if day else [each.day for each in theirs.lines if each.day is not None]
    if not days or max(days) - min(days) > PERIOD_MAX:
        raise PeriodUnknownError
    return min(days), max(days)


def _ours(book: Book, provider: Provider, theirs: RegistryFile, first: date, last: date) -> Ours:
    form = Form.of(provider.connection.settings)
    since, until = form.bounds(first)[0], form.bounds(last)[1]
    done = book.provider_payments.done_within(provider.id, since, until)
    begun = book.provider_payments.unsettled(provider.id)
    listed = {each.txn for each in theirs.lines if each.txn < _TXN_END}
    seen = {each.txn for each in (*done, *begun)}
    others = [book.provider_payments.with_txn(txn) for txn in sorted(listed - seen)]
    return Ours(
        first,
        last,
        tuple(done),
        tuple(begun),
        tuple(each for each in others if each is not None and each.provider == provider.id),
        frozenset(each.id for each in done if each.txn not in listed and _is_known(book, each)),
    )


def _is_known(book: Book, payment: ProviderPayment) -> bool:
    """Whether a file has listed it before, which settled it."""
    steps = book.steps.of(f"provider_payment/{payment.id}")
    return any(each.event == "resolve" and each.actor == "registry" for each in steps)
