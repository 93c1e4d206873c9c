BEGIN TRANSACTION;
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
INSERT INTO "accounts" VALUES('holder/01a20cc88e8070008918d213edf6776d:main:RUB','holder/01a20cc88e8070008918d213edf6776d','RUB',0,44000,3000,4,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e8070008918d213edf6776d:main:USD','holder/01a20cc88e8070008918d213edf6776d','USD',0,0,0,0,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000b8c16475c3da62cd:main:RUB','holder/01a20cc88e807000b8c16475c3da62cd','RUB',0,7000,0,2,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000b8c16475c3da62cd:main:USD','holder/01a20cc88e807000b8c16475c3da62cd','USD',0,0,0,0,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e8070009e48904adb578ba4:main:RUB','merchant/01a20cc88e8070009e48904adb578ba4','RUB',0,6000,0,4,1795510800000000);
INSERT INTO "accounts" VALUES('system:suspense:RUB','system','RUB',-9000000000000000,-7000,0,2,1795510800000000);
INSERT INTO "accounts" VALUES('terminal/01a20cc88e807000850bc7679c306a51:main:RUB','terminal/01a20cc88e807000850bc7679c306a51','RUB',-1000000,-50000,0,1,1795510800000000);
CREATE TABLE answers (
    scope TEXT NOT NULL,  -- whose key it is, and for what
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
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
INSERT INTO "cards" VALUES('01a20cc88e8070008a39c2c080eb88f2','01a20cc88e807000b8c16475c3da62cd','virtual','active',1,X'01A20CC88E807000BBBC47857B4E98000336C1ABA5A65765DDC41474C055C9107BD740C860903B72F27CEAFE74709295211C559329A3AEB962352227',X'97F5453377F604786FD7518D656706055418A9F1D45A027A5D704D40FD47DA15','9152','2911',1,'RUB',NULL,NULL,NULL,NULL,1795510800000000);
INSERT INTO "cards" VALUES('01a20cc88e807000bf2e2f1e2728cf72','01a20cc88e8070008918d213edf6776d','virtual','active',1,X'01A20CC88E807000BBBC47857B4E980060BB5E4E4B6AD7E92F89E1F6F3E81B92148C948244FF101C97D3A6540CEDD1F0196BCDC7CF4E44A098A3784F',X'05E6193B42671F49BDA03B8E71030D2BF8F300F6F77FC3A7324AFF2072C368E1','0336','2911',1,'RUB',NULL,NULL,NULL,NULL,1795510800000000);
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
INSERT INTO "codes" VALUES('01a20cc88e807000a49879ed328fd061','+79261234567','join','telegram/8',X'D9D32E5A49CBAEA38203BC97B6E921D9AF79C099348F6E2BA5ABA222B0FEAF68','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000a59b3f88ac9be3a0','+79161234567','payment','offer/01a20cc88e8070008dd9e88ae6b38c50',X'A081506A6483C1C837A5FD40F6FF338C4CC6618AB3BF37D65906EDA102177CA6','sent',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000ac8d36c3551d4666','+79161234567','payment','offer/01a20cc88e807000aca90694edc270c0',X'52BB3388023232C783472C1E88E73D5074656EC92851C852CD56C29A813B046D','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000b125abc2d8f17705','+79161234567','join','telegram/7',X'15AB0B8B3E5891CA17E49CF8D47A3C4B64D948BA0B75D9C32CC308EDCC2B389C','accepted',0,1795510800000000,1795511100000000);
CREATE TABLE conversations (
    telegram_id INTEGER PRIMARY KEY,
    expects TEXT NOT NULL,
    data TEXT NOT NULL,
    screen INTEGER,  -- the message that the answer will change
    language TEXT,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE data_keys (
    id TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "data_keys" VALUES('01a20cc88e807000bbbc47857b4e9800',X'45982EFF7CC104EE603691D1B634C3F2B48AF45C6EB0424137526471F251A7E17091885C3E02647ED314399C3F95B21E01E50666F828E200FBD04C92',1795510800000000);
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
INSERT INTO "due_work" VALUES('card:01a20cc88e8070009c37b1c889f774e1','sms_card','sms/01a20cc88e807000b8c16475c3da62cd','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('card:01a20cc88e807000bfb94bf25980cfae','sms_card','sms/01a20cc88e8070008918d213edf6776d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000a49879ed328fd061','sms_code','sms/+79261234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000a59b3f88ac9be3a0','sms_code','sms/+79161234567','{"code":"01a20cc88e807000a59b3f88ac9be3a0","language":"en","values":{"currency":"RUB","minor":"3000","payee":"Shop"}}','due',0,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000ac8d36c3551d4666','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000b125abc2d8f17705','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:card:01a20cc88e8070008a39c2c080eb88f2','expire_card','holder/01a20cc88e807000b8c16475c3da62cd','{"card":"01a20cc88e8070008a39c2c080eb88f2"}','due',0,5,1890777600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:card:01a20cc88e807000bf2e2f1e2728cf72','expire_card','holder/01a20cc88e8070008918d213edf6776d','{"card":"01a20cc88e807000bf2e2f1e2728cf72"}','due',0,5,1890777600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000938d9e7ca5caa271','expire_invoice','merchant/01a20cc88e8070009e48904adb578ba4','{"invoice":"01a20cc88e807000938d9e7ca5caa271"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000aed8d8033c36867f','expire_invoice','merchant/01a20cc88e8070009e48904adb578ba4','{"invoice":"01a20cc88e807000aed8d8033c36867f"}','due',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e8070008dd9e88ae6b38c50','expire_offer','holder/01a20cc88e8070008918d213edf6776d','{"offer":"01a20cc88e8070008dd9e88ae6b38c50"}','due',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000aca90694edc270c0','expire_offer','holder/01a20cc88e8070008918d213edf6776d','{"offer":"01a20cc88e807000aca90694edc270c0"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:01a20cc88e807000a414c9c20488ca8c','notice','chat/01a20cc88e807000b8c16475c3da62cd','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:card:01a20cc88e8070009c37b1c889f774e1','notice','chat/01a20cc88e807000b8c16475c3da62cd','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:card:01a20cc88e807000bfb94bf25980cfae','notice','chat/01a20cc88e8070008918d213edf6776d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000938d9e7ca5caa271','notice','chat/01a20cc88e8070008918d213edf6776d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000aed8d8033c36867f','notice','chat/01a20cc88e8070008918d213edf6776d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:refund/01a20cc88e80700089626bb28de9dc19','notice','chat/01a20cc88e8070008918d213edf6776d','{"holder":"01a20cc88e8070008918d213edf6776d","notice":"refund","subject":"refund/01a20cc88e80700089626bb28de9dc19"}','due',0,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:topup/01a20cc88e807000a5053586ff9f08a4','notice','chat/01a20cc88e8070008918d213edf6776d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e807000938d9e7ca5caa271:2','webhook','webhook/01a20cc88e8070009e48904adb578ba4','{"at":"2026-11-24T09:00:00Z","data":{"amount":{"currency":"RUB","minor":10000},"created_at":"2026-11-24T09:00:00Z","description":"A book","expires_at":"2026-11-27T09:00:00Z","id":"01a20cc88e807000938d9e7ca5caa271","paid_at":"2026-11-24T09:00:00Z","phone":"+7916***4567","reference":null,"refunded":{"currency":"RUB","minor":0},"state":"paid","version":2},"merchant":"01a20cc88e8070009e48904adb578ba4","type":"invoice.paid"}','due',0,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:refund/01a20cc88e80700089626bb28de9dc19','webhook','webhook/01a20cc88e8070009e48904adb578ba4','{"at":"2026-11-24T09:00:00Z","data":{"amount":{"currency":"RUB","minor":4000},"created_at":"2026-11-24T09:00:00Z","id":"01a20cc88e80700089626bb28de9dc19","invoice_id":"01a20cc88e807000938d9e7ca5caa271","reason":"","state":"paid"},"merchant":"01a20cc88e8070009e48904adb578ba4","type":"refund.paid"}','due',0,3,1795510800000000,NULL,'',1795510800000000);
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
INSERT INTO "history" VALUES('card/01a20cc88e8070008a39c2c080eb88f2',1,'issue','active','wallet','',1795510800000000);
INSERT INTO "history" VALUES('card/01a20cc88e807000bf2e2f1e2728cf72',1,'issue','active','wallet','',1795510800000000);
INSERT INTO "history" VALUES('correction/01a20cc88e807000a414c9c20488ca8c',1,'credit','done','operator','test',1795510800000000);
INSERT INTO "history" VALUES('holder/01a20cc88e8070008918d213edf6776d',1,'join','active','holder','',1795510800000000);
INSERT INTO "history" VALUES('holder/01a20cc88e807000b8c16475c3da62cd',1,'join','active','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000938d9e7ca5caa271',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000938d9e7ca5caa271',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000938d9e7ca5caa271',3,'refund_part','refunded_in_part','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000aed8d8033c36867f',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('join-codes/telegram/7',1,'ask','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('join-codes/telegram/8',1,'ask','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e8070009e48904adb578ba4',1,'add','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000a7e95439dd9ef92c',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000a7e95439dd9ef92c',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000a7e95439dd9ef92c',3,'refund_part','done','merchant','40.00 RUB',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000a9c7619893c59297',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('refund/01a20cc88e80700089626bb28de9dc19',1,'pay','paid','merchant','',1795510800000000);
INSERT INTO "history" VALUES('terminal/01a20cc88e807000850bc7679c306a51',1,'add','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a5053586ff9f08a4',1,'announce','announced','terminal','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a5053586ff9f08a4',2,'receive','received','terminal','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a5053586ff9f08a4',3,'credit','credited','terminal','',1795510800000000);
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
INSERT INTO "holders" VALUES('01a20cc88e8070008918d213edf6776d','+79161234567',7,'en','active',1,NULL,1795510800000000);
INSERT INTO "holders" VALUES('01a20cc88e807000b8c16475c3da62cd','+79261234567',8,'en','active',1,NULL,1795510800000000);
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
INSERT INTO "holds" VALUES('01a20cc88e807000a7e95439dd9ef92c','holder/01a20cc88e8070008918d213edf6776d:main:RUB',10000,10000,'payment/01a20cc88e807000a7e95439dd9ef92c','captured',1795510800000000,1795511700000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e807000a9c7619893c59297','holder/01a20cc88e8070008918d213edf6776d:main:RUB',3000,0,'payment/01a20cc88e807000a9c7619893c59297','held',1795510800000000,1795511700000000,NULL);
CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    sender INTEGER NOT NULL,
    body TEXT NOT NULL,  -- emptied when done: it may hold a code
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    received_at INTEGER NOT NULL
, leased_until INTEGER) STRICT;
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
INSERT INTO "invoices" VALUES('01a20cc88e807000938d9e7ca5caa271','01a20cc88e8070009e48904adb578ba4',NULL,'+79161234567','RUB',10000,4000,'A book','refunded_in_part',3,'01a20cc88e807000a7e95439dd9ef92c',1795510800000000,1795770000000000,1795510800000000);
INSERT INTO "invoices" VALUES('01a20cc88e807000aed8d8033c36867f','01a20cc88e8070009e48904adb578ba4',NULL,'+79161234567','RUB',3000,0,'A book','waiting',1,NULL,1795510800000000,1795770000000000,NULL);
CREATE TABLE joinings (
    telegram_id INTEGER PRIMARY KEY,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    code_id TEXT NOT NULL UNIQUE,
    came_for TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE merchant_keys (
    digest BLOB PRIMARY KEY,  -- keyed hash: the key itself is nowhere
    merchant TEXT NOT NULL REFERENCES merchants (id),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "merchant_keys" VALUES(X'32AAAE554451AAA1801D5A317D8CAFFBE2562A5CD9FDA2F060EDD6E57835DC32','01a20cc88e8070009e48904adb578ba4','invoices:read invoices:write refunds:write',1795510800000000,NULL);
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
INSERT INTO "merchants" VALUES('01a20cc88e8070009e48904adb578ba4','Shop','1914a3-00','CPfGNs2HFlHgLodJTa8iY7O42IQ5QyuWEy11wZh_TuQ','RUB','active','https://shop.example/hook',X'01A20CC88E807000BBBC47857B4E9800DF0FEC6315FD47BB950FDE635EB0F330638BA5E6C0285C31415AF590757786379A4D31368CAD4CFBD5D1291BAFD31F56668B9F00E277D135C58C96182F226C6B573B00AD75B12F3B19FB1FBE7601',1795510800000000);
CREATE TABLE migrations (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL
    ) STRICT
;
INSERT INTO "migrations" VALUES(1,'0001_wallet','b1a1a0672d95f3df1f4ab6b525e2090e6b0bec2618dd8bc22306f2a35f6fa861');
INSERT INTO "migrations" VALUES(2,'0002_many_workers','ac46220768b010f2a80c9c2d5c777fc92bf82c406447cd94d81b4d6016376336');
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
INSERT INTO "offers" VALUES('01a20cc88e8070008dd9e88ae6b38c50','01a20cc88e8070008918d213edf6776d','open','payment','invoice/01a20cc88e807000aed8d8033c36867f','{"account":"holder/01a20cc88e8070008918d213edf6776d:main:RUB","card":null,"currency":"RUB","invoice":"01a20cc88e807000aed8d8033c36867f","minor":3000,"payee":"Shop","version":1}','confirmed','01a20cc88e807000a59b3f88ac9be3a0',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000aca90694edc270c0','01a20cc88e8070008918d213edf6776d','pay:01a20cc88e807000938d9e7ca5caa271:account','payment','invoice/01a20cc88e807000938d9e7ca5caa271','{"account":"holder/01a20cc88e8070008918d213edf6776d:main:RUB","card":null,"currency":"RUB","invoice":"01a20cc88e807000938d9e7ca5caa271","minor":10000,"payee":"Shop","version":1}','used','01a20cc88e807000ac8d36c3551d4666',1795510800000000,1795511700000000);
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
INSERT INTO "operations" VALUES('01a20cc88e80700089626bb28de9dc19','01a20cc88e8070008918d213edf6776d','refund','refund/01a20cc88e80700089626bb28de9dc19','RUB',4000,'paid','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a414c9c20488ca8c','01a20cc88e807000b8c16475c3da62cd','correction','correction/01a20cc88e807000a414c9c20488ca8c','RUB',7000,'done','test','','test
',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a5053586ff9f08a4','01a20cc88e8070008918d213edf6776d','topup','topup/01a20cc88e807000a5053586ff9f08a4','RUB',50000,'credited','Lobby','17','lobby
17',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a7e95439dd9ef92c','01a20cc88e8070008918d213edf6776d','payment','payment/01a20cc88e807000a7e95439dd9ef92c','RUB',-10000,'done','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a9c7619893c59297','01a20cc88e8070008918d213edf6776d','payment','payment/01a20cc88e807000a9c7619893c59297','RUB',-3000,'held','Shop','A book','shop
a book',1795510800000000);
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
INSERT INTO "payments" VALUES('01a20cc88e807000a7e95439dd9ef92c','01a20cc88e8070008918d213edf6776d','01a20cc88e807000aca90694edc270c0','01a20cc88e807000938d9e7ca5caa271','01a20cc88e8070009e48904adb578ba4','holder/01a20cc88e8070008918d213edf6776d:main:RUB',NULL,'RUB',10000,'done','01a20cc88e807000a7e95439dd9ef92c',1795510800000000,1795510800000000);
INSERT INTO "payments" VALUES('01a20cc88e807000a9c7619893c59297','01a20cc88e8070008918d213edf6776d','01a20cc88e8070008dd9e88ae6b38c50','01a20cc88e807000aed8d8033c36867f','01a20cc88e8070009e48904adb578ba4','holder/01a20cc88e8070008918d213edf6776d:main:RUB',NULL,'RUB',3000,'held','01a20cc88e807000a9c7619893c59297',1795510800000000,NULL);
CREATE TABLE rate_limits (
    name TEXT PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rates (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    rate TEXT NOT NULL,  -- decimal text: units of quote for one unit of base
    PRIMARY KEY (base, quote, at)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "refunds" VALUES('01a20cc88e80700089626bb28de9dc19','01a20cc88e8070009e48904adb578ba4','01a20cc88e807000938d9e7ca5caa271','01a20cc88e807000a7e95439dd9ef92c','01a20cc88e8070008918d213edf6776d','holder/01a20cc88e8070008918d213edf6776d:main:RUB','RUB',4000,'','paid',1795510800000000);
CREATE TABLE reveals (
    id TEXT PRIMARY KEY,
    card TEXT NOT NULL REFERENCES cards (id),
    holder TEXT NOT NULL REFERENCES holders (id),
    key TEXT NOT NULL UNIQUE,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    seen_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "reveals" VALUES('01a20cc88e8070009c37b1c889f774e1','01a20cc88e8070008a39c2c080eb88f2','01a20cc88e807000b8c16475c3da62cd','first:01a20cc88e8070008a39c2c080eb88f2',1795510800000000,1795511400000000,NULL);
INSERT INTO "reveals" VALUES('01a20cc88e807000bfb94bf25980cfae','01a20cc88e807000bf2e2f1e2728cf72','01a20cc88e8070008918d213edf6776d','first:01a20cc88e807000bf2e2f1e2728cf72',1795510800000000,1795511400000000,NULL);
CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password BLOB NOT NULL,  -- keyed hash
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "terminals" VALUES('01a20cc88e807000850bc7679c306a51','Lobby','terminal-36160d82',X'360F4F98E1D3D86CCAD7C0539C2BB5C2D23308AE8829D432DCF5A399CA376BA3','RUB','active',1795510800000000);
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
INSERT INTO "topups" VALUES('01a20cc88e807000a5053586ff9f08a4','01a20cc88e807000850bc7679c306a51','17','+79161234567','01a20cc88e8070008918d213edf6776d','RUB',50000,'credited',1795510800000000,1795510800000000,1795510800000000);
CREATE TABLE transactions (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    reverses TEXT UNIQUE REFERENCES transactions (key),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO "transactions" VALUES(1,'topup:01a20cc88e807000a5053586ff9f08a4','topup','topup/01a20cc88e807000a5053586ff9f08a4',1795510800000000,NULL,X'A4D8F00D2D7D211A80D68508C43B938AC84A46A98474702AB9E7AB4DB85B02E4');
INSERT INTO "transactions" VALUES(2,'correction:01a20cc88e807000a414c9c20488ca8c','correction','correction/01a20cc88e807000a414c9c20488ca8c',1795510800000000,NULL,X'A466B57B2D26AB545B21F509DEC8C212782E06D328F8F5ACB46BB36C1C259020');
INSERT INTO "transactions" VALUES(3,'payment:01a20cc88e807000a7e95439dd9ef92c','payment','payment/01a20cc88e807000a7e95439dd9ef92c',1795510800000000,NULL,X'0CA29CC8DDBF502FEFF0A82B3F9C09E0854E1AAAE5BB639A098D6D483E01DC49');
INSERT INTO "transactions" VALUES(4,'refund:01a20cc88e80700089626bb28de9dc19','refund','refund/01a20cc88e80700089626bb28de9dc19',1795510800000000,NULL,X'AEDF0E07CD4E6BB3D48375F7421F9A19732BDBB8C5DFE0DF55C539CC41DDA981');
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
INSERT INTO "transfers" VALUES(1,1,'terminal/01a20cc88e807000850bc7679c306a51:main:RUB','holder/01a20cc88e8070008918d213edf6776d:main:RUB',50000,'RUB');
INSERT INTO "transfers" VALUES(2,2,'system:suspense:RUB','holder/01a20cc88e807000b8c16475c3da62cd:main:RUB',7000,'RUB');
INSERT INTO "transfers" VALUES(3,3,'holder/01a20cc88e8070008918d213edf6776d:main:RUB','merchant/01a20cc88e8070009e48904adb578ba4:main:RUB',10000,'RUB');
INSERT INTO "transfers" VALUES(4,4,'merchant/01a20cc88e8070009e48904adb578ba4:main:RUB','holder/01a20cc88e8070008918d213edf6776d:main:RUB',4000,'RUB');
CREATE VIEW balances AS SELECT id, owner, currency, floor, posted, held FROM accounts;
CREATE INDEX accounts_of_owner ON accounts (owner);
CREATE INDEX transfers_of_transaction ON transfers (position);
CREATE INDEX transfers_debited ON transfers (debit);
CREATE INDEX transfers_credited ON transfers (credit);
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
CREATE TRIGGER history_never_changes BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history never changes'); END;
CREATE TRIGGER history_never_goes BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history never goes'); END;
CREATE INDEX operations_of_holder ON operations (holder, id);
CREATE INDEX codes_of_phone ON codes (phone, sent_at);
CREATE INDEX offers_of_subject ON offers (subject) WHERE state IN ('open', 'confirmed');
CREATE INDEX merchant_keys_of_merchant ON merchant_keys (merchant);
CREATE INDEX invoices_waiting_for_phone ON invoices (phone, id) WHERE state = 'waiting';
CREATE INDEX invoices_of_merchant ON invoices (merchant, id);
CREATE UNIQUE INDEX payments_once_for_invoice ON payments (invoice) WHERE state = 'done';
CREATE INDEX payments_held_for_invoice ON payments (invoice) WHERE state = 'held';
CREATE INDEX payments_by_card ON payments (card, created_at) WHERE card IS NOT NULL;
CREATE INDEX refunds_of_invoice ON refunds (invoice);
CREATE INDEX refunds_of_holder ON refunds (holder, id);
CREATE INDEX topups_of_phone ON topups (phone, id);
CREATE INDEX cards_of_holder ON cards (holder, id);
CREATE INDEX reveals_of_card ON reveals (card, sent_at);
CREATE INDEX due_work_due ON due_work (priority, due_at) WHERE state = 'due';
CREATE INDEX due_work_dead ON due_work (created_at) WHERE state = 'dead';
CREATE INDEX inbox_open ON inbox (state, update_id) WHERE state <> 'done';
CREATE INDEX inbox_of_sender ON inbox (sender, update_id) WHERE state = 'due';
CREATE UNIQUE INDEX operations_once ON operations (holder, subject);
CREATE INDEX invoices_of_merchant_in_state ON invoices (merchant, state, id);
COMMIT;
