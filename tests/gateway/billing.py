"""A provider's billing system on a socket, which answers to the byte what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

Say = Callable[["Request"], bytes | None]
"""What is written back; None is nothing, and the line stays open."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        """From the query, or from the form."""
        text = urlsplit(self.target).query if self.method == "GET" else self.body.decode()
        return dict(parse_qsl(text, keep_blank_values=True))


@dataclass
class Billing:
    """Counts what came; `say` may be changed between requests."""

    url: str = ""
    say: Say = lambda request: None
    requests: list[Request] = field(default_factory=list)
    resets: bool = False
    """Whether the line is cut instead of ended."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on one connection."""
        try:
            request = await _read(reader)
            self.requests.append(request)
            said = self.say(request)
            if said is None:
                await reader.read()  # until the client gives up
            else:
                writer.write(said)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            if self.resets:
                writer.transport.abort()
            writer.close()


@asynccontextmanager
async def billing() -> AsyncIterator[Billing]:
    """One at an address of its own."""
    made = Billing()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made.url = f"http://127.0.0.1:{port}/pay"
    try:
        yield made
    finally:
        server.close()


def http(body: bytes, *, status: str = "200 OK", headers: str = "Content-Type: text/xml") -> bytes:
    """An answer with its length."""
    head = f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def xml(result: int | str = 0, **tags: str) -> bytes:
    """A good answer."""
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in tags.items())
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{declared}<response><result>{result}</result>{inner}</response>".encode()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    start, *lines = head.split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }
    method, target, _ = start.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
