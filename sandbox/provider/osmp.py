"""OSMP from the provider's side: `/provider/SERVICE`, in whatever mood it is in."""

import asyncio
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.provider.billing import Billing, Reply
from sandbox.provider.moods import Mood

_GARBAGE = "<html><body><h1>It works!</h1></body></html>"


class Front:
    """The web server before the billing system."""

    def __init__(self, billing: Billing) -> None:
        self._billing = billing
        self._closed = asyncio.Event()

    async def answer(self, request: Request) -> Response:
        """Any request to a service, by GET or POST."""
        body = await request.body()
        text = body.decode("utf-8", "replace") if body else request.url.query
        sent = dict(parse_qsl(text, keep_blank_values=True))
        reply = self._billing.take(request.path_params["service"], sent)
        mood = reply.order.mood
        if mood is Mood.SLOW:
            await self._rest(reply.order.seconds)
        if mood in (Mood.SILENT, Mood.DEAF):
            await self._hang(request)
        return said(reply)

    def close(self) -> None:
        """Let go of everybody who waits for an answer that will not come."""
        self._closed.set()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            pass

    async def _hang(self, request: Request) -> None:
        """Until the other side has had enough."""
        gone = asyncio.ensure_future(_gone(request))
        closed = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait({gone, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            closed.cancel()


def routes(front: Front) -> list[Route]:
    """The billing system's side towards the wallet."""
    return [Route("/provider/{service}", front.answer, methods=["GET", "POST"])]


def said(reply: Reply) -> Response:
    """The answer in its mood."""
    mood = reply.order.mood
    if mood in (Mood.ERROR, Mood.BROKEN):
        return Response("Internal Server Error", 500, media_type="text/html")
    if mood in (Mood.DOWN, Mood.SILENT, Mood.DEAF):
        return Response("no billing behind this", 503, media_type="text/plain")
    if mood is Mood.EMPTY:
        return Response(b"", media_type="text/xml")
    if mood is Mood.GARBAGE:
        return Response(_GARBAGE, media_type="text/html")
    if mood is Mood.HTML:
        content = xml(reply, "windows-1251").encode("windows-1251", "xmlcharrefreplace")
        return Response(content, headers={"Content-Type": "text/html; charset=us-ascii"})
    return Response(xml(reply, "UTF-8"), media_type="text/xml")


def xml(reply: Reply, charset: str) -> str:
    """The answer of the protocol; tags without a value are left out."""
    tags = {
        "osmp_txn_id": reply.txn_id,
        "prv_txn": reply.prv_txn,
        "sum": reply.sum,
        "result": str(reply.result),
        "comment": reply.comment,
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in tags.items() if value)
    if reply.payee:
        inner += f'<fields><field1 name="disp1">{escape(reply.payee)}</field1></fields>'
    return f'<?xml version="1.0" encoding="{charset}"?>\n<response>{inner}</response>\n'


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
