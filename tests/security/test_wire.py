"""Requests that are no honest HTTP, on a real socket: refused, bounded, and never two for one."""

import asyncio
from pathlib import Path

import httpx
import pytest

from purser.connections import HEAD_BYTES_MAX
from tests.gateway.conftest import TELEGRAM_SECRET
from tests.security.conftest import Updates, Wire

HOST = b"Host: wallet.test\r\n"
SECRET = b"X-Telegram-Bot-Api-Secret-Token: " + TELEGRAM_SECRET.encode() + b"\r\n"
UPDATE = b'{"update_id": 1}'
SMUGGLED = b"POST /telegram/webhook HTTP/1.1\r\n" + HOST + SECRET + b"Content-Length: 16\r\n\r\n"
PATIENCE_SECONDS = 5
"""More than the server has: who waits longer has found a connection that is never closed."""


async def answer(wire: Wire, *parts: bytes) -> bytes:
    await wire.send(*parts)
    return await asyncio.wait_for(wire.rest(), PATIENCE_SECONDS)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\r\n",
        b"GET /healthz HTTP/1.1\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: wall",
        b"GET /" + b"a" * 5000,
    ],
)
async def test_head_that_never_ends_is_not_waited_for(wire: Wire, start: bytes) -> None:
    """A thousand such connections cost their owner nothing, and a server all it has."""
    assert b" 408 " in await answer(wire, start)


async def test_idle_connection_is_closed_whatever_trickles_in(wire: Wire) -> None:
    """An empty line between two requests is allowed, and is no request."""
    await wire.send(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
    first = await wire.some()

    got = await answer(wire, b"\r\n")

    assert b"HTTP/1.1 200" in first
    assert b" 408 " in got


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nX: " + b"a" * (HEAD_BYTES_MAX * 3),
        b"GET /" + b"a" * (HEAD_BYTES_MAX * 3),
        b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * HEAD_BYTES_MAX,
    ],
)
async def test_head_is_kept_to_a_size(wire: Wire, head: bytes) -> None:
    """The parser would keep a header of any length in memory."""
    got = await answer(wire, head)

    assert b" 431 " in got or got == b""  # reset, where more was on its way


async def test_body_that_trickles_is_not_waited_for(wire: Wire, updates: Updates) -> None:
    """Longer than it says it will take."""
    head = b"POST /telegram/webhook HTTP/1.1\r\n" + HOST + SECRET

    got = await answer(wire, head + b"Content-Length: 17\r\n\r\n", UPDATE)

    assert b" 408 " in got
    assert updates.bodies == []


async def test_declared_length_is_the_length(wire: Wire, updates: Updates) -> None:
    """What follows a body that was declared too short is no part of it, and no request."""
    head = b"POST /telegram/webhook HTTP/1.1\r\n" + HOST + SECRET + b"Content-Length: 10\r\n\r\n"

    got = await answer(wire, head, UPDATE)

    assert updates.bodies == [UPDATE[:10]]
    assert b"HTTP/1.1 400" in got


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 100\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 4, 100\r\n",
        b"Content-Length: 0x4\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b" Transfer-Encoding: chunked\r\n",
        b"X: a\nContent-Length: 4\r\n",
        b"X: a\rContent-Length: 4\r\n",
        b"X\x00: a\r\n",
        b"X: a\x00b\r\n",
    ],
)
async def test_two_readings_of_one_request_are_none(
    wire: Wire, updates: Updates, lines: bytes
) -> None:
    """Where a proxy and we could differ on its end, a second request could hide in it."""
    body = b"0\r\n\r\n" + SMUGGLED + UPDATE

    got = await answer(wire, b"POST /nowhere HTTP/1.1\r\n" + HOST + lines + b"\r\n", body)

    assert updates.bodies == []
    assert b"HTTP/1.1 200" not in got
    assert b"HTTP/1.1 400" in got


async def test_chunks_are_read_to_their_end(wire: Wire, updates: Updates) -> None:
    """Honest ones, and what follows them is the next request."""
    head = b"POST /telegram/webhook HTTP/1.1\r\n" + HOST + SECRET
    chunked = b"Transfer-Encoding: chunked\r\n\r\n10\r\n" + UPDATE + b"\r\n0\r\n\r\n"

    last = SMUGGLED.replace(HOST, HOST + b"Connection: close\r\n")

    got = await answer(wire, head + chunked, last + UPDATE)

    assert updates.bodies == [UPDATE, UPDATE]
    assert got.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("size", [b"-1", b"0x10", b"10000000000000000", b"1 0", b"g"])
async def test_chunk_of_no_size_is_refused(wire: Wire, updates: Updates, size: bytes) -> None:
    head = b"POST /telegram/webhook HTTP/1.1\r\n" + HOST + SECRET
    chunked = b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + UPDATE + b"\r\n0\r\n\r\n"

    got = await answer(wire, head + chunked)

    assert updates.bodies == []
    assert b"HTTP/1.1 200" not in got


async def test_endless_chunks_are_cut(wire: Wire, updates: Updates) -> None:
    """A body without a declared length is counted while it comes."""
    head = b"POST /telegram/webhook HTTP/1.1\r\n" + HOST + SECRET
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    got = await answer(wire, head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 12)

    assert b" 413 " in got or got == b""
    assert updates.bodies == []


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /healthz",
        b"GET /healthz HTTP/9.9",
        b"GET  /healthz HTTP/1.1",
        b"get /healthz HTTP/1.1",
        b"GET http://[ HTTP/1.1",
        b"CONNECT wallet.test:443 HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET /здоровье HTTP/1.1".encode(),
    ],
)
async def test_what_is_no_request_is_no_fault(wire: Wire, request_line: bytes) -> None:
    """Scanners, other protocols and broken clients; none of them is a 500."""
    got = await answer(wire, request_line + b"\r\n" + HOST + b"Connection: close\r\n\r\n")

    assert b"HTTP/1.1 5" not in got


async def test_no_other_protocol_is_spoken(wire: Wire) -> None:
    """An upgrade that nobody offers is not followed."""
    upgrade = (
        b"GET /healthz HTTP/1.1\r\n"
        + HOST
        + b"Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )

    got = await answer(wire, upgrade)

    assert b"HTTP/1.1 200" in got


async def test_many_slow_ones_delay_nobody(address: str) -> None:
    """While a hundred connections say nothing, an honest one is answered."""
    slow = [await Wire.to(address) for _ in range(100)]
    for each in slow:
        await each.send(b"POST /osmp HTTP/1.1\r\nContent-Le")

    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        statuses = [(await client.get("/healthz")).status_code for _ in range(10)]

    endings = [await asyncio.wait_for(each.rest(), PATIENCE_SECONDS) for each in slow]
    for each in slow:
        await each.close()
    assert statuses == [200] * 10
    assert all(b" 408 " in ending for ending in endings)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/app/static/%2e%2e/cards.py", 404),
        ("/app/static/..%2fcards.py", 404),
        ("/app/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd", 404),
        ("/app/static//etc/passwd", 404),
        ("/app/static/%2fetc%2fpasswd", 404),
        ("/app/static/..%5c..%5ccards.py", 404),
        ("/app/static/card.js%00.css", 404),
        ("/app/static/", 404),
        ("/app/static/./card.js", 200),
        ("//healthz", 404),
        ("/./healthz", 404),
        ("/%2e/healthz", 404),
        ("/healthz/", 404),
        ("/healthz%2f", 404),
        ("/healthz;x=1", 404),
        ("/healthz%00", 404),
        ("/HEALTHZ", 404),
        ("/operator/../healthz", 404),
        ("/operator%2fledger", 401),
        ("/operator//ledger", 404),
        ("/OPERATOR/LEDGER", 404),
        ("/operator/ledger%2f", 404),
        ("/osmp/../operator/ledger", 404),
        ("/api/v1/invoices/..", 401),
        ("/api/v1/invoices/%00", 404),
        ("/api/v1/invoices/..%2f..%2foperator%2fledger", 404),
        ("http://other.test/operator/ledger", 401),
    ],
)
async def test_paths_that_mean_another(wire: Wire, target: str, status: int) -> None:
    """An address is taken as it is spelt: nothing is reached by a way around its own rule."""
    got = await answer(
        wire, f"GET {target} HTTP/1.1\r\nConnection: close\r\n".encode() + HOST + b"\r\n"
    )

    assert f"HTTP/1.1 {status} ".encode() in got
    assert b"root:" not in got
    assert b"import " not in got


@pytest.mark.parametrize(
    "line",
    [
        "X-HTTP-Method-Override: GET",
        "X-HTTP-Method: GET",
        "X-Method-Override: GET",
        "X-Original-URL: /healthz",
        "X-Rewrite-URL: /healthz",
        "X-Forwarded-Prefix: /healthz",
        "X-Forwarded-Host: evil.test",
        "Forwarded: for=127.0.0.1;host=evil.test",
        "X-Real-IP: 127.0.0.1",
    ],
)
async def test_headers_that_mean_another_request(wire: Wire, line: str) -> None:
    """Neither the method nor the address comes from anywhere but the request line."""
    head = f"DELETE /operator/ledger HTTP/1.1\r\nConnection: close\r\n{line}\r\n".encode()

    got = await answer(wire, head + HOST + b"\r\n")

    assert b"HTTP/1.1 405 " in got
    assert b"evil.test" not in got


def test_the_page_holds_no_file_but_its_own() -> None:
    """What the static mount can reach at all: the page's own two files and the page."""
    held = sorted(
        each.name for each in (Path("gateway") / "mini_app" / "static").iterdir() if each.is_file()
    )

    assert [Path(each).suffix for each in held] == [".css", ".html", ".js"]
