"""The older pages that shops of the pull interface lead their payers to."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from gateway.bills.pages import TROUBLES, LinkedBills
from gateway.form_fields import form_fields
from gateway.pull.reading import INTERFACE, read_order
from gateway.pull.refusals import PullFieldError
from gateway.routes import Route
from services.clock import Clock
from services.invoices import Invoices
from services.merchants import Merchant
from services.pull_shops import PullShopNotFoundError, PullShops

PASSED_ON = {"successUrl": "successUrl", "failUrl": "failUrl", "pay_source": "paySource"}
"""What our page is told of the older one's parameters."""

_NUMBER_DIGITS_MAX = 12


class OldBills:
    """Finds what the older pages name."""

    def __init__(self, *, invoices: Invoices, pull_shops: PullShops) -> None:
        self._invoices = invoices
        self._pull_shops = pull_shops

    async def find(self, params: Mapping[str, str]) -> str | None:
        """The id of the invoice that `shop` and `transaction` name; None where they name none."""
        try:
            merchant = await self.merchant(params.get("shop", ""))
        except PullShopNotFoundError:
            return None
        reference = params.get("transaction", "").strip()
        page = await self._invoices.page(merchant=merchant, reference=reference)
        # Anybody may ask, and the numbers can be guessed: only what was issued to be shown so.
        found = [each.id for each in page.invoices if each.interface == INTERFACE]
        return found[0] if found else None

    async def merchant(self, number: str) -> Merchant:
        """Whose shop number that is.

        Raises:
            PullShopNotFoundError: Nobody's.
        """
        text = number.strip()[:_NUMBER_DIGITS_MAX]
        if not text.isascii() or not text.isdecimal():
            raise PullShopNotFoundError
        return await self._pull_shops.with_number(prv_id=int(text))


class PullPages:
    """Where the older pages lead."""

    def __init__(self, *, old_bills: OldBills, linked: LinkedBills, now: Clock) -> None:
        self._old_bills = old_bills
        self._linked = linked
        self._now = now

    async def show(self, request: Request) -> Response:
        """`/order/external/main.action`: a bill by its shop and number."""
        try:
            fields = await form_fields(request)
        except TROUBLES as exc:
            return self._linked.trouble(request, exc)
        invoice_id = await self._old_bills.find(fields)
        if invoice_id is None:
            return self._linked.problem(request, "missing", 404)
        passed = {to: fields[name] for name, to in PASSED_ON.items() if fields.get(name)}
        return self._linked.to_page(invoice_id, f"&{urlencode(passed)}" if passed else "")

    async def order(self, request: Request) -> Response:
        """`/order/external/create.action`: a bill from a link; again is the same bill."""
        try:
            fields = await form_fields(request)
            merchant = await self._old_bills.merchant(fields.get("from", ""))
            reference = fields.get("txn_id", "").strip() or str(uuid4())
            wish = read_order(fields, reference, self._now())
            invoice = await self._linked.issue(request, merchant, wish)
        except PullFieldError:
            return self._linked.problem(request, "unreadable", 400)
        except TROUBLES as exc:
            return self._linked.trouble(request, exc)
        return self._linked.to_page(invoice.id)


def routes(pages: PullPages) -> list[Route]:
    """The two pages."""
    both = ["GET", "POST"]
    return [
        Route("/order/external/create.action", pages.order, methods=both),
        Route("/order/external/main.action", pages.show, methods=both),
    ]
