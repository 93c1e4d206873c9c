"""Bodies of Bot API calls: JSON, urlencoded forms, and multipart forms with files."""

import json
import mimetypes
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import Upload

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_PARAMETER = re.compile(r'(\w+)\*?=(?:"([^"]*)"|([^;\s]+))')


def parse_body(content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Values and files of a call.

    Raises:
        BadRequestError: The body is not what its content type says.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return _from_json(body), {}
        if kind == "multipart/form-data":
            return _from_multipart(content_type, body)
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    except ValueError as exc:
        raise BadRequestError("can't parse the request body") from exc


def upload_of(name: str, content: bytes) -> Upload:
    """A file whose type is told by its name, as Telegram tells it."""
    return Upload(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)


def _from_json(body: bytes) -> dict[str, Any]:
    values = json.loads(body or b"{}")
    if not isinstance(values, dict):
        raise BadRequestError("can't parse JSON object")
    return values


def _from_multipart(content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadRequestError("boundary is missing")
    values: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for head, content in _parts(body, found.group(1).encode()):
        disposition = head.get("content-disposition", "")
        names = {name: plain or bare for name, plain, bare in _PARAMETER.findall(disposition)}
        name = names.get("name", "")
        if "filename" in names:
            files[name] = upload_of(names["filename"], content)
        else:
            values[name] = content.decode()
    return values, files


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if part.startswith(b"--"):
            return
        head, _, content = part.partition(b"\r\n\r\n")
        lines = head.decode().strip().split("\r\n")
        pairs = (line.partition(":") for line in lines)
        yield {name.strip().lower(): value.strip() for name, _, value in pairs}, content
