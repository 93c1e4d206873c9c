"""One process serves a file: a second one is refused while the first lives.

Short commands of the operator do not take the lock; they write through SQLite's own
locking and leave checkpoints to the process that serves.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ServedElsewhereError(RuntimeError):
    """Another process serves this database."""


@contextmanager
def serving(path: Path) -> Iterator[None]:
    """Hold the lock of the database *path*; the system frees it when the process dies.

    Raises:
        ServedElsewhereError: Another process holds it.
    """
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServedElsewhereError(f"{path} is served by another process") from None
        yield
    finally:
        os.close(descriptor)
