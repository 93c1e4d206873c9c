"""Patterns of account fields: a part of regular expressions in which nothing can run away.

Literals, classes, groups, alternatives and repeats, as people need them for account
numbers.  The ways in which a pattern may be tried are counted beforehand, so that no value
of the greatest length keeps the wallet busy.
"""

import re

LENGTH_MAX = 200
WAYS_MAX = 20_000
"""In how many ways a value may be taken apart; each is a few steps for each character."""

REPEAT_MAX = 64
"""How often `*` and `+` may repeat: as long as the longest value."""

_NESTED_MAX = 10
_ESCAPES = r"dwsDWS.\-+*?()[]{}|/^$"
_COUNT = re.compile(r"\{([0-9]{1,3})(,([0-9]{0,3}))?\}")
_CLASS = re.compile(r"\[\^?(?:\\.|[^\]\\\[])(?:\\.|[^\]\\\[])*\]")


class PatternError(ValueError):
    """The pattern cannot be used; the message says why."""


def check(pattern: str) -> None:
    """Whether a field can have that pattern.

    Raises:
        PatternError: It is no regular expression, more than this part of them, or costly.
    """
    if len(pattern) > LENGTH_MAX:
        raise PatternError(f"longer than {LENGTH_MAX} characters")
    reader = _Reader(pattern)
    ways = reader.alternatives(0)
    if reader.place < len(pattern):
        raise PatternError(f"`)` at character {reader.place + 1} closes nothing")
    if ways > WAYS_MAX:
        raise PatternError("too many repeats of varying length; give exact ones, as in [0-9]{10}")
    try:
        re.compile(pattern)
    except re.error as exc:
        raise PatternError(f"no regular expression: {exc}") from None


class _Reader:
    """Reads a pattern from left to right and counts the ways it can be tried."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.place = 0

    def alternatives(self, depth: int) -> int:
        if depth > _NESTED_MAX:
            raise PatternError("groups within groups within groups")
        ways = self._sequence(depth)
        while self._next() == "|":
            self.place += 1
            ways += self._sequence(depth)
        return ways

    def _sequence(self, depth: int) -> int:
        ways = 1
        while self._next() not in ("", "|", ")"):
            ways = min(ways * self._repeated(self._single(depth)), WAYS_MAX + 1)
        return ways

    def _single(self, depth: int) -> int:
        """One character, class or group; returns the ways it can be tried."""
        character = self._next()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return self._class()
        if character in "*+?{":
            raise PatternError(f"`{character}` at character {self.place + 1} repeats nothing")
        if character in "^$":
            raise PatternError(f"`{character}` is not needed: the whole value is compared")
        if character == "\\":
            self.place += 1
            if not self._next() or self._next() not in _ESCAPES:
                raise PatternError(f"`\\{self._next()}` is none of what is understood here")
        self.place += 1
        return 1

    def _group(self, depth: int) -> int:
        self.place += 1
        if self._pattern.startswith("?:", self.place):
            self.place += 2
        elif self._next() == "?":
            raise PatternError("only plain groups, ( ) and (?: ), are understood here")
        ways = self.alternatives(depth + 1)
        if self._next() != ")":
            raise PatternError("a `(` is not closed")
        self.place += 1
        return ways

    def _class(self) -> int:
        match = _CLASS.match(self._pattern, self.place)
        if match is None:
            raise PatternError(f"the `[` at character {self.place + 1} is not closed, or empty")
        self.place = match.end()
        return 1

    def _repeated(self, ways: int) -> int:
        """The ways of what was read, with the repeat that follows it."""
        least, most = self._repeat()
        if self._next() and self._next() in "*+?{":
            raise PatternError("one repeat after another")
        total = 0
        for times in range(least, most + 1):
            total = min(total + ways**times, WAYS_MAX + 1)
        return max(total, 1)

    def _repeat(self) -> tuple[int, int]:
        character = self._next()
        if character and character in "*+?":
            self.place += 1
            return {"*": (0, REPEAT_MAX), "+": (1, REPEAT_MAX), "?": (0, 1)}[character]
        if character != "{":
            return 1, 1
        match = _COUNT.match(self._pattern, self.place)
        if match is None:
            raise PatternError("a repeat is {3}, {3,5} or {3,}")
        self.place = match.end()
        least = int(match[1])
        most = least if match[2] is None else int(match[3] or REPEAT_MAX)
        if not least <= most <= REPEAT_MAX:
            raise PatternError(f"a repeat is from 0 to {REPEAT_MAX}, the smaller number first")
        return least, most

    def _next(self) -> str:
        return self._pattern[self.place : self.place + 1]
