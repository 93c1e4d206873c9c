"""Refunds: give back what was paid, wholly or in parts, never more."""

from starlette.responses import Response

from gateway.api.endpoints import Call, Endpoint, shown
from gateway.api.models import NewRefund, Refund, RefundList
from gateway.api.once import answer_once
from services.refunds import facts


async def create(call: Call[NewRefund]) -> Response:
    """Give back a part of a paid invoice, or all that is left of it."""
    sent = call.sent
    return await answer_once(
        call,
        prepare=lambda: call.api.refunds.refunding(
            merchant=call.merchant,
            invoice_id=call.named("invoice_id"),
            amount=None if sent.amount is None else sent.amount.money(),
            reason=sent.reason,
            reference=sent.reference,
        ),
        facts=facts,
    )


async def of_invoice(call: Call[None]) -> Response:
    """What was given back of one invoice, oldest first."""
    found = await call.api.refunds.of_invoice(
        merchant=call.merchant, invoice_id=call.named("invoice_id")
    )
    return shown({"items": [facts(each) for each in found]})


async def get(call: Call[None]) -> Response:
    """One refund."""
    found = await call.api.refunds.get(merchant=call.merchant, refund_id=call.named("refund_id"))
    return shown(facts(found))


ENDPOINTS = (
    Endpoint(
        name="create_refund",
        method="POST",
        path="/invoices/{invoice_id}/refunds",
        scope="refunds:write",
        run=create,
        summary="Refund an invoice",
        takes=NewRefund,
        gives=Refund,
        status=201,
        problems=(404, 409),
        is_once=True,
    ),
    Endpoint(
        name="list_refunds",
        method="GET",
        path="/invoices/{invoice_id}/refunds",
        scope="invoices:read",
        run=of_invoice,
        summary="List the refunds of an invoice",
        gives=RefundList,
        problems=(404,),
    ),
    Endpoint(
        name="get_refund",
        method="GET",
        path="/refunds/{refund_id}",
        scope="invoices:read",
        run=get,
        summary="Get a refund",
        gives=Refund,
        problems=(404,),
    ),
)
