"""Shops' servers, which check each signature by means of their own, and fail in every way."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gateway.notifications.sending import Answer, Message, Sending
from purser.services import Services
from services.clock import Clock
from services.due import TryAgainError, Work
from services.merchants import Merchant
from storage.sqlite.book import SqliteBook
from tests.simulation.faults import Faults
from tests.simulation.trace import Trace

HANGS_SECONDS = 90
"""Longer than a handler may take."""

LATE_SECONDS = 8
AWAY_SECONDS = 400

TRUE_OF = {
    "paid": ("paid", "refunded_in_part", "refunded"),
    "rejected": ("rejected",),
    "expired": ("expired",),
}
"""By what a shop is told, the states that its invoice may have come to by then."""

_UNTOLD = """
    SELECT 'the shop is told of ' || subject || ' less often than it changes' FROM (
        SELECT subject, count(*) AS changes, (
            SELECT count(*) FROM due_work
            WHERE key LIKE iif(interface = 'bill', 'bill_notification:', 'robokassa_result:')
                || id || ':%'
        ) AS told
        FROM history JOIN invoices ON subject = 'invoice/' || id
        WHERE event IN ('pay', 'capture') AND interface IN ('bill', 'robokassa')
            OR event IN ('reject', 'release', 'expire', 'lapse') AND interface = 'bill'
        GROUP BY subject
    ) AS one WHERE told < changes
"""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a shop checks signatures with."""

    merchant: Merchant
    webhook_secret: str
    bill_key: str
    second_password: str


class Receivers:
    """What the shops know of their invoices from hearing of them."""

    def __init__(
        self, *, book: SqliteBook, shops: dict[str, Keys], faults: Faults, trace: Trace
    ) -> None:
        self._book = book
        self._shops = shops
        self._faults = faults
        self._trace = trace
        self._away_until: dict[str, float] = {}
        self.heard = set[str]()
        """Names of the news that a shop has understood, and answered or not."""

    async def receive(self, message: Message) -> Answer:
        """Hear it, or not, and answer, or not."""
        place = urlsplit(message.url)
        host = place.hostname or ""
        await self._be_there(host)
        fault = self._faults.first_of(
            "webhook failed", "webhook hangs", "webhook gone", "webhook late"
        )
        if fault == "webhook failed":
            return Answer(503, "", "7")
        if fault == "webhook hangs":
            await asyncio.sleep(HANGS_SECONDS)
        if fault == "webhook gone":
            return Answer(410, "")
        if fault == "webhook late":
            await asyncio.sleep(LATE_SECONDS)
        if self._faults.strikes("shop answers an error"):
            return Answer(500 if place.path == "/hook" else 200, '{"error": 13}')
        read: Callable[[Keys, Message], _News] = _READERS[place.path]
        news = read(self._shops[host], message)
        self._believe(self._shops[host], news)
        if self._faults.strikes("webhook closed early"):
            raise TryAgainError("not delivered: ServerDisconnectedError")
        return Answer(200, news.thanks)

    def finish(self, work: Work) -> None:
        """The wallet counts *work* as done: if it is news, its shop has heard it."""
        name = work.key
        if work.kind in ("bill_notification", "robokassa_result"):
            data = work.payload["data"]
            name = f"{work.kind} {work.payload['merchant']} {data['reference']} {data['state']}"
        elif work.kind != "webhook":
            return
        if name not in self.heard:
            self._trace.wrong(f"{name} counts as told and was not heard")

    def broken(self) -> list[str]:
        """What nobody ever tells."""
        return [row[0] for row in self._book.connection.execute(_UNTOLD)]

    async def _be_there(self, host: str) -> None:
        """A server may be away for minutes, for all that is sent to it."""
        now = asyncio.get_running_loop().time()
        if self._faults.strikes("shop goes away"):
            self._away_until[host] = now + AWAY_SECONDS
        if not self._faults.is_quiet and now < self._away_until.get(host, 0):
            raise TryAgainError("not delivered: ClientConnectorError")

    def _believe(self, shop: Keys, news: "_News") -> None:
        """Act on it, if it is the wallet that says it; and then it must be so."""
        if not news.is_genuine:
            self._trace.wrong(f"{news.name} came with a wrong signature")
        self.heard.add(news.name)
        if news.reference is None:
            return
        invoice = self._book.invoices.with_reference(shop.merchant.id, news.reference)
        if invoice is None or invoice.state not in TRUE_OF[news.state]:
            self._trace.wrong(f"{news.name} was told and is not so")
        elif invoice.amount.minor != news.minor:
            self._trace.wrong(f"{news.name} was told with {news.minor}")


class Posting(Sending):
    """The real sender of notifications, but for the network."""

    def __init__(self, receivers: Receivers, services: Services, now: Clock) -> None:
        super().__init__(deliveries=services.deliveries, now=now)
        self._receivers = receivers

    async def _exchange(self, message: Message) -> Answer:
        return await self._receivers.receive(message)


@dataclass(frozen=True, slots=True)
class _News:
    """What a message says to its shop."""

    name: str
    is_genuine: bool
    thanks: str = ""
    """How it is answered."""
    reference: str | None = None
    state: str = ""
    minor: int = 0


def _webhook(shop: Keys, message: Message) -> _News:
    assert message.body is not None
    said, headers = json.loads(message.body), message.headers
    signed = b".".join((said["id"].encode(), headers["webhook-timestamp"].encode(), message.body))
    key = base64.b64decode(shop.webhook_secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return _News(said["id"], headers["webhook-signature"] == f"v1,{expected}")


def _bill(shop: Keys, message: Message) -> _News:
    assert message.body is not None
    bill: dict[str, Any] = json.loads(message.body)["bill"]
    amount, status = bill["amount"], bill["status"]["value"]
    values = (amount["currency"], amount["value"], bill["billId"], shop.merchant.site_id, status)
    expected = hmac.new(shop.bill_key.encode(), "|".join(values).encode(), sha256).hexdigest()
    reference, state = bill["billId"], status.lower()
    return _News(
        name=f"bill_notification {shop.merchant.id} {reference} {state}",
        is_genuine=message.headers["X-Api-Signature-SHA256"] == expected,
        reference=reference,
        state=state,
        minor=_minor(amount["value"]),
    )


def _result(shop: Keys, message: Message) -> _News:
    assert message.body is not None
    fields = {name: values[0] for name, values in parse_qs(message.body.decode()).items()}
    number, total = fields["InvId"], fields["OutSum"]
    signed = f"{total}:{number}:{shop.second_password}"
    expected = md5(signed.encode()).hexdigest()  # noqa: S324  # as old plugins do
    return _News(
        name=f"robokassa_result {shop.merchant.id} {number} paid",
        is_genuine=fields["SignatureValue"].lower() == expected,
        thanks=f"OK{number}",
        reference=number,
        state="paid",
        minor=_minor(total),
    )


def _minor(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0")[:2])


_READERS: dict[str, Callable[[Keys, Message], _News]] = {
    "/hook": _webhook,
    "/bills": _bill,
    "/result": _result,
}
