"""Keys that are nobody's: 401 whatever they are made of, and compared without haste."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.security.conftest import Updates

ROOT = Path(__file__).parents[2]
SECRET = re.compile(
    r"(digest|hash|hmac|mac|signature|token|secret|passwords?|pin|cvv|digits|secret_key|api_key)$"
)
ALLOWED = {
    ("purser/settings.py", "secret"): "the name of a setting, not its value",
    ("services/books.py", "hash"): "the chain's, which is shown to whoever keeps it outside",
    ("storage/audit.py", "hash"): "the same",
    ("services/catalogue_imports.py", "digest"): "of a provider's terms, which everybody sees",
}
"""Where nothing secret has such a name, and why."""

DOORS = {
    "merchant": ("GET", "/api/v1/invoices", b"Authorization"),
    "terminal": ("GET", "/osmp", b"Authorization"),
    "operator": ("GET", "/operator/ledger", b"Authorization"),
    "card page": ("POST", "/app/api/cards/" + "0" * 32, b"Authorization"),
    "telegram": ("POST", "/telegram/webhook", b"X-Telegram-Bot-Api-Secret-Token"),
}
schemes = st.sampled_from([b"", b"Bearer ", b"bearer ", b"Basic ", b"tma ", b"Bearer\t", b"\xff "])
values = st.builds(
    lambda scheme, rest: scheme + rest,
    schemes,
    st.binary(max_size=120).map(lambda raw: raw.translate(None, b"\0\r\n")),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(values)
@example("Bearer ключ".encode())
@example(b"Bearer \xff\xfe")
@example(b"Basic \xd0\xba")
@example(b"Basic OjrDqQ==")
@example(b"tma hash=\xff")
@example(b"Bearer " + b"a" * 20_000)
@example(b"")
async def test_any_key_is_nobodys(
    client: httpx.AsyncClient, updates: Updates, value: bytes
) -> None:
    """No door opens, and none breaks: not even by a letter that ASCII has not."""
    answers = {
        door: await client.request(method, path, headers=[(header, value)])
        for door, (method, path, header) in DOORS.items()
    }

    assert {door: each.status_code for door, each in answers.items()} == dict.fromkeys(DOORS, 401)
    assert updates.bodies == []


@pytest.mark.parametrize("door", DOORS)
async def test_no_key_at_all(client: httpx.AsyncClient, door: str) -> None:
    method, path, _ = DOORS[door]

    assert (await client.request(method, path)).status_code == 401


@pytest.mark.parametrize("given", [(b"wrong", b"telegram-secret"), (b"telegram-secret", b"wrong")])
async def test_two_keys_are_not_two_tries(
    client: httpx.AsyncClient, updates: Updates, given: tuple[bytes, bytes]
) -> None:
    """A header given twice is one that a proxy and we might read differently."""
    method, path, header = DOORS["telegram"]

    refused = await client.request(method, path, headers=[(header, each) for each in given])

    assert refused.status_code == 401
    assert updates.bodies == []


def test_no_secret_is_compared_with_equals() -> None:
    """`==` answers sooner the sooner it differs; also on what was computed in place."""
    found = {
        (at, name): line
        for at, tree in _sources()
        for line, name in _compared(tree)
        if SECRET.search(name)
    }

    broken = [f"{at}:{found[at, name]} {name}" for at, name in sorted(set(found) - set(ALLOWED))]
    assert broken == []
    assert set(ALLOWED) <= set(found)


def test_rule_sees_every_way_of_writing_it() -> None:
    """Or it would hold by looking away."""
    lines = [
        "given == secret", "self._token != given", "row['password'] == x", "digest(a) == b",
        "hmac.digest(k, m, 'sha256') != x", "given in (token,)", "code.digits(vault) == typed",
        "mac.hexdigest() == given", "x = not a.secret == b", "given.encode() == secret.encode()",
    ]  # fmt: skip
    missed = [
        line
        for line in lines
        if not any(SECRET.search(name) for _, name in _compared(ast.parse(line)))
    ]

    assert missed == []


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in ("bot", "gateway", "purser", "services", "storage"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def _compared(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a comparison which stops early looks at."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        if not any(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops):
            continue
        for side in (node.left, *node.comparators):
            for name in _names(side):
                yield node.lineno, name


def _names(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name():
            yield node.id
        case ast.Attribute():
            yield node.attr
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            yield key
        case ast.Call():
            yield from _names(node.func)
            if isinstance(node.func, ast.Attribute):
                yield from _names(node.func.value)
        case ast.Tuple() | ast.List() | ast.Set():
            for each in node.elts:
                yield from _names(each)
