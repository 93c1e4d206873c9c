-- Paying for things: the catalogue, payments to providers, exchange, limits, documents, schedules.

-- == catalogue ==

CREATE TABLE categories (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE providers (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0),  -- of the newest terms
    digest TEXT NOT NULL,  -- of them
    position INTEGER NOT NULL,
    closed_by TEXT NOT NULL CHECK (closed_by IN ('', 'file', 'operator'))
) STRICT, WITHOUT ROWID;

-- Payments name the version they were made under, so none is ever changed
CREATE TABLE provider_terms (
    provider TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (provider, version)
) STRICT;

-- One row: every process keeps the catalogue in memory until this one differs
CREATE TABLE catalogue (
    name TEXT PRIMARY KEY CHECK (name = 'catalogue'),
    version INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- == provider payments and sources ==

-- What left the payer's account where it was exchanged on the way
ALTER TABLE payments ADD COLUMN given_currency TEXT;
ALTER TABLE payments ADD COLUMN given INTEGER;

CREATE TABLE provider_payments (
    id TEXT PRIMARY KEY,
    txn INTEGER NOT NULL,
    holder TEXT NOT NULL,
    offer TEXT NOT NULL,
    provider TEXT NOT NULL,
    version INTEGER NOT NULL,
    account TEXT NOT NULL,
    fields TEXT NOT NULL,
    payee TEXT NOT NULL,
    source TEXT NOT NULL,
    card TEXT,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    commission INTEGER NOT NULL CHECK (commission >= 0),
    total INTEGER NOT NULL CHECK (total >= amount),
    given_currency TEXT NOT NULL,
    given INTEGER NOT NULL CHECK (given > 0),
    state TEXT NOT NULL CHECK (state IN ('held', 'sent', 'unknown', 'done', 'failed')),
    hold TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    unanswered INTEGER NOT NULL,
    next_at INTEGER,
    reason TEXT NOT NULL,
    code TEXT NOT NULL,
    provider_txn TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    settled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX provider_payments_of_offer ON provider_payments (offer);
CREATE UNIQUE INDEX provider_payments_of_txn ON provider_payments (txn);
CREATE INDEX provider_payments_of_holder ON provider_payments (holder, id);
CREATE INDEX provider_payments_of_provider ON provider_payments (provider, settled_at);
CREATE INDEX provider_payments_by_card ON provider_payments (card, created_at)
    WHERE card IS NOT NULL;
CREATE INDEX provider_payments_by_hold ON provider_payments (hold);
CREATE INDEX provider_payments_to_account ON provider_payments (holder, provider, account, id);
CREATE INDEX provider_payments_open ON provider_payments (state) WHERE state IN ('sent', 'unknown');

-- == breakers and registries ==

-- Providers that had troubles since they answered last; all is well with the others
CREATE TABLE breakers (
    provider TEXT PRIMARY KEY,
    troubles INTEGER NOT NULL CHECK (troubles > 0),
    since INTEGER NOT NULL,
    pauses INTEGER NOT NULL CHECK (pauses >= 0),
    until INTEGER,
    is_tried INTEGER NOT NULL CHECK (is_tried IN (0, 1)),
    CHECK ((until IS NULL) = (pauses = 0))
) STRICT, WITHOUT ROWID;

-- What was paid to a provider on a day of its zone, as it was sent
CREATE TABLE registries (
    provider TEXT NOT NULL,
    day TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    payments INTEGER NOT NULL CHECK (payments >= 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (provider, day, number)
) STRICT;

-- == rates and exchange ==

-- The date that the source gives its rate; an operator's is of when it was set
ALTER TABLE rates ADD COLUMN dated INTEGER NOT NULL DEFAULT 0;
UPDATE rates SET dated = at;

-- Of each pair and source the one that counts
CREATE TABLE current_rates (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    source TEXT NOT NULL,
    rate TEXT NOT NULL,
    dated INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (base, quote, source)
) STRICT, WITHOUT ROWID;
INSERT INTO current_rates
    SELECT base, quote, source, rate, dated, at FROM rates AS one WHERE at = (
        SELECT max(at) FROM rates
        WHERE base = one.base AND quote = one.quote AND source = one.source
    );

-- What is taken for exchanging two currencies; NULL where `*` says it, or nobody
CREATE TABLE exchange_pairs (
    pair TEXT PRIMARY KEY,  -- both codes in the order of letters, or `*` for all
    spread INTEGER CHECK (spread BETWEEN 0 AND 5000),  -- basis points
    fee INTEGER CHECK (fee BETWEEN 0 AND 5000),  -- basis points of what is given
    fixed INTEGER CHECK (fixed >= 0),
    fixed_currency TEXT,
    is_on INTEGER CHECK (is_on IN (0, 1)),
    CHECK ((fixed IS NULL) = (fixed_currency IS NULL))
) STRICT, WITHOUT ROWID;

-- How far from zero the exchange position of a currency may go
CREATE TABLE exchange_limits (
    currency TEXT PRIMARY KEY,
    short INTEGER CHECK (short >= 0),
    long INTEGER CHECK (long >= 0)
) STRICT, WITHOUT ROWID;

-- What exchanges will do to limited positions while their money is held
CREATE TABLE exchange_reservations (
    hold TEXT PRIMARY KEY,
    bought_currency TEXT NOT NULL,
    bought INTEGER NOT NULL CHECK (bought > 0),
    sold_currency TEXT NOT NULL,
    sold INTEGER NOT NULL CHECK (sold > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchanges (
    cause TEXT PRIMARY KEY,  -- noun/id of what it served
    holder TEXT NOT NULL REFERENCES holders (id),
    gives_currency TEXT NOT NULL,
    gives INTEGER NOT NULL CHECK (gives > 0),
    fee INTEGER NOT NULL CHECK (fee >= 0 AND fee < gives),
    gets_currency TEXT NOT NULL CHECK (gets_currency <> gives_currency),
    gets INTEGER NOT NULL CHECK (gets > 0),
    rate TEXT NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN (gives_currency, gets_currency)),
    source TEXT NOT NULL,
    rate_at INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- == limits and levels ==

ALTER TABLE holders ADD COLUMN level TEXT NOT NULL DEFAULT 'phone'
    CHECK (level IN ('phone', 'email', 'person'));

-- What the operator has stated in place of what ships; NULL is no limit
CREATE TABLE limit_rules (
    level TEXT NOT NULL CHECK (level IN ('phone', 'email', 'person')),
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL
        CHECK (rule IN ('payment', 'day', 'month', 'day_count', 'month_count', 'balance')),
    value INTEGER CHECK (value >= 0),
    PRIMARY KEY (level, currency, kind, rule)
) STRICT, WITHOUT ROWID;

-- What a holder has spent in a day (20261124) and in a month (20261100), held or captured
CREATE TABLE limit_uses (
    holder TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    period INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    times INTEGER NOT NULL CHECK (times >= 0),
    PRIMARY KEY (holder, currency, kind, period)
) STRICT, WITHOUT ROWID;
CREATE INDEX limit_uses_by_period ON limit_uses (period);

-- Asked for in the chat, confirmed by a mailed link; what is over keeps no address
CREATE TABLE emails (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('awaiting', 'confirmed', 'replaced', 'expired', 'erased')),
    address BLOB,  -- sealed
    mailbox BLOB,  -- keyed hash
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    CHECK ((address IS NOT NULL) = (state IN ('awaiting', 'confirmed'))),
    CHECK ((mailbox IS NOT NULL) = (state IN ('awaiting', 'confirmed')))
) STRICT;
CREATE UNIQUE INDEX emails_by_key ON emails (key);
CREATE UNIQUE INDEX emails_by_digest ON emails (digest);
CREATE UNIQUE INDEX emails_by_mailbox ON emails (mailbox) WHERE state = 'confirmed';
CREATE INDEX emails_of_holder ON emails (holder) WHERE state IN ('awaiting', 'confirmed');
CREATE INDEX emails_awaiting ON emails (expires_at) WHERE state = 'awaiting';

-- Who a holder is; everything that was said is sealed in one
CREATE TABLE identifications (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('draft', 'submitted', 'approved', 'declined', 'withdrawn')),
    version INTEGER NOT NULL,
    data BLOB CHECK (data IS NOT NULL OR state = 'withdrawn'),
    document BLOB CHECK (document IS NULL OR data IS NOT NULL),  -- keyed hash
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    decided_at INTEGER,
    erase_at INTEGER
) STRICT;
CREATE UNIQUE INDEX identifications_of_holder ON identifications (holder)
    WHERE state <> 'withdrawn';
CREATE INDEX identifications_kept ON identifications (holder, erase_at);
CREATE INDEX identifications_waiting ON identifications (submitted_at)
    WHERE state = 'submitted';
CREATE INDEX identifications_of_document ON identifications (document)
    WHERE document IS NOT NULL;

-- == favourites ==

-- Accounts at providers that holders have saved
CREATE TABLE favourites (
    id TEXT NOT NULL,
    holder TEXT NOT NULL REFERENCES holders (id),
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    fields TEXT NOT NULL,  -- JSON: what stays the same from one payment to the next
    name TEXT NOT NULL,  -- the holder's own, or empty
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (holder, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX favourites_of_account ON favourites (holder, provider, account);

-- == receipts ==

-- What was stated of a finished operation, as it was when it was first asked for
CREATE TABLE receipts (
    code TEXT PRIMARY KEY,  -- follows from holder and operation, under the master key
    holder TEXT NOT NULL,
    operation TEXT NOT NULL,
    facts TEXT NOT NULL  -- JSON
) STRICT;

-- == schedules ==

CREATE TABLE schedules (
    holder TEXT NOT NULL,
    id TEXT NOT NULL,
    content TEXT NOT NULL,  -- JSON: what is paid, when, how and within what
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (holder, id)
) STRICT, WITHOUT ROWID;

-- Each period of a schedule is in one row, so that nothing is paid twice for it
CREATE TABLE schedule_occurrences (
    holder TEXT NOT NULL,
    id TEXT NOT NULL,
    schedule TEXT NOT NULL,
    period TEXT NOT NULL,
    due_on TEXT NOT NULL,  -- YYYY-MM-DD
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('planned', 'paying', 'reminded', 'paid', 'skipped', 'failed')),
    attempt INTEGER NOT NULL,  -- names the operation key
    tries INTEGER NOT NULL,  -- how often it was put off by itself
    turn INTEGER NOT NULL,  -- names the due work that counts
    next_at INTEGER,  -- when the wallet comes back to it
    cost INTEGER CHECK (cost > 0),  -- what left the account without asking
    cost_currency TEXT,
    reason TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (holder, id),
    CHECK ((cost IS NULL) = (cost_currency IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX schedule_occurrences_of_period
    ON schedule_occurrences (holder, schedule, period);
CREATE INDEX schedule_occurrences_of_schedule ON schedule_occurrences (holder, schedule, due_at);
