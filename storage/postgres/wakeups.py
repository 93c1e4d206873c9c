"""Tells the other processes that there is something to do, and hears it from them.

A NOTIFY inside the use case's own transaction would make commits wait for one another, so
it is sent after the commit, for all that was committed meanwhile.  One that is lost costs
the worker's next poll and nothing else.
"""

import select
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import structlog

from storage.postgres.connection import DatabaseAwayError, connect
from storage.postgres.pauses import pause

logger = structlog.get_logger(__name__)

CHANNEL = "purser"
TOGETHER_MS = 10
"""At most one NOTIFY in so much time, for all who commit in it."""

RETRY_SECONDS = 1


class Wakeups:
    """Two threads: one listens, one sends; *hear* is called in the first."""

    def __init__(self, url: str, hear: Callable[[str], None]) -> None:
        self._url = url
        self._hear = hear
        self._topics = set[str]()
        self._changed = threading.Condition()
        self._ends = socket.socketpair()
        """Something to read at the second means: stop listening."""
        self._is_closing = False
        self._is_started = False
        self._threads = [
            threading.Thread(target=each, name=f"purser-{each.__name__.strip('_')}", daemon=True)
            for each in (self._listen, self._send)
        ]

    def start(self) -> None:
        """Begin to listen, and to tell."""
        self._is_started = True
        for thread in self._threads:
            thread.start()

    def tell(self, topic: str) -> None:
        """Have the others know of *topic*; returns at once."""
        with self._changed:
            self._topics.add(topic)
            self._changed.notify()

    def close(self) -> None:
        """Stop both; again is the same."""
        with self._changed:
            if self._is_closing:
                return
            self._is_closing = True
            self._changed.notify()
        self._ends[0].send(b".")
        for thread in self._threads if self._is_started else ():
            thread.join()
        for end in self._ends:
            end.close()

    def _listen(self) -> None:
        while not self._is_closing:
            try:
                with closing(connect(self._url)) as raw:
                    raw.execute(f"LISTEN {CHANNEL}".encode())
                    self._hear("")  # of what was told before, nothing is known
                    waiting = select.poll()  # unlike select, whatever the number of files
                    for each in (raw.fileno(), self._ends[1].fileno()):
                        waiting.register(each, select.POLLIN)
                    while not self._is_closing:
                        waiting.poll()
                        for notice in raw.notifies(timeout=0):
                            self._hear(notice.payload)
            except (DatabaseAwayError, psycopg.Error) as exc:
                logger.info("not listening", error=type(exc).__name__)
                self._pause(RETRY_SECONDS)

    def _send(self) -> None:
        raw = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._topics or self._is_closing)
                topics, self._topics = self._topics, set()
                if self._is_closing and not topics:
                    break
            try:
                raw = raw or connect(self._url)
                for topic in topics:
                    raw.execute(b"SELECT pg_notify(%s, %s)", (CHANNEL, topic))
            except (DatabaseAwayError, psycopg.Error):
                _drop(raw)
                raw = None
                self._pause(RETRY_SECONDS)
            else:
                pause(TOGETHER_MS)
        _drop(raw)

    def _pause(self, seconds: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closing, timeout=seconds)


def _drop(raw: psycopg.Connection[tuple[Any, ...]] | None) -> None:
    if raw is not None:
        raw.close()
