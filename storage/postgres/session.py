"""One thread's connection: runs a function of the book as one transaction, however often.

What a failure means is told apart here: undone and worth running again, undone for good,
or lost while it committed; of the last PostgreSQL itself knows the outcome, by the number
of the transaction.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
import structlog
from psycopg import errors

from services.errors import UnavailableError
from services.store import NotCommittedError, OutcomeUnknownError
from storage.postgres.book import PostgresBook
from storage.postgres.bundles import bundled
from storage.postgres.connection import DatabaseAwayError, PostgresConnection, connect
from storage.postgres.pauses import jittered, pause

logger = structlog.get_logger(__name__)

T = TypeVar("T")

CONFLICTS_MAX = 20
"""How often a function is run again because others were in its way."""

PATIENCE_SECONDS = 5
"""How long a lost server is waited for."""

_CONFLICTS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,  # another did it first: run again, the function finds it
)
_NOT_NOW = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.InsufficientResources,
    errors.DiskFull,
    errors.OutOfMemory,
    errors.ConfigurationLimitExceeded,
    errors.ReadOnlySqlTransaction,  # a standby that has not been promoted
    errors.IdleInTransactionSessionTimeout,
)
_BEGIN = b"BEGIN ISOLATION LEVEL READ COMMITTED"
_BEGIN_TO_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_NUMBER = b"SELECT pg_current_xact_id()::text"
_STATUS = b"SELECT pg_xact_status(%s::xid8)"
_LIFE = b"SELECT stats_reset::text FROM pg_stat_bgwriter"
"""Changes when the server crashes (or is another): its counters begin again.

After a crash it gives the numbers whose transactions never reached its log once more.
"""


class Session:
    """A connection to *url*, opened when it is first needed and again when it is lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._raw: psycopg.Connection[tuple[Any, ...]] | None = None
        self._writing: PostgresBook | None = None
        self._reading: PostgresBook | None = None
        self._life: str | None = None
        self.commits = self.failures = self.conflicts = 0
        """What became of the functions that wrote; after a conflict one is run again."""

    def write(self, work: Callable[[PostgresBook], T]) -> tuple[T, PostgresBook]:
        """What *work* returned, once it is durable, and the book it wrote in."""
        try:
            written = self._insist(work)
        except UnavailableError:
            self.failures += 1
            raise
        self.commits += 1
        return written

    def _insist(self, work: Callable[[PostgresBook], T]) -> tuple[T, PostgresBook]:
        patience = Patience()
        conflicts = 0
        while True:
            try:
                return self._write_once(work)
            except _CONFLICTS as exc:
                conflicts += 1
                self.conflicts += 1
                if conflicts > CONFLICTS_MAX:
                    if isinstance(exc, errors.UniqueViolation):
                        raise  # a fault of the function, however often it is run
                    raise NotCommittedError from exc
                pause(jittered(2 * 2 ** min(conflicts, 6)))
            except _NOT_NOW as exc:
                logger.warning("not committed", error=type(exc).__name__)
                raise NotCommittedError from exc
            except (DatabaseAwayError, psycopg.OperationalError) as exc:
                patience.spend(exc)

    def read(self, view: Callable[[PostgresBook], T]) -> T:
        """What *view* sees, all of it at one moment."""
        patience = Patience()
        while True:
            try:
                return self._read_once(view)
            except _NOT_NOW as exc:
                raise DatabaseAwayError(reason=type(exc).__name__) from exc
            except (DatabaseAwayError, psycopg.OperationalError) as exc:
                patience.spend(exc)

    def close(self) -> None:
        """Let the connection go."""
        if self._raw is not None:
            with suppress(psycopg.Error):
                self._raw.close()
            self._raw = None

    def _write_once(self, work: Callable[[PostgresBook], T]) -> tuple[T, PostgresBook]:
        raw, book = self._open(), self._writing
        assert book is not None  # noqa: S101  # opened with it
        book.due.was_added = book.inbox.was_added = False
        number: str | None = None
        try:
            with bundled(raw):
                raw.execute(_BEGIN)
                numbered = raw.execute(_NUMBER)
                result = work(book)
                number = str((numbered.fetchone() or ("",))[0])
                committed = raw.execute(b"COMMIT")  # sent, even where this very call fails
        except errors.PipelineAborted as exc:  # a failure was swallowed by the function
            self._undo(raw)
            raise NotCommittedError from exc
        except psycopg.OperationalError as exc:
            self._undo(raw)
            is_lost = self._raw is None
            if number is None or not is_lost or not self._was_committed(number, exc):
                raise
            return result, book
        except BaseException:
            self._undo(raw)
            raise
        if committed.statusmessage != "COMMIT":  # a failure was swallowed by the function
            raise NotCommittedError
        return result, book

    def _read_once(self, view: Callable[[PostgresBook], T]) -> T:
        raw, book = self._open(), self._reading
        assert book is not None  # noqa: S101  # opened with it
        try:
            with bundled(raw):
                raw.execute(_BEGIN_TO_READ)
                seen = view(book)
                raw.execute(b"COMMIT")
        except BaseException:
            self._undo(raw)
            raise
        return seen

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._raw is None:
            self._raw = connect(self._url)
            self._writing = PostgresBook(PostgresConnection(self._raw, locks=True))
            self._reading = PostgresBook(PostgresConnection(self._raw, locks=False))
            try:
                self._life = _first(self._raw, _LIFE)
            except psycopg.Error:
                self.close()
                raise
        return self._raw

    def _undo(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Leave the transaction; a connection that cannot is not used again.

        Which statements of an aborted pipeline are prepared nobody knows: unlike a ROLLBACK
        that is executed, `rollback` forgets them all.
        """
        try:
            raw.rollback()
        except psycopg.Error:
            self.close()

    def _was_committed(self, number: str, cause: BaseException) -> bool:
        """Whether the transaction of that *number* was, asked of the server it was lost by.

        Raises:
            OutcomeUnknownError: The server does not come back, or does not know.
        """
        logger.warning("lost while committing", transaction=number)
        life, deadline = self._life, time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                status = _first(self._open(), _STATUS, number)
            except errors.InvalidParameterValue:
                return False  # it crashed, and knows of no such number
            except (DatabaseAwayError, psycopg.Error):
                self.close()
                pause(100)
                continue
            if status == "committed" and self._life != life:
                break  # it crashed, and the number may be another's by now
            if status in ("committed", "aborted"):
                return status == "committed"
            pause(20)  # its backend has not noticed yet
        raise OutcomeUnknownError from cause


class Patience:
    """How long a lost server is waited for, in all, by one function."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PATIENCE_SECONDS

    def spend(self, cause: Exception) -> None:
        """Wait a little.

        Raises:
            DatabaseAwayError: It was waited long enough.
        """
        if time.monotonic() > self._until:
            if isinstance(cause, DatabaseAwayError):
                raise cause
            raise DatabaseAwayError(reason=type(cause).__name__) from cause
        pause(jittered(200))


def _first(raw: psycopg.Connection[tuple[Any, ...]], question: bytes, *values: str) -> str | None:
    row = raw.execute(question, values).fetchone()
    return None if row is None else row[0]
