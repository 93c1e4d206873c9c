"""What goes wrong is answered in one shape, and says nothing of the inside."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from gateway.api.bodies import Problem
from gateway.app import create_app
from gateway.errors import STATUS, refusal, shown, status_of
from purser.services import Services
from services.errors import WalletError
from services.invoices import InvoiceState
from services.limits import LimitExceededError
from services.money import RUB, Money
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, client_of, gateway_settings
from tests.services.test_errors import every_error


def test_every_error_has_a_status() -> None:
    assert [each for each in every_error() if not set(each.__mro__) & set(STATUS)] == []


@pytest.mark.parametrize("error", [*every_error()], ids=lambda each: each.__name__)
def test_every_error_can_be_shown(error: type[WalletError]) -> None:
    """Without its values too; the sentence comes from the class and ends like one."""
    made = error.__new__(error)
    WalletError.__init__(made)

    status, body = refusal(made, "request-1")

    problem = Problem.model_validate_json(body)
    assert (problem.status, problem.code) == (status, error.code)
    assert "Values" not in problem.detail
    assert status == status_of(error)


async def test_shape(shop: Shop, client: httpx.AsyncClient) -> None:
    refused = await client.get(
        f"{INVOICES}/{'0' * 32}", headers=shop.bearer | {"X-Request-ID": "my-request-1"}
    )

    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["x-request-id"] == "my-request-1"
    assert refused.json() == {
        "type": "urn:purser:problem:invoice_not_found",
        "title": "Invoice not found",
        "status": 404,
        "detail": "No such invoice, or it is somebody else's.",
        "code": "invoice_not_found",
        "instance": "my-request-1",
    }


def test_a_limit_names_its_rule_what_is_left_and_until_when() -> None:
    """As the chat does; machines read the same."""
    error = LimitExceededError(
        rule="day",
        kind="any",
        limit=Money(15_000_00, RUB),
        left=Money(99, RUB),
        resets_at=datetime(2026, 11, 24, 21, tzinfo=UTC),
        level="phone",
        raised_by="email",
    )

    status, body = refusal(error, "request-1")

    assert status == 409
    assert json.loads(body) == {
        "type": "urn:purser:problem:limit_exceeded",
        "title": "Limit exceeded",
        "status": 409,
        "detail": "The payment passes a limit of the wallet's level.",
        "code": "limit_exceeded",
        "instance": "request-1",
        "rule": "day",
        "kind": "any",
        "limit": {"minor": 15_000_00, "currency": "RUB"},
        "left": {"minor": 99, "currency": "RUB"},
        "resets_at": "2026-11-24T21:00:00Z",
        "level": "phone",
        "raised_by": "email",
    }


async def test_invalid_names_the_place_and_not_the_value(shop: Shop) -> None:
    """What was sent may be a secret in the wrong field."""
    refused = await shop.issue(amount={"minor": "s3cret", "currency": "RUB"})

    assert refused.json()["problems"] == [
        {"where": ["body", "amount", "minor"], "why": "Input should be a valid integer"}
    ]
    assert "s3cret" not in refused.text


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f g", "идентификатор"])
async def test_odd_request_ids_are_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/healthz", headers={b"X-Request-ID": given.encode()})

    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("method", "where", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/invoices/", 404, "not_found"),
        ("GET", "/api/v2/invoices", 404, "not_found"),
        ("DELETE", INVOICES, 405, "method_not_allowed"),
        ("PUT", f"{INVOICES}/x", 405, "method_not_allowed"),
        ("GET", "/telegram/webhook", 405, "method_not_allowed"),
        ("POST", "/telegram/webhook", 404, "not_found"),
        ("DELETE", "/osmp", 405, "method_not_allowed"),
        ("GET", "/app/static/../cards.py", 404, "not_found"),
    ],
)
async def test_addresses_that_are_none(
    client: httpx.AsyncClient, method: str, where: str, status: int, code: str
) -> None:
    answer = await client.request(method, where)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"amount": {"minor": ' + b"9" * 5_000 + b', "currency": "RUB"}}',
        b'{"amount": {"minor": NaN, "currency": "RUB"}, "description": ""}',
        b'{"amount": {"minor": 1e999, "currency": "RUB"}, "description": ""}',
        b'{"amount": {"minor": 1, "currency": "RUB"}, "description": "\\ud800"}',
        b'{"amount": {"minor": 1, "currency": "RUB"}, "description": "", "receipt": {"a": NaN}}',
        b"\xff\xfe",
        b"",
        b"null",
        b"not json",
    ],
)
async def test_bodies_that_break_parsers(shop: Shop, content: bytes) -> None:
    """Deep, huge or not text at all: the sender's mistake, never a fault of ours."""
    headers = shop.bearer | {"Idempotency-Key": "k", "Content-Type": "application/json"}

    answer = await shop.client.post(INVOICES, content=content, headers=headers)

    assert answer.status_code == 422
    Problem.model_validate(answer.json())


async def test_wrong_content_type(shop: Shop) -> None:
    headers = shop.bearer | {"Idempotency-Key": "k", "Content-Type": "text/plain"}

    answer = await shop.client.post(INVOICES, content=b"{}", headers=headers)

    assert answer.status_code == 422


@pytest.mark.parametrize("is_declared", [True, False])
async def test_body_too_large(shop: Shop, is_declared: bool) -> None:  # noqa: FBT001
    """Refused by its length, or, where that is not told, while it is read."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    content = b" " * 102400 if is_declared else endless()

    answer = await shop.client.post(INVOICES, content=content, headers=shop.bearer)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_body_that_never_ends(services: Services, store: AnyStore, clock: TestClock) -> None:
    """A connection that trickles holds nothing up for longer than the limit."""
    never = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    app = create_app(**gateway_settings(services, store, clock), body_seconds=0.01)
    async with client_of(app) as client:
        answer = await client.post(INVOICES, content=trickle())

    assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


async def test_bug_says_nothing_of_itself(
    services: Services, store: AnyStore, clock: TestClock
) -> None:
    """The text of an exception may hold anything: the log has it, the answer has an id."""

    async def broken(_: bytes) -> bool:
        raise RuntimeError("the password is 1234")

    settings = gateway_settings(services, store, clock)
    settings |= {"telegram_secret": "secret", "receive": broken}
    header = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
    async with client_of(create_app(**settings)) as client:
        answer = await client.post("/telegram/webhook", content=b"{}", headers=header)

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "1234" not in answer.text
    assert answer.json()["instance"] == answer.headers["x-request-id"]


async def test_client_that_goes_away(app: FastAPI) -> None:
    """Nothing is answered to nobody, and nothing fails."""
    sent: list[object] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": INVOICES,
        "raw_path": INVOICES.encode(),
        "query_string": b"",
        "headers": [],
    }
    await app(scope, receive, send)

    assert sent == []


def test_values_as_the_api_writes_them(clock: TestClock) -> None:
    assert shown(Money(5, RUB)) == {"minor": 5, "currency": "RUB"}
    assert shown(clock()) == "2026-11-24T09:00:00Z"
    assert shown(InvoiceState.PAID) == "paid"
    assert shown((1, None, True)) == [1, None, True]
    assert json.dumps(shown(frozenset({RUB})))
