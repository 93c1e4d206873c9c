"""`/api/v2/prv/{prv_id}/bills/`: the pull interface that came before the bill API.

Requests are forms, answers are codes with JSON or XML.  A shop signs in with its API id and
password, and may name no number but its own.
"""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.bills.amounts import NotReadError, rounded_down
from gateway.errors import METHODS
from gateway.form_fields import FieldsNotUnderstoodError, form_fields
from gateway.limits import Buckets, TooManyRequestsError
from gateway.osmp import basic_credentials
from gateway.pull.answers import answer, bill_facts, refund_facts
from gateway.pull.reading import checked_refund_id, read_bill
from gateway.pull.refusals import (
    BAD,
    FAILED,
    NO_ADDRESS,
    NO_METHOD,
    TOO_MANY,
    PullFieldError,
    Refusal,
    refusal_of,
)
from gateway.routes import Route
from services.clock import Clock
from services.errors import WalletError
from services.invoices import Invoice, Invoices, InvoiceTimesError, Wish
from services.merchants import Merchant
from services.pull_shops import PullRefusedError, PullShops
from services.refunds import Refunds
from services.terminals import TerminalRefusedError

logger = structlog.get_logger(__name__)

BILLS = "/api/v2/prv/{prv_id}/bills/{bill_id:path}"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="pull", charset="UTF-8"'}
_NUMBER_DIGITS_MAX = 12

Handler = Callable[[Request, Merchant], Awaitable[Response]]


class Pull:
    """The wallet's side of the pull interface."""

    def __init__(
        self,
        *,
        invoices: Invoices,
        pull_shops: PullShops,
        refunds: Refunds,
        now: Clock,
        per_key: Buckets,
        failures: Buckets,
    ) -> None:
        self._invoices = invoices
        self._pull_shops = pull_shops
        self._refunds = refunds
        self._now = now
        self._per_key = per_key
        self._failures = failures

    async def issue(self, request: Request, merchant: Merchant) -> Response:
        """`PUT {bill_id}`: a new bill, or the one of that number as it is now."""
        fields = await form_fields(request)
        wish = read_bill(request.path_params["bill_id"], fields, self._now())
        return answer(request, 0, {"bill": bill_facts(await self._issued(merchant, wish))})

    async def show(self, request: Request, merchant: Merchant) -> Response:
        """`GET {bill_id}`."""
        found = await self._find(request, merchant)
        return answer(request, 0, {"bill": bill_facts(found)})

    async def change(self, request: Request, merchant: Merchant) -> Response:
        """`PATCH {bill_id}` with `status=rejected`; again is the same."""
        if (await form_fields(request)).get("status") != "rejected":
            raise PullFieldError(BAD, "status can become rejected")
        found = await self._find(request, merchant)
        gone = await self._invoices.cancel(merchant=merchant, invoice_id=found.id)
        return answer(request, 0, {"bill": bill_facts(gone)})

    async def refund(self, request: Request, merchant: Merchant) -> Response:
        """`PUT {bill_id}/refund/{refund_id}`: give back, once for each number."""
        refund_id = checked_refund_id(request.path_params["refund_id"])
        written = (await form_fields(request)).get("amount")
        invoice = await self._find(request, merchant)
        made = await self._refunds.refund(
            merchant=merchant,
            invoice_id=invoice.id,
            amount=rounded_down(written, invoice.amount.currency),
            reference=refund_id,
        )
        return answer(request, 0, {"refund": refund_facts(made)})

    async def show_refund(self, request: Request, merchant: Merchant) -> Response:
        """`GET {bill_id}/refund/{refund_id}`."""
        invoice = await self._find(request, merchant)
        found = await self._refunds.with_reference(
            merchant=merchant, invoice_id=invoice.id, reference=request.path_params["refund_id"]
        )
        return answer(request, 0, {"refund": refund_facts(found)})

    async def caller(self, request: Request) -> Merchant:
        """Whose password *request* carries.

        Raises:
            PullRefusedError: Nobody's, or not of the shop whose number it names.
            TooManyRequestsError: It asks too often, or strangers from that address do.
        """
        try:
            merchant = await self._caller(request)
        except (PullRefusedError, TerminalRefusedError):
            await self._failures.take(address_of(request))
            raise PullRefusedError from None
        await self._per_key.take(merchant.id)
        request.state.caller = merchant.id
        return merchant

    async def _caller(self, request: Request) -> Merchant:
        api_id, password = basic_credentials(request.headers.get("authorization", ""))
        number = request.path_params["prv_id"][:_NUMBER_DIGITS_MAX]
        if not number.isascii() or not number.isdecimal():
            raise PullRefusedError
        return await self._pull_shops.authenticate(
            prv_id=int(number), api_id=api_id, password=password
        )

    async def _issued(self, merchant: Merchant, wish: Wish) -> Invoice:
        try:
            return await self._invoices.create(merchant=merchant, wish=wish)
        except InvoiceTimesError:
            # Asked again after its time, a bill is answered as it has become.
            page = await self._invoices.page(merchant=merchant, reference=wish.reference)
            if not page.invoices or page.invoices[0].amount != wish.amount:
                raise
            return page.invoices[0]

    async def _find(self, request: Request, merchant: Merchant) -> Invoice:
        reference = request.path_params["bill_id"]
        return await self._invoices.with_reference(merchant=merchant, reference=reference)


def routes(pull: Pull) -> list[Route]:
    """The pull interface; whatever else is asked of it is answered in its own words, too."""
    refunds: Mapping[str, Handler] = {"PUT": pull.refund, "GET": pull.show_refund}
    bills: Mapping[str, Handler] = {"PUT": pull.issue, "GET": pull.show, "PATCH": pull.change}

    async def elsewhere(request: Request) -> Response:
        return _refused(request, NO_ADDRESS)

    return [
        Route(f"{BILLS}/refund/{{refund_id}}", _by_method(pull, refunds), methods=METHODS),
        Route(BILLS, _by_method(pull, bills), methods=METHODS),
        Route("/api/v2/prv/{anything:path}", elsewhere, methods=METHODS),
    ]


def _by_method(
    pull: Pull, handlers: Mapping[str, Handler]
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of an address, with every refusal as a result code."""

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        if method not in handlers:
            return _refused(request, NO_METHOD, {"Allow": ", ".join(handlers)})
        try:
            return await handlers[method](request, await pull.caller(request))
        except TooManyRequestsError as exc:
            return _refused(request, TOO_MANY, {"Retry-After": str(exc.retry_after)})
        except PullRefusedError as exc:
            return _refused(request, refusal_of(exc), _CHALLENGE)
        except PullFieldError as exc:
            refusal = exc.refusal
        except (WalletError, NotReadError) as exc:
            refusal = refusal_of(exc)
        except FieldsNotUnderstoodError:
            refusal = Refusal(BAD, 400, "Too many fields")
        except Exception:
            logger.exception("request failed")
            refusal = FAILED
        return _refused(request, refusal)

    return endpoint


def _refused(
    request: Request, refusal: Refusal, headers: Mapping[str, str] | None = None
) -> Response:
    facts = {"description": refusal.says}
    return answer(request, refusal.code, facts, refusal.status, headers)
