"""The two ways to run a wallet, and what can be broken in each."""

import asyncio
import contextlib
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers import PostgresServer, RedisServer, free_port, postgres, redis
from purser.settings import Settings, load_settings
from tests.torture.outside import TOKEN
from tests.torture.processes import Process, environment_of
from tests.torture.weather import MODES

DISK_MEGABYTES = 1024
SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
CODE_FROM_MINOR = 30_00
OPERATOR_ID = 1002
PUBLIC_URL = "https://wallet.example"


@dataclass(slots=True)
class Engine:
    """One wallet as processes on one database."""

    name: str
    folder: Path
    """For logs, clocks and copies; not the small disk."""
    settings: dict[str, str]
    gateway: str
    parts: dict[str, list[str]]
    """The words of `purser` that start each process."""
    small_disk: Path | None = None
    """Where the books are, if that can be filled up."""
    servers: dict[str, PostgresServer | RedisServer] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)

    @property
    def kills(self) -> list[str]:
        """Every process may die."""
        return [f"kill -9 {name}" for name in self.parts]

    @property
    def kinds(self) -> list[str]:
        """The faults that can be had here, besides kills."""
        gone = [f"{name} gone" for name in self.servers]
        full = ["disk full"] if self.small_disk is not None else []
        storms = [f"{place} storm" for place in MODES]
        return [*gone, *full, *storms, "clock jump", "backup"]

    @property
    def environment(self) -> dict[str, str]:
        """Of a command that the operator types."""
        return environment_of(self.settings)

    def load_settings(self, **changed: str) -> Settings:
        """The same for who opens the wallet in this process."""
        return load_settings(self.settings | changed)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All processes are kept up while the block runs, and are dead after it."""
        self.processes = [
            Process(name, words, self.environment, self.folder)
            for name, words in self.parts.items()
        ]
        try:
            for process in self.processes:
                process.start()
            yield
        finally:
            await asyncio.gather(*(process.end() for process in self.processes))


@contextlib.contextmanager
def sqlite(outside: str) -> Iterator[Engine]:
    """One process on a file, which is on a small disk of its own if that is permitted."""
    with _folder() as folder, _small_disk(folder / "books") as is_mounted:
        port = free_port()
        url = f"sqlite:///{folder / 'books' / 'w.db'}"
        yield Engine(
            name="SQLite",
            folder=folder,
            settings=_settings(outside, url, port),
            gateway=f"http://127.0.0.1:{port}",
            parts={"wallet": ["run"]},
            small_disk=folder / "books" if is_mounted else None,
            notes=[] if is_mounted else ["disk full: NOT TRIED, no tmpfs can be mounted here"],
        )


@contextlib.contextmanager
def postgresql(outside: str) -> Iterator[Engine]:
    """Bot, gateway and two workers as processes on PostgreSQL and Redis, with a webhook."""
    with _folder() as folder, postgres() as books, redis() as memory:
        port = free_port()
        settings = _settings(outside, books.url, port)
        settings |= {"PURSER_REDIS_URL": memory.url, "PURSER_PUBLIC_URL": PUBLIC_URL}
        worker = ["run", "--only", "worker"]
        yield Engine(
            name="PostgreSQL",
            folder=folder,
            settings=settings,
            gateway=f"http://127.0.0.1:{port}",
            parts={
                "bot": ["run", "--only", "bot"],
                "gateway": ["run", "--only", "gateway"],
                "worker-1": worker,
                "worker-2": worker,
            },
            servers={"postgresql": books, "redis": memory},
            notes=["disk full: tried on SQLite only"],
        )


ENGINES = {"sqlite": sqlite, "postgres": postgresql}


def _settings(outside: str, database: str, port: int) -> dict[str, str]:
    return {
        "PURSER_DATABASE_URL": database,
        "PURSER_SECRET_KEY": SECRET_KEY,
        "PURSER_BOT_TOKEN": TOKEN,
        "PURSER_BOT_API_URL": outside,
        "PURSER_HTTP_PORT": str(port),
        "PURSER_SMS_URL": f"{outside}/sms?phone={{phone}}&text={{text}}",
        "PURSER_RATES_URL": "operator:",
        "PURSER_OPERATORS": str(OPERATOR_ID),
        "PURSER_ALLOW_PRIVATE_WEBHOOKS": "true",
        "PURSER_CODE_FROM": f"{CODE_FROM_MINOR // 100} RUB",
    }


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="purser-torture-") as made:
        yield Path(made)


@contextlib.contextmanager
def _small_disk(at: Path) -> Iterator[bool]:
    """Mount a tmpfs at *at*; false where the system does not permit it."""
    at.mkdir()
    size = f"size={DISK_MEGABYTES}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "purser-torture", str(at)]
    is_mounted = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(at)], check=True)
