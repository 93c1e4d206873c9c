-- What several processes on one database need, and what both engines call alike.

-- An update that a process handles is left alone by the others until then
ALTER TABLE inbox ADD COLUMN leased_until bigint;
CREATE INDEX inbox_of_sender ON inbox (sender, update_id) WHERE state = 'due';

-- How often somebody may ask: when the bucket of that name is full again.  It may be lost.
CREATE UNLOGGED TABLE rate_limits (
    name text PRIMARY KEY,
    full_at bigint NOT NULL
) WITH (fillfactor = 70);
COMMENT ON TABLE rate_limits IS 'one node';

CREATE UNIQUE INDEX operations_once ON operations (holder, subject);

-- A shop's list of one state must not read past all of the others.
CREATE INDEX invoices_of_merchant_in_state ON invoices (merchant, state, id);
