"""Updates come in: on disk first, confirmed after that."""

import asyncio
import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import GetUpdates

from bot.edge import BotEdge, create_bot_edge
from bot.intake import BODY_BYTES_MAX, GetRawUpdates
from bot.texts import Texts
from purser.services import Services
from services.inbox import Received
from services.store import NotCommittedError
from services.vault import Vault
from tests.conftest import TestClock
from tests.telegram import Phone, Telegram, names


class Enough(BaseException):
    """The test has seen enough of an endless loop."""


class Naps:
    """Sleeps that take no time; after so many the test ends."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.most = 100

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) > self.most:
            raise Enough
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def edge(
    bot: Bot, services: Services, vault: Vault, texts: Texts, clock: TestClock, naps: Naps
) -> BotEdge:
    return create_bot_edge(
        bot=bot, services=services, vault=vault, texts=texts, now=clock, sleep=naps
    )


def raw(phone: Phone, text: str) -> dict[str, Any]:
    update = phone.make_update(message=phone.message(text=text))
    body: dict[str, Any] = json.loads(update.model_dump_json(exclude_none=True, by_alias=True))
    return body


async def polled(edge: BotEdge, telegram: Telegram) -> None:
    """Poll until there is nothing new, handle it, then stop as the process would."""
    running = asyncio.create_task(edge.run_polling())
    await telegram.is_asked_in_vain.wait()
    await edge.feeder.idle()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def asked(telegram: Telegram) -> list[GetRawUpdates]:
    return [each for each in telegram.requests if isinstance(each, GetRawUpdates)]


async def test_updates_are_kept_before_they_are_confirmed(
    edge: BotEdge, phone: Phone, telegram: Telegram, services: Services
) -> None:
    """The offset moves only when the commit has returned; a known update is not done twice."""
    first, second = raw(phone, "/start"), raw(phone, "/help")
    telegram.answers["getUpdates"] = [[first], [], [first, second]]

    await polled(edge, telegram)

    offsets = [each.offset for each in asked(telegram)]
    after_first, after_second = first["update_id"] + 1, second["update_id"] + 1
    assert offsets == [None, after_first, after_first, after_second]
    assert asked(telegram)[0].allowed_updates == ["message", "callback_query", "my_chat_member"]
    assert names(telegram.requests)[0] == "deleteWebhook"
    assert len(telegram.shown) == 2
    assert await services.inbox.due() == []


async def test_telegram_and_disk_that_are_away_are_asked_again(
    edge: BotEdge,
    phone: Phone,
    telegram: Telegram,
    naps: Naps,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither loses an update: it is not confirmed before it is kept."""
    method = GetUpdates()
    telegram.faults += [
        ("getUpdates", TelegramNetworkError(method=method, message="down")),
        ("getUpdates", TelegramRetryAfter(method=method, message="flood", retry_after=9)),
    ]
    telegram.answers["getUpdates"] = [[raw(phone, "/start")]]
    receive = services.inbox.receive
    failures = [NotCommittedError()]

    async def unsure(**updates: Any) -> Any:
        if failures:
            raise failures.pop()
        return await receive(**updates)

    monkeypatch.setattr(services.inbox, "receive", unsure)

    await polled(edge, telegram)

    assert naps.seconds == [1, 9, 1]
    assert "Welcome" in phone.text


async def test_pauses_grow_to_a_bound(edge: BotEdge, telegram: Telegram, naps: Naps) -> None:
    """A Telegram that is down for an hour is not asked a thousand times."""
    naps.most = 7
    method = GetUpdates()
    telegram.faults += [
        ("getUpdates", TelegramNetworkError(method=method, message="down")) for _ in range(9)
    ]

    with pytest.raises(Enough):
        await edge.run_polling()

    assert naps.seconds[:7] == [1, 2, 4, 8, 16, 32, 32]


async def test_webhook_keeps_an_update_and_handles_it(
    edge: BotEdge, phone: Phone, services: Services
) -> None:
    """The same way as polling, once however often it is posted."""
    body = json.dumps(raw(phone, "/start")).encode()

    assert await edge.receive_webhook(body)
    assert await edge.receive_webhook(body)
    await edge.feeder.idle()

    assert len(phone.shown) == 1
    assert await services.inbox.due() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"5",
        b"null",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 1.5}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe\x00",
        b" " * (BODY_BYTES_MAX + 1),
    ],
)
async def test_what_is_no_update_is_refused(
    edge: BotEdge, services: Services, body: bytes
) -> None:
    """Cleanly: nothing is kept and nothing raised."""
    assert not await edge.receive_webhook(body)

    assert await services.inbox.due() == []


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"poll": {"id": "1"}},
        {"message": 5},
        {"message": {"from": 7}},
        {"message": {"from": {"id": "7"}}},
        {"message": {"from": {"id": 2**70}}},
    ],
)
async def test_update_from_nobody_has_a_lane_too(
    edge: BotEdge, services: Services, event: dict[str, Any]
) -> None:
    """Kept like any other; what cannot be read is set aside."""
    assert await edge.receive_webhook(json.dumps({"update_id": 5, **event}).encode())
    await edge.feeder.idle()

    assert await services.inbox.due() == []


async def test_storage_that_is_away_is_said_to_the_webhook(
    edge: BotEdge, phone: Phone, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram has to post it again."""

    async def away(**_: Any) -> Any:
        raise NotCommittedError

    monkeypatch.setattr(services.inbox, "receive", away)

    with pytest.raises(NotCommittedError):
        await edge.receive_webhook(json.dumps(raw(phone, "/start")).encode())


async def test_commands_are_registered_in_every_language(
    edge: BotEdge, telegram: Telegram
) -> None:
    """Once without a language for all the others; a refusal is only logged."""
    method = GetUpdates()
    telegram.faults.append(("setMyCommands", TelegramNetworkError(method=method, message="x")))

    await edge.prepare()

    assert names(telegram.requests) == ["setMyCommands"] * 3
    described = [each.model_dump() for each in telegram.requests]
    assert [each["language_code"] for each in described] == [None, "en", "ru"]
    assert described[2]["commands"][1]["description"] == "Сколько денег"


async def test_webhook_is_set_with_its_secret(edge: BotEdge, telegram: Telegram) -> None:
    """And only the updates that are answered."""
    await edge.use_webhook("https://wallet.example/telegram/webhook", "secret")

    [request] = telegram.requests
    assert request.model_dump()["secret_token"] == "secret"
    assert request.model_dump()["allowed_updates"] == [
        "message",
        "callback_query",
        "my_chat_member",
    ]


async def test_feeder_alone_handles_what_was_left(
    edge: BotEdge, phone: Phone, services: Services, telegram: Telegram
) -> None:
    """The webhook's way to run."""
    left = raw(phone, "/start")
    kept = Received(left["update_id"], phone.user.id, json.dumps(left))
    await services.inbox.receive(updates=[kept])
    running = asyncio.create_task(edge.run_feeder())
    await telegram.is_shown.wait()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert await services.inbox.due() == []


async def test_update_that_came_during_the_start_is_handled_once(
    edge: BotEdge, phone: Phone, telegram: Telegram
) -> None:
    """The webhook is open before what was left has been read."""
    await edge.receive_webhook(json.dumps(raw(phone, "/start")).encode())

    await edge.feeder.start()
    await edge.feeder.idle()

    assert len(phone.shown) == 1
