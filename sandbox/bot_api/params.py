"""The parameters of one call, however they were written."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.telegram.detected import detect
from sandbox.telegram.entities import parse_html, trim
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import Upload

_ATTACHED = "attach://"


class Params:
    """Typed access to values that are strings in a form and anything in JSON."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload]) -> None:
        self._values = values
        self._files = files

    def text(self, name: str) -> str | None:
        """A string, or None if it was not given."""
        value = self._values.get(name)
        return None if value is None else str(value)

    def integer(self, name: str) -> int | None:
        """A whole number.

        Raises:
            BadRequestError: It is something else.
        """
        value = self.text(name)
        try:
            return int(value) if value else None
        except ValueError as exc:
            raise BadRequestError(f"parameter {name} must be an Integer") from exc

    def flag(self, name: str) -> bool:
        """True for what Telegram takes as true."""
        return (self.text(name) or "").lower() in {"true", "1", "yes"}

    def json(self, name: str) -> Any:
        """A value with parts, which forms hold as JSON.

        Raises:
            BadRequestError: It is no JSON.
        """
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as exc:
            spoken = name.replace("_", " ")
            raise BadRequestError(f"can't parse {spoken} JSON object") from exc

    def upload(self, name: str) -> Upload | str:
        """A file that came along, or the id of one Telegram has.

        Raises:
            BadRequestError: Neither was given.
        """
        value = self.text(name)
        key = value.removeprefix(_ATTACHED) if value else name
        if key in self._files:
            return self._files[key]
        if not value or value.startswith(_ATTACHED):
            raise BadRequestError(f"there is no {name} in the request")
        return value

    def formatted(self, name: str, entities_name: str) -> tuple[str, list[dict[str, Any]]]:
        """A text with its entities, parsed as `parse_mode` says.

        Raises:
            BadRequestError: The markup is wrong, or of a kind the sandbox does not know.
        """
        source = self.text(name) or ""
        mode = (self.text("parse_mode") or "").lower()
        if mode not in {"", "html"}:
            raise BadRequestError("unsupported parse_mode")
        if mode == "html":
            text, entities = parse_html(source)
        else:
            text, entities = trim(source, self.json(entities_name) or [])
        return text, detect(text, entities)
