"""What can be wrong with the journal as PostgreSQL keeps it."""

from collections.abc import Iterator

from services.books import Fault
from storage import audit
from storage.audit_paying import uncounted
from storage.rows import Connection, Row

BATCH = 5_000

_CHECKS = {
    "transaction_empty": """
        SELECT 'transactions ' || key, 0, 'moves nothing' FROM transactions
        WHERE NOT EXISTS (SELECT 1 FROM transfers WHERE transfers.key = transactions.key)
    """,
    "transaction_missing": """
        SELECT 'transactions ' || seals.key, 0, 'it was sealed and is gone' FROM seals
        WHERE NOT EXISTS (SELECT 1 FROM transactions WHERE transactions.key = seals.key)
    """,
    "seal_missing": """
        SELECT 'seals ' || (position - 1), 0, 'it is gone, and a later one is there' FROM seals
        WHERE position > 1 AND NOT EXISTS (
            SELECT 1 FROM seals AS earlier WHERE earlier.position = seals.position - 1
        )
    """,
    "transaction_unsealed": """
        SELECT 'transactions ' || key, 0, 'neither sealed nor waiting for it'
        FROM transactions
        WHERE NOT EXISTS (SELECT 1 FROM seals WHERE seals.key = transactions.key)
          AND NOT EXISTS (SELECT 1 FROM unsealed WHERE unsealed.key = transactions.key)
    """,
    "transfer_orphaned": """
        SELECT 'transfers ' || key || ' ' || line, amount, 'belongs to no transaction'
        FROM transfers
        WHERE NOT EXISTS (SELECT 1 FROM transactions WHERE transactions.key = transfers.key)
    """,
    "transfer_illegal": """
        SELECT 'transfers ' || key || ' ' || line, amount, 'not a positive amount of one currency'
        FROM transfers
        WHERE amount <= 0 OR debit = credit
           OR right(debit, 3) <> currency OR right(credit, 3) <> currency
    """,
    "reference_broken_transfers": """
        SELECT 'transfers ' || key || ' ' || line, amount, 'refers to a missing row of accounts'
        FROM transfers
        WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = debit)
           OR NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = credit)
    """,
    "credit_orphaned": """
        SELECT 'pending_credits ' || account || ' ' || key, amount, 'no transfer brought it'
        FROM pending_credits AS pending
        WHERE NOT EXISTS (
            SELECT 1 FROM transfers
            WHERE transfers.key = pending.key AND transfers.line = pending.line
              AND credit = account AND transfers.amount = pending.amount
        )
    """,
}
_REFERENCES = (
    ("holds", "account", "accounts"),
    ("operations", "holder", "holders"),
    ("offers", "holder", "holders"),
    ("invoices", "merchant", "merchants"),
    ("merchant_keys", "merchant", "merchants"),
    ("payments", "holder", "holders"),
    ("payments", "offer", "offers"),
    ("payments", "invoice", "invoices"),
    ("payments", "account", "accounts"),
    ("payments", "card", "cards"),
    ("payments", "hold", "holds"),
    ("refunds", "invoice", "invoices"),
    ("refunds", "payment", "payments"),
    ("refunds", "account", "accounts"),
    ("topups", "terminal", "terminals"),
    ("topups", "holder", "holders"),
    ("cards", "holder", "holders"),
    ("cards", "replaces", "cards"),
    ("reveals", "card", "cards"),
    ("payouts", "merchant", "merchants"),
    ("merchant_terms", "merchant", "merchants"),
    ("settlements", "merchant", "merchants"),
    ("merchant_people", "merchant", "merchants"),
    ("return_origins", "merchant", "merchants"),
    ("pull_shops", "merchant", "merchants"),
    ("robokassa_shops", "merchant", "merchants"),
    ("robokassa_numbers", "merchant", "merchants"),
    ("robokassa_invoices", "merchant", "merchants"),
    ("fiscal_receipts", "invoice", "invoices"),
    ("deliveries", "merchant", "merchants"),
    ("checkouts", "invoice", "invoices"),
    ("links", "holder", "holders"),
    ("links", "merchant", "merchants"),
    ("links", "invoice", "invoices"),
    ("cash_numbers", "invoice", "invoices"),
    ("cash_payments", "terminal", "terminals"),
    ("cash_payments", "invoice", "invoices"),
    ("provider_payments", "holder", "holders"),
    ("provider_payments", "offer", "offers"),
    ("provider_payments", "source", "accounts"),
    ("provider_payments", "card", "cards"),
    ("provider_payments", "hold", "holds"),
    ("favourites", "holder", "holders"),
    ("schedules", "holder", "holders"),
    ("schedule_occurrences", "schedule", "schedules"),
    ("emails", "holder", "holders"),
    ("identifications", "holder", "holders"),
)
"""Which column names a row of which table, by its id."""

_KEYS = {
    "cash_numbers": "number",
    "fiscal_receipts": "merchant || ' ' || number",
    "merchant_keys": "encode(digest, 'hex')",
    "merchant_people": "merchant || ' ' || telegram_id",
    "merchant_terms": "merchant",
    "pull_shops": "merchant",
    "return_origins": "merchant || ' ' || origin",
    "robokassa_numbers": "merchant",
    "robokassa_shops": "merchant",
    "settlements": "payment",
}
"""What a row is known by whose table has no id."""

_UNIQUES = (
    ("holders", "phone"),
    ("holders", "telegram_id"),
    ("offers", "key"),
    ("payments", "offer"),
    ("cards", "number_index"),
    ("reveals", "key"),
    ("links", "invoice"),
    ("cash_payments", "invoice"),
    ("provider_payments", "offer"),
    ("provider_payments", "txn"),
    ("emails", "key"),
)
"""Columns with one row for each value; `uniques` holds the values."""

_UTC = "to_timestamp({at} / 1000000) AT TIME ZONE 'UTC'"
_MONTH = f"CAST(to_char({_UTC}, 'YYYYMM') AS bigint) * 100"
_DAY = f"CAST(to_char({_UTC}, 'DD') AS bigint)"
_JOURNAL = """
    SELECT position, hash, transactions.*, debit, credit, amount, currency
    FROM (
        SELECT * FROM seals WHERE position > :after ORDER BY position LIMIT :limit
    ) AS sealed
    JOIN transactions USING (key) JOIN transfers USING (key) ORDER BY position, line
"""


def faults(connection: Connection) -> Iterator[Fault]:
    """Everything in *connection*'s database that cannot be right, however long it takes."""
    connection.execute("SET LOCAL statement_timeout = 0")
    own = _CHECKS | {
        f"reference_broken_{table}_{column}": _reference(table, column, parent)
        for table, column, parent in _REFERENCES
    }
    own |= uncounted(_MONTH, _DAY)
    own |= {f"double_{table}_{column}": _double(table, column) for table, column in _UNIQUES}
    for fault in audit.faults(connection, own, "transactions JOIN transfers USING (key)"):
        name = "reference_broken" if fault.name.startswith("reference_broken") else fault.name
        yield Fault(name, fault.row, fault.amount_minor, fault.detail)
    yield from audit.chain_faults(_journal(connection))


def _journal(connection: Connection) -> Iterator[Row]:
    """The sealed journal, some thousand transactions in memory at a time."""
    after = 0
    while rows := connection.execute(_JOURNAL, {"after": after, "limit": BATCH}).fetchall():
        yield from rows
        after = rows[-1]["position"]


def _reference(table: str, column: str, parent: str) -> str:
    key = _KEYS.get(table, "id")
    return f"""
        SELECT '{table} ' || {key}, 0, 'refers to a missing row of {parent}' FROM {table}
        WHERE {column} IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM {parent} AS parent WHERE parent.id = {table}.{column}
        )
    """  # noqa: S608  # names of ours


def _double(table: str, column: str) -> str:
    return f"""
        SELECT '{table} ' || min(id), 0, 'another row has the same {column}'
        FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1
    """  # noqa: S608  # names of ours
