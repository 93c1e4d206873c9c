-- What several processes on one database need, and what both engines call alike.

-- An update that a process handles is left alone by the others until then
ALTER TABLE inbox ADD COLUMN leased_until INTEGER;
CREATE INDEX inbox_of_sender ON inbox (sender, update_id) WHERE state = 'due';

-- How often somebody may ask: when the bucket of that name is full again
CREATE TABLE rate_limits (
    name TEXT PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX operations_once ON operations (holder, subject);

CREATE VIEW balances AS SELECT id, owner, currency, floor, posted, held FROM accounts;

-- A shop's list of one state must not read past all of the others.
CREATE INDEX invoices_of_merchant_in_state ON invoices (merchant, state, id);
