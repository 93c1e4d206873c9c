"""Two clients that nobody adapted, from PyPI, against the real gateway over a socket.

All that they can do with Robokassa they do with the wallet; what does not work there either
is named at the end.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import aiohttp
import httpx
import pytest
import robokassa
from aiorobokassa import RoboKassaClient
from aiorobokassa.enums import InvoiceType as AioInvoiceType
from aiorobokassa.enums import PaymentMethod, PaymentObject, TaxRate
from aiorobokassa.exceptions import APIError, SignatureError
from aiorobokassa.models.receipt import Receipt, ReceiptItem
from aiorobokassa.models.requests import InvoiceItem, RefundItem
from fastapi import FastAPI
from robokassa.exceptions import RobokassaInterfaceError, RobokassaRequestError
from robokassa.hash import HashAlgorithm
from robokassa.types import Culture, HTTPMethod, InvoiceType, PaymentState

from gateway.notifications.sending import Sending
from gateway.notifications.ways import handlers as all_handlers
from gateway.robokassa.returns import return_form
from purser.services import Services
from purser.web import serving_http
from services.holders import Holder
from services.invoices import Invoice, InvoiceState
from services.merchants import Merchant
from services.money import RUB
from services.robokassa_shops import Passwords, RobokassaShop
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import LINKS
from tests.gateway.receiver import Receiver

ITEM: dict[str, Any] = {
    "name": "Кофе & «сахар»",
    "quantity": 2,
    "tax": TaxRate.VAT20,
    "payment_method": PaymentMethod.FULL_PAYMENT,
    "payment_object": PaymentObject.COMMODITY,
}
RECEIPT: dict[str, Any] = {
    "sno": "osn",
    "items": [{"name": "Кофе & «сахар»", "quantity": 2, "sum": 100.5, "tax": "vat20"}],
}


@dataclass
class Site:
    """A shop's site: its settings at the wallet, the wallet's address, and its customer."""

    shop: RobokassaShop
    passwords: Passwords
    address: str
    cast: Cast
    ann: Holder
    receiver: Receiver
    clock: TestClock

    @property
    def merchant(self) -> Merchant:
        return self.shop.merchant

    def aio(self, **changes: Any) -> RoboKassaClient:
        given = {
            "merchant_login": self.shop.login,
            "password1": self.passwords.first,
            "password2": self.passwords.second,
            "password3": self.passwords.third,
            "base_url_override": self.address,
        }
        return RoboKassaClient(**given | changes)

    def plain(self, **changes: Any) -> robokassa.Robokassa:
        given = {
            "merchant_login": self.shop.login,
            "password1": self.passwords.first,
            "password2": self.passwords.second,
            "algorithm": HashAlgorithm(self.shop.algorithm),
        }
        client = robokassa.Robokassa(**given | changes)
        client._link_generator._static_url = f"{self.address}/Merchant/Index.aspx"
        return client

    async def open(self, url: str) -> Invoice:
        """Follow a payer's link to the wallet's page; the invoice that it shows."""
        async with aiohttp.ClientSession() as browser:
            local = f"{self.address}{url.removeprefix(LINKS.pages)}" if LINKS.pages in url else url
            async with browser.get(local, allow_redirects=False) as answer:
                assert answer.status == 303, await answer.text()
                page = answer.headers["location"]
        invoice_id = UUID(page[-36:]).hex
        return await self.cast.services.invoices.get(merchant=self.merchant, invoice_id=invoice_id)

    async def pay(self, invoice: Invoice) -> Invoice:
        await self.cast.pay(self.ann, invoice)
        return await self.cast.services.invoices.get(merchant=self.merchant, invoice_id=invoice.id)

    async def told(self) -> dict[str, str]:
        """What ResultURL is told of the payment, delivered over the wire."""
        await self.cast.deliver()
        work = [each for each in self.cast.sent if each.kind == "robokassa_result"][-1]
        number = work.payload["data"]["content"]["inv_id"]
        self.receiver.will(200, f"OK{number or work.payload['data']['reference']}".encode())
        sending = Sending(
            deliveries=self.cast.services.deliveries, now=self.clock, allow_private=True
        )
        handlers = all_handlers(self.cast.services, sending=sending, links=LINKS, now=self.clock)
        await handlers[work.kind](work)
        await sending.close()
        return dict(parse_qsl(self.receiver.received[-1].body.decode(), keep_blank_values=True))

    def returned(self, invoice: Invoice) -> dict[str, str]:
        """What the payer's browser brings back to SuccessURL."""
        form = return_form(self.shop, self.passwords, invoice)
        assert form is not None
        return dict(form.fields)


@pytest.fixture(params=["md5", "sha256", "sha512"])
def algorithm(request: pytest.FixtureRequest) -> str:
    """By which the shop signs; those that both clients know."""
    named: str = request.param
    return named


@pytest.fixture
async def site(
    app: FastAPI,
    services: Services,
    cast: Cast,
    ann: Holder,
    receiver: Receiver,
    clock: TestClock,
    algorithm: str,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Site]:
    """The gateway on a socket, where both clients believe Robokassa to be."""
    made = await services.merchants.add(name="Shop", currency=RUB, webhook_url=None)
    fresh = await services.robokassa_shops.add(
        merchant_id=made.merchant.id,
        login="shop.example",
        algorithm=algorithm,
        result_url=f"{receiver.url}/result",
        success_url="https://shop.example/success",
        fail_url="https://shop.example/fail",
    )
    async with serving_http(app, host="127.0.0.1", port=0) as address:
        for module, name, path in (
            ("aiorobokassa.api.invoice", "INVOICE_API_BASE_URL", "/InvoiceServiceWebApi/api"),
            ("aiorobokassa.api.refund", "REFUND_API_BASE_URL", "/RefundService/Refund"),
            ("robokassa.client", "AUTH_BASE_URL", "/Merchant"),
            ("robokassa.client", "SERVICES_BASE_URL", "/InvoiceServiceWebApi/api"),
        ):
            monkeypatch.setattr(f"{module}.{name}", f"{address}{path}")
        yield Site(fresh.shop, fresh.passwords, address, cast, ann, receiver, clock)


def alg(site: Site) -> str:
    return site.shop.algorithm.upper()


async def test_aio_order_is_paid_and_told(site: Site) -> None:
    """A link with a receipt and fields of the shop's own; both notices are genuine to it."""
    async with site.aio() as client:
        url = client.create_payment_url(
            out_sum=Decimal("100.50"),
            description="Кофе «арабика» & сахар",
            inv_id=42,
            email="ann@example.com",
            culture="en",
            expiration_date=(site.clock() + timedelta(days=1)).isoformat(),
            user_parameters={"user": "Ann & Co", "B": "2"},
            receipt=Receipt(items=[ReceiptItem(sum=Decimal("100.50"), **ITEM)]),
            signature_algorithm=alg(site),
        )
        invoice = await site.pay(await site.open(url))
        told = client.parse_result_url_params(await site.told())
        back = client.parse_success_url_params(site.returned(invoice))

        assert client.verify_result_url(**told, signature_algorithm=alg(site))
        assert client.verify_success_url(**back, signature_algorithm=alg(site))
        assert (invoice.reference, invoice.amount.minor) == ("42", 100_50)
        assert invoice.description == "Кофе «арабика» & сахар"
        assert told["shp_params"] == {"user": "Ann & Co", "B": "2"}
        assert (told["out_sum"], told["inv_id"]) == ("100.500000", "42")
        with pytest.raises(SignatureError):
            client.verify_result_url(**told | {"out_sum": "100.51"}, signature_algorithm=alg(site))


async def test_aio_order_without_a_number(site: Site) -> None:
    """Its number is the wallet's, and is signed in what is told."""
    async with site.aio() as client:
        url = client.create_payment_url(
            out_sum="7", description="Order", signature_algorithm=alg(site)
        )
        first, again = await site.open(url), await site.open(url)
        invoice = await site.pay(first)
        told = client.parse_result_url_params(await site.told())

        assert client.verify_result_url(**told, signature_algorithm=alg(site))
        assert told["inv_id"] == invoice.reference != again.reference


async def test_aio_test_order(site: Site) -> None:
    """With the test passwords, and no money moves."""
    passwords = site.passwords
    async with site.aio(
        password1=passwords.test_first, password2=passwords.test_second, test_mode=True
    ) as client:
        url = client.create_payment_url(
            out_sum="7.00", description="Order", inv_id=1, signature_algorithm=alg(site)
        )
        invoice = await site.open(url)
        await site.cast.services.invoices.play_test(invoice_id=invoice.id, pays=True)
        told = client.parse_result_url_params(await site.told())

        assert client.verify_result_url(**told, signature_algorithm=alg(site))
        assert invoice.is_test
        assert await site.cast.available(site.ann) == 500_000


async def test_aio_split(site: Site) -> None:
    """A share for the shop itself is an order; another's share is refused."""
    async with site.aio() as client:
        urls = [
            client.create_split_payment_url(
                out_amount=Decimal("100.00"),
                merchant_id=site.shop.login,
                merchant_comment="Кофе",
                split_merchants=[
                    {"id": login, "invoice_id": 5, "amount": 100, "receipt": RECEIPT}
                ],
                shop_params=[{"name": "Shp_a", "value": "b"}],
                signature_algorithm=alg(site),
            )
            for login in (site.shop.login, "other")
        ]
    invoice = await site.open(urls[0])
    async with httpx.AsyncClient() as browser:
        refused = await browser.get(urls[1])

    assert (invoice.reference, invoice.description) == ("5", "Кофе")
    assert refused.status_code == 400


async def test_aio_invoices(site: Site) -> None:
    """Issued with items, opened, paid and told; taken back; found by every filter."""
    async with site.aio() as client:
        once = await client.create_invoice(
            out_sum=Decimal("201.00"),
            description="Кофе",
            inv_id=42,
            culture="ru",
            merchant_comments="полка 5",
            invoice_items=[InvoiceItem(cost=100.5, **ITEM)],
            user_fields={"order": "A-1"},
            success_url="https://shop.example/ok",
            fail_url="https://shop.example/no",
            fail_url_method="POST",
            signature_algorithm=alg(site),
        )
        many = await client.create_invoice(
            out_sum=10,
            description="Чай",
            invoice_type=AioInvoiceType.REUSABLE,
            receipt=RECEIPT,
            signature_algorithm=alg(site),
        )
        invoice = await site.pay(await site.open(once.url or ""))
        told = client.parse_result_url_params(await site.told())
        visit = await site.open(many.url or "")
        whole = await client.get_invoice_information_list(signature_algorithm=alg(site))
        found = await client.get_invoice_information_list(
            current_page=1,
            page_size=5,
            invoice_statuses=["paid"],
            keywords="ПОЛКА",
            date_from="2026-01-01",
            date_to="2027-01-01T00:00:00+03:00",
            is_ascending=False,
            invoice_types=["onetime"],
            payment_aliases=["BankCard"],
            sum_from=201.0,
            sum_to=201.0,
            signature_algorithm=alg(site),
        )
        await client.deactivate_invoice(encoded_id=many.encoded_id, signature_algorithm=alg(site))
        with pytest.raises(APIError, match="It was paid before"):
            await client.deactivate_invoice(inv_id=42, signature_algorithm=alg(site))

        assert client.verify_result_url(**told, signature_algorithm=alg(site))
        assert told["shp_params"] == {"order": "A-1"}
        assert (once.inv_id, invoice.id) == (42, UUID(once.id).hex)
        assert '"name": "Кофе & «сахар»"' in invoice.content["receipt"]
        assert site.returned(invoice)["InvId"] == "42"
        assert (visit.amount.minor, visit.content["reusable"]) == (10_00, UUID(many.id).hex)
        assert {each["status"] for each in whole["invoices"]} == {"paid", "notpaid"}
        assert [each["id"] for each in found["invoices"]] == [once.id]


async def test_aio_refunds(site: Site) -> None:
    """By the key that the web service tells; only with password #3."""
    async with site.aio() as client:
        url = client.create_payment_url(
            out_sum="100.50", description="Order", inv_id=42, signature_algorithm=alg(site)
        )
        await site.pay(await site.open(url))
        op_key = (await site_state(site, 42)).op_key
        part = await client.create_refund_v2(
            op_key,
            Decimal("0.50"),
            invoice_items=[RefundItem(cost=0.25, **ITEM)],
            signature_algorithm="HS512",
        )
        rest = await client.create_refund_v2(op_key)
        states = [
            await client.get_refund_status_v2(each.request_id or "") for each in (part, rest)
        ]
        with pytest.raises(APIError, match="NotEnoughOperationFunds"):
            await client.create_refund_v2(op_key, 1)
        with pytest.raises(APIError, match="request id does not exist"):
            await client.get_refund_status_v2(op_key)
    async with site.aio(password3="guessed-it") as client:
        with pytest.raises(APIError, match="401"):
            await client.create_refund_v2(op_key)

    assert [(each.amount, each.label) for each in states] == [
        (Decimal("0.50"), "finished"),
        (Decimal("100.00"), "finished"),
    ]
    assert (await site_state(site, 42)).state is PaymentState.COMPLETED
    assert await site.cast.available(site.ann) == 500_000


async def site_state(site: Site, number: int) -> Any:
    return await site.plain().get_payment_details(number)


@pytest.mark.parametrize("prefix", ["shp", "Shp", "SHP"])
async def test_plain_order_is_paid_and_told(site: Site, prefix: str) -> None:
    """With every parameter that it signs, and its own addresses."""
    client = site.plain()
    link = client.generate_open_payment_link(
        out_sum=100.5,
        default_prefix=prefix,
        inv_id=42,
        receipt=RECEIPT,
        description="Кофе «арабика»",
        culture=Culture.EN,
        email="ann@example.com",
        expiration_date=site.clock() + timedelta(days=1),
        result_url="https://shop.example/result2",
        success_url="https://shop.example/paid?a=1",
        success_url_method=HTTPMethod.POST,
        fail_url="https://shop.example/failed",
        fail_url_method=HTTPMethod.GET,
        user="ann",
        Basket="7",
    )
    waiting = await site.open(link.url or "")
    initiated = await client.get_payment_details(42)
    invoice = await site.pay(waiting)
    done = await client.get_payment_details(42)
    told, back = await site.told(), site.returned(invoice)
    own = {f"{prefix}_user": "ann", f"{prefix}_Basket": "7"}

    assert client.is_result_notification_valid(
        told["SignatureValue"], told["OutSum"], told["InvId"], **own
    )
    assert client.is_redirect_valid(back["SignatureValue"], back["OutSum"], back["InvId"], **own)
    assert own.items() <= told.items()
    assert (initiated.state, done.state) == (PaymentState.INITIATED, PaymentState.COMPLETED)
    assert (done.out_sum, done.user_fields) == (100.5, own)
    assert UUID(done.op_key).hex == invoice.payment
    assert done.state_date is not None
    assert '"items"' in invoice.content["receipt"]


async def test_plain_order_that_recurs(site: Site) -> None:
    """Its parent is the payer's consent; the number is the wallet's."""
    link = site.plain().generate_open_payment_link(out_sum=7, recurring=True)

    invoice = await site.open(link.url or "")

    assert invoice.is_recurring
    assert invoice.reference


async def test_plain_state_of_nothing(site: Site) -> None:
    """By the codes that it knows."""
    with pytest.raises(RobokassaRequestError, match="not found"):
        await site.plain().get_payment_details(1)
    with pytest.raises(RobokassaRequestError, match="signature"):
        await site.plain(password2="guessed").get_payment_details(1)
    with pytest.raises(RobokassaRequestError, match="not found or not activated"):
        await site.plain(merchant_login="nobody").get_payment_details(1)


@pytest.mark.parametrize("kind", [InvoiceType.ONE_TIME, InvoiceType.REUSABLE])
async def test_plain_protected_link(site: Site, kind: InvoiceType) -> None:
    """An invoice by token, opened and taken back by each of its names."""
    client = site.plain()
    made = await client.generate_protected_payment_link(
        invoice_type=kind,
        out_sum=100.5,
        merchant_comments="note",
        inv_id=0,
        receipt=RECEIPT,
        description="Кофе",
        recurring=False,
        email="ann@example.com",
        expiration_date=site.clock() + timedelta(days=1),
        user="ann",
    )
    url = made.url or ""
    invoice = await site.open(url)
    await client.deactivate_invoice(encoded_id=url.rpartition("/")[2])
    await client.deactivate_invoice(id=str(made.params and made.params.id))

    assert (invoice.amount.minor, invoice.content["shp"]) == (100_50, [["shp_user", "ann"]])
    assert '"sno": "osn"' in invoice.content["receipt"]
    ended = (
        await site.cast.services.invoices.get(
            merchant=site.merchant, invoice_id=UUID(str(made.params and made.params.id)).hex
        )
        if kind is InvoiceType.ONE_TIME
        else None
    )
    assert ended is None or ended.state is InvoiceState.REJECTED
    with pytest.raises(RobokassaInterfaceError):
        await client.deactivate_invoice(inv_id=12345)


async def test_what_does_not_work_with_the_original_either(site: Site) -> None:
    """Calls that no vendor's text knows, and a signature without the shop's login."""
    async with site.aio() as client:
        with pytest.raises(APIError, match="404"):
            await client.create_refund(42, Decimal(1))
        with pytest.raises(APIError, match="404"):
            await client.get_refund_status(42)
    link = site.plain().generate_subscription_link(inv_id=2, previous_inv_id=1, out_sum=7)
    fields = {} if link.params is None else link.params.to_dict()
    async with httpx.AsyncClient(base_url=site.address) as http:
        refused = await http.post("/Merchant/Recurring", data=fields)

    assert refused.status_code == 400
    assert refused.text.startswith("error 29")
