"""Rules of the house that a reviewer would otherwise have to remember."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import memory_book
from tests.services.test_errors import every_error

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "services": set[str](),
    "storage": {"services"},
    "bot": {"services"},
    "gateway": {"services"},
    "sandbox": set[str](),
}
OURS = {*MAY_IMPORT, "purser", "bench", "tests"}
NOT_FOR = {
    "services": {"aiogram", "aiohttp", "aiosqlite", "fastapi", "pydantic", "sqlite3", "starlette"},
    "storage": {"aiogram", "aiohttp", "fastapi", "starlette"},
    "bot": {"aiosqlite", "fastapi", "pysqlite3", "sqlite3", "starlette"},
    "gateway": {"aiogram", "aiosqlite", "pysqlite3", "sqlite3"},
    "sandbox": {"aiosqlite", "pysqlite3", "sqlite3"},
}
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|manager|misc)(_|$)")


def sources(package: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_dependencies_point_inwards(package: str) -> None:
    """Edges know services and not each other; services know nobody; the sandbox is outside."""
    forbidden = (OURS - MAY_IMPORT[package] - {package}) | NOT_FOR[package]

    broken = [
        (at, name) for at, tree in sources(package) for name in imports(tree) if name in forbidden
    ]

    assert broken == []


def test_one_place_knows_the_engine() -> None:
    """The system's SQLite can corrupt a file: only `engine.py` names which one is used."""
    broken = [
        at
        for at, tree in sources("storage")
        for name in imports(tree)
        if name in ("sqlite3", "pysqlite3") and not at.endswith("engine.py")
    ]

    assert broken == []


@pytest.mark.parametrize("package", ["services", "storage"])
def test_no_float_where_money_lives(package: str) -> None:
    """A float that is 'only for a ratio' ends in a balance one day."""
    broken = [
        f"{at}:{node.lineno}"
        for at, tree in sources(package)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        or (isinstance(node, ast.Attribute) and node.attr in ("timestamp", "total_seconds"))
    ]

    assert broken == []


def test_every_table_is_strict() -> None:
    """Without STRICT an overflowing balance becomes a float, and a text passes as a number."""
    with memory_book() as book:
        loose = book.connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND NOT strict AND name NOT LIKE 'sqlite_%'"
        ).fetchall()

    assert loose == []


@pytest.mark.parametrize("package", sorted(OURS))
def test_files_are_called_by_what_they_hold(package: str) -> None:
    """What cannot be named has no subject."""
    broken = [at for at, _ in sources(package) if BANNED_NAMES.search(Path(at).stem)]

    assert broken == []


def test_no_secret_is_compared_with_equals() -> None:
    """`==` answers sooner the sooner it differs."""
    names = re.compile(r"(password|secret|token|signature|mac|digits)$")
    broken = [
        f"{at}:{node.lineno}"
        for package in ("services", "bot", "gateway")
        for at, tree in sources(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        and any(names.search(_name(each)) for each in (node.left, *node.comparators))
    ]

    assert broken == []


def test_every_error_is_raised_somewhere() -> None:
    """A refusal that nobody makes has a text in every language for nothing."""
    text = "".join(
        path.read_text("utf-8")
        for package in ("services", "storage", "bot", "gateway", "purser")
        for path in (ROOT / package).rglob("*.py")
    )
    families = {"NotFoundError", "InvalidRequestError", "RefusedError", "ConflictError"}
    unused = [
        error.__name__
        for error in every_error()
        if error.__name__ not in {*families, "UnavailableError"}
        and not re.search(
            rf"(raise|return|error=|, ) ?{error.__name__}\b|\b{error.__name__}\(\)", text
        )
    ]

    assert unused == []


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
