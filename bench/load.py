"""Clients of an HTTP server, light enough that the server is what is measured.

A client library spends more on a request than a bare handler on its answer, and would make
any handler look as quick as the bare one.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlsplit

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_STATUS = slice(9, 12)


@dataclass(frozen=True, slots=True)
class Load:
    """What so many clients saw, each with one request after another."""

    seconds: float
    waits: tuple[float, ...]
    """For each answer, in seconds, shortest first."""

    @property
    def per_second(self) -> float:
        """Answers."""
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """In how many seconds that *share* of the answers had come."""
        return self.waits[max(ceil(share * len(self.waits)) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests one after another, and with what status they must be answered."""

    each: Iterator[bytes]
    status: int = 200


async def load(address: str, requests: Requests, *, clients: int, seconds: float) -> Load:
    """Ask with so many connections for that long, or until there are no more requests.

    Raises:
        RuntimeError: Something was answered otherwise than it must be.
    """
    waits: list[float] = []
    lines = [await _connected(address) for _ in range(clients)]
    began = time.perf_counter()

    async def client(line: "_Line") -> None:
        for request in requests.each:
            asked = time.perf_counter()
            if asked > began + seconds:
                return
            answer = await line.ask(request)
            if int(answer[_STATUS]) != requests.status:
                raise RuntimeError(answer.decode())
            waits.append(time.perf_counter() - asked)

    await asyncio.gather(*(client(line) for line in lines))
    spent = time.perf_counter() - began
    for line in lines:
        line.close()
    return Load(spent, tuple(sorted(waits)))


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """One request as it goes over the wire."""
    named = {"host": "wallet.example", "content-length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = (f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()))
    return "\r\n".join(lines).encode() + _HEAD_ENDS + body


async def _connected(address: str) -> "_Line":
    place = urlsplit(address)
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(_Line, place.hostname or "", place.port or 0))[1]


class _Line(asyncio.Protocol):
    """One connection, kept from answer to answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, ended, body = self._got.partition(_HEAD_ENDS)
        length = _LENGTH.search(head)
        if ended and len(body) >= (0 if length is None else int(length[1])):
            self._answered.set_result(self._got)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answered.done():
            self._answered.set_exception(ConnectionError("closed before it answered"))

    async def ask(self, content: bytes) -> bytes:
        """The whole answer."""
        self._got = b""
        self._answered: asyncio.Future[bytes] = self._loop.create_future()
        self._transport.write(content)
        return await self._answered

    def close(self) -> None:
        """Hang up."""
        self._transport.close()
