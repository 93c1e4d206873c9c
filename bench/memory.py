"""What a running wallet holds: after its first answer, and with many wallets in use."""

import base64
import random
import tempfile
from pathlib import Path

from bench import filling
from bench.start import answered

QUICK, FULL = 5_000, 100_000
ANSWERS = 2_000
"""Updates of as many different people."""


async def measure(holders: int = QUICK) -> dict[str, int]:
    """Kilobytes resident, by what was done."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        found["empty database, one answer"] = (await answered(Path(made), [7]))[2]
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        folder = Path(made)
        template = await filling.begin(folder / "w.db")
        filling.grow(folder / "w.db", template, holders)
        chosen = random.Random(holders).sample(range(1, holders + 1), ANSWERS)  # noqa: S311
        people = [int(filling.phone_of(number)) for number in chosen]
        master = base64.b64encode(bytes(32)).decode()
        for name, asking in (("one answer", people[:1]), (f"{ANSWERS:,} answers", people)):
            _, _, resident = await answered(folder, asking, PURSER_SECRET_KEY=master)
            found[f"{holders:,} wallets, {name}"] = resident
    return found


def table(found: dict[str, int]) -> str:
    """As Markdown."""
    lines = ["| `purser run` | resident |", "| --- | --- |"]
    lines += [f"| {name} | {kilobytes // 1024} MB |" for name, kilobytes in found.items()]
    return "\n".join(lines)
