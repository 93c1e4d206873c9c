-- Amounts are INTEGER minor units; times are INTEGER microseconds since 1970, UTC.
-- Ids are TEXT drawn by the application, so no statement needs a sequence; the journal's
-- position is the place in its chain and is given by the one writer.

-- The ledger ---------------------------------------------------------------------------

CREATE TABLE accounts (
    id TEXT PRIMARY KEY CHECK (id LIKE owner || ':%:' || currency),
    owner TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    floor INTEGER NOT NULL CHECK (floor BETWEEN -9000000000000000 AND 0),
    posted INTEGER NOT NULL DEFAULT 0
        CHECK (posted BETWEEN -9000000000000000 AND 9000000000000000),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    last_transfer INTEGER NOT NULL DEFAULT 0,  -- the newest transfer that moved `posted`
    opened_at INTEGER NOT NULL,
    CONSTRAINT funds CHECK (posted - held >= floor)
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_of_owner ON accounts (owner);

CREATE TABLE transactions (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    reverses TEXT UNIQUE REFERENCES transactions (key),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE transfers (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL REFERENCES transactions (position),
    debit TEXT NOT NULL REFERENCES accounts (id),
    credit TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    currency TEXT NOT NULL,
    CHECK (debit <> credit),
    CHECK (substr(debit, -3) = currency AND substr(credit, -3) = currency)
) STRICT;
CREATE INDEX transfers_of_transaction ON transfers (position);
CREATE INDEX transfers_debited ON transfers (debit);
CREATE INDEX transfers_credited ON transfers (credit);

CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    captured INTEGER NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
    cause TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'captured', 'released', 'expired')),
    placed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER,
    CHECK ((state = 'captured') = (captured > 0)),
    CHECK ((state = 'held') = (settled_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_open ON holds (account) WHERE state = 'held';

CREATE TRIGGER transactions_never_change BEFORE UPDATE ON transactions
BEGIN SELECT RAISE(ABORT, 'a transaction never changes'); END;
CREATE TRIGGER transactions_never_go BEFORE DELETE ON transactions
BEGIN SELECT RAISE(ABORT, 'a transaction never goes'); END;
CREATE TRIGGER transactions_follow BEFORE INSERT ON transactions
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM transactions)
BEGIN SELECT RAISE(ABORT, 'a transaction follows the one before'); END;

CREATE TRIGGER transfers_never_change BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'a transfer never changes'); END;
CREATE TRIGGER transfers_never_go BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'a transfer never goes'); END;
CREATE TRIGGER transfers_join_the_newest BEFORE INSERT ON transfers
WHEN NEW.position <> (SELECT max(position) FROM transactions)
BEGIN SELECT RAISE(ABORT, 'a transfer belongs to the newest transaction'); END;
CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
BEGIN
    UPDATE accounts SET posted = posted - NEW.amount, last_transfer = NEW.id
    WHERE id = NEW.debit;
    UPDATE accounts SET posted = posted + NEW.amount, last_transfer = NEW.id
    WHERE id = NEW.credit;
END;

CREATE TRIGGER accounts_move_by_transfers BEFORE UPDATE OF posted, last_transfer ON accounts
WHEN NOT EXISTS (
    SELECT 1 FROM transfers
    WHERE id = NEW.last_transfer AND id > OLD.last_transfer
      AND NEW.posted = OLD.posted
          + iif(credit = OLD.id, amount, 0) - iif(debit = OLD.id, amount, 0)
      AND OLD.id IN (debit, credit)
)
BEGIN SELECT RAISE(ABORT, 'a balance moves only by a transfer'); END;
CREATE TRIGGER accounts_held_by_holds BEFORE UPDATE OF held ON accounts
WHEN NEW.held <> (
    SELECT coalesce(sum(amount), 0) FROM holds WHERE account = OLD.id AND state = 'held'
)
BEGIN SELECT RAISE(ABORT, 'money is held only by a hold'); END;
CREATE TRIGGER accounts_open_empty BEFORE INSERT ON accounts
WHEN NEW.posted <> 0 OR NEW.held <> 0 OR NEW.last_transfer <> 0
BEGIN SELECT RAISE(ABORT, 'an account opens empty'); END;
CREATE TRIGGER accounts_keep_their_name BEFORE UPDATE OF id, owner, currency, opened_at
ON accounts BEGIN SELECT RAISE(ABORT, 'an account keeps its owner and currency'); END;
CREATE TRIGGER accounts_never_go BEFORE DELETE ON accounts
BEGIN SELECT RAISE(ABORT, 'an account never goes'); END;

CREATE TRIGGER holds_reserve AFTER INSERT ON holds
BEGIN UPDATE accounts SET held = held + NEW.amount WHERE id = NEW.account; END;
CREATE TRIGGER holds_start_held BEFORE INSERT ON holds WHEN NEW.state <> 'held'
BEGIN SELECT RAISE(ABORT, 'a hold starts as held'); END;
CREATE TRIGGER holds_end_once BEFORE UPDATE ON holds
WHEN OLD.state <> 'held' OR NEW.state = 'held' OR NEW.id <> OLD.id
  OR NEW.account <> OLD.account OR NEW.amount <> OLD.amount OR NEW.cause <> OLD.cause
BEGIN SELECT RAISE(ABORT, 'a hold ends once and changes nothing else'); END;
CREATE TRIGGER holds_free AFTER UPDATE OF state ON holds
BEGIN UPDATE accounts SET held = held - OLD.amount WHERE id = OLD.account; END;
CREATE TRIGGER holds_never_go BEFORE DELETE ON holds
BEGIN SELECT RAISE(ABORT, 'a hold never goes'); END;

-- What happened to each thing, in order: the steps of its life --------------------------

CREATE TABLE history (
    subject TEXT NOT NULL,  -- noun/id
    step INTEGER NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,  -- the state it led to
    actor TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    PRIMARY KEY (subject, step)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER history_never_changes BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history never changes'); END;
CREATE TRIGGER history_never_goes BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history never goes'); END;

-- What a holder sees as one line of /history
CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES holders (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,  -- signed: what came or went
    state TEXT NOT NULL,
    title TEXT NOT NULL,  -- the other side, as the holder knows it
    note TEXT NOT NULL,
    search TEXT NOT NULL,  -- title and note, case-folded
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operations_of_holder ON operations (holder, id);

-- People ---------------------------------------------------------------------------------

CREATE TABLE holders (
    id TEXT PRIMARY KEY,
    phone TEXT NOT NULL UNIQUE CHECK (phone LIKE '+%'),
    telegram_id INTEGER UNIQUE,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'locked')),
    notices INTEGER NOT NULL DEFAULT 1 CHECK (notices IN (0, 1)),
    unreachable_since INTEGER,
    joined_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE joinings (
    telegram_id INTEGER PRIMARY KEY,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    code_id TEXT NOT NULL UNIQUE,
    came_for TEXT,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE codes (
    id TEXT PRIMARY KEY,
    phone TEXT NOT NULL,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    content BLOB NOT NULL,  -- digest of what the code confirms
    state TEXT NOT NULL
        CHECK (state IN ('sent', 'accepted', 'expired', 'exhausted', 'void')),
    wrong INTEGER NOT NULL DEFAULT 0 CHECK (wrong BETWEEN 0 AND 5),
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_of_phone ON codes (phone, sent_at);

CREATE TABLE conversations (
    telegram_id INTEGER PRIMARY KEY,
    expects TEXT NOT NULL,
    data TEXT NOT NULL,
    screen INTEGER,  -- the message that the answer will change
    language TEXT,
    updated_at INTEGER NOT NULL
) STRICT;

-- Confirming -----------------------------------------------------------------------------

CREATE TABLE offers (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES holders (id),
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('open', 'confirmed', 'used', 'expired', 'withdrawn')),
    code_id TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offers_of_subject ON offers (subject) WHERE state IN ('open', 'confirmed');

-- Merchants and what they are paid ---------------------------------------------------------

CREATE TABLE merchants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    site_id TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    webhook_url TEXT,
    webhook_secret BLOB NOT NULL,  -- sealed
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE merchant_keys (
    digest BLOB PRIMARY KEY,  -- keyed hash: the key itself is nowhere
    merchant TEXT NOT NULL REFERENCES merchants (id),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX merchant_keys_of_merchant ON merchant_keys (merchant);

CREATE TABLE invoices (
    id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants (id),
    reference TEXT,
    phone TEXT,  -- NULL: open, whoever has the link may pay
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
    description TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'paid', 'rejected', 'expired', 'refunded_in_part', 'refunded')),
    version INTEGER NOT NULL DEFAULT 1,
    payment TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    paid_at INTEGER,
    UNIQUE (merchant, reference),
    CHECK ((state IN ('paid', 'refunded_in_part', 'refunded')) = (payment IS NOT NULL)),
    CHECK ((state = 'refunded') = (refunded = amount)),
    CHECK ((state = 'refunded_in_part') = (refunded > 0 AND refunded < amount))
) STRICT, WITHOUT ROWID;
CREATE INDEX invoices_waiting_for_phone ON invoices (phone, id) WHERE state = 'waiting';
CREATE INDEX invoices_of_merchant ON invoices (merchant, id);

CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES holders (id),
    offer TEXT NOT NULL UNIQUE REFERENCES offers (id),
    invoice TEXT NOT NULL REFERENCES invoices (id),
    merchant TEXT NOT NULL REFERENCES merchants (id),
    account TEXT NOT NULL REFERENCES accounts (id),
    card TEXT REFERENCES cards (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('held', 'done', 'failed')),
    hold TEXT REFERENCES holds (id),
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payments_once_for_invoice ON payments (invoice) WHERE state = 'done';
CREATE INDEX payments_held_for_invoice ON payments (invoice) WHERE state = 'held';
CREATE INDEX payments_by_card ON payments (card, created_at) WHERE card IS NOT NULL;

CREATE TABLE refunds (
    id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants (id),
    invoice TEXT NOT NULL REFERENCES invoices (id),
    payment TEXT NOT NULL REFERENCES payments (id),
    holder TEXT NOT NULL REFERENCES holders (id),
    account TEXT NOT NULL REFERENCES accounts (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'paid', 'declined')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refunds_of_invoice ON refunds (invoice);
CREATE INDEX refunds_of_holder ON refunds (holder, id);

-- First answers of our API, replayed when a request is repeated
CREATE TABLE answers (
    scope TEXT NOT NULL,  -- whose key it is, and for what
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

-- Cash ---------------------------------------------------------------------------------------

CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password BLOB NOT NULL,  -- keyed hash
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE topups (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL REFERENCES terminals (id),
    receipt TEXT NOT NULL,  -- the terminal's transaction number, on the paper too
    phone TEXT NOT NULL,
    holder TEXT REFERENCES holders (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('announced', 'received', 'credited', 'unclaimed')),
    announced_at INTEGER NOT NULL,
    received_at INTEGER,
    credited_at INTEGER,
    UNIQUE (terminal, receipt)
) STRICT, WITHOUT ROWID;
CREATE INDEX topups_of_phone ON topups (phone, id);

-- Cards -----------------------------------------------------------------------------------------

CREATE TABLE data_keys (
    id TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cards (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES holders (id),
    kind TEXT NOT NULL CHECK (kind IN ('virtual', 'single_use')),
    state TEXT NOT NULL CHECK (state IN ('active', 'frozen', 'reissued', 'closed', 'expired')),
    version INTEGER NOT NULL DEFAULT 1,
    number BLOB,  -- sealed; gone with the card
    number_index BLOB UNIQUE,  -- keyed hash, to find a card by its number
    last_four TEXT NOT NULL CHECK (length(last_four) = 4),
    expires TEXT NOT NULL CHECK (length(expires) = 4),  -- YYMM
    code_counter INTEGER NOT NULL DEFAULT 1,
    currency TEXT NOT NULL,  -- of the limits
    limit_payment INTEGER CHECK (limit_payment >= 0),
    limit_day INTEGER CHECK (limit_day >= 0),
    limit_month INTEGER CHECK (limit_month >= 0),
    replaces TEXT REFERENCES cards (id),
    created_at INTEGER NOT NULL,
    CHECK ((state IN ('active', 'frozen')) = (number IS NOT NULL)),
    CHECK ((number IS NULL) = (number_index IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX cards_of_holder ON cards (holder, id);

-- Each time a card's details were sent: an SMS, and one look at the card's page
CREATE TABLE reveals (
    id TEXT PRIMARY KEY,
    card TEXT NOT NULL REFERENCES cards (id),
    holder TEXT NOT NULL REFERENCES holders (id),
    key TEXT NOT NULL UNIQUE,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    seen_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX reveals_of_card ON reveals (card, sent_at);

-- Rates of exchange, newest counts ------------------------------------------------------------

CREATE TABLE rates (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    rate TEXT NOT NULL,  -- decimal text: units of quote for one unit of base
    PRIMARY KEY (base, quote, at)
) STRICT, WITHOUT ROWID;

-- Work that waits -------------------------------------------------------------------------------

CREATE TABLE due_work (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,  -- one slow receiver is one lane
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 5,
    due_at INTEGER NOT NULL,
    leased_until INTEGER,
    error TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX due_work_due ON due_work (priority, due_at) WHERE state = 'due';
CREATE INDEX due_work_dead ON due_work (created_at) WHERE state = 'dead';

CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    sender INTEGER NOT NULL,
    body TEXT NOT NULL,  -- emptied when done: it may hold a code
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_open ON inbox (state, update_id) WHERE state <> 'done';
