"""Comparing a shop's list of orders with what was paid here: which ones are not alike, and how.

An order is an invoice by the merchant's own number or, where it gave none, by our id.
Nothing is changed: what is different, a person decides about.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from services import calendars, invoices, merchants, order_files
from services.errors import InvalidRequestError
from services.invoices import Invoice, InvoiceState
from services.money import Currency, Money, currency, parse_amount
from services.order_files import Order, OrderFile, OrderStatus
from services.statements import Period
from services.store import Store

_DAY = timedelta(days=1)
_PAID = (InvoiceState.PAID, InvoiceState.REFUNDED_IN_PART, InvoiceState.REFUNDED)


class OrderKind(StrEnum):
    """What is different about an order."""

    MISSING_HERE = "missing_here"
    """The shop thinks it was paid, and no invoice has its number."""
    UNPAID_HERE = "unpaid_here"
    """The shop thinks it was paid, and its invoice was not."""
    MISSING_THERE = "missing_there"
    """Paid here, and the shop does not list it."""
    UNPAID_THERE = "unpaid_there"
    """Paid here, and the shop lists it as unpaid."""
    DOUBLED = "doubled"
    """The shop lists it more than once."""
    LATE = "late"
    """Paid here on a later day than the shop says."""
    REFUNDED = "refunded"
    """Refunded here, wholly or in part, and the shop lists it as paid."""
    NOT_REFUNDED = "not_refunded"
    """The shop lists it as refunded, and here it was not, or not wholly."""
    AMOUNT = "amount"
    """Another amount or currency."""
    UNREAD = "unread"
    """A line of the file that cannot be read."""


@dataclass(frozen=True, slots=True)
class OurOrder:
    """What is known here of an order."""

    id: str
    reference: str | None
    state: InvoiceState
    amount: Money
    refunded: Money
    paid_at: datetime | None = None
    is_test: bool = False

    @property
    def number(self) -> str:
        """What the shop may know it by."""
        return self.reference or self.id

    @property
    def is_paid(self) -> bool:
        """Whether money has come for it, also where it went back again."""
        return self.state in _PAID and not self.is_test


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """One thing that is not the same on both sides."""

    kind: OrderKind
    order: str = ""
    invoice: str | None = None
    ours: str = ""
    theirs: str = ""
    line: int | None = None
    """In the file."""


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What a comparison has found."""

    merchant: str
    first: date | None
    last: date | None
    """Days of which the file should list all; None where it does not say which."""
    listed: int
    """Orders in the file."""
    paid: int
    """Paid here in those days."""
    differences: tuple[OrderDifference, ...]


class StoredOrders(Protocol):
    """What storage knows of a merchant's orders."""

    def paid_within(self, merchant_id: str, since: datetime, until: datetime) -> list[OurOrder]:
        """Those paid from *since* on and before *until*, oldest first; no tests."""


class Book(invoices.Book, Protocol):
    """The part of the book that orders are compared with."""

    @property
    def shop_orders(self) -> StoredOrders: ...


class OrderReconciler:
    """Reads only."""

    def __init__(self, *, store: Store[Book], zone: str) -> None:
        """*zone*: whose days they are."""
        self._store = store
        self._zone = zone

    async def compare(
        self, *, merchant_id: str, content: bytes, period: Period | None = None
    ) -> OrderReport:
        """What a shop's file and the books do not say alike.

        The file is about *period*; where that is None, about the days in it, and where it
        has none, about the days on which its orders were paid here.

        Raises:
            MerchantNotFoundError: There is none.
            OrderFileError: The file cannot be read.
        """
        file = order_files.read(content, self._zone)

        def view(book: Book) -> OrderReport:
            merchant = merchants.known(book, merchant_id)
            known = _named(book, merchant.id, file)
            days = period or self._days(file, known)
            paid = [] if days is None else self._paid(book, merchant.id, days)
            found = self._differences(file, known, paid)
            first, last = (None, None) if days is None else (days.first, days.last)
            return OrderReport(merchant.id, first, last, len(file.orders), len(paid), tuple(found))

        return await self._store.read(view)

    def _days(self, file: OrderFile, known: dict[str, OurOrder]) -> Period | None:
        days = [each.day for each in file.orders if each.day is not None]
        if not days:
            days = [self._day(each.paid_at) for each in known.values() if each.paid_at]
        return Period(min(days), max(days)) if days else None

    def _paid(self, book: Book, merchant_id: str, days: Period) -> list[OurOrder]:
        since = calendars.moment(days.first, time(), self._zone)
        until = calendars.moment(days.last + _DAY, time(), self._zone)
        return book.shop_orders.paid_within(merchant_id, since, until)

    def _differences(
        self,
        file: OrderFile,
        known: dict[str, OurOrder],
        paid: list[OurOrder],
    ) -> list[OrderDifference]:
        """In the order of the file, then what it lacks, then what cannot be read of it."""
        found: list[OrderDifference] = []
        grouped: dict[str, list[Order]] = {}
        for order in file.orders:
            grouped.setdefault(order.number, []).append(order)
        for number, orders in grouped.items():
            found += self._of_order(orders, known.get(number))
        seen = {each.id for each in known.values()}
        found += [
            OrderDifference(OrderKind.MISSING_THERE, each.number, each.id, _said(each))
            for each in paid
            if each.id not in seen
        ]
        return found + [
            OrderDifference(OrderKind.UNREAD, theirs=each.text, line=each.line)
            for each in file.unread
        ]

    def _of_order(self, orders: list[Order], ours: OurOrder | None) -> list[OrderDifference]:
        """What is different about one order; a line of its refund beside it is no double."""
        refunds = [each for each in orders if each.status is OrderStatus.REFUNDED]
        sales = [each for each in orders if each.status is not OrderStatus.REFUNDED]
        told = (sales or refunds)[0]
        found = []
        times = max(len(sales), len(refunds))
        if times > 1:
            found.append(_different(OrderKind.DOUBLED, told, ours, "", f"{times} times"))
        if ours is None or not ours.is_paid:
            return [*_unpaid(told, ours), *found]
        if told.status is OrderStatus.UNPAID and not refunds:
            gone = ours.state is InvoiceState.REFUNDED  # cancelled there, given back here
            unpaid = _different(OrderKind.UNPAID_THERE, told, ours, _said(ours))
            return found if gone else [unpaid, *found]
        if refunds:
            found = [*_given_back(refunds[0], ours), *found]
        if sales:
            found = [*_amounts(told, ours, is_refunded=bool(refunds)), *found]
        return [*found, *self._late(told, ours)]

    def _late(self, order: Order, ours: OurOrder) -> list[OrderDifference]:
        day = None if ours.paid_at is None else self._day(ours.paid_at)
        if day is None or order.day is None or day <= order.day:
            return []
        return [_different(OrderKind.LATE, order, ours, str(day), str(order.day))]

    def _day(self, at: datetime) -> date:
        return calendars.local_day(at, self._zone)


def our_order(invoice: Invoice) -> OurOrder:
    """What the comparison needs of an invoice."""
    return OurOrder(
        invoice.id,
        invoice.reference,
        invoice.state,
        invoice.amount,
        invoice.refunded,
        invoice.paid_at,
        invoice.is_test,
    )


def _named(book: Book, merchant_id: str, file: OrderFile) -> dict[str, OurOrder]:
    """The invoices that the file speaks of, by the number that it gives them."""
    known = {}
    for number in {each.number for each in file.orders}:
        invoice = book.invoices.with_reference(merchant_id, number)
        if invoice is None:
            by_id = book.invoices.find(number)
            invoice = by_id if by_id is not None and by_id.merchant == merchant_id else None
        if invoice is not None:
            known[number] = our_order(invoice)
    return known


def _unpaid(order: Order, ours: OurOrder | None) -> list[OrderDifference]:
    """An order that nobody has paid here is only wrong where the shop thinks so."""
    if order.status is OrderStatus.UNPAID:
        return []
    if ours is None:
        return [_different(OrderKind.MISSING_HERE, order, None, "", _theirs(order))]
    said = f"{ours.state.value}, a test" if ours.is_test else ours.state.value
    return [_different(OrderKind.UNPAID_HERE, order, ours, said, _theirs(order))]


def _given_back(refund: Order, ours: OurOrder) -> list[OrderDifference]:
    """A refund that the shop lists: of all, or of what was given back here."""
    if ours.state is InvoiceState.REFUNDED:
        return []
    if ours.refunded.minor and _money(refund, ours.amount.currency) == ours.refunded:
        return []
    return [_different(OrderKind.NOT_REFUNDED, refund, ours, _said(ours), _theirs(refund))]


def _amounts(sale: Order, ours: OurOrder, *, is_refunded: bool) -> list[OrderDifference]:
    """The amount of an order that was paid here; a shop may list what is left after refunds."""
    theirs = _money(sale, ours.amount.currency)
    if ours.refunded.minor and theirs == ours.amount - ours.refunded:
        return []
    found = []
    if theirs != ours.amount:
        found.append(_different(OrderKind.AMOUNT, sale, ours, str(ours.amount), _theirs(sale)))
    if ours.refunded.minor and not is_refunded:
        found.append(_different(OrderKind.REFUNDED, sale, ours, str(ours.refunded), _theirs(sale)))
    return found


def _money(order: Order, default: Currency) -> Money | None:
    """The amount of *order*; None where its currency has none such."""
    try:
        of = default if order.currency is None else currency(order.currency)
        if not order.amount.strip("0."):
            return Money(0, of)
        return parse_amount(order.amount, of)
    except InvalidRequestError:
        return None


def _said(ours: OurOrder) -> str:
    gone = f", {ours.refunded} refunded" if ours.refunded.minor else ""
    return f"{ours.amount}{gone}"


def _theirs(order: Order) -> str:
    return order.amount if order.currency is None else f"{order.amount} {order.currency}"


def _different(
    kind: OrderKind, order: Order, ours: OurOrder | None, said: str = "", theirs: str = ""
) -> OrderDifference:
    invoice = None if ours is None else ours.id
    return OrderDifference(kind, order.number, invoice, said, theirs, order.line)
