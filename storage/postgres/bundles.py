"""Statements that wait for one another are sent together, in one packet.

psycopg's pipeline sends each statement when it is executed, which wakes the server for each.
Here they go out when somebody asks for rows, and at the end.  psycopg has no public way to
do this, so its private names are used here and nowhere else;
`tests/storage/test_postgres_bundles.py` breaks if an upgrade moves them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

Raw = psycopg.Connection[tuple[Any, ...]]


class _Bundles(psycopg.Pipeline):
    """A pipeline that sends only when it must."""

    _must_send = False

    def _communicate_gen(self) -> PQGen[None]:
        """Asked to by every statement."""
        if self._must_send:
            yield from super()._communicate_gen()

    def _fetch_gen(self, *, flush: bool) -> PQGen[None]:
        """Rows are wanted: send first what was held back."""
        if self.command_queue:
            yield from super()._communicate_gen()
        yield from super()._fetch_gen(flush=flush)

    def _exit_gen(self) -> PQGen[None]:
        self._must_send = True
        try:
            yield from super()._exit_gen()
        except errors.PipelineAborted as exc:
            # What failed was answered before the rest was sent; it is why the rest was not done.
            if isinstance(exc.__context__, psycopg.Error):
                raise exc.__context__ from None
            raise


@contextmanager
def bundled(raw: Raw) -> Iterator[None]:
    """Hold statements back within the block until their rows are wanted, or it ends."""
    with raw.lock:
        raw._check_connection_ok()  # noqa: SLF001  # see above
        pipeline = raw._pipeline = _Bundles(raw)  # noqa: SLF001
    try:
        with pipeline:
            yield
    finally:
        raw._pipeline = None  # noqa: SLF001
