"""Carries a wallet from a SQLite file to a PostgreSQL database: all of it, or nothing.

It happens in one transaction of the target, which ends only when every row was read back
and compared, the journal entry for entry, and neither side's audit finds a fault.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import psycopg

from storage.backups import MoveError
from storage.postgres import audit as postgres_audit
from storage.postgres.connection import PostgresConnection, connect
from storage.postgres.migrate import migrate
from storage.sqlite import audit as sqlite_audit
from storage.sqlite.connection import open_to_glance
from storage.sqlite.engine import sqlite3
from storage.sqlite.lock import serving
from storage.sqlite.migrate import check_schema

Raw = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of a table are read on both sides, in the same order."""

    name: str
    columns: str
    order: str
    source: str = ""
    """What SQLite selects from, where it keeps them otherwise."""


TABLES = (
    Table("accounts", "id, owner, currency, floor, posted, held, opened_at", "id"),
    Table("transactions", "key, kind, cause, at, reverses", "key"),
    Table("seals", "position, key, hash", "position", "transactions"),
    Table(
        "transfers",
        "key, line, debit, credit, amount, currency",
        "key, line",
        "(SELECT key, debit, credit, amount, currency,"
        " row_number() OVER (PARTITION BY position ORDER BY transfers.id) AS line"
        " FROM transfers JOIN transactions USING (position))",
    ),
    Table(
        "holds",
        "id, account, amount, captured, cause, state, placed_at, expires_at, settled_at",
        "id",
    ),
    Table("history", "subject, step, event, state, actor, reason, at", "subject, step"),
    Table(
        "operations",
        "id, holder, kind, subject, currency, amount, state, title, note, search, at",
        "holder, id",
    ),
    Table(
        "holders",
        "id, phone, telegram_id, language, state, notices, unreachable_since, level, joined_at",
        "id",
    ),
    Table("joinings", "telegram_id, phone, language, code_id, came_for, at", "telegram_id"),
    Table(
        "codes",
        "id, phone, purpose, subject, content, state, wrong, sent_at, expires_at",
        "id",
    ),
    Table(
        "conversations", "telegram_id, expects, data, screen, language, updated_at", "telegram_id"
    ),
    Table(
        "offers",
        "id, holder, key, kind, subject, content, state, code_id, created_at, expires_at",
        "id",
    ),
    Table(
        "merchants",
        "id, name, site_id, public_key, currency, state, webhook_url, webhook_secret, created_at",
        "id",
    ),
    Table(
        "merchant_keys",
        "digest, merchant, scopes, created_at, revoked_at, id, name, public_key, secret_key,"
        " notify_url",
        "digest",
    ),
    Table(
        "robokassa_shops",
        "merchant, login, handle, algorithm, passwords, settings, created_at",
        "merchant",
    ),
    Table("robokassa_numbers", "merchant, next", "merchant"),
    Table(
        "pull_shops",
        "merchant, prv_id, api_id, secrets, notify_url, signs, created_at",
        "merchant",
    ),
    Table(
        "invoices",
        "id, merchant, reference, phone, currency, amount, refunded, description, state,"
        " version, payment, created_at, expires_at, changed_at, paid_at, interface, content,"
        " capture, is_test",
        "id",
    ),
    Table(
        "payments",
        "id, holder, offer, invoice, merchant, account, card, currency, amount, given_currency,"
        " given, state, hold, created_at, settled_at, capture_until",
        "id",
    ),
    Table(
        "provider_payments",
        "id, txn, holder, offer, provider, version, account, fields, payee, source, card,"
        " currency, amount, commission, total, given_currency, given, state, hold, attempts,"
        " unanswered, next_at, reason, code, provider_txn, created_at, sent_at, settled_at",
        "id",
    ),
    Table("categories", "id, position, content", "id"),
    Table("providers", "id, version, digest, position, closed_by", "id"),
    Table("provider_terms", "provider, version, content, at", "provider, version"),
    Table("catalogue", "name, version, digest", "name"),
    Table("breakers", "provider, troubles, since, pauses, until, is_tried", "provider"),
    Table(
        "registries",
        "provider, day, number, name, currency, payments, total, content, digest, made_at",
        "provider, day, number",
    ),
    Table(
        "refunds",
        "id, merchant, invoice, payment, holder, account, currency, amount, reason, state,"
        " created_at, reference",
        "id",
    ),
    Table(
        "merchant_terms",
        "merchant, tariff, reserve_days, settlement_currency, payee, changed_at",
        "merchant",
    ),
    Table(
        "settlements",
        "payment, merchant, currency, amount, fee, fee_returned, reserved, release_at, settled_at",
        "payment",
    ),
    Table(
        "payouts",
        "id, merchant, batch, currency, amount, taken_currency, taken, conversion, payee, state,"
        " reason, created_at, settled_at",
        "id",
    ),
    Table("cash_numbers", "number, invoice", "number"),
    Table(
        "cash_payments",
        "id, terminal, receipt, invoice, merchant, currency, amount, received_at",
        "id",
    ),
    Table("receipts", "code, holder, operation, facts", "code"),
    Table("answers", "scope, key, fingerprint, status, body, at", "scope, key"),
    Table("terminals", "id, name, login, password, currency, state, created_at", "id"),
    Table(
        "topups",
        "id, terminal, receipt, phone, holder, currency, amount, state, announced_at,"
        " received_at, credited_at",
        "id",
    ),
    Table("data_keys", "id, wrapped, created_at", "id"),
    Table(
        "emails",
        "id, holder, key, digest, state, address, mailbox, asked_at, expires_at, confirmed_at",
        "id",
    ),
    Table(
        "identifications",
        "id, holder, state, version, data, document, reason, created_at, submitted_at,"
        " decided_at, erase_at",
        "id",
    ),
    Table("limit_rules", "level, currency, kind, rule, value", "level, currency, kind, rule"),
    Table(
        "limit_uses",
        "holder, currency, kind, period, amount, times",
        "holder, currency, kind, period",
    ),
    Table(
        "cards",
        "id, holder, kind, state, version, number, number_index, last_four, expires,"
        " code_counter, currency, limit_payment, limit_day, limit_month, replaces, created_at",
        "id",
    ),
    Table("reveals", "id, card, holder, key, sent_at, expires_at, seen_at", "id"),
    Table("merchant_people", "merchant, telegram_id, role, added_at", "merchant, telegram_id"),
    Table(
        "links",
        "id, holder, merchant, source, invoice, state, created_at, used_at, ended_at",
        "id",
    ),
    Table(
        "checkouts",
        "id, invoice, secret, way, holder, content, code_id, wrong, state, created_at, expires_at",
        "id",
    ),
    Table(
        "robokassa_invoices",
        "id, merchant, kind, reference, currency, amount, description, comments, search, content,"
        " capture, created_at, expires_at, ended_at",
        "id",
    ),
    Table(
        "fiscal_receipts", "merchant, number, invoice, kind, content, kept_at", "merchant, number"
    ),
    Table("return_origins", "merchant, origin", "merchant, origin"),
    Table("rates", "base, quote, at, source, rate, dated", "base, quote, at"),
    Table("current_rates", "base, quote, source, rate, dated, at", "base, quote, source"),
    Table("exchange_pairs", "pair, spread, fee, fixed, fixed_currency, is_on", "pair"),
    Table("exchange_limits", "currency, short, long", "currency"),
    Table("exchange_reservations", "hold, bought_currency, bought, sold_currency, sold", "hold"),
    Table(
        "exchanges",
        "cause, holder, gives_currency, gives, fee, gets_currency, gets, rate, unit, source,"
        " rate_at, at",
        "cause",
    ),
    Table("schedules", "holder, id, content, state, version, created_at", "holder, id"),
    Table(
        "schedule_occurrences",
        "holder, id, schedule, period, due_on, due_at, state, attempt, tries, turn, next_at,"
        " cost, cost_currency, reason, changed_at",
        "holder, id",
    ),
    Table(
        "favourites",
        "id, holder, provider, account, fields, name, created_at, used_at",
        "holder, id",
    ),
    Table("signing_keys", "name, certificate, secret, created_at", "name"),
    Table(
        "deliveries",
        "id, merchant, work, kind, about, url, attempt, status, outcome, detail, answer,"
        " millis, at",
        "id",
    ),
    Table(
        "due_work",
        "key, kind, lane, payload, state, attempts, priority, due_at, leased_until, error,"
        " created_at",
        "key",
    ),
    Table(
        "inbox",
        "update_id, sender, body, state, attempts, error, received_at, leased_until",
        "update_id",
    ),
)
_UNIQUES = """
    INSERT INTO uniques
    SELECT 'transactions.reverses', reverses, key FROM transactions WHERE reverses IS NOT NULL
    UNION ALL SELECT 'cards.number_index', encode(number_index, 'hex'), id FROM cards
        WHERE number_index IS NOT NULL
    UNION ALL SELECT 'cash_payments.invoice', invoice, id FROM cash_payments
    UNION ALL SELECT 'cash_payments.receipt', terminal || '/' || receipt, id FROM cash_payments
    UNION ALL SELECT 'emails.key', key, id FROM emails
    UNION ALL SELECT 'emails.mailbox', encode(mailbox, 'hex'), id FROM emails
        WHERE state = 'confirmed'
    UNION ALL SELECT 'holders.phone', phone, id FROM holders
    UNION ALL SELECT 'holders.telegram_id', telegram_id::text, id FROM holders
        WHERE telegram_id IS NOT NULL
    UNION ALL SELECT 'invoices.reference', merchant || '/' || reference, id FROM invoices
        WHERE reference IS NOT NULL
    UNION ALL SELECT 'links.invoice', invoice, id FROM links
    UNION ALL SELECT 'offers.key', key, id FROM offers
    UNION ALL SELECT 'payments.offer', offer, id FROM payments
    UNION ALL SELECT 'payments.invoice', invoice, id FROM payments
        WHERE state IN ('authorised', 'done')
    UNION ALL SELECT 'provider_payments.offer', offer, id FROM provider_payments
    UNION ALL SELECT 'provider_payments.txn', txn::text, id FROM provider_payments
    UNION ALL SELECT 'reveals.key', key, id FROM reveals
    UNION ALL SELECT 'topups.receipt', terminal || '/' || receipt, id FROM topups
"""
_BIN = {"text": ' COLLATE "C"'}
BATCH = 2_000


def move(source: Path, target: str) -> dict[str, int]:
    """Carry *source* over to *target*; returns how many rows of each table went.

    The file stays as it was; nothing may serve it meanwhile, nor afterwards.

    Raises:
        MoveError: There is no such file, one side has faults, the target is not empty, or
            a row did not arrive as it was.
        ServedElsewhereError: A process serves the file.
        SchemaError: One side is of another version.
        DatabaseAwayError: No server answers at *target*.
    """
    if not source.exists():
        raise MoveError(f"{source}: there is no such database")
    with (
        serving(source),
        closing(open_to_glance(source)) as reading,
        closing(connect(target)) as writing,
    ):
        check_schema(reading)
        reading.execute("BEGIN")
        _refuse_faults("the source", sqlite_audit.faults(reading))
        migrate(writing)
        with writing.transaction():
            writing.execute(b"SET LOCAL statement_timeout = 0")
            writing.execute(b"SET LOCAL purser.ledger = 'moves'")
            _refuse_full(writing)
            counts = {table.name: _copy(reading, writing, table) for table in TABLES}
            writing.execute(_UNIQUES.encode())
            for table in TABLES:
                _compare(reading, writing, table)
            book = PostgresConnection(writing, locks=False)
            _refuse_faults("the target", postgres_audit.faults(book))
        writing.execute(b"ANALYZE")
    return counts


def _copy(reading: sqlite3.Connection, writing: Raw, table: Table) -> int:
    into = f"COPY {table.name} ({table.columns}) FROM STDIN".encode()
    number = 0
    with writing.cursor() as cursor, cursor.copy(into) as copying:
        for row in _rows(reading, table):
            copying.write_row(row)
            number += 1
    return number


def _compare(reading: sqlite3.Connection, writing: Raw, table: Table) -> None:
    """Read both sides side by side."""
    order = ", ".join(f"{name}{_collation(writing, table, name)}" for name in _names(table))
    query = f"SELECT {table.columns} FROM {table.name} ORDER BY {order}"  # noqa: S608  # ours
    with writing.cursor(f"compare_{table.name}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(query.encode())
        for sent, arrived in zip_longest(_rows(reading, table), cursor):
            if sent != arrived:
                raise MoveError(f"{table.name}: {sent and sent[0]!r} did not arrive as it was")


def _rows(reading: sqlite3.Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    origin = table.source or table.name
    query = f"SELECT {table.columns} FROM {origin} ORDER BY {table.order}"  # noqa: S608  # ours
    for row in reading.execute(query):
        yield tuple(row)


def _names(table: Table) -> list[str]:
    return table.order.split(", ")


def _collation(writing: Raw, table: Table, column: str) -> str:
    """SQLite orders texts by their bytes; so must the other side."""
    row = writing.execute(
        b"SELECT data_type FROM information_schema.columns"
        b" WHERE table_schema = current_schema() AND table_name = %s AND column_name = %s",
        (table.name, column),
    ).fetchone()
    return _BIN.get("" if row is None else row[0], "")


def _refuse_full(writing: Raw) -> None:
    for table in TABLES:
        if writing.execute(f"SELECT 1 FROM {table.name} LIMIT 1".encode()).fetchone():  # noqa: S608
            raise MoveError(f"the target holds something already, in {table.name}")


def _refuse_faults(side: str, faults: Iterator[Any]) -> None:
    first = next(faults, None)
    if first is not None:
        raise MoveError(f"{side} has a fault: {first.name}: {first.row}: {first.detail}")
