"""A pretend shop: it sells through the wallet's real merchant API and real webhook."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from json import dumps, loads
from typing import Any

from sandbox.changes import Changes
from sandbox.plugins.orders import WORDS_KEPT, Exchange, told
from sandbox.shop.orders import Event, Order, Orders
from sandbox.shop.signature import SignatureError, verify
from sandbox.wallet import Wallet

_INVOICES = "/api/v1/invoices"
_LOADED = 50


class ShopError(Exception):
    """The wallet refused what the shop asked for; *problem* is its answer."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP {status}"))
        self.status = status
        self.problem = problem


class OrderNotFoundError(Exception):
    """The shop has no such order."""


class Shop:
    """One merchant of the wallet."""

    def __init__(
        self,
        *,
        wallet: Wallet,
        key: str,
        webhook_secret: str,
        now: Callable[[], datetime],
        changes: Changes,
    ) -> None:
        self.orders = Orders()
        self.is_loaded = False
        self.words: deque[Exchange] = deque(maxlen=WORDS_KEPT)
        """What was said to the wallet and by it, newest first."""
        self._wallet = wallet
        self._key = key
        self._webhook_secret = webhook_secret
        self._now = now
        self._changes = changes
        self._numbers = 0
        self._failures: list[int] = []

    async def sell(
        self,
        *,
        amount_minor: int,
        currency: str,
        description: str,
        phone: str | None = None,
        reference: str | None = None,
    ) -> Order:
        """Issue an invoice to *phone*, or an open one; asked again it is the same one.

        Raises:
            ShopError: The wallet refuses.
            WalletUnreachableError: The wallet does not answer.
        """
        reference = reference or self._new_reference()
        asked = {
            "amount": {"minor": amount_minor, "currency": currency},
            "phone": phone,
            "description": description,
            "reference": reference,
            "expires_at": None,
        }
        invoice = await self._ask("POST", _INVOICES, key=f"order-{reference}", json=asked)
        order = self.orders.take_invoice(invoice)
        order.phone = phone
        self._changes.touch("shop")
        return order

    async def refresh(self, reference: str) -> Order:
        """Ask the wallet how an order stands, instead of waiting to be told.

        Raises:
            OrderNotFoundError: There is none.
            ShopError: The wallet refuses.
            WalletUnreachableError: The wallet does not answer.
        """
        order = self.order(reference)
        path = f"{_INVOICES}/{order.invoice_id}"
        self.orders.take_invoice(await self._ask("GET", path))
        for refund in (await self._ask("GET", f"{path}/refunds"))["items"]:
            self.orders.take_refund(refund)
        self._changes.touch("shop")
        return order

    async def cancel(self, reference: str) -> Order:
        """Withdraw an invoice that waits.

        Raises:
            OrderNotFoundError: There is none.
            ShopError: The wallet refuses, for one because it is paid.
            WalletUnreachableError: The wallet does not answer.
        """
        order = self.order(reference)
        path = f"{_INVOICES}/{order.invoice_id}/cancel"
        self.orders.take_invoice(await self._ask("POST", path, key=f"cancel-{reference}"))
        self._changes.touch("shop")
        return order

    async def refund(
        self, reference: str, *, amount_minor: int | None = None, reason: str = ""
    ) -> Order:
        """Give back *amount_minor*, or all that is left.

        The key counts the refunds there are and marks what is asked for: one asked for
        again after an answer was lost is not made twice, and after a refusal another
        amount may be tried.

        Raises:
            OrderNotFoundError: There is none.
            ShopError: The wallet refuses, for one because it is too much.
            WalletUnreachableError: The wallet does not answer.
        """
        order = await self.refresh(reference)
        currency = order.invoice["amount"]["currency"]
        whole = amount_minor is None
        asked = {
            "amount": None if whole else {"minor": amount_minor, "currency": currency},
            "reason": reason or "Returned goods",
        }
        key = f"refund-{reference}-{len(order.refunds) + 1}-{_mark(asked)}"
        path = f"{_INVOICES}/{order.invoice_id}/refunds"
        self.orders.take_refund(await self._ask("POST", path, key=key, json=asked))
        return await self.refresh(reference)

    async def load(self) -> None:
        """Learn the orders of earlier runs from the wallet.

        Raises:
            ShopError: The wallet refuses.
            WalletUnreachableError: The wallet does not answer.
        """
        answer = await self._ask("GET", _INVOICES, params={"limit": str(_LOADED)})
        for invoice in answer["items"]:
            self.orders.take_invoice(invoice)
        self.is_loaded = True
        self._changes.touch("shop")

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take a notification; the HTTP status to answer with."""
        status = self._failures.pop(0) if self._failures else self._judge(headers, body)
        said = body.decode(errors="replace")
        self._keep("POST", "/sandbox/shop/webhook", headers, said, (status, ""), from_wallet=True)
        return status

    def fail_next(self, count: int, status: int) -> None:
        """Answer the next *count* notifications with *status*, as a broken shop does."""
        self._failures = [status] * count

    def _judge(self, headers: Mapping[str, str], body: bytes) -> int:
        try:
            event_id = verify(
                secret=self._webhook_secret, headers=headers, body=body, now=self._now()
            )
            event = loads(body)
            kind, data = str(event["type"]), event["data"]
        except SignatureError as exc:
            return self._note("", "?", note=str(exc), status=401)
        except (ValueError, KeyError, TypeError):
            return self._note("", "?", note="the body is not an event", status=400)
        return self._take(event_id, kind, data)

    def order(self, reference: str) -> Order:
        """One order.

        Raises:
            OrderNotFoundError: There is none.
        """
        order = self.orders.find(reference)
        if order is None:
            raise OrderNotFoundError(reference)
        return order

    def _take(self, event_id: str, kind: str, data: dict[str, Any]) -> int:
        is_repeat = any(event.id == event_id for event in self.orders.events)
        is_refund = kind.startswith("refund.")
        take = self.orders.take_refund if is_refund else self.orders.take_invoice
        try:
            order = take(data)
        except (KeyError, TypeError):
            return self._note("", kind, note="the data is not what the type says", status=400)
        if order is not None:
            order.is_told = True
        return self._note(event_id, kind, note="again" if is_repeat else "", status=204)

    def _note(self, event_id: str, kind: str, *, note: str, status: int) -> int:
        event = Event(id=event_id, kind=kind, at=self._now(), is_genuine=bool(event_id), note=note)
        self.orders.events.appendleft(event)
        self._changes.touch("shop")
        return status

    def _new_reference(self) -> str:
        self._numbers += 1
        return f"order-{self._now():%m%d-%H%M%S}-{self._numbers}"

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        json: Any = None,
        params: dict[str, str] | None = None,
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._key}"}
        if key:
            headers["Idempotency-Key"] = key
        answer = await self._wallet.request(
            method, path, headers=headers, json=json, params=params
        )
        sent = "" if json is None else dumps(json, ensure_ascii=False)
        said = answer.body.decode(errors="replace")
        self._keep(method, path, headers, sent, (answer.status, said), from_wallet=False)
        content = _content(answer.body)
        if not answer.is_ok:
            raise ShopError(answer.status, content)
        return content

    def _keep(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: str,
        answered: tuple[int, str],
        *,
        from_wallet: bool,
    ) -> None:
        self.words.appendleft(
            Exchange(
                from_wallet=from_wallet,
                method=method,
                address=path,
                headers=told(headers),
                body=body,
                status=answered[0],
                answer=answered[1],
                at=self._now(),
            )
        )


def _mark(asked: dict[str, Any]) -> str:
    return sha256(dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = loads(body)
    except ValueError:
        content = None
    return content if isinstance(content, dict) else {"title": "The answer is not JSON"}
