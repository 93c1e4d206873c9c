"""A real Redis that goes away and comes back: conversations go on, limits hold."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from bench.servers import RedisServer, free_port, redis
from services.conversations import QUIET, Conversation, Visitors
from services.errors import UnavailableError
from services.rate_limits import Rate
from storage.engines import AnyStore
from storage.redis.conversations import RedisConversations
from storage.redis.limits import RedisRateLimits
from storage.redis.line import REST, RedisLine, open_redis
from tests.clock import TestClock

ANN = 7
CODE = Conversation("code", {"offer": "1", "title": "Чай «Ирис»"}, screen=44, language="ru")
ONE = Rate(1, timedelta(seconds=10))


@pytest.fixture(scope="module")
def one_server() -> Iterator[RedisServer]:
    with redis() as opened:
        yield opened


@pytest.fixture
def server(one_server: RedisServer) -> RedisServer:
    """Running, and empty: it keeps nothing on disk."""
    one_server.kill()
    one_server.start()
    return one_server


@pytest.fixture
async def line(server: RedisServer, clock: TestClock) -> AsyncIterator[RedisLine]:
    async with open_redis(server.url, now=clock) as opened:
        yield opened


@pytest.fixture
def visitors(store: AnyStore, line: RedisLine, clock: TestClock) -> Visitors:
    return Visitors(store=store, now=clock, keeper=RedisConversations(line))


async def awaited(visitors: Visitors) -> Conversation:
    return (await visitors.find(telegram_id=ANN)).conversation


async def stored(store: AnyStore) -> Conversation | None:
    return await store.read(lambda book: book.conversations.find(ANN))


async def test_what_was_asked_is_found_again(visitors: Visitors, clock: TestClock) -> None:
    """Whole, and by every process."""
    await visitors.expect(telegram_id=ANN, conversation=CODE)

    assert await awaited(visitors) == CODE
    assert (await visitors.find(telegram_id=8)).conversation == QUIET


async def test_quiet_costs_no_commit(
    visitors: Visitors, store: AnyStore, clock: TestClock
) -> None:
    """Half of all changes of a conversation only end a question."""
    await visitors.expect(telegram_id=ANN, conversation=CODE)
    clock.advance(seconds=1)

    await visitors.expect(telegram_id=ANN, conversation=Conversation(language="ru"))

    assert await awaited(visitors) == Conversation(language="ru")
    assert await stored(store) == CODE


async def test_question_survives_its_keeper(
    visitors: Visitors, server: RedisServer, clock: TestClock
) -> None:
    """The code of a payment is typed after Redis was killed, and is understood."""
    await visitors.expect(telegram_id=ANN, conversation=CODE)

    server.kill()

    assert await awaited(visitors) == CODE
    server.start()
    clock.advance(seconds=2)
    assert await awaited(visitors) == CODE


async def test_database_keeps_them_meanwhile(
    visitors: Visitors, server: RedisServer, clock: TestClock
) -> None:
    """Asked, answered and asked again without Redis."""
    server.kill()
    for conversation in (CODE, Conversation(language="ru"), Conversation("limit", screen=5)):
        clock.advance(seconds=1)
        await visitors.expect(telegram_id=ANN, conversation=conversation)

        assert await awaited(visitors) == conversation


async def test_newer_one_counts(visitors: Visitors, line: RedisLine, clock: TestClock) -> None:
    """Redis was cut off, not killed: it comes back with what was awaited before."""
    await visitors.expect(telegram_id=ANN, conversation=CODE)
    clock.advance(seconds=5)
    line._failed_at = clock()
    await visitors.expect(telegram_id=ANN, conversation=QUIET)

    clock.advance(seconds=5)

    assert await awaited(visitors) == QUIET


async def test_clock_set_back_does_not_bring_a_question_back(
    visitors: Visitors, clock: TestClock
) -> None:
    """What was asked an hour from now is not newer than its answer."""
    await visitors.expect(telegram_id=ANN, conversation=CODE)
    clock.advance(hours=-1)

    await visitors.expect(telegram_id=ANN, conversation=QUIET)

    assert await awaited(visitors) == QUIET


async def test_old_question_is_not_awaited(visitors: Visitors, clock: TestClock) -> None:
    """A day later a message is a message; only the language is remembered."""
    await visitors.expect(telegram_id=ANN, conversation=CODE)

    clock.advance(hours=25)

    assert await awaited(visitors) == Conversation(language="ru")


async def test_redis_that_is_away_is_not_asked_by_everybody(
    server: RedisServer, line: RedisLine, clock: TestClock
) -> None:
    """One in a second tries; the others are told at once."""
    tried = 0

    async def ping() -> None:
        async def command(client: object) -> object:
            nonlocal tried
            tried += 1
            return await line.client.get("x")

        with pytest.raises(UnavailableError):
            await line.run(command)

    server.kill()
    for _ in range(10):
        await ping()
    clock.now += REST
    await ping()

    assert tried == 2
    server.start()
    clock.now += REST
    assert await line.run(lambda client: client.get("x")) is None


async def test_redis_that_hangs_is_given_up_soon(clock: TestClock) -> None:
    """Connected and silent: the answer to a person does not hang with it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        async with open_redis(f"redis://127.0.0.1:{port}/0", now=clock) as line:
            async with asyncio.timeout(5):
                with pytest.raises(UnavailableError):
                    await line.run(lambda client: client.get("x"))


async def test_limits_come_back_with_redis(
    server: RedisServer, line: RedisLine, clock: TestClock
) -> None:
    """Its scripts are gone with its memory; they are loaded again."""
    limits = RedisRateLimits(line=line, now=clock)
    await limits.take("a:x", ONE)
    server.kill()
    with pytest.raises(UnavailableError):
        await limits.take("a:x", ONE)
    server.start()
    clock.now += REST

    waits = [await limits.take("a:x", ONE) for _ in range(2)]

    assert waits == [timedelta(0), timedelta(seconds=10)]


async def test_redis_forgets_by_itself(line: RedisLine, clock: TestClock) -> None:
    """However many addresses come, nothing stays for ever."""
    limits, conversations = RedisRateLimits(line=line, now=clock), RedisConversations(line)
    await limits.take("a:x", ONE)
    await limits.hold("a:held", timedelta(seconds=7))
    await conversations.put(ANN, CODE, clock())

    lives = [await line.client.ttl(key) for key in sorted(await line.client.keys("purser:*"))]

    assert len(lives) == 3
    assert all(0 < each <= 7 * 24 * 3600 for each in lives)


async def test_line_opens_without_redis(clock: TestClock) -> None:
    """The wallet starts while Redis is down."""
    async with open_redis(f"redis://127.0.0.1:{free_port()}/0", now=clock) as line:
        with pytest.raises(UnavailableError):
            await line.run(lambda client: client.get("x"))


async def test_address_that_is_none(clock: TestClock) -> None:
    with pytest.raises(ValueError, match="redis"):
        async with open_redis("http://127.0.0.1/0", now=clock):
            pass
