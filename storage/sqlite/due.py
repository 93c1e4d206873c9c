"""How SQLite leases waiting work: its writers follow one another, so nothing is locked.

A lease that ends later than any can (`stale`) was given before the clock was set back.
"""

# A lane's places are taken by what is leased in it already, then by its oldest.  The leased
# are counted once for all, or a long queue would cost its square.
CLAIM = """
    WITH busy AS MATERIALIZED (
        SELECT lane, count(*) AS taken FROM due_work
        WHERE state = 'due' AND leased_until > :now AND leased_until <= :stale GROUP BY lane
    )
    UPDATE due_work SET leased_until = :until, attempts = attempts + 1
    WHERE key IN (
        SELECT key FROM (
            SELECT key, priority, due_at, coalesce(taken, 0) AS taken,
                row_number() OVER (PARTITION BY lane ORDER BY priority, due_at, key) AS place
            FROM due_work LEFT JOIN busy USING (lane)
            WHERE state = 'due' AND due_at <= :now
              AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :stale)
        )
        WHERE place + taken <= :lane_max
        ORDER BY priority, due_at, key LIMIT :limit
    )
    RETURNING *
"""
