"""What a shop does by itself: takes what is held, lets it go, charges again, splits."""

import json
from collections.abc import AsyncIterator
from hashlib import md5
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bot.texts import Texts
from gateway.app import create_app
from purser.services import Services
from services.holders import Holder
from services.invoices import Invoice, InvoiceState
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import client_of, gateway_settings
from tests.gateway.plugin import Plugin, number_on, open_plugin

CONFIRM, CANCEL = "/Merchant/Payment/Confirm", "/Merchant/Payment/Cancel"
RECURRING, SAVED = "/Merchant/Recurring", "/Merchant/Payment/CoFPayment"
SPLIT = "/Merchant/Payment/CreateV2"


@pytest.fixture
async def client(
    services: Services, store: AnyStore, clock: TestClock
) -> AsyncIterator[httpx.AsyncClient]:
    settings = gateway_settings(services, store, clock) | {"words": Texts().words}
    async with client_of(create_app(**settings)) as opened:
        yield opened


@pytest.fixture
async def plugin(services: Services, client: httpx.AsyncClient) -> Plugin:
    return await open_plugin(services, client)


async def pay(cast: Cast, ann: Holder, invoice: Invoice) -> Invoice:
    await cast.pay(ann, await cast.services.invoices.view(holder=ann, invoice_id=invoice.id))
    return (await cast.services.invoices.open_page(invoice_id=invoice.id))[0]


@pytest.fixture
async def held(plugin: Plugin, cast: Cast, ann: Holder) -> Invoice:
    """Order 7 of 1 250.00 roubles, which Ann has authorised."""
    fields = plugin.order() | {"StepByStep": "true"}
    fields["SignatureValue"] = plugin.hash("demo", "1250.00", "7", "true", plugin.passwords.first)
    return await pay(cast, ann, await plugin.opened(fields))


@pytest.fixture
async def parent(plugin: Plugin, cast: Cast, ann: Holder) -> Invoice:
    """Order 7 of 100.00 roubles, by paying which Ann has agreed to further charges."""
    return await pay(cast, ann, await plugin.opened(plugin.order("100.00", Recurring="true")))


def confirming(plugin: Plugin, out_sum: str, *slots: str, **fields: str) -> dict[str, str]:
    signature = plugin.hash("demo", out_sum, "7", *slots, plugin.passwords.first)
    return {
        "MerchantLogin": "demo",
        "InvoiceID": "7",
        "OutSum": out_sum,
        "SignatureValue": signature,
        **fields,
    }


def cancelling(plugin: Plugin) -> dict[str, str]:
    """The sum is posted, and its slot is empty."""
    return confirming(plugin, "1250.00") | {
        "SignatureValue": plugin.hash("demo", "", "7", plugin.passwords.first)
    }


def charging(plugin: Plugin, out_sum: str = "40.00", **fields: str) -> dict[str, str]:
    return plugin.order(out_sum, "8") | {"PreviousInvoiceID": "7"} | fields


async def of_number(plugin: Plugin, number: str) -> Invoice:
    return await plugin.services.invoices.with_reference(
        merchant=plugin.shop.merchant, reference=number
    )


async def test_held_money_is_taken(plugin: Plugin, held: Invoice, cast: Cast, ann: Holder) -> None:
    before = await plugin.codes("7")

    answers = [
        await plugin.client.post(CONFIRM, data=confirming(plugin, "1250.00")) for _ in range(2)
    ]

    assert [(each.status_code, each.text) for each in answers] == [(200, "true")] * 2
    assert (before, await plugin.codes("7")) == (("0", "20"), ("0", "100"))
    assert await cast.available(ann) == 375_000


async def test_less_than_held_is_taken(
    plugin: Plugin, held: Invoice, cast: Cast, ann: Holder
) -> None:
    """The rest is the payer's again; a plugin signs the receipt of what is left unencoded."""
    receipt = '{"items": [{"name": "Книга"}]}'
    fields = confirming(plugin, "50.5", receipt, Receipt=receipt)

    assert (await plugin.client.post(CONFIRM, data=fields)).text == "true"

    assert await cast.available(ann) == 494_950
    assert (await of_number(plugin, "7")).amount.minor == 5050


async def test_held_money_is_let_go(
    plugin: Plugin, held: Invoice, cast: Cast, ann: Holder
) -> None:
    answers = [await plugin.client.post(CANCEL, data=cancelling(plugin)) for _ in range(2)]

    assert [each.text for each in answers] == ["true"] * 2
    assert await plugin.codes("7") == ("0", "10")
    assert await cast.available(ann) == 500_000


async def test_what_cannot_be_taken(plugin: Plugin, held: Invoice) -> None:
    more = confirming(plugin, "1250.01")
    unknown = confirming(plugin, "1.00") | {
        "InvoiceID": "9",
        "SignatureValue": plugin.hash("demo", "1.00", "9", plugin.passwords.first),
    }
    unnumbered = confirming(plugin, "1.00") | {
        "InvoiceID": "",
        "SignatureValue": plugin.hash("demo", "1.00", "", plugin.passwords.first),
    }
    for fields, number in (
        (more, 31),
        (unknown, 53),
        (unnumbered, 53),
        (more | {"MerchantLogin": "nobody"}, 26),
    ):
        response = await plugin.client.post(CONFIRM, data=fields)
        assert (response.status_code, response.text.split(":")[0]) == (400, f"error {number}")

    await plugin.client.post(CANCEL, data=cancelling(plugin))
    late = await plugin.client.post(CONFIRM, data=confirming(plugin, "1250.00"))
    assert late.text.startswith("error 65")


async def test_payer_cannot_use_the_signature_of_a_form(plugin: Plugin, held: Invoice) -> None:
    """A payer holds the signed form: its signature neither takes nor lets go the money."""
    form = plugin.hash("demo", "1250.00", "7", "true", plugin.passwords.first)
    plain = plugin.hash("demo", "1250.00", "7", plugin.passwords.first)
    tries = (
        (CONFIRM, {"OutSum": "1250.00", "Receipt": "true", "SignatureValue": form}),
        (CONFIRM, {"OutSum": "1250.00", "Shp_": "true", "SignatureValue": form}),
        (CANCEL, {"OutSum": "1250.00", "SignatureValue": plain}),
        (CANCEL, {"": "1250.00", "SignatureValue": plain}),
    )

    for path, fields in tries:
        sent = {"MerchantLogin": "demo", "InvoiceID": "7"} | fields
        assert (await plugin.client.post(path, data=sent)).status_code == 400

    assert await plugin.codes("7") == ("0", "20")


async def test_calls_of_a_disabled_shop(plugin: Plugin, services: Services) -> None:
    await services.merchants.disable(merchant_id=plugin.shop.merchant.id)

    response = await plugin.client.post(CONFIRM, data=confirming(plugin, "1.00"))

    assert response.text.startswith("error 25")


async def test_tests_are_taken_and_let_go(plugin: Plugin, services: Services) -> None:
    first = plugin.passwords.test_first
    test = await plugin.opened(plugin.order(IsTest="1"))
    confirm = confirming(plugin, "1250.00") | {
        "SignatureValue": plugin.hash("demo", "1250.00", "7", first)
    }
    cancel = cancelling(plugin) | {"SignatureValue": plugin.hash("demo", "", "7", first)}

    early = await plugin.client.post(CONFIRM, data=confirm)
    await services.invoices.play_test(invoice_id=test.id, pays=True)
    taken = await plugin.client.post(CONFIRM, data=confirm)
    again = await plugin.opened(plugin.order(IsTest="1"))
    let_go = await plugin.client.post(CANCEL, data=cancel)

    assert early.text.startswith("error 65")
    assert (taken.text, let_go.text) == ("true", "true")
    ended = await services.invoices.open_page(invoice_id=again.id)
    assert ended[0].state is InvoiceState.REJECTED


async def test_shop_charges_again(
    plugin: Plugin, parent: Invoice, cast: Cast, ann: Holder
) -> None:
    """Accepted at once and charged by due work; asked for again, it is charged once."""
    answers = [await plugin.client.post(RECURRING, data=charging(plugin)) for _ in range(2)]
    accepted = await plugin.codes("8")
    await cast.deliver()
    again = await plugin.client.post(RECURRING, data=charging(plugin))
    await cast.deliver()

    assert [each.text for each in (*answers, again)] == ["OK8"] * 3
    assert (accepted, await plugin.codes("8")) == (("0", "5"), ("0", "100"))
    assert await cast.available(ann) == 486_000
    child = await of_number(plugin, "8")
    assert child.content["parent"] == "7"
    assert [work.kind for work in cast.sent if work.kind == "robokassa_result"] == [
        "robokassa_result",
        "robokassa_result",
    ]


async def test_official_plugin_leaves_an_empty_slot(
    plugin: Plugin, parent: Invoice, cast: Cast
) -> None:
    """`login:sum:inv::password:shp`, where there is no receipt; and it names no number of ours."""
    fields = charging(plugin, shp_label="wp")
    del fields["InvId"]
    fields["SignatureValue"] = plugin.hash(
        "demo", "40.00", "", "", plugin.passwords.first, "shp_label=wp"
    )

    response = await plugin.client.post(RECURRING, data=fields)
    await cast.deliver()

    assert response.text == "OK1000000000"
    assert await plugin.codes("1000000000") == ("0", "100")


async def test_charge_that_is_refused_ends_rejected(
    plugin: Plugin, parent: Invoice, cast: Cast, ann: Holder
) -> None:
    response = await plugin.client.post(RECURRING, data=charging(plugin, "4900.01"))
    await cast.deliver()

    assert response.text == "OK8"
    assert await plugin.codes("8") == ("0", "10")
    assert await cast.available(ann) == 490_000


async def test_payer_ends_it(
    plugin: Plugin, parent: Invoice, cast: Cast, ann: Holder, services: Services
) -> None:
    """Also one that is accepted and not yet charged."""
    await plugin.client.post(RECURRING, data=charging(plugin))
    (link,) = await services.payment_links.listed(holder=ann)
    await services.payment_links.end(holder=ann, link_id=link.id)
    await cast.deliver()

    later = plugin.order("1.00", "9") | {"PreviousInvoiceID": "7"}

    assert await plugin.codes("8") == ("0", "10")
    assert (await plugin.client.post(RECURRING, data=later)).text.startswith("error 34")
    assert await cast.available(ann) == 490_000


async def test_charge_needs_a_consent(
    plugin: Plugin, parent: Invoice, cast: Cast, ann: Holder, services: Services
) -> None:
    await pay(cast, ann, await plugin.opened(plugin.order("1.00", "5")))
    await plugin.opened(plugin.order("1.00", "6", Recurring="true"))
    for previous, number in (("5", 35), ("6", 35), ("99", 35), ("", 35), ("x", 30)):
        sent = charging(plugin) | {"PreviousInvoiceID": previous}
        response = await plugin.client.post(RECURRING, data=sent)
        assert response.text.startswith(f"error {number}"), previous

    merchant_id = plugin.shop.merchant.id
    await services.robokassa_shops.change(merchant_id=merchant_id, allows_recurring=False)
    response = await plugin.client.post(RECURRING, data=charging(plugin))
    assert response.text.startswith("error 34")


async def test_order_of_a_form_is_not_charged(plugin: Plugin, parent: Invoice) -> None:
    """Its number is another payer's order: who holds its link charges nobody else for it."""
    await plugin.opened(plugin.order("40.00", "8"))

    response = await plugin.client.post(RECURRING, data=charging(plugin))

    assert response.text.startswith("error 40")


async def test_shop_may_charge_from_its_own_address_only(
    plugin: Plugin, parent: Invoice, services: Services
) -> None:
    """A signed form that was never opened would else charge whoever agreed before."""
    merchant_id = plugin.shop.merchant.id
    settings: dict[str, Any]
    for settings, said in (
        ({"charge_networks": ("198.51.100.0/24",)}, "error 34"),
        ({"charge_networks": ("198.51.100.0/24", "192.0.2.1")}, "OK8"),
    ):
        await services.robokassa_shops.change(merchant_id=merchant_id, **settings)
        response = await plugin.client.post(RECURRING, data=charging(plugin))
        assert response.text.startswith(said)


async def test_test_is_charged_again_as_a_test(
    plugin: Plugin, services: Services, cast: Cast, ann: Holder
) -> None:
    first = await plugin.opened(plugin.order("100.00", IsTest="1", Recurring="true"))
    await services.invoices.play_test(invoice_id=first.id, pays=True)
    fields = plugin.order("40.00", "8", IsTest="1") | {"PreviousInvoiceID": "7"}

    response = await plugin.client.post(RECURRING, data=fields)
    await cast.deliver()

    assert response.text == "OK8"
    assert (await of_number(plugin, "test-8")).state is InvoiceState.PAID
    assert await cast.available(ann) == 500_000


async def test_held_charge_is_refused(plugin: Plugin, parent: Invoice) -> None:
    fields = charging(plugin) | {"StepByStep": "true"}
    fields["SignatureValue"] = plugin.hash("demo", "40.00", "8", "true", plugin.passwords.first)

    response = await plugin.client.post(RECURRING, data=fields)

    assert response.text.startswith("error 64")


async def test_saved_wallet_is_asked_in_the_chat(
    plugin: Plugin, parent: Invoice, ann: Holder, services: Services
) -> None:
    """The payer gives no number: the order goes to the wallet that paid before."""
    token = parent.payment or ""

    def order(named: str) -> dict[str, str]:
        fields = plugin.order("30.00", "8") | {"Token": named}
        fields["SignatureValue"] = plugin.hash(
            "demo", "30.00", "8", *([named] if named else []), plugin.passwords.first
        )
        return fields

    invoice = await plugin.opened(order(token), SAVED)

    assert (invoice.phone, invoice.state) == (ann.phone, InvoiceState.WAITING)
    assert number_on(await plugin.open(order(""), SAVED)) == 30
    assert number_on(await plugin.open(order("0" * 32), SAVED)) == 35
    (link,) = await services.payment_links.listed(holder=ann)
    await services.payment_links.end(holder=ann, link_id=link.id)
    assert number_on(await plugin.open(order(token), SAVED)) == 34


def split(plugin: Plugin, *, password: str | None = None, **changes: Any) -> dict[str, str]:
    """The JSON of an order with one share, signed without a colon."""
    order = {
        "outAmount": 100.50,
        "merchant": {"id": "demo", "comment": "Two books"},
        "splitMerchants": [
            {"id": "demo", "InvoiceId": 12, "amount": 100.50, "receipt": {"sno": "osn"}}
        ],
        "shop_params": [{"name": "Shp_b", "value": "2"}, {"name": "Shp_a", "value": "1"}],
        "email": "a@example.com",
        "language": "ru",
        **changes,
    }
    text = json.dumps(order, ensure_ascii=False)
    signed = f"{text}{password or plugin.passwords.first}"
    return {"invoice": text, "signature": md5(signed.encode()).hexdigest()}  # noqa: S324


@pytest.mark.parametrize("times", [0, 1])
async def test_order_in_json(plugin: Plugin, times: int) -> None:
    """One client encodes it once more on the way."""
    fields = split(plugin)
    for _ in range(times):
        fields["invoice"] = quote(fields["invoice"])

    invoice = await plugin.opened(fields, SPLIT)

    assert (invoice.amount.minor, invoice.reference, invoice.description) == (
        10050,
        "12",
        "Two books",
    )
    assert invoice.content == {
        "out_sum": "100.5",
        "inv_id": "12",
        "shp": [["Shp_b", "2"], ["Shp_a", "1"]],
        "culture": "ru",
        "email": "a@example.com",
        "receipt": '{"sno": "osn"}',
    }


async def test_order_in_json_without_shares(plugin: Plugin) -> None:
    fields = split(plugin, splitMerchants=None, shop_params=None, email=None, outAmount="7")

    invoice = await plugin.opened(fields, SPLIT)

    assert (invoice.amount.minor, invoice.reference) == (700, "1000000000")


async def test_test_in_json(plugin: Plugin) -> None:
    fields = split(plugin, isTest=True, password=plugin.passwords.test_first)

    assert (await plugin.opened(fields, SPLIT)).is_test


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"splitMerchants": [{"id": "other", "amount": 100.50}]}, 30),
        ({"splitMerchants": [{"id": "demo", "amount": 100.49}]}, 30),
        ({"splitMerchants": [{"amount": 50.25}, {"amount": 50.25}]}, 30),
        ({"splitMerchants": "demo"}, 30),
        ({"splitMerchants": ["demo"]}, 30),
        ({"shop_params": {"a": "b"}}, 30),
        ({"shop_params": [{"name": "a:b"}]}, 30),
        ({"shop_params": [{"name": "a"}, {"name": "a"}]}, 30),
        ({"email": "a\0"}, 30),
        ({"merchant": {"id": "nobody"}}, 26),
        ({"merchant": "demo"}, 26),
        ({"outAmount": 0.001}, 31),
        ({"outAmount": None}, 31),
        ({"outAmount": [1]}, 31),
        ({"expirationDate": "2026-01-01"}, 33),
        ({"isTest": True}, 29),
    ],
)
async def test_json_that_is_refused(plugin: Plugin, changes: dict[str, Any], number: int) -> None:
    """Above all shares of other shops: this wallet pays one shop for one order."""
    assert number_on(await plugin.open(split(plugin, **changes), SPLIT)) == number


@pytest.mark.parametrize("text", ["", "[]", "{", '{"outAmount": NaN}', "[" * 9000])
async def test_json_that_is_none(plugin: Plugin, text: str) -> None:
    assert number_on(await plugin.open({"invoice": text, "signature": "0"}, SPLIT)) == 30


async def test_half_a_character_is_refused(plugin: Plugin) -> None:
    """JSON can write it, and no database keeps it."""
    text = '{"outAmount": "1", "merchant": {"id": "demo", "comment": "\\ud800"}}'
    signature = md5(f"{text}{plugin.passwords.first}".encode()).hexdigest()  # noqa: S324

    response = await plugin.open({"invoice": text, "signature": signature}, SPLIT)

    assert number_on(response) == 30


async def test_json_order_of_a_disabled_shop(plugin: Plugin, services: Services) -> None:
    await services.merchants.disable(merchant_id=plugin.shop.merchant.id)

    assert number_on(await plugin.open(split(plugin), SPLIT)) == 25
