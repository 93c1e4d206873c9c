"""Control API: the shop; and the address that the wallet notifies."""

import io

import segno
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import Body, NotFoundError, read, wait
from sandbox.shop.orders import Order
from sandbox.shop.shop import ShopError
from sandbox.wallet import WalletUnreachableError
from sandbox.world import World

_PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


class NewOrder(Body):
    """Body of POST /sandbox/api/shop/orders; the amount in minor units."""

    amount_minor: int = Field(strict=True)
    currency: str = "RUB"
    description: str
    phone: str | None = None
    reference: str | None = None


class NewRefund(Body):
    """Body of …/refund: without an amount, all that is left."""

    amount_minor: int | None = Field(default=None, strict=True)
    reason: str = ""


class BrokenWebhook(Body):
    """Body of …/shop/fail: how the shop answers its next notifications."""

    count: int = 1
    status: int = 503


def routes(world: World) -> list[Route]:
    """Orders, and notifications about them."""
    shop = _Shop(world)
    order = "/sandbox/api/shop/orders/{reference}"
    return [
        Route("/sandbox/api/shop", shop.show),
        Route("/sandbox/api/shop/fail", shop.fail, methods=["POST"]),
        Route("/sandbox/api/shop/orders", shop.sell, methods=["POST"]),
        Route(order, shop.one),
        Route(f"{order}/qr.{{kind}}", shop.qr),
        Route(f"{order}/refresh", shop.refresh, methods=["POST"]),
        Route(f"{order}/cancel", shop.cancel, methods=["POST"]),
        Route(f"{order}/refund", shop.refund, methods=["POST"]),
        Route("/sandbox/shop/webhook", shop.webhook, methods=["POST"]),
    ]


class _Shop:
    """Each method is one route."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shop = world.shop

    async def show(self, request: Request) -> Response:
        await wait(self._world, request, "shop")
        fault = None if self._shop.is_loaded else await self._load()
        return JSONResponse({
            "version": self._world.changes.of("shop"),
            "orders": [order.as_json() for order in self._shop.orders],
            "events": [event.as_json() for event in self._shop.orders.events],
            "words": [word.as_json() for word in self._shop.words],
            "fault": fault,
        })  # fmt: skip

    async def sell(self, request: Request) -> Response:
        asked = await read(request, NewOrder)
        order = await self._shop.sell(**asked.model_dump())
        return JSONResponse(order.as_json(), 201)

    async def one(self, request: Request) -> Response:
        return JSONResponse(self._order(request).as_json())

    async def refresh(self, request: Request) -> Response:
        return JSONResponse((await self._shop.refresh(_reference(request))).as_json())

    async def cancel(self, request: Request) -> Response:
        return JSONResponse((await self._shop.cancel(_reference(request))).as_json())

    async def refund(self, request: Request) -> Response:
        asked = await read(request, NewRefund)
        order = await self._shop.refund(_reference(request), **asked.model_dump())
        return JSONResponse(order.as_json(), 201)

    async def qr(self, request: Request) -> Response:
        url = self._order(request).invoice.get("pay_url")
        kind = request.path_params["kind"]
        if not url or kind not in _PICTURES:
            raise NotFoundError("this invoice has no link")
        picture = io.BytesIO()
        segno.make(url, micro=False).save(picture, kind=kind, scale=5, border=3, light="white")
        return Response(picture.getvalue(), media_type=_PICTURES[kind])

    async def fail(self, request: Request) -> Response:
        asked = await read(request, BrokenWebhook)
        self._shop.fail_next(asked.count, asked.status)
        return JSONResponse({})

    async def webhook(self, request: Request) -> Response:
        return Response(status_code=self._shop.receive(request.headers, await request.body()))

    def _order(self, request: Request) -> Order:
        return self._shop.order(_reference(request))

    async def _load(self) -> str | None:
        try:
            await self._shop.load()
        except (WalletUnreachableError, ShopError) as exc:
            return str(exc)
        return None


def _reference(request: Request) -> str:
    return str(request.path_params["reference"])
