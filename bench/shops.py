"""What shops' requests cost over HTTP: bills created and paid, beside a bare handler.

Each server is a process of its own; the clients are this one.  The CPU is the server's
process alone, so without PostgreSQL's own.
"""

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import uvloop

from bench import servers
from bench.load import Load, Requests, load, request
from bench.shop_servers import Server, serving_bare, serving_gateway

CLIENTS = (1, 16, 64)
MIDDLE = 16
SECONDS, ROUNDS = 2.0, 3
WARM = 300
"""Requests before anything is measured."""

BARE = "a bare handler"
BILLS = "/partner/bill/v1/bills"
EXPIRES = "2035-01-01T00:00:00+03:00"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Row:
    """What was asked by so many clients: a load for each round, and the server's CPU."""

    name: str
    clients: int
    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Seconds for each answer."""

    @property
    def best(self) -> Load:
        """The round with the most answers: others shared the machine in the rest."""
        return max(self.loads, key=lambda each: each.per_second)


@dataclass(frozen=True, slots=True)
class Plan:
    """A row to be: what is asked of which server."""

    name: str
    server: Server
    clients: int
    requests: Callable[[int], Requests]
    """By the number of the round."""


def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Row]:
    """The rows, their rounds interleaved."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="purser-bench-")))
        plain = stack.enter_context(serving_bare())
        on_file = stack.enter_context(serving_gateway(f"sqlite:///{folder / 'shop.db'}"))
        database = stack.enter_context(servers.postgres())
        on_server = stack.enter_context(serving_gateway(database.url))
        plans = [Plan(BARE, plain, each, _plain) for each in CLIENTS]
        for engine, server in (("SQLite", on_file), ("PostgreSQL", on_server)):
            plans += of_gateway(engine, server)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_measured(plans, rounds, seconds))


def of_gateway(engine: str, server: Server) -> list[Plan]:
    """Bills created and then paid by each number of clients; other interfaces by some."""
    plans = []
    for clients in CLIENTS:
        plans.append(
            Plan(
                f"bill created, {engine}",
                server,
                clients,
                partial(_bills, server, clients),
            )
        )
        plans.append(
            Plan(
                f"bill paid, {engine}",
                server,
                clients,
                partial(_payments, clients),
            )
        )
    names = {"our own API": invoices, "Robokassa's page": orders}
    plans += [
        Plan(f"created by {name}, {engine}", server, MIDDLE, partial(by, server))
        for name, by in names.items()
    ]
    return plans


def _plain(_: int) -> Requests:
    return bare_bills()


def _bills(server: Server, clients: int, number: int) -> Requests:
    return bills(server, f"{number}-{clients}")


def _payments(clients: int, number: int) -> Requests:
    return payments(f"{number}-{clients}")


async def _measured(plans: list[Plan], rounds: int, seconds: float) -> list[Row]:
    rows = [Row(plan.name, plan.clients) for plan in plans]
    for number in range(-1, rounds):
        for plan, row in zip(plans, rows, strict=True):
            began = _cpu(plan.server.process)
            warms = number < 0
            done = await load(
                plan.server.address,
                plan.requests(number),
                clients=plan.clients,
                seconds=seconds / 4 if warms else seconds,
            )
            if not warms:
                row.loads.append(done)
                row.cpu.append((_cpu(plan.server.process) - began) / len(done.waits))
    return rows


def bare_bills() -> Requests:
    """Bills for the bare handler."""
    return Requests(
        request("PUT", f"/bills/{number}", _bill(number), content_type="application/json")
        for number in count()
    )


def bills(server: Server, name: str) -> Requests:
    """Bills with numbers that begin with *name*."""
    named = {"content_type": "application/json", "authorization": f"Bearer {server.secret_key}"}
    return Requests(
        request("PUT", f"{BILLS}/{name}-{number}", _bill(number), **named) for number in count()
    )


def payments(name: str) -> Requests:
    """The same bills, paid in the same order."""
    return Requests(request("POST", f"/bench/pay?bill={name}-{number}") for number in count())


def invoices(server: Server, round_number: int) -> Requests:
    """Invoices of our own API."""
    named = {"content_type": "application/json", "authorization": f"Bearer {server.secret_key}"}

    def made() -> Iterator[bytes]:
        for number in count():
            key = f"{round_number}-{number}"
            wish = {
                "amount": {"minor": 100, "currency": "RUB"},
                "description": f"Order {key}",
                "reference": f"api-{key}",
                "metadata": {"order": key},
            }
            body = json.dumps(wish).encode()
            yield request("POST", "/api/v1/invoices", body, idempotency_key=key, **named)

    return Requests(made(), 201)


def orders(server: Server, round_number: int) -> Requests:
    """Orders of Robokassa's page, each from another payer's address."""

    def made() -> Iterator[bytes]:
        for number in count(1):
            order = str((round_number + 2) * 10**6 + number)
            base = f"{server.login}:1.00:{order}:{server.password}"
            signature = hashlib.md5(base.encode(), usedforsecurity=False).hexdigest()
            fields = {
                "MerchantLogin": server.login,
                "OutSum": "1.00",
                "InvId": order,
                "Description": f"Order {order}",
                "SignatureValue": signature,
            }
            payer = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            yield request(
                "POST",
                "/Merchant/Index.aspx",
                urlencode(fields).encode(),
                content_type="application/x-www-form-urlencoded",
                x_forwarded_for=payer,
            )

    return Requests(made(), 303)


def _bill(number: int) -> bytes:
    return json.dumps(
        {
            "amount": {"currency": "RUB", "value": "1.00"},
            "comment": f"Order {number}",
            "expirationDateTime": EXPIRES,
            "customer": {"account": str(number), "email": "ann@example.com"},
            "customFields": {"themeCode": "Ann-Theme", "order": str(number)},
        }
    ).encode()


def _cpu(process: int) -> float:
    """Seconds that *process* has had."""
    spent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / _TICKS


def table(rows: list[Row]) -> str:
    """The rows as Markdown; each beside the bare handler with as many clients."""
    bare = {row.clients: row.best.per_second for row in rows if row.name == BARE}
    lines = [
        "| over HTTP | clients | per second | beside bare | p50, ms | p99, ms | µs of CPU |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.name} | {row.clients} | {row.best.per_second:.0f} "
        f"| {100 * row.best.per_second / bare[row.clients]:.0f} % "
        f"| {row.best.wait(0.5) * 1000:.1f} | {row.best.wait(0.99) * 1000:.1f} "
        f"| {min(row.cpu) * 1_000_000:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)
