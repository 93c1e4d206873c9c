"""The sealer: gives posted transactions their place in the chain, some moments later.

To do it while posting would make every payment wait for the one before.  One process at a
time seals, in blocks; a transaction is in `unsealed` from its own commit until its seal's,
so none is passed over, however late it committed.  Credits that wait for the balance of a
shared account are put into it on the same occasion.
"""

from itertools import groupby
from typing import Any

import psycopg
from psycopg.rows import dict_row

from services.ledger import GENESIS
from storage.ledger import posted

BLOCK = 500

_ALONE = b"SELECT pg_try_advisory_xact_lock(hashtext('purser seal'))"
_HEAD = b"SELECT position, hash FROM seals ORDER BY position DESC LIMIT 1"
_WAITING = b"""
    SELECT 0 AS position, ''::bytea AS hash, transactions.*, debit, credit, amount, currency
    FROM (
        SELECT key, at FROM unsealed JOIN transactions USING (key)
        ORDER BY at, key LIMIT %s
    ) AS block
    JOIN transactions USING (key) JOIN transfers USING (key)
    ORDER BY block.at, key, line
"""
_SEAL = b"""
    INSERT INTO seals (position, key, hash)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bytea[])
"""
_SEALED = b"DELETE FROM unsealed WHERE key = ANY (%s)"
_CREDITED = b"SELECT DISTINCT account FROM pending_credits LIMIT 100"
_FOLD = b"SELECT ledger_fold(%s)"

Raw = psycopg.Connection[tuple[Any, ...]]


def seal(raw: Raw) -> int:
    """Seal all that wait, block by block, and fold what was credited; how many were sealed."""
    sealed = 0
    while block := _seal_block(raw):
        sealed += block
    for (account,) in raw.execute(_CREDITED).fetchall():
        raw.execute(_FOLD, (account,))
    return sealed


def _seal_block(raw: Raw) -> int:
    with raw.transaction():
        alone = raw.execute(_ALONE).fetchone()
        if alone is None or not alone[0]:
            return 0
        head = raw.execute(_HEAD).fetchone()
        position, link = (GENESIS.position, GENESIS.hash) if head is None else head
        positions, keys, links = [], [], []
        cursor = raw.cursor(row_factory=dict_row)
        rows = cursor.execute(_WAITING, (BLOCK,)).fetchall()
        for key, lines in groupby(rows, lambda row: row["key"]):
            position += 1
            link = posted(list(lines)).transaction.hash_after(link, position)
            positions.append(position)
            keys.append(key)
            links.append(link)
        if keys:
            raw.execute(_SEAL, (positions, keys, links))
            raw.execute(_SEALED, (keys,))
        return len(keys)
