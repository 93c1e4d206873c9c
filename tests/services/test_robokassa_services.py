"""What stands behind Robokassa's services, on both engines: once is once, whoever asks."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from purser.services import Services
from services.fiscal_receipts import (
    FiscalReceiptLimitError,
    FiscalReceiptNotFoundError,
    FiscalReceiptTotalError,
    FiscalReceiptUsedError,
    ReceiptKind,
)
from services.invoices import Capture, InvoiceNotFoundError, InvoiceState
from services.merchants import Merchant
from services.money import RUB, Money
from services.refunds import NotPaidError
from services.robokassa_invoices import Kind, Order, Status, Wanted
from services.robokassa_refunds import OperationNotFoundError, PaidOperation
from tests.cast import Cast
from tests.clock import TestClock

ORDER = Order(
    kind=Kind.ONE_TIME,
    amount=Money(100_10, RUB),
    description="Книга",
    comments="",
    capture=Capture.AT_ONCE,
    reference="7",
    expires_at=None,
    content={"receipt": '{"items": []}'},
)
RECEIPT = '{"total": 100.10}'


@pytest.fixture
async def shop(services: Services, cast: Cast) -> Merchant:
    merchant = await cast.shop()
    await services.robokassa_shops.add(merchant_id=merchant.id)
    return merchant


@pytest.fixture
async def operation(services: Services, cast: Cast, shop: Merchant) -> PaidOperation:
    """The order, paid by Ann."""
    issued = await services.robokassa_invoices.issue(merchant=shop, order=ORDER)
    ann = await cast.join()
    await cast.fund(ann, 500_00)
    invoice = await services.invoices.view(holder=ann, invoice_id=issued.id)
    payment = await cast.pay(ann, invoice)
    return await services.robokassa_refunds.operation(operation_id=payment)


async def test_issued_by_many_requests_at_once_is_one(services: Services, shop: Merchant) -> None:
    """A shop whose worker was started twice has one invoice, listed once."""
    issue = services.robokassa_invoices.issue
    issued = await asyncio.gather(*(issue(merchant=shop, order=ORDER) for _ in range(4)))

    page = await services.robokassa_invoices.page(merchant=shop, wanted=Wanted())
    assert {each.id for each in issued} == {page.found[0].id}
    assert page.total == 1


async def test_list_of_both_kinds(
    services: Services, shop: Merchant, operation: PaidOperation, clock: TestClock
) -> None:
    """With every filter at once; what is asked for in vain is an empty page."""
    clock.advance(seconds=1)
    reusable = replace(ORDER, kind=Kind.REUSABLE, reference=None, comments="Полка 100%")
    made = await services.robokassa_invoices.issue(merchant=shop, order=reusable)
    wanted = Wanted(
        statuses=frozenset({Status.NOT_PAID}),
        kinds=frozenset({Kind.REUSABLE}),
        words="ПОЛКА 100%",
        since=clock(),
        until=clock(),
        minor_min=100_10,
        minor_max=100_10,
        is_ascending=False,
    )

    whole = await services.robokassa_invoices.page(merchant=shop, wanted=Wanted())
    found = await services.robokassa_invoices.page(merchant=shop, wanted=wanted)
    none = await services.robokassa_invoices.page(
        merchant=shop, wanted=replace(wanted, words="полка_100")
    )

    assert [(each.id, each.status) for each in whole.found] == [
        (operation.invoice.id, Status.PAID),
        (made.id, Status.NOT_PAID),
    ]
    assert (found.found, found.total) == ([made], 1)
    assert (none.found, none.total) == ([], 0)


async def test_ended(services: Services, shop: Merchant, clock: TestClock) -> None:
    """One that many may pay, and an invoice that was made otherwise."""
    reusable = replace(ORDER, kind=Kind.REUSABLE, expires_at=clock() + timedelta(days=300))
    made = await services.robokassa_invoices.issue(merchant=shop, order=reusable)
    visit = await services.robokassa_invoices.open(issued_id=made.id)
    await services.robokassa_invoices.end(merchant=shop, issued_id=made.id)
    await services.robokassa_invoices.end(merchant=shop, reference=visit.reference)

    page = await services.robokassa_invoices.page(merchant=shop, wanted=Wanted())
    found = await services.invoices.get(merchant=shop, invoice_id=visit.id)
    assert [(each.ended_at, each.status) for each in page.found] == [(clock(), Status.EXPIRED)]
    assert found.state is InvoiceState.REJECTED
    with pytest.raises(InvoiceNotFoundError):
        await services.robokassa_invoices.end(merchant=shop, reference="8")
    with pytest.raises(InvoiceNotFoundError):
        await services.robokassa_invoices.open(issued_id=visit.id)  # nobody's address


async def test_the_same_refund_at_once_is_one(
    services: Services, operation: PaidOperation, cast: Cast
) -> None:
    """Whoever is first, all are told of the same."""
    refund = services.robokassa_refunds.refund
    asked: dict[str, Any] = {"operation": operation, "mark": "0" * 64, "receipt": RECEIPT}
    made = await asyncio.gather(
        *(refund(amount=Money(40_00, RUB), **asked) for _ in range(3)),
        *(refund(amount=None, **asked | {"mark": "1" * 64}) for _ in range(2)),
        return_exceptions=True,
    )

    refunds = [each for each in made if not isinstance(each, BaseException)]
    kept = await services.refunds.of_invoice(
        merchant=operation.merchant, invoice_id=operation.invoice.id
    )
    assert {each.id for each in refunds} == {each.id for each in kept}
    assert sum(each.amount.minor for each in kept) == 100_10
    assert await cast.faults() == []


async def test_receipts(
    services: Services, shop: Merchant, operation: PaidOperation, clock: TestClock
) -> None:
    """Two of a payment at most, however many come at once; a refund's are beside them."""
    assert operation.invoice.paid_at is not None
    attach = services.fiscal_receipts.attach
    asked: dict[str, Any] = {"merchant": shop, "reference": "7", "content": RECEIPT}
    outcomes = await asyncio.gather(
        *(attach(number=str(number), minor=100_10, **asked) for number in (14, 14, 15)),
        return_exceptions=True,
    )
    await services.robokassa_refunds.refund(
        operation=operation, amount=None, mark="2" * 64, receipt=RECEIPT
    )

    refused = [each for each in outcomes if isinstance(each, FiscalReceiptLimitError)]
    kept = [each for each in outcomes if not isinstance(each, BaseException)]
    first = await services.fiscal_receipts.find(merchant=shop, number="7")
    second = await services.fiscal_receipts.find(merchant=shop, number=kept[0].receipt.number)
    assert (len(kept), len(refused)) in ((2, 1), (1, 2))
    assert (first.receipt.kind, second.receipt.kind) == (ReceiptKind.FIRST, ReceiptKind.SECOND)
    assert second.receipt.content == RECEIPT
    with pytest.raises(FiscalReceiptUsedError):
        await attach(number=second.receipt.number, minor=1, **asked | {"content": "{}"})
    with pytest.raises(FiscalReceiptTotalError):
        await attach(number="16", minor=100_11, **asked)
    with pytest.raises(FiscalReceiptNotFoundError):
        await services.fiscal_receipts.find(merchant=shop, number="99")


async def test_nothing_to_refund_and_nothing_to_attach_to(
    services: Services, shop: Merchant
) -> None:
    """An order that nobody has paid."""
    issued = await services.robokassa_invoices.issue(merchant=shop, order=ORDER)

    with pytest.raises(OperationNotFoundError):
        await services.robokassa_refunds.operation(operation_id=issued.id)
    with pytest.raises(NotPaidError):
        await services.fiscal_receipts.attach(
            merchant=shop, number="14", reference="7", minor=1, content=RECEIPT
        )
