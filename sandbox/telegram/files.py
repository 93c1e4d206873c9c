"""Files that went through the pretend Telegram, kept in memory."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import ApiError, BadRequestError

SIZE_MAX = 50 * 1024 * 1024
"""Source: https://core.telegram.org/bots/api#sending-files"""
FETCHED_SIZE_MAX = 20 * 1024 * 1024
"""Source: https://core.telegram.org/bots/api#getfile"""
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    mime_type: str
    body: bytes


class Files:
    """File ids to bytes."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Upload]] = {}

    def keep(self, folder: str, upload: Upload) -> dict[str, Any]:
        """Store *upload*; what every kind of file says of itself.

        Raises:
            BadRequestError: The file is empty.
            ApiError: 413, the file is larger than bots may send.
        """
        if not upload.body:
            raise BadRequestError("file must be non-empty")
        if len(upload.body) > SIZE_MAX:
            raise ApiError(413, "Request Entity Too Large")
        number = len(self._kept) + 1
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        file_id = f"{folder.upper()}-{number:08}"
        self._kept[file_id] = (f"{folder}/file_{number}.{suffix}", upload)
        return self._facts(file_id)

    def describe(self, file_id: str) -> dict[str, Any]:
        """The answer to getFile.

        Raises:
            BadRequestError: There is no such file, or it is larger than bots may fetch.
        """
        if file_id not in self._kept:
            raise BadRequestError("wrong file_id or the file is temporarily unavailable")
        facts = self._facts(file_id)
        if facts["file_size"] > FETCHED_SIZE_MAX:
            raise BadRequestError("file is too big")
        return {**facts, "file_path": self._kept[file_id][0]}

    def upload(self, file_id: str) -> Upload | None:
        """What was sent under this id."""
        kept = self._kept.get(file_id)
        return kept[1] if kept else None

    def at_path(self, path: str) -> Upload | None:
        """What getFile says is to be fetched at *path*."""
        return next((upload for at, upload in self._kept.values() if at == path), None)

    def _facts(self, file_id: str) -> dict[str, Any]:
        size = len(self._kept[file_id][1].body)
        return {"file_id": file_id, "file_unique_id": f"U{file_id}", "file_size": size}


def picture_type(body: bytes) -> str:
    """What kind of picture it is, by its first bytes."""
    return "image/png" if body.startswith(_PNG) else "image/jpeg"


def picture_size(body: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG.

    Raises:
        BadRequestError: It is neither, so Telegram would not show it.
    """
    if body.startswith(_PNG) and len(body) >= 24:  # noqa: PLR2004  # signature, IHDR and both
        width, height = struct.unpack(">II", body[16:24])
        return width, height
    if body.startswith(_JPEG):
        for marker, segment in _segments(body):
            if marker in _JPEG_FRAMES and len(segment) >= 5:  # noqa: PLR2004  # depth and both
                height, width = struct.unpack(">HH", segment[1:5])
                return width, height
    raise BadRequestError("IMAGE_PROCESS_FAILED")


def _segments(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(body) and body[at] == 0xFF:  # noqa: PLR2004  # every marker begins so
        (length,) = struct.unpack(">H", body[at + 2 : at + 4])
        yield body[at + 1], body[at + 4 : at + 2 + length]
        at += 2 + length
