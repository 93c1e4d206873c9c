"""`python -m tests.simulation`: many seeds, one table; or one seed, told line by line."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable

from tests.simulation.world import Report, simulate


def main(arguments: list[str] | None = None) -> int:
    """Run what *arguments* say; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (1)")
    parser.add_argument("--seconds", type=int, help="begin no other after so many seconds")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--trace", action="store_true", help="print every step of it")
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        wanted: Iterable[int] = (asked.seed,)
    else:
        wanted = range(asked.first, asked.first + asked.seeds)
    started = time.monotonic()
    total = Total()
    for seed in wanted:
        if asked.seconds is not None and time.monotonic() - started > asked.seconds:
            break
        report = simulate(seed, is_printed=asked.trace)
        total.add(report)
        if asked.seed is not None:
            sys.stdout.write(f"digest {report.digest}\n")
        if report.violations:
            sys.stdout.write(f"{told(report)}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{total.table(time.monotonic() - started)}\n")
    return 1 if total.broken else 0


def told(report: Report) -> str:
    """A seed that broke a promise: its number, how it came to that, and how to see it again."""
    return "\n".join(
        (
            f"--- seed {report.seed}: the last steps ---",
            *report.tail,
            *(f"VIOLATION {each}" for each in report.violations),
            f"replay: python -m tests.simulation --seed {report.seed} --trace",
        )
    )


class Total:
    """What all the seeds came to."""

    def __init__(self) -> None:
        self.seeds = 0
        self.broken: list[int] = []
        self._sums = Counter[str]()
        self._faults = Counter[str]()
        self._acknowledged = Counter[str]()
        self._refused = Counter[str]()

    def add(self, report: Report) -> None:
        """Count one more."""
        self.seeds += 1
        if report.violations:
            self.broken.append(report.seed)
        for name in ("steps", "asked", "writes", "reads", "kills"):
            self._sums[name] += getattr(report, name)
        self._sums["seconds"] += round(report.seconds)
        self._faults += report.faults
        self._acknowledged += report.acknowledged
        self._refused += report.refused

    def table(self, seconds: float) -> str:
        """All of it, a line each."""
        rows = [
            ("seeds", self.seeds),
            ("hours of simulated time", self._sums["seconds"] // 3600),
            ("steps of the scheduler", self._sums["steps"]),
            ("wishes, each asked until answered", self._sums["asked"]),
            ("functions committed", self._sums["writes"]),
            ("functions that read", self._sums["reads"]),
            ("processes killed", self._sums["kills"]),
            *((f"acknowledged: {name}", n) for name, n in sorted(self._acknowledged.items())),
            *((f"refused: {name}", n) for name, n in sorted(self._refused.items())),
            *((f"fault: {name}", n) for name, n in sorted(self._faults.items())),
            ("faults injected", self._faults.total()),
            ("violations", len(self.broken)),
        ]
        lines = [f"{name:<42} {number:>12,}" for name, number in rows]
        pace = self.seeds * 60 / seconds
        lines.append(f"{seconds:.0f} s, {pace:.0f} seeds a minute")
        if self.broken:
            lines.append(f"broken by seeds {', '.join(map(str, self.broken[:20]))}")
        return "\n".join(lines)
