"""`/form`: the pages on which a shop's customer pays, their forms and their live state."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gateway.addresses import address_of
from gateway.checkout import files, forms, page, screens
from gateway.checkout.forms import Cookie, FormRefusedError, invoice_of, kept
from gateway.checkout.page import HEADERS, Speaks, Words, problem_page
from gateway.checkout.permits import Permits
from gateway.checkout.returns import Returns
from gateway.checkout.screens import CHECKOUT, Frame
from gateway.errors import status_of
from gateway.languages import wanted
from gateway.limits import TooManyRequestsError
from gateway.pay_urls import Links, uuid_of
from gateway.routes import Route
from services.cash_payments import CashPayments
from services.checkout_life import (
    Checkout,
    CheckoutExpiredError,
    CheckoutNotFoundError,
    CheckoutState,
    Look,
    Opening,
    TypedCard,
    Way,
)
from services.checkouts import Checkouts
from services.codes import CodeExhaustedError
from services.errors import WalletError
from services.invoices import InvoiceNotFoundError, Invoices
from services.money import CURRENCIES

WAIT_SECONDS = 5
"""How soon a browser without JavaScript asks whether the chat has said yes."""

_OVER = (CheckoutNotFoundError, CheckoutExpiredError, CodeExhaustedError)

OldPage = Callable[[Mapping[str, str]], Awaitable[str | None]]
"""The invoice that an address of before names, or None."""


@dataclass(frozen=True, slots=True)
class Come:
    """A form of ours that has come in."""

    request: Request
    fields: dict[str, str]
    invoice: str
    browser: str

    @property
    def kept(self) -> dict[str, str]:
        """What the next page's address carries on."""
        return kept(self.fields)


class CheckoutPages:
    """The pages and what their forms do."""

    def __init__(
        self,
        *,
        checkouts: Checkouts,
        invoices: Invoices,
        cash_payments: CashPayments,
        speaks: Speaks,
        links: Links,
        returns: Returns,
        old_page: OldPage,
        permits: Permits,
    ) -> None:
        self._checkouts = checkouts
        self._invoices = invoices
        self._cash_payments = cash_payments
        self._speaks = speaks
        self._links = links
        self._returns = returns
        self._old_page = old_page
        self._permits = permits
        self._cookie = Cookie.of(links)

    async def show(self, request: Request) -> Response:
        """`GET /form/?invoice_uid=`: the invoice, and how it can be paid."""
        params = kept(request.query_params)
        invoice_id = invoice_of(params) or await self._old_page(request.query_params)
        if invoice_id is None:
            return self._problem(request, "missing", 404)
        browser = self._cookie.read(request) or forms.new_browser()
        try:
            return await self._invoice_page(request, params, invoice_id, browser)
        except InvoiceNotFoundError:
            return self._problem(request, "missing", 404)

    async def start(self, request: Request) -> Response:
        """`POST /form/start`: a number was typed."""

        async def begin(come: Come) -> Response:
            opening = await self._opening(come)
            way = Way.CHAT if come.fields.get("way") == Way.CHAT.value else Way.CODE
            phone = come.fields.get("phone", "")[: screens.PHONE_MAX]
            return self._to_checkout(
                come, await self._checkouts.by_phone(opening=opening, phone=phone, way=way)
            )

        return await self._answered(request, begin, typed=("phone", "way", "of"))

    async def card(self, request: Request) -> Response:
        """`POST /form/card`: a card was typed; it is shown again to nobody."""

        async def begin(come: Come) -> Response:
            await self._permits.cards.take(address_of(request))
            opening = await self._opening(come)
            checkout = await self._checkouts.by_card(opening=opening, card=_card(come.fields))
            return self._to_checkout(come, checkout)

        return await self._answered(request, begin, typed=("number",))

    async def ask(self, request: Request) -> Response:
        """`GET /form/checkout?id=`: the code is asked for, or the chat is waited for."""
        params = kept(request.query_params)
        browser, invoice_id = self._cookie.read(request), invoice_of(params)
        checkout_id = request.query_params.get("id", "")
        if browser is None or invoice_id is None:
            return self._problem(request, "stale", 404)
        try:
            checkout = await self._checkouts.show(checkout_id=checkout_id, browser=browser)
            look = await self._look(params, checkout.invoice)
        except CheckoutNotFoundError:
            return self._problem(request, "stale", 404)
        is_open = checkout.state is CheckoutState.OPEN and look.state == "waiting"
        if checkout.invoice != invoice_id or not is_open:
            return self._to_invoice(params | {"invoice_uid": uuid_of(checkout.invoice)})
        frame = self._frame(request, params, look, browser)
        return self._checkout_page(frame, checkout)

    async def code(self, request: Request) -> Response:
        """`POST /form/code`: the right code pays."""

        async def prove(come: Come) -> Response:
            await self._checkouts.prove(
                checkout_id=come.fields.get("id", ""),
                browser=come.browser,
                typed="".join(come.fields.get("code", "").split())[: screens.TYPED_MAX],
            )
            return self._to_invoice(come.kept)

        return await self._answered(request, prove)

    async def again(self, request: Request) -> Response:
        """`POST /form/again`: another code."""

        async def resend(come: Come) -> Response:
            await self._permits.address.take(address_of(request))
            checkout = await self._checkouts.resend(
                checkout_id=come.fields.get("id", ""), browser=come.browser
            )
            return self._to_checkout(come, checkout)

        return await self._answered(request, resend)

    async def test(self, request: Request) -> Response:
        """`POST /form/test`: a shop's test order ends as its tester says."""

        async def play(come: Come) -> Response:
            pays = come.fields.get("pays") == "1"
            await self._invoices.play_test(invoice_id=come.invoice, pays=pays)
            return self._to_invoice(come.kept)

        return await self._answered(request, play)

    async def terminal(self, request: Request) -> Response:
        """`POST /form/terminal`: the number to type at a cash terminal is asked for."""

        async def give(come: Come) -> Response:
            await self._permits.address.take(address_of(request))
            look = await self._look(come.kept, come.invoice)
            if look.takes_cash:
                await self._cash_payments.number(invoice_id=come.invoice)
            return self._to_invoice(come.kept | {"paySource": "terminal"}, "#terminal")

        return await self._answered(request, give)

    async def state(self, request: Request) -> Response:
        """`GET /form/state?invoice_uid=`: what has become of it, for the page's script."""
        invoice_id = invoice_of(kept(request.query_params))
        headers = {"Cache-Control": "no-store"}
        try:
            state = await self._checkouts.state(invoice_id=invoice_id or "")
        except InvoiceNotFoundError:
            return JSONResponse({"state": "missing"}, 404, headers)
        return JSONResponse({"state": state}, headers=headers)

    async def _answered(
        self,
        request: Request,
        act: Callable[[Come], Awaitable[Response]],
        typed: tuple[str, ...] = (),
    ) -> Response:
        """What *act* answers to a form of ours, or a page that says why not.

        *typed* are the fields that are shown again, where their page is.
        """
        try:
            come = await self._come(request)
        except FormRefusedError:
            return self._problem(request, "stale", 403)
        try:
            return await act(come)
        except TooManyRequestsError as exc:
            headers = {"Retry-After": str(exc.retry_after)}
            return self._problem(request, "busy", 429, headers, come.fields.get("lang"))
        except InvoiceNotFoundError:
            return self._problem(request, "missing", 404, lang=come.fields.get("lang"))
        except WalletError as exc:
            return await self._refused(come, exc, typed)

    async def _come(self, request: Request) -> Come:
        fields = await forms.fields_of(request)
        browser, invoice_id = self._cookie.read(request), invoice_of(kept(fields))
        if browser is None or invoice_id is None:
            raise FormRefusedError
        token = fields.pop("token", "")
        if not self._checkouts.is_form_token(browser=browser, invoice_id=invoice_id, token=token):
            raise FormRefusedError
        return Come(request, fields, invoice_id, browser)

    async def _refused(self, come: Come, error: WalletError, typed: tuple[str, ...]) -> Response:
        """The page that the form was on, and what was wrong with it."""
        checkout = None
        if "id" in come.fields and not isinstance(error, _OVER):
            checkout = await self._checkouts.show(
                checkout_id=come.fields["id"], browser=come.browser
            )
        shown = {name: come.fields[name] for name in typed if name in come.fields}
        if "number" in shown:
            shown["number"] = ""  # only that there was one: the card's form stays open
        look = await self._look(come.kept, come.invoice)
        if look.state != "waiting":
            return self._to_invoice(come.kept)
        frame = self._frame(come.request, come.kept, look, come.browser, typed=shown, error=error)
        status = status_of(type(error))
        if checkout is None:
            return self._page(frame, screens.invoice_screen(frame), status=status)
        return self._checkout_page(frame, checkout, status)

    async def _opening(self, come: Come) -> Opening:
        """What is asked for; it is counted.

        Raises:
            TooManyRequestsError: From here, or for this invoice, it was asked too often.
        """
        await self._permits.address.take(address_of(come.request))
        await self._permits.invoice.take(come.invoice)
        of = CURRENCIES.get(come.fields.get("of", ""))
        return Opening(come.invoice, come.browser, of, agrees=come.fields.get("agrees") == "1")

    async def _look(self, params: Mapping[str, str], invoice_id: str) -> Look:
        return await self._checkouts.look(
            invoice_id=invoice_id,
            success_url=params.get("successUrl"),
            fail_url=params.get("failUrl"),
        )

    async def _invoice_page(
        self, request: Request, params: dict[str, str], invoice_id: str, browser: str
    ) -> Response:
        look = await self._look(params, invoice_id)
        frame = self._frame(request, params, look, browser)
        if look.state != "waiting":
            back = await self._returns.of(look)
            frame = self._frame(request, params, look, browser, back=back)
        return self._page(frame, screens.invoice_screen(frame), browser=browser)

    def _frame(
        self,
        request: Request,
        params: Mapping[str, str],
        look: Look,
        browser: str,
        **more: object,
    ) -> Frame:
        invoice = look.invoice
        named = (params.get("lang", ""), str(invoice.content.get("culture", "")))
        carried = {**params, "invoice_uid": uuid_of(invoice.id)}
        return Frame(
            words=self._speaks(wanted(request, *named)),
            look=look,
            token=self._checkouts.form_token(browser=browser, invoice_id=invoice.id),
            chat=self._links.chat(invoice.id),
            kept=carried,
            sources=forms.sources_of(params, invoice.content),
            preselected=params.get("paySource", ""),
            **more,  # type: ignore[arg-type]  # the caller names fields of a frame
        )

    def _checkout_page(self, frame: Frame, checkout: Checkout, status: int = 200) -> Response:
        refresh = WAIT_SECONDS if checkout.way is Way.CHAT else 0
        body = screens.checkout_screen(frame, checkout)
        return self._page(frame, body, status=status, refresh=refresh)

    def _page(
        self,
        frame: Frame,
        body: page.Html,
        *,
        status: int = 200,
        refresh: int = 0,
        browser: str | None = None,
    ) -> Response:
        posts_to = frame.back.origin if frame.back and frame.back.method == "POST" else None
        answer = page.page(
            frame.words.language,
            frame.words.plain("title", payee=frame.invoice.merchant_name),
            body,
            status=status,
            refresh_seconds=refresh,
            posts_to=posts_to,
            has_script=True,
        )
        if browser is not None:
            self._cookie.give(answer, browser)
        return answer

    def _to_checkout(self, come: Come, checkout: Checkout) -> Response:
        query = urlencode({**come.kept, "id": checkout.id})
        return RedirectResponse(f"{CHECKOUT}?{query}", 303, HEADERS)

    def _to_invoice(self, params: Mapping[str, str], part: str = "") -> Response:
        return RedirectResponse(f"{screens.FORM}/?{urlencode(params)}{part}", 303, HEADERS)

    def _problem(
        self,
        request: Request,
        name: str,
        status: int,
        headers: dict[str, str] | None = None,
        lang: str | None = None,
    ) -> Response:
        words: Words = self._speaks(wanted(request, lang or ""))
        answer = problem_page(
            words.language, words.plain(name), words.plain(f"{name}-explain"), status
        )
        answer.headers.update(headers or {})
        return answer


def routes(pages: CheckoutPages) -> list[Route]:
    """The pages, their forms, their state and their two files."""
    return [
        Route("/form", pages.show, methods=["GET"]),
        Route("/form/", pages.show, methods=["GET"]),
        Route("/form/start", pages.start, methods=["POST"]),
        Route("/form/card", pages.card, methods=["POST"]),
        Route("/form/checkout", pages.ask, methods=["GET"]),
        Route("/form/code", pages.code, methods=["POST"]),
        Route("/form/again", pages.again, methods=["POST"]),
        Route("/form/terminal", pages.terminal, methods=["POST"]),
        Route("/form/test", pages.test, methods=["POST"]),
        Route("/form/state", pages.state, methods=["GET"]),
        *files.routes(),
    ]


def _card(fields: Mapping[str, str]) -> TypedCard:
    """The card as it was typed: the month before the year, with or without a stroke."""
    digits = "".join(each for each in fields.get("expires", "") if each.isdigit())
    month, year = digits[:2], digits[2:][-2:]
    return TypedCard(fields.get("number", ""), f"{year}{month}", fields.get("csc", "").strip())
