"""`/partner/bill/v1/bills/`: QIWI's bill API, so that its clients change one address.

A bill is an invoice whose reference is the `billId`.  Bodies that are not needed are not
looked at, nor is any Content-Type: clients send all sorts of them.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.api.callers import KEY_LENGTH_MAX, bearer_key
from gateway.bills.amounts import NotReadError
from gateway.bills.answers import (
    bill_facts,
    error_facts,
    json_response,
    pair_facts,
    refund_facts,
)
from gateway.bills.reading import read_bill, read_object, read_refund
from gateway.bills.refusals import (
    INTERNAL,
    NO_METHOD,
    NO_URL,
    NOT_FOUND,
    TOO_MANY,
    BillRefusedError,
    Refusal,
    invalid,
    refusal_of,
)
from gateway.errors import METHODS, request_id_of
from gateway.limits import Buckets, TooManyRequestsError
from gateway.pay_urls import Links
from gateway.routes import Route
from gateway.targets import WebhookUrlError, check_webhook_url
from services.clock import Clock
from services.errors import WalletError
from services.invoices import Invoice, Invoices, InvoiceTimesError, Wish
from services.key_pairs import KeyPairs
from services.merchants import KeyRefusedError, Merchant, Merchants, ScopeMissingError
from services.phones import PhoneNotUnderstoodError
from services.refunds import Refund, Refunds

logger = structlog.get_logger(__name__)

BASE = "/partner/bill/v1"
KEYS = "/widgets-api/api/p2p/protected/keys/create"

Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Request, Merchant], Awaitable[Response]]


class Bills:
    """The wallet's side of the bill API."""

    def __init__(
        self,
        *,
        invoices: Invoices,
        key_pairs: KeyPairs,
        merchants: Merchants,
        refunds: Refunds,
        links: Links,
        now: Clock,
        per_key: Buckets,
        failures: Buckets,
        allow_private: bool = False,
    ) -> None:
        self._invoices = invoices
        self._key_pairs = key_pairs
        self._merchants = merchants
        self._refunds = refunds
        self._links = links
        self._now = now
        self._per_key = per_key
        self._failures = failures
        self._allow_private = allow_private

    async def issue(self, request: Request, merchant: Merchant) -> Response:
        """`PUT {billId}`: a new bill, or the one of that number as it is now."""
        bill_id = request.path_params["bill_id"]
        wish = read_bill(bill_id, await request.body(), self._now())
        return self._bill(await self.issued(merchant, wish), merchant)

    async def issued(self, merchant: Merchant, wish: Wish) -> Invoice:
        """The invoice of *wish*; of a phone that is none the bill is open to all.

        Raises:
            whatever `Invoices.create` does.
        """
        try:
            return await self._invoices.create(merchant=merchant, wish=wish)
        except PhoneNotUnderstoodError:
            return await self.issued(merchant, replace(wish, phone=None))
        except InvoiceTimesError:
            # Asked again after its time, a bill is answered as it has become.
            if wish.reference is None or not await self._exists(merchant, wish.reference):
                raise
            return await self.issued(merchant, replace(wish, expires_at=None))

    async def show(self, request: Request, merchant: Merchant) -> Response:
        """`GET {billId}`."""
        return self._bill(await self._find(request, merchant), merchant)

    async def reject(self, request: Request, merchant: Merchant) -> Response:
        """`POST {billId}/reject`; again is the same."""
        found = await self._find(request, merchant)
        gone = await self._invoices.cancel(merchant=merchant, invoice_id=found.id)
        return self._bill(gone, merchant)

    async def refund(self, request: Request, merchant: Merchant) -> Response:
        """`PUT {billId}/refunds/{refundId}`: give back, once for each number."""
        refund_id = request.path_params["refund_id"]
        amount = read_refund(refund_id, await request.body())
        invoice = await self._find(request, merchant)
        made = await self._refunds.refund(
            merchant=merchant, invoice_id=invoice.id, amount=amount, reference=refund_id
        )
        return await self._refunded(merchant, invoice, made)

    async def show_refund(self, request: Request, merchant: Merchant) -> Response:
        """`GET {billId}/refunds/{refundId}`."""
        invoice = await self._find(request, merchant)
        found = await self._refunds.with_reference(
            merchant=merchant, invoice_id=invoice.id, reference=request.path_params["refund_id"]
        )
        return await self._refunded(merchant, invoice, found)

    async def create_keys(self, request: Request, merchant: Merchant) -> Response:
        """`POST …/keys/create`: a new key pair of the caller's."""
        asked = read_object(await request.body())
        name = _text(asked, "keysPairName")
        url = _text(asked, "serverNotificationsUrl") or None
        if url is not None:
            self._check_url(url)
        fresh = await self._key_pairs.create(merchant_id=merchant.id, name=name, notify_url=url)
        return json_response(pair_facts(fresh))

    async def caller(self, request: Request, scope: str) -> Merchant:
        """Whose key *request* carries.

        Raises:
            KeyRefusedError: Nobody's.
            ScopeMissingError: It is not good for that.
            TooManyRequestsError: Its owner asks too often, or strangers from that address.
        """
        key = bearer_key(request.headers.get("authorization", ""))
        try:
            caller = await self._merchants.authenticate(secret_key=key[:KEY_LENGTH_MAX])
        except KeyRefusedError:
            await self._failures.take(address_of(request))
            raise
        await self._per_key.take(caller.merchant.id)
        request.state.caller = caller.merchant.id
        if scope not in caller.scopes:
            raise ScopeMissingError(scope=scope)
        return caller.merchant

    def refuse(self, request: Request, refusal: Refusal, **headers: str) -> Response:
        """*refusal* in QIWI's words."""
        facts = error_facts(
            refusal.code, refusal.says, self._now(), request_id_of(request), refusal.cause
        )
        return json_response(facts, refusal.status, headers)

    def _bill(self, invoice: Invoice, merchant: Merchant) -> Response:
        return json_response(bill_facts(invoice, merchant, self._links))

    async def _find(self, request: Request, merchant: Merchant) -> Invoice:
        reference = request.path_params["bill_id"]
        return await self._invoices.with_reference(merchant=merchant, reference=reference)

    async def _exists(self, merchant: Merchant, reference: str) -> bool:
        page = await self._invoices.page(merchant=merchant, reference=reference)
        return bool(page.invoices)

    async def _refunded(self, merchant: Merchant, invoice: Invoice, refund: Refund) -> Response:
        """The refund, which was full if it and those before it left nothing."""
        all_of_it = await self._refunds.of_invoice(merchant=merchant, invoice_id=invoice.id)
        until = [each.amount.minor for each in all_of_it if each.id <= refund.id]
        return json_response(refund_facts(refund, is_full=sum(until) == invoice.amount.minor))

    def _check_url(self, url: str) -> None:
        try:
            check_webhook_url(url, allow_private=self._allow_private)
        except WebhookUrlError as exc:
            raise invalid("serverNotificationsUrl", str(exc.values["problem"])) from None


class _Tolerant(Route):
    """An address that some clients write otherwise: with a slash at its end, or `refund`."""

    def __init__(self, path: str, endpoint: Endpoint) -> None:
        super().__init__(path, endpoint, methods=METHODS)
        pattern = self.path_regex.pattern.removesuffix("$").replace("/refunds/", "/refunds?/")
        self.path_regex = re.compile(f"{pattern}/?$")


def routes(bills: Bills) -> list[Route]:
    """The bill API; whatever else is asked of it is answered in its own words, too."""
    bill, reads, writes = f"{BASE}/bills/{{bill_id}}", "invoices:read", "invoices:write"
    keys = dict.fromkeys(("POST", "PUT"), (bills.create_keys, "keys:write"))
    addresses: Mapping[str, Mapping[str, tuple[Handler, str]]] = {
        bill: {"PUT": (bills.issue, writes), "GET": (bills.show, reads)},
        f"{bill}/reject": {"POST": (bills.reject, writes)},
        f"{bill}/refunds/{{refund_id}}": {
            "PUT": (bills.refund, "refunds:write"),
            "GET": (bills.show_refund, reads),
        },
        f"{BASE}/bills{KEYS}": keys,  # where one client looks for it
        KEYS: keys,
    }
    found = [_Tolerant(path, _by_method(bills, each)) for path, each in addresses.items()]
    return [*found, Route(f"{BASE}/{{anything:path}}", _elsewhere(bills), methods=METHODS)]


def _by_method(bills: Bills, handlers: Mapping[str, tuple[Handler, str]]) -> Endpoint:
    """The endpoint of an address, with every refusal in QIWI's words."""
    allowed = ", ".join(handlers)

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        if method not in handlers:
            return bills.refuse(request, NO_METHOD, Allow=allowed)
        handler, scope = handlers[method]
        try:
            return await handler(request, await bills.caller(request, scope))
        except KeyRefusedError:
            # A client's own tests want an answer that is no JSON on a wrong key.
            return Response(b"", 401, {"WWW-Authenticate": "Bearer"})
        except TooManyRequestsError as exc:
            return bills.refuse(request, TOO_MANY, **{"Retry-After": str(exc.retry_after)})
        except BillRefusedError as exc:
            refusal = exc.refusal
        except (WalletError, NotReadError) as exc:
            refusal = refusal_of(exc)
        except Exception:
            logger.exception("request failed")
            refusal = INTERNAL
        return bills.refuse(request, refusal)

    return answer


def _text(asked: Mapping[str, object], name: str) -> str:
    found = asked.get(name)
    if not isinstance(found, str | None):
        raise invalid(name, "a text is needed")
    return found or ""


def _elsewhere(bills: Bills) -> Endpoint:
    """What is asked of any other address; one without a billId names no bill."""

    async def answer(request: Request) -> Response:
        names_none = request.scope["path"].startswith(f"{BASE}/bills//")
        return bills.refuse(request, NOT_FOUND if names_none else NO_URL)

    return answer
