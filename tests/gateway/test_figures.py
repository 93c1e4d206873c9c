"""Gauges of money: right, not too often read, and gone when they are not known."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.figures import COST, Kept
from gateway.metrics import Metrics
from gateway.places import Places
from services.errors import UnavailableError
from services.figures import Figures
from services.holders import Holder
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import Shop


def samples(text: bytes) -> dict[str, str]:
    """Each sample's value as it was written, by its name with labels."""
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    return dict(line.rsplit(" ", 1) for line in lines)


async def test_money(
    client: httpx.AsyncClient, shop: Shop, cast: Cast, ann: Holder, paid: str, clock: TestClock
) -> None:
    """By currency and whose it is; a currency that does not balance would be seen."""
    before = samples((await client.get("/metrics")).content)
    await cast.fund(ann, 20_00)
    clock.advance(minutes=2)

    after = samples((await client.get("/metrics")).content)

    assert before['purser_balances_minor{currency="RUB",owner="holders"}'] == "375000.0"
    assert before['purser_balances_minor{currency="RUB",owner="merchants"}'] == "125000.0"
    assert before['purser_imbalance_minor{currency="RUB"}'] == "0.0"
    assert before['purser_held_minor{currency="RUB"}'] == "0.0"
    assert before['purser_recent_payments{state="done"}'] == "1.0"
    assert before['purser_recent_payments{state="failed"}'] == "0.0"
    assert before["purser_waiting_invoices"] == before["purser_open_holds"] == "0.0"
    assert before["purser_database_up"] == "1.0"
    moved = '{currency="RUB",kind="correction"}'
    assert f"purser_moved_minor_total{moved}" not in before
    assert after[f"purser_moved_minor_total{moved}"] == "2000.0"
    assert after[f"purser_transfers_total{moved}"] == "1.0"
    assert after['purser_due_work_age_seconds{kind="notice"}'] == "120.0"
    assert float(after["purser_chain_position"]) == float(before["purser_chain_position"]) + 1


async def test_database_that_is_away(store: AnyStore, clock: TestClock) -> None:
    """The page stands, says so, and shows no old money as if it were today's."""
    figures = Figures(store=store, now=clock)
    metrics = Metrics(figures=figures, now=clock)
    before = samples(await metrics.text())

    async def away() -> Any:
        raise UnavailableError

    figures.pulse = figures.stocks = away  # type: ignore[method-assign]
    clock.advance(minutes=2)
    after = samples(await metrics.text())

    assert (before["purser_database_up"], after["purser_database_up"]) == ("1.0", "0.0")
    assert (before["purser_open_holds"], after["purser_open_holds"]) == ("0.0", "NaN")
    assert 'purser_inbox_updates{state="due"}' in before
    assert 'purser_inbox_updates{state="due"}' not in after


async def test_read_once_for_many_and_seldom(clock: TestClock) -> None:
    """Ten who look at once cost one read; a slow one is repeated the later."""
    reads = [0]

    async def slow() -> int:
        reads[0] += 1
        await asyncio.sleep(0)
        clock.advance(seconds=2)
        return reads[0]

    kept = Kept(slow, now=clock, every=timedelta(seconds=5), name="test")

    seen = await asyncio.gather(*(kept.get() for _ in range(10)))
    clock.advance(seconds=2 * COST - 1)
    again = await kept.get()
    clock.advance(seconds=1)
    anew = await kept.get()

    assert (set(seen), again, anew) == ({1}, 1, 2)


async def test_what_failed_is_tried_again_soon(clock: TestClock) -> None:
    """A server that was waited for in vain is not left alone for the hundredfold."""
    reads = [0]

    async def away() -> int:
        reads[0] += 1
        clock.advance(seconds=5)
        raise UnavailableError

    kept = Kept(away, now=clock, every=timedelta(seconds=5), name="test")
    await kept.get()
    clock.advance(seconds=5)

    assert await kept.get() is None
    assert reads == [2]


async def test_a_look_does_not_wait_for_ever(clock: TestClock) -> None:
    """What takes long is shown by a later look, and is not asked for twice meanwhile."""
    reads, go = [0], asyncio.Event()

    async def late() -> int:
        reads[0] += 1
        await go.wait()
        return 7

    kept = Kept(late, now=clock, every=timedelta(seconds=5), name="test")

    first = await kept.get(wait=0)
    second = await kept.get(wait=0)
    go.set()
    third = await kept.get()

    assert (first, second, third, reads) == (None, None, 7, [1])


async def test_a_clock_that_goes_back(clock: TestClock) -> None:
    """Figures from the future are not kept for hours."""
    reads = [0]

    async def read() -> int:
        reads[0] += 1
        return reads[0]

    kept = Kept(read, now=clock, every=timedelta(seconds=5), name="test")
    await kept.get()
    clock.now -= timedelta(hours=3)

    assert await kept.get() == 2
    assert kept.age() == timedelta(0)


async def test_room_and_copies(tmp_path: Any, clock: TestClock) -> None:
    """Room at the database, and when the newest finished copy was made."""
    database, backups = tmp_path / "w.db", tmp_path / "copies"
    backups.mkdir()
    database.write_bytes(b"x" * 100)
    metrics = Metrics(places=Places(database=database, backups=backups), now=clock)
    none_yet = samples(await metrics.text())
    (backups / "purser-1.db").write_bytes(b"x" * 7)
    (backups / "purser-2.db.part").write_bytes(b"x" * 9)

    found = samples(await metrics.text())

    assert none_yet["purser_last_backup_timestamp_seconds"] == "0.0"
    assert float(found["purser_last_backup_timestamp_seconds"]) > 0
    assert found["purser_last_backup_bytes"] == "7.0"
    assert found['purser_database_bytes{file="database"}'] == "100.0"
    assert float(found["purser_disk_free_bytes"]) > 0


async def test_a_folder_of_copies_that_is_gone(tmp_path: Any) -> None:
    """An unmounted disk is no copies, which is what the alarm is for."""
    found = samples(await Metrics(places=Places(backups=tmp_path / "no")).text())

    assert found["purser_last_backup_timestamp_seconds"] == "0.0"


@pytest.mark.parametrize("outcome", ["done", "failed", "repeated"])
async def test_commits(outcome: str) -> None:
    """As the store has counted them."""
    found = samples(await Metrics(commits=lambda: {outcome: 5}).text())

    assert found[f'purser_commits_total{{outcome="{outcome}"}}'] == "5.0"
    assert found["purser_process_resident_memory_bytes"] != "0.0"
