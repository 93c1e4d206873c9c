"""The merchant's guide is run as it is written: typed, in Python and in JavaScript."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.webhooks import signed_headers
from purser.services import Services
from purser.web import serving_http
from services.holders import Holder
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, rub
from tests.guides import Terminal, blocks, javascript, python

GUIDE = "merchant"


@pytest.fixture
def terminal(client: httpx.AsyncClient, shop: Shop) -> Terminal:
    return Terminal(client, {"WALLET": "http://wallet.test", "KEY": shop.key})


def named(text: str) -> str:
    """The only block of commands with that in it."""
    [block] = [each for each in blocks(GUIDE, "sh") if text in each]
    return block


@pytest.fixture
def issued(shop: Shop, cast: Cast, ann: Holder, services: Services) -> Callable[..., Any]:
    """Issues an invoice that Ann pays; gives its id."""

    async def issue(key: str, **fields: Any) -> str:
        made: str = (await shop.issue(key, amount=rub(100_000), **fields)).json()["id"]
        await cast.pay(ann, await services.invoices.view(holder=ann, invoice_id=made))
        return made

    return issue


async def test_from_the_first_invoice_to_a_refund(
    terminal: Terminal, shop: Shop, paid: str
) -> None:
    ask = named('"phone": "+79161234567"')

    [made] = await terminal.types(ask)
    [repeated] = await terminal.types(ask)
    by_reference, waiting = await terminal.types(named("?reference=order-17"))
    [cancelled] = await terminal.types(named("/cancel"), INVOICE=made["id"])
    [refunded] = await terminal.types(named("/refunds"), PAID=paid)

    assert repeated == made
    assert made["amount"] == rub(125000)
    assert by_reference["items"] == waiting["items"] == [made]
    assert cancelled["state"] == "rejected"
    assert refunded["amount"] == rub(25000)
    assert (await shop.get(f"{INVOICES}/{paid}")).json()["refunded"] == rub(25000)


async def test_without_money(terminal: Terminal) -> None:
    _, played = await terminal.types(named('"test": true'), TEST=lambda made: made[0]["id"])

    assert (played["state"], played["test"]) == ("paid", True)


async def test_later_and_again(
    terminal: Terminal, issued: Callable[..., Any], clock: TestClock
) -> None:
    """Held and taken, held and let go, agreed to and charged."""
    held, other = await issued("a", capture="later"), await issued("b", capture="later")
    agreed = await issued("c", recurring=True)

    captured, released = await terminal.types(named("/capture"), HELD=held, OTHER_HELD=other)
    charged, links = await terminal.types(named("/charges"), AGREED=agreed)

    assert (captured["state"], captured["amount"]) == ("paid", rub(100_000))
    assert released["state"] == "rejected"
    assert (charged["state"], charged["reference"]) == ("paid", "december")
    assert [each["used_at"] for each in links["items"]] == [charged["paid_at"]]


async def test_news_money_keys_and_addresses(
    terminal: Terminal,
    shop: Shop,
    paid: str,
    services: Services,
    store: AnyStore,
    clock: TestClock,
) -> None:
    """Every other command of the guide."""
    addressed = await terminal.types(named("/shop/webhook"))
    await shop.post(f"{INVOICES}/{paid}/refunds", {"reason": "r"}, "r")
    [work] = [each for each in await store.write(_due(clock)) if each.kind == "webhook"]
    await store.write(lambda book: book.due.bury(work.key, error="HTTP 500"))
    keys = [each.id for each in await services.key_pairs.listed(merchant_id=shop.merchant.id)]
    clock.advance(hours=24)

    _, failed, resent = await terminal.types(named("/deliveries/failed"), FAILED=work.key)
    balance, _, closing = await terminal.types(named("/balance"))
    fresh, revoked = await terminal.types(
        named("/keys/$OLD_KEY"), OLD_KEY=lambda made: made[0]["id"]
    )

    assert addressed[2]["webhook_url"] == "https://shop.example/hook"
    assert ([each["key"] for each in failed["items"]], resent) == ([work.key], {"key": work.key})
    assert balance["items"][0]["available"] == rub(0)
    assert [each["kind"] for each in closing["items"][0]["totals"]] == ["payment", "refund"]
    assert (fresh["id"], fresh["name"]) == (revoked["id"], "web shop")
    assert fresh["id"] not in keys


def _due(clock: TestClock) -> Callable[[Any], Any]:
    later = clock().replace(year=2027)
    return lambda book: book.due.claim(now=clock(), until=later, limit=9, lane_max=9)


def test_every_block_is_typed_here() -> None:
    """A new one is tried too."""
    tried = [
        *('"phone": "+79161234567"', "?reference", "/cancel", "/refunds", '"test": true'),
        *("/capture", "/charges", "/deliveries/failed", "/balance", "/keys/$OLD_KEY"),
        "/shop/webhook",
    ]
    found = [each for each in blocks(GUIDE, "sh") if not any(part in each for part in tried)]

    assert [each.split("\n")[0] for each in found] == ["export WALLET=http://127.0.0.1:8080"]


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    async with serving_http(app, host="127.0.0.1", port=0) as opened:
        yield opened


@pytest.mark.parametrize("language", ["python", "js"])
async def test_asking_in_two_languages(address: str, shop: Shop, language: str) -> None:
    """The same invoice, however often and in whichever of them."""
    ask, _ = blocks(GUIDE, language)
    call = 'ask("order-18", 125000, "Headphones")'
    known = {"WALLET": address, "KEY": shop.key}

    evaluate = python if language == "python" else javascript
    made, again = await asyncio.gather(*(evaluate(ask, call, **known) for _ in range(2)))

    assert made == again
    assert (made["amount"], made["reference"]) == (rub(125000), "order-18")
    [found] = (await shop.get(INVOICES)).json()["items"]
    assert found == made


@pytest.mark.parametrize("language", ["python", "js"])
async def test_check_of_the_guide(
    services: Services, clock: TestClock, shop: Shop, language: str
) -> None:
    """It takes what the wallet signs, and nothing that was changed or is old."""
    _, source = blocks(GUIDE, language)
    body = '{"цена": 1}'
    _, key = await services.merchants.webhook(merchant_id=shop.merchant.id)
    signed = signed_headers(key=key, event_id="webhook:1", body=body.encode(), at=clock())
    headers = {name.lower(): value for name, value in signed.items()}
    now = clock().timestamp()
    other = headers | {"webhook-id": "webhook:2"}
    cases = [
        (shop.webhook_secret, headers, body, now),
        (shop.webhook_secret, headers, f"{body} ", now),
        (shop.webhook_secret, headers, body, now + 301),
        (shop.webhook_secret, other, body, now),
        ("whsec_AAAA", headers, body, now),
    ]

    if language == "python":
        call = f"[is_the_wallets(s, h, b.encode(), n) for s, h, b, n in {cases!r}]"
        checked = await python(source, call)
    else:
        call = f"{json.dumps(cases)}.map(([s, h, b, n]) => isTheWallets(s, h, Buffer.from(b), n))"
        checked = await javascript(source, call)

    assert checked == [True, False, False, False, False]


def test_json_of_the_guide() -> None:
    assert [json.loads(each)["type"] for each in blocks(GUIDE, "json")] == ["invoice.paid"]
