"""`python -m tests.torture`: storms on both engines, and a table of what they came to."""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.torture.engines import ENGINES
from tests.torture.storm import torture

MINUTES, PEOPLE = 2.0, 16
SHORT_SECONDS, SHORT_PEOPLE = 12.0, 6


def main() -> int:
    """Exit with 1 where anything was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which faults come, in which order")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of each storm")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="both")
    parser.add_argument("--logs", type=Path, help="where to leave the processes' logs")
    parser.add_argument("--short", action="store_true", help="some seconds, as in the tests")
    asked = parser.parse_args()
    seconds = SHORT_SECONDS if asked.short else asked.minutes * 60
    people = SHORT_PEOPLE if asked.short else asked.people
    violations = 0
    for engine in ENGINES if asked.engine == "both" else [asked.engine]:
        report = asyncio.run(
            torture(engine, seed=asked.seed, seconds=seconds, people=people, logs=asked.logs)
        )
        sys.stdout.write(f"{report.table()}\n\n")
        sys.stdout.flush()
        violations += len(report.violations)
    return 1 if violations else 0


sys.exit(main())
