"""Nothing secret rests in clear: not in a table, a file, a backup or a log."""

import logging
import subprocess
from pathlib import Path

import pytest

from purser import logs
from services.card_details import SMS_CODE_DIGITS
from services.money import RUB
from services.vault import Vault
from storage.copies import copies
from tests.cast import ANN, Cast

SECRETS_MIN = 7


async def _secrets(cast: Cast) -> dict[str, str]:
    """Live through the story and collect every secret that anybody was ever given."""
    ann = await cast.join()
    join_code = await cast.code()
    shop = await cast.services.merchants.add(
        name="Shop", currency=RUB, webhook_url="https://shop.example/hook"
    )
    terminal = await cast.services.terminals.add(name="Lobby")
    await cast.fund(ann, 100_00)
    await cast.pay(ann, await cast.invoice(shop.merchant, 10_00))
    payment_code = await cast.code()
    await cast.services.merchants.authenticate(secret_key=shop.secret_key)
    await cast.services.terminals.authenticate(
        login=terminal.terminal.login, password=terminal.password
    )
    pair = await cast.services.key_pairs.create(merchant_id=shop.merchant.id, name="Second")
    pull = await cast.services.pull_shops.set_up(merchant_id=shop.merchant.id)
    await cast.invoice(shop.merchant, 5_00)
    await cast.deliver()
    sms = next(each for each in cast.sms if each.template == "card_details")
    reveal = next(w for w in cast.sent if w.payload.get("notice") == "card")
    rest = await cast.services.card_details.see(
        telegram_id=ANN, reveal_id=reveal.payload["subject"].removeprefix("reveal/")
    )
    assert len(rest.code_end) + SMS_CODE_DIGITS == 3
    return {
        "card number": str(sms.values["number"]),
        "code of joining": join_code,
        "code of a payment": payment_code,
        "merchant's key": shop.secret_key,
        "webhook secret": shop.webhook_secret,
        "webhook secret's key": shop.webhook_secret.removeprefix("whsec_"),
        "terminal's password": terminal.password,
        "second pair's secret key": pair.secret_key,
        "pull interface's password": pull.passwords.api,
        "password of its callbacks": pull.passwords.notification,
    }


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table'",
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
_FILES = {
    "sqlite": {"wallet.db", "wallet.db-wal", "copy"},
    "postgres": {"copy", "copy.sql"},
}


def _unpack(copy: Path, text: Path) -> None:
    """A copy of PostgreSQL is compressed: what is in it is looked for in its text."""
    subprocess.run(["pg_restore", "-f", text, copy], check=True)


async def test_no_table_and_no_file_holds_a_secret(
    cast: Cast, engine: str, database: str, tmp_path: Path
) -> None:
    """A stolen disk or backup pays nothing and signs nothing."""
    secrets = await _secrets(cast)
    copies(database).back_up(tmp_path / "copy")
    if engine == "postgres":
        _unpack(tmp_path / "copy", tmp_path / "copy.sql")

    tables = await cast.store.read(
        lambda book: [row[0] for row in book.connection.execute(_TABLES[engine]).fetchall()]
    )
    cells = [
        str(cell)
        for table in tables
        for row in await cast.store.read(
            lambda book, t=table: book.connection.execute(f"SELECT * FROM {t}").fetchall()  # type: ignore[misc]
        )
        for cell in row
    ]
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}

    found = [
        (what, where)
        for what, secret in secrets.items()
        for where, content in files.items()
        if secret.encode() in content and len(secret) > 6
    ]
    in_cells = [what for what, secret in secrets.items() if secret in cells]
    assert len(secrets) >= SECRETS_MIN
    assert len(cells) > 100
    assert _FILES[engine] <= set(files)
    assert found == []
    assert in_cells == []


async def test_waiting_sms_names_its_secret_and_does_not_hold_it(cast: Cast) -> None:
    """Work that waits may wait for days in a table and a backup."""
    await cast.services.joinery.begin(
        telegram_id=ANN, contact_user_id=ANN, phone="+79161234567", language="en"
    )

    [payload] = await cast.store.read(
        lambda book: [
            row[0] for row in book.connection.execute("SELECT payload FROM due_work").fetchall()
        ]
    )
    code = await cast.code()

    assert code not in payload


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("card 9900101234567897 x", "9900101234567897"),
        ("card 9900 1012 3456 7897", "9900 1012 3456 7897"),
        ("x9900101234567897y", "9900101234567897"),
        ("GET /bot1000000001:AAEhBP0av28FrGGGbb8SdfVTvSX9aWTTTTT/getMe", "AAEhBP0av28"),
        ("Authorization: Bearer eyJ2ZXJzaW9uIjoiUDJQIn0=", "eyJ2ZXJzaW9u"),
        ("authorization: tma query_id=AAA&hash=bbbbbbbb", "query_id"),
        ("secret whsec_bXlzZWNyZXRrZXk=", "bXlzZWNyZXRrZXk"),
    ],
)
def test_log_line_is_scrubbed(line: str, hidden: str) -> None:
    """Whatever a library puts into its errors."""
    assert hidden not in logs.scrub(line)


@pytest.mark.parametrize(
    "line", ["id 01a20cc88e807780877ff75bd274406e", "phone +79161234567", "at 1795510800000000"]
)
def test_what_is_no_secret_stays_readable(line: str) -> None:
    """A log that hides everything helps nobody."""
    assert logs.scrub(line) == line


def test_exception_is_scrubbed_too(capsys: pytest.CaptureFixture[str]) -> None:
    """After it was put into words, which is where tokens turn up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.set_up("json")
        try:
            int("https://api.telegram.org/bot1000000001:AAEhBP0av28FrGGGbb8SdfVTvSX9aW")
        except ValueError:
            logging.getLogger("aiogram").exception("failed for card 9900101234567897")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    printed = capsys.readouterr().err
    assert "failed for card" in printed
    assert "AAEhBP0av28" not in printed
    assert "9900101234567897" not in printed


def test_vault_does_not_show_itself(vault: Vault) -> None:
    """In a traceback with local variables."""
    assert "master" not in repr(vault)
