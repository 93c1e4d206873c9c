"""`/RoboFiscal/Receipt`: cash register receipts that belong to a paid order.

They are kept and given back, and registered with nobody: the status never says that one is.
"""

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import sentence_of
from gateway.pay_urls import uuid_of
from gateway.robokassa.errors import OrderRefusedError
from gateway.robokassa.routes import AnyCaseRoute
from gateway.robokassa.signatures import is_signed
from gateway.robokassa.values import read_number, read_sum
from gateway.robokassa_services.access import Access, NotGenuineError, answer
from gateway.robokassa_services.tokens import (
    Fields,
    TokenNotUnderstoodError,
    decoded,
    read_body,
    read_object,
    written,
)
from services.errors import WalletError
from services.fiscal_receipts import FiscalReceipts, Kept
from services.robokassa_shops import RobokassaShop

PATH = "/RoboFiscal/Receipt"
ACCEPTED, WAITING, FAILED, BAD_SIGNATURE = "0", "1", "1000", "1001"
"""Results of a request; 2 and 3, registered and refused by the register, are never said."""

KEPT = "Kept with the order; this wallet registers no receipts with the tax office"
SEGMENTS = 2


class ReceiptService:
    """What the two requests do."""

    def __init__(self, *, access: Access, receipts: FiscalReceipts) -> None:
        self._access = access
        self._receipts = receipts

    async def attach(self, request: Request) -> Response:
        """Keep a second receipt of a paid order; again is the same."""
        code, reason, kept = await self._outcome(request, self._attach)
        members: dict[str, Any] = {"ResultCode": code, "ResultDescription": reason}
        return answer(members | _operation(kept))

    async def status(self, request: Request) -> Response:
        """A receipt of that number, or the one that came with the order of that number."""
        code, reason, kept = await self._outcome(request, self._find)
        members: dict[str, Any] = {"Code": code, "Description": reason}
        if kept is not None:
            members["Code"] = WAITING
            members["Statuses"] = [{"Code": "Waiting", "Description": KEPT}]
            members["Receipt"] = read_object(kept.receipt.content.encode())
        return answer(members | _operation(kept))

    async def _outcome(self, request: Request, doing: Any) -> tuple[str, str, Kept | None]:
        try:
            shop, fields = await self._read(request)
            return ACCEPTED, KEPT, await doing(shop, fields)
        except NotGenuineError as exc:
            return BAD_SIGNATURE, str(exc), None
        except TokenNotUnderstoodError as exc:
            return FAILED, str(exc), None
        except OrderRefusedError as exc:
            return FAILED, f"A field cannot be read: {exc.detail}", None
        except WalletError as exc:
            return FAILED, sentence_of(exc), None

    async def _attach(self, shop: RobokassaShop, fields: Fields) -> Kept:
        total = read_sum(fields.text("total"), shop.merchant.currency)
        return await self._receipts.attach(
            merchant=shop.merchant,
            number=_number(fields, "id"),
            reference=_number(fields, "originId"),
            minor=total.minor,
            content=written(fields.members()),
        )

    async def _find(self, shop: RobokassaShop, fields: Fields) -> Kept:
        return await self._receipts.find(merchant=shop.merchant, number=_number(fields, "id"))

    async def _read(self, request: Request) -> tuple[RobokassaShop, Fields]:
        """The shop that signed the body with its first password, and what it says."""
        segments = read_body(await request.body()).strip('"').split(".")
        if len(segments) != SEGMENTS:
            raise TokenNotUnderstoodError("The body is not a signed receipt")
        content = decoded(segments[0])
        fields = Fields(read_object(content))
        shop, passwords = await self._access.named(request, fields.text("merchantId"))
        given = decoded(segments[1]).decode("ascii", "replace")
        ways = _bases(segments[0], content, passwords.first)
        if not any(is_signed(base, given, shop.algorithm) for base in ways):
            await self._access.refuse(request, "The signature is wrong")
        await self._access.count(request, shop)
        return shop, fields


def routes(service: ReceiptService) -> list[AnyCaseRoute]:
    """Giving a receipt and asking for it."""
    return [
        AnyCaseRoute(f"{PATH}/Attach", service.attach, methods=["POST"]),
        AnyCaseRoute(f"{PATH}/Status", service.status, methods=["POST"]),
    ]


def _bases(segment: str, content: bytes, password: str) -> Iterator[str]:
    """What is hashed: the segment as the vendor's clients do, or what it says as others do."""
    yield f"{segment}{password}"
    yield f"{content.decode(errors='replace')}{password}"


def _number(fields: Fields, name: str) -> str:
    number = read_number(fields.text(name))
    if number is None:
        raise TokenNotUnderstoodError(f"{name} is missing")
    return str(number)


def _operation(kept: Kept | None) -> dict[str, Any]:
    payment = None if kept is None else kept.invoice.payment
    return {} if payment is None else {"OpKey": uuid_of(payment)}
