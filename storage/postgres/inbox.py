"""How PostgreSQL leases updates: of each sender the oldest, and only when nobody has it."""

CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT update_id FROM inbox AS one
        WHERE state = 'due'
          AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :stale)
          AND NOT EXISTS (
            SELECT 1 FROM inbox AS earlier
            WHERE earlier.sender = one.sender AND earlier.state = 'due'
              AND earlier.update_id < one.update_id
        )
        ORDER BY update_id LIMIT :limit
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE inbox SET leased_until = :until FROM free
    WHERE inbox.update_id = free.update_id
    RETURNING inbox.*
"""
