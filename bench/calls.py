"""Each call of the gateway, as the server hands it over: no socket, no client library."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from bench.checkout import pays_on_the_page
from bench.documents import is_asked_for_a_code
from bench.limits import opens_the_link
from bench.merchant_api import runs_a_shop
from bench.person import TOKEN, Person
from bench.qiwi_calls import sells_by_qiwi
from bench.robokassa_calls import uses_robokassas_services
from bench.robokassa_orders import sells_by_robokassa
from bench.tally import Tally
from bot.documents.pages import ReceiptPages
from bot.edge import BotEdge
from bot.page_texts import PageTexts
from bot.texts import Texts
from gateway.app import create_app
from gateway.limits import Limits
from gateway.pay_urls import Links
from gateway.telegram import Receive
from purser.services import Services
from sandbox.telegram.init_data import init_data
from services.clock import Clock
from services.merchants import Credentials
from services.rate_limits import RateLimits
from services.terminals import TerminalCredentials

if TYPE_CHECKING:
    from bench.commands import World

SECRET = "telegram-secret"  # noqa: S105  # of nobody
OPERATOR = "operator-key"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and an invoice that was paid."""

    shop: Credentials
    terminal: TerminalCredentials
    paid: str


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int = 0
    body: bytes = b""
    location: str = ""
    """Where it sends a browser."""

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(slots=True)
class Client:
    """Calls an ASGI application and keeps the last answer."""

    app: Any
    expected: int = 200
    answer: Answer = field(default_factory=Answer)

    async def call(
        self, method: str, path: str, body: Any = None, query: str = "", **headers: str
    ) -> None:
        """One request; an answer that is no success is an error here."""
        content = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            content = json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["content-type"] = "application/json"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": ("192.0.2.1", 50000),
            "server": ("wallet.example", 80),
            "state": {},
        }
        parts = [{"type": "http.request", "body": content, "more_body": False}]
        self.answer = answer = Answer()

        async def receive() -> dict[str, Any]:
            return parts.pop() if parts else await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            await asyncio.sleep(0)
            answer.status = message.get("status", answer.status)
            answer.body += message.get("body", b"")
            found = dict(message.get("headers", ())).get(b"location")
            answer.location = answer.location if found is None else found.decode()

        await self.app(scope, receive, send)
        if not 200 <= answer.status < 400:  # noqa: PLR2004  # successes, or on to another page
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body!r}")


async def call_everything(world: "World", tally: Tally, person: Person, caller: Caller) -> None:
    """The calls of a shop, a terminal, a card's page, the desk, a probe and Telegram."""
    client = Client(world.gateway)
    await _shop(tally, client, caller)
    await _terminal(tally, client, caller, person)
    await _card_page(world, tally, client, person)
    await opens_the_link(world, tally, client, person)
    await is_asked_for_a_code(world, tally, client, person)
    await pays_on_the_page(world, tally, client, person, caller)
    await _desk(tally, client)
    certificate = "/robokassa/certificate"
    await tally.row(f"GET {certificate}", client.call("GET", certificate))
    await uses_robokassas_services(world, tally, client, caller)
    await sells_by_robokassa(world, tally, client, person)
    await runs_a_shop(world, tally, client, person)
    await sells_by_qiwi(world, tally, client, person)
    await tally.row("POST /telegram/webhook, kept and done", _webhook(client, world.edge, person))


def gateway(
    services: Services,
    texts: Texts,
    now: Clock,
    receive: Receive,
    *,
    limits: Limits | None = None,
    rate_limits: RateLimits | None = None,
) -> FastAPI:
    """The gateway of a wallet, everything switched on."""
    return create_app(
        services=services,
        now=now,
        links=Links("purser_bot", "https://wallet.example"),
        bot_token=TOKEN,
        words=texts.words,
        page_words=PageTexts(),
        receipt_words=ReceiptPages(texts),
        checks={},
        operator_key=OPERATOR,
        telegram_secret=SECRET,
        receive=receive,
        limits=limits,
        rate_limits=rate_limits,
    )


async def _shop(tally: Tally, client: Client, caller: Caller) -> None:
    path = "/api/v1/invoices"
    key = {"authorization": f"Bearer {caller.shop.secret_key}"}
    once = key | {"idempotency_key": "k1"}
    wish = {"amount": {"minor": 125_000, "currency": "RUB"}, "description": "Headphones"}
    await tally.row(f"POST {path}", client.call("POST", path, wish, **once))
    made = client.answer.json()["id"]
    await tally.row(f"POST {path}, again", client.call("POST", path, wish, **once))
    await tally.row(f"GET {path}/{{id}}", client.call("GET", f"{path}/{made}", **key))
    await tally.row(f"GET {path}", client.call("GET", path, query="limit=20", **key))
    await tally.row(
        f"POST {path}/{{id}}/cancel", client.call("POST", f"{path}/{made}/cancel", **key)
    )
    refunds = f"{path}/{caller.paid}/refunds"
    body = {"amount": {"minor": 100, "currency": "RUB"}, "reason": "bench"}
    once = key | {"idempotency_key": "k2"}
    await tally.row(f"POST {path}/{{id}}/refunds", client.call("POST", refunds, body, **once))
    refund = client.answer.json()["id"]
    await tally.row(f"GET {path}/{{id}}/refunds", client.call("GET", refunds, **key))
    await tally.row(
        "GET /api/v1/refunds/{id}", client.call("GET", f"/api/v1/refunds/{refund}", **key)
    )


async def _terminal(tally: Tally, client: Client, caller: Caller, person: Person) -> None:
    login = f"{caller.terminal.terminal.login}:{caller.terminal.password}"
    basic = {"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    asked = f"txn_id=77{person.number}&account={person.phone[1:]}&sum=100.00"
    for name, command in (("check", "check"), ("pay", "pay"), ("pay, again", "pay")):
        query = f"command={command}&{asked}"
        await tally.row(f"GET /osmp {name}", client.call("GET", "/osmp", query=query, **basic))


async def _card_page(world: "World", tally: Tally, client: Client, person: Person) -> None:
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    card = (await world.services.cards.listed(holder=holder))[0]
    sent = await world.services.card_details.send(
        holder=holder, card_id=card.id, key=f"page {person.number}"
    )
    user = {"id": person.number, "first_name": "Ann"}
    proof = init_data(token=TOKEN, user=user, query_id="q", at=world.clock())
    await tally.row("GET /app/cards/{id}", client.call("GET", f"/app/cards/{sent.id}"))
    await tally.row(
        "POST /app/api/cards/{id}",
        client.call("POST", f"/app/api/cards/{sent.id}", authorization=f"tma {proof}"),
    )


async def _desk(tally: Tally, client: Client) -> None:
    desk = client.call("GET", "/operator/ledger", authorization=f"Bearer {OPERATOR}")
    await tally.row("GET /operator/ledger", desk)
    await tally.row("GET /healthz", client.call("GET", "/healthz"))


async def _webhook(client: Client, edge: BotEdge, person: Person) -> None:
    """A message that no handler answers: what it costs to keep an update and finish it."""
    message = person.message(text="x")
    message["from"] = message["from"] | {"is_bot": True}
    update = {"update_id": 10**9 + person.number, "message": message}
    secret = {"x_telegram_bot_api_secret_token": SECRET}
    await client.call("POST", "/telegram/webhook", update, **secret)
    await edge.feeder.idle()
