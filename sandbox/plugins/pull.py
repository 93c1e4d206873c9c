"""A plugin for QIWI's oldest interface, the pull API: forms, Basic authentication, XML."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.changes import Changes
from sandbox.plugins.line import Line
from sandbox.plugins.orders import Order, Orders, PluginError, units
from sandbox.wallet import Wallet

_ACCEPTED = '<?xml version="1.0"?><result><result_code>{code}</result_code></result>'
_OK = 200
_DONE, _NOT_OURS = 0, 150


@dataclass(frozen=True, slots=True)
class Access:
    """What the shop's settings page showed."""

    prv_id: int
    api_id: str
    api_password: str
    notification_password: str


class PullPlugin:
    """Bills to a phone number, their callback, refunds."""

    interface = "pull"

    def __init__(
        self,
        *,
        wallet: Wallet,
        base_url: str,
        access: Access,
        now: Callable[[], datetime],
        changes: Changes,
    ) -> None:
        self.orders = Orders()
        self._line = Line(wallet=wallet, orders=self.orders, now=now)
        self._base_url = base_url
        self._access = access
        self._now = now
        self._changes = changes
        self._numbers = 0

    async def sell(
        self, *, amount_minor: int, currency: str, description: str, phone: str | None = None
    ) -> Order:
        """Make a bill for a phone number; it appears in that person's chat.

        Raises:
            PluginError: It was not made: there is no number, for one.
            WalletUnreachableError: The wallet does not answer.
        """
        if not phone:
            raise PluginError("a pull bill needs a phone number")
        self._numbers += 1
        number, amount = f"pull-{self._now():%m%d%H%M%S}-{self._numbers}", units(amount_minor)
        form = {
            "user": f"tel:{phone}",
            "amount": amount,
            "ccy": currency,
            "comment": description,
            "prv_name": "Lantern & Co.",
        }
        made = await self._ask("PUT", number, form=form)
        page = (
            f"{self._base_url}/order/external/main.action"
            f"?shop={self._access.prv_id}&transaction={number}"
        )
        order = self.orders.add(
            Order(
                number=number, description=description, amount=amount, currency=currency, page=page
            )
        )
        return self._take(order, made["bill"]["status"])

    async def refresh(self, number: str) -> Order:
        """Ask how the bill stands; raises as `sell` does."""
        order = self.orders.get(number)
        return self._take(order, (await self._ask("GET", number))["bill"]["status"])

    async def cancel(self, number: str) -> Order:
        """Take the bill back; raises as `sell` does."""
        order = self.orders.get(number)
        said = await self._ask("PATCH", number, form={"status": "rejected"})
        return self._take(order, said["bill"]["status"])

    async def refund(self, number: str, *, amount_minor: int) -> Order:
        """Give money back; raises as `sell` does."""
        order = self.orders.get(number)
        refund_id = str(len(order.refunded) + 1)
        form = {"amount": units(amount_minor)}
        said = await self._ask("PUT", f"{number}/refund/{refund_id}", form=form)
        order.refunded.append(f"{said['refund']['amount']} {said['refund']['status']}")
        self._changes.touch("plugins")
        return order

    def receive(self, headers: Mapping[str, str], fields: Mapping[str, str], body: str) -> str:
        """Take a callback; the XML that answers it."""
        expected = f"Basic {_basic(self._access.prv_id, self._access.notification_password)}"
        is_ours = hmac.compare_digest(headers.get("authorization", "").encode(), expected.encode())
        if is_ours:
            order = self.orders.find(fields.get("bill_id", ""))
            if order is not None:
                order.told = True
                self._take(order, fields.get("status", ""))
        said = _ACCEPTED.format(code=_DONE if is_ours else _NOT_OURS)
        self._line.heard("POST", "/sandbox/plugins/pull/notify", headers, body, _OK, said)
        self._changes.touch("plugins")
        return said

    def _take(self, order: Order, status: str) -> Order:
        order.state = status
        self._changes.touch("plugins")
        return order

    async def _ask(
        self, method: str, path: str, *, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        access = self._access
        headers = {
            "Authorization": f"Basic {_basic(access.api_id, access.api_password)}",
            "Accept": "application/json",
        }
        address = f"/api/v2/prv/{access.prv_id}/bills/{path}"
        answer = await self._line.ask(method, address, headers=headers, form=form)
        try:
            said: dict[str, Any] = json.loads(answer.body)["response"]
        except (ValueError, KeyError, TypeError):
            raise PluginError(f"HTTP {answer.status} without a response") from None
        if said["result_code"] != _DONE:
            raise PluginError(f"{said['result_code']}: {said.get('description', '')}")
        return said


def _basic(login: object, password: str) -> str:
    return base64.b64encode(f"{login}:{password}".encode()).decode()
