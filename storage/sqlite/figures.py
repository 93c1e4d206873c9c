"""How SQLite counts what moved: a transaction has its place from the start."""

from storage.figures import FigureTables, OwnStatements
from storage.sqlite.engine import sqlite3

_MOVED = """
    SELECT kind, currency, count(*) AS transfers, sum(amount) AS minor
    FROM transactions JOIN transfers USING (position)
    WHERE position > :after AND position <= :upto
    GROUP BY kind, currency ORDER BY kind, currency
"""
_POSITION = "SELECT coalesce(max(position), 0) FROM transactions"
_SUMS = """
    SELECT currency, sum(posted) AS posted, sum(held) AS held
    FROM accounts GROUP BY currency ORDER BY currency
"""
# Two ranges of the index on owners: those of the holders are not looked at.
_OTHERS = """
    SELECT currency, substr(owner, 1, instr(owner || '/', '/') - 1) AS owner,
        sum(posted) AS posted
    FROM accounts WHERE owner < 'holder/' OR owner >= 'holder0' GROUP BY 1, 2
"""
_OWN = OwnStatements(_MOVED, _POSITION, unsealed="SELECT 0", sums=_SUMS, others=_OTHERS)


class SqliteFigures(FigureTables):
    """Counts over one SQLite connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, _OWN)
