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
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB','holder/01a20cc88e807000982e8d6dd9c0905f','RUB',0,28750,10000,7,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000982e8d6dd9c0905f:main:USD','holder/01a20cc88e807000982e8d6dd9c0905f','USD',0,0,0,0,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e8070009ad150afc6cfb53a:main:RUB','holder/01a20cc88e8070009ad150afc6cfb53a','RUB',0,7000,0,2,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e8070009ad150afc6cfb53a:main:USD','holder/01a20cc88e8070009ad150afc6cfb53a','USD',0,0,0,0,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e807000a49bd440d687090f:main:RUB','merchant/01a20cc88e807000a49bd440d687090f','RUB',0,6000,0,4,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e807000a49bd440d687090f:main:USD','merchant/01a20cc88e807000a49bd440d687090f','USD',0,100,0,8,1795510800000000);
INSERT INTO "accounts" VALUES('provider/steam:main:RUB','provider/steam','RUB',0,5000,0,5,1795510800000000);
INSERT INTO "accounts" VALUES('system:fees:RUB','system','RUB',0,1000,0,6,1795510800000000);
INSERT INTO "accounts" VALUES('system:position:RUB','system','RUB',-9000000000000000,9250,0,7,1795510800000000);
INSERT INTO "accounts" VALUES('system:position:USD','system','USD',-9000000000000000,-100,0,8,1795510800000000);
INSERT INTO "accounts" VALUES('system:suspense:RUB','system','RUB',-9000000000000000,-7000,0,2,1795510800000000);
INSERT INTO "accounts" VALUES('terminal/01a20cc88e80700084b56220006ceb3a:main:RUB','terminal/01a20cc88e80700084b56220006ceb3a','RUB',-1000000,-50000,0,1,1795510800000000);
CREATE TABLE answers (
    scope TEXT NOT NULL,  -- whose key it is, and for what
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE breakers (
    provider TEXT PRIMARY KEY,
    troubles INTEGER NOT NULL CHECK (troubles > 0),
    since INTEGER NOT NULL,
    pauses INTEGER NOT NULL CHECK (pauses >= 0),
    until INTEGER,
    is_tried INTEGER NOT NULL CHECK (is_tried IN (0, 1)),
    CHECK ((until IS NULL) = (pauses = 0))
) STRICT, WITHOUT ROWID;
INSERT INTO "breakers" VALUES('steam',1,1795510800000000,0,NULL,0);
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
INSERT INTO "cards" VALUES('01a20cc88e80700087c16a0d251f26cd','01a20cc88e807000982e8d6dd9c0905f','virtual','active',1,X'01A20CC88E8070008CC03F31E988D1434E78C102BDA069212026F1B12E548162907F9144FCB286B3AB0ED61DD50D4E39F2176A6036CB23DF29C72DF0',X'666A4552BE62526B67E0EFEFF01A36A030DD5905183CD69B3A8A698D35AF581F','1861','2911',1,'RUB',NULL,NULL,NULL,NULL,1795510800000000);
INSERT INTO "cards" VALUES('01a20cc88e807000a526d91f1e9a2e1e','01a20cc88e8070009ad150afc6cfb53a','virtual','active',1,X'01A20CC88E8070008CC03F31E988D1436DAD4B88D13F69D8A662A4FFAE08E777D833F7BFF3252FD154E65A5884A980A72F2BC582B608449873E58CBC',X'F771C1E2971D10A47A46814BBA4346091ED694D2680FA759B4F4178F52155760','7975','2911',1,'RUB',NULL,NULL,NULL,NULL,1795510800000000);
CREATE TABLE catalogue (
    name TEXT PRIMARY KEY CHECK (name = 'catalogue'),
    version INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "catalogue" VALUES('catalogue',1,'d83541fdaaf5c27a7568d517a9cc611b05d51b97e37108ba4ce82e57aa11d44b');
CREATE TABLE categories (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "categories" VALUES('fines',4,'{"icon":"🚓","names":{"en":"Fines","ru":"Штрафы"}}');
INSERT INTO "categories" VALUES('games',1,'{"icon":"🎮","names":{"en":"Games","ru":"Игры"}}');
INSERT INTO "categories" VALUES('giving',5,'{"icon":"❤️","names":{"en":"Charity","ru":"Благотворительность"}}');
INSERT INTO "categories" VALUES('home',3,'{"icon":"💡","names":{"en":"Utilities","ru":"Коммунальные услуги"}}');
INSERT INTO "categories" VALUES('mobile',2,'{"icon":"📱","names":{"en":"Mobile phone","ru":"Мобильная связь"}}');
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
INSERT INTO "codes" VALUES('01a20cc88e80700094cba6ec776e634e','+79161234567','payment','offer/01a20cc88e80700090aea6f44eb1eeda',X'DD320024C8ED1C64D41AFA6CA34070885E684020E0C8D312E2CC3A7AF89F0561','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000a4ddeb11ee5ed337','+79161234567','payment','offer/01a20cc88e807000baec5024dad95f89',X'D48C8E1E666600345AAB842414054E9970D818EEC73C9DEBF90FEEE74459EF61','sent',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000a8de666c6953c88a','+79161234567','payment','offer/01a20cc88e807000bbeaefb9d34baf5c',X'44EC8E53528B9D0605BD6544236CF11605D1E5814B78F679002ABA3A51AF29C3','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000aa1af22e9a43e0a3','+79161234567','join','telegram/7',X'15AB0B8B3E5891CA17E49CF8D47A3C4B64D948BA0B75D9C32CC308EDCC2B389C','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000b1c572944471ca65','+79161234567','payment','offer/01a20cc88e807000a5a4be6aef8c776e',X'2A08C2E4F2333FFB5DE1F9A9F345DFC1D84E6F8FF9370BBE9ABEA115D0622138','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000b1fb87222f5569ba','+79161234567','payment','offer/01a20cc88e807000aed1be25f2ca9393',X'ECFF2BA77B6FF2E9424D1F567D60F38EE481523CF6C3FC61AEA024B818609C2C','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000bb8b9f2d5bd729ac','+79261234567','join','telegram/8',X'D9D32E5A49CBAEA38203BC97B6E921D9AF79C099348F6E2BA5ABA222B0FEAF68','accepted',0,1795510800000000,1795511100000000);
CREATE TABLE conversations (
    telegram_id INTEGER PRIMARY KEY,
    expects TEXT NOT NULL,
    data TEXT NOT NULL,
    screen INTEGER,  -- the message that the answer will change
    language TEXT,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE current_rates (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    source TEXT NOT NULL,
    rate TEXT NOT NULL,
    dated INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (base, quote, source)
) STRICT, WITHOUT ROWID;
INSERT INTO "current_rates" VALUES('USD','RUB','operator','92.50',1795510800000000,1795510800000000);
CREATE TABLE data_keys (
    id TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "data_keys" VALUES('01a20cc88e8070008cc03f31e988d143',X'DCEFE1607ECE3FA6E3C772BF69FC3C19F46B704D918CCDC70D54C2647B0DDDDACC77B536FB8C6F8B22BC3BE3B4A2727903DEA2F5124CA7E1979B886B',1795510800000000);
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
INSERT INTO "due_work" VALUES('card:01a20cc88e8070009ae15180e441e2e8','sms_card','sms/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('card:01a20cc88e807000b5bd0dcc4e283d37','sms_card','sms/01a20cc88e8070009ad150afc6cfb53a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e80700094cba6ec776e634e','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000a4ddeb11ee5ed337','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000a8de666c6953c88a','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000aa1af22e9a43e0a3','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000b1c572944471ca65','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000b1fb87222f5569ba','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000bb8b9f2d5bd729ac','sms_code','sms/+79261234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:card:01a20cc88e80700087c16a0d251f26cd','expire_card','holder/01a20cc88e807000982e8d6dd9c0905f','{"card":"01a20cc88e80700087c16a0d251f26cd"}','due',0,5,1890777600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:card:01a20cc88e807000a526d91f1e9a2e1e','expire_card','holder/01a20cc88e8070009ad150afc6cfb53a','{"card":"01a20cc88e807000a526d91f1e9a2e1e"}','due',0,5,1890777600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000811fec737c21331b','expire_invoice','merchant/01a20cc88e807000a49bd440d687090f','{"invoice":"01a20cc88e807000811fec737c21331b"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000a6521c57b5aa8e84','expire_invoice','merchant/01a20cc88e807000a49bd440d687090f','{"invoice":"01a20cc88e807000a6521c57b5aa8e84"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000a7081f5a88bc79a8','expire_invoice','merchant/01a20cc88e807000a49bd440d687090f','{"invoice":"01a20cc88e807000a7081f5a88bc79a8"}','due',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e80700090aea6f44eb1eeda','expire_offer','holder/01a20cc88e807000982e8d6dd9c0905f','{"offer":"01a20cc88e80700090aea6f44eb1eeda"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000a5a4be6aef8c776e','expire_offer','holder/01a20cc88e807000982e8d6dd9c0905f','{"offer":"01a20cc88e807000a5a4be6aef8c776e"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000aed1be25f2ca9393','expire_offer','holder/01a20cc88e807000982e8d6dd9c0905f','{"offer":"01a20cc88e807000aed1be25f2ca9393"}','done',0,5,1795511400000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000baec5024dad95f89','expire_offer','holder/01a20cc88e807000982e8d6dd9c0905f','{"offer":"01a20cc88e807000baec5024dad95f89"}','due',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000bbeaefb9d34baf5c','expire_offer','holder/01a20cc88e807000982e8d6dd9c0905f','{"offer":"01a20cc88e807000bbeaefb9d34baf5c"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:01a20cc88e8070009786d2b039be7af2','notice','chat/01a20cc88e8070009ad150afc6cfb53a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:card:01a20cc88e8070009ae15180e441e2e8','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:card:01a20cc88e807000b5bd0dcc4e283d37','notice','chat/01a20cc88e8070009ad150afc6cfb53a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000811fec737c21331b','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000a6521c57b5aa8e84','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000a7081f5a88bc79a8','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:provider_payment/01a20cc88e8070008ce4ecaeb303474a:done','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:provider_payment/01a20cc88e807000be7bbd776831a18e:waiting','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:refund/01a20cc88e8070008c86b6489da77132','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:topup/01a20cc88e807000a22926a15b6f965e','notice','chat/01a20cc88e807000982e8d6dd9c0905f','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('pay_provider:01a20cc88e8070008ce4ecaeb303474a','pay_provider','provider/steam','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('pay_provider:01a20cc88e807000be7bbd776831a18e','pay_provider','provider/steam','{"payment":"01a20cc88e807000be7bbd776831a18e"}','due',1,2,1795510809800000,NULL,'timeout',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e807000811fec737c21331b:2','webhook','webhook/01a20cc88e807000a49bd440d687090f','{"at":"2026-11-24T09:00:00Z","data":{"amount":{"currency":"USD","minor":100},"created_at":"2026-11-24T09:00:00Z","description":"A book","expires_at":"2026-11-27T09:00:00Z","id":"01a20cc88e807000811fec737c21331b","paid_at":"2026-11-24T09:00:00Z","phone":"+7916***4567","reference":null,"refunded":{"currency":"USD","minor":0},"state":"paid","version":2},"merchant":"01a20cc88e807000a49bd440d687090f","type":"invoice.paid"}','due',0,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e807000a6521c57b5aa8e84:2','webhook','webhook/01a20cc88e807000a49bd440d687090f','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:refund/01a20cc88e8070008c86b6489da77132','webhook','webhook/01a20cc88e807000a49bd440d687090f','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
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
CREATE TABLE exchange_limits (
    currency TEXT PRIMARY KEY,
    short INTEGER CHECK (short >= 0),
    long INTEGER CHECK (long >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE exchange_pairs (
    pair TEXT PRIMARY KEY,  -- both codes in the order of letters, or `*` for all
    spread INTEGER CHECK (spread BETWEEN 0 AND 5000),  -- basis points
    fee INTEGER CHECK (fee BETWEEN 0 AND 5000),  -- basis points of what is given
    fixed INTEGER CHECK (fixed >= 0),
    fixed_currency TEXT,
    is_on INTEGER CHECK (is_on IN (0, 1)),
    CHECK ((fixed IS NULL) = (fixed_currency IS NULL))
) STRICT, WITHOUT ROWID;
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
INSERT INTO "exchanges" VALUES('payment/01a20cc88e8070009b85ddb7add56bb9','01a20cc88e807000982e8d6dd9c0905f','RUB',9250,0,'USD',100,'92.5','USD','operator',1795510800000000,1795510800000000);
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
INSERT INTO "favourites" VALUES('01a20cc88e8070008679e9fcba58b719','01a20cc88e807000982e8d6dd9c0905f','steam','ann_2026','{"login":"ann_2026"}','',1795510800000000,1795510800000000);
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
INSERT INTO "history" VALUES('card/01a20cc88e80700087c16a0d251f26cd',1,'issue','active','wallet','',1795510800000000);
INSERT INTO "history" VALUES('card/01a20cc88e807000a526d91f1e9a2e1e',1,'issue','active','wallet','',1795510800000000);
INSERT INTO "history" VALUES('correction/01a20cc88e8070009786d2b039be7af2',1,'credit','done','operator','test',1795510800000000);
INSERT INTO "history" VALUES('holder/01a20cc88e807000982e8d6dd9c0905f',1,'join','active','holder','',1795510800000000);
INSERT INTO "history" VALUES('holder/01a20cc88e8070009ad150afc6cfb53a',1,'join','active','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000811fec737c21331b',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000811fec737c21331b',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a6521c57b5aa8e84',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a6521c57b5aa8e84',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a6521c57b5aa8e84',3,'refund_part','refunded_in_part','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a7081f5a88bc79a8',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('join-codes/telegram/7',1,'ask','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('join-codes/telegram/8',1,'ask','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e807000a49bd440d687090f',1,'add','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009b85ddb7add56bb9',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009b85ddb7add56bb9',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009f2d261ec37d705a',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009f2d261ec37d705a',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009f2d261ec37d705a',3,'refund_part','done','merchant','40.00 RUB',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000beabf7e8f4888b13',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider/bell',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/dragons',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/good',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/light',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/steam',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/tele',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/traffic',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008ce4ecaeb303474a',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008ce4ecaeb303474a',2,'send','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008ce4ecaeb303474a',3,'ask','sent','provider','0',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008ce4ecaeb303474a',4,'settle','done','provider','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e807000be7bbd776831a18e',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e807000be7bbd776831a18e',2,'send','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e807000be7bbd776831a18e',3,'ask','sent','provider','timeout',1795510800000000);
INSERT INTO "history" VALUES('refund/01a20cc88e8070008c86b6489da77132',1,'pay','paid','merchant','',1795510800000000);
INSERT INTO "history" VALUES('terminal/01a20cc88e80700084b56220006ceb3a',1,'add','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a22926a15b6f965e',1,'announce','announced','terminal','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a22926a15b6f965e',2,'receive','received','terminal','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a22926a15b6f965e',3,'credit','credited','terminal','',1795510800000000);
CREATE TABLE holders (
    id TEXT PRIMARY KEY,
    phone TEXT NOT NULL UNIQUE CHECK (phone LIKE '+%'),
    telegram_id INTEGER UNIQUE,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'locked')),
    notices INTEGER NOT NULL DEFAULT 1 CHECK (notices IN (0, 1)),
    unreachable_since INTEGER,
    joined_at INTEGER NOT NULL
, level TEXT NOT NULL DEFAULT 'phone'
    CHECK (level IN ('phone', 'email', 'person'))) STRICT, WITHOUT ROWID;
INSERT INTO "holders" VALUES('01a20cc88e807000982e8d6dd9c0905f','+79161234567',7,'en','active',1,NULL,1795510800000000,'phone');
INSERT INTO "holders" VALUES('01a20cc88e8070009ad150afc6cfb53a','+79261234567',8,'en','active',1,NULL,1795510800000000,'phone');
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
INSERT INTO "holds" VALUES('01a20cc88e8070008ce4ecaeb303474a','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',6000,6000,'provider_payment/01a20cc88e8070008ce4ecaeb303474a','captured',1795510800000000,2110870800000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e8070009b85ddb7add56bb9','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',9250,9250,'payment/01a20cc88e8070009b85ddb7add56bb9','captured',1795510800000000,1795511400000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e8070009f2d261ec37d705a','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',10000,10000,'payment/01a20cc88e8070009f2d261ec37d705a','captured',1795510800000000,1795511700000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e807000be7bbd776831a18e','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',7000,0,'provider_payment/01a20cc88e807000be7bbd776831a18e','held',1795510800000000,2110870800000000,NULL);
INSERT INTO "holds" VALUES('01a20cc88e807000beabf7e8f4888b13','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',3000,0,'payment/01a20cc88e807000beabf7e8f4888b13','held',1795510800000000,1795511700000000,NULL);
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
INSERT INTO "invoices" VALUES('01a20cc88e807000811fec737c21331b','01a20cc88e807000a49bd440d687090f',NULL,'+79161234567','USD',100,0,'A book','paid',2,'01a20cc88e8070009b85ddb7add56bb9',1795510800000000,1795770000000000,1795510800000000);
INSERT INTO "invoices" VALUES('01a20cc88e807000a6521c57b5aa8e84','01a20cc88e807000a49bd440d687090f',NULL,'+79161234567','RUB',10000,4000,'A book','refunded_in_part',3,'01a20cc88e8070009f2d261ec37d705a',1795510800000000,1795770000000000,1795510800000000);
INSERT INTO "invoices" VALUES('01a20cc88e807000a7081f5a88bc79a8','01a20cc88e807000a49bd440d687090f',NULL,'+79161234567','RUB',3000,0,'A book','waiting',1,NULL,1795510800000000,1795770000000000,NULL);
CREATE TABLE joinings (
    telegram_id INTEGER PRIMARY KEY,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    code_id TEXT NOT NULL UNIQUE,
    came_for TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE limit_rules (
    level TEXT NOT NULL CHECK (level IN ('phone', 'email', 'person')),
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL
        CHECK (rule IN ('payment', 'day', 'month', 'day_count', 'month_count', 'balance')),
    value INTEGER CHECK (value >= 0),
    PRIMARY KEY (level, currency, kind, rule)
) STRICT, WITHOUT ROWID;
CREATE TABLE limit_uses (
    holder TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    period INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    times INTEGER NOT NULL CHECK (times >= 0),
    PRIMARY KEY (holder, currency, kind, period)
) STRICT, WITHOUT ROWID;
INSERT INTO "limit_uses" VALUES('01a20cc88e807000982e8d6dd9c0905f','RUB','invoice',20261100,22250,3);
INSERT INTO "limit_uses" VALUES('01a20cc88e807000982e8d6dd9c0905f','RUB','invoice',20261124,22250,3);
INSERT INTO "limit_uses" VALUES('01a20cc88e807000982e8d6dd9c0905f','RUB','provider',20261100,13000,2);
INSERT INTO "limit_uses" VALUES('01a20cc88e807000982e8d6dd9c0905f','RUB','provider',20261124,13000,2);
CREATE TABLE merchant_keys (
    digest BLOB PRIMARY KEY,  -- keyed hash: the key itself is nowhere
    merchant TEXT NOT NULL REFERENCES merchants (id),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "merchant_keys" VALUES(X'E7DD49FC8D884F71ED29A2184F8AB8DBD6294D23DCB2FF98FFAAE58E824494D9','01a20cc88e807000a49bd440d687090f','invoices:read invoices:write refunds:write',1795510800000000,NULL);
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
INSERT INTO "merchants" VALUES('01a20cc88e807000a49bd440d687090f','Shop','fcc604-00','uukJfNb0Zk1GbvBeku2xkkMUD1ZBcS61hc78TBHU1oM','RUB','active','https://shop.example/hook',X'01A20CC88E8070008CC03F31E988D1435F8B997B5E5715B875E0289DF213EADB56B19CB83ACA01DC602A881DC359BB5A7553AB76ADE9DF31B25B90C461C143E5061C1B9DBACE471467E501DF464D2C5ED5F6F36655AEA989E13208D41AAC',1795510800000000);
CREATE TABLE migrations (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL
    ) STRICT
;
INSERT INTO "migrations" VALUES(1,'0001_wallet','b1a1a0672d95f3df1f4ab6b525e2090e6b0bec2618dd8bc22306f2a35f6fa861');
INSERT INTO "migrations" VALUES(2,'0002_many_workers','ac46220768b010f2a80c9c2d5c777fc92bf82c406447cd94d81b4d6016376336');
INSERT INTO "migrations" VALUES(3,'0003_paying','51d974a7d1f63c3fb7a7b893260a6bea8c15c30960be2ef997494d0aa570e4a1');
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
INSERT INTO "offers" VALUES('01a20cc88e80700090aea6f44eb1eeda','01a20cc88e807000982e8d6dd9c0905f','silent','provider_payment','provider/steam','{"account":"holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB","card":null,"commission":1000,"conversion":null,"currency":"RUB","fields":{"login":"another"},"given":{"currency":"RUB","minor":7000},"minor":6000,"payee":"","provider":"steam","total":7000,"version":1}','used','01a20cc88e80700094cba6ec776e634e',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000a5a4be6aef8c776e','01a20cc88e807000982e8d6dd9c0905f','game','provider_payment','provider/steam','{"account":"holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB","card":null,"commission":1000,"conversion":null,"currency":"RUB","fields":{"login":"ann_2026"},"given":{"currency":"RUB","minor":6000},"minor":5000,"payee":"","provider":"steam","total":6000,"version":1}','used','01a20cc88e807000b1c572944471ca65',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000aed1be25f2ca9393','01a20cc88e807000982e8d6dd9c0905f','pay:01a20cc88e807000811fec737c21331b:account/RUB','payment','invoice/01a20cc88e807000811fec737c21331b','{"account":"holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB","card":null,"conversion":{"fee":{"currency":"RUB","minor":0},"gets":{"currency":"USD","minor":100},"gives":{"currency":"RUB","minor":9250},"rate":"92.5","rate_at":"2026-11-24T09:00:00+00:00","source":"operator","unit":"USD"},"currency":"USD","given":{"currency":"RUB","minor":9250},"invoice":"01a20cc88e807000811fec737c21331b","minor":100,"payee":"Shop","version":1}','used','01a20cc88e807000b1fb87222f5569ba',1795510800000000,1795511400000000);
INSERT INTO "offers" VALUES('01a20cc88e807000baec5024dad95f89','01a20cc88e807000982e8d6dd9c0905f','open','payment','invoice/01a20cc88e807000a7081f5a88bc79a8','{"account":"holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":3000},"invoice":"01a20cc88e807000a7081f5a88bc79a8","minor":3000,"payee":"Shop","version":1}','confirmed','01a20cc88e807000a4ddeb11ee5ed337',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000bbeaefb9d34baf5c','01a20cc88e807000982e8d6dd9c0905f','pay:01a20cc88e807000a6521c57b5aa8e84:account','payment','invoice/01a20cc88e807000a6521c57b5aa8e84','{"account":"holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":10000},"invoice":"01a20cc88e807000a6521c57b5aa8e84","minor":10000,"payee":"Shop","version":1}','used','01a20cc88e807000a8de666c6953c88a',1795510800000000,1795511700000000);
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
INSERT INTO "operations" VALUES('01a20cc88e8070008c86b6489da77132','01a20cc88e807000982e8d6dd9c0905f','refund','refund/01a20cc88e8070008c86b6489da77132','RUB',4000,'paid','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070008ce4ecaeb303474a','01a20cc88e807000982e8d6dd9c0905f','provider_payment','provider_payment/01a20cc88e8070008ce4ecaeb303474a','RUB',-6000,'done','Steam','ann_2026','steam
ann_2026',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070009786d2b039be7af2','01a20cc88e8070009ad150afc6cfb53a','correction','correction/01a20cc88e8070009786d2b039be7af2','RUB',7000,'done','test','','test
',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070009b85ddb7add56bb9','01a20cc88e807000982e8d6dd9c0905f','payment','payment/01a20cc88e8070009b85ddb7add56bb9','RUB',-9250,'done','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070009f2d261ec37d705a','01a20cc88e807000982e8d6dd9c0905f','payment','payment/01a20cc88e8070009f2d261ec37d705a','RUB',-10000,'done','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a22926a15b6f965e','01a20cc88e807000982e8d6dd9c0905f','topup','topup/01a20cc88e807000a22926a15b6f965e','RUB',50000,'credited','Lobby','17','lobby
17',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000be7bbd776831a18e','01a20cc88e807000982e8d6dd9c0905f','provider_payment','provider_payment/01a20cc88e807000be7bbd776831a18e','RUB',-7000,'sent','Steam','another','steam
another',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000beabf7e8f4888b13','01a20cc88e807000982e8d6dd9c0905f','payment','payment/01a20cc88e807000beabf7e8f4888b13','RUB',-3000,'held','Shop','A book','shop
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
, given_currency TEXT, given INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "payments" VALUES('01a20cc88e8070009b85ddb7add56bb9','01a20cc88e807000982e8d6dd9c0905f','01a20cc88e807000aed1be25f2ca9393','01a20cc88e807000811fec737c21331b','01a20cc88e807000a49bd440d687090f','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',NULL,'USD',100,'done','01a20cc88e8070009b85ddb7add56bb9',1795510800000000,1795510800000000,'RUB',9250);
INSERT INTO "payments" VALUES('01a20cc88e8070009f2d261ec37d705a','01a20cc88e807000982e8d6dd9c0905f','01a20cc88e807000bbeaefb9d34baf5c','01a20cc88e807000a6521c57b5aa8e84','01a20cc88e807000a49bd440d687090f','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',NULL,'RUB',10000,'done','01a20cc88e8070009f2d261ec37d705a',1795510800000000,1795510800000000,'RUB',10000);
INSERT INTO "payments" VALUES('01a20cc88e807000beabf7e8f4888b13','01a20cc88e807000982e8d6dd9c0905f','01a20cc88e807000baec5024dad95f89','01a20cc88e807000a7081f5a88bc79a8','01a20cc88e807000a49bd440d687090f','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',NULL,'RUB',3000,'held','01a20cc88e807000beabf7e8f4888b13',1795510800000000,NULL,'RUB',3000);
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
INSERT INTO "provider_payments" VALUES('01a20cc88e8070008ce4ecaeb303474a',1795510800000428078,'01a20cc88e807000982e8d6dd9c0905f','01a20cc88e807000a5a4be6aef8c776e','steam',1,'ann_2026','{"login":"ann_2026"}','','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',NULL,'RUB',5000,1000,6000,'RUB',6000,'done','01a20cc88e8070008ce4ecaeb303474a',1,0,NULL,'','0','P428078',1795510800000000,1795510800000000,1795510800000000);
INSERT INTO "provider_payments" VALUES('01a20cc88e807000be7bbd776831a18e',1795510800000791834,'01a20cc88e807000982e8d6dd9c0905f','01a20cc88e80700090aea6f44eb1eeda','steam',1,'another','{"login":"another"}','','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',NULL,'RUB',6000,1000,7000,'RUB',7000,'sent','01a20cc88e807000be7bbd776831a18e',1,1,1795510809800000,'timeout','','',1795510800000000,1795510800000000,NULL);
CREATE TABLE provider_terms (
    provider TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (provider, version)
) STRICT;
INSERT INTO "provider_terms" VALUES('steam',1,'{"aliases":[],"category":"games","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":30000,"minimum_minor":1000,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"RUB","discount":null,"fields":[{"check":"","code_keys":[],"hints":{"en":"The name you sign in with","ru":"Имя, с которым вы входите"},"is_optional":false,"keep":"compact","labels":{"en":"Login","ru":"Логин"},"mask":"","maximum_length":64,"minimum_length":1,"name":"login","pattern":"[A-Za-z0-9_]{3,32}"}],"hours":null,"maximum":1500000,"minimum":5000,"names":{"en":"Steam","ru":"Стим"},"picture":"🎮","prefixes":[],"requisites":[],"service":"","step":null,"usual":[10000,50000,100000]}',1795510800000000);
INSERT INTO "provider_terms" VALUES('dragons',1,'{"aliases":[],"category":"games","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":0,"minimum_minor":0,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"USD","discount":null,"fields":[{"check":"","code_keys":[],"hints":{"en":"The name you sign in with","ru":"Имя, с которым вы входите"},"is_optional":false,"keep":"compact","labels":{"en":"Login","ru":"Логин"},"mask":"","maximum_length":64,"minimum_length":1,"name":"login","pattern":"[A-Za-z0-9_]{3,32}"}],"hours":null,"maximum":50000,"minimum":100,"names":{"en":"Dragon Isles","ru":"Острова драконов"},"picture":"🐉","prefixes":[],"requisites":[],"service":"","step":null,"usual":[]}',1795510800000000);
INSERT INTO "provider_terms" VALUES('tele',1,'{"aliases":[],"category":"mobile","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":0,"minimum_minor":0,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"RUB","discount":null,"fields":[{"check":"","code_keys":[],"hints":{"en":"Ten digits","ru":"Десять цифр"},"is_optional":false,"keep":"phone","labels":{"en":"Phone number","ru":"Номер телефона"},"mask":"+7 ___ ___-__-__","maximum_length":10,"minimum_length":10,"name":"phone","pattern":""}],"hours":null,"maximum":1500000,"minimum":1000,"names":{"en":"Telefon One","ru":"Телефон Один"},"picture":"📱","prefixes":["916","917"],"requisites":[],"service":"","step":null,"usual":[]}',1795510800000000);
INSERT INTO "provider_terms" VALUES('bell',1,'{"aliases":[],"category":"mobile","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":0,"minimum_minor":0,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"RUB","discount":null,"fields":[{"check":"","code_keys":[],"hints":{"en":"Ten digits","ru":"Десять цифр"},"is_optional":false,"keep":"phone","labels":{"en":"Phone number","ru":"Номер телефона"},"mask":"+7 ___ ___-__-__","maximum_length":10,"minimum_length":10,"name":"phone","pattern":""}],"hours":null,"maximum":1500000,"minimum":1000,"names":{"en":"Bell","ru":"Звонок"},"picture":"🔔","prefixes":["903","9161"],"requisites":[],"service":"","step":null,"usual":[]}',1795510800000000);
INSERT INTO "provider_terms" VALUES('light',1,'{"aliases":["electricity","электричество"],"category":"home","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":0,"minimum_minor":0,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"RUB","discount":null,"fields":[{"check":"","code_keys":[],"hints":{"en":"Ten digits, on the bill","ru":"Десять цифр, стоит в квитанции"},"is_optional":false,"keep":"digits","labels":{"en":"Account number","ru":"Лицевой счёт"},"mask":"__________","maximum_length":64,"minimum_length":1,"name":"account","pattern":"[0-9]{10}"},{"check":"","code_keys":[],"hints":{"en":"What it shows","ru":"Сколько на нём"},"is_optional":false,"keep":"meter","labels":{"en":"Meter, by day","ru":"Счётчик, день"},"mask":"","maximum_length":64,"minimum_length":1,"name":"day","pattern":""},{"check":"","code_keys":[],"hints":{},"is_optional":true,"keep":"meter","labels":{"en":"Meter, by night","ru":"Счётчик, ночь"},"mask":"","maximum_length":64,"minimum_length":1,"name":"night","pattern":""}],"hours":null,"maximum":5000000,"minimum":100,"names":{"en":"City Light","ru":"Городской свет"},"picture":"💡","prefixes":[],"requisites":[],"service":"","step":null,"usual":[]}',1795510800000000);
INSERT INTO "provider_terms" VALUES('traffic',1,'{"aliases":[],"category":"fines","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":0,"minimum_minor":0,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"RUB","discount":{"field":"date","steps":[[30,25]]},"fields":[{"check":"","code_keys":[],"hints":{},"is_optional":false,"keep":"digits","labels":{"en":"Number of the decree","ru":"Номер постановления"},"mask":"","maximum_length":64,"minimum_length":1,"name":"uin","pattern":"[0-9]{20}"},{"check":"","code_keys":[],"hints":{},"is_optional":false,"keep":"date","labels":{"en":"Date of the decree","ru":"Дата постановления"},"mask":"","maximum_length":64,"minimum_length":1,"name":"date","pattern":""}],"hours":null,"maximum":10000000,"minimum":100,"names":{"en":"Traffic police","ru":"Штрафы ГИБДД"},"picture":"🚓","prefixes":[],"requisites":[],"service":"","step":null,"usual":[]}',1795510800000000);
INSERT INTO "provider_terms" VALUES('good',1,'{"aliases":[],"category":"giving","commission":{"borne_by":"payer","fixed_minor":0,"maximum_minor":null,"millionths":0,"minimum_minor":0,"tiers":[]},"connection":{"kind":"osmp","settings":{"login":"wallet","url":"sandbox:/test"}},"currency":"RUB","discount":null,"fields":[{"check":"","code_keys":[],"hints":{"en":"Ten digits","ru":"Десять цифр"},"is_optional":false,"keep":"phone","labels":{"en":"Phone number","ru":"Номер телефона"},"mask":"+7 ___ ___-__-__","maximum_length":10,"minimum_length":10,"name":"phone","pattern":""}],"hours":null,"maximum":10000000,"minimum":1000,"names":{"en":"Good Deeds","ru":"Добрые дела"},"picture":"❤️","prefixes":[],"requisites":[],"service":"","step":1000,"usual":[]}',1795510800000000);
CREATE TABLE providers (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0),  -- of the newest terms
    digest TEXT NOT NULL,  -- of them
    position INTEGER NOT NULL,
    closed_by TEXT NOT NULL CHECK (closed_by IN ('', 'file', 'operator'))
) STRICT, WITHOUT ROWID;
INSERT INTO "providers" VALUES('bell',1,'a82cd164f0e90f1dca0f01b36c48b5a8d4c5d983184a06ded8454d75cafa62f8',3,'');
INSERT INTO "providers" VALUES('dragons',1,'ce9c36e39f2f9a3e1b0424b2a9515a4322b57fbf1770509163794e7aa2c44c21',1,'');
INSERT INTO "providers" VALUES('good',1,'dc0a9363bb8db0c74d94624035c13fface946b67d810297b0b48e8a2a26528cf',6,'');
INSERT INTO "providers" VALUES('light',1,'580b0de273553069eaa65031d32f6e2d40dcf8beff9124e28e65ff54562bd5e6',4,'');
INSERT INTO "providers" VALUES('steam',1,'bb2e48ad26d8166884418f54287b6dc8708bec9e6436c0f2a532344fb9170f7d',0,'');
INSERT INTO "providers" VALUES('tele',1,'656c3a80751ba8fdb87084ce91e65320661c2ad07aa90a942409dbbaadc31d04',2,'');
INSERT INTO "providers" VALUES('traffic',1,'ee0aa30d4017a176e7e5dbad254f83f74d47854fb22902913426a9620996925f',5,'');
CREATE TABLE rate_limits (
    name TEXT PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rates (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    rate TEXT NOT NULL, dated INTEGER NOT NULL DEFAULT 0,  -- decimal text: units of quote for one unit of base
    PRIMARY KEY (base, quote, at)
) STRICT, WITHOUT ROWID;
INSERT INTO "rates" VALUES('USD','RUB',1795510800000000,'operator','92.50',1795510800000000);
CREATE TABLE receipts (
    code TEXT PRIMARY KEY,  -- follows from holder and operation, under the master key
    holder TEXT NOT NULL,
    operation TEXT NOT NULL,
    facts TEXT NOT NULL  -- JSON
) STRICT;
INSERT INTO "receipts" VALUES('GWRKKX1BMFV37','01a20cc88e807000982e8d6dd9c0905f','01a20cc88e8070008ce4ecaeb303474a','{"amount":{"currency":"RUB","minor":5000},"begun_at":"2026-11-24T09:00:00+00:00","borne_by":"payer","card":"","code":"GWRKKX1BMFV37","commission":{"currency":"RUB","minor":1000},"conversion":null,"details":[{"labels":{"en":"Login","ru":"Логин"},"value":"an•_••26"}],"done_at":"2026-11-24T09:00:00+00:00","holder":"01a20cc88e807000982e8d6dd9c0905f","issuer":{"name":"Purser","zone":"UTC"},"kind":"provider_payment","moved":{"currency":"RUB","minor":-6000},"operation":"01a20cc88e8070008ce4ecaeb303474a","other":{"en":"Steam","ru":"Стим"},"payee":"","phone":"+7916***4567","provider_txn":"P428078","purpose":"","subject":"provider_payment/01a20cc88e8070008ce4ecaeb303474a","total":{"currency":"RUB","minor":6000},"txn":"1795510800000428078"}');
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
INSERT INTO "refunds" VALUES('01a20cc88e8070008c86b6489da77132','01a20cc88e807000a49bd440d687090f','01a20cc88e807000a6521c57b5aa8e84','01a20cc88e8070009f2d261ec37d705a','01a20cc88e807000982e8d6dd9c0905f','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB','RUB',4000,'','paid',1795510800000000);
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
CREATE TABLE reveals (
    id TEXT PRIMARY KEY,
    card TEXT NOT NULL REFERENCES cards (id),
    holder TEXT NOT NULL REFERENCES holders (id),
    key TEXT NOT NULL UNIQUE,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    seen_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "reveals" VALUES('01a20cc88e8070009ae15180e441e2e8','01a20cc88e80700087c16a0d251f26cd','01a20cc88e807000982e8d6dd9c0905f','first:01a20cc88e80700087c16a0d251f26cd',1795510800000000,1795511400000000,NULL);
INSERT INTO "reveals" VALUES('01a20cc88e807000b5bd0dcc4e283d37','01a20cc88e807000a526d91f1e9a2e1e','01a20cc88e8070009ad150afc6cfb53a','first:01a20cc88e807000a526d91f1e9a2e1e',1795510800000000,1795511400000000,NULL);
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
CREATE TABLE schedules (
    holder TEXT NOT NULL,
    id TEXT NOT NULL,
    content TEXT NOT NULL,  -- JSON: what is paid, when, how and within what
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (holder, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password BLOB NOT NULL,  -- keyed hash
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "terminals" VALUES('01a20cc88e80700084b56220006ceb3a','Lobby','terminal-6774eca9',X'EF1F9F7423606974AE4D373FE3A07E625491E7819CE220C55905BD9A1BDC6556','RUB','active',1795510800000000);
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
INSERT INTO "topups" VALUES('01a20cc88e807000a22926a15b6f965e','01a20cc88e80700084b56220006ceb3a','17','+79161234567','01a20cc88e807000982e8d6dd9c0905f','RUB',50000,'credited',1795510800000000,1795510800000000,1795510800000000);
CREATE TABLE transactions (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    reverses TEXT UNIQUE REFERENCES transactions (key),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO "transactions" VALUES(1,'topup:01a20cc88e807000a22926a15b6f965e','topup','topup/01a20cc88e807000a22926a15b6f965e',1795510800000000,NULL,X'7FA6E5F885BD9C1DB79E42273A55222CD3C21A276196BECE5CA82ABCEE7F13CA');
INSERT INTO "transactions" VALUES(2,'correction:01a20cc88e8070009786d2b039be7af2','correction','correction/01a20cc88e8070009786d2b039be7af2',1795510800000000,NULL,X'AFF5BC199375798DB61FE64B65150B1C4FC62BBE8F68C8709A951AABF630745E');
INSERT INTO "transactions" VALUES(3,'payment:01a20cc88e8070009f2d261ec37d705a','payment','payment/01a20cc88e8070009f2d261ec37d705a',1795510800000000,NULL,X'1A3F7B690DA9DF36E15D4769F3B4A6B715B4F31CBC1CED2232E36748B45F37D0');
INSERT INTO "transactions" VALUES(4,'refund:01a20cc88e8070008c86b6489da77132','refund','refund/01a20cc88e8070008c86b6489da77132',1795510800000000,NULL,X'8A2FE2B4F8D847EEB6810D4BCB5E7341D47B65BEA91CDE9A4FC7BC2E44BE0CD9');
INSERT INTO "transactions" VALUES(5,'provider_payment:01a20cc88e8070008ce4ecaeb303474a','provider_payment','provider_payment/01a20cc88e8070008ce4ecaeb303474a',1795510800000000,NULL,X'D66ABCB52FBA1147C44AAF8426A99E3C47CDFBEB859F35743A2D623DBAD6F7DE');
INSERT INTO "transactions" VALUES(6,'payment:01a20cc88e8070009b85ddb7add56bb9','payment','payment/01a20cc88e8070009b85ddb7add56bb9',1795510800000000,NULL,X'E8CB53A96AE343E9BD8EFFA9A1967C5762056F375E553DCF46D2F724300C3A4F');
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
INSERT INTO "transfers" VALUES(1,1,'terminal/01a20cc88e80700084b56220006ceb3a:main:RUB','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',50000,'RUB');
INSERT INTO "transfers" VALUES(2,2,'system:suspense:RUB','holder/01a20cc88e8070009ad150afc6cfb53a:main:RUB',7000,'RUB');
INSERT INTO "transfers" VALUES(3,3,'holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB','merchant/01a20cc88e807000a49bd440d687090f:main:RUB',10000,'RUB');
INSERT INTO "transfers" VALUES(4,4,'merchant/01a20cc88e807000a49bd440d687090f:main:RUB','holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB',4000,'RUB');
INSERT INTO "transfers" VALUES(5,5,'holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB','provider/steam:main:RUB',5000,'RUB');
INSERT INTO "transfers" VALUES(6,5,'holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB','system:fees:RUB',1000,'RUB');
INSERT INTO "transfers" VALUES(7,6,'holder/01a20cc88e807000982e8d6dd9c0905f:main:RUB','system:position:RUB',9250,'RUB');
INSERT INTO "transfers" VALUES(8,6,'system:position:USD','merchant/01a20cc88e807000a49bd440d687090f:main:USD',100,'USD');
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
CREATE UNIQUE INDEX provider_payments_of_offer ON provider_payments (offer);
CREATE UNIQUE INDEX provider_payments_of_txn ON provider_payments (txn);
CREATE INDEX provider_payments_of_holder ON provider_payments (holder, id);
CREATE INDEX provider_payments_of_provider ON provider_payments (provider, settled_at);
CREATE INDEX provider_payments_by_card ON provider_payments (card, created_at)
    WHERE card IS NOT NULL;
CREATE INDEX provider_payments_by_hold ON provider_payments (hold);
CREATE INDEX provider_payments_to_account ON provider_payments (holder, provider, account, id);
CREATE INDEX provider_payments_open ON provider_payments (state) WHERE state IN ('sent', 'unknown');
CREATE INDEX limit_uses_by_period ON limit_uses (period);
CREATE UNIQUE INDEX emails_by_key ON emails (key);
CREATE UNIQUE INDEX emails_by_digest ON emails (digest);
CREATE UNIQUE INDEX emails_by_mailbox ON emails (mailbox) WHERE state = 'confirmed';
CREATE INDEX emails_of_holder ON emails (holder) WHERE state IN ('awaiting', 'confirmed');
CREATE INDEX emails_awaiting ON emails (expires_at) WHERE state = 'awaiting';
CREATE UNIQUE INDEX identifications_of_holder ON identifications (holder)
    WHERE state <> 'withdrawn';
CREATE INDEX identifications_kept ON identifications (holder, erase_at);
CREATE INDEX identifications_waiting ON identifications (submitted_at)
    WHERE state = 'submitted';
CREATE INDEX identifications_of_document ON identifications (document)
    WHERE document IS NOT NULL;
CREATE UNIQUE INDEX favourites_of_account ON favourites (holder, provider, account);
CREATE UNIQUE INDEX schedule_occurrences_of_period
    ON schedule_occurrences (holder, schedule, period);
CREATE INDEX schedule_occurrences_of_schedule ON schedule_occurrences (holder, schedule, due_at);
COMMIT;
