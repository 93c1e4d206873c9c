"""Shops: they issue invoices, take some back, and give money back, by the merchant API.

A shop that got no answer asks again with the same key until there is one.
"""

import asyncio
import json
from typing import Any

import aiohttp

from tests.torture.outside import Outside
from tests.torture.records import Sale

ANSWER_SECONDS_MAX = 8
PAUSE_SECONDS_MAX = 1.0
REPEAT_SHARE = 0.25
_AGAIN = {408, 425, 429, 500, 502, 503, 504}


class Shop:
    """One merchant with its secret key."""

    def __init__(
        self, outside: Outside, http: aiohttp.ClientSession, number: int, gateway: str, key: str
    ) -> None:
        self.number = number
        self._outside = outside
        self._http = http
        self._api = f"{gateway}/api/v1"
        self._key = key

    async def issue(self, sale: Sale) -> None:
        """Ask for the money; the sale has its invoice afterwards."""
        body: dict[str, Any] = {
            "amount": {"minor": sale.amount_minor, "currency": "RUB"},
            "description": sale.order,
            "reference": sale.order,
        }
        if sale.phone is not None:
            body["phone"] = sale.phone
        status, made = await self._once("/invoices", body, key=f"issue {sale.order}")
        if status != 201:
            self._wrong(f"{sale.order} was refused to a shop: {status} {made.get('code')}")
            return
        sale.invoice = made["id"]
        self._outside.records.acknowledge()

    async def take_back(self, sale: Sale) -> None:
        """Cancel the invoice; it may be paid already."""
        status, said = await self._ask("POST", f"/invoices/{sale.invoice}/cancel")
        if status == 200 and said["state"] == "rejected":
            sale.is_taken_back = True
        elif (status, said.get("code")) != (409, "invoice_paid"):
            self._wrong(f"taking {sale.order} back: {status} {said.get('code')}")

    async def refund(self, sale: Sale, minor: int) -> None:
        """Give *minor* back, if that much is left."""
        before = sum(sale.refunds.values())
        body = {"amount": {"minor": minor, "currency": "RUB"}, "reason": "returned"}
        key = f"refund {sale.order} {len(sale.refunds)}"
        status, said = await self._once(f"/invoices/{sale.invoice}/refunds", body, key=key)
        is_right = status == (201 if before + minor <= sale.amount_minor else 409)
        if not is_right:
            self._wrong(f"refund of {minor} of {sale.order}: {status} {said.get('code')}")
        if status == 201:
            sale.refunds[said["id"]] = minor
            self._outside.records.acknowledge()

    async def state(self, sale: Sale) -> dict[str, Any]:
        """How the invoice stands."""
        status, said = await self._ask("GET", f"/invoices/{sale.invoice}")
        if status != 200:
            self._wrong(f"looking at {sale.order}: {status}")
        stands: dict[str, Any] = said
        return stands

    async def _once(self, path: str, body: dict[str, Any], *, key: str) -> tuple[int, Any]:
        """The answer of a request with its key; a repeat of it must be the same."""
        first = await self._ask("POST", path, body, key)
        if self._outside.random.random() < REPEAT_SHARE:
            again = await self._ask("POST", path, body, key)
            if again != first:
                self._wrong(f"{key} was answered {first}, then {again}")
        return first

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._key}"} | (
            {} if key is None else {"Idempotency-Key": key}
        )
        while True:
            try:
                async with self._http.request(
                    method, self._api + path, json=body, headers=headers,
                    timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX),
                ) as answer:  # fmt: skip
                    text = await answer.text()
                if answer.status not in _AGAIN:
                    return answer.status, json.loads(text)
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                self._outside.records.faults["api: no answer"] += 1
            await asyncio.sleep(self._outside.random.uniform(0.1, PAUSE_SECONDS_MAX))

    def _wrong(self, what: str) -> None:
        self._outside.records.violation(what)
