"""On which line of a TOML file each value stands: the parser of the library does not say.

Reads only text that the library has understood, so it finds its way by brackets and quotes
and checks nothing.
"""

import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys and places in arrays that lead to a value."""

_QUOTES = ('"""', "'''", '"', "'")
_SPACES = " \t"
_BETWEEN = " \t\r\n,"


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of each key and of each element of an array in *text*."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._line = 1
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        """How many tables of an array of tables there were."""

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_BETWEEN):
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _header(self) -> Path:
        is_array = self._text.startswith("[[", self._place)
        self._go(2 if is_array else 1)
        line, keys = self._line, self._keys()
        self._skip(_SPACES)
        self._go(2 if is_array else 1)
        path = (*self._inside(keys[:-1]), keys[-1])
        if is_array:
            self._counts[path] = self._counts.get(path, -1) + 1
            path += (self._counts[path],)
        elif path in self._counts:
            path += (self._counts[path],)
        self._note(path, line)
        return path

    def _inside(self, keys: list[str]) -> Path:
        """The path of *keys*, in the newest table of each array of tables on the way."""
        path: Path = ()
        for key in keys:
            path += (key,)
            if path in self._counts:
                path += (self._counts[path],)
        return path

    def _pair(self, table: Path) -> None:
        line, keys = self._line, self._keys()
        for end in range(1, len(keys) + 1):
            self._note(table + tuple(keys[:end]), line)
        self._skip(_SPACES)
        self._go(1)  # the equals sign
        self._skip(_SPACES)
        self._value(table + tuple(keys))

    def _keys(self) -> list[str]:
        return list(self._each_key())

    def _each_key(self) -> Iterator[str]:
        while True:
            self._skip(_SPACES)
            start = self._place
            if self._next() in "\"'":
                self._string()
                yield _unquoted(self._text[start : self._place])
            else:
                while self._next() not in " \t=.]":
                    self._go(1)
                yield self._text[start : self._place]
            self._skip(_SPACES)
            if self._next() != ".":
                return
            self._go(1)

    def _value(self, path: Path) -> None:
        opening = self._next()
        if opening in "\"'":
            self._string()
        elif opening == "[":
            self._go(1)
            number = 0
            while self._skip(_BETWEEN) and self._next() != "]":
                self._note((*path, number), self._line)
                self._value((*path, number))
                number += 1
            self._go(1)
        elif opening == "{":
            self._go(1)
            while self._skip(_BETWEEN) and self._next() != "}":
                self._pair(path)
            self._go(1)
        else:
            while self._next() and self._next() not in ",]}#\r\n":
                self._go(1)

    def _string(self) -> None:
        quote = next(each for each in _QUOTES if self._text.startswith(each, self._place))
        self._go(len(quote))
        while not self._text.startswith(quote, self._place):
            self._go(2 if quote[0] == '"' and self._next() == "\\" else 1)
        self._go(len(quote))
        while len(quote) > 1 and self._next() == quote[0]:  # it may end in two more of them
            self._go(1)

    def _skip(self, characters: str) -> bool:
        """Pass by *characters* and comments; whether anything is left."""
        while self._next() and (self._next() in characters or self._next() == "#"):
            if self._next() == "#":
                while self._next() not in ("\n", ""):
                    self._go(1)
            else:
                self._go(1)
        return bool(self._next())

    def _next(self) -> str:
        return self._text[self._place : self._place + 1]

    def _go(self, count: int) -> None:
        self._line += self._text.count("\n", self._place, self._place + count)
        self._place += count

    def _note(self, path: Path, line: int) -> None:
        self._lines.setdefault(path, line)


def _unquoted(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"])
