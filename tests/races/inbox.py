"""Races about whose turn an update, or a piece of due work, is."""

from collections.abc import Callable
from datetime import timedelta

from services.due import Work
from services.inbox import Received
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike
from tests.races.stage import Process, Stage


@alike
async def two_claims_of_updates(stage: Stage) -> Race:
    """Each update is given to one process."""
    sender, numbers = await _emptied(stage)
    await _receive(stage.first, sender, numbers[0])
    await _receive(stage.first, sender + 1, numbers[1])
    return Race(
        _claim(stage.first, numbers[0]), _claim(stage.second, numbers[0]), _left(stage, sender)
    )


async def claim_and_an_older_update(stage: Stage) -> Race:
    """It came late; nobody handles it while another has its sender's newer one."""
    sender, numbers = await _emptied(stage)
    await _receive(stage.first, sender, numbers[1])

    async def receive_and_claim() -> object:
        await _receive(stage.second, sender, numbers[0])
        return await _claim(stage.second, numbers[0])()

    return Race(_claim(stage.first, numbers[0]), receive_and_claim, _left(stage, sender))


async def claim_and_finish(stage: Stage) -> Race:
    """The next one is taken when the one before is done, and not before."""
    sender, numbers = await _emptied(stage)
    for number in numbers:
        await _receive(stage.first, sender, number)
    await _claim(stage.first, numbers[0])()

    async def finish() -> str:
        await stage.second.services.inbox.finish(update_id=numbers[0])
        return "finished"

    return Race(_claim(stage.first, numbers[0]), finish, _left(stage, sender))


@alike
async def two_claims_of_one_lane(stage: Stage) -> Race:
    """A slow receiver has at most so many at once, whoever sends."""
    lane, at = f"webhook/{stage.telegram_id()}", stage.first.clock()
    stage.rows("DELETE FROM due_work RETURNING key")
    for number in range(6):
        await _ask(stage.first, Work(f"{lane}:{number}", "webhook", lane, {}, at, at))

    def act(process: Process) -> Act:
        async def claim() -> int:
            until = at + timedelta(minutes=2)
            claimed = await process.store.write(
                lambda book: book.due.claim(now=at, until=until, limit=10, lane_max=4)
            )
            return len(claimed)

        return claim

    def left() -> object:
        return stage.seen("due_work", "lane", lane, "leased_until IS NULL, attempts")

    return Race(act(stage.first), act(stage.second), left)


async def _emptied(stage: Stage) -> tuple[int, list[int]]:
    """Two senders that nobody has heard of, and two numbers; nothing else waits."""
    stage.rows("DELETE FROM inbox RETURNING update_id")
    sender = stage.telegram_id() * 10
    return sender, [sender, sender + 1]


async def _ask(process: Process, work: Work) -> None:
    await process.store.write(lambda book: book.due.add(work))


async def _receive(process: Process, sender: int, number: int) -> None:
    await process.services.inbox.receive(updates=[Received(number, sender, "{}")])


def _claim(process: Process, first: int) -> Act:
    async def claim() -> object:
        claimed = await process.services.inbox.claim(limit=10)
        return [update.update_id - first for update in claimed]

    return claim


def _left(stage: Stage, sender: int) -> Callable[[], object]:
    def left() -> object:
        return stage.seen("inbox", "sender", sender, "state, leased_until IS NULL")

    return left


INBOX: tuple[Scene, ...] = (
    two_claims_of_updates,
    claim_and_an_older_update,
    claim_and_finish,
    two_claims_of_one_lane,
)
