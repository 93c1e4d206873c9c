"""A provider that is down: noticed after troubles in a row, tried again ever more seldom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import breakers
from services.breakers import (
    PAUSE_FIRST,
    PAUSE_MOST,
    PROBE,
    TROUBLES_MAX,
    WINDOW,
    Breaker,
    ProviderDownError,
)
from services.connections import Answer, Outcome
from services.provider_payments import ProviderSilentError
from storage.book import BookTables
from storage.engines import AnyStore
from tests.books import memory_book
from tests.cast import Cast
from tests.catalogue import order
from tests.clock import TestClock

SILENCE = Answer(Outcome.UNKNOWN, "timeout")


def refusal(rule: Callable[[BookTables], None], book: BookTables) -> ProviderDownError | None:
    """What *rule* refuses with, if it does."""
    try:
        rule(book)
    except ProviderDownError as exc:
        return exc
    return None


class Line:
    """What is known of one provider, as its attempts end."""

    def __init__(self, store: AnyStore, clock: TestClock) -> None:
        self._store = store
        self._clock = clock

    async def ends(self, *, up: bool, times: int = 1) -> None:
        at = self._clock()
        for _ in range(times):
            await self._do(lambda book: breakers.note(book, "steam", is_up=up, at=at))

    async def may_be_asked(self) -> bool:
        at = self._clock()
        return await self._passes(lambda book: breakers.closed(book, "steam", at))

    async def may_try(self) -> bool:
        at = self._clock()
        return await self._passes(lambda book: breakers.attempt(book, "steam", at))

    async def state(self) -> Breaker | None:
        return await self._store.read(lambda book: book.breakers.find("steam"))

    async def _passes(self, rule: Callable[[BookTables], None]) -> bool:
        refused = await self._store.write(lambda book: refusal(rule, book))
        if refused is None:
            return True
        assert refused.values == {"provider": "steam", "until": refused.until}
        assert refused.until > self._clock()
        return False

    async def _do(self, work: Callable[[BookTables], Any]) -> None:
        await self._store.write(work)


@pytest.fixture
def line(store: AnyStore, clock: TestClock) -> Line:
    return Line(store, clock)


async def test_troubles_in_a_row_open_it(line: Line) -> None:
    """One that answers in between is not down, however bad its line."""
    await line.ends(up=False, times=TROUBLES_MAX - 1)
    await line.ends(up=True)
    await line.ends(up=False, times=TROUBLES_MAX - 1)

    assert await line.may_be_asked()

    await line.ends(up=False)

    assert not await line.may_be_asked()


async def test_troubles_far_apart_are_no_row(line: Line, clock: TestClock) -> None:
    """A provider that is paid once a day is not down for what was last week."""
    await line.ends(up=False, times=TROUBLES_MAX - 1)
    clock.now += WINDOW + timedelta(seconds=1)
    await line.ends(up=False)

    assert await line.may_be_asked()
    state = await line.state()
    assert state is not None
    assert (state.troubles, state.since) == (1, clock())


async def test_pauses_grow_to_their_most_and_end_with_an_answer(
    line: Line, clock: TestClock
) -> None:
    """Down for a day is asked a hundred times, not thousands, and is back within minutes."""
    await line.ends(up=False, times=TROUBLES_MAX)
    pauses = []
    for _ in range(8):
        state = await line.state()
        assert state is not None
        assert state.until is not None
        pauses.append(state.until - clock())
        clock.now = state.until
        assert await line.may_be_asked()
        await line.ends(up=False)

    assert pauses[:3] == [PAUSE_FIRST, 2 * PAUSE_FIRST, 4 * PAUSE_FIRST]
    assert max(pauses) == pauses[-1] == PAUSE_MOST
    await line.ends(up=True)
    assert await line.may_be_asked()
    assert await line.state() is None


async def test_only_one_finds_out(line: Line, clock: TestClock) -> None:
    """After a pause hundreds wait; one of them is sent ahead."""
    await line.ends(up=False, times=TROUBLES_MAX)
    clock.now += PAUSE_FIRST

    assert await line.may_try()
    assert not await line.may_try()
    assert not await line.may_be_asked()

    await line.ends(up=False)
    state = await line.state()
    assert state is not None
    assert state.until == clock() + 2 * PAUSE_FIRST


async def test_who_was_to_find_out_and_died_holds_nobody_up(line: Line, clock: TestClock) -> None:
    """A worker killed in the middle."""
    await line.ends(up=False, times=TROUBLES_MAX)
    clock.now += PAUSE_FIRST
    await line.may_try()
    clock.now += PROBE

    assert await line.may_try()


async def test_late_trouble_does_not_make_the_pause_longer(line: Line, clock: TestClock) -> None:
    """It was begun before, with the others."""
    await line.ends(up=False, times=TROUBLES_MAX + 3)

    state = await line.state()
    assert state is not None
    assert (state.pauses, state.until) == (1, clock() + PAUSE_FIRST)


async def test_provider_that_answers_costs_no_row(line: Line) -> None:
    """What most payments do writes nothing."""
    await line.ends(up=True)

    assert await line.state() is None
    assert await line.may_try()


async def test_nobodys_money_is_held_for_a_provider_that_is_down(
    cast: Cast, clock: TestClock
) -> None:
    """The chat says so before; when it answers again all goes on."""
    await cast.open_catalogue()
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    payments = cast.services.provider_payments
    made = await payments.offer(holder=ann, order=order(), key="before")
    cast.billing.is_silent = True
    for number in range(TROUBLES_MAX):
        with pytest.raises(ProviderSilentError):
            await payments.offer(holder=ann, order=order(), key=f"{number}")

    with pytest.raises(ProviderDownError) as offered:
        await payments.offer(holder=ann, order=order(), key="after")
    with pytest.raises(ProviderDownError):
        await payments.confirm(holder=ann, offer_id=made.offer.id)

    assert offered.value.until == clock() + PAUSE_FIRST
    assert len(cast.billing.checked) == TROUBLES_MAX + 1
    assert await cast.available(ann) == 1_000_00

    cast.billing.is_silent = False
    clock.now += PAUSE_FIRST
    await payments.offer(holder=ann, order=order(), key="again")
    assert await cast.store.read(lambda book: book.breakers.down()) == []


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["up", "down", "try"]), st.integers(0, 2000)), max_size=60)
)
def test_whatever_happens_it_is_asked_again(events: list[tuple[str, int]]) -> None:
    """No order of events closes a provider for longer than the longest pause."""
    clock = TestClock()
    with memory_book() as book:
        for event, seconds in events:
            clock.advance(seconds=seconds)
            if event == "try":
                down = refusal(lambda book: breakers.attempt(book, "steam", clock()), book)
                assert down is None or clock() < down.until <= clock() + PAUSE_MOST
            else:
                breakers.note(book, "steam", is_up=event == "up", at=clock())
            if event == "up":
                assert book.breakers.find("steam") is None
