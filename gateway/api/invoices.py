"""`/api/v1/invoices`: issue, look at, list and take back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from gateway.api.callers import Api, Issuer, Reader
from gateway.api.documents import problems
from gateway.api.models import Invoice, InvoiceFilter, InvoicePage, NewInvoice
from gateway.api.once import IdempotencyKey, answer_once
from gateway.pay_urls import invoice_facts
from services.invoices import Wish


async def create(
    request: Request, body: NewInvoice, caller: Issuer, api: Api, key: IdempotencyKey
) -> Response:
    """Ask a person, or whoever has the link, to pay; a known person is told at once."""

    def wish() -> Wish:
        return Wish(
            amount=body.amount.money(),
            description=body.description,
            phone=body.phone,
            reference=body.reference,
            expires_at=body.expires_at,
        )

    return await answer_once(
        api=api,
        caller=caller,
        request=request,
        key=key,
        body=body,
        prepare=lambda: api.invoices.creating(merchant=caller.merchant, wish=wish()),
        facts=lambda made: invoice_facts(made, api.bot_username),
    )


async def get(invoice_id: str, caller: Reader, api: Api) -> Response:
    """How an invoice stands."""
    found = await api.invoices.get(merchant=caller.merchant, invoice_id=invoice_id)
    return JSONResponse(invoice_facts(found, api.bot_username))


async def listed(wanted: Annotated[InvoiceFilter, Query()], caller: Reader, api: Api) -> Response:
    """Your invoices, newest first."""
    page = await api.invoices.page(
        merchant=caller.merchant,
        state=wanted.state,
        reference=wanted.reference or None,
        before=wanted.cursor or None,
        limit=wanted.limit,
    )
    items = [invoice_facts(each, api.bot_username) for each in page.invoices]
    return JSONResponse({"items": items, "next_cursor": page.next})


async def cancel(invoice_id: str, caller: Issuer, api: Api) -> Response:
    """Take back an invoice that waits; again is the same, so no key is needed."""
    found = await api.invoices.cancel(merchant=caller.merchant, invoice_id=invoice_id)
    return JSONResponse(invoice_facts(found, api.bot_username))


def create_router() -> APIRouter:
    """The routes; `create_app` gives them what they work with."""
    router = APIRouter(prefix="/api/v1/invoices", tags=["invoices"])
    router.add_api_route(
        "",
        create,
        methods=["POST"],
        status_code=201,
        response_model=Invoice,
        responses=problems(400, 409),
        summary="Issue an invoice",
        operation_id="create_invoice",
    )
    router.add_api_route(
        "",
        listed,
        methods=["GET"],
        response_model=InvoicePage,
        responses=problems(),
        summary="List invoices",
        operation_id="list_invoices",
    )
    router.add_api_route(
        "/{invoice_id}",
        get,
        methods=["GET"],
        response_model=Invoice,
        responses=problems(404),
        summary="Get an invoice",
        operation_id="get_invoice",
    )
    router.add_api_route(
        "/{invoice_id}/cancel",
        cancel,
        methods=["POST"],
        response_model=Invoice,
        responses=problems(404, 409),
        summary="Cancel an invoice",
        operation_id="cancel_invoice",
    )
    return router
