"""A plugin written for QIWI's bill API, years ago, and not touched since.

It knows a base address, a secret key, and where it is told; only the address was changed.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sandbox.changes import Changes
from sandbox.plugins.line import Line
from sandbox.plugins.orders import Order, Orders, PluginError, units
from sandbox.wallet import Wallet

_BILLS = "/partner/bill/v1/bills"
_LIFETIME = timedelta(days=2)
_OK = 200


class BillPlugin:
    """Bills, their webhook, refunds."""

    interface = "bill"

    def __init__(
        self,
        *,
        wallet: Wallet,
        secret_key: str,
        thanks: str,
        now: Callable[[], datetime],
        changes: Changes,
    ) -> None:
        """*thanks*: the shop's page to which a payer comes back."""
        self.orders = Orders()
        self._line = Line(wallet=wallet, orders=self.orders, now=now)
        self._secret_key = secret_key
        self._thanks = thanks
        self._now = now
        self._changes = changes
        self._numbers = 0

    async def sell(
        self, *, amount_minor: int, currency: str, description: str, phone: str | None = None
    ) -> Order:
        """Make a bill; the customer is sent to its page.

        Raises:
            PluginError: It was not made.
            WalletUnreachableError: The wallet does not answer.
        """
        self._numbers += 1
        number = f"cms-{self._now():%m%d%H%M%S}-{self._numbers}"
        amount = units(amount_minor)
        bill: dict[str, Any] = {
            "amount": {"currency": currency, "value": amount},
            "comment": description,
            "expirationDateTime": f"{self._now() + _LIFETIME:%Y-%m-%dT%H:%M:%S}+00:00",
            "customFields": {"apiClient": "lantern_cms", "apiClientVersion": "1.4.2"},
        }
        if phone:
            bill["customer"] = {"phone": phone.lstrip("+")}
        made = await self._ask("PUT", f"{_BILLS}/{number}", bill)
        page = f"{made['payUrl']}&successUrl={quote(self._thanks, safe='')}"
        order = self.orders.add(
            Order(
                number=number, description=description, amount=amount, currency=currency, page=page
            )
        )
        return self._take(order, made)

    async def refresh(self, number: str) -> Order:
        """Ask how the bill stands; raises as `sell` does."""
        return self._take(self.orders.get(number), await self._ask("GET", f"{_BILLS}/{number}"))

    async def cancel(self, number: str) -> Order:
        """Take the bill back; raises as `sell` does."""
        order = self.orders.get(number)
        return self._take(order, await self._ask("POST", f"{_BILLS}/{number}/reject"))

    async def refund(self, number: str, *, amount_minor: int) -> Order:
        """Give money back; raises as `sell` does."""
        order = self.orders.get(number)
        refund_id = f"r{len(order.refunded) + 1}"
        amount = {"currency": order.currency, "value": units(amount_minor)}
        path = f"{_BILLS}/{number}/refunds/{refund_id}"
        made = await self._ask("PUT", path, {"amount": amount})
        order.refunded.append(f"{made['amount']['value']} {made['status']}")
        self._changes.touch("plugins")
        return order

    def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Take a notification: status and body of the answer."""
        status, said = self._judge(headers.get("x-api-signature-sha256", ""), body)
        path = "/sandbox/plugins/bill/notify"
        self._line.heard("POST", path, headers, body.decode(), status, said)
        self._changes.touch("plugins")
        return status, said

    def _judge(self, signature: str, body: bytes) -> tuple[int, str]:
        try:
            bill = json.loads(body)["bill"]
            amount = bill["amount"]
            signed = "|".join((
                amount["currency"],
                amount["value"],
                bill["billId"],
                bill["siteId"],
                bill["status"]["value"],
            ))  # fmt: skip
        except (ValueError, KeyError, TypeError):
            return 400, '{"error":"5"}'
        key = self._secret_key.encode()
        expected = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, signature):
            return 403, '{"error":"151"}'
        order = self.orders.find(bill["billId"])
        if order is not None:
            order.told = True
            self._take(order, bill)
        return _OK, '{"error":"0"}'

    def _take(self, order: Order, bill: Mapping[str, Any]) -> Order:
        order.state = bill["status"]["value"]
        self._changes.touch("plugins")
        return order

    async def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._secret_key}", "Accept": "application/json"}
        answer = await self._line.ask(method, path, headers=headers, body=body)
        try:
            content: dict[str, Any] = json.loads(answer.body)
        except ValueError:
            raise PluginError(f"HTTP {answer.status} without JSON") from None
        if answer.status != _OK:
            raise PluginError(str(content.get("description") or content.get("errorCode")))
        return content
