"""Telling merchants: the handlers of their waiting work, and tests of their addresses."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from gateway.pay_urls import Links
from purser.services import Services
from purser.settings import Settings
from services.clock import Clock
from services.deliveries import Delivery, Probe
from services.due import Handler, Pauses, growing, stated
from services.merchants import Merchant

DAY = timedelta(days=1)
_MINUTE, _QUARTER, _HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
_GROWING = growing(first=timedelta(seconds=15), most=2 * _HOUR)

LIFETIMES = {
    "webhook": timedelta(days=3),
    "bill_notification": DAY,
    "pull_notification": DAY,
    "robokassa_result": DAY,
    "robokassa_result2": DAY,
}
"""How long after it was asked for each kind is still tried."""

PAUSES: dict[str, Pauses] = {
    "bill_notification": _GROWING,
    "pull_notification": stated(*[_QUARTER] * 34, *[_HOUR] * 15),
    "robokassa_result": _GROWING,
    "robokassa_result2": stated(_MINUTE, 5 * _MINUTE, _HOUR // 2, 2 * _HOUR),
}
"""What each interface promises: for a day, ever more seldom; fifty attempts within a day, at
first every fifteen minutes and then every hour; five attempts."""


class _Probing:
    """`services.deliveries.Probe`; its client is opened when the first test is sent."""

    def __init__(self, settings: Settings, now: Clock) -> None:
        self._settings = settings
        self._now = now
        self._close: Callable[[], Awaitable[None]] | None = None
        self._probe: Probe | None = None
        self.services: Services | None = None
        """What it finds addresses and secrets with; set once there are any."""

    async def __call__(self, merchant: Merchant) -> list[Delivery]:
        if self._probe is None:
            if self.services is None:
                raise RuntimeError("there are no services yet")
            self._probe = self._made(self.services)
        return await self._probe(merchant)

    async def close(self) -> None:
        """Close the client, if there is one."""
        if self._close is not None:
            await self._close()

    def _made(self, services: Services) -> Probe:
        from gateway.notifications.probe import Probe as OverTheWire  # noqa: PLC0415
        from gateway.notifications.sending import Sending  # noqa: PLC0415
        from gateway.notifications.ways import probed_ways  # noqa: PLC0415

        sending = Sending(
            deliveries=services.deliveries,
            now=self._now,
            allow_private=self._settings.allow_private_webhooks,
        )
        self._close = sending.close
        return OverTheWire(ways=probed_ways(services), sending=sending, now=self._now)


@asynccontextmanager
async def probing(settings: Settings, now: Clock) -> AsyncIterator[_Probing]:
    """Tests of merchants' addresses, whose client is closed after the block."""
    probe = _Probing(settings, now)
    try:
        yield probe
    finally:
        await probe.close()


@dataclass(frozen=True, slots=True)
class Notifications:
    """What a worker tells merchants with."""

    handlers: dict[str, Handler]
    """By the kind of the work."""
    close: Callable[[], Awaitable[None]]


def create_notifications(
    services: Services, *, now: Clock, links: Links, allow_private: bool
) -> Notifications:
    """Handlers of all kinds over one client, which is opened when the first needs it."""
    from gateway.notifications.sending import Sending  # noqa: PLC0415
    from gateway.notifications.ways import handlers  # noqa: PLC0415

    sending = Sending(deliveries=services.deliveries, now=now, allow_private=allow_private)
    return Notifications(handlers(services, sending=sending, links=links, now=now), sending.close)
