"""Functions that share one commit; everything here runs in a connection's thread."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from services.store import NotCommittedError
from storage.sqlite.book import SqliteBook
from storage.sqlite.engine import sqlite3

logger = structlog.get_logger(__name__)

_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)
_PRIMARY = 0xFF
"""The part of SQLite's error codes that names the kind."""


@dataclass(slots=True, eq=False)
class Job:
    """A function on its way through the writing thread, and what became of it."""

    work: Callable[[SqliteBook], Any]
    settled: asyncio.Future[None]
    result: Any = None
    error: BaseException | None = None


def commit_together(book: SqliteBook, jobs: list[Job]) -> bool:
    """Leave in each job its result or its error; all of it is durable on return.

    True where the commit failed.
    """
    try:
        _transact(book, jobs)
    except BaseException as exc:
        logger.exception("not committed", functions=len(jobs))
        for job in jobs:  # refusals too: they may rest on what was undone
            job.error = NotCommittedError()
            job.error.__cause__ = exc
        return True
    return False


def _transact(book: SqliteBook, jobs: list[Job]) -> None:
    connection = book.connection
    try:
        # IMMEDIATE takes the write lock now: a later upgrade could fail halfway.
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            _attempt(connection, book, job)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _attempt(connection: sqlite3.Connection, book: SqliteBook, job: Job) -> None:
    """Run one function in its own savepoint, so that its failure is its own.

    Some failures (disk full, out of memory) make SQLite end the whole transaction;
    then the savepoint is gone, undoing to it fails, and with it the whole group.
    """
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.work(book)
    except BaseException as exc:  # noqa: BLE001  # whatever it is, it is its caller's
        job.error = _told(exc)
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")


def _told(exc: BaseException) -> BaseException:
    """What the caller is told: that nothing was kept, where the disk could not take it."""
    kind = getattr(exc, "sqlite_errorcode", 0) & _PRIMARY  # not every error of it has one
    if kind not in _NO_ROOM:
        return exc
    logger.error("the disk took nothing", error=str(exc))
    refusal = NotCommittedError()
    refusal.__cause__ = exc
    return refusal
