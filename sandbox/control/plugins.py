"""Control API: the shop's plugins for others' interfaces, and where the wallet notifies them."""

from html import escape
from urllib.parse import parse_qsl

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import Body, NotFoundError, read, wait
from sandbox.plugins.bill import BillPlugin
from sandbox.plugins.orders import Order
from sandbox.plugins.pull import PullPlugin
from sandbox.plugins.robokassa import RobokassaPlugin
from sandbox.world import World

Plugin = BillPlugin | PullPlugin | RobokassaPlugin


class NewOrder(Body):
    """Body of POST /sandbox/api/plugins/{name}/orders; the amount in minor units."""

    amount_minor: int = Field(strict=True, gt=0)
    currency: str = "RUB"
    description: str
    phone: str | None = None
    """Whose chat shows the bill; Robokassa has no such thing."""
    test: bool = False
    hold: bool = False


class Amount(Body):
    """Body of …/refund and …/capture."""

    amount_minor: int = Field(strict=True, gt=0)


def routes(world: World) -> list[Route]:
    """Orders of all plugins, and their notifications."""
    plugins = _Plugins(world)
    order = "/sandbox/api/plugins/{name}/orders/{number}"
    return [
        Route("/sandbox/api/plugins", plugins.show),
        Route("/sandbox/api/plugins/{name}/orders", plugins.sell, methods=["POST"]),
        Route(f"{order}/refresh", plugins.refresh, methods=["POST"]),
        Route(f"{order}/cancel", plugins.cancel, methods=["POST"]),
        Route(f"{order}/capture", plugins.capture, methods=["POST"]),
        Route(f"{order}/refund", plugins.refund, methods=["POST"]),
        Route("/sandbox/plugins/bill/notify", plugins.bill_told, methods=["POST"]),
        Route("/sandbox/plugins/pull/notify", plugins.pull_told, methods=["POST"]),
        Route("/sandbox/plugins/robokassa/result", plugins.result, methods=["POST"]),
        Route("/sandbox/plugins/robokassa/result2", plugins.result2, methods=["POST"]),
        Route("/sandbox/plugins/thanks", plugins.thanks, methods=["GET", "POST"]),
        Route("/sandbox/plugins/sorry", plugins.sorry, methods=["GET", "POST"]),
    ]


class _Plugins:
    """Each method is one route."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bill = world.bill_plugin
        self._pull = world.pull_plugin
        self._robokassa = world.robokassa_plugin
        self._all: tuple[Plugin, ...] = (self._bill, self._pull, self._robokassa)

    async def show(self, request: Request) -> Response:
        await wait(self._world, request, "plugins")
        return JSONResponse({
            "version": self._world.changes.of("plugins"),
            **{plugin.interface: _facts(plugin) for plugin in self._all},
        })  # fmt: skip

    async def sell(self, request: Request) -> Response:
        asked = await read(request, NewOrder)
        plugin = self._plugin(request)
        if not isinstance(plugin, RobokassaPlugin):
            order = await plugin.sell(
                amount_minor=asked.amount_minor,
                currency=asked.currency,
                description=asked.description,
                phone=asked.phone,
            )
        else:
            order = plugin.sell(
                amount_minor=asked.amount_minor,
                currency=asked.currency,
                description=asked.description,
                is_test=asked.test,
                hold=asked.hold,
            )
        return JSONResponse(order.as_json(), 201)

    async def refresh(self, request: Request) -> Response:
        return _said(await self._plugin(request).refresh(_number(request)))

    async def cancel(self, request: Request) -> Response:
        return _said(await self._plugin(request).cancel(_number(request)))

    async def capture(self, request: Request) -> Response:
        asked = await read(request, Amount)
        plugin = self._plugin(request)
        if not isinstance(plugin, RobokassaPlugin):
            raise NotFoundError("bills are not held")
        return _said(await plugin.capture(_number(request), amount_minor=asked.amount_minor))

    async def refund(self, request: Request) -> Response:
        asked = await read(request, Amount)
        plugin = self._plugin(request)
        return _said(await plugin.refund(_number(request), amount_minor=asked.amount_minor))

    async def bill_told(self, request: Request) -> Response:
        status, said = self._bill.receive(request.headers, await request.body())
        return Response(said, status, media_type="application/json")

    async def pull_told(self, request: Request) -> Response:
        body = (await request.body()).decode(errors="replace")
        said = self._pull.receive(request.headers, await _form(request), body)
        return Response(said, media_type="text/xml")

    async def result(self, request: Request) -> Response:
        status, said = self._robokassa.result(await _form(request))
        return Response(said, status, media_type="text/plain")

    async def result2(self, request: Request) -> Response:
        status, said = self._robokassa.result2(await request.body())
        return Response(said, status, media_type="text/plain")

    async def thanks(self, request: Request) -> Response:
        return HTMLResponse(await _page(request, "Thank you! Your order is on its way."))

    async def sorry(self, request: Request) -> Response:
        return HTMLResponse(await _page(request, "Nothing was paid. Your basket is kept."))

    def _plugin(self, request: Request) -> Plugin:
        name = request.path_params["name"]
        for plugin in self._all:
            if plugin.interface == name:
                return plugin
        raise NotFoundError(f"there is no plugin {name}")


def _facts(plugin: Plugin) -> dict[str, object]:
    return {
        "orders": [order.as_json() for order in plugin.orders],
        "words": [word.as_json() for word in plugin.orders.words],
    }


def _said(order: Order) -> Response:
    return JSONResponse(order.as_json())


def _number(request: Request) -> str:
    return str(request.path_params["number"])


async def _form(request: Request) -> dict[str, str]:
    body = await request.body()
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


async def _page(request: Request, text: str) -> str:
    """The shop's own page after the payment, with what the browser brought."""
    brought = {**request.query_params, **await _form(request)}
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in brought.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Lantern &amp; Co.</title>"
        f"<h1>Lantern &amp; Co.</h1><p>{escape(text)}</p><dl>{rows}</dl></html>"
    )
