"""The checkout's pages: forms and redirects alone, and nothing for who is not the payer."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.checkout.permits import CARDS, STARTS
from gateway.pay_urls import uuid_of
from purser.services import Services
from services.holders import Holder
from services.invoices import Capture, Invoice, Wish
from services.money import RUB, USD, Money
from services.vault import Vault
from tests.cast import OTHER_PHONE, PHONE, Cast
from tests.gateway.conftest import Shop
from tests.services.test_checkouts import card_of

ORIGIN = "https://wallet.example"
UNKNOWN = "+79991112233"
LANGUAGES = ("en", "ru", "hi", "gu", "tr", "ar")


@dataclass
class Browser:
    """What a browser without JavaScript does: it follows, fills in, and sends."""

    client: httpx.AsyncClient
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    async def open(self, invoice: Invoice, **params: str) -> httpx.Response:
        asked = {"invoice_uid": uuid_of(invoice.id)} | params
        return await self._shown(await self.client.get("/form/", params=asked))

    async def get(self, path: str) -> httpx.Response:
        return await self._shown(await self.client.get(path))

    async def send(self, action: str, **typed: str) -> httpx.Response:
        """Send the form of that action with its hidden fields and what is typed."""
        fields = self.hidden(action) | typed
        headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        answer = await self.client.post(f"/form/{action}", data=fields, headers=headers)
        return await self._shown(answer)

    def hidden(self, action: str) -> dict[str, str]:
        form = re.search(rf'<form method="post" action="/form/{action}">(.*?)</form>', self.page)
        assert form is not None, self.page
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
        return {name: unescape(value) for name, value in found}

    @property
    def page(self) -> str:
        return self.answer.text

    @property
    def text(self) -> str:
        """As a reader sees it."""
        plain = re.sub("[\u2068\u2069]", "", re.sub(r"<[^>]+>", " ", self.page))
        return " ".join(unescape(plain).replace("\u00a0", " ").split())

    @property
    def state(self) -> str:
        found = re.search(r'data-state="(\w+)"', self.page)
        return found[1] if found else ""

    async def _shown(self, answer: httpx.Response) -> httpx.Response:
        self.answer = answer
        if answer.is_redirect and answer.headers["location"].startswith("/"):
            assert answer.status_code == 303
            return await self.get(answer.headers["location"])
        return answer


def browser_of(app: FastAPI, address: str = "192.0.2.1") -> Browser:
    transport = httpx.ASGITransport(app=app, client=(address, 50000))
    return Browser(httpx.AsyncClient(transport=transport, base_url=ORIGIN))


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    opened = browser_of(app)
    async with opened.client:
        yield opened


@pytest.fixture
async def bill(cast: Cast, shop: Shop) -> Invoice:
    """Open to all, 700 roubles."""
    return await cast.invoice(shop.merchant, 700_00, phone=None)


async def issue(services: Services, shop: Shop, minor: int = 700_00, **more: Any) -> Invoice:
    wish = Wish(Money(minor, more.pop("of", RUB)), "A book", **more)
    return await services.invoices.create(merchant=shop.merchant, wish=wish)


async def test_paid_with_a_code(browser: Browser, cast: Cast, ann: Holder, bill: Invoice) -> None:
    """From the shop's link to paid: three pages, two forms."""
    await browser.open(bill)
    first = browser.text
    await browser.send("start", phone=PHONE, way="code", of="RUB")
    asked = browser.text
    await browser.send("code", code=f" {await cast.code()} ")

    for said in ("Shop", "RUB 700.00", "A book", "Open Telegram", "Waiting for payment"):
        assert said in first
    assert "If +7916***4567 has a wallet" in asked
    assert "Pay RUB 700.00" in asked
    assert (browser.state, browser.answer.status_code) == ("paid", 200)
    assert await cast.available(ann) == 4_300_00


async def test_paid_in_another_currency(
    browser: Browser, cast: Cast, ann: Holder, bill: Invoice, services: Services
) -> None:
    """The page names cost, rate and fee, and takes exactly that."""
    await services.rates.set(pair="USD/RUB", rate="100")
    await cast.fund(ann, 50_00, USD)
    await browser.open(bill)
    assert "$7.00, exchanged: 1 USD = 100 RUB" in browser.text

    await browser.send("start", phone=PHONE, way="code", of="USD")
    asked = browser.text
    await browser.send("code", code=await cast.code())

    assert "$7.00 leaves the wallet, at 1 USD = 100 RUB" in asked
    assert browser.state == "paid"
    assert await cast.available(ann, USD) == 43_00


async def test_paid_with_a_card(
    browser: Browser, cast: Cast, vault: Vault, ann: Holder, bill: Invoice
) -> None:
    """Whatever is typed of a card is never shown again, right or wrong."""
    card = await card_of(cast, vault, ann)
    expires = f"{card.expires[2:]} / {card.expires[:2]}"
    await browser.open(bill, paySource="card")
    await browser.send("card", number=card.number[:-1], expires=expires, csc=card.code)
    refused = (browser.answer.status_code, browser.text)
    kept = browser.page
    await browser.send("card", number=card.number, expires=expires, csc=card.code)
    asked = browser.page
    await browser.send("code", code=await cast.code())

    assert refused[0] == 422
    assert "Check the card" in refused[1]
    assert '<details class="way" open>' in kept
    for page in (kept, asked):
        assert card.number[:-1] not in page
        assert f'value="{card.code}"' not in page
    assert browser.state == "paid"
    assert await cast.available(ann) == 4_300_00


async def test_confirmed_in_the_chat(
    browser: Browser, cast: Cast, ann: Holder, bill: Invoice
) -> None:
    """The page waits, and is the paid one as soon as the chat has said yes."""
    await browser.open(bill)
    await browser.send("start", phone=PHONE, way="chat")
    waiting, headers = browser.page, dict(browser.answer.headers)
    uid = {"invoice_uid": uuid_of(bill.id)}
    before = (await browser.client.get("/form/state", params=uid)).json()
    address = str(browser.answer.request.url)
    await cast.pay(ann, bill)
    after = (await browser.client.get("/form/state", params=uid)).json()
    await browser.get(address)

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting
    assert (before, after) == ({"state": "waiting"}, {"state": "paid"})
    assert headers["cache-control"] == "no-store"
    assert browser.state == "paid"
    notices = [each.payload["notice"] for each in cast.sent if each.kind == "notice"]
    assert "checkout" in notices


async def test_known_and_unknown_look_alike(
    app: FastAPI, cast: Cast, ann: Holder, shop: Shop, services: Services
) -> None:
    """Up to the last try, in either way, to the byte but for the number itself."""
    foreign = await cast.invoice(shop.merchant, 700_00, phone=OTHER_PHONE)
    open_one = await cast.invoice(shop.merchant, 700_00, phone=None)
    await services.wallets.lock(holder=ann)

    async def seen(invoice: Invoice, phone: str) -> list[tuple[int, str]]:
        browser = browser_of(app, phone)
        pages = []
        async with browser.client:
            for way in ("chat", "code"):
                await browser.open(invoice)
                await browser.send("start", phone=phone, way=way)
                pages.append((browser.answer.status_code, browser.text))
            for _ in range(5):
                await browser.send("code", code="wrong1")
                pages.append((browser.answer.status_code, browser.text))
        return [(status, re.sub(r"\+79\S*4\S*", "NUMBER", text)) for status, text in pages]

    pages = [
        await seen(open_one, PHONE),
        await seen(open_one, "+79991114444"),
        await seen(foreign, PHONE),
    ]

    assert pages[0] == pages[1] == pages[2]
    assert [status for status, _ in pages[0]] == [200, 200, 409, 409, 409, 409, 409]
    assert "no more tries" in pages[0][-1][1]
    assert "Tries left: 1" in pages[0][-2][1]


async def test_what_is_wrong_is_told_to_the_holder(
    browser: Browser, cast: Cast, ann: Holder, shop: Shop
) -> None:
    """In the payer's words, on the page where the code was typed."""
    dear = await cast.invoice(shop.merchant, 9_000_00, phone=None)
    await browser.open(dear, lang="ru")
    await browser.send("start", phone=PHONE, way="code", of="RUB")
    code = await cast.code()
    await browser.send("code", code=code)
    poor = (browser.answer.status_code, browser.text)
    await cast.fund(ann, 5_000_00)
    await browser.send("code", code=code)

    assert poor[0] == 409
    assert "Не хватает денег: нужно 9 000,00 ₽, есть 5 000,00 ₽" in poor[1]
    assert browser.state == "paid"
    assert '<html lang="ru" dir="ltr">' in browser.page


async def test_what_was_typed_wrong_is_asked_again(
    browser: Browser, ann: Holder, bill: Invoice
) -> None:
    await browser.open(bill)
    await browser.send("start", phone="<b>12", way="chat")

    assert browser.answer.status_code == 422
    assert "That is no phone number" in browser.text
    assert 'value="&lt;b&gt;12"' in browser.page
    assert 'value="chat" checked' in browser.page


async def test_what_cannot_be_exchanged_is_said(
    browser: Browser, ann: Holder, bill: Invoice
) -> None:
    """A rate may go while the page is open."""
    await browser.open(bill, lang="<script>")
    await browser.send("start", phone=PHONE, way="code", of="USD")

    assert browser.answer.status_code == 409
    assert "It cannot be exchanged now" in browser.text
    assert '<html lang="en"' in browser.page


async def test_form_of_too_many_fields(browser: Browser, bill: Invoice) -> None:
    await browser.open(bill)

    await browser.send("start", **{f"x{number}": "1" for number in range(50)})

    assert browser.answer.status_code == 403


async def test_another_code(browser: Browser, cast: Cast, ann: Holder, bill: Invoice) -> None:
    """After half a minute; the first is void then."""
    await browser.open(bill)
    await browser.send("start", phone=PHONE, way="code")
    await cast.code()
    await browser.send("again")
    early = (browser.answer.status_code, browser.text)
    cast.clock.advance(seconds=31)
    await browser.send("again")
    assert browser.answer.status_code == 200
    await browser.send("code", code=await cast.code())

    assert early[0] == 409
    assert "Wait half a minute" in early[1]
    assert browser.state == "paid"


@pytest.mark.parametrize(
    ("headers", "change"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, {}),
        ({"Origin": "https://evil.example"}, {}),
        ({"Origin": "null"}, {}),
        ({}, {"token": "0" * 64}),
        ({}, {"invoice_uid": uuid_of("0" * 32)}),
        ({}, {"invoice_uid": ""}),
        ({"Cookie": "__Host-purser=" + "A" * 43}, {}),
        ({"Cookie": ""}, {}),
    ],
)
async def test_a_form_that_is_not_ours_does_nothing(
    browser: Browser,
    cast: Cast,
    ann: Holder,
    bill: Invoice,
    headers: dict[str, str],
    change: dict[str, str],
) -> None:
    """No other site can have a number asked, and no stolen address goes on with a payment."""
    await browser.open(bill)
    fields = browser.hidden("start") | {"phone": PHONE, "way": "code"} | change
    if "Cookie" in headers:
        browser.client.cookies.clear()

    answer = await browser.client.post("/form/start", data=fields, headers=headers)
    await cast.deliver()

    assert answer.status_code == 403
    assert [each for each in cast.sms if each.template == "code_checkout"] == []


async def test_another_browser_sees_nothing(
    app: FastAPI, browser: Browser, ann: Holder, bill: Invoice
) -> None:
    """The address of a payment under way tells nothing and leads nowhere."""
    await browser.open(bill)
    await browser.send("start", phone=PHONE, way="code")
    address = str(browser.answer.request.url)
    stranger = browser_of(app)

    async with stranger.client:
        without = await stranger.get(address)
        await stranger.open(bill)
        with_own = await stranger.get(address)

    assert "7916" not in address
    for answer in (without, with_own):
        assert answer.status_code == 404
        assert "7916" not in answer.text


async def test_headers(browser: Browser, bill: Invoice) -> None:
    """Nothing from elsewhere, framed by nobody, kept nowhere, the secret out of scripts' reach."""
    answer = await browser.open(bill)

    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "form-action 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    for part in ("__Host-purser=", "HttpOnly", "Path=/", "SameSite=lax", "Secure"):
        assert part in cookie
    assert not re.search(r"<script>|<style|style=|onclick|javascript:", answer.text)
    files = re.findall(r'(?:src|href)="(/form/\w+\.\w+\?\w+)"', answer.text)
    assert len(files) == 2
    for path in files:
        found = await browser.client.get(path)
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]


async def test_a_shops_words_are_words(browser: Browser, cast: Cast, services: Services) -> None:
    """A name or a description is shown as it is, in no page as HTML."""
    evil = await cast.shop("<b>Lantern</b>")
    invoice = await services.invoices.create(
        merchant=evil, wish=Wish(Money(100, RUB), '"><script>alert(1)</script>')
    )

    await browser.open(invoice, successUrl='https://evil.example/"><script>', lang="en")

    assert "<script>alert" not in browser.page
    assert "<b>Lantern" not in browser.page
    assert "&lt;b&gt;Lantern&lt;/b&gt;" in browser.page


async def test_way_back_is_the_shops_own(
    browser: Browser, cast: Cast, ann: Holder, shop: Shop, services: Services
) -> None:
    """An address that the shop has not registered is no link, wherever it comes from."""
    invoice = await issue(services, shop, content={"success_url": "https://kept.example/thanks"})
    await cast.pay(ann, invoice)
    for wanted in ("https://evil.example/", "javascript:alert(1)", "https://good.example@evil.x"):
        await browser.open(invoice, successUrl=wanted)
        assert 'data-test="return"' not in browser.page
        assert "Go back to the shop" in browser.text

    await services.return_addresses.add(
        merchant_id=shop.merchant.id, url="https://good.example/anything"
    )
    await browser.open(invoice, successUrl="https://good.example/done?a=1&b=2")
    assert 'href="https://good.example/done?a=1&amp;b=2"' in browser.page
    await services.return_addresses.add(merchant_id=shop.merchant.id, url="https://kept.example")
    await browser.open(invoice)
    assert 'href="https://kept.example/thanks"' in browser.page


async def test_shop_of_pull_is_told_the_order(
    browser: Browser, services: Services, shop: Shop
) -> None:
    """Its pages look for `order` when the browser comes back."""
    await services.return_addresses.add(merchant_id=shop.merchant.id, url="https://shop.example")
    invoice = await issue(services, shop, reference="A 7", interface="pull")
    await services.invoices.cancel(merchant=shop.merchant, invoice_id=invoice.id)

    await browser.open(invoice, failUrl="https://shop.example/no?x=1")

    assert browser.state == "rejected"
    assert 'href="https://shop.example/no?x=1&amp;order=A+7"' in browser.page


async def test_robokassas_shop_gets_its_signed_form(
    browser: Browser, services: Services, shop: Shop, other_shop: Shop
) -> None:
    """By POST where the shop wants that; the page's policy lets that form out and no other."""
    await services.robokassa_shops.add(
        merchant_id=shop.merchant.id,
        success_url="https://shop.example/success",
        success_method="POST",
        fail_url="https://shop.example/fail",
    )
    content = {"inv_id": "7", "out_sum": "700", "shp": [["Shp_a", "1"]], "culture": "ru"}
    paid, refused = [
        await issue(
            services, shop, interface="robokassa", reference=each, content=content, is_test=True
        )
        for each in ("7", "8")
    ]
    await browser.open(paid)
    await browser.send("test", pays="1")
    policy = browser.answer.headers["content-security-policy"]
    page = browser.page
    await browser.open(refused)
    await browser.send("test", pays="0")
    bare = await issue(services, other_shop, interface="robokassa", content=content, is_test=True)
    lost = Browser(browser.client)
    await lost.open(bare)
    await lost.send("test", pays="1")

    assert '<form method="post" action="https://shop.example/success">' in page
    assert 'name="SignatureValue"' in page
    assert '<html lang="ru"' in page
    assert "form-action 'self' https://shop.example;" in policy
    assert browser.state == "rejected"
    assert 'href="https://shop.example/fail?OutSum=' in browser.page
    assert 'data-test="return"' not in lost.page


async def test_a_test_moves_no_money(
    browser: Browser, cast: Cast, ann: Holder, shop: Shop, services: Services
) -> None:
    """It says so on every page, and asks for nobody's number."""
    invoice = await issue(services, shop, is_test=True)

    await browser.open(invoice)
    before = browser.text
    await browser.send("test", pays="1")

    assert "TEST: no money moves" in before
    assert "TEST: no money moves" in browser.text
    assert 'action="/form/start"' not in browser.page
    assert browser.state == "paid"
    assert await cast.available(ann) == 5_000_00


async def test_consent_and_hold_are_said(
    browser: Browser, cast: Cast, ann: Holder, shop: Shop, services: Services
) -> None:
    """Nobody agrees to being charged again, or to a hold, without having read it."""
    again = await issue(services, shop, content={"recurring": True})
    held = await issue(services, shop, capture=Capture.LATER)

    await browser.open(again)
    said = browser.text
    await browser.send("start", phone=PHONE, way="code")
    refused = (browser.answer.status_code, browser.text)
    await browser.send("start", phone=PHONE, way="code", agrees="1")
    await browser.send("code", code=await cast.code())
    consented = browser.state
    await browser.open(held)

    assert "charge your wallet again later without asking" in said
    assert refused[0] == 422
    assert "Tick that you agree" in refused[1]
    assert consented == "paid"
    assert "held for up to 7 days" in browser.text


async def test_each_end_has_its_page(
    browser: Browser, cast: Cast, ann: Holder, shop: Shop, services: Services
) -> None:
    """And none of them asks for money."""
    paid, back, refused, over, closed = [
        await cast.invoice(shop.merchant, 700_00, phone=None) for _ in range(5)
    ]
    for each in (paid, back):
        await cast.pay(ann, each)
    for amount in (Money(100_00, RUB), None):
        await services.refunds.refund(merchant=shop.merchant, invoice_id=back.id, amount=amount)
        await browser.open(back)
        assert browser.state == ("refunded_in_part" if amount else "refunded")
    await services.invoices.cancel(merchant=shop.merchant, invoice_id=refused.id)
    states = {}
    for name, invoice in (("paid", paid), ("rejected", refused)):
        await browser.open(invoice)
        states[name] = browser.state
    await browser.open(closed)
    await services.merchants.disable(merchant_id=shop.merchant.id)
    await browser.send("start", phone=PHONE, way="code")
    states["closed"] = browser.state
    cast.clock.now = over.expires_at
    await browser.open(over)
    states["expired"] = browser.state

    assert states == {name: name for name in states}
    assert 'action="/form/start"' not in browser.page


async def test_what_does_not_exist(browser: Browser, bill: Invoice) -> None:
    for path in ("/form", "/form/?invoice_uid=x", f"/form/?invoice_uid={uuid_of('0' * 32)}"):
        answer = await browser.get(path)
        assert answer.status_code == 404
        assert "There is no such payment" in browser.text
    assert (await browser.client.get("/form/state?invoice_uid=1")).status_code == 404
    assert (await browser.get("/form/checkout?id=1")).status_code == 404


async def test_too_many_starts(browser: Browser, ann: Holder, bill: Invoice) -> None:
    """No address, and no invoice's link, has codes sent without end."""
    await browser.open(bill)
    first = browser.answer
    for number in range(STARTS.burst + 1):
        browser.answer = first
        await browser.send("start", phone=f"+7999111{number:04d}", way="code")

    assert browser.answer.status_code == 429
    assert int(browser.answer.headers["retry-after"]) > 0
    assert "Too many tries" in browser.text


async def test_too_many_cards(browser: Browser, bill: Invoice) -> None:
    await browser.open(bill)
    first = browser.answer
    for _ in range(CARDS.burst + 1):
        browser.answer = first
        await browser.send("card", number="1", expires="0730", csc="123")

    assert browser.answer.status_code == 429


async def test_sources_are_the_shops_choice(
    browser: Browser, services: Services, shop: Shop
) -> None:
    """As its custom fields or the address name them."""
    one = await issue(services, shop, content={"custom_fields": {"paySourcesFilter": "card"}})
    other = await issue(services, shop)

    await browser.open(one)
    card_only = browser.page
    await browser.open(other, allowedPaySources="qw")

    assert 'action="/form/card"' in card_only
    assert 'action="/form/start"' not in card_only
    assert 'action="/form/start"' in browser.page
    assert 'action="/form/card"' not in browser.page


@pytest.mark.parametrize("language", LANGUAGES)
async def test_speaks(browser: Browser, bill: Invoice, language: str) -> None:
    """Every language of the page, right to left where it is written so."""
    await browser.open(bill, lang=language)
    direction = "rtl" if language == "ar" else "ltr"

    assert f'<html lang="{language}" dir="{direction}">' in browser.page
    assert f'lang="{language}" hreflang="{language}" aria-current=true' in browser.page
    await browser.send("start", phone=PHONE, way="code")
    assert f'<html lang="{language}"' in browser.page
    await browser.send("code", code="000000x")
    assert f'<html lang="{language}"' in browser.page


async def test_a_number_for_the_terminal(
    browser: Browser, services: Services, cast: Cast, bill: Invoice
) -> None:
    """Drawn when it is asked for, shown from then on; whoever brings the cash pays with it."""
    await browser.open(bill)
    assert "terminal" not in browser.page
    terminal = await cast.terminal()
    await browser.open(bill)
    assert "cash-number" not in browser.page
    await browser.send("terminal")
    found = re.search(r'data-test="cash-number">(\d{4}) (\d{4})<', browser.page)
    assert found is not None, browser.page
    number, said = "".join(found.groups()), browser.text

    await services.cash_payments.pay(
        terminal=terminal, receipt="17", number=number, amount=bill.amount
    )
    await browser.open(bill)

    assert "put in exactly RUB 700.00" in said
    assert browser.state == "paid"


@pytest.mark.parametrize(
    "more", [{"of": USD}, {"capture": Capture.LATER}, {"content": {"recurring": True}}]
)
async def test_no_cash_for_what_it_cannot_do(
    browser: Browser, services: Services, cast: Cast, shop: Shop, more: dict[str, Any]
) -> None:
    """Another currency than the terminals', a hold, a consent: not even by a form of ours."""
    await cast.terminal()
    invoice = await issue(services, shop, **more)
    await browser.open(invoice)
    fields = browser.hidden("start")
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    answer = await browser.client.post("/form/terminal", data=fields, headers=headers)
    await browser.open(invoice)

    assert answer.status_code == 303
    assert "terminal" not in browser.page.replace("paySource=terminal", "")
