"""Files that an operator sends on: written whole, and never over another."""

import os
from pathlib import Path


def write_new(target: Path, content: bytes) -> None:
    """Write a file that is not there yet; it is whole, or not there.

    Raises:
        FileExistsError: Something has that name.
        OSError: It cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, target)  # unlike a rename, it takes nobody's place
    finally:
        part.unlink(missing_ok=True)
