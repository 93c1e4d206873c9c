"""What is not the same in a provider's list of payments and in the wallet's books.

Each difference is named once, by what an operator does about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.money import Currency, Money, plain
from services.provider_life import ON_ITS_WAY, ProviderPayment, ProviderPaymentState
from services.registries import Form
from services.registry_files import Line, RegistryFile


class Kind(StrEnum):
    """What is different."""

    MISSING = "missing"
    """Paid here, and the provider does not list it."""
    UNCONFIRMED = "unconfirmed"
    """Nobody knows whether it was paid, and the provider does not list it."""
    CONFIRMED = "confirmed"
    """It was not known to be paid, and the provider lists it."""
    FAILED = "failed"
    """It failed here and its money was given back, and the provider lists it."""
    STRANGE = "strange"
    """The provider lists what was never sent to it."""
    DOUBLED = "doubled"
    """The provider lists it more than once."""
    SUM = "sum"
    """The provider lists another sum."""
    ACCOUNT = "account"
    """The provider lists another account."""
    LATE = "late"
    """The provider lists it on another day than the wallet."""
    TOTAL_COUNT = "total_count"
    """The file says that it holds another number of payments than it does."""
    TOTAL_SUM = "total_sum"
    """The file says that it adds up to another amount than it does."""
    UNREAD = "unread"
    """A line of the file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same on both sides."""

    kind: Kind
    txn: int | None = None
    payment: str | None = None
    """The wallet's id of it."""
    ours: str = ""
    theirs: str = ""
    line: int | None = None
    """In the file."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What the wallet knows of the days that a file is about."""

    first: date
    last: date
    done: tuple[ProviderPayment, ...]
    """Captured in those days."""
    begun: tuple[ProviderPayment, ...]
    """Of which nobody knows whether they were paid, and which were begun by then."""
    others: tuple[ProviderPayment, ...]
    """What else the file speaks of."""
    confirmed_before: frozenset[str] = frozenset()
    """Of those that are done, the ones that an earlier file said were paid."""


def compare(theirs: RegistryFile, ours: Ours, form: Form, of: Currency) -> list[Difference]:
    """What is not the same, in the order of the file, then what it lacks, then its totals."""
    known = {each.txn: each for each in (*ours.others, *ours.begun, *ours.done)}
    listed: dict[int, int] = {}
    found: list[Difference] = []
    for line in theirs.lines:
        listed[line.txn] = listed.get(line.txn, 0) + 1
        payment = known.get(line.txn)
        if listed[line.txn] == 1:
            found += _at(line, payment, ours, form, of)
        elif listed[line.txn] == 2:  # noqa: PLR2004  # told once, however often it is there
            found.append(_of(Kind.DOUBLED, payment, line))
    found += _lacking(ours, listed, form)
    unread = (
        Difference(Kind.UNREAD, theirs=each.text, line=each.number) for each in theirs.unread
    )
    return [*found, *unread, *_totals(theirs, of)]


def _at(
    line: Line, payment: ProviderPayment | None, ours: Ours, form: Form, of: Currency
) -> list[Difference]:
    """What is different about one payment of the file."""
    if payment is None or payment.state is ProviderPaymentState.HELD:
        return [_of(Kind.STRANGE, payment, line, theirs=plain(Money(line.minor, of)))]
    found = []
    if payment.state is ProviderPaymentState.FAILED:
        found.append(_of(Kind.FAILED, payment, line))
    elif payment.state in ON_ITS_WAY:
        found.append(_of(Kind.CONFIRMED, payment, line, ours=payment.state.value))
    elif payment.settled_at is not None:
        day = form.day_of(payment.settled_at)
        said = line.day or (day if ours.first <= day <= ours.last else ours.first)
        if said != day:
            found.append(_of(Kind.LATE, payment, line, str(day), str(said)))
    if line.minor != payment.amount.minor or of != payment.amount.currency:
        theirs = plain(Money(line.minor, of))
        found.append(_of(Kind.SUM, payment, line, plain(payment.amount), theirs))
    if "".join(line.account.split()) != "".join(payment.account.split()):
        found.append(_of(Kind.ACCOUNT, payment, line, payment.account, line.account))
    return found


def _lacking(ours: Ours, listed: Mapping[int, int], form: Form) -> list[Difference]:
    """What the file does not list, but for what an earlier one did."""
    missing = [
        _of(Kind.MISSING, each, ours=plain(each.amount))
        for each in ours.done
        if each.txn not in listed and each.id not in ours.confirmed_before
    ]
    unconfirmed = [
        _of(Kind.UNCONFIRMED, each, ours=each.state.value)
        for each in ours.begun
        if each.txn not in listed and ours.first <= form.day_of(_begun(each)) <= ours.last
    ]
    return missing + unconfirmed


def _totals(theirs: RegistryFile, of: Currency) -> list[Difference]:
    if theirs.control is None:
        return []
    count, minor = len(theirs.lines), sum(each.minor for each in theirs.lines)
    found = []
    if theirs.control.payments != count:
        said = str(theirs.control.payments)
        found.append(Difference(Kind.TOTAL_COUNT, ours=str(count), theirs=said))
    if theirs.control.minor != minor:
        said, is_so = (plain(Money(each, of)) for each in (theirs.control.minor, minor))
        found.append(Difference(Kind.TOTAL_SUM, ours=is_so, theirs=said))
    return found


def _begun(payment: ProviderPayment) -> datetime:
    return payment.sent_at or payment.created_at


def _of(
    kind: Kind,
    payment: ProviderPayment | None,
    line: Line | None = None,
    ours: str = "",
    theirs: str = "",
) -> Difference:
    if payment is None and line is None:
        raise ValueError("a difference is about something")
    txn = line.txn if line is not None else payment.txn if payment is not None else None
    return Difference(
        kind,
        txn,
        None if payment is None else payment.id,
        ours,
        theirs,
        None if line is None else line.number,
    )
