"""The master key: from the settings, or a file beside the database made on first start."""

import base64
import binascii
import os
import secrets
from pathlib import Path

from purser.settings import Settings, SettingsError
from services.vault import KEY_BYTES


def key_file(settings: Settings) -> Path:
    """Where the key is kept when the settings do not give it: `purser.db` → `purser.key`.

    Beside the file of SQLite; for another engine, in the folder that the program runs in.
    """
    if settings.has_postgres:
        return Path("purser.key")
    return settings.database_path.with_suffix(".key")


def master_key(settings: Settings, *, may_make: bool) -> bytes:
    """The 32 bytes that wrap the data keys.

    Raises:
        SettingsError: The key is missing and *may_make* is false, or it is no such key.
    """
    if settings.secret_key is not None:
        return _decoded(settings.secret_key.get_secret_value(), "PURSER_SECRET_KEY")
    path = key_file(settings)
    if not path.exists():
        if not may_make:
            raise SettingsError(f"{path}: the master key of this database is missing")
        _make(path)
    return _decoded(path.read_text("ascii"), str(path))


def _make(path: Path) -> None:
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES))
    # Never readable by others, not even for a moment; never in place of another key.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{where}: not base64 of {KEY_BYTES} bytes")
    return key
