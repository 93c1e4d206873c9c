-- Paying for things: the catalogue, payments to providers, exchange, limits, documents, schedules.

-- == catalogue ==

CREATE TABLE categories (
    id text PRIMARY KEY,
    position bigint NOT NULL,
    content text NOT NULL
);
COMMENT ON TABLE categories IS 'reference';

CREATE TABLE providers (
    id text PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),  -- of the newest terms
    digest text NOT NULL,  -- of them
    position bigint NOT NULL,
    closed_by text NOT NULL CHECK (closed_by IN ('', 'file', 'operator'))
);
COMMENT ON TABLE providers IS 'reference';

-- Payments name the version they were made under, so none is ever changed
CREATE TABLE provider_terms (
    provider text NOT NULL,
    version bigint NOT NULL,
    content text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (provider, version)
);
COMMENT ON TABLE provider_terms IS 'reference';

-- One row: every process keeps the catalogue in memory until this one differs
CREATE TABLE catalogue (
    name text PRIMARY KEY CHECK (name = 'catalogue'),
    version bigint NOT NULL,
    digest text NOT NULL
);
COMMENT ON TABLE catalogue IS 'reference';

-- == provider payments and sources ==

-- What left the payer's account where it was exchanged on the way
ALTER TABLE payments ADD COLUMN given_currency text;
ALTER TABLE payments ADD COLUMN given bigint;

CREATE TABLE provider_payments (
    id text PRIMARY KEY,
    txn bigint NOT NULL,
    holder text NOT NULL,
    offer text NOT NULL,
    provider text NOT NULL,
    version bigint NOT NULL,
    account text NOT NULL,
    fields text NOT NULL,
    payee text NOT NULL,
    source text NOT NULL,
    card text,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    commission bigint NOT NULL CHECK (commission >= 0),
    total bigint NOT NULL CHECK (total >= amount),
    given_currency text NOT NULL,
    given bigint NOT NULL CHECK (given > 0),
    state text NOT NULL CHECK (state IN ('held', 'sent', 'unknown', 'done', 'failed')),
    hold text NOT NULL,
    attempts bigint NOT NULL,
    unanswered bigint NOT NULL,
    next_at bigint,
    reason text NOT NULL,
    code text NOT NULL,
    provider_txn text NOT NULL,
    created_at bigint NOT NULL,
    sent_at bigint,
    settled_at bigint
);
COMMENT ON TABLE provider_payments IS 'distributed by id';
CREATE INDEX provider_payments_of_offer ON provider_payments (offer);
CREATE INDEX provider_payments_of_txn ON provider_payments (txn);
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
    provider text PRIMARY KEY,
    troubles bigint NOT NULL CHECK (troubles > 0),
    since bigint NOT NULL,
    pauses bigint NOT NULL CHECK (pauses >= 0),
    until bigint,
    is_tried bigint NOT NULL CHECK (is_tried IN (0, 1)),
    CHECK ((until IS NULL) = (pauses = 0))
);
COMMENT ON TABLE breakers IS 'distributed by provider';

-- What was paid to a provider on a day of its zone, as it was sent
CREATE TABLE registries (
    provider text NOT NULL,
    day text NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    name text NOT NULL,
    currency text NOT NULL,
    payments bigint NOT NULL CHECK (payments >= 0),
    total bigint NOT NULL CHECK (total >= 0),
    content text NOT NULL,
    digest text NOT NULL,
    made_at bigint NOT NULL,
    PRIMARY KEY (provider, day, number)
);
COMMENT ON TABLE registries IS 'distributed by provider';

-- == rates and exchange ==

-- The date that the source gives its rate; an operator's is of when it was set
ALTER TABLE rates ADD COLUMN dated bigint NOT NULL DEFAULT 0;
UPDATE rates SET dated = at;

-- Of each pair and source the one that counts
CREATE TABLE current_rates (
    base text NOT NULL,
    quote text NOT NULL,
    source text NOT NULL,
    rate text NOT NULL,
    dated bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (base, quote, source)
);
COMMENT ON TABLE current_rates IS 'reference';
INSERT INTO current_rates
    SELECT base, quote, source, rate, dated, at FROM rates AS one WHERE at = (
        SELECT max(at) FROM rates
        WHERE base = one.base AND quote = one.quote AND source = one.source
    );

-- What is taken for exchanging two currencies; NULL where `*` says it, or nobody
CREATE TABLE exchange_pairs (
    pair text PRIMARY KEY,  -- both codes in the order of letters, or `*` for all
    spread bigint CHECK (spread BETWEEN 0 AND 5000),  -- basis points
    fee bigint CHECK (fee BETWEEN 0 AND 5000),  -- basis points of what is given
    fixed bigint CHECK (fixed >= 0),
    fixed_currency text,
    is_on bigint CHECK (is_on IN (0, 1)),
    CHECK ((fixed IS NULL) = (fixed_currency IS NULL))
);
COMMENT ON TABLE exchange_pairs IS 'reference';

-- How far from zero the exchange position of a currency may go
CREATE TABLE exchange_limits (
    currency text PRIMARY KEY,
    short bigint CHECK (short >= 0),
    long bigint CHECK (long >= 0)
);
COMMENT ON TABLE exchange_limits IS 'reference';

-- What exchanges will do to limited positions while their money is held
CREATE TABLE exchange_reservations (
    hold text PRIMARY KEY,
    bought_currency text NOT NULL,
    bought bigint NOT NULL CHECK (bought > 0),
    sold_currency text NOT NULL,
    sold bigint NOT NULL CHECK (sold > 0)
);
COMMENT ON TABLE exchange_reservations IS 'distributed by hold';

CREATE TABLE exchanges (
    cause text PRIMARY KEY,  -- noun/id of what it served
    holder text NOT NULL,
    gives_currency text NOT NULL,
    gives bigint NOT NULL CHECK (gives > 0),
    fee bigint NOT NULL CHECK (fee >= 0 AND fee < gives),
    gets_currency text NOT NULL CHECK (gets_currency <> gives_currency),
    gets bigint NOT NULL CHECK (gets > 0),
    rate text NOT NULL,
    unit text NOT NULL CHECK (unit IN (gives_currency, gets_currency)),
    source text NOT NULL,
    rate_at bigint NOT NULL,
    at bigint NOT NULL
);
COMMENT ON TABLE exchanges IS 'distributed by cause';

-- == limits and levels ==

ALTER TABLE holders ADD COLUMN level text NOT NULL DEFAULT 'phone'
    CHECK (level IN ('phone', 'email', 'person'));

-- What the operator has stated in place of what ships; NULL is no limit
CREATE TABLE limit_rules (
    level text NOT NULL CHECK (level IN ('phone', 'email', 'person')),
    currency text NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL
        CHECK (rule IN ('payment', 'day', 'month', 'day_count', 'month_count', 'balance')),
    value bigint CHECK (value >= 0),
    PRIMARY KEY (level, currency, kind, rule)
);
COMMENT ON TABLE limit_rules IS 'reference';

-- What a holder has spent in a day (20261124) and in a month (20261100), held or captured
CREATE TABLE limit_uses (
    holder text NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL,
    period bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    times bigint NOT NULL CHECK (times >= 0),
    PRIMARY KEY (holder, currency, kind, period)
);
CREATE INDEX limit_uses_by_period ON limit_uses (period);
COMMENT ON TABLE limit_uses IS 'distributed by holder';

-- Asked for in the chat, confirmed by a mailed link; what is over keeps no address
CREATE TABLE emails (
    id text PRIMARY KEY,
    holder text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    state text NOT NULL
        CHECK (state IN ('awaiting', 'confirmed', 'replaced', 'expired', 'erased')),
    address bytea,  -- sealed
    mailbox bytea,  -- keyed hash
    asked_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    confirmed_at bigint,
    CHECK ((address IS NOT NULL) = (state IN ('awaiting', 'confirmed'))),
    CHECK ((mailbox IS NOT NULL) = (state IN ('awaiting', 'confirmed')))
);
COMMENT ON TABLE emails IS 'distributed by id';
CREATE INDEX emails_by_key ON emails (key);
CREATE INDEX emails_by_digest ON emails (digest);
CREATE INDEX emails_by_mailbox ON emails (mailbox) WHERE state = 'confirmed';
CREATE INDEX emails_of_holder ON emails (holder) WHERE state IN ('awaiting', 'confirmed');
CREATE INDEX emails_awaiting ON emails (expires_at) WHERE state = 'awaiting';

-- Who a holder is; everything that was said is sealed in one
CREATE TABLE identifications (
    id text PRIMARY KEY,
    holder text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('draft', 'submitted', 'approved', 'declined', 'withdrawn')),
    version bigint NOT NULL,
    data bytea CHECK (data IS NOT NULL OR state = 'withdrawn'),
    document bytea CHECK (document IS NULL OR data IS NOT NULL),  -- keyed hash
    reason text NOT NULL,
    created_at bigint NOT NULL,
    submitted_at bigint,
    decided_at bigint,
    erase_at bigint
);
COMMENT ON TABLE identifications IS 'distributed by id';
CREATE INDEX identifications_of_holder ON identifications (holder)
    WHERE state <> 'withdrawn';
CREATE INDEX identifications_kept ON identifications (holder, erase_at);
CREATE INDEX identifications_waiting ON identifications (submitted_at)
    WHERE state = 'submitted';
CREATE INDEX identifications_of_document ON identifications (document)
    WHERE document IS NOT NULL;

-- == favourites ==

-- Accounts at providers that holders have saved
CREATE TABLE favourites (
    id text NOT NULL,
    holder text NOT NULL,
    provider text NOT NULL,
    account text NOT NULL,
    fields text NOT NULL,  -- JSON: what stays the same from one payment to the next
    name text NOT NULL,  -- the holder's own, or empty
    created_at bigint NOT NULL,
    used_at bigint NOT NULL,
    PRIMARY KEY (holder, id)
);
COMMENT ON TABLE favourites IS 'distributed by holder';
CREATE UNIQUE INDEX favourites_of_account ON favourites (holder, provider, account);

-- == receipts ==

-- What was stated of a finished operation, as it was when it was first asked for
CREATE TABLE receipts (
    code text PRIMARY KEY,  -- follows from holder and operation, under the master key
    holder text NOT NULL,
    operation text NOT NULL,
    facts text NOT NULL  -- JSON
);
COMMENT ON TABLE receipts IS 'distributed by code';

-- == schedules ==

CREATE TABLE schedules (
    holder text NOT NULL,
    id text NOT NULL,
    content text NOT NULL,  -- JSON: what is paid, when, how and within what
    state text NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (holder, id)
);
COMMENT ON TABLE schedules IS 'distributed by holder';

-- Each period of a schedule is in one row, so that nothing is paid twice for it
CREATE TABLE schedule_occurrences (
    holder text NOT NULL,
    id text NOT NULL,
    schedule text NOT NULL,
    period text NOT NULL,
    due_on text NOT NULL,  -- YYYY-MM-DD
    due_at bigint NOT NULL,
    state text NOT NULL
        CHECK (state IN ('planned', 'paying', 'reminded', 'paid', 'skipped', 'failed')),
    attempt bigint NOT NULL,  -- names the operation key
    tries bigint NOT NULL,  -- how often it was put off by itself
    turn bigint NOT NULL,  -- names the due work that counts
    next_at bigint,  -- when the wallet comes back to it
    cost bigint CHECK (cost > 0),  -- what left the account without asking
    cost_currency text,
    reason text NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (holder, id),
    CHECK ((cost IS NULL) = (cost_currency IS NULL))
);
CREATE UNIQUE INDEX schedule_occurrences_of_period
    ON schedule_occurrences (holder, schedule, period);
CREATE INDEX schedule_occurrences_of_schedule ON schedule_occurrences (holder, schedule, due_at);
COMMENT ON TABLE schedule_occurrences IS 'distributed by holder';
