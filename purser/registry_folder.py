"""Daily registries as files: whole or not there, for whoever sends them on."""

import os
import tempfile
from pathlib import Path

from services.registries import Registry


def put(registry: Registry, folder: Path) -> Path:
    """Write the file into *folder*, which is made; again it is the same file.

    Raises:
        OSError: It cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / registry.name
    handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(registry.content.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
