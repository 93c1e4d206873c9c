"""Handlers of all kinds of notifications, over a real client, and a shop to tell."""

from collections.abc import AsyncIterator

import pytest

from gateway.notifications.sending import Sending
from gateway.notifications.ways import handlers as all_handlers
from purser.services import Services
from services.due import Handler
from services.merchants import Merchant
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import LINKS


@pytest.fixture
async def sending(services: Services, clock: TestClock) -> AsyncIterator[Sending]:
    opened = Sending(
        deliveries=services.deliveries, now=clock, allow_private=True, total_seconds=0.5
    )
    yield opened
    await opened.close()


@pytest.fixture
def handlers(services: Services, sending: Sending, clock: TestClock) -> dict[str, Handler]:
    return all_handlers(services, sending=sending, links=LINKS, now=clock)


@pytest.fixture
async def shop(cast: Cast) -> Merchant:
    return await cast.shop()
