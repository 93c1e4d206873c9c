"""A shop's server, or an SMS centre: a real one, that answers as it is told."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy


@dataclass
class Received:
    """A request as it came."""

    path: str
    query: dict[str, str]
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass
class Receiver:
    """Answers with `answers` in turn, then with 204; hangs on a status of 0."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    url: str = ""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, status: int, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, body))

    async def take(self, request: web.Request) -> web.Response:
        self.received.append(
            Received(request.path, dict(request.query), request.headers, await request.read())
        )
        status, headers, body = self.answers.pop(0) if self.answers else (204, {}, b"")
        if not status:
            await self.released.wait()
            return web.Response(status=204)
        return web.Response(status=status, headers=CIMultiDict(headers), body=body)
