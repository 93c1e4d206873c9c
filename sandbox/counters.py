"""The shop and the terminal in a script."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import quote

_POLL_SECONDS = 20


class NothingHappenedError(Exception):
    """What was waited for did not come."""


class Wire(Protocol):
    """The control API, as `client.Sandbox` speaks it."""

    wait_seconds: float

    async def get(self, path: str) -> dict[str, Any]: ...
    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]: ...


class Shop:
    """The shop in a script; orders are dicts as `/sandbox/api/shop` shows them."""

    def __init__(self, sandbox: Wire) -> None:
        self._sandbox = sandbox

    async def sell(
        self,
        amount_minor: int,
        description: str,
        *,
        currency: str = "RUB",
        phone: str | None = None,
        reference: str | None = None,
    ) -> dict[str, Any]:
        """A new order: an invoice to *phone*, or an open one."""
        asked = {"amount_minor": amount_minor, "currency": currency, "phone": phone}
        more = {"description": description, "reference": reference}
        return await self._sandbox.post("shop/orders", {**asked, **more})

    async def order(self, reference: str) -> dict[str, Any]:
        """An order as the shop knows it, without asking the wallet."""
        return await self._sandbox.get(f"shop/orders/{quote(reference)}")

    async def refresh(self, reference: str) -> dict[str, Any]:
        """An order after asking the wallet."""
        return await self._sandbox.post(f"shop/orders/{quote(reference)}/refresh")

    async def cancel(self, reference: str) -> dict[str, Any]:
        """Withdraw an order."""
        return await self._sandbox.post(f"shop/orders/{quote(reference)}/cancel")

    async def refund(
        self, reference: str, amount_minor: int | None = None, reason: str = ""
    ) -> dict[str, Any]:
        """Give back a part, or all that is left."""
        asked = {"amount_minor": amount_minor, "reason": reason}
        return await self._sandbox.post(f"shop/orders/{quote(reference)}/refund", asked)

    async def fail_next(self, count: int = 1, status: int = 503) -> None:
        """Answer the next notifications with *status*."""
        await self._sandbox.post("shop/fail", {"count": count, "status": status})

    async def events(self) -> list[dict[str, Any]]:
        """The notifications that came, newest first."""
        return list((await self._sandbox.get("shop"))["events"])

    async def wait_told(self, reference: str, state: str) -> dict[str, Any]:
        """The order once a notification has told the shop that it is *state*.

        Raises:
            NothingHappenedError: The shop was not told in time.
        """
        version = -1
        try:
            async with asyncio.timeout(self._sandbox.wait_seconds):
                while True:
                    path = f"shop?after={version}&timeout={_POLL_SECONDS}"
                    shown = await self._sandbox.get(path)
                    version = shown["version"]
                    for order in shown["orders"]:
                        is_it = order["reference"] == reference and order["told"]
                        if is_it and order["invoice"]["state"] == state:
                            return dict(order)
        except TimeoutError as exc:
            raise NothingHappenedError(f"{reference} is not told to be {state}") from exc


class Terminal:
    """The cash terminal in a script."""

    def __init__(self, sandbox: Wire) -> None:
        self._sandbox = sandbox

    async def check(self, account: str) -> dict[str, Any]:
        """Enter a number; the terminal's screen afterwards."""
        return await self._sandbox.post("terminal/check", {"account": account})

    async def insert(self, note: int) -> dict[str, Any]:
        """Put a banknote in."""
        return await self._sandbox.post("terminal/insert", {"note": note})

    async def pay(self) -> dict[str, Any]:
        """Press pay; the receipt."""
        return await self._sandbox.post("terminal/pay")

    async def repeat(self) -> dict[str, Any]:
        """Send the last payment again; its receipt."""
        return await self._sandbox.post("terminal/repeat")

    async def pay_invoice(self, number: str) -> dict[str, Any]:
        """An invoice by the number that its page shows, with the fewest banknotes; the receipt."""
        screen = await self.check(number)
        left = screen["asked"] or 0
        for note in sorted(screen["notes"], reverse=True):
            for _ in range(left // note):
                await self.insert(note)
            left %= note
        return await self.pay()

    async def top_up(self, account: str, notes: Sequence[int]) -> dict[str, Any]:
        """All of it: number, check, banknotes, pay; the receipt."""
        await self.check(account)
        for note in notes:
            await self.insert(note)
        return await self.pay()
