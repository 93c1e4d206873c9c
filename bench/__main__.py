"""`python -m bench`, `purser bench`: the tables of ratios, all from one run.

Quick by default, a few minutes; `--full` grows a database to a million wallets and
soaks for an hour.
"""

import argparse
import asyncio
import logging
import time
from collections.abc import Callable

import structlog

from bench import (
    chat,
    codes,
    commands,
    growth,
    memory,
    papers,
    postgres,
    providers,
    servers,
    shops,
    soak,
    start,
    write_path,
)

Section = Callable[[], str]
SOAK_MINUTES_QUICK = 1
SIZES_QUICK = (1_000, 5_000)
"""Wallets on PostgreSQL, which is filled more slowly."""


def sections(*, full: bool) -> dict[str, Section]:
    """What is measured, by title, in the order it is printed."""
    sizes = growth.FULL if full else growth.QUICK
    minutes = soak.MINUTES if full else SOAK_MINUTES_QUICK
    holders = memory.FULL if full else memory.QUICK
    return {
        "A payment on SQLite": lambda: write_path.table(asyncio.run(write_path.measure())),
        "A payment on PostgreSQL": lambda: postgres.table(postgres.measure()),
        "A payment to a provider": lambda: providers.table(
            asyncio.run(providers.measure()), providers.find()
        ),
        "Shops over HTTP": lambda: shops.table(shops.measure()),
        "An update": lambda: chat.table(asyncio.run(chat.measure())),
        "Each command and call": lambda: commands.table(asyncio.run(commands.measure())),
        "Growth on SQLite": lambda: growth.table(asyncio.run(growth.measure(sizes))),
        "Growth on PostgreSQL": lambda: _growth_on_postgres(sizes[:2] if full else SIZES_QUICK),
        "Codes on poor photos": lambda: codes.table(codes.measure()),
        "Documents": lambda: papers.table(asyncio.run(papers.measure())),
        "A start": lambda: start.table(asyncio.run(start.measure())),
        "Memory": lambda: memory.table(asyncio.run(memory.measure(holders))),
        f"A long run, {minutes} min": lambda: soak.table(
            asyncio.run(soak.soak(minutes=minutes, rate=soak.RATE))
        ),
    }


def _growth_on_postgres(sizes: tuple[int, ...]) -> str:
    with servers.postgres() as server:
        return growth.table(asyncio.run(growth.measure(sizes, server)))


def main(*, full: bool = False, only: str = "") -> None:
    """Print the tables; *only* those with that word in their title."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for title, section in sections(full=full).items():
        if only.casefold() in title.casefold():
            began = time.monotonic()
            print(f"## {title}\n\n{section()}\n\n({time.monotonic() - began:.0f} s)\n", flush=True)


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million wallets, and an hour")
    parser.add_argument("--only", default="", metavar="WORD", help="tables with it in the title")
    return parser.parse_args()


if __name__ == "__main__":
    main(**vars(_chosen()))
