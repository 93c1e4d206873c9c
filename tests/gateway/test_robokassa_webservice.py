"""The XML web service, as shops and their plugins ask it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from bot.texts import Texts
from gateway.app import create_app
from purser.services import Services
from services.holders import Holder
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import client_of, gateway_settings
from tests.gateway.plugin import SERVICE, Plugin, open_plugin, said


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


async def ask(plugin: Plugin, name: str, **fields: Any) -> ET.Element:
    params = {"MerchantLogin": "demo"} | fields
    response = await plugin.client.get(f"{SERVICE}/{name}", params=params)
    assert response.status_code == 200
    return ET.fromstring(response.content)  # noqa: S314  # ours


async def test_state_of_an_operation(
    plugin: Plugin, cast: Cast, ann: Holder, clock: TestClock, services: Services
) -> None:
    """From waiting to paid; a refund does not change it."""
    own = {"Shp_user": "Vasya <&> Ann\x01", "Shp_a": ""}
    invoice = await plugin.opened(plugin.order(**own))
    waiting = await plugin.state("7")
    clock.advance(minutes=1)
    await cast.pay(ann, await services.invoices.view(holder=ann, invoice_id=invoice.id))
    paid = await plugin.state("7")
    await services.refunds.refund(
        merchant=plugin.shop.merchant, invoice_id=invoice.id, amount=None, reason=""
    )

    assert said(waiting, "State/Code") == "5"
    assert said(waiting, "Info/OpKey") is None
    assert said(paid, "State/Code") == "100"
    assert said(paid, "State/StateDate") == "2026-11-24T12:01:00.0000000+03:00"
    assert datetime.fromisoformat(said(paid, "State/RequestDate") or "") == clock()
    invoice, _ = await services.invoices.open_page(invoice_id=invoice.id)
    assert said(paid, "Info/OpKey") == invoice.payment
    sums = [said(paid, f"Info/{name}") for name in ("IncSum", "OutSum", "OutCurrLabel")]
    assert sums == ["1250.000000", "1250.000000", "RUB"]
    assert said(paid, "Info/PaymentMethod/Code") == "EWallet"
    fields = [
        (field[0].text, field[1].text)
        for field in paid.iter()
        if field.tag.endswith("Field") and len(field) == 2 and field[0].tag.endswith("Name")
    ]
    assert sorted(fields, key=str) == [("Shp_a", None), ("Shp_user", "Vasya <&> Ann")]
    assert await plugin.codes("7") == ("0", "100")


async def test_state_of_what_was_not_paid(
    plugin: Plugin, services: Services, clock: TestClock, cast: Cast
) -> None:
    invoice = await plugin.opened(plugin.order())
    await services.invoices.cancel(merchant=plugin.shop.merchant, invoice_id=invoice.id)
    await plugin.opened(plugin.order(inv_id="8"))
    clock.advance(days=4)
    await cast.deliver()

    assert await plugin.codes("7") == ("0", "10")
    assert await plugin.codes("8") == ("0", "10")


async def test_state_is_asked_in_any_way(plugin: Plugin) -> None:
    """By POST, with the other spelling of the number, at an address in other letters."""
    await plugin.opened(plugin.order())
    signature = plugin.hash("demo", "7", plugin.passwords.second)
    fields = {"merchantlogin": "demo", "InvoiceId": "7", "Signature": signature.upper()}

    response = await plugin.client.post(f"{SERVICE.lower()}/opstateext", data=fields)

    assert said(ET.fromstring(response.content), "Result/Code") == "0"  # noqa: S314  # ours


async def test_state_that_is_not_told(plugin: Plugin, services: Services) -> None:
    """A result alone, with nothing of the operation."""
    await plugin.opened(plugin.order())

    wrong = await plugin.state("7", Signature="0")
    unknown = await plugin.codes("8")
    unreadable = await plugin.codes("x")
    unnumbered = await plugin.codes("")
    stranger = await plugin.codes("7", MerchantLogin="nobody")
    await services.merchants.disable(merchant_id=plugin.shop.merchant.id)
    disabled = await plugin.codes("7")

    assert [each.tag.rpartition("}")[2] for each in wrong] == ["Result"]
    assert said(wrong, "Result/Code") == "1"
    assert [unknown, unreadable, unnumbered] == [("3", None), ("1000", None), ("3", None)]
    assert [stranger, disabled] == [("2", None), ("2", None)]


async def test_tests_are_asked_for_with_the_test_password(
    plugin: Plugin, services: Services
) -> None:
    test = await plugin.opened(plugin.order("5.00", IsTest="1"))
    await services.invoices.play_test(invoice_id=test.id, pays=True)

    found = await plugin.state("7", password=plugin.passwords.test_second)

    assert (said(found, "State/Code"), said(found, "Info/OpKey")) == ("100", test.id)
    assert said(found, "Info/OutSum") == "5.00"
    assert await plugin.codes("7") == ("3", None)


async def test_what_can_be_paid_with(plugin: Plugin) -> None:
    currencies = await ask(plugin, "GetCurrencies", Language="ru")
    methods = await ask(plugin, "GetPaymentMethods", Language="en")
    unknown = await ask(plugin, "GetCurrencies", MerchantLogin="nobody")

    (currency,) = [each.attrib for each in currencies.iter() if each.tag.endswith("}Currency")]
    assert currency == {
        "Label": "PurserEWallet",
        "Alias": "EWallet",
        "Name": "Кошелёк в Telegram",
        "MinValue": "0.01",
        "MaxValue": "10000000000000.00",
    }
    (method,) = [each.attrib for each in methods.iter() if each.tag.endswith("}Method")]
    assert method == {"Code": "EWallet", "Description": "Wallet in Telegram"}
    assert said(unknown, "Result/Code") == "2"


async def test_payer_pays_no_commission(plugin: Plugin) -> None:
    signature = plugin.hash("demo", "100.5", plugin.passwords.first)

    answered = await ask(plugin, "CalcOutSumm", IncSum="100.5", SignatureValue=signature)
    refused = await ask(plugin, "CalcOutSumm", IncSum="100.5")
    unreadable = await ask(
        plugin,
        "CalcOutSumm",
        IncSum="x",
        Signature=plugin.hash("demo", "x", plugin.passwords.first),
    )

    assert answered.tag.endswith("}CalcSummsResponseData")
    assert said(answered, "OutSum") == "100.50"
    assert said(refused, "Result/Code") == "1"
    assert said(unreadable, "Result/Code") == "1000"


async def test_guesses_of_a_state_are_counted(plugin: Plugin) -> None:
    params = {"MerchantLogin": "demo", "InvoiceID": "7", "Signature": "0"}

    answers = [
        (await plugin.client.get(f"{SERVICE}/OpStateExt", params=params)).status_code
        for _ in range(12)
    ]

    assert answers[-1] == 429
