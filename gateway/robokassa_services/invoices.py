"""`/InvoiceServiceWebApi/api`: a shop issues, takes back and lists invoices by signed tokens.

Whatever becomes of a request, it is answered 200 with `isSuccess`: clients look at nothing
else.  `/Merchant/Invoice/...` is where such an invoice is paid.
"""

import base64
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.addresses import address_of
from gateway.errors import sentence_of
from gateway.limits import Buckets
from gateway.pay_urls import Links, id_of, uuid_of
from gateway.robokassa.edge import language_of
from gateway.robokassa.errors import (
    INVOICE_UNKNOWN,
    OrderRefusedError,
    Words,
    error_page,
    number_of,
    sentence,
)
from gateway.robokassa.routes import AnyCaseRoute
from gateway.robokassa_services.access import Access, NotGenuineError, answer, number
from gateway.robokassa_services.orders import read_inv_id, read_order, read_wanted
from gateway.robokassa_services.tokens import Fields, Number, TokenNotUnderstoodError
from services.clock import Clock
from services.errors import WalletError
from services.invoices import InvoiceNotFoundError, InvoiceRejectedError
from services.rate_limits import Rate
from services.robokassa_invoices import RobokassaInvoices, ServiceInvoice
from services.robokassa_shops import RobokassaShop

PATH = "/InvoiceServiceWebApi/api"
VISITS = Rate(20, timedelta(seconds=6))
"""From one address: opening what many may pay makes an invoice each time."""

_ENCODED = re.compile(r"[A-Za-z0-9_-]{22}")
_UNKEPT = {"Cache-Control": "no-store"}
_GONE = (InvoiceNotFoundError, InvoiceRejectedError)

Answering = Callable[[RobokassaShop, Fields], Awaitable[dict[str, Any]]]


class InvoiceService:
    """What the three requests do."""

    def __init__(
        self,
        *,
        access: Access,
        issued: RobokassaInvoices,
        links: Links,
        now: Clock,
        words: Words,
        visits: Buckets,
    ) -> None:
        self._access = access
        self._issued = issued
        self._links = links
        self._now = now
        self._words = words
        self._visits = visits

    async def create(self, shop: RobokassaShop, fields: Fields) -> dict[str, Any]:
        """Issue an invoice; with the same number and sum again, it is the same."""
        order = read_order(shop, fields, self._now())
        issued = await self._issued.issue(merchant=shop.merchant, order=order)
        return {
            "isSuccess": True,
            "id": uuid_of(issued.id),
            "url": self._url(issued.id),
            "invId": Number(issued.reference),
            "encodedId": encoded_id(issued.id),
        }

    async def deactivate(self, shop: RobokassaShop, fields: Fields) -> dict[str, Any]:
        """Take an invoice back; again is the same."""
        inv_id, named = read_inv_id(fields), fields.text("Id") or fields.text("EncodedId")
        issued_id = decoded_id(named) if named else None
        if inv_id is None and issued_id is None:
            raise InvoiceNotFoundError
        await self._issued.end(merchant=shop.merchant, issued_id=issued_id, reference=inv_id)
        return {"isSuccess": True}

    async def listed(self, shop: RobokassaShop, fields: Fields) -> dict[str, Any]:
        """The invoices that the shop has issued by this service."""
        wanted = read_wanted(shop, fields)
        page = await self._issued.page(merchant=shop.merchant, wanted=wanted)
        return {
            "isSuccess": True,
            "currentPage": wanted.skip // wanted.limit + 1,
            "pageSize": wanted.limit,
            "totalCount": page.total,
            "totalPages": -(-page.total // wanted.limit),
            "invoices": [self._row(each) for each in page.found],
        }

    async def reply(self, request: Request, answering: Answering) -> Response:
        """The answer to a signed request, whatever becomes of it."""
        try:
            shop, fields = await self._access.by_token(request)
            return answer(await answering(shop, fields))
        except (TokenNotUnderstoodError, NotGenuineError) as exc:
            reason = str(exc)
        except OrderRefusedError as exc:
            reason = f"{sentence(self._words, 'en', exc)} ({exc.number})".strip()
        except WalletError as exc:
            reason = sentence_of(exc)
        return answer({"isSuccess": False, "errorMessage": reason})

    async def open(self, request: Request) -> Response:
        """Send whoever opens an invoice's address to the page where it is paid.

        A mere look (HEAD) makes nothing.
        """
        try:
            issued_id = decoded_id(request.path_params["encoded"])
            if issued_id is None:
                raise InvoiceNotFoundError
            await self._visits.take(address_of(request))
            if request.method == "HEAD":
                return Response(headers=_UNKEPT)
            invoice = await self._issued.open(issued_id=issued_id)
        except WalletError as exc:
            number = INVOICE_UNKNOWN if isinstance(exc, _GONE) else number_of(exc)
            refused = OrderRefusedError(number)
            return error_page(self._words, language_of(request, None), refused)
        return RedirectResponse(self._links.page(invoice.id), 303, _UNKEPT)

    def _url(self, issued_id: str) -> str:
        return f"{self._links.pages}/Merchant/Invoice/{encoded_id(issued_id)}"

    def _row(self, issued: ServiceInvoice) -> dict[str, Any]:
        return {
            "id": uuid_of(issued.id),
            "encodedId": encoded_id(issued.id),
            "invId": Number(issued.reference),
            "url": self._url(issued.id),
            "invoiceType": issued.kind.value,
            "status": issued.status.value,
            "outSum": number(issued.amount),
            "currency": issued.amount.currency.code,
            "description": issued.description,
            "merchantComments": issued.comments,
            "createdAt": _time(issued.created_at),
            "expiredAt": _time(issued.expires_at),
            "paidAt": _time(issued.paid_at),
        }


def encoded_id(issued_id: str) -> str:
    """An id as the addresses of invoices end: 22 letters."""
    return base64.urlsafe_b64encode(UUID(issued_id).bytes).decode().rstrip("=")


def decoded_id(text: str) -> str | None:
    """The id that *text* names in any of its forms; None where it is none."""
    if _ENCODED.fullmatch(text):
        return base64.urlsafe_b64decode(f"{text}==").hex()
    return id_of(text)


def routes(service: InvoiceService) -> list[AnyCaseRoute]:
    """Three requests of shops, and the address that is paid at."""

    def signed(answering: Answering) -> Callable[[Request], Awaitable[Response]]:
        async def reply(request: Request) -> Response:
            return await service.reply(request, answering)

        return reply

    return [
        AnyCaseRoute(f"{PATH}/CreateInvoice", signed(service.create), methods=["POST"]),
        AnyCaseRoute(f"{PATH}/DeactivateInvoice", signed(service.deactivate), methods=["POST"]),
        AnyCaseRoute(
            f"{PATH}/GetInvoiceInformationList", signed(service.listed), methods=["POST"]
        ),
        AnyCaseRoute("/Merchant/Invoice/{encoded}", service.open, methods=["GET"]),
    ]


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
