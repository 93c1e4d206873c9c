"""Updates by webhook: from who knows the token, and confirmed when they are kept."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.app import create_app
from purser.services import Services
from services.store import NotCommittedError
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import TELEGRAM_SECRET, client_of, gateway_settings

HEADER = b"X-Telegram-Bot-Api-Secret-Token"


class Intake:
    """Takes what comes, or does what it is told."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.error: Exception | None = None
        self.understands = True

    async def __call__(self, body: bytes) -> bool:
        if self.error is not None:
            raise self.error
        self.taken.append(body)
        return self.understands


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.fixture
async def client(
    services: Services, store: AnyStore, clock: TestClock, intake: Intake
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        **gateway_settings(services, store, clock),
        telegram_secret=TELEGRAM_SECRET,
        receive=intake,
    )
    async with client_of(app) as opened:
        yield opened


async def post(
    client: httpx.AsyncClient, *tokens: bytes, body: bytes = b'{"update_id": 1}'
) -> int:
    headers = [(HEADER, each) for each in tokens]
    answer = await client.post("/telegram/webhook", content=body, headers=headers)
    assert "retry-after" not in answer.headers
    return answer.status_code


async def test_update_is_kept(client: httpx.AsyncClient, intake: Intake) -> None:
    assert await post(client, TELEGRAM_SECRET.encode()) == 200
    assert intake.taken == [b'{"update_id": 1}']


async def test_long_update_is_kept(client: httpx.AsyncClient, intake: Intake) -> None:
    """Larger than our API takes: Telegram's messages quote each other."""
    assert await post(client, TELEGRAM_SECRET.encode(), body=b" " * 200_000) == 200
    assert await post(client, TELEGRAM_SECRET.encode(), body=b" " * 600_000) == 413


@pytest.mark.parametrize(
    "tokens",
    [
        (),
        (b"",),
        (b"wrong",),
        ("секрет".encode(),),
        (b"\xff\xfe",),
        (b"x" * 5000,),
        (TELEGRAM_SECRET.encode(), b"wrong"),
        (TELEGRAM_SECRET.encode()[:-1],),
    ],
)
async def test_strangers(
    client: httpx.AsyncClient, intake: Intake, tokens: tuple[bytes, ...]
) -> None:
    """Whoever else posts here is told nothing and changes nothing."""
    assert await post(client, *tokens) == 401
    assert intake.taken == []


async def test_not_kept_is_not_confirmed(client: httpx.AsyncClient, intake: Intake) -> None:
    """503 and no long wait: Telegram drops an update whose time would pass meanwhile."""
    intake.error = NotCommittedError()
    assert await post(client, TELEGRAM_SECRET.encode()) == 503

    intake.error = RuntimeError("disk")
    assert await post(client, TELEGRAM_SECRET.encode()) == 500


async def test_not_an_update(client: httpx.AsyncClient, intake: Intake) -> None:
    intake.understands = False

    assert await post(client, TELEGRAM_SECRET.encode()) == 400
