"""Servers to be measured, each in a process of its own, as `purser run` would serve.

One is the gateway with a shop and its payers; beside it, one route that only the bench
has: it pays a bill by the services at once, with no page and no code, which are bounded so
that nobody can be asked for many of them.  The other is a bare handler of the same
framework, which validates a bill and answers.
"""

import asyncio
import base64
import multiprocessing
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from purser import logs
from purser.settings import Settings
from purser.wallet import Wallet, open_wallet, rules_of
from purser.web import serving_http
from services.holders import Holder
from services.ids import new_id
from services.merchants import Merchant
from services.money import RUB, Money
from services.rate_limits import Rate
from services.sources import ACCOUNT, named
from storage.book import BookTables

PAYERS = 300
RICH = Money(10**9, RUB)
_UNBOUNDED = Rate(10**6, timedelta(microseconds=1))
_START_SECONDS_MAX = 120


@dataclass(frozen=True, slots=True)
class Server:
    """Where it serves, and the shop's keys there."""

    address: str
    process: int
    secret_key: str = ""
    login: str = ""
    password: str = ""


class Amount(BaseModel):
    """Of a bill."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    value: str = Field(pattern=r"^[0-9]{1,12}(\.[0-9]{2})?$")


class Bill(BaseModel):
    """What the bare handler validates."""

    amount: Amount
    comment: str = Field(max_length=255)
    expiration: datetime = Field(alias="expirationDateTime")
    customer: dict[str, str]
    fields: dict[str, str] = Field(alias="customFields")


async def bare(request: Request) -> Response:
    """Validate and answer; nothing is kept."""
    bill = Bill.model_validate_json(await request.body())
    answer = bill.model_dump(mode="json", by_alias=True)
    return JSONResponse(answer | {"billId": request.path_params["bill_id"]})


@contextmanager
def serving_bare() -> Iterator[Server]:
    """The bare handler."""
    with _serving(_bare) as server:
        yield server


@contextmanager
def serving_gateway(database: str) -> Iterator[Server]:
    """The gateway on a new database at that address."""
    with _serving(_gateway, database) as server:
        yield server


Opening = Callable[..., Any]


@contextmanager
def _serving(opening: Opening, *arguments: str) -> Iterator[Server]:
    """Run it in another process, which ends when the block does."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.NamedTemporaryFile(prefix="purser-bench-", suffix=".log") as log:
        process = context.Process(target=_run, args=(opening, arguments, theirs, log.name))
        process.start()
        theirs.close()
        try:
            if not ours.poll(_START_SECONDS_MAX):
                raise TimeoutError(Path(log.name).read_text())
            try:
                yield ours.recv()
            except EOFError:
                raise RuntimeError(Path(log.name).read_text()) from None
        finally:
            ours.close()
            process.join()


def _run(opening: Opening, arguments: tuple[str, ...], pipe: Connection, log: str) -> None:
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), 2)
    logs.set_up("json")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(opening, arguments, pipe))


async def _serve(opening: Opening, arguments: tuple[str, ...], pipe: Connection) -> None:
    async with (
        opening(*arguments) as (app, facts),
        serving_http(app, host="127.0.0.1", port=0) as address,
    ):
        pipe.send(Server(address, os.getpid(), **facts))
        gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), gone.set)
        await gone.wait()
        asyncio.get_running_loop().remove_reader(pipe.fileno())


@asynccontextmanager
async def _bare() -> AsyncIterator[tuple[ASGIApp, dict[str, str]]]:
    yield Starlette(routes=[Route("/bills/{bill_id}", bare, methods=["PUT"])]), {}


@asynccontextmanager
async def _gateway(database: str) -> AsyncIterator[tuple[ASGIApp, dict[str, str]]]:
    # Here, for a process that serves the bare handler needs none of it.
    from bench.calls import gateway  # noqa: PLC0415
    from bot.texts import Texts  # noqa: PLC0415
    from gateway.limits import Limits  # noqa: PLC0415

    key = base64.b64encode(bytes(32)).decode()
    settings = Settings(database_url=database, secret_key=key, _env_file=None)  # type: ignore[call-arg, arg-type]
    opened = open_wallet(settings, serves=True, may_migrate=True, may_make=True)
    async with opened as wallet:
        services = wallet.services
        made = await services.merchants.add(name="Shop", currency=RUB)
        shop = await services.robokassa_shops.add(merchant_id=made.merchant.id)
        app = gateway(
            services,
            Texts(),
            wallet.now,
            _ignore,
            limits=Limits(_UNBOUNDED, _UNBOUNDED),
            rate_limits=wallet.rate_limits,
        )
        paying = _Paying(wallet, made.merchant, await _payers(wallet))
        app.router.routes.append(Route("/bench/pay", paying.pay, methods=["POST"]))
        yield (
            app,
            {
                "secret_key": made.secret_key,
                "login": shop.shop.login,
                "password": shop.passwords.first,
            },
        )


async def _ignore(_: bytes) -> bool:
    """No update comes."""
    return True


async def _payers(wallet: Wallet) -> list[Holder]:
    wallets = wallet.services.wallets
    people = [await wallets.open(phone=f"+7916{1_000_000 + each}") for each in range(PAYERS)]
    for person in people:
        await wallets.correct(phone=person.phone, amount=RICH, reason="bench")
    return people


class _Paying:
    """The route that only the bench has."""

    def __init__(self, wallet: Wallet, merchant: Merchant, payers: list[Holder]) -> None:
        self._wallet = wallet
        self._merchant = merchant
        self._payers = payers
        self._count = 0

    async def pay(self, request: Request) -> Response:
        """Have the next payer pay the bill that the query names."""
        reference = request.query_params["bill"]
        rules, at = rules_of(self._wallet.settings), self._wallet.now()
        payer = self._payers[self._count % PAYERS]
        self._count += 1
        ids = new_id(at), new_id(at)

        def work(book: BookTables) -> str | None:
            invoice = book.invoices.with_reference(self._merchant.id, reference)
            if invoice is None:
                return None
            source = named(book, rules, payer, ACCOUNT, invoice.amount, at)
            paid = self._wallet.services.payments.pay_now(
                book,
                holder=payer,
                invoice_id=invoice.id,
                source=source,
                key=f"bench {invoice.id}",
                ids=ids,
                at=at,
            )
            return paid.invoice.state.value

        return JSONResponse({"state": await self._wallet.store.write(work)})
