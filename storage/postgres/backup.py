"""A consistent copy of a PostgreSQL wallet, and back, by pg_dump and pg_restore.

The copy is one file in pg_dump's own format; it is made while the wallet runs and holds
everything that was committed when it began.
"""

import os
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storage.backups import END_OPEN_QUESTIONS, BackupError
from storage.postgres.connection import connect
from storage.postgres.migrate import check_schema, migrate

_IS_EMPTY = """
    SELECT NOT EXISTS (
        SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace
          AND relkind IN ('r', 'v', 'p')
    )
"""
_MAGIC = b"PGDMP"


def back_up(url: str, copy: Path) -> None:
    """Copy the database at *url*, which may be in use, to the new file *copy*.

    Raises:
        BackupError: It cannot be read, pg_dump is missing or older, or *copy* exists.
        DatabaseAwayError: No server answers there.
    """
    with closing(connect(url)) as raw:
        check_schema(raw)
    if copy.exists():
        raise BackupError(f"{copy} exists and is not overwritten")
    part = copy.with_name(f"{copy.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            _run("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", stdout=file)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, copy)  # unlike a rename, it never replaces
    except FileExistsError:
        raise BackupError(f"{copy} exists and is not overwritten") from None
    finally:
        part.unlink(missing_ok=True)


def restore(copy: Path, url: str) -> None:
    """Put *copy* back into the empty database at *url*; open offers and codes are over.

    Raises:
        BackupError: There is no such copy, the database is not empty, or it went wrong.
        SchemaError: The copy is of a newer version.
        DatabaseAwayError: No server answers there.
    """
    if not copy.exists():
        raise BackupError(f"{copy}: there is no such file")
    with copy.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BackupError(f"{copy}: no copy of a PostgreSQL wallet")
    with closing(connect(url)) as raw:
        if not _first(raw, _IS_EMPTY):
            raise BackupError("the database is not empty and is not overwritten")
    options = ("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction")
    _run("pg_restore", url, *options, str(copy))
    with closing(connect(url)) as raw:
        migrate(raw)
        check_schema(raw)
        with raw.transaction():
            raw.execute(b"SET LOCAL statement_timeout = 0")
            for statement in END_OPEN_QUESTIONS:
                raw.execute(statement.encode())


def _run(program: str, url: str, *options: str, stdout: Any = None) -> None:
    """Run *program* on the database; its password is not seen in the list of processes."""
    address, password = without_password(url)
    environment = os.environ | ({} if password is None else {"PGPASSWORD": password})
    try:
        subprocess.run(  # noqa: S603  # our own words
            [program, f"--dbname={address}", *options],
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=True,
        )
    except FileNotFoundError:
        raise BackupError(f"{program} is missing: install PostgreSQL's client programs") from None
    except subprocess.CalledProcessError as exc:
        reason = exc.stderr.decode(errors="replace").strip().splitlines()
        raise BackupError(f"{program}: {reason[0] if reason else exc.returncode}") from None


def without_password(url: str) -> tuple[str, str | None]:
    """The address in *url* without its password, wherever that was, and the password."""
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    password = parts.pop("password", None)
    return make_conninfo(**parts), None if password is None else str(password)


def _first(raw: psycopg.Connection[tuple[Any, ...]], question: str) -> Any:
    row = raw.execute(question.encode()).fetchone()
    return None if row is None else row[0]
