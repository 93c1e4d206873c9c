"""HTML as the Bot API understands it: text and entities, or Telegram's own complaint.

Source: https://core.telegram.org/bots/api#html-style, and the wording of errors as
the open Bot API server gives it. Offsets are UTF-16 code units; offsets in errors are
bytes of UTF-8.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.errors import BadRequestError

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
}
_TAGS = {*_SIMPLE, "a", "pre", "blockquote", "tg-emoji", "tg-time"}
_FLAGS = {"expandable"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
_SPACES = " \t\r\n"
_UNQUOTED = re.compile(r"[0-9A-Za-z.-]*")
_CODE_POINT_MAX = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end tag."""

    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def utf16_length(text: str) -> int:
    """How long Telegram says *text* is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text that *source* marks up, and its entities sorted by place.

    Raises:
        BadRequestError: `can't parse entities`, with the place and the reason.
    """
    return trim(*_Parser(source).parse())


def trim(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """*text* without the space around it, and its entities moved along."""
    shift = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    length = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        end = min(length, entity["offset"] + entity["length"] - shift)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


class _Parser:
    """One pass over the source, as Telegram's own parser makes it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._at < len(self._source):
            if self._source[self._at] != "<":
                self._add(self._character())
            elif self._source.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            self._fail(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._text), self._entities

    def _start_tag(self) -> None:
        begin = self._at
        tag = self._word(begin + 1, stops=">").lower()
        if self._at >= len(self._source):
            self._fail(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in _TAGS:
            self._fail(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        opened = _Open(tag, self._offset)
        while self._skip_spaces() != ">":
            name, value = self._attribute(tag, begin)
            opened.attributes[name] = value
        self._at += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            self._fail(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self._open.append(opened)

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        start = self._at
        name = self._word(start, stops="=>").lower()
        if not name:
            self._fail(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(start)}'
            )
        if self._skip_spaces() != "=":
            if name in _FLAGS and self._at < len(self._source):
                return name, ""
            self._fail(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {self._byte(begin)}'
            )
        self._at += 1
        quote = self._skip_spaces()
        value = self._quoted(quote) if quote in {"'", '"'} else self._unquoted()
        if self._at >= len(self._source):
            self._fail(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return name, value

    def _quoted(self, quote: str) -> str:
        self._at += 1
        value = []
        while self._at < len(self._source) and self._source[self._at] != quote:
            value.append(self._character())
        self._at += 1
        return "".join(value)

    def _unquoted(self) -> str:
        found = _UNQUOTED.match(self._source, self._at)
        value = found.group() if found else ""
        self._at += len(value)
        if self._at < len(self._source) and self._source[self._at] not in _SPACES + ">":
            self._fail(f"Unexpected end of name token at byte offset {self._byte(self._at)}")
        return value.lower()

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            self._fail(f"Unexpected end tag at byte offset {self._byte(begin)}")
        tag = self._word(begin + 2, stops=">").lower()
        if self._skip_spaces() != ">":
            self._fail(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            self._fail(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        span = {"offset": opened.offset, "length": self._offset - opened.offset}
        inside = self._text_from(opened.offset)
        language = opened.attributes.get("class", "").removeprefix("language-")
        outer = self._open[-1] if self._open else None
        if opened.tag == "code" and language and outer and outer.tag == "pre":
            outer.attributes["language"] = language
            return
        match opened.tag:
            case "pre":
                named = opened.attributes.get("language")
                extra = {"type": "pre", **({"language": named} if named else {})}
            case "a":
                url = opened.attributes.get("href") or inside
                if not re.match(r"(https?|tg|ton|mailto|tel):", url):
                    return
                extra = {"type": "text_link", "url": url}
            case "blockquote":
                is_long = "expandable" in opened.attributes
                extra = {"type": "expandable_blockquote" if is_long else "blockquote"}
            case "tg-emoji":
                emoji = opened.attributes.get("emoji-id", "")
                extra = {"type": "custom_emoji", "custom_emoji_id": emoji}
            case "tg-time":
                extra = self._date_time(opened)
            case tag:
                extra = {"type": _SIMPLE[tag]}
        self._entities.append({**extra, **span})

    def _date_time(self, opened: _Open) -> dict[str, Any]:
        unix = opened.attributes.get("unix", "")
        if not unix.isascii() or not unix.isdigit():
            self._fail('Tag "tg-time" must have a valid attribute "unix"')
        shape = opened.attributes.get("format")
        named = {"date_time_format": shape} if shape else {}
        return {"type": "date_time", "unix_time": int(unix), **named}

    def _character(self) -> str:
        """The next character of text, a reference taken as what it stands for."""
        found = _REFERENCE.match(self._source, self._at)
        character = _referred(found) if found else None
        if found is None or character is None:
            self._at += 1
            return self._source[self._at - 1]
        self._at = found.end()
        return character

    def _add(self, character: str) -> None:
        self._text.append(character)
        self._offset += utf16_length(character)

    def _text_from(self, offset: int) -> str:
        everything = "".join(self._text).encode("utf-16-le", "surrogatepass")
        return everything[offset * 2 :].decode("utf-16-le", "surrogatepass")

    def _word(self, start: int, *, stops: str) -> str:
        self._at = start
        while self._at < len(self._source) and self._source[self._at] not in _SPACES + stops:
            self._at += 1
        return self._source[start : self._at]

    def _skip_spaces(self) -> str:
        while self._at < len(self._source) and self._source[self._at] in _SPACES:
            self._at += 1
        if self._at >= len(self._source):
            return ""
        return self._source[self._at]

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode("utf-8", "surrogatepass"))

    def _fail(self, why: str) -> None:
        raise BadRequestError(f"can't parse entities: {why}")


def _referred(found: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > _CODE_POINT_MAX or code in _SURROGATES:
        return None
    return chr(code)
