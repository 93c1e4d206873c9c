"""ResultURL at a shop's server on a bad day: told until it has heard, and always the same."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from gateway.notifications.sending import Sending
from gateway.notifications.ways import handlers as all_handlers
from gateway.robokassa.signatures import result_signature
from purser.notifying import LIFETIMES, PAUSES
from purser.services import Services
from services.due import Worker
from services.merchants import Merchant
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import LINKS
from tests.gateway.notifications.telling import issue, robo_shop

ORDERS = 6
FAULTS = ("busy", "not for us", "cut off", "elsewhere", "says nothing", "heard, and fails")
HEARD = ("heard, and fails", "accepted")


class BadDay:
    """Hears each order's result in the end; before that, each fault befalls each order once."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311  # repeatable, and no secret
        self._left = defaultdict[str, list[str]](lambda: chance.sample(FAULTS, len(FAULTS)))
        self.bodies = defaultdict[str, set[bytes]](set)
        self.heard = Counter[str]()
        self.struck = Counter[str]()
        self.released = asyncio.Event()

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        [number] = parse_qs(body.decode())["InvId"]
        self.bodies[number].add(body)
        happens = self._left[number].pop() if self._left[number] else "accepted"
        self.struck[happens] += 1
        self.heard[number] += happens in HEARD
        if happens == "says nothing":
            await self.released.wait()
        if happens == "cut off" and request.transport is not None:
            request.transport.abort()
        if happens == "elsewhere":
            raise web.HTTPFound("/ok")
        status = 503 if happens in ("busy", "heard, and fails") else 200
        said = "<b>Fatal</b> OK" if happens == "not for us" else f"OK{number}"
        return web.Response(status=status, text=said)


@pytest.fixture(params=[1, 2])
async def bad_day(request: pytest.FixtureRequest) -> AsyncIterator[tuple[BadDay, str]]:
    """The server and its address."""
    day = BadDay(request.param)
    application = web.Application()
    application.router.add_post("/result", day.take)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield day, f"http://127.0.0.1:{runner.addresses[0][1]}/result"
    day.released.set()
    await runner.cleanup()


async def test_every_shop_hears_in_the_end(
    bad_day: tuple[BadDay, str],
    cast: Cast,
    shop: Merchant,
    services: Services,
    store: AnyStore,
    clock: TestClock,
) -> None:
    """Through errors, silence and cut lines; one order's trouble loses no other's result."""
    day, url = bad_day
    _, passwords = await robo_shop(cast, shop, result_url=url)
    for number in map(str, range(1, ORDERS + 1)):
        order = await issue(
            cast, shop, "robokassa", reference=number, content={"inv_id": number}, is_test=True
        )
        await services.invoices.play_test(invoice_id=order.id, pays=True)
    sending = Sending(
        deliveries=services.deliveries, now=clock, allow_private=True, total_seconds=0.2
    )
    handlers = all_handlers(services, sending=sending, links=LINKS, now=clock)
    worker = Worker(
        store=store,
        now=clock,
        handlers={"robokassa_result": handlers["robokassa_result"]},
        lifetimes=LIFETIMES,
        pauses=PAUSES,
    )

    for _ in range(12):  # growing pauses, of two hours at most
        await worker.drain()
        clock.advance(hours=2)
    await sending.close()

    numbers = [str(number) for number in range(1, ORDERS + 1)]
    assert set(day.struck) == {*FAULTS, "accepted"}
    assert day.struck["accepted"] == ORDERS
    assert set(day.heard.values()) == {2}  # also when we were not told so
    assert [len(day.bodies[number]) for number in numbers] == [1] * ORDERS
    for number in numbers:
        [body] = day.bodies[number]
        said = parse_qs(body.decode())
        signature = result_signature("100.26", number, passwords.test_second, [], "sha256")
        assert (said["SignatureValue"], said["IsTest"]) == ([signature], ["1"])
    counts = await services.housekeeping.counts()
    assert not [kind for kind in counts if kind.startswith("robokassa_result")]
    assert await services.dead_work.listed() == []
