"""How PostgreSQL leases waiting work: many workers at once, each skips what another takes."""

# Of more candidates than are wanted, those that nobody else is taking just now.
CLAIM = """
    WITH busy AS MATERIALIZED (
        SELECT lane, count(*) AS taken FROM due_work
        WHERE state = 'due' AND leased_until > :now AND leased_until <= :stale GROUP BY lane
    ), placed AS (
        SELECT key, priority, due_at, coalesce(taken, 0) AS taken,
            row_number() OVER (PARTITION BY lane ORDER BY priority, due_at, key) AS place
        FROM due_work LEFT JOIN busy USING (lane)
        WHERE state = 'due' AND due_at <= :now
          AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :stale)
    ), candidates AS MATERIALIZED (
        SELECT key FROM placed WHERE place + taken <= :lane_max
        ORDER BY priority, due_at, key LIMIT :limit * 4
    ), free AS MATERIALIZED (
        SELECT key FROM due_work JOIN candidates USING (key)
        WHERE state = 'due' AND due_at <= :now
          AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :stale)
        ORDER BY priority, due_at, key LIMIT :limit
        FOR NO KEY UPDATE OF due_work SKIP LOCKED
    )
    UPDATE due_work SET leased_until = :until, attempts = attempts + 1
    FROM free WHERE due_work.key = free.key
    RETURNING due_work.*
"""
