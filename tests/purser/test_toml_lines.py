"""The line of every value, which the library's parser does not tell."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purser.catalogue_file import sample_text
from purser.toml_lines import Path, lines_of

TEXT = '''# comment = 1
a = 1
b.c = "x # y"
[t]
"q k" = [
  1, # one ]
  { z = 2, y = [3] },
]
m = """
a "quoted" \\""" b
"""
n = \'\'\'it's'\'\'\'
[[p]]
id = "x"
[p.sub]
k = 1
[[p.f]]
n = 'x'
[[p]]
id = "y"   # [[p]]
[[p.f]]
n = 2026-11-24T10:00:00Z
[ "e f" . g ]
h = -1.5e3
'''


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Where values stand that hold no others, according to the library."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from paths(each, (*at, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from paths(each, (*at, place))
    else:
        yield at


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("b", "c"), 3),
        (("t", "q k"), 5),
        (("t", "q k", 0), 6),
        (("t", "q k", 1, "y", 0), 7),
        (("t", "m"), 9),
        (("t", "n"), 12),
        (("p", 0, "id"), 14),
        (("p", 0, "sub", "k"), 16),
        (("p", 0, "f", 0, "n"), 18),
        (("p", 1, "id"), 20),
        (("p", 1, "f", 0, "n"), 22),
        (("e f", "g", "h"), 24),
    ],
)
def test_lines(path: Path, line: int) -> None:
    assert lines_of(TEXT)[path] == line


@pytest.mark.parametrize("text", [TEXT, sample_text()], ids=["small", "sample"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_everything_has_a_line(text: str, end: str) -> None:
    text = text.replace("\n", end)
    found = list(paths(tomllib.loads(text)))
    lines = lines_of(text)

    assert len(found) > 10
    assert [path for path in found if path not in lines] == []


values = st.recursive(
    st.integers() | st.booleans() | st.text("ab\"'\\#[]{}=,\n\t", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab.\"' #]", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def written(value: Any) -> str:
    """*value* as TOML in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
    if isinstance(value, list):
        return f"[{', '.join(written(each) for each in value)}]"
    if isinstance(value, dict):
        pairs = (f"{written(key)} = {written(each)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    return str(value)


@given(st.lists(values, min_size=1, max_size=5))
def test_whatever_is_written_the_next_line_is_found(found: list[Any]) -> None:
    """No string or bracket leads astray."""
    text = "\n".join(f"k{number} = {written(each)}" for number, each in enumerate(found))
    assert tomllib.loads(text) == {f"k{number}": each for number, each in enumerate(found)}

    lines = lines_of(text)

    assert [lines[f"k{number}",] for number in range(len(found))] == [
        number + 1 for number in range(len(found))
    ]
