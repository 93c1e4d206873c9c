"""The payment page: a signed order becomes an invoice, and its payer comes to our own page."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gateway.addresses import address_of
from gateway.checkout.page import HEADERS
from gateway.pay_urls import id_of, uuid_of
from gateway.robokassa.edge import Robokassa, language_of
from gateway.robokassa.errors import (
    BAD_PARAMETER,
    INVOICE_UNKNOWN,
    OrderRefusedError,
    error_page,
    refuse,
    sentence,
)
from gateway.robokassa.fields import Fields
from gateway.robokassa.orders import Order, read_order
from gateway.robokassa.splits import read_split
from services.errors import WalletError
from services.invoices import Invoice
from services.merchants import Merchant

Reading = Callable[[Robokassa, Fields], Awaitable[tuple[Merchant, Order]]]
"""How a request says what its order is."""


async def signed_order(edge: Robokassa, fields: Fields) -> tuple[Merchant, Order]:
    """The order of `Index.aspx` and its kin."""
    shop, passwords = await edge.shop_of(fields)
    return shop.merchant, read_order(fields, shop, passwords, edge.now())


async def saved_order(edge: Robokassa, fields: Fields) -> tuple[Merchant, Order]:
    """The same, of a payer that the shop knows by an earlier operation."""
    merchant, order = await signed_order(edge, fields)
    if order.token is None:
        refuse(BAD_PARAMETER, "Token")
    return merchant, order


async def split_order(edge: Robokassa, fields: Fields) -> tuple[Merchant, Order]:
    """The order of `CreateV2`: JSON, signed as a whole."""
    return await read_split(fields, edge.shops, edge.now())


class OrderPages:
    """What payers' browsers are sent to, and what shops ask before they send them."""

    def __init__(self, edge: Robokassa) -> None:
        self._edge = edge

    async def index(self, request: Request) -> Response:
        """`Index.aspx`: on to the wallet's page, or a page that says why not."""
        return await self._open(request, signed_order)

    async def saved(self, request: Request) -> Response:
        """`CoFPayment`: the same, addressed to the wallet that the shop has saved."""
        return await self._open(request, saved_order)

    async def split(self, request: Request) -> Response:
        """`CreateV2`: the same, from JSON."""
        return await self._open(request, split_order)

    async def index_json(self, request: Request) -> Response:
        """`Indexjson.aspx`: the invoice's id for `show`, or the number of the error."""
        fields: Fields | None = None
        try:
            fields = await self._edge.fields_of(request)
            invoice = await self._issue(request, fields, signed_order)
        except (OrderRefusedError, WalletError) as exc:
            refused = await self._edge.refused(request, exc)
            says = sentence(self._edge.words, language_of(request, fields), refused)
            return JSONResponse(
                {"invoiceID": None, "errorCode": refused.number, "errorMessage": says}
            )
        return JSONResponse({"invoiceID": uuid_of(invoice.id), "errorCode": 0, "errorMessage": ""})

    async def show(self, request: Request) -> Response:
        """`/Merchant/Index/{id}`: on to the page of an invoice made before."""
        invoice_id = id_of(request.path_params["id"])
        if invoice_id is None:
            refused = OrderRefusedError(INVOICE_UNKNOWN)
            return error_page(self._edge.words, language_of(request, None), refused)
        return self._to_page(invoice_id)

    async def _open(self, request: Request, reading: Reading) -> Response:
        fields: Fields | None = None
        try:
            fields = await self._edge.fields_of(request)
            invoice = await self._issue(request, fields, reading)
        except (OrderRefusedError, WalletError) as exc:
            refused = await self._edge.refused(request, exc)
            return error_page(self._edge.words, language_of(request, fields), refused)
        return self._to_page(invoice.id)

    async def _issue(self, request: Request, fields: Fields, reading: Reading) -> Invoice:
        """The invoice of an order; posted again while it waits, the same.

        A number that is paid, or whose money is held, is refused; one that was not paid in
        its time, or has another sum now, is issued anew.
        """
        await self._edge.visits.take(address_of(request))
        merchant, order = await reading(self._edge, fields)
        request.state.caller = merchant.id
        phone = None
        if order.token is not None:
            phone = await self._edge.charges.phone_of(merchant=merchant, payment_id=order.token)
        number = order.number
        if number is None:
            number = await self._edge.shops.next_number(merchant=merchant)
        return await self._edge.invoices.create(merchant=merchant, wish=order.wish(number, phone))

    def _to_page(self, invoice_id: str) -> Response:
        return RedirectResponse(self._edge.links.page(invoice_id), 303, HEADERS)
