"""Bills that a link asks for: made without a key, so held to limits."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.addresses import address_of
from gateway.bills.amounts import AmountZeroError, NotReadError
from gateway.bills.edge import Bills
from gateway.bills.refusals import BillRefusedError
from gateway.bills.times import TimeNotUnderstoodError
from gateway.checkout.page import Html, html, page, problem_page
from gateway.form_fields import FieldsNotUnderstoodError
from gateway.languages import wanted
from gateway.limits import Buckets, TooManyRequestsError
from gateway.pay_urls import Links
from services.errors import InvalidRequestError, NotFoundError, WalletError
from services.invoices import Invoice, InvoiceTimesError, ReferenceUsedError, Wish
from services.merchants import Merchant
from services.money import (
    AmountNotUnderstoodError,
    AmountOutOfRangeError,
    CurrencyUnknownError,
)
from services.rate_limits import Rate

Words = Callable[[str, str], dict[str, str]]
"""The sentences of a language whose keys start with a prefix."""

PREFIX = "bill-link-"
OPENED = Rate(30, timedelta(seconds=2))
"""Bills by link from one address."""

TOLD = Rate(3, timedelta(minutes=10))
"""Bills by link to one phone: whoever knows a shop's public key could else fill its chat."""

_REASONS: tuple[tuple[type[Exception], str, int], ...] = (
    (TooManyRequestsError, "busy", 429),
    (AmountZeroError, "amount", 400),
    (AmountNotUnderstoodError, "amount", 400),
    (AmountOutOfRangeError, "amount", 400),
    (CurrencyUnknownError, "amount", 400),
    (TimeNotUnderstoodError, "lifetime", 400),
    (InvoiceTimesError, "lifetime", 400),
    (ReferenceUsedError, "taken", 409),
    (FieldsNotUnderstoodError, "unreadable", 400),
    (NotFoundError, "shop", 404),
    (InvalidRequestError, "unreadable", 400),
    (NotReadError, "unreadable", 400),
    (BillRefusedError, "unreadable", 400),
)
"""What is said of an error, and the page's status; of any other that it failed."""

TROUBLES = (
    WalletError,
    NotReadError,
    BillRefusedError,
    FieldsNotUnderstoodError,
    TooManyRequestsError,
)
"""What a page is shown for."""


class LinkedBills:
    """Issues the bills of links, and says in a page why one cannot be."""

    def __init__(
        self, *, bills: Bills, links: Links, words: Words, opened: Buckets, told: Buckets
    ) -> None:
        self._bills = bills
        self._links = links
        self._words = words
        self._opened = opened
        self._told = told

    async def issue(self, request: Request, merchant: Merchant, wish: Wish) -> Invoice:
        """The bill of *wish*, or the one of its number as it is now.

        Nobody proves to be the shop here.  So a phone is told of few such bills; the ones
        after them are open to whoever has the link.

        Raises:
            TooManyRequestsError: From here came too many.
            WalletError: As `Bills.issued` does.
        """
        await self._opened.take(address_of(request))
        if wish.phone is not None:
            try:
                await self._told.take(wish.phone)
            except TooManyRequestsError:
                wish = replace(wish, phone=None)
        return await self._bills.issued(merchant, wish)

    def to_page(self, invoice_id: str, more: str = "") -> Response:
        """The way to the bill's page."""
        return RedirectResponse(
            self._links.page(invoice_id) + more, 303, {"Cache-Control": "no-store"}
        )

    def trouble(self, request: Request, error: Exception) -> Response:
        """A page that says what is wrong with the link."""
        found = (each for each in _REASONS if isinstance(error, each[0]))
        _, name, status = next(found, (Exception, "failed", 503))
        return self.problem(request, name, status)

    def problem(self, request: Request, name: str, status: int) -> Response:
        """The page of the sentence *name*."""
        language, says = self._said(request)
        return problem_page(language, says["title"], says.get(name, ""), status)

    def ask_amount(self, request: Request, fields: Mapping[str, str]) -> Response:
        """A page that asks the payer how much, and asks again with all that was there."""
        language, says = self._said(request)
        kept = "".join(
            f'<input type="hidden" name="{html(name)}" value="{html(value)}">'
            for name, value in fields.items()
            if name != "amount"
        )
        body = Html(
            f"<h1>{html(says.get('ask', ''))}</h1>"
            f'<form action="{html(request.url.path)}" method="get">{kept}'
            f'<label for="amount">{html(says.get("label", ""))}</label>'
            '<input id="amount" name="amount" inputmode="decimal" maxlength="16" '
            f'autocomplete="off" required><button>{html(says.get("go", ""))}</button></form>'
        )
        return page(language, says["title"], body)

    def _said(self, request: Request) -> tuple[str, dict[str, str]]:
        language = next(iter(wanted(request)), "en")
        says = self._words(language, PREFIX)
        return language, {name.removeprefix(PREFIX): text for name, text in says.items()}
