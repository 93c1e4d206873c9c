"""Throw-away PostgreSQL and Redis servers, for measuring and for tests.

They run in a folder of their own on a free port, with the settings that a wallet needs:
whatever is acknowledged is on disk.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import SystemRandom

import psycopg

BELOW_THE_SYSTEMS = range(18_000, 32_000)
WAIT_SECONDS_MAX = 60
_POLL_SECONDS = 0.02
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "deadlock_timeout": "100ms",
    "logging_collector": "off",
}


class PostgresServer:
    """One cluster in *folder*; `url` names its database `purser`."""

    def __init__(self, folder: Path, port: int, *, durable: bool) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        self._port = port
        self._programs = _postgres_programs()
        self._account = _account(folder)
        self._run("initdb", "-k", "-A", "trust", "-U", "purser", "-E", "UTF8", "--locale=C")
        settings = _SETTINGS | {"port": str(port), "fsync": "on" if durable else "off"}
        with (self._data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    @property
    def url(self) -> str:
        """Where the database is."""
        return self.url_of("purser")

    def url_of(self, database: str) -> str:
        """Where the *database* of that name is."""
        return f"postgresql://purser@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._run("pg_ctl", "-w", "-t", str(WAIT_SECONDS_MAX), "-l", str(self._log), "start")

    def stop(self) -> None:
        """Stop it as an operator would, breaking connections."""
        self._run("pg_ctl", "-w", "-m", "fast", "stop")

    def kill(self) -> None:
        """Kill it with all its processes, as the system would when memory is short."""
        parent = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        children = _children(parent)
        for process in (parent, *children):
            _kill(process)
        _wait(lambda: not any(map(_is_alive, (parent, *children))), "PostgreSQL to die")
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def create(self, database: str, *, template: str = "template1") -> str:
        """Make a database, empty or as *template* is; returns where it is."""
        self._tell(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url_of(database)

    def drop(self, database: str) -> None:
        """Remove a database, with those who are connected to it."""
        self._tell(f"DROP DATABASE {database} WITH (FORCE)")

    def program(self, name: str) -> str:
        """Where a program of this server's version is."""
        return str(self._programs / name)

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._data), *arguments]
        subprocess.run(  # noqa: S603
            command, check=True, stdout=subprocess.DEVNULL, cwd="/", user=self._account
        )


class RedisServer:
    """One Redis that keeps nothing on disk; `url` names it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, and return when it answers."""
        options = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1")
        self._process = subprocess.Popen(  # noqa: S603
            ["redis-server", "--port", str(self._port), "--dir", str(self._folder), *options],  # noqa: S607
            stdout=subprocess.DEVNULL,
        )
        _wait(lambda: _answers(self._port), "Redis to answer")

    def stop(self) -> None:
        """Stop it; again is the same."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(WAIT_SECONDS_MAX)
            self._process = None

    def kill(self) -> None:
        """Kill it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(WAIT_SECONDS_MAX)
            self._process = None


@contextmanager
def postgres(*, durable: bool = True) -> Iterator[PostgresServer]:
    """A running PostgreSQL with an empty database; gone with its data afterwards.

    One that is not *durable* loses what it acknowledged with the power, and is quicker.
    """
    folder = Path(tempfile.mkdtemp(prefix="purser-postgres-"))
    folder.chmod(0o755)
    try:
        server = PostgresServer(folder, free_port(), durable=durable)
        server.start()
        try:
            server.create("purser")
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[RedisServer]:
    """A running Redis; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="purser-redis-"))
    server = RedisServer(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port nobody listens on, and that the system gives to nobody who calls from it.

    A client of a killed server could be given the server's own port, which it then lacks.
    """
    while True:
        port = SystemRandom().choice(BELOW_THE_SYSTEMS)
        with closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def _postgres_programs() -> Path:
    """Where the newest installed server has its programs; Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    if found:
        return found[-1]
    program = shutil.which("pg_ctl")
    if program is None:
        raise RuntimeError("PostgreSQL is not installed: `make servers` installs it")
    return Path(program).parent


def _version(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdigit() else 0


def _account(folder: Path) -> str | None:
    """Who runs the server: it refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    pwd.getpwnam("postgres")
    shutil.chown(folder, "postgres")
    return "postgres"


def _children(parent: int) -> list[int]:
    return [
        int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    ]


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(until: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(_POLL_SECONDS)
