"""One process is on the line with a provider while another acts: what the first hears then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from services.connections import Answer, Asked, Outcome
from services.holders import Holder
from services.provider_sending import ASKED_FOR
from tests.catalogue import STEAM
from tests.races.pausing import outcome
from tests.races.provider_asking import NO_SUCH_ACCOUNT, SILENCE, resolve, send
from tests.races.stage import Stage

DONE = Answer(Outcome.DONE, code="0", provider_txn="P1")
DUPLICATE = Answer(Outcome.REFUSED, "provider_error", "300")


@dataclass
class Line:
    """A payment of somebody, and what the worker that is on the line will hear."""

    holder: Holder
    payment_id: str
    calling: "asyncio.Task[object]"
    answer: "asyncio.Future[Answer]"

    async def hear(self, answer: Answer) -> object:
        """Let the worker have its answer; what it makes of it."""
        self.answer.set_result(answer)
        return await self.calling


@asynccontextmanager
async def on_the_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """The first process has asked and waits; the next call is answered as the billing will."""
    holder = await stage.person()
    payment_id = await stage.order_sent(holder)
    answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    asked = asyncio.Event()

    async def pay(_: Asked) -> Answer:
        monkeypatch.undo()
        asked.set()
        return await answer

    monkeypatch.setattr(stage.billing, "pay", pay)
    calling = asyncio.create_task(outcome(send(stage.first, payment_id)))
    await asked.wait()
    try:
        yield Line(holder, payment_id, calling, answer)
    finally:
        calling.cancel()
        with suppress(asyncio.CancelledError):
            await calling


def stands(stage: Stage, line: Line) -> tuple[str, int, tuple[int, int]]:
    """The payment's state, its open attempts, and the payer's money: posted and held."""
    [(state, unanswered)] = stage.seen(
        "provider_payments", "id", line.payment_id, "state, unanswered"
    )
    return state, unanswered, stage.account(line.holder.owner)


async def test_both_are_told_that_it_is_credited(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost lease: the provider has one number twice and credits it once; so does the wallet."""
    async with on_the_line(stage, monkeypatch) as line:
        second = await outcome(send(stage.second, line.payment_id))
        first = await line.hear(DONE)

        assert (first, second) == ("done", "done")
        assert stands(stage, line)[::2] == ("done", (40_00, 0))
        assert stage.account(STEAM.owner) == (50_00, 0)
    assert await stage.faults() == []


async def test_duplicate_is_no_refusal_while_another_is_on_the_line(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the second is told about is the first, which then says so itself."""
    async with on_the_line(stage, monkeypatch) as line:
        stage.billing.pays.append(DUPLICATE)
        second = await outcome(send(stage.second, line.payment_id))
        meanwhile = stands(stage, line)
        first = await line.hear(DONE)

        assert (second, meanwhile) == ("unknown", ("unknown", 1, (100_00, 60_00)))
        assert (first, stands(stage, line)) == ("done", ("done", 0, (40_00, 0)))
    assert await stage.faults() == []


async def test_two_refusals_at_once_give_nothing_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second refusal might be about the first's credit: the registry decides."""
    async with on_the_line(stage, monkeypatch) as line:
        stage.billing.pays.append(NO_SUCH_ACCOUNT)
        await outcome(send(stage.second, line.payment_id))
        first = await line.hear(NO_SUCH_ACCOUNT)
        told = await outcome(resolve(stage.second, line.payment_id, paid=False))

        assert (first, told) == ("unknown", "failed")
        assert stands(stage, line)[2] == (100_00, 0)
    assert await stage.faults() == []


@pytest.mark.parametrize("answer", [DONE, SILENCE, NO_SUCH_ACCOUNT], ids=lambda each: each.outcome)
async def test_operator_is_quicker(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    """What was resolved stays so, whatever the provider says after that."""
    async with on_the_line(stage, monkeypatch) as line:
        assert await outcome(resolve(stage.second, line.payment_id, paid=True)) == "done"

        assert await line.hear(answer) == "done"
        assert stands(stage, line)[2] == (40_00, 0)
    assert await stage.faults() == []


async def test_day_of_asking_ends_while_somebody_asks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process takes it for lost; the answer that comes after all settles it."""
    async with on_the_line(stage, monkeypatch) as line:
        stage.second.clock.now = stage.first.clock.now + ASKED_FOR
        second = await outcome(send(stage.second, line.payment_id))
        first = await line.hear(DONE)

        assert (first, second) == ("done", "unknown")
        assert stands(stage, line)[2] == (40_00, 0)
    assert await stage.faults() == []


@pytest.mark.parametrize(
    ("answer", "ends"), [(NO_SUCH_ACCOUNT, "unknown"), (DUPLICATE, "unknown"), (DONE, "done")]
)
async def test_worker_dies_on_the_line(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answer: Answer, ends: str
) -> None:
    """Nobody has heard its answer: a refusal of the next one gives nothing back."""
    async with on_the_line(stage, monkeypatch) as line:
        line.calling.cancel()
        stage.billing.pays.append(answer)
        second = await outcome(send(stage.second, line.payment_id))

        assert second == ends
        state, _, money = stands(stage, line)
        assert (state, money) == (ends, (40_00, 0) if ends == "done" else (100_00, 60_00))
    assert await stage.faults() == []
