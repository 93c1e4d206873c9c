"""Reading a TOML file that a person has written: all that is wrong, and on which line.

A table is asked for each key that it may have; what is then left over is unknown, and
perhaps a slip of the pen.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from purser.toml_lines import Path, lines_of

_JOINERS = str.maketrans("", "", "\u200c\u200d")


class TomlProblemsError(Exception):
    """The file cannot be used; one line for each problem, `FILE:LINE: what and what to do`."""


class Literal(str):
    """A number with a point as it stands in the file: no binary fraction comes near money."""

    __slots__ = ()


class Document:
    """The file: its values, the lines they stand on, and what was found to be wrong."""

    def __init__(self, text: str, name: str) -> None:
        """*name*: what problems call the file.

        Raises:
            TomlProblemsError: It is no TOML.
        """
        self._name = name
        self._problems: list[tuple[int, str]] = []
        try:
            values = tomllib.loads(text, parse_float=Literal)
        except tomllib.TOMLDecodeError as exc:
            raise TomlProblemsError(f"{name}:{_line_of(exc, text)}: no TOML: {exc}") from None
        self._lines = lines_of(text)
        self.root = Table(self, (), values)

    def problem(self, path: Path, what: str) -> None:
        """Note that the value at *path* cannot be used, and what would be right."""
        line = 1
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                line = self._lines[path[:end]]
                break
        self._problems.append((line, what))

    def finish(self) -> None:
        """Refuse the file if anything is wrong with it.

        Raises:
            TomlProblemsError: All of it, in the order of lines.
        """
        if self._problems:
            found = sorted(dict.fromkeys(self._problems))
            raise TomlProblemsError(
                "\n".join(f"{self._name}:{line}: {what}" for line, what in found)
            )


class Table:
    """One table of the file; keys are taken out of it, and what stays is unknown.

    What is missing or wrong is noted, and something harmless is returned, so that reading
    goes on and finds the rest.
    """

    def __init__(
        self,
        document: Document,
        path: Path,
        values: Mapping[str, Any],
        like: "Table | None" = None,
    ) -> None:
        """*like*: another table, whose keys count where this one has none of their own."""
        self.document = document
        self.path = path
        inherited = {} if like is None else like.all()
        self._values = inherited | dict(values)
        self._places = {} if like is None else dict.fromkeys(inherited.keys() - values, like.path)
        self._asked: list[str] = []

    def path_of(self, key: str) -> Path:
        """Where the value of *key* stands, or would."""
        return (*self._places.get(key, self.path), key)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def wrong(self, key: str, what: str) -> None:
        """Note that the value of *key* cannot be used."""
        self.document.problem(self.path_of(key), what)

    def value(self, key: str) -> Any:
        """Whatever stands there; None where nothing does."""
        self._asked.append(key)
        return self._values.get(key)

    def text(self, key: str, *, default: str | None = None, most: int = 200) -> str:
        """A line of text that can be shown; needed where it has no *default*."""
        found = self.value(key)
        if found is None:
            if default is None:
                self.wrong(key, f"`{key}` is missing: give a text")
            return default or ""
        if not isinstance(found, str) or isinstance(found, Literal):
            self.wrong(key, f"`{key}` is a text: put it in quotes")
            return ""
        if len(found) > most or not _is_shown(found) or found != found.strip():
            self.wrong(
                key, f"`{key}` is one line of at most {most} characters, without spaces around"
            )
        return found

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there."""
        found = self.value(key)
        if found is not None and not isinstance(found, bool):
            self.wrong(key, f"`{key}` is true or false")
        return found is True

    def number(self, key: str, *, default: int, least: int, most: int) -> int:
        """A whole number in a range."""
        found = self.value(key)
        if found is None:
            return default
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            self.wrong(key, f"`{key}` is a whole number from {least} to {most}")
            return default
        return found

    def decimal(self, key: str) -> str | None:
        """A number that is not negative as text, written as one or in quotes."""
        found = self.value(key)
        if found is None:
            return None
        written = decimal_text(found)
        if written is None:
            self.wrong(key, f"`{key}` is a number, such as 50 or 2.5")
        return written

    def choice(self, key: str, choices: Iterable[str], *, default: str) -> str:
        """One of *choices*."""
        found = self.text(key, default=default)
        known = list(choices)
        if found in known:
            return found
        if found:
            self.wrong(key, f"`{found}` is no {key}{meant(found, known)}; {listed(known)}")
        return default

    def texts(self, key: str, *, most: int = 64) -> list[str]:
        """A list of texts; empty where it is not there."""
        found = self.value(key)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self.wrong(key, f'`{key}` is a list of texts: ["one", "other"]')
            return []
        for number, each in enumerate(found):
            if not each.strip() or len(each) > most or not _is_shown(each):
                self.document.problem(
                    (*self.path_of(key), number), f"a text of 1 to {most} characters is needed"
                )
        return list(found)

    def table(self, key: str) -> "Table | None":
        """A table; None where it is not there."""
        found = self.value(key)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.wrong(key, f"`{key}` is a table: {{ … = …, … = … }}")
            return None
        return Table(self.document, self.path_of(key), found)

    def tables(self, key: str) -> list["Table"]:
        """A list of tables; empty where it is not there."""
        found = self.value(key)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.wrong(key, f"`{key}` is a list of tables: [{{ … = … }}]")
            return []
        return [
            Table(self.document, (*self.path_of(key), number), each)
            for number, each in enumerate(found)
        ]

    def all(self) -> dict[str, Any]:
        """Everything in it, whatever it is."""
        self._asked += self._values
        return dict(self._values)

    def finish(self) -> None:
        """Note the keys that nobody has asked for."""
        for key in self._values:
            if key not in self._asked:
                self.wrong(key, f"`{key}` is unknown here{meant(key, self._asked)}")


def decimal_text(value: object) -> str | None:
    """A number that is not negative, written as one or in quotes, as text; else None."""
    if not isinstance(value, int | str) or isinstance(value, bool):
        return None
    text = str(value)
    is_number = text.isascii() and text.replace(".", "", 1).isdecimal()
    return text if is_number else None


def _line_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The parser names the line in its message, or the end of the text."""
    found = re.search(r"at line ([0-9]+)", str(error))
    return text.count("\n") + 1 if found is None else int(found[1])


def _is_shown(text: str) -> bool:
    """Without what cannot be seen, but for what joins Indian letters and emoji, or not."""
    return text.translate(_JOINERS).isprintable()


def meant(written: str, known: Iterable[str]) -> str:
    """A question after what was perhaps meant, or nothing."""
    close = difflib.get_close_matches(written, list(known), n=1)
    return f": did you mean `{close[0]}`?" if close else ""


def listed(known: Iterable[str]) -> str:
    """What there is to choose from."""
    return f"there is {', '.join(f'`{each}`' for each in known)}"
