"""A shop's plugin that speaks Robokassa's interface, as the vendor documents it."""

from dataclasses import dataclass
from hashlib import new as new_hash
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import httpx

from gateway.pay_urls import id_of
from gateway.robokassa.webservice import NAMESPACE
from purser.services import Services
from services.invoices import Invoice
from services.money import RUB, Currency
from services.robokassa_shops import Passwords, RobokassaShop

INDEX = "/Merchant/Index.aspx"
SERVICE = "/Merchant/WebService/Service.asmx"


@dataclass(frozen=True)
class Plugin:
    """Signs with its passwords and calls by its client."""

    shop: RobokassaShop
    passwords: Passwords
    client: httpx.AsyncClient
    services: Services

    def hash(self, *parts: str) -> str:
        """Of a base string, with the shop's algorithm."""
        return new_hash(self.shop.algorithm, ":".join(parts).encode()).hexdigest()

    def order(
        self, out_sum: str = "1250.00", inv_id: str | None = "7", **fields: str
    ) -> dict[str, str]:
        """A signed order without modifiers; own fields are signed by name."""
        shp = sorted((name, value) for name, value in fields.items() if name.startswith("Shp_"))
        is_test = fields.get("IsTest") == "1"
        password = self.passwords.test_first if is_test else self.passwords.first
        signature = self.hash(
            self.shop.login,
            out_sum,
            inv_id or "",
            password,
            *(f"{name}={value}" for name, value in shp),
        )
        named = {} if inv_id is None else {"InvId": inv_id}
        return {
            "MerchantLogin": self.shop.login,
            "OutSum": out_sum,
            "SignatureValue": signature,
            "Description": "Headphones",
            **named,
            **fields,
        }

    async def open(self, fields: dict[str, str], path: str = INDEX) -> httpx.Response:
        """What a payer's browser gets for the shop's form."""
        return await self.client.post(path, data=fields)

    async def opened(self, fields: dict[str, str], path: str = INDEX) -> Invoice:
        """The invoice that the payer is sent to."""
        return await self.behind(await self.open(fields, path))

    async def behind(self, response: httpx.Response) -> Invoice:
        """The invoice whose page *response* leads to."""
        assert response.status_code == 303, response.text
        query = parse_qs(urlsplit(response.headers["location"]).query)
        invoice_id = id_of(query["invoice_uid"][0])
        assert invoice_id is not None
        return (await self.services.invoices.open_page(invoice_id=invoice_id))[0]

    async def state(self, inv_id: str, **others: Any) -> ET.Element:
        """What OpStateExt answers."""
        password = others.pop("password", self.passwords.second)
        signature = self.hash(self.shop.login, inv_id, password)
        fields = {"MerchantLogin": self.shop.login, "InvoiceID": inv_id, "Signature": signature}
        response = await self.client.get(f"{SERVICE}/OpStateExt", params=fields | others)
        assert response.status_code == 200
        return ET.fromstring(response.content)  # noqa: S314  # ours

    async def codes(self, inv_id: str, **others: Any) -> tuple[str | None, str | None]:
        """Result and state of an operation."""
        root = await self.state(inv_id, **others)
        return said(root, "Result/Code"), said(root, "State/Code")


def said(root: ET.Element, path: str) -> str | None:
    """The text at *path*, whose steps are in the service's namespace."""
    found = root.find("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))
    return None if found is None else found.text


async def open_plugin(
    services: Services,
    client: httpx.AsyncClient,
    *,
    of: Currency = RUB,
    login: str = "demo",
    **settings: Any,
) -> Plugin:
    """A new shop with that plugin."""
    made = await services.merchants.add(name="Shop", currency=of)
    fresh = await services.robokassa_shops.add(
        merchant_id=made.merchant.id, login=login, **settings
    )
    return Plugin(fresh.shop, fresh.passwords, client, services)


def number_on(response: httpx.Response) -> int:
    """The number of the error that a page shows."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"].startswith("text/html")
    heading = response.text.partition("<h1>")[2].partition("</h1>")[0]
    return int(heading.rpartition("(")[2].rstrip(")"))
