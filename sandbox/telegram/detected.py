"""What Telegram itself makes tappable in a text: addresses, commands, mentions."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.telegram.entities import utf16_length

_PATTERNS = {
    "url": re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)\]']"),
    "bot_command": re.compile(r"(?<![\w/.:])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@.])@[A-Za-z]\w{3,31}\b"),
}


def detect(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """*entities* and the ones found in *text*, except inside code and links."""
    closed = [e for e in entities if e["type"] in {"code", "pre", "text_link"}]
    found = [entity for entity in _found(text) if not _overlaps(entity, closed)]
    return sorted([*entities, *found], key=lambda e: (e["offset"], -e["length"]))


def _found(text: str) -> Iterator[dict[str, Any]]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            yield {"type": kind, "offset": offset, "length": utf16_length(match.group())}


def _overlaps(entity: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return any(o["offset"] < end and start < o["offset"] + o["length"] for o in others)
