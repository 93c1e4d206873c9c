"""How SQLite leases updates: of each sender the oldest, and only when nobody has it."""

CLAIM = """
    UPDATE inbox SET leased_until = :until WHERE update_id IN (
        SELECT update_id FROM inbox AS one
        WHERE state = 'due'
          AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :stale)
          AND NOT EXISTS (
            SELECT 1 FROM inbox AS earlier
            WHERE earlier.sender = one.sender AND earlier.state = 'due'
              AND earlier.update_id < one.update_id
        )
          AND NOT EXISTS (  -- one that came late does not overtake a newer one in hand
            SELECT 1 FROM inbox AS newer
            WHERE newer.sender = one.sender AND newer.state = 'due'
              AND newer.leased_until > :now AND newer.leased_until <= :stale
        )
        ORDER BY update_id LIMIT :limit
    )
    RETURNING *
"""
