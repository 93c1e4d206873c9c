"""Updates are kept before they are confirmed, each once, whatever their ids."""

from purser.services import Services
from services.inbox import ATTEMPTS_MAX, Received
from storage.engines import AnyStore
from tests.clock import TestClock


async def test_known_by_the_set_of_ids(services: Services) -> None:
    """After a quiet week the next id is smaller: 'greater than the last' would lose it."""
    inbox = services.inbox
    first = await inbox.receive(updates=[Received(900, 7, "{}"), Received(901, 8, "{}")])
    second = await inbox.receive(updates=[Received(901, 8, "{}"), Received(5, 7, "{}")])

    assert [each.update_id for each in first] == [900, 901]
    assert [each.update_id for each in second] == [5]
    assert [each.update_id for each in await inbox.due()] == [5, 900, 901]


async def test_handled_one_is_done_and_empty(services: Services, store: AnyStore) -> None:
    """A message may hold a code, so its text does not stay."""
    await services.inbox.receive(updates=[Received(1, 7, '{"text": "123456"}')])

    await services.inbox.finish(update_id=1)

    rows = await store.read(
        lambda book: book.connection.execute("SELECT state, body FROM inbox").fetchall()
    )
    assert [tuple(row) for row in rows] == [("done", "")]
    assert await services.inbox.receive(updates=[Received(1, 7, "{}")]) == []


async def test_failing_one_is_set_aside_visibly(services: Services) -> None:
    """After so many tries; until then it is due."""
    await services.inbox.receive(updates=[Received(1, 7, "{}")])

    outcomes = [await services.inbox.fail(update_id=1, error="boom") for _ in range(ATTEMPTS_MAX)]

    assert outcomes == [False] * (ATTEMPTS_MAX - 1) + [True]
    assert await services.inbox.due() == []
    [aside] = await services.inbox.set_aside()
    assert (aside.update_id, aside.error) == (1, "boom")


async def test_ids_are_forgotten_when_telegram_has(services: Services, clock: TestClock) -> None:
    """The table does not grow for ever."""
    await services.inbox.receive(updates=[Received(1, 7, "{}"), Received(2, 7, "{}")])
    await services.inbox.finish(update_id=1)
    clock.advance(days=8)

    await services.inbox.forget()

    assert len(await services.inbox.receive(updates=[Received(1, 7, "{}")])) == 1
    assert {each.update_id for each in await services.inbox.due()} == {1, 2}


async def test_late_one_waits_for_the_newer_that_is_in_hand(services: Services) -> None:
    """Telegram may deliver two of one person in the wrong order: still one at a time."""
    inbox = services.inbox
    await inbox.receive(updates=[Received(11, 7, "{}")])
    assert [each.update_id for each in await inbox.claim(limit=5)] == [11]

    await inbox.receive(updates=[Received(10, 7, "{}"), Received(12, 8, "{}")])
    meanwhile = await inbox.claim(limit=5)
    await inbox.finish(update_id=11)

    assert [each.update_id for each in meanwhile] == [12]
    assert [each.update_id for each in await inbox.claim(limit=5)] == [10]
