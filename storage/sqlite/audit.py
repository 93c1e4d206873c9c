"""What can be wrong with the journal as SQLite keeps it, and with the file itself."""

from collections.abc import Iterator

from services.books import Fault
from storage import audit
from storage.audit_paying import uncounted
from storage.sqlite.engine import sqlite3

_CHECKS = {
    "page_broken": """
        SELECT 'file', 0, integrity_check FROM pragma_integrity_check
        WHERE integrity_check <> 'ok'
    """,
    "reference_broken": """
        SELECT "table" || ' ' || rowid, 0, 'refers to a missing row of ' || parent
        FROM pragma_foreign_key_check
    """,
    "transaction_empty": """
        SELECT 'transactions ' || position, 0, 'moves nothing' FROM transactions
        WHERE position NOT IN (SELECT position FROM transfers)
    """,
    "transaction_missing": """
        SELECT 'transactions ' || (position + 1), 0, 'the next one after it is gone'
        FROM transactions
        WHERE position < (SELECT max(position) FROM transactions)
          AND position + 1 NOT IN (SELECT position FROM transactions)
    """,
    "transfer_orphaned": """
        SELECT 'transfers ' || id, amount, 'belongs to no transaction' FROM transfers
        WHERE position NOT IN (SELECT position FROM transactions)
    """,
    "transfer_illegal": """
        SELECT 'transfers ' || id, amount, 'not a positive amount of one currency'
        FROM transfers
        WHERE amount <= 0 OR debit = credit OR typeof(amount) <> 'integer'
           OR substr(debit, -3) <> currency OR substr(credit, -3) <> currency
    """,
}
_MONTH = "CAST(strftime('%Y%m00', {at} / 1000000, 'unixepoch') AS INTEGER)"
_DAY = "CAST(strftime('%d', {at} / 1000000, 'unixepoch') AS INTEGER)"
_JOURNAL = """
    SELECT transactions.*, debit, credit, amount, currency
    FROM transactions JOIN transfers USING (position) ORDER BY position, transfers.id
"""


def faults(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Everything in *connection*'s database that cannot be right."""
    own = _CHECKS | uncounted(_MONTH, _DAY)
    yield from audit.faults(connection, own, "transactions JOIN transfers USING (position)")
    yield from audit.chain_faults(connection.execute(_JOURNAL))
