"""A plugin written for Robokassa: a signed link, ResultURL, and questions in XML.

It knows a login and passwords; only the address was changed.
"""

import base64
import hashlib
import hmac
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.changes import Changes
from sandbox.plugins.line import Line
from sandbox.plugins.orders import Order, Orders, PluginError, units
from sandbox.wallet import Wallet

_SERVICE = "/Merchant/WebService/Service.asmx/OpStateExt"
_NAMESPACE = "{http://merchant.roboxchange.com/WebService/}"
_STATES = {5: "pending", 10: "cancelled", 20: "held", 50: "paid", 100: "paid"}
_OK = 200


@dataclass(frozen=True, slots=True)
class Secrets:
    """A login and its passwords, the test pair too."""

    login: str
    password_1: str
    password_2: str
    password_3: str
    test_password_1: str
    test_password_2: str


class RobokassaPlugin:
    """Links to the payment page, ResultURL, holds, refunds."""

    interface = "robokassa"

    def __init__(
        self,
        *,
        wallet: Wallet,
        base_url: str,
        secrets: Secrets,
        now: Callable[[], datetime],
        changes: Changes,
    ) -> None:
        """*base_url*: the address that was changed."""
        self.orders = Orders()
        self._line = Line(wallet=wallet, orders=self.orders, now=now)
        self._base_url = base_url
        self._secrets = secrets
        self._now = now
        self._changes = changes
        self._tests = set[str]()
        self._numbers = int(now().timestamp()) % 1_000_000_000

    def sell(
        self,
        *,
        amount_minor: int,
        currency: str,
        description: str,
        is_test: bool = False,
        hold: bool = False,
    ) -> Order:
        """A signed link to the payment page; nothing is asked of the wallet yet."""
        self._numbers += 1
        number, amount = str(self._numbers), units(amount_minor)
        signed = [self._secrets.login, amount, number]
        fields = {
            "MerchantLogin": self._secrets.login,
            "OutSum": amount,
            "InvId": number,
            "Description": description,
            "Culture": "en",
            "Shp_cms": "lantern",
        }
        if currency != "RUB":
            signed.append(currency)
            fields["OutSumCurrency"] = currency
        if hold:
            signed.append("true")
            fields["StepByStep"] = "true"
        if is_test:
            self._tests.add(number)
            fields["IsTest"] = "1"
        signed += [self._first(number), "Shp_cms=lantern"]
        fields["SignatureValue"] = _md5(signed)
        page = f"{self._base_url}/Merchant/Index.aspx?{urlencode(fields)}"
        self._changes.touch("plugins")
        return self.orders.add(
            Order(
                number=number, description=description, amount=amount, currency=currency, page=page
            )
        )

    async def refresh(self, number: str) -> Order:
        """Ask how the operation stands.

        Raises:
            PluginError: The wallet knows no such operation, or refuses.
            WalletUnreachableError: It does not answer.
        """
        order = self.orders.get(number)
        state, _ = await self._operation(number)
        order.state = state
        self._changes.touch("plugins")
        return order

    async def cancel(self, number: str) -> Order:
        """Let a hold go; raises as `refresh` does."""
        signature = _md5([self._secrets.login, "", number, self._first(number)])
        return await self._settle("Cancel", number, {"SignatureValue": signature})

    async def capture(self, number: str, *, amount_minor: int) -> Order:
        """Take what is held, or some of it; raises as `refresh` does."""
        amount = units(amount_minor)
        signature = _md5([self._secrets.login, amount, number, self._first(number)])
        fields = {"OutSum": amount, "SignatureValue": signature}
        return await self._settle("Confirm", number, fields)

    async def refund(self, number: str, *, amount_minor: int) -> Order:
        """Give money back; raises as `refresh` does."""
        order = self.orders.get(number)
        _, key = await self._operation(number)
        token = self._token(f'{{"OpKey":"{key}","RefundSum":{units(amount_minor)}}}')
        answer = await self._line.ask("POST", "/RefundService/Refund/Create", body=token)
        said = _json(answer.body)
        if not said.get("success"):
            raise PluginError(str(said.get("message")))
        order.refunded.append(f"{units(amount_minor)} {said['requestId']}")
        self._changes.touch("plugins")
        return order

    def result(self, fields: Mapping[str, str]) -> tuple[int, str]:
        """ResultURL: status and text of the answer."""
        status, said = self._judge(fields)
        path = "/sandbox/plugins/robokassa/result"
        self._line.heard("POST", path, {}, urlencode(fields), status, said)
        self._changes.touch("plugins")
        return status, said

    def result2(self, body: bytes) -> tuple[int, str]:
        """ResultUrl2: the only notice of a hold."""
        try:
            payload = body.decode().split(".")[1]
            padded = payload + "=" * (-len(payload) % 4)
            data = json.loads(base64.urlsafe_b64decode(padded))["data"]
            order = self.orders.find(str(data["invId"]))
        except (ValueError, KeyError, IndexError):
            status = 400
        else:
            status = _OK
            if order is not None and data["state"] == "HOLD":
                order.state, order.told = "held", True
        path, headers = "/sandbox/plugins/robokassa/result2", {"Content-Type": "application/json"}
        self._line.heard("POST", path, headers, body.decode(errors="replace"), status, "")
        self._changes.touch("plugins")
        return status, ""

    def _judge(self, fields: Mapping[str, str]) -> tuple[int, str]:
        number = fields.get("InvId", "")
        extra = sorted(f"{name}={fields[name]}" for name in fields if name.startswith("Shp_"))
        password = self._secrets.password_2
        if number in self._tests:
            password = self._secrets.test_password_2
        expected = _md5([fields.get("OutSum", ""), number, password, *extra]).upper()
        if not hmac.compare_digest(expected, fields.get("SignatureValue", "")):
            return 403, "bad sign"
        order = self.orders.find(number)
        if order is not None:
            order.state, order.told = "paid", True
        return _OK, f"OK{number}"

    async def _settle(self, what: str, number: str, fields: dict[str, str]) -> Order:
        order = self.orders.get(number)
        form = {"MerchantLogin": self._secrets.login, "InvoiceID": number, **fields}
        answer = await self._line.ask("POST", f"/Merchant/Payment/{what}", form=form)
        said = answer.body.decode().strip()
        if said.lower() != "true" and not said.upper().startswith("OK"):
            raise PluginError(said[:200])
        return await self.refresh(order.number)

    async def _operation(self, number: str) -> tuple[str, str]:
        """The state of an operation, and its key."""
        password = self._secrets.password_2
        if number in self._tests:
            password = self._secrets.test_password_2
        query = {
            "MerchantLogin": self._secrets.login,
            "InvoiceID": number,
            "Signature": _md5([self._secrets.login, number, password]),
        }
        answer = await self._line.ask("GET", f"{_SERVICE}?{urlencode(query)}")
        root = ET.fromstring(answer.body)  # noqa: S314  # the wallet's own answer
        result = root.findtext(f"{_NAMESPACE}Result/{_NAMESPACE}Code")
        if result != "0":
            raise PluginError(f"OpStateExt: result {result}")
        state = int(root.findtext(f"{_NAMESPACE}State/{_NAMESPACE}Code") or 0)
        key = root.findtext(f"{_NAMESPACE}Info/{_NAMESPACE}OpKey") or ""
        return _STATES.get(state, str(state)), key

    def _first(self, number: str) -> str:
        is_test = number in self._tests
        return self._secrets.test_password_1 if is_test else self._secrets.password_1

    def _token(self, payload: str) -> str:
        parts = [_base64('{"typ":"JWT","alg":"HS256"}'), _base64(payload)]
        signed = ".".join(parts).encode()
        mac = hmac.new(self._secrets.password_3.encode(), signed, hashlib.sha256).digest()
        return ".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()])


def _md5(parts: list[str]) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        content = {}
    return content if isinstance(content, dict) else {}
