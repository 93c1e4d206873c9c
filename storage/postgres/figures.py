"""How PostgreSQL counts what moved: along the seals, which give transactions their place."""

from storage.figures import FigureTables, OwnStatements
from storage.postgres.connection import PostgresConnection

_MOVED = """
    SELECT kind, currency, count(*) AS transfers, CAST(sum(amount) AS bigint) AS minor
    FROM seals JOIN transactions USING (key) JOIN transfers USING (key)
    WHERE position > :after AND position <= :upto
    GROUP BY kind, currency ORDER BY kind, currency
"""
_POSITION = "SELECT coalesce(max(position), 0) FROM seals"
_UNSEALED = "SELECT count(*) FROM unsealed"
# Credits that wait belong to the balance too, and only accounts that are shared have any.
_SUMS = """
    WITH parts AS (
        SELECT currency, sum(posted) AS posted, sum(held) AS held FROM accounts GROUP BY 1
        UNION ALL
        SELECT right(account, 3), sum(amount), 0 FROM pending_credits GROUP BY 1
    )
    SELECT currency, CAST(sum(posted) AS bigint) AS posted, CAST(sum(held) AS bigint) AS held
    FROM parts GROUP BY currency ORDER BY currency
"""
_OTHERS = """
    SELECT currency, split_part(owner, '/', 1) AS owner, CAST(sum(posted) AS bigint) AS posted
    FROM balances WHERE owner NOT LIKE 'holder/%' GROUP BY 1, 2
"""
_OWN = OwnStatements(_MOVED, _POSITION, _UNSEALED, _SUMS, _OTHERS)


class PostgresFigures(FigureTables):
    """Counts over one PostgreSQL connection."""

    def __init__(self, connection: PostgresConnection) -> None:
        super().__init__(connection, _OWN)
