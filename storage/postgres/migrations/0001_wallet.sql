-- Amounts are bigint minor units; times are bigint microseconds since 1970, UTC.  Ids are
-- text drawn by the application, so no statement needs a sequence.
--
-- The comment on each table says where a sharded PostgreSQL would keep its rows:
--   distributed by COLUMN   spread by the hash of that column; every unique key contains it
--   reference               few and rarely changed: a copy on every node
--   one node                work and keys that are looked at together
-- A unique value that is not the row's own id is claimed in `uniques`, and no table refers
-- to another by a constraint: the audit finds what refers to nothing.

-- The ledger ---------------------------------------------------------------------------

CREATE TABLE accounts (
    id text PRIMARY KEY CHECK (id LIKE owner || ':%:' || currency),
    owner text NOT NULL,
    currency text NOT NULL CHECK (length(currency) = 3),
    floor bigint NOT NULL CHECK (floor BETWEEN -9000000000000000 AND 0),
    posted bigint NOT NULL DEFAULT 0
        CHECK (posted BETWEEN -9000000000000000 AND 9000000000000000),
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    -- Many pay into it at once: credits wait in pending_credits and are summed on read
    is_shared boolean NOT NULL GENERATED ALWAYS AS (owner NOT LIKE 'holder/%') STORED,
    opened_at bigint NOT NULL,
    CONSTRAINT funds CHECK (posted - held >= floor)
) WITH (fillfactor = 80);
CREATE INDEX accounts_of_owner ON accounts (owner);
COMMENT ON TABLE accounts IS 'distributed by id';

CREATE TABLE pending_credits (
    account text NOT NULL,
    key text NOT NULL,
    line bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (account, key, line)
);
COMMENT ON TABLE pending_credits IS 'distributed by account';

CREATE TABLE transactions (
    key text PRIMARY KEY,
    kind text NOT NULL,
    cause text NOT NULL,
    at bigint NOT NULL,
    reverses text
);
COMMENT ON TABLE transactions IS 'distributed by key';

CREATE TABLE transfers (
    key text NOT NULL,
    line bigint NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    currency text NOT NULL,
    PRIMARY KEY (key, line),
    CHECK (debit <> credit),
    CHECK (right(debit, 3) = currency AND right(credit, 3) = currency)
);
CREATE INDEX transfers_debited ON transfers (debit);
CREATE INDEX transfers_credited ON transfers (credit);
COMMENT ON TABLE transfers IS 'distributed by key';

-- The chain: a transaction waits in `unsealed` until the sealer has given it its place
CREATE TABLE unsealed (key text PRIMARY KEY);
COMMENT ON TABLE unsealed IS 'one node';
CREATE TABLE seals (
    position bigint PRIMARY KEY CHECK (position > 0),
    key text NOT NULL UNIQUE,
    hash bytea NOT NULL CHECK (length(hash) = 32)
);
COMMENT ON TABLE seals IS 'one node';

CREATE TABLE holds (
    id text PRIMARY KEY,
    account text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
    cause text NOT NULL,
    state text NOT NULL CHECK (state IN ('held', 'captured', 'released', 'expired')),
    placed_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    settled_at bigint,
    CHECK ((state = 'captured') = (captured > 0)),
    CHECK ((state = 'held') = (settled_at IS NULL))
);
CREATE INDEX holds_open ON holds (account) WHERE state = 'held';
COMMENT ON TABLE holds IS 'distributed by id';

CREATE VIEW balances AS
    SELECT id, owner, currency, floor, held,
        posted + coalesce((
            SELECT sum(amount)::bigint FROM pending_credits WHERE account = accounts.id
        ), 0) AS posted
    FROM accounts;

-- Values of which there is one, whatever shard the row with them is on
CREATE TABLE uniques (
    name text NOT NULL,
    value text NOT NULL,
    id text NOT NULL,
    PRIMARY KEY (name, value)
);
COMMENT ON TABLE uniques IS 'distributed by value';

-- Money moves only through the functions below: they say so for the length of their call,
-- and these triggers refuse everybody else.
CREATE FUNCTION in_ledger() RETURNS boolean LANGUAGE sql STABLE
    RETURN coalesce(current_setting('purser.ledger', true), '') = 'moves';

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$;

CREATE TRIGGER accounts_move_by_transfers BEFORE UPDATE ON accounts FOR EACH ROW
    WHEN ((NEW.posted <> OLD.posted OR NEW.held <> OLD.held) AND NOT in_ledger())
    EXECUTE FUNCTION refuse('a balance moves only by a transfer or a hold');
CREATE TRIGGER accounts_open_empty BEFORE INSERT ON accounts FOR EACH ROW
    WHEN ((NEW.posted <> 0 OR NEW.held <> 0) AND NOT in_ledger())
    EXECUTE FUNCTION refuse('an account opens empty');
CREATE TRIGGER accounts_keep_their_name BEFORE UPDATE ON accounts FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.owner <> OLD.owner OR NEW.currency <> OLD.currency
        OR NEW.opened_at <> OLD.opened_at)
    EXECUTE FUNCTION refuse('an account keeps its owner and currency');
CREATE TRIGGER accounts_never_go BEFORE DELETE ON accounts FOR EACH ROW
    EXECUTE FUNCTION refuse('an account never goes');

CREATE TRIGGER credits_wait BEFORE INSERT OR UPDATE OR DELETE ON pending_credits FOR EACH ROW
    WHEN (NOT in_ledger()) EXECUTE FUNCTION refuse('a balance moves only by a transfer');
CREATE TRIGGER transactions_by_the_ledger BEFORE INSERT ON transactions FOR EACH ROW
    WHEN (NOT in_ledger()) EXECUTE FUNCTION refuse('a transaction is posted by the ledger');
CREATE TRIGGER transactions_never_change BEFORE UPDATE OR DELETE ON transactions FOR EACH ROW
    EXECUTE FUNCTION refuse('a transaction never changes and never goes');
CREATE TRIGGER transfers_by_the_ledger BEFORE INSERT ON transfers FOR EACH ROW
    WHEN (NOT in_ledger()) EXECUTE FUNCTION refuse('a transfer is posted by the ledger');
CREATE TRIGGER transfers_never_change BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW
    EXECUTE FUNCTION refuse('a transfer never changes and never goes');
CREATE TRIGGER seals_never_change BEFORE UPDATE OR DELETE ON seals FOR EACH ROW
    EXECUTE FUNCTION refuse('a seal never changes and never goes');

CREATE TRIGGER holds_by_the_ledger BEFORE INSERT OR UPDATE ON holds FOR EACH ROW
    WHEN (NOT in_ledger()) EXECUTE FUNCTION refuse('money is held only by the ledger');
CREATE TRIGGER holds_end_once BEFORE UPDATE ON holds FOR EACH ROW
    WHEN (OLD.state <> 'held' OR NEW.state = 'held' OR NEW.id <> OLD.id
        OR NEW.account <> OLD.account OR NEW.amount <> OLD.amount OR NEW.cause <> OLD.cause)
    EXECUTE FUNCTION refuse('a hold ends once and changes nothing else');
CREATE TRIGGER holds_never_go BEFORE DELETE ON holds FOR EACH ROW
    EXECUTE FUNCTION refuse('a hold never goes');

CREATE TRIGGER accounts_stay BEFORE TRUNCATE ON accounts
    EXECUTE FUNCTION refuse('an account never goes');
CREATE TRIGGER credits_stay BEFORE TRUNCATE ON pending_credits
    EXECUTE FUNCTION refuse('a balance moves only by a transfer');
CREATE TRIGGER holds_stay BEFORE TRUNCATE ON holds
    EXECUTE FUNCTION refuse('a hold never goes');
CREATE TRIGGER transactions_stay BEFORE TRUNCATE ON transactions
    EXECUTE FUNCTION refuse('a transaction never goes');
CREATE TRIGGER transfers_stay BEFORE TRUNCATE ON transfers
    EXECUTE FUNCTION refuse('a transfer never goes');
CREATE TRIGGER seals_stay BEFORE TRUNCATE ON seals
    EXECUTE FUNCTION refuse('a seal never goes');

-- Puts the credits that wait into the balance of a shared account, whose row it locks
CREATE FUNCTION ledger_fold(_account text) RETURNS void LANGUAGE plpgsql
SET purser.ledger = 'moves' AS $$
DECLARE _sum bigint;
BEGIN
    PERFORM 1 FROM accounts WHERE id = _account FOR NO KEY UPDATE;
    WITH gone AS (DELETE FROM pending_credits WHERE account = _account RETURNING amount)
    SELECT sum(amount) INTO _sum FROM gone;
    IF _sum IS NOT NULL THEN
        UPDATE accounts SET posted = posted + _sum WHERE id = _account;
    END IF;
END $$;

-- Takes an amount off an account; false where that would go below its floor
CREATE FUNCTION ledger_debit(_account text, _currency text, _amount bigint) RETURNS boolean
LANGUAGE plpgsql SET purser.ledger = 'moves' AS $$
BEGIN
    UPDATE accounts SET posted = posted - _amount
    WHERE id = _account AND currency = _currency AND posted - held - _amount >= floor;
    IF FOUND THEN RETURN true; END IF;
    IF NOT EXISTS (SELECT 1 FROM accounts WHERE id = _account AND is_shared) THEN
        RETURN false;
    END IF;
    PERFORM ledger_fold(_account);
    UPDATE accounts SET posted = posted - _amount
    WHERE id = _account AND currency = _currency AND posted - held - _amount >= floor;
    RETURN FOUND;
END $$;

-- Appends a transaction and moves the balances.  Returns NULL, or the place (from 1) of the
-- transfer that cannot be: negative where its credit account is missing, 0 where what it
-- reverses was reversed before.  The caller undoes it all then.
CREATE FUNCTION ledger_post(
    _key text, _kind text, _cause text, _at bigint, _reverses text,
    _debits text[], _credits text[], _amounts bigint[], _currencies text[]
) RETURNS int LANGUAGE plpgsql SET purser.ledger = 'moves' AS $$
DECLARE _shared boolean;
BEGIN
    IF _reverses IS NOT NULL THEN
        INSERT INTO uniques VALUES ('transactions.reverses', _reverses, _key)
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN RETURN 0; END IF;
    END IF;
    INSERT INTO transactions VALUES (_key, _kind, _cause, _at, _reverses);
    INSERT INTO unsealed VALUES (_key);
    IF cardinality(_debits) > 1 OR _credits[1] < _debits[1] THEN  -- one debit locks itself
        PERFORM 1 FROM accounts
        WHERE id = ANY (_debits) OR (id = ANY (_credits) AND NOT is_shared)
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    FOR line IN 1 .. cardinality(_debits) LOOP
        INSERT INTO transfers VALUES
            (_key, line, _debits[line], _credits[line], _amounts[line], _currencies[line]);
        IF NOT ledger_debit(_debits[line], _currencies[line], _amounts[line]) THEN
            RETURN line;
        END IF;
        SELECT is_shared INTO _shared FROM accounts
        WHERE id = _credits[line] AND currency = _currencies[line];
        IF NOT FOUND THEN RETURN -line; END IF;
        IF _shared THEN
            INSERT INTO pending_credits VALUES (_credits[line], _key, line, _amounts[line]);
        ELSE
            UPDATE accounts SET posted = posted + _amounts[line] WHERE id = _credits[line];
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- Reserves money; false where there is not enough
CREATE FUNCTION ledger_place(
    _id text, _account text, _amount bigint, _cause text, _placed_at bigint, _expires_at bigint
) RETURNS boolean LANGUAGE plpgsql SET purser.ledger = 'moves' AS $$
BEGIN
    UPDATE accounts SET held = held + _amount
    WHERE id = _account AND posted - held - _amount >= floor;
    IF NOT FOUND THEN
        IF NOT EXISTS (SELECT 1 FROM accounts WHERE id = _account AND is_shared) THEN
            RETURN false;
        END IF;
        PERFORM ledger_fold(_account);
        UPDATE accounts SET held = held + _amount
        WHERE id = _account AND posted - held - _amount >= floor;
        IF NOT FOUND THEN RETURN false; END IF;
    END IF;
    INSERT INTO holds (id, account, amount, cause, state, placed_at, expires_at)
    VALUES (_id, _account, _amount, _cause, 'held', _placed_at, _expires_at);
    RETURN true;
END $$;

-- Ends a hold; false where it has ended before
CREATE FUNCTION ledger_settle(_id text, _state text, _captured bigint, _at bigint)
RETURNS boolean LANGUAGE plpgsql SET purser.ledger = 'moves' AS $$
DECLARE _hold holds;
BEGIN
    UPDATE holds SET state = _state, captured = _captured, settled_at = _at
    WHERE id = _id AND state = 'held' RETURNING * INTO _hold;
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE accounts SET held = held - _hold.amount WHERE id = _hold.account;
    RETURN true;
END $$;

-- What happened to each thing, in order: the steps of its life --------------------------

CREATE TABLE history (
    subject text NOT NULL,  -- noun/id
    step bigint NOT NULL,
    event text NOT NULL,
    state text NOT NULL,  -- the state it led to
    actor text NOT NULL,
    reason text NOT NULL DEFAULT '',
    at bigint NOT NULL,
    PRIMARY KEY (subject, step)
);
COMMENT ON TABLE history IS 'distributed by subject';
CREATE TRIGGER history_never_changes BEFORE UPDATE OR DELETE ON history FOR EACH ROW
    EXECUTE FUNCTION refuse('history never changes and never goes');
CREATE TRIGGER history_stays BEFORE TRUNCATE ON history
    EXECUTE FUNCTION refuse('history never changes and never goes');

-- What a holder sees as one line of /history
CREATE TABLE operations (
    id text NOT NULL,
    holder text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,  -- signed: what came or went
    state text NOT NULL,
    title text NOT NULL,  -- the other side, as the holder knows it
    note text NOT NULL,
    search text NOT NULL,  -- title and note, case-folded
    at bigint NOT NULL,
    PRIMARY KEY (holder, id)
);
COMMENT ON TABLE operations IS 'distributed by holder';

-- People ---------------------------------------------------------------------------------

CREATE TABLE holders (
    id text PRIMARY KEY,
    phone text NOT NULL CHECK (phone LIKE '+%'),
    telegram_id bigint,
    language text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'locked')),
    notices bigint NOT NULL DEFAULT 1 CHECK (notices IN (0, 1)),
    unreachable_since bigint,
    joined_at bigint NOT NULL
);
CREATE INDEX holders_by_phone ON holders (phone);
CREATE INDEX holders_by_telegram ON holders (telegram_id);
COMMENT ON TABLE holders IS 'distributed by id';

CREATE TABLE joinings (
    telegram_id bigint PRIMARY KEY,
    phone text NOT NULL,
    language text NOT NULL,
    code_id text NOT NULL,
    came_for text,
    at bigint NOT NULL
);
CREATE INDEX joinings_by_code ON joinings (code_id);
COMMENT ON TABLE joinings IS 'distributed by telegram_id';

CREATE TABLE codes (
    id text PRIMARY KEY,
    phone text NOT NULL,
    purpose text NOT NULL,
    subject text NOT NULL,
    content bytea NOT NULL,  -- digest of what the code confirms
    state text NOT NULL
        CHECK (state IN ('sent', 'accepted', 'expired', 'exhausted', 'void')),
    wrong bigint NOT NULL DEFAULT 0 CHECK (wrong BETWEEN 0 AND 5),
    sent_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX codes_of_phone ON codes (phone, sent_at);
COMMENT ON TABLE codes IS 'distributed by id';

CREATE TABLE conversations (
    telegram_id bigint PRIMARY KEY,
    expects text NOT NULL,
    data text NOT NULL,
    screen bigint,  -- the message that the answer will change
    language text,
    updated_at bigint NOT NULL
) WITH (fillfactor = 70);
COMMENT ON TABLE conversations IS 'distributed by telegram_id';

-- Confirming -----------------------------------------------------------------------------

CREATE TABLE offers (
    id text PRIMARY KEY,
    holder text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    content text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('open', 'confirmed', 'used', 'expired', 'withdrawn')),
    code_id text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX offers_by_key ON offers (key);
CREATE INDEX offers_of_subject ON offers (subject) WHERE state IN ('open', 'confirmed');
COMMENT ON TABLE offers IS 'distributed by id';

-- Merchants and what they are paid ---------------------------------------------------------

CREATE TABLE merchants (
    id text PRIMARY KEY,
    name text NOT NULL,
    site_id text NOT NULL UNIQUE,
    public_key text NOT NULL UNIQUE,
    currency text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'disabled')),
    webhook_url text,
    webhook_secret bytea NOT NULL,  -- sealed
    created_at bigint NOT NULL
);
COMMENT ON TABLE merchants IS 'reference';

CREATE TABLE merchant_keys (
    digest bytea PRIMARY KEY,  -- keyed hash: the key itself is nowhere
    merchant text NOT NULL,
    scopes text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint
);
CREATE INDEX merchant_keys_of_merchant ON merchant_keys (merchant);
COMMENT ON TABLE merchant_keys IS 'reference';

CREATE TABLE invoices (
    id text PRIMARY KEY,
    merchant text NOT NULL,
    reference text,
    phone text,  -- NULL: open, whoever has the link may pay
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
    description text NOT NULL,
    state text NOT NULL CHECK (state IN
        ('waiting', 'paid', 'rejected', 'expired', 'refunded_in_part', 'refunded')),
    version bigint NOT NULL DEFAULT 1,
    payment text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    paid_at bigint,
    CHECK ((state IN ('paid', 'refunded_in_part', 'refunded')) = (payment IS NOT NULL)),
    CHECK ((state = 'refunded') = (refunded = amount)),
    CHECK ((state = 'refunded_in_part') = (refunded > 0 AND refunded < amount))
);
CREATE INDEX invoices_by_reference ON invoices (merchant, reference);
CREATE INDEX invoices_waiting_for_phone ON invoices (phone, id) WHERE state = 'waiting';
CREATE INDEX invoices_of_merchant ON invoices (merchant, id);
COMMENT ON TABLE invoices IS 'distributed by id';

CREATE TABLE payments (
    id text PRIMARY KEY,
    holder text NOT NULL,
    offer text NOT NULL,
    invoice text NOT NULL,
    merchant text NOT NULL,
    account text NOT NULL,
    card text,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('held', 'done', 'failed')),
    hold text,
    created_at bigint NOT NULL,
    settled_at bigint
);
CREATE INDEX payments_of_offer ON payments (offer);
CREATE INDEX payments_of_invoice ON payments (invoice);
CREATE INDEX payments_by_card ON payments (card, created_at) WHERE card IS NOT NULL;
CREATE INDEX payments_by_hold ON payments (hold) WHERE state = 'held';
COMMENT ON TABLE payments IS 'distributed by id';

CREATE TABLE refunds (
    id text PRIMARY KEY,
    merchant text NOT NULL,
    invoice text NOT NULL,
    payment text NOT NULL,
    holder text NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'paid', 'declined')),
    created_at bigint NOT NULL
);
CREATE INDEX refunds_of_invoice ON refunds (invoice);
CREATE INDEX refunds_of_holder ON refunds (holder, id);
COMMENT ON TABLE refunds IS 'distributed by id';

-- First answers of our API, replayed when a request is repeated
CREATE TABLE answers (
    scope text NOT NULL,  -- whose key it is, and for what
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status bigint NOT NULL,
    body text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (scope, key)
);
COMMENT ON TABLE answers IS 'distributed by key';

-- Cash ---------------------------------------------------------------------------------------

CREATE TABLE terminals (
    id text PRIMARY KEY,
    name text NOT NULL,
    login text NOT NULL UNIQUE,
    password bytea NOT NULL,  -- keyed hash
    currency text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at bigint NOT NULL
);
COMMENT ON TABLE terminals IS 'reference';

CREATE TABLE topups (
    id text PRIMARY KEY,
    terminal text NOT NULL,
    receipt text NOT NULL,  -- the terminal's transaction number, on the paper too
    phone text NOT NULL,
    holder text,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('announced', 'received', 'credited', 'unclaimed')),
    announced_at bigint NOT NULL,
    received_at bigint,
    credited_at bigint
);
CREATE INDEX topups_by_receipt ON topups (terminal, receipt);
CREATE INDEX topups_of_phone ON topups (phone, id);
COMMENT ON TABLE topups IS 'distributed by id';

-- Cards -----------------------------------------------------------------------------------------

CREATE TABLE data_keys (
    id text PRIMARY KEY,
    wrapped bytea NOT NULL,
    created_at bigint NOT NULL
);
COMMENT ON TABLE data_keys IS 'reference';

CREATE TABLE cards (
    id text PRIMARY KEY,
    holder text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('virtual', 'single_use')),
    state text NOT NULL CHECK (state IN ('active', 'frozen', 'reissued', 'closed', 'expired')),
    version bigint NOT NULL DEFAULT 1,
    number bytea,  -- sealed; gone with the card
    number_index bytea,  -- keyed hash, to find a card by its number
    last_four text NOT NULL CHECK (length(last_four) = 4),
    expires text NOT NULL CHECK (length(expires) = 4),  -- YYMM
    code_counter bigint NOT NULL DEFAULT 1,
    currency text NOT NULL,  -- of the limits
    limit_payment bigint CHECK (limit_payment >= 0),
    limit_day bigint CHECK (limit_day >= 0),
    limit_month bigint CHECK (limit_month >= 0),
    replaces text,
    created_at bigint NOT NULL,
    CHECK ((state IN ('active', 'frozen')) = (number IS NOT NULL)),
    CHECK ((number IS NULL) = (number_index IS NULL))
);
CREATE INDEX cards_of_holder ON cards (holder, id);
CREATE INDEX cards_by_number ON cards (number_index);
COMMENT ON TABLE cards IS 'distributed by id';

-- Each time a card's details were sent: an SMS, and one look at the card's page
CREATE TABLE reveals (
    id text PRIMARY KEY,
    card text NOT NULL,
    holder text NOT NULL,
    key text NOT NULL,
    sent_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    seen_at bigint
);
CREATE INDEX reveals_of_card ON reveals (card, sent_at);
CREATE INDEX reveals_by_key ON reveals (key);
COMMENT ON TABLE reveals IS 'distributed by id';

-- Rates of exchange, newest counts ------------------------------------------------------------

CREATE TABLE rates (
    base text NOT NULL,
    quote text NOT NULL,
    at bigint NOT NULL,
    source text NOT NULL,
    rate text NOT NULL,  -- decimal text: units of quote for one unit of base
    PRIMARY KEY (base, quote, at)
);
COMMENT ON TABLE rates IS 'reference';

-- Work that waits -------------------------------------------------------------------------------

CREATE TABLE due_work (
    key text PRIMARY KEY,
    kind text NOT NULL,
    lane text NOT NULL,  -- one slow receiver is one lane
    payload text NOT NULL,
    state text NOT NULL CHECK (state IN ('due', 'done', 'dead')),
    attempts bigint NOT NULL DEFAULT 0,
    priority bigint NOT NULL DEFAULT 5,
    due_at bigint NOT NULL,
    leased_until bigint,
    error text NOT NULL DEFAULT '',
    created_at bigint NOT NULL
);
CREATE INDEX due_work_due ON due_work (priority, due_at) WHERE state = 'due';
CREATE INDEX due_work_leased ON due_work (leased_until) WHERE state = 'due';
CREATE INDEX due_work_dead ON due_work (created_at) WHERE state = 'dead';
CREATE INDEX due_work_done ON due_work (created_at) WHERE state = 'done';
COMMENT ON TABLE due_work IS 'one node';

CREATE TABLE inbox (
    update_id bigint PRIMARY KEY,
    sender bigint NOT NULL,
    body text NOT NULL,  -- emptied when done: it may hold a code
    state text NOT NULL CHECK (state IN ('due', 'done', 'dead')),
    attempts bigint NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    received_at bigint NOT NULL
);
CREATE INDEX inbox_open ON inbox (state, update_id) WHERE state <> 'done';
CREATE INDEX inbox_done ON inbox (received_at) WHERE state = 'done';
COMMENT ON TABLE inbox IS 'one node';
