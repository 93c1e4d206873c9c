"""`/create`: a bill from a link, which anybody can make up."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.texts import LOCALES, Texts
from gateway.app import create_app
from gateway.bills.pages import OPENED, PREFIX, TOLD
from purser.services import Services
from services.holders import Holder
from services.money import USD
from services.rate_limits import Rate
from storage.engines import AnyStore
from tests.cast import PHONE
from tests.clock import TestClock
from tests.gateway.conftest import Shop, client_of, gateway_settings, open_shop

BACK = "https://shop.example/thanks"


def link(shop: Shop, **fields: Any) -> dict[str, str]:
    """What a link to a bill of 99.99 roubles says, but for *fields*."""
    return {"publicKey": shop.merchant.public_key, "amount": "99.99", "billId": "7"} | fields


async def test_bill(shop: Shop, services: Services, client: httpx.AsyncClient) -> None:
    """Everything a client puts into a link; times without a zone are UTC, as one writes them."""
    fields = link(
        shop,
        phone=PHONE,
        email="a@b.example",
        account="user 7",
        comment="Two\nbooks",
        lifetime="2026-11-26T1530",
        successUrl=BACK,
        **{"customFields[themeCode]": "Y-K", "customFields[apiClient]": "node_sdk", "x": "y"},
    )

    opened = await client.get("/create", params=fields)

    invoice = await services.invoices.with_reference(merchant=shop.merchant, reference="7")
    assert opened.status_code == 303
    assert opened.headers["location"] == (
        f"https://wallet.example/form/?invoice_uid={opened.headers['location'][-36:]}"
    )
    assert opened.headers["location"][-36:].replace("-", "") == invoice.id
    assert (str(invoice.amount), invoice.phone) == ("99.99 RUB", PHONE)
    assert invoice.description == "Two books"
    assert invoice.expires_at.isoformat() == "2026-11-26T15:30:00+00:00"
    assert invoice.content == {
        "comment": "Two\nbooks",
        "customer": {"phone": PHONE, "email": "a@b.example", "account": "user 7"},
        "custom_fields": {"themeCode": "Y-K", "apiClient": "node_sdk"},
        "success_url": BACK,
    }


async def test_again(shop: Shop, client: httpx.AsyncClient) -> None:
    """The same number is the same bill, by form too; without one each is another."""
    first = await client.get("/create", params=link(shop))
    again = await client.post("/create", data=link(shop, comment="worded anew"))
    other = await client.get("/create", params=link(shop, amount="1"))
    nameless = [await client.get("/create", params=link(shop, billId="")) for _ in range(2)]

    assert first.headers["location"] == again.headers["location"]
    assert other.status_code == 409
    assert len({each.headers["location"] for each in nameless}) == 2


async def test_shops_own_currency_and_what_the_api_sees(
    services: Services, client: httpx.AsyncClient
) -> None:
    shop = await open_shop(services, client, "Dollars", USD)
    await client.get("/create", params=link(shop, amount="12.345"))

    seen = await client.get("/partner/bill/v1/bills/7", headers=shop.bearer)

    assert seen.json()["amount"] == {"currency": "USD", "value": "12.34"}


async def test_payer_is_asked_for_the_amount(shop: Shop, client: httpx.AsyncClient) -> None:
    """All else that the link said is asked for again, and is no markup."""
    fields = link(shop, comment='"><script>alert(1)</script>') | {"amount": ""}

    asked = await client.get("/create", params=fields)

    assert asked.status_code == 200
    assert f'name="publicKey" value="{shop.merchant.public_key}"' in asked.text
    assert "&quot;&gt;&lt;script&gt;" in asked.text
    assert "<script>" not in asked.text
    assert 'name="amount" inputmode="decimal"' in asked.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"publicKey": "nobody's"}, 404),
        ({"publicKey": ""}, 404),
        ({"amount": "0"}, 400),
        ({"amount": "-1"}, 400),
        ({"amount": "1" * 30}, 400),
        ({"billId": "a b"}, 400),
        ({"lifetime": "2026-11-24T0859"}, 400),
        ({"lifetime": "soon"}, 400),
        ({"comment": "x" * 256}, 400),
        ({"account": "x" * 256}, 400),
        ({f"customFields[{number}]": "x" for number in range(21)}, 400),
        ({f"f{number}": "x" for number in range(120)}, 400),
    ],
)
async def test_links_that_are_none(
    shop: Shop, client: httpx.AsyncClient, fields: dict[str, str], status: int
) -> None:
    """A page in words that leads nowhere else and runs nothing."""
    answer = await client.get("/create", params=link(shop) | fields)

    assert answer.status_code == status
    assert "text/html" in answer.headers["content-type"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.text


async def test_phone_is_told_of_few(
    shop: Shop, services: Services, client: httpx.AsyncClient, ann: Holder, clock: TestClock
) -> None:
    """Who knows a shop's public key cannot fill somebody's chat; the bills are open then."""
    for number in range(TOLD.burst + 2):
        fields = link(shop, billId=f"n{number}", phone=PHONE)
        assert (await client.get("/create", params=fields)).status_code == 303
    told = await services.invoices.count_waiting(holder=ann)
    clock.advance(seconds=TOLD.every // timedelta(seconds=1))
    await client.get("/create", params=link(shop, billId="later", phone=PHONE))

    assert told == TOLD.burst
    assert await services.invoices.count_waiting(holder=ann) == TOLD.burst + 1


async def test_address_opens_so_many(
    shop: Shop, services: Services, store: AnyStore, clock: TestClock
) -> None:
    """Nobody proves to be the shop, so an address has a limit of its own."""
    async with client_of(create_app(**gateway_settings(services, store, clock))) as client:
        opened = [
            (await client.get("/create", params=link(shop, billId=""))).status_code
            for _ in range(OPENED.burst + 1)
        ]

    assert opened == [303] * OPENED.burst + [429]
    assert Rate(30, timedelta(seconds=2)) == OPENED


@pytest.mark.parametrize("language", sorted(each.name for each in LOCALES.iterdir()))
def test_every_sentence_is_there(language: str) -> None:
    names = "title shop missing amount lifetime taken unreadable busy failed ask label go"

    said = Texts().words(language, PREFIX)

    assert said.keys() == {f"{PREFIX}{name}" for name in names.split()}
    assert all(said.values())
