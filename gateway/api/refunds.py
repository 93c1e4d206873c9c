"""Refunds: give back what was paid, wholly or in parts, never more."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.api.callers import Api, Reader, Refunder
from gateway.api.documents import problems
from gateway.api.models import NewRefund, Refund, RefundList
from gateway.api.once import IdempotencyKey, answer_once
from services.refunds import facts


async def create(
    request: Request,
    invoice_id: str,
    body: NewRefund,
    caller: Refunder,
    api: Api,
    key: IdempotencyKey,
) -> Response:
    """Give back a part of a paid invoice, or all that is left of it."""
    return await answer_once(
        api=api,
        caller=caller,
        request=request,
        key=key,
        body=body,
        prepare=lambda: api.refunds.refunding(
            merchant=caller.merchant,
            invoice_id=invoice_id,
            amount=None if body.amount is None else body.amount.money(),
            reason=body.reason,
        ),
        facts=facts,
    )


async def of_invoice(invoice_id: str, caller: Reader, api: Api) -> Response:
    """What was given back of one invoice, oldest first."""
    found = await api.refunds.of_invoice(merchant=caller.merchant, invoice_id=invoice_id)
    return JSONResponse({"items": [facts(each) for each in found]})


async def get(refund_id: str, caller: Reader, api: Api) -> Response:
    """One refund."""
    found = await api.refunds.get(merchant=caller.merchant, refund_id=refund_id)
    return JSONResponse(facts(found))


def create_router() -> APIRouter:
    """The routes; `create_app` gives them what they work with."""
    router = APIRouter(prefix="/api/v1", tags=["refunds"])
    router.add_api_route(
        "/invoices/{invoice_id}/refunds",
        create,
        methods=["POST"],
        status_code=201,
        response_model=Refund,
        responses=problems(400, 404, 409),
        summary="Refund an invoice",
        operation_id="create_refund",
    )
    router.add_api_route(
        "/invoices/{invoice_id}/refunds",
        of_invoice,
        methods=["GET"],
        response_model=RefundList,
        responses=problems(404),
        summary="List the refunds of an invoice",
        operation_id="list_refunds",
    )
    router.add_api_route(
        "/refunds/{refund_id}",
        get,
        methods=["GET"],
        response_model=Refund,
        responses=problems(404),
        summary="Get a refund",
        operation_id="get_refund",
    )
    return router
