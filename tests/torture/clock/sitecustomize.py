"""Loaded by Python itself in every process of the tortured wallet: its wall clock can jump.

`PURSER_TORTURE_CLOCK` would be refused as a setting, so the variable has a name of its own.
It names a file of eight bytes: by how many microseconds this process's clock is wrong.
"""

import mmap
import os
from datetime import datetime, timedelta
from pathlib import Path

from services import clock

_WRONG_BY = os.environ.get("TORTURE_CLOCK")

if _WRONG_BY is not None:
    with Path(_WRONG_BY).open("r+b") as opened:
        _shared = mmap.mmap(opened.fileno(), 8)
    _right = clock.system_clock

    def wrong_clock() -> datetime:
        """The machine's time and what was added to it last."""
        return _right() + timedelta(
            microseconds=int.from_bytes(_shared[:8], "little", signed=True)
        )

    clock.system_clock = wrong_clock
