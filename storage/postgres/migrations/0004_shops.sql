-- Shops connect: two-step payments, test orders, key pairs, other interfaces, checkout, settlement.

-- == invoices and payments ==

ALTER TABLE invoices ADD COLUMN changed_at bigint;
UPDATE invoices SET changed_at = coalesce(
    paid_at, (SELECT max(at) FROM history WHERE subject = 'invoice/' || invoices.id), created_at
);
ALTER TABLE invoices ALTER COLUMN changed_at SET NOT NULL;
-- By which it was issued; the shop is told in its way
ALTER TABLE invoices ADD COLUMN interface text NOT NULL DEFAULT 'api';
-- JSON: what that interface has to give back or to know
ALTER TABLE invoices ADD COLUMN content text NOT NULL DEFAULT '{}';
ALTER TABLE invoices ADD COLUMN capture text NOT NULL DEFAULT 'at_once'
    CHECK (capture IN ('at_once', 'later'));
-- 1: no money moves
ALTER TABLE invoices ADD COLUMN is_test bigint NOT NULL DEFAULT 0 CHECK (is_test IN (0, 1));
ALTER TABLE invoices DROP CONSTRAINT invoices_state_check;
ALTER TABLE invoices ADD CONSTRAINT invoices_state_check CHECK (state IN
    ('waiting', 'authorised', 'paid', 'rejected', 'expired', 'refunded_in_part', 'refunded'));
ALTER TABLE invoices DROP CONSTRAINT invoices_check1;
ALTER TABLE invoices ADD CONSTRAINT invoices_paid_check CHECK (is_test = 1 OR
    (state IN ('authorised', 'paid', 'refunded_in_part', 'refunded')) = (payment IS NOT NULL));
ALTER TABLE invoices ADD CONSTRAINT invoices_test_check CHECK (is_test = 0 OR payment IS NULL);

ALTER TABLE payments ADD COLUMN capture_until bigint;  -- of an authorised one
ALTER TABLE payments DROP CONSTRAINT payments_state_check;
ALTER TABLE payments ADD CONSTRAINT payments_state_check
    CHECK (state IN ('held', 'authorised', 'done', 'failed'));
DROP INDEX payments_by_hold;
CREATE INDEX payments_by_hold ON payments (hold);

-- The merchant's own number of it
ALTER TABLE refunds ADD COLUMN reference text;

-- == key pairs ==

ALTER TABLE merchant_keys ADD COLUMN id text NOT NULL DEFAULT '';
ALTER TABLE merchant_keys ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE merchant_keys ADD COLUMN public_key text NOT NULL DEFAULT '';
ALTER TABLE merchant_keys ADD COLUMN secret_key bytea;  -- sealed: signs; NULL of those made before
ALTER TABLE merchant_keys ADD COLUMN notify_url text;
UPDATE merchant_keys SET id = encode(substr(digest, 1, 16), 'hex'),
    public_key = (SELECT public_key FROM merchants WHERE merchants.id = merchant);
CREATE INDEX merchant_keys_by_public_key ON merchant_keys (public_key);

-- Origins that a payer may be sent back to
CREATE TABLE return_origins (
    merchant text NOT NULL,
    origin text NOT NULL,
    PRIMARY KEY (merchant, origin)
);
COMMENT ON TABLE return_origins IS 'reference';

-- == pull ==

CREATE TABLE pull_shops (
    merchant text PRIMARY KEY,
    prv_id bigint NOT NULL UNIQUE,
    api_id text NOT NULL,
    secrets bytea NOT NULL,  -- sealed JSON
    notify_url text,
    signs text NOT NULL CHECK (signs IN ('basic', 'signature')),
    created_at bigint NOT NULL
);
COMMENT ON TABLE pull_shops IS 'reference';

-- == robokassa ==

CREATE TABLE robokassa_shops (
    merchant text PRIMARY KEY,
    login text NOT NULL,
    handle text NOT NULL UNIQUE,  -- the login in lower case
    algorithm text NOT NULL,
    passwords bytea NOT NULL,  -- sealed JSON
    settings text NOT NULL,  -- JSON: addresses and what is allowed
    created_at bigint NOT NULL
);
COMMENT ON TABLE robokassa_shops IS 'reference';

-- What orders are called that come without a number
CREATE TABLE robokassa_numbers (
    merchant text PRIMARY KEY,
    next bigint NOT NULL CHECK (next > 0)
);
COMMENT ON TABLE robokassa_numbers IS 'distributed by merchant';

-- == robokassa services ==

-- What its invoice service issued: an invoice, whose id it has, or one that many may pay
CREATE TABLE robokassa_invoices (
    id text PRIMARY KEY,
    merchant text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('onetime', 'reusable')),
    reference text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    description text NOT NULL,
    comments text NOT NULL,  -- the shop's note to itself
    search text NOT NULL,  -- what is searched for words, in lower case
    content text NOT NULL,  -- JSON: of the invoices that many pay
    capture text NOT NULL CHECK (capture IN ('at_once', 'later')),
    created_at bigint NOT NULL,
    expires_at bigint,
    ended_at bigint  -- of one that many may pay
);
COMMENT ON TABLE robokassa_invoices IS 'distributed by id';
CREATE INDEX robokassa_invoices_of_merchant ON robokassa_invoices (merchant, id);
CREATE INDEX robokassa_invoices_by_reference ON robokassa_invoices (merchant, reference);

-- Cash register receipts that shops give us to keep beside their orders
CREATE TABLE fiscal_receipts (
    merchant text NOT NULL,
    number text NOT NULL,  -- the shop's, or refund/id
    invoice text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('second', 'refund')),
    content text NOT NULL,  -- JSON as it came
    kept_at bigint NOT NULL,
    PRIMARY KEY (merchant, number)
);
COMMENT ON TABLE fiscal_receipts IS 'distributed by merchant';
CREATE INDEX fiscal_receipts_of_invoice ON fiscal_receipts (merchant, invoice);

-- == notifications ==

-- Each attempt to tell a shop something
CREATE TABLE deliveries (
    id text PRIMARY KEY,
    merchant text NOT NULL,
    work text NOT NULL,  -- key of the due work
    kind text NOT NULL,
    about text NOT NULL,  -- noun/id
    url text NOT NULL,
    attempt bigint NOT NULL,
    status bigint,  -- of HTTP; NULL: no answer
    outcome text NOT NULL CHECK (outcome IN ('delivered', 'again', 'given_up')),
    detail text NOT NULL,
    answer text NOT NULL,  -- its beginning, secrets masked
    millis bigint NOT NULL,
    at bigint NOT NULL
);
COMMENT ON TABLE deliveries IS 'distributed by id';
CREATE INDEX deliveries_of_merchant ON deliveries (merchant, id);
CREATE INDEX deliveries_of_work ON deliveries (work, id);
CREATE INDEX deliveries_by_age ON deliveries (at);

-- What the wallet signs in others' ways with, made when it is first needed
CREATE TABLE signing_keys (
    name text PRIMARY KEY,
    certificate text NOT NULL,  -- PEM
    secret bytea NOT NULL,  -- sealed
    created_at bigint NOT NULL
);
COMMENT ON TABLE signing_keys IS 'reference';

-- == checkout ==

CREATE TABLE checkouts (
    id text PRIMARY KEY,
    invoice text NOT NULL,
    secret bytea NOT NULL,  -- keyed hash of what the browser holds
    way text NOT NULL CHECK (way IN ('code', 'chat', 'card')),
    holder text,  -- NULL: nobody has that number; the browser must not notice
    content text NOT NULL,  -- JSON: source and cost as shown
    code_id text,
    wrong bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('open', 'paid', 'failed')),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
COMMENT ON TABLE checkouts IS 'distributed by id';
CREATE INDEX checkouts_by_end ON checkouts (expires_at);
-- Those that anybody has sent are not kept for long
CREATE INDEX codes_of_checkouts ON codes (sent_at) WHERE purpose = 'checkout';

-- == settlement ==

-- A merchant without a row: no tariff, no reserve
CREATE TABLE merchant_terms (
    merchant text PRIMARY KEY,
    tariff text NOT NULL,  -- JSON of a commission
    reserve_days bigint NOT NULL CHECK (reserve_days BETWEEN 0 AND 365),
    settlement_currency text NOT NULL,
    payee text NOT NULL,  -- JSON: requisites that payouts go to
    changed_at bigint NOT NULL
);
COMMENT ON TABLE merchant_terms IS 'reference';

-- What became of a payment's money at its merchant, where there is a fee or a reserve
CREATE TABLE settlements (
    payment text PRIMARY KEY,  -- or a cash payment
    merchant text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_returned bigint NOT NULL DEFAULT 0 CHECK (fee_returned BETWEEN 0 AND fee),
    reserved bigint NOT NULL CHECK (reserved BETWEEN 0 AND amount),
    release_at bigint,  -- NULL where nothing was reserved
    settled_at bigint NOT NULL
);
COMMENT ON TABLE settlements IS 'distributed by payment';
CREATE INDEX settlements_reserved ON settlements (release_at) WHERE reserved > 0;
CREATE INDEX settlements_of_merchant ON settlements (merchant, settled_at);

CREATE TABLE payouts (
    id text PRIMARY KEY,
    merchant text NOT NULL,
    batch text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    taken_currency text NOT NULL,
    taken bigint NOT NULL CHECK (taken > 0),  -- what left the balance
    conversion text,  -- JSON; NULL where nothing was exchanged
    payee text NOT NULL,  -- JSON: as it was then
    state text NOT NULL CHECK (state IN ('prepared', 'paid', 'returned')),
    reason text NOT NULL DEFAULT '',
    created_at bigint NOT NULL,
    settled_at bigint,
    CHECK ((conversion IS NULL) = (currency = taken_currency))
);
COMMENT ON TABLE payouts IS 'distributed by id';
CREATE INDEX payouts_of_merchant ON payouts (merchant, id);
CREATE INDEX payouts_of_batch ON payouts (batch);

-- == people and links ==

CREATE TABLE merchant_people (
    merchant text NOT NULL,
    telegram_id bigint NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'manager', 'viewer')),
    added_at bigint NOT NULL,
    PRIMARY KEY (merchant, telegram_id)
);
COMMENT ON TABLE merchant_people IS 'reference';
CREATE INDEX merchant_people_by_telegram ON merchant_people (telegram_id);

-- A merchant keeps this wallet on file, by its holder's consent
CREATE TABLE links (
    id text PRIMARY KEY,
    holder text NOT NULL,
    merchant text NOT NULL,
    source text NOT NULL,  -- as payments name it
    invoice text NOT NULL,  -- whose payment agreed to it
    state text NOT NULL CHECK (state IN ('active', 'ended')),
    created_at bigint NOT NULL,
    used_at bigint,
    ended_at bigint
);
COMMENT ON TABLE links IS 'distributed by id';
CREATE INDEX links_of_holder ON links (holder, id);
CREATE INDEX links_of_merchant ON links (merchant, id);
CREATE INDEX links_of_invoice ON links (invoice);

-- == cash ==

-- What is typed at a terminal to pay an invoice
CREATE TABLE cash_numbers (
    number text PRIMARY KEY,
    invoice text NOT NULL
);
CREATE INDEX cash_numbers_of_invoice ON cash_numbers (invoice);
COMMENT ON TABLE cash_numbers IS 'distributed by number';

-- An invoice paid with banknotes at a terminal
CREATE TABLE cash_payments (
    id text PRIMARY KEY,
    terminal text NOT NULL,
    receipt text NOT NULL,
    invoice text NOT NULL,
    merchant text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    received_at bigint NOT NULL
);
COMMENT ON TABLE cash_payments IS 'distributed by id';
CREATE INDEX cash_payments_of_invoice ON cash_payments (invoice);
