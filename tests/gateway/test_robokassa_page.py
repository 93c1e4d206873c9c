"""A shop's form opens the wallet's page for its order, or a page that says why not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote, urlencode

import httpx
import pytest

from bot.texts import Texts
from gateway.app import create_app
from gateway.robokassa.edge import VISITS
from gateway.robokassa.returns import return_form
from gateway.robokassa.signatures import digest, result_signature
from purser.services import Services
from services.holders import Holder
from services.invoices import LIFETIME_MAX, Capture, Invoice, InvoiceState
from services.money import CURRENCIES
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import client_of, gateway_settings
from tests.gateway.plugin import INDEX, Plugin, number_on, open_plugin


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


async def pay(cast: Cast, ann: Holder, invoice: Invoice) -> None:
    await cast.pay(ann, await cast.services.invoices.view(holder=ann, invoice_id=invoice.id))


@pytest.mark.parametrize("where", [INDEX, "/merchant/index.ASPX", "/Index.aspx", f"{INDEX}/"])
async def test_form_leads_to_the_page(plugin: Plugin, where: str) -> None:
    invoice = await plugin.opened(plugin.order(Shp_user="Vasya", Culture="en"), where)

    assert (invoice.amount.minor, invoice.amount.currency.code) == (125000, "RUB")
    assert (invoice.reference, invoice.description) == ("7", "Headphones")
    assert (invoice.interface, invoice.is_test, invoice.capture) == (
        "robokassa",
        False,
        Capture.AT_ONCE,
    )
    assert invoice.content == {
        "out_sum": "1250.00",
        "inv_id": "7",
        "shp": [["Shp_user", "Vasya"]],
        "culture": "en",
    }


async def test_link_does_what_the_form_does(plugin: Plugin) -> None:
    response = await plugin.client.get(INDEX, params=plugin.order())

    assert (await plugin.behind(response)).reference == "7"


async def test_fields_are_known_by_every_name(plugin: Plugin) -> None:
    """In any case, in the address or in the form, and by PHP's multipart form."""
    names = {
        "MerchantLogin": "mrchlogin",
        "OutSum": "OUTSUM",
        "InvId": "InvoiceID",
        "SignatureValue": "signaturevalue",
        "Description": "Desc",
    }
    sent = {names[name]: value for name, value in plugin.order().items()}
    query = {name: sent.pop(name) for name in ("mrchlogin", "OUTSUM")}

    found = await plugin.client.post(INDEX, params=query, data=sent)
    multipart = await plugin.client.post(
        INDEX, files={name: (None, value) for name, value in (query | sent).items()}
    )

    assert (await plugin.behind(found)).reference == "7"
    assert await plugin.behind(multipart) == await plugin.behind(found)


async def test_old_encoding_of_russian_words(plugin: Plugin) -> None:
    """An old plugin writes its query in windows-1251 and does not say so."""
    fields = plugin.order(Description="Наушники", Shp_user="Вася")
    base = f"demo:1250.00:7:{plugin.passwords.first}:Shp_user=Вася"
    fields["SignatureValue"] = digest(base, "md5", "cp1251")

    response = await plugin.client.get(f"{INDEX}?{urlencode(fields, encoding='cp1251')}")

    invoice = await plugin.behind(response)
    assert invoice.description == "Наушники"
    assert invoice.content["shp"] == [["Shp_user", "Вася"]]


@pytest.mark.parametrize("inv_id", [None, "", "0"])
async def test_order_without_a_number_gets_one(plugin: Plugin, inv_id: str | None) -> None:
    """Above what shops count themselves, and never one that a shop has used."""
    await plugin.opened(plugin.order(inv_id="1000000001"))

    numbers = [
        (await plugin.opened(plugin.order(inv_id=inv_id))).content["inv_id"] for _ in range(2)
    ]

    assert numbers == ["1000000000", "1000000002"]


async def test_same_order_again_is_the_same_invoice(plugin: Plugin) -> None:
    first = await plugin.opened(plugin.order())

    again = await plugin.opened(plugin.order())

    assert again == first


async def test_order_whose_sum_changed_takes_its_number(
    plugin: Plugin, services: Services
) -> None:
    first = await plugin.opened(plugin.order("100.00"))

    again = await plugin.opened(plugin.order("200.00"))

    first = await services.invoices.get(merchant=plugin.shop.merchant, invoice_id=first.id)
    assert (first.state, first.reference) == (InvoiceState.REJECTED, None)
    assert (again.amount.minor, again.reference) == (20000, "7")


async def test_order_whose_time_was_over_is_issued_anew(plugin: Plugin, clock: TestClock) -> None:
    first = await plugin.opened(plugin.order())
    clock.advance(days=4)

    again = await plugin.opened(plugin.order())

    assert (again.state, again.id != first.id) == (InvoiceState.WAITING, True)


async def test_paid_order_is_not_paid_again(plugin: Plugin, cast: Cast, ann: Holder) -> None:
    await pay(cast, ann, await plugin.opened(plugin.order()))

    assert number_on(await plugin.open(plugin.order())) == 40
    assert number_on(await plugin.open(plugin.order("9.00"))) == 40


@pytest.mark.parametrize("text", ["1250", "1250.0", "1250.00", "1250.000000", "01250.0"])
async def test_sum_is_what_it_says(plugin: Plugin, text: str) -> None:
    invoice = await plugin.opened(plugin.order(text))

    assert invoice.amount.minor == 125000
    assert invoice.content["out_sum"] == text


@pytest.mark.parametrize(
    "text", ["0", "-1", "1250,00", "1.005", "1e3", "", "1 250", "٣", "+1", "99999999999999.00"]
)
async def test_sum_that_cannot_be_paid(plugin: Plugin, text: str) -> None:
    assert number_on(await plugin.open(plugin.order(text))) == 31


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"MerchantLogin": "nobody"}, 26),
        ({"MerchantLogin": "a\x00b"}, 30),
        ({"MerchantLogin": ""}, 26),
        ({"SignatureValue": "0" * 32}, 29),
        ({"SignatureValue": ""}, 30),
        ({"OutSum": "1.00"}, 29),
        ({"IsTest": "1"}, 29),
        ({"IsTest": "perhaps"}, 30),
        ({"UserIp": "somewhere"}, 30),
        ({"OutSumCurrency": "KZT"}, 29),
        ({"OutSumCurrency": "GOLD"}, 30),
        ({"Receipt": "[]"}, 30),
        ({"ResultUrl2": "file:///etc"}, 30),
        ({"SuccessUrl2": "https://a.example", "SuccessUrl2Method": "PUT"}, 30),
        ({"StepByStep": "maybe"}, 65),
        ({"Recurring": "maybe"}, 35),
        ({"Token": "a b"}, 29),
        ({"ExpirationDate": "tomorrow"}, 30),
        ({"ExpirationDate": "2026-11-24T11:59:59"}, 33),
        ({"ExpirationDate": "0001-01-01T00:00:00+10:00"}, 30),
        ({"outsum": "7"}, 30),
    ],
)
async def test_what_is_refused_has_its_number(
    plugin: Plugin, fields: dict[str, str], number: int
) -> None:
    response = await plugin.open(plugin.order() | fields)

    assert number_on(response) == number
    assert "script" not in response.headers["content-security-policy"].partition("script-src")[0]


async def test_number_of_an_order_is_a_number(plugin: Plugin) -> None:
    for inv_id in ("seven", "-1", "9223372036854775808", "1.0"):
        assert number_on(await plugin.open(plugin.order(inv_id=inv_id))) == 30

    largest = await plugin.opened(plugin.order(inv_id="9223372036854775807"))

    assert largest.reference == "9223372036854775807"


async def test_error_is_said_in_the_shops_language(plugin: Plugin) -> None:
    wrong = plugin.order() | {"SignatureValue": "0"}

    russian = await plugin.open(wrong | {"Culture": "ru"})
    english = await plugin.client.post(INDEX, data=wrong, headers={"Accept-Language": "en"})

    assert "Подпись магазина неверна" in russian.text
    assert "signature is wrong" in english.text


async def test_disabled_shop_takes_no_orders(plugin: Plugin, services: Services) -> None:
    await services.merchants.disable(merchant_id=plugin.shop.merchant.id)

    assert number_on(await plugin.open(plugin.order())) == 25


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24T13:00:00", timedelta(hours=1)),  # Moscow's
        ("2026-11-24T13:00:00.1234567+03:00", timedelta(hours=1, microseconds=123456)),
        ("2026-11-24T13:00:00.0000000 03:00", timedelta(hours=1)),  # a plus lost in a form
        ("2026-11-24T10:00:00Z", timedelta(hours=1)),
        ("2100-01-01", LIFETIME_MAX),
    ],
)
async def test_order_ends_when_the_shop_says(
    plugin: Plugin, clock: TestClock, text: str, at: timedelta
) -> None:
    """And after 45 days at the latest."""
    invoice = await plugin.opened(plugin.order(ExpirationDate=text))

    assert invoice.expires_at - clock() == at


async def test_modifiers_are_kept(plugin: Plugin) -> None:
    """Everything at once, signed in the documented order; the receipt in one encoding more."""
    receipt = '{"items": [{"name": "Чай", "sum": 1}]}'
    slots = {
        "OutSumCurrency": "USD",
        "UserIp": "192.0.2.7",
        "Receipt": receipt,
        "StepByStep": "true",
        "ResultUrl2": "https://shop.example/2",
        "SuccessUrl2": "https://shop.example/ok",
        "SuccessUrl2Method": "POST",
        "FailUrl2": "https://shop.example/no",
        "FailUrl2Method": "GET",
    }
    fields = plugin.order("10.00") | slots | {"Receipt": quote(receipt), "Recurring": "true"}
    fields["SignatureValue"] = plugin.hash(
        "demo", "10.00", "7", *slots.values(), plugin.passwords.first
    )

    invoice = await plugin.opened(fields)

    assert invoice.amount.currency == CURRENCIES["USD"]
    assert (invoice.capture, invoice.is_recurring) == (Capture.LATER, True)
    kept = ("receipt", "result_url2", "success_url2", "success_method2", "fail_url2")
    assert [invoice.content[name] for name in kept] == [
        receipt,
        "https://shop.example/2",
        "https://shop.example/ok",
        "POST",
        "https://shop.example/no",
    ]


async def test_shop_may_be_allowed_less(services: Services, client: httpx.AsyncClient) -> None:
    plugin = await open_plugin(services, client, allows_hold=False, allows_recurring=False)
    held = plugin.order() | {"StepByStep": "true"}
    held["SignatureValue"] = plugin.hash("demo", "1250.00", "7", "true", plugin.passwords.first)

    assert number_on(await plugin.open(held)) == 64
    assert number_on(await plugin.open(plugin.order(Recurring="true"))) == 34
    assert (await plugin.opened(plugin.order(Recurring="False"))).is_recurring is False


async def test_test_moves_no_money_and_touches_no_order(
    plugin: Plugin, services: Services
) -> None:
    """It is signed with its own password, numbered apart, and can be played again."""
    real = await plugin.opened(plugin.order())
    test = await plugin.opened(plugin.order("5.00", IsTest="1"))
    await services.invoices.play_test(invoice_id=test.id, pays=True)

    again = await plugin.opened(plugin.order("5.00", IsTest="1"))

    assert (test.is_test, test.content["inv_id"]) == (True, "7")
    assert (again.state, again.id != test.id) == (InvoiceState.WAITING, True)
    assert await plugin.opened(plugin.order()) == real


async def test_json_answer_names_the_invoice(plugin: Plugin) -> None:
    path = "/Merchant/Indexjson.aspx"

    made = (await plugin.open(plugin.order(), path)).json()
    refused = (await plugin.open(plugin.order("0"), path)).json()

    assert (made["errorCode"], made["errorMessage"]) == (0, "")
    shown = await plugin.client.get(f"/Merchant/Index/{made['invoiceID']}")
    assert (await plugin.behind(shown)).reference == "7"
    assert (refused["invoiceID"], refused["errorCode"]) == (None, 31)
    assert "sum" in refused["errorMessage"]


async def test_page_of_no_invoice(plugin: Plugin) -> None:
    assert number_on(await plugin.client.get("/Merchant/Index/7")) == 53


async def test_body_that_is_no_form(plugin: Plugin) -> None:
    for body, kind in (
        (b"&".join(b"a%d=1" % number for number in range(200)), "text/plain"),
        (b"--x", "multipart/form-data"),
        (b"\xff\xfe%%%", "multipart/form-data; boundary=x"),
        (b"%ff=%00", "application/x-www-form-urlencoded"),
    ):
        response = await plugin.client.post(INDEX, content=body, headers={"Content-Type": kind})
        assert number_on(response) in (26, 30)


async def test_guesses_are_counted(plugin: Plugin) -> None:
    """But a right signature is served from the same address."""
    wrong = plugin.order() | {"SignatureValue": "0"}

    answers = [(await plugin.open(wrong)).status_code for _ in range(12)]

    assert answers[-1] == 429
    assert (await plugin.open(plugin.order())).status_code == 303


async def test_one_address_opens_only_so_many(plugin: Plugin) -> None:
    answers = [(await plugin.open(plugin.order())).status_code for _ in range(VISITS.burst + 1)]

    assert answers[-1] == 429
    assert set(answers[:-1]) == {303}


async def test_payer_goes_back_with_what_the_shop_expects(
    services: Services, client: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    plugin = await open_plugin(
        services,
        client,
        success_url="https://shop.example/ok?x=1",
        fail_url="https://shop.example/no",
        fail_method="POST",
    )
    invoice = await plugin.opened(plugin.order(Shp_user="Vasya"))
    failing = return_form(plugin.shop, plugin.passwords, invoice)
    await pay(cast, ann, invoice)
    paid, _ = await services.invoices.open_page(invoice_id=invoice.id)

    back = return_form(plugin.shop, plugin.passwords, paid)

    common = [("OutSum", "1250.000000"), ("InvId", "7")]
    shp = [("Shp_user", "Vasya")]
    assert failing is not None
    assert back is not None
    assert (failing.url, failing.method) == ("https://shop.example/no", "POST")
    assert failing.fields == [*common, ("Culture", "ru"), *shp]
    signature = result_signature("1250.000000", "7", plugin.passwords.first, shp, "md5")
    assert back.fields == [*common, ("SignatureValue", signature), ("Culture", "ru"), *shp]
    assert back.address.startswith("https://shop.example/ok?x=1&OutSum=1250.000000&InvId=7&")


async def test_payer_of_a_shop_without_addresses_stays(plugin: Plugin) -> None:
    invoice = await plugin.opened(plugin.order())

    assert return_form(plugin.shop, plugin.passwords, invoice) is None
