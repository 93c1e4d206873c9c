-- Shops connect: two-step payments, test orders, key pairs, other interfaces, checkout, settlement.
-- The tables whose CHECKs change are made anew; foreign keys are looked at before the commit.

-- == invoices and payments ==

CREATE TABLE new_invoices (
    id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants (id),
    reference TEXT,
    phone TEXT,  -- NULL: open, whoever has the link may pay
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
    description TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'authorised', 'paid', 'rejected', 'expired', 'refunded_in_part', 'refunded')),
    version INTEGER NOT NULL DEFAULT 1,
    payment TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    paid_at INTEGER,
    interface TEXT NOT NULL,  -- by which it was issued; the shop is told in its way
    content TEXT NOT NULL,  -- JSON: what that interface has to give back or to know
    capture TEXT NOT NULL CHECK (capture IN ('at_once', 'later')),
    is_test INTEGER NOT NULL CHECK (is_test IN (0, 1)),  -- no money moves
    UNIQUE (merchant, reference),
    CHECK (is_test = 1 OR
        (state IN ('authorised', 'paid', 'refunded_in_part', 'refunded')) = (payment IS NOT NULL)),
    CHECK (is_test = 0 OR payment IS NULL),
    CHECK ((state = 'refunded') = (refunded = amount)),
    CHECK ((state = 'refunded_in_part') = (refunded > 0 AND refunded < amount))
) STRICT, WITHOUT ROWID;
INSERT INTO new_invoices
SELECT id, merchant, reference, phone, currency, amount, refunded, description, state, version,
    payment, created_at, expires_at,
    coalesce(paid_at, (SELECT max(at) FROM history WHERE subject = 'invoice/' || invoices.id), created_at),
    paid_at, 'api', '{}', 'at_once', 0
FROM invoices;
DROP TABLE invoices;
ALTER TABLE new_invoices RENAME TO invoices;
CREATE INDEX invoices_waiting_for_phone ON invoices (phone, id) WHERE state = 'waiting';
CREATE INDEX invoices_of_merchant ON invoices (merchant, id);
CREATE INDEX invoices_of_merchant_in_state ON invoices (merchant, state, id);

CREATE TABLE new_payments (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES holders (id),
    offer TEXT NOT NULL UNIQUE REFERENCES offers (id),
    invoice TEXT NOT NULL REFERENCES invoices (id),
    merchant TEXT NOT NULL REFERENCES merchants (id),
    account TEXT NOT NULL REFERENCES accounts (id),
    card TEXT REFERENCES cards (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('held', 'authorised', 'done', 'failed')),
    hold TEXT REFERENCES holds (id),
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    given_currency TEXT,
    given INTEGER,
    capture_until INTEGER  -- of an authorised one
) STRICT, WITHOUT ROWID;
INSERT INTO new_payments
SELECT id, holder, offer, invoice, merchant, account, card, currency, amount, state, hold,
    created_at, settled_at, given_currency, given, NULL
FROM payments;
DROP TABLE payments;
ALTER TABLE new_payments RENAME TO payments;
CREATE UNIQUE INDEX payments_once_for_invoice ON payments (invoice)
    WHERE state IN ('authorised', 'done');
CREATE INDEX payments_held_for_invoice ON payments (invoice) WHERE state = 'held';
CREATE INDEX payments_by_card ON payments (card, created_at) WHERE card IS NOT NULL;
CREATE INDEX payments_by_hold ON payments (hold);

-- The merchant's own number of it
ALTER TABLE refunds ADD COLUMN reference TEXT;
CREATE UNIQUE INDEX refunds_by_reference ON refunds (invoice, reference);

-- == key pairs ==

ALTER TABLE merchant_keys ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE merchant_keys ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE merchant_keys ADD COLUMN public_key TEXT NOT NULL DEFAULT '';
ALTER TABLE merchant_keys ADD COLUMN secret_key BLOB;  -- sealed: signs; NULL of those made before
ALTER TABLE merchant_keys ADD COLUMN notify_url TEXT;
UPDATE merchant_keys SET id = lower(hex(substr(digest, 1, 16))),
    public_key = (SELECT public_key FROM merchants WHERE merchants.id = merchant);
CREATE INDEX merchant_keys_by_public_key ON merchant_keys (public_key);

-- Origins that a payer may be sent back to
CREATE TABLE return_origins (
    merchant TEXT NOT NULL REFERENCES merchants (id),
    origin TEXT NOT NULL,
    PRIMARY KEY (merchant, origin)
) STRICT, WITHOUT ROWID;

-- == pull ==

CREATE TABLE pull_shops (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    prv_id INTEGER NOT NULL UNIQUE,
    api_id TEXT NOT NULL,
    secrets BLOB NOT NULL,  -- sealed JSON
    notify_url TEXT,
    signs TEXT NOT NULL CHECK (signs IN ('basic', 'signature')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- == robokassa ==

CREATE TABLE robokassa_shops (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    login TEXT NOT NULL,
    handle TEXT NOT NULL UNIQUE,  -- the login in lower case
    algorithm TEXT NOT NULL,
    passwords BLOB NOT NULL,  -- sealed JSON
    settings TEXT NOT NULL,  -- JSON: addresses and what is allowed
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What orders are called that come without a number
CREATE TABLE robokassa_numbers (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT, WITHOUT ROWID;

-- == robokassa services ==

-- What its invoice service issued: an invoice, whose id it has, or one that many may pay
CREATE TABLE robokassa_invoices (
    id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL CHECK (kind IN ('onetime', 'reusable')),
    reference TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    description TEXT NOT NULL,
    comments TEXT NOT NULL,  -- the shop's note to itself
    search TEXT NOT NULL,  -- what is searched for words, in lower case
    content TEXT NOT NULL,  -- JSON: of the invoices that many pay
    capture TEXT NOT NULL CHECK (capture IN ('at_once', 'later')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    ended_at INTEGER  -- of one that many may pay
) STRICT, WITHOUT ROWID;
CREATE INDEX robokassa_invoices_of_merchant ON robokassa_invoices (merchant, id);
CREATE INDEX robokassa_invoices_by_reference ON robokassa_invoices (merchant, reference);

-- Cash register receipts that shops give us to keep beside their orders
CREATE TABLE fiscal_receipts (
    merchant TEXT NOT NULL REFERENCES merchants (id),
    number TEXT NOT NULL,  -- the shop's, or refund/id
    invoice TEXT NOT NULL REFERENCES invoices (id),
    kind TEXT NOT NULL CHECK (kind IN ('second', 'refund')),
    content TEXT NOT NULL,  -- JSON as it came
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (merchant, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fiscal_receipts_of_invoice ON fiscal_receipts (merchant, invoice);

-- == notifications ==

-- Each attempt to tell a shop something
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants (id),
    work TEXT NOT NULL,  -- key of the due work
    kind TEXT NOT NULL,
    about TEXT NOT NULL,  -- noun/id
    url TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    status INTEGER,  -- of HTTP; NULL: no answer
    outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'again', 'given_up')),
    detail TEXT NOT NULL,
    answer TEXT NOT NULL,  -- its beginning, secrets masked
    millis INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_of_merchant ON deliveries (merchant, id);
CREATE INDEX deliveries_of_work ON deliveries (work, id);
CREATE INDEX deliveries_by_age ON deliveries (at);

-- What the wallet signs in others' ways with, made when it is first needed
CREATE TABLE signing_keys (
    name TEXT PRIMARY KEY,
    certificate TEXT NOT NULL,  -- PEM
    secret BLOB NOT NULL,  -- sealed
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- == checkout ==

CREATE TABLE checkouts (
    id TEXT PRIMARY KEY,
    invoice TEXT NOT NULL REFERENCES invoices (id),
    secret BLOB NOT NULL,  -- keyed hash of what the browser holds
    way TEXT NOT NULL CHECK (way IN ('code', 'chat', 'card')),
    holder TEXT,  -- NULL: nobody has that number; the browser must not notice
    content TEXT NOT NULL,  -- JSON: source and cost as shown
    code_id TEXT,
    wrong INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'failed')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX checkouts_by_end ON checkouts (expires_at);
-- Those that anybody has sent are not kept for long
CREATE INDEX codes_of_checkouts ON codes (sent_at) WHERE purpose = 'checkout';

-- == settlement ==

-- A merchant without a row: no tariff, no reserve
CREATE TABLE merchant_terms (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    tariff TEXT NOT NULL,  -- JSON of a commission
    reserve_days INTEGER NOT NULL CHECK (reserve_days BETWEEN 0 AND 365),
    settlement_currency TEXT NOT NULL,
    payee TEXT NOT NULL,  -- JSON: requisites that payouts go to
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of a payment's money at its merchant, where there is a fee or a reserve
CREATE TABLE settlements (
    payment TEXT PRIMARY KEY,  -- or a cash payment
    merchant TEXT NOT NULL REFERENCES merchants (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_returned INTEGER NOT NULL DEFAULT 0 CHECK (fee_returned BETWEEN 0 AND fee),
    reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND amount),
    release_at INTEGER,  -- NULL where nothing was reserved
    settled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX settlements_reserved ON settlements (release_at) WHERE reserved > 0;
CREATE INDEX settlements_of_merchant ON settlements (merchant, settled_at);

CREATE TABLE payouts (
    id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants (id),
    batch TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    taken_currency TEXT NOT NULL,
    taken INTEGER NOT NULL CHECK (taken > 0),  -- what left the balance
    conversion TEXT,  -- JSON; NULL where nothing was exchanged
    payee TEXT NOT NULL,  -- JSON: as it was then
    state TEXT NOT NULL CHECK (state IN ('prepared', 'paid', 'returned')),
    reason TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    CHECK ((conversion IS NULL) = (currency = taken_currency))
) STRICT, WITHOUT ROWID;
CREATE INDEX payouts_of_merchant ON payouts (merchant, id);
CREATE INDEX payouts_of_batch ON payouts (batch);

-- == people and links ==

CREATE TABLE merchant_people (
    merchant TEXT NOT NULL REFERENCES merchants (id),
    telegram_id INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'viewer')),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (merchant, telegram_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merchant_people_by_telegram ON merchant_people (telegram_id);

-- A merchant keeps this wallet on file, by its holder's consent
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES holders (id),
    merchant TEXT NOT NULL REFERENCES merchants (id),
    source TEXT NOT NULL,  -- as payments name it
    invoice TEXT NOT NULL UNIQUE REFERENCES invoices (id),  -- whose payment agreed to it
    state TEXT NOT NULL CHECK (state IN ('active', 'ended')),
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX links_of_holder ON links (holder, id);
CREATE INDEX links_of_merchant ON links (merchant, id);

-- == cash ==

-- What is typed at a terminal to pay an invoice
CREATE TABLE cash_numbers (
    number TEXT PRIMARY KEY,
    invoice TEXT NOT NULL REFERENCES invoices (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cash_numbers_of_invoice ON cash_numbers (invoice);

-- An invoice paid with banknotes at a terminal
CREATE TABLE cash_payments (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL REFERENCES terminals (id),
    receipt TEXT NOT NULL,
    invoice TEXT NOT NULL REFERENCES invoices (id),
    merchant TEXT NOT NULL REFERENCES merchants (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    received_at INTEGER NOT NULL,
    UNIQUE (terminal, receipt)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX cash_payments_of_invoice ON cash_payments (invoice);
