"""`/RefundService/Refund`: money back by the operation's key, in a token signed by password #3."""

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.limits import Buckets
from gateway.pay_urls import id_of, uuid_of
from gateway.robokassa.errors import OrderRefusedError
from gateway.robokassa.routes import AnyCaseRoute
from gateway.robokassa.values import read_sum
from gateway.robokassa_services.access import Access, NotGenuineError, answer, number
from gateway.robokassa_services.orders import read_receipt
from gateway.robokassa_services.tokens import (
    Fields,
    Token,
    TokenNotUnderstoodError,
    read_token,
    written,
)
from services.errors import UnavailableError, WalletError
from services.ledger import InsufficientFundsError
from services.money import Money
from services.refunds import (
    NotPaidError,
    PaidInCashError,
    Refund,
    RefundNotFoundError,
    RefundState,
    RefundTooLargeError,
)
from services.robokassa_refunds import OperationNotFoundError, PaidOperation, RobokassaRefunds

PATH = "/RefundService/Refund"
NOT_UNDERSTOOD, NOT_GENUINE = "BadRequest", "InvalidSignature"
MESSAGES: dict[type[WalletError], str] = {
    OperationNotFoundError: "OperationNotFound",
    NotPaidError: "OperationNotPaid",
    PaidInCashError: "OperationPaidInCash",
    RefundTooLargeError: "NotEnoughOperationFunds",
    InsufficientFundsError: "NotEnoughShopFunds",
    UnavailableError: "TryAgain",
    WalletError: NOT_UNDERSTOOD,
}
"""By the nearest ancestor; `NotEnoughOperationFunds` is documented, the others are ours."""

UNKNOWN_REFUND = "Id is invalid or request id does not exist"
"""Source: docs.robokassa.ru, refund API."""

LABELS = {RefundState.PAID: "finished", RefundState.DECLINED: "canceled"}
"""Any other state is `processing`."""


class RefundService:
    """What the two requests do."""

    def __init__(self, *, access: Access, refunds: RobokassaRefunds, failures: Buckets) -> None:
        self._access = access
        self._refunds = refunds
        self._failures = failures

    async def create(self, request: Request) -> Response:
        """Give back what the token says; the same token soon again is the same refund."""
        try:
            token = read_token(await request.body())
            operation = await self._proved(request, token)
            return answer(_made(await self._refund(operation, token.payload)))
        except NotGenuineError:
            return _refused(NOT_GENUINE, 401)
        except (TokenNotUnderstoodError, OrderRefusedError):
            return _refused(NOT_UNDERSTOOD, 400)
        except WalletError as exc:
            kind = next(each for each in type(exc).__mro__ if each in MESSAGES)
            return _refused(MESSAGES[kind])

    async def state(self, request: Request) -> Response:
        """What has become of a refund; whoever knows its id may know that."""
        try:
            refund_id = id_of(request.query_params.get("id", "")) or ""
            refund = await self._refunds.get(refund_id=refund_id)
        except RefundNotFoundError:
            await self._failures.take(address_of(request))
            return answer({"message": UNKNOWN_REFUND})
        label = LABELS.get(refund.state, "processing")
        amount = number(refund.amount)
        return answer({"requestId": uuid_of(refund.id), "amount": amount, "label": label})

    async def _proved(self, request: Request, token: Token) -> PaidOperation:
        """The operation that the token names, if its shop signed the token."""
        operation_id = id_of(token.payload.text("OpKey")) or ""
        try:
            operation = await self._refunds.operation(operation_id=operation_id)
        except OperationNotFoundError:
            await self._failures.take(address_of(request))
            raise
        found = await self._access.of_merchant(operation.merchant.id)
        if found is None:
            raise OperationNotFoundError
        shop, passwords = found
        await self._access.admit(request, shop, token, passwords.third)
        return operation

    async def _refund(self, operation: PaidOperation, fields: Fields) -> Refund:
        text = fields.text("RefundSum")
        amount: Money | None = None
        if text:
            amount = read_sum(text, operation.invoice.amount.currency)
        items = fields.value("InvoiceItems")
        receipt = read_receipt(items, "") if items else None
        asked = written([operation.id, text, receipt])
        return await self._refunds.refund(
            operation=operation,
            amount=amount,
            mark=hashlib.sha256(asked.encode()).hexdigest(),
            receipt=receipt,
        )


def routes(service: RefundService) -> list[AnyCaseRoute]:
    """Making a refund and asking for it."""
    return [
        AnyCaseRoute(f"{PATH}/Create", service.create, methods=["POST"]),
        AnyCaseRoute(f"{PATH}/GetState", service.state, methods=["GET"]),
    ]


def _made(refund: Refund) -> dict[str, Any]:
    return {"success": True, "message": None, "requestId": uuid_of(refund.id)}


def _refused(message: str, status: int = 200) -> Response:
    return answer({"success": False, "message": message, "requestId": None}, status)
