"""kill -9 at random moments in a loop of real payments: what was acknowledged is there.

The child pays invoices through the services as fast as it can and writes the id of a
payment to the pipe only after the store has answered; whatever the parent reads was
acknowledged to somebody.
"""

import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from storage.sqlite.audit import faults
from storage.sqlite.engine import sqlite3 as engine
from tests.books import query
from tests.cast import Cast
from tests.conftest import MASTER

ROOT = Path(__file__).parents[2]
KILLS = 12
HANDFUL = 40
"""Payments that a life is left at least before it is killed."""


async def test_acknowledged_payments_survive_kills(cast: Cast, path: Path) -> None:
    """Nothing acknowledged is lost, nothing is half done, and the next life goes on."""
    ann, bob = await cast.join(), await cast.join(8, "+79261234567")
    shop = await cast.shop()
    for holder in (ann, bob):
        await cast.fund(holder, 10**9)
    await cast.store.close()
    acknowledged: list[str] = []
    seed = random.randrange(10**6)  # noqa: S311  # printed, so that a failure can be replayed
    moments = random.Random(seed)  # noqa: S311

    for life in range(KILLS):
        acknowledged += _live(path, shop.id, life, HANDFUL + moments.randrange(80))

    done = {row[0] for row in query(path, "SELECT id FROM payments WHERE state = 'done'")}
    held = query(path, "SELECT count(*) FROM payments WHERE state = 'held'")
    lost = [each for each in acknowledged if each not in done]
    assert lost == [], f"seed {seed}"
    assert len(acknowledged) >= KILLS * HANDFUL
    assert held == [(0,)], "hold and settlement are one transaction here"
    assert _faults(path) == []


def _live(path: Path, shop: str, life: int, payments: int) -> list[str]:
    """One life of the paying child, killed after about so many payments."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.crash_child", str(path), shop, str(life)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env=os.environ | {"PURSER_TEST_MASTER": MASTER.hex()},
        text=True,
    ) as child:
        assert child.stdout is not None
        seen = [line.strip() for _, line in zip(range(payments), child.stdout, strict=False)]
        child.send_signal(signal.SIGKILL)
        seen += [line.strip() for line in child.stdout if line.endswith("\n")]
    return [each for each in seen if each]


def _faults(path: Path) -> list[str]:
    with closing(engine.connect(path)) as raw:
        raw.row_factory = engine.Row
        return [f"{each.name} {each.row}" for each in faults(raw)]
