"""Each deliberate fault in PostgreSQL's functions turns the model red."""

import psycopg
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.servers import PostgresServer
from tests.books import empty
from tests.storage import test_ledger_model as model

NO_CHECK = "ALTER TABLE accounts DROP CONSTRAINT funds"
FAULTS = {
    "the floor is not asked": (
        "ledger_debit",
        " AND posted - held - _amount >= floor",
        "",
        NO_CHECK,
    ),
    "held money is spent": (
        "ledger_debit",
        "posted - held - _amount",
        "posted - _amount",
        NO_CHECK,
    ),
    "the floor is left to the table": (
        "ledger_debit",
        " AND posted - held - _amount >= floor",
        "",
        "",
    ),
    "a hold reserves nothing": ("ledger_place", "held = held + _amount", "held = held", ""),
    "a hold is never let go": ("ledger_settle", "held - _hold.amount", "held", ""),
    "a part of a hold is never let go": ("ledger_settle", "held - _hold.amount", "held - 1", ""),
    "a settled hold is settled again": ("ledger_settle", " AND state = 'held'", "", ""),
    "a transfer is doubled": ("ledger_post", "posted + _amounts", "posted + 2 * _amounts", ""),
    "a shared account's credit is doubled": (
        "ledger_post",
        "_key, line, _amounts[line])",
        "_key, line, 2 * _amounts[line])",
        "",
    ),
    "credits go when they are folded": ("ledger_fold", "posted + _sum", "posted", ""),
    "credits stay when they are folded": (
        "ledger_fold",
        "DELETE FROM pending_credits WHERE account = _account RETURNING amount",
        "SELECT amount FROM pending_credits WHERE account = _account",
        "",
    ),
    "a reversal is made again": ("ledger_post", "IF NOT FOUND THEN RETURN 0; END IF;", "", ""),
    "a transaction is not given to the sealer": (
        "ledger_post",
        "INSERT INTO unsealed VALUES (_key);",
        "",
        "",
    ),
}


@pytest.mark.parametrize(("function", "right", "wrong", "before"), FAULTS.values(), ids=FAULTS)
def test_broken_function_is_noticed(
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    right: str,
    wrong: str,
    before: str,
) -> None:
    """By the model, the audit or the database, before it could cost anybody a kopeck."""
    empty(postgres_server.url)
    monkeypatch.setattr(model.PostgresBooks, "url", postgres_server.url, raising=False)
    source = _source(postgres_server.url, function)
    assert right in source
    monkeypatch.setattr(model.PostgresBooks, "fault", f"{before};{source.replace(right, wrong)}")

    with pytest.raises((AssertionError, psycopg.Error)):
        run_state_machine_as_test(
            model.PostgresBooks,
            settings=settings(
                model.SETTINGS,
                max_examples=600,
                stateful_step_count=25,
                phases=[Phase.generate],
                derandomize=True,
            ),
        )


def _source(url: str, function: str) -> str:
    with psycopg.connect(url) as raw:
        row = raw.execute("SELECT pg_get_functiondef(%s::regproc)", (function,)).fetchone()
    assert row is not None
    text: str = row[0]
    return text
