"""`/api/v1/invoices`: issue, look at, list, take back; capture or release what is held."""

from collections.abc import Callable
from typing import Any, Protocol

from starlette.responses import Response

from gateway.api.endpoints import Call, Endpoint, shown
from gateway.api.models import (
    Invoice,
    InvoiceFilter,
    InvoicePage,
    NewCapture,
    NewCharge,
    NewInvoice,
    TestOutcome,
)
from gateway.api.once import answer_once
from gateway.pay_urls import invoice_facts
from services import invoices, return_addresses
from services.invoices import Capture, Wish
from services.invoices import Invoice as ServiceInvoice


async def create(call: Call[NewInvoice]) -> Response:
    """Ask a person, or whoever has the link, to pay; a known person is told at once."""
    return await answer_once(
        call,
        prepare=lambda: _creating(call),
        facts=lambda made: invoice_facts(made, call.api.links),
    )


async def get(call: Call[None]) -> Response:
    """How an invoice stands, by whatever interface it was issued."""
    found = await call.api.invoices.get(
        merchant=call.merchant, invoice_id=call.named("invoice_id")
    )
    return _shown(call, found)


async def listed(call: Call[InvoiceFilter]) -> Response:
    """Your invoices, newest first."""
    wanted = call.sent
    page = await call.api.invoices.page(
        merchant=call.merchant,
        state=wanted.state,
        reference=wanted.reference or None,
        before=wanted.cursor or None,
        limit=wanted.limit,
    )
    items = [invoice_facts(each, call.api.links) for each in page.invoices]
    return shown({"items": items, "next_cursor": page.next})


async def cancel(call: Call[None]) -> Response:
    """Take back an invoice that waits; again is the same, so no key is needed."""
    found = await call.api.invoices.cancel(
        merchant=call.merchant, invoice_id=call.named("invoice_id")
    )
    return _shown(call, found)


async def capture(call: Call[NewCapture]) -> Response:
    """Take what is held, or a part of it: the rest is free again.  Again is the same."""
    amount = call.sent.amount
    found = await call.api.authorisations.capture(
        merchant=call.merchant,
        invoice_id=call.named("invoice_id"),
        amount=None if amount is None else amount.money(),
    )
    return _shown(call, found)


async def release(call: Call[None]) -> Response:
    """Take nothing of what is held: it is free again.  Again is the same."""
    found = await call.api.authorisations.release(
        merchant=call.merchant, invoice_id=call.named("invoice_id")
    )
    return _shown(call, found)


async def charge(call: Call[NewCharge]) -> Response:
    """Charge again who agreed to it by paying this invoice; a reference is charged once."""
    parent = await call.api.invoices.get(
        merchant=call.merchant, invoice_id=call.named("invoice_id")
    )
    sent = call.sent
    wish = Wish(
        amount=sent.amount.money(),
        description=sent.description,
        reference=sent.reference,
        content=_content(custom_fields=sent.metadata, receipt=sent.receipt),
    )
    made = await call.api.payment_links.charge(merchant=call.merchant, parent=parent, wish=wish)
    return _shown(call, made, status=201)


async def play(call: Call[TestOutcome]) -> Response:
    """Have a test invoice paid or refused, as its page does.  Again is the same."""
    invoice_id = call.named("invoice_id")
    await call.api.invoices.get(merchant=call.merchant, invoice_id=invoice_id)
    found = await call.api.invoices.play_test(invoice_id=invoice_id, pays=call.sent.pays)
    return _shown(call, found)


class _Book(invoices.Book, return_addresses.Book, Protocol):
    """What issuing an invoice with addresses needs."""


def _creating(call: Call[NewInvoice]) -> Callable[[_Book], ServiceInvoice]:
    """The use case of issuing what is asked for, with its addresses looked at."""
    sent, merchant = call.sent, call.merchant
    creating = call.api.invoices.creating(merchant=merchant, wish=_wish(sent))
    urls = [each for each in (sent.success_url, sent.fail_url) if each is not None]
    if not urls:
        return creating

    def work(book: _Book) -> ServiceInvoice:
        return_addresses.registered(book, merchant, urls)
        return creating(book)

    return work


def _wish(sent: NewInvoice) -> Wish:
    customer = sent.customer
    return Wish(
        amount=sent.amount.money(),
        description=sent.description,
        phone=sent.phone,
        reference=sent.reference,
        expires_at=sent.expires_at,
        capture=Capture(sent.capture),
        is_test=sent.test,
        content=_content(
            success_url=sent.success_url,
            fail_url=sent.fail_url,
            recurring=sent.recurring,
            customer=None if customer is None else customer.model_dump(exclude_none=True),
            custom_fields=sent.metadata,
            receipt=sent.receipt,
        ),
    )


def _content(**members: Any) -> dict[str, Any]:
    """What the invoice keeps: no member that says nothing."""
    return {name: value for name, value in members.items() if value}


def _shown(call: Call[Any], invoice: ServiceInvoice, status: int = 200) -> Response:
    return shown(invoice_facts(invoice, call.api.links), status)


ENDPOINTS = (
    Endpoint(
        name="create_invoice",
        method="POST",
        path="/invoices",
        scope="invoices:write",
        run=create,
        summary="Issue an invoice",
        takes=NewInvoice,
        gives=Invoice,
        status=201,
        problems=(409,),
        is_once=True,
    ),
    Endpoint(
        name="list_invoices",
        method="GET",
        path="/invoices",
        scope="invoices:read",
        run=listed,
        summary="List invoices",
        takes=InvoiceFilter,
        gives=InvoicePage,
    ),
    Endpoint(
        name="get_invoice",
        method="GET",
        path="/invoices/{invoice_id}",
        scope="invoices:read",
        run=get,
        summary="Get an invoice",
        gives=Invoice,
        problems=(404,),
    ),
    Endpoint(
        name="cancel_invoice",
        method="POST",
        path="/invoices/{invoice_id}/cancel",
        scope="invoices:write",
        run=cancel,
        summary="Cancel an invoice",
        gives=Invoice,
        problems=(404, 409),
    ),
    Endpoint(
        name="capture_invoice",
        method="POST",
        path="/invoices/{invoice_id}/capture",
        scope="invoices:write",
        run=capture,
        summary="Capture a held payment",
        takes=NewCapture,
        gives=Invoice,
        problems=(404, 409),
    ),
    Endpoint(
        name="release_invoice",
        method="POST",
        path="/invoices/{invoice_id}/release",
        scope="invoices:write",
        run=release,
        summary="Release a held payment",
        gives=Invoice,
        problems=(404, 409),
    ),
    Endpoint(
        name="charge_invoice",
        method="POST",
        path="/invoices/{invoice_id}/charges",
        scope="links:charge",
        run=charge,
        summary="Charge again",
        takes=NewCharge,
        gives=Invoice,
        status=201,
        problems=(404, 409),
    ),
    Endpoint(
        name="play_test_invoice",
        method="POST",
        path="/invoices/{invoice_id}/test",
        scope="invoices:write",
        run=play,
        summary="Have a test invoice paid or refused",
        takes=TestOutcome,
        gives=Invoice,
        problems=(404, 409),
    ),
)
