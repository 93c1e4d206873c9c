"""`docs/threats.md` names tests: each exists, and each case has one or says why not."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "threats.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
CASES = 34


def rows() -> dict[int, str]:
    """The numbered cases, whole lines."""
    found = re.findall(r"^\| (\d+) \|.*$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    lines = [each for each in DOCUMENT.read_text("utf-8").splitlines() if re.match(r"\| \d", each)]
    return dict(zip(map(int, found), lines, strict=True))


def collected(path: str) -> set[str]:
    """The tests that pytest would find in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_every_test_that_is_named_exists() -> None:
    """A defence whose test was renamed or dropped is only a sentence."""
    named = NAMED.findall(DOCUMENT.read_text("utf-8"))
    gone = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or name not in collected(path)
    ]

    assert len(named) > CASES
    assert gone == []


def test_every_case_has_a_test_or_is_said_to_be_missing() -> None:
    """None is forgotten, and none is claimed without proof."""
    cases = rows()

    assert list(cases) == list(range(1, CASES + 1))
    bare = [number for number, row in cases.items() if not NAMED.search(row) and "*" not in row]
    assert bare == []


def test_every_test_of_security_is_named() -> None:
    """Or the document would not say what is defended."""
    named = {path for path, _ in NAMED.findall(DOCUMENT.read_text("utf-8"))}
    here = {f"tests/security/{each.name}" for each in Path(__file__).parent.glob("test_*.py")}

    assert here - {"tests/security/test_threats.py"} <= named
