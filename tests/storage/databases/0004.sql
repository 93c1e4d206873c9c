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
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000835c30fc97a2d15d:main:RUB','holder/01a20cc88e807000835c30fc97a2d15d','RUB',0,7000,0,2,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000835c30fc97a2d15d:main:USD','holder/01a20cc88e807000835c30fc97a2d15d','USD',0,0,0,0,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','holder/01a20cc88e807000a64a7e8d4fc4451a','RUB',0,26050,10900,19,1795510800000000);
INSERT INTO "accounts" VALUES('holder/01a20cc88e807000a64a7e8d4fc4451a:main:USD','holder/01a20cc88e807000a64a7e8d4fc4451a','USD',0,0,0,0,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac','RUB',0,0,0,9,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac:main:USD','merchant/01a20cc88e80700089d3da4e1e312cac','USD',0,0,0,10,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac:payouts:RUB','merchant/01a20cc88e80700089d3da4e1e312cac','RUB',0,15250,0,11,1795510800000000);
INSERT INTO "accounts" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac:reserve:RUB','merchant/01a20cc88e80700089d3da4e1e312cac','RUB',0,3217,0,20,1795510800000000);
INSERT INTO "accounts" VALUES('provider/steam:main:RUB','provider/steam','RUB',0,5000,0,5,1795510800000000);
INSERT INTO "accounts" VALUES('system:fees:RUB','system','RUB',0,1083,0,21,1795510800000000);
INSERT INTO "accounts" VALUES('system:position:RUB','system','RUB',-9000000000000000,0,0,11,1795510800000000);
INSERT INTO "accounts" VALUES('system:position:USD','system','USD',-9000000000000000,0,0,10,1795510800000000);
INSERT INTO "accounts" VALUES('system:suspense:RUB','system','RUB',-9000000000000000,-7000,0,2,1795510800000000);
INSERT INTO "accounts" VALUES('terminal/01a20cc88e8070008702e26aecaf7c99:main:RUB','terminal/01a20cc88e8070008702e26aecaf7c99','RUB',-1000000,-50600,0,21,1795510800000000);
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
INSERT INTO "cards" VALUES('01a20cc88e8070009313602ae952260e','01a20cc88e807000a64a7e8d4fc4451a','virtual','active',1,X'01A20CC88E8070009509BC5E3901B2540919FCF8B3EBFCBF6CD82AB5526A009EDA5913609A28C00C7E9FB212E2547869B69493517EFB8A549C21D878',X'02B340AE71CE7481A1AB0020C924F0DC37E21D07108D123D44035F1BC0A0E0D5','2193','2911',1,'RUB',NULL,NULL,NULL,NULL,1795510800000000);
INSERT INTO "cards" VALUES('01a20cc88e807000ba01fe210a3eeef6','01a20cc88e807000835c30fc97a2d15d','virtual','active',1,X'01A20CC88E8070009509BC5E3901B25462DF78397F566C46629EC389B44B8CCC44A5ECFEB61C2735A0EA83AD5903CC88A27E47EDE17990E0D9353437',X'BDC1670DBAC58D8582187E88E64CF3333DE6DCC6C1A88A32BFF9A1683615256A','3259','2911',1,'RUB',NULL,NULL,NULL,NULL,1795510800000000);
CREATE TABLE cash_numbers (
    number TEXT PRIMARY KEY,
    invoice TEXT NOT NULL REFERENCES invoices (id)
) STRICT, WITHOUT ROWID;
INSERT INTO "cash_numbers" VALUES('52993458','01a20cc88e807000a24b97111b0cdb71');
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
INSERT INTO "cash_payments" VALUES('01a20cc88e80700086bf24f87412b738','01a20cc88e8070008702e26aecaf7c99','18','01a20cc88e807000a24b97111b0cdb71','01a20cc88e80700089d3da4e1e312cac','RUB',600,1795510800000000);
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
INSERT INTO "checkouts" VALUES('01a20cc88e807000b2a243a9827583b1','01a20cc88e80700097e302cf2d548251',X'36D0A64DBDDB4336EACD61B1969562C3A4DD2A60E3200C6E3737A45183109A20','code','01a20cc88e807000a64a7e8d4fc4451a','{"card":null,"code_at":"2026-11-24T09:00:00+00:00","conversion":null,"fail_url":null,"given":{"currency":"RUB","minor":400},"phone":"+79161234567","success_url":null,"to":"+79161234567"}','01a20cc88e8070009d70c47dd8e7dc11',0,'open',1795510800000000,1795511700000000);
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
INSERT INTO "codes" VALUES('01a20cc88e80700082a895f6c3f81180','+79161234567','payment','offer/01a20cc88e807000ab978ddf24d3251b',X'8A482B3D135E19C17B5F528CD1C3CD9EB5877C2B90A75B4B06F26BF1820D6D71','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e80700084a278211f6aac02','+79161234567','payment','offer/01a20cc88e807000934fea3b5c50e6ae',X'BF6702E9739DACC847C5C046740017E44FDB809FE4C27FEAF79BF0D8D3A63D82','sent',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e80700093c71049e73dfdf5','+79161234567','payment','offer/01a20cc88e80700095a86d7703e9d59f',X'6F2CB5BD435FF4917B0D328C53A5383FE12F9BD7E0A9D1A6357FEBE5154C6F38','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000943a732a5de08c97','+79161234567','payment','offer/01a20cc88e807000b33c55e5ef4ae06a',X'151FC6C4724927452BFF21D9E31FD1AFE49F8A32129C36538D1CB1383E226540','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000973d6f519f022a97','+79161234567','payment','offer/01a20cc88e807000965b18bbf67e5f58',X'6448E98F88C2CF235800ED97E8A89443FD8C463EA8CA4030A95ECE78E8502B23','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e80700098b421aedaec5a29','+79161234567','payment','offer/01a20cc88e8070009b49ca85d5fd3b33',X'0AEB328FDFC503D50BDB8DB2A836E70520979592A2A96BBC130EBF77837451FA','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e8070009d70c47dd8e7dc11','+79161234567','checkout','checkout/01a20cc88e807000b2a243a9827583b1',X'CD0CC2329229893CC716D612741ADE210B2EF6527DD6CCB7466EBC30A093CDB0','sent',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e8070009e4b47a2238b1ac1','+79161234567','payment','offer/01a20cc88e80700098ce76d3e589499f',X'7EEC624581389BB758CA1D0EFCADD51BCF20D18D700442230EFB52F5E511B601','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000a2e7b2eef87bcb02','+79161234567','payment','offer/01a20cc88e807000b41f4616a23ad0d8',X'518B2CD317FAD46617A46C80DD091C7001B7AB115E2ED86AAC97406E6F74DCF6','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000a5fd2596942c8a77','+79161234567','join','telegram/7',X'15AB0B8B3E5891CA17E49CF8D47A3C4B64D948BA0B75D9C32CC308EDCC2B389C','accepted',0,1795510800000000,1795511100000000);
INSERT INTO "codes" VALUES('01a20cc88e807000b9a1ccc33b042183','+79261234567','join','telegram/8',X'D9D32E5A49CBAEA38203BC97B6E921D9AF79C099348F6E2BA5ABA222B0FEAF68','accepted',0,1795510800000000,1795511100000000);
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
INSERT INTO "data_keys" VALUES('01a20cc88e8070009509bc5e3901b254',X'892AD2E85BC0DF2CFE2DC222D7C387CFB8DD26FADF4C002B2757E24581C3115D1A60603DEEE38E56F02100B48B40F49319629471A25EB4665E90A510',1795510800000000);
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
INSERT INTO "deliveries" VALUES('01a20cc88e807000819657b113bd12f5','01a20cc88e80700089d3da4e1e312cac','robokassa_result:01a20cc88e807000b2a2aefc53228dcb:2','robokassa_result','invoice/01a20cc88e807000b2a2aefc53228dcb','https://shop.example/hook',1,503,'again','HTTP 503','busy',12,1795510800000000);
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
INSERT INTO "due_work" VALUES('card:01a20cc88e807000a176606460c7ea7e','sms_card','sms/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('card:01a20cc88e807000bb8ac1364bf42244','sms_card','sms/01a20cc88e807000835c30fc97a2d15d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e80700082a895f6c3f81180','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e80700084a278211f6aac02','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e80700093c71049e73dfdf5','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000943a732a5de08c97','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000973d6f519f022a97','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e80700098b421aedaec5a29','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e8070009d70c47dd8e7dc11','sms_code','sms/+79161234567','{"code":"01a20cc88e8070009d70c47dd8e7dc11","language":"en","values":{"currency":"RUB","minor":"400","payee":"Shop"}}','due',0,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e8070009e4b47a2238b1ac1','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000a2e7b2eef87bcb02','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000a5fd2596942c8a77','sms_code','sms/+79161234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('code:01a20cc88e807000b9a1ccc33b042183','sms_code','sms/+79261234567','{}','done',1,1,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:authorisation:01a20cc88e807000bd25d28e0235d2ba','expire_authorisation','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000bd25d28e0235d2ba"}','due',0,5,1796115600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:card:01a20cc88e8070009313602ae952260e','expire_card','holder/01a20cc88e807000a64a7e8d4fc4451a','{"card":"01a20cc88e8070009313602ae952260e"}','due',0,5,1890777600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:card:01a20cc88e807000ba01fe210a3eeef6','expire_card','holder/01a20cc88e807000835c30fc97a2d15d','{"card":"01a20cc88e807000ba01fe210a3eeef6"}','due',0,5,1890777600000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e8070008094faf6a3d20875','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e8070008094faf6a3d20875"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000908b6c6fe7bccd80','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000908b6c6fe7bccd80"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e80700097e302cf2d548251','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e80700097e302cf2d548251"}','due',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e80700099e7998fafb5f42b','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e80700099e7998fafb5f42b"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000a24b97111b0cdb71','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000a24b97111b0cdb71"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000a564f454b41ccbde','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000a564f454b41ccbde"}','due',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000a6571aedf5e55836','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000a6571aedf5e55836"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000b2a2aefc53228dcb','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000b2a2aefc53228dcb"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:invoice:01a20cc88e807000bd25d28e0235d2ba','expire_invoice','merchant/01a20cc88e80700089d3da4e1e312cac','{"invoice":"01a20cc88e807000bd25d28e0235d2ba"}','done',0,5,1795770000000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000934fea3b5c50e6ae','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e807000934fea3b5c50e6ae"}','due',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e80700095a86d7703e9d59f','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e80700095a86d7703e9d59f"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000965b18bbf67e5f58','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e807000965b18bbf67e5f58"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e80700098ce76d3e589499f','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e80700098ce76d3e589499f"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e8070009b49ca85d5fd3b33','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e8070009b49ca85d5fd3b33"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000ab978ddf24d3251b','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e807000ab978ddf24d3251b"}','done',0,5,1795511400000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000b33c55e5ef4ae06a','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e807000b33c55e5ef4ae06a"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('expire:offer:01a20cc88e807000b41f4616a23ad0d8','expire_offer','holder/01a20cc88e807000a64a7e8d4fc4451a','{"offer":"01a20cc88e807000b41f4616a23ad0d8"}','done',0,5,1795511700000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:01a20cc88e8070009601d0d9463ebc2d','notice','chat/01a20cc88e807000835c30fc97a2d15d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:card:01a20cc88e807000a176606460c7ea7e','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:card:01a20cc88e807000bb8ac1364bf42244','notice','chat/01a20cc88e807000835c30fc97a2d15d','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:charge/01a20cc88e807000a6571aedf5e55836/01a20cc88e80700099e7998fafb5f42b','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e8070008094faf6a3d20875','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000908b6c6fe7bccd80','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:invoice/01a20cc88e807000a564f454b41ccbde','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:provider_payment/01a20cc88e80700084b243666a9d227b:waiting','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:provider_payment/01a20cc88e8070008669968cbf5014a5:done','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:refund/01a20cc88e80700090d96583b037365f','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:refund/01a20cc88e807000a3e67228ee291e33','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('notice:topup/01a20cc88e807000a6f42ee443754644','notice','chat/01a20cc88e807000a64a7e8d4fc4451a','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('pay_provider:01a20cc88e80700084b243666a9d227b','pay_provider','provider/steam','{"payment":"01a20cc88e80700084b243666a9d227b"}','due',1,2,1795510807700000,NULL,'timeout',1795510800000000);
INSERT INTO "due_work" VALUES('pay_provider:01a20cc88e8070008669968cbf5014a5','pay_provider','provider/steam','{}','done',1,2,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('robokassa_result2:01a20cc88e807000b2a2aefc53228dcb:2','robokassa_result2','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('robokassa_result:01a20cc88e807000b2a2aefc53228dcb:2','robokassa_result','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e8070008094faf6a3d20875:2','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e807000908b6c6fe7bccd80:2','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e80700099e7998fafb5f42b:2','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e807000a24b97111b0cdb71:2','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{"at":"2026-11-24T09:00:00Z","data":{"amount":{"currency":"RUB","minor":600},"capture":"at_once","changed_at":"2026-11-24T09:00:00Z","created_at":"2026-11-24T09:00:00Z","description":"A book","expires_at":"2026-11-27T09:00:00Z","id":"01a20cc88e807000a24b97111b0cdb71","interface":"api","metadata":{},"paid_at":"2026-11-24T09:00:00Z","phone":null,"recurring":false,"reference":null,"refunded":{"currency":"RUB","minor":0},"state":"paid","test":false,"version":2},"merchant":"01a20cc88e80700089d3da4e1e312cac","type":"invoice.paid"}','due',0,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:invoice:01a20cc88e807000a6571aedf5e55836:2','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:refund/01a20cc88e80700090d96583b037365f','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
INSERT INTO "due_work" VALUES('webhook:refund/01a20cc88e807000a3e67228ee291e33','webhook','webhook/01a20cc88e80700089d3da4e1e312cac','{}','done',1,3,1795510800000000,NULL,'',1795510800000000);
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
INSERT INTO "exchanges" VALUES('payment/01a20cc88e8070009541ff4cc63f0784','01a20cc88e807000a64a7e8d4fc4451a','RUB',9250,0,'USD',100,'92.5','USD','operator',1795510800000000,1795510800000000);
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
INSERT INTO "favourites" VALUES('01a20cc88e8070009a35c8990fb23f58','01a20cc88e807000a64a7e8d4fc4451a','steam','ann_2026','{"login":"ann_2026"}','',1795510800000000,1795510800000000);
CREATE TABLE fiscal_receipts (
    merchant TEXT NOT NULL REFERENCES merchants (id),
    number TEXT NOT NULL,  -- the shop's, or refund/id
    invoice TEXT NOT NULL REFERENCES invoices (id),
    kind TEXT NOT NULL CHECK (kind IN ('second', 'refund')),
    content TEXT NOT NULL,  -- JSON as it came
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (merchant, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "fiscal_receipts" VALUES('01a20cc88e80700089d3da4e1e312cac','F1','01a20cc88e807000b2a2aefc53228dcb','second','{}',1795510800000000);
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
INSERT INTO "history" VALUES('card/01a20cc88e8070009313602ae952260e',1,'issue','active','wallet','',1795510800000000);
INSERT INTO "history" VALUES('card/01a20cc88e807000ba01fe210a3eeef6',1,'issue','active','wallet','',1795510800000000);
INSERT INTO "history" VALUES('cash_payment/01a20cc88e80700086bf24f87412b738',1,'receive','done','terminal','18',1795510800000000);
INSERT INTO "history" VALUES('correction/01a20cc88e8070009601d0d9463ebc2d',1,'credit','done','operator','test',1795510800000000);
INSERT INTO "history" VALUES('holder/01a20cc88e807000835c30fc97a2d15d',1,'join','active','holder','',1795510800000000);
INSERT INTO "history" VALUES('holder/01a20cc88e807000a64a7e8d4fc4451a',1,'join','active','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e8070008094faf6a3d20875',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e8070008094faf6a3d20875',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000908b6c6fe7bccd80',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000908b6c6fe7bccd80',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000908b6c6fe7bccd80',3,'refund_part','refunded_in_part','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e80700097e302cf2d548251',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e80700099e7998fafb5f42b',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e80700099e7998fafb5f42b',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a24b97111b0cdb71',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a24b97111b0cdb71',2,'pay','paid','terminal','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a564f454b41ccbde',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a6571aedf5e55836',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a6571aedf5e55836',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000a6571aedf5e55836',3,'refund_part','refunded_in_part','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000b2a2aefc53228dcb',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000b2a2aefc53228dcb',2,'pay','paid','holder','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000bd25d28e0235d2ba',1,'issue','waiting','merchant','',1795510800000000);
INSERT INTO "history" VALUES('invoice/01a20cc88e807000bd25d28e0235d2ba',2,'authorise','authorised','holder','',1795510800000000);
INSERT INTO "history" VALUES('join-codes/telegram/7',1,'ask','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('join-codes/telegram/8',1,'ask','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('link/01a20cc88e807000a6571aedf5e55836',1,'agree','active','holder','01a20cc88e807000a6571aedf5e55836',1795510800000000);
INSERT INTO "history" VALUES('link/01a20cc88e807000a6571aedf5e55836',2,'charge','active','merchant','01a20cc88e80700099e7998fafb5f42b',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac',1,'add','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac',2,'add_keys','active','merchant','Bills',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac',3,'person_add','active','operator','7 owner',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac',4,'set_up_pull','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac',5,'speak_robokassa','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('merchant/01a20cc88e80700089d3da4e1e312cac',6,'terms','active','operator','RUB: 2.5%; reserve 7 d; settled in RUB',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008bf6a23ecfc54aad',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008bf6a23ecfc54aad',2,'authorise','authorised','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008d97d4349e73d56e',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008d97d4349e73d56e',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008e211d12084c11e0',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008e211d12084c11e0',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070008e211d12084c11e0',3,'refund_part','done','merchant','40.00 RUB',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e80700092ef18410bd73b33',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e80700092ef18410bd73b33',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e80700092ef18410bd73b33',3,'refund_part','done','merchant','1.00 RUB',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009541ff4cc63f0784',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e8070009541ff4cc63f0784',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000b97d28e295bac67f',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000b97d28e295bac67f',2,'settle','done','holder','',1795510800000000);
INSERT INTO "history" VALUES('payment/01a20cc88e807000bfe085c0bbdb7ca0',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('payout/01a20cc88e8070009bb3a087a7c748a3',1,'prepare','prepared','operator','',1795510800000000);
INSERT INTO "history" VALUES('payout/01a20cc88e807000a6c9999092b116f7',1,'prepare','prepared','operator','',1795510800000000);
INSERT INTO "history" VALUES('provider/bell',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/dragons',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/good',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/light',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/steam',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/tele',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider/traffic',1,'added','open','operator','v1',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e80700084b243666a9d227b',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e80700084b243666a9d227b',2,'send','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e80700084b243666a9d227b',3,'ask','sent','provider','timeout',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008669968cbf5014a5',1,'hold','held','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008669968cbf5014a5',2,'send','sent','holder','',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008669968cbf5014a5',3,'ask','sent','provider','0',1795510800000000);
INSERT INTO "history" VALUES('provider_payment/01a20cc88e8070008669968cbf5014a5',4,'settle','done','provider','',1795510800000000);
INSERT INTO "history" VALUES('refund/01a20cc88e80700090d96583b037365f',1,'pay','paid','merchant','',1795510800000000);
INSERT INTO "history" VALUES('refund/01a20cc88e807000a3e67228ee291e33',1,'pay','paid','merchant','',1795510800000000);
INSERT INTO "history" VALUES('terminal/01a20cc88e8070008702e26aecaf7c99',1,'add','active','operator','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a6f42ee443754644',1,'announce','announced','terminal','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a6f42ee443754644',2,'receive','received','terminal','',1795510800000000);
INSERT INTO "history" VALUES('topup/01a20cc88e807000a6f42ee443754644',3,'credit','credited','terminal','',1795510800000000);
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
INSERT INTO "holders" VALUES('01a20cc88e807000835c30fc97a2d15d','+79261234567',8,'en','active',1,NULL,1795510800000000,'phone');
INSERT INTO "holders" VALUES('01a20cc88e807000a64a7e8d4fc4451a','+79161234567',7,'en','active',1,NULL,1795510800000000,'phone');
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
INSERT INTO "holds" VALUES('01a20cc88e80700084b243666a9d227b','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',7000,0,'provider_payment/01a20cc88e80700084b243666a9d227b','held',1795510800000000,2110870800000000,NULL);
INSERT INTO "holds" VALUES('01a20cc88e8070008669968cbf5014a5','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',6000,6000,'provider_payment/01a20cc88e8070008669968cbf5014a5','captured',1795510800000000,2110870800000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e8070008bf6a23ecfc54aad','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',900,0,'payment/01a20cc88e8070008bf6a23ecfc54aad','held',1795510800000000,1795511700000000,NULL);
INSERT INTO "holds" VALUES('01a20cc88e8070008d97d4349e73d56e','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',300,300,'payment/01a20cc88e8070008d97d4349e73d56e','captured',1795510800000000,1795511700000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e8070008e211d12084c11e0','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',10000,10000,'payment/01a20cc88e8070008e211d12084c11e0','captured',1795510800000000,1795511700000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e80700092ef18410bd73b33','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',2000,2000,'payment/01a20cc88e80700092ef18410bd73b33','captured',1795510800000000,1795511700000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e8070009541ff4cc63f0784','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',9250,9250,'payment/01a20cc88e8070009541ff4cc63f0784','captured',1795510800000000,1795511400000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e807000b97d28e295bac67f','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',500,500,'payment/01a20cc88e807000b97d28e295bac67f','captured',1795510800000000,1795511700000000,1795510800000000);
INSERT INTO "holds" VALUES('01a20cc88e807000bfe085c0bbdb7ca0','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',3000,0,'payment/01a20cc88e807000bfe085c0bbdb7ca0','held',1795510800000000,1795511700000000,NULL);
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
CREATE TABLE "invoices" (
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
INSERT INTO "invoices" VALUES('01a20cc88e8070008094faf6a3d20875','01a20cc88e80700089d3da4e1e312cac',NULL,'+79161234567','USD',100,0,'A book','paid',2,'01a20cc88e8070009541ff4cc63f0784',1795510800000000,1795770000000000,1795510800000000,1795510800000000,'api','{}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e807000908b6c6fe7bccd80','01a20cc88e80700089d3da4e1e312cac',NULL,'+79161234567','RUB',10000,4000,'A book','refunded_in_part',3,'01a20cc88e8070008e211d12084c11e0',1795510800000000,1795770000000000,1795510800000000,1795510800000000,'api','{}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e80700097e302cf2d548251','01a20cc88e80700089d3da4e1e312cac',NULL,NULL,'RUB',400,0,'A book','waiting',1,NULL,1795510800000000,1795770000000000,1795510800000000,NULL,'api','{}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e80700099e7998fafb5f42b','01a20cc88e80700089d3da4e1e312cac','2',NULL,'RUB',500,0,'One more','paid',2,'01a20cc88e807000b97d28e295bac67f',1795510800000000,1795770000000000,1795510800000000,1795510800000000,'api','{"link": "01a20cc88e807000a6571aedf5e55836"}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e807000a24b97111b0cdb71','01a20cc88e80700089d3da4e1e312cac',NULL,NULL,'RUB',600,0,'A book','paid',2,'01a20cc88e80700086bf24f87412b738',1795510800000000,1795770000000000,1795510800000000,1795510800000000,'api','{}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e807000a564f454b41ccbde','01a20cc88e80700089d3da4e1e312cac',NULL,'+79161234567','RUB',3000,0,'A book','waiting',1,NULL,1795510800000000,1795770000000000,1795510800000000,NULL,'api','{}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e807000a6571aedf5e55836','01a20cc88e80700089d3da4e1e312cac','1',NULL,'RUB',2000,100,'A month','refunded_in_part',3,'01a20cc88e80700092ef18410bd73b33',1795510800000000,1795770000000000,1795510800000000,1795510800000000,'api','{"recurring": true}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e807000b2a2aefc53228dcb','01a20cc88e80700089d3da4e1e312cac','7',NULL,'RUB',300,0,'Tea','paid',2,'01a20cc88e8070008d97d4349e73d56e',1795510800000000,1795770000000000,1795510800000000,1795510800000000,'robokassa','{"inv_id": "7"}','at_once',0);
INSERT INTO "invoices" VALUES('01a20cc88e807000bd25d28e0235d2ba','01a20cc88e80700089d3da4e1e312cac','3',NULL,'RUB',900,0,'A deposit','authorised',2,'01a20cc88e8070008bf6a23ecfc54aad',1795510800000000,1795770000000000,1795510800000000,NULL,'bill','{}','later',0);
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
INSERT INTO "limit_uses" VALUES('01a20cc88e807000a64a7e8d4fc4451a','RUB','invoice',20261100,25950,7);
INSERT INTO "limit_uses" VALUES('01a20cc88e807000a64a7e8d4fc4451a','RUB','invoice',20261124,25950,7);
INSERT INTO "limit_uses" VALUES('01a20cc88e807000a64a7e8d4fc4451a','RUB','provider',20261100,13000,2);
INSERT INTO "limit_uses" VALUES('01a20cc88e807000a64a7e8d4fc4451a','RUB','provider',20261124,13000,2);
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
INSERT INTO "links" VALUES('01a20cc88e807000a6571aedf5e55836','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e80700089d3da4e1e312cac','account/RUB','01a20cc88e807000a6571aedf5e55836','active',1795510800000000,1795510800000000,NULL);
CREATE TABLE merchant_keys (
    digest BLOB PRIMARY KEY,  -- keyed hash: the key itself is nowhere
    merchant TEXT NOT NULL REFERENCES merchants (id),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
, id TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '', public_key TEXT NOT NULL DEFAULT '', secret_key BLOB, notify_url TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "merchant_keys" VALUES(X'0774F19A13413CCB5E2E1BBE65F66BE19C72ADB2B6493F8C8EBE745169955A4D','01a20cc88e80700089d3da4e1e312cac','invoices:read invoices:write refunds:write links:charge money:read deliveries:write settings:write',1795510800000000,NULL,'01a20cc88e80700091feb8a1095c972a','Bills','FjWU93qdORiMpu9h2vk202aVylDgydObaUXEcBo6XvA',X'01A20CC88E8070009509BC5E3901B254C8BAEC7DA0C2D0423D4BD7B5C67FE5AC4ABF02B9B3A30AC44B5C4C8F900659EACB09080CC8B33D8BE3AD493726FE92ECD765C662B592C1A754351418B63C652467B3732BC462B65F9E32BD03750F58852A1B1208E9D96235FFD94AFE87F6F4105FF9E3EFC097A8FF690BEE6E7C8D63EC026DADB2B85E9648602693688B831C2186A7ECDD99BCD46B92A137EC9DBC80E908864A798360476ADBB0148DA99F5C9011BDA2494B97E46A12D4DD0744312B4C335BD7819C71040384BE993224188A374D9999F0C84A823425CE4894EFF5ECBB0FCC042A99D317FC349426FBF17AEF12D259DD24D28A0EEC132F9E2FFA6F59F2A211ECD298BBCD878CE55B81DBA45EC87CAF6D6152B42E34F36B5B0CEBB72FE0FDF9C655','https://shop.example/hook');
INSERT INTO "merchant_keys" VALUES(X'E54241B480DD0CCE0EE5F1B8C8A639F08B221781EAF617FAA745C8A54AB99D80','01a20cc88e80700089d3da4e1e312cac','invoices:read invoices:write refunds:write links:charge money:read deliveries:write settings:write keys:write',1795510800000000,NULL,'01a20cc88e807000a216d5549f41e390','first','eJ9V128K73axDahXzTqGLtCLLoDCpPJq69vHyRg-tlU',X'01A20CC88E8070009509BC5E3901B2544B05D355B4461108D35DB88ABF2638F222E157D769C75795E609D3777028E9723E97A5B53A03528D6D4CE0CD85E68B6B78EC6F36736DCEF07736E636BF7EE435655E5046EDF0B113AE299230BC08A3283B37B597D3EF3049921E028CA18C37B0DB71DBC2E545DFE6C336927400CDFD63E0EE64FD6E155BE95A07DEB648C31D3F4B3056B342AB215B791D65DF2BDD25AAB6BBD459C165492DD2E208F3D8AF0C8658CB83A3D67FF9377C5955028D18F73E2E54DC743AF3C652E98A0C207846981BA38396FBAB2F097E0647D900372D42067DC72953E504F9A72B0088929152C89B66C414381C680251C715FCBFDFCA2E278C09C4BDF9D6936291A26B84A27253A06E8D51A4A1DA9270841F5E039B349C9141D0BDF9',NULL);
CREATE TABLE merchant_people (
    merchant TEXT NOT NULL REFERENCES merchants (id),
    telegram_id INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'viewer')),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (merchant, telegram_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "merchant_people" VALUES('01a20cc88e80700089d3da4e1e312cac',7,'owner',1795510800000000);
CREATE TABLE merchant_terms (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    tariff TEXT NOT NULL,  -- JSON of a commission
    reserve_days INTEGER NOT NULL CHECK (reserve_days BETWEEN 0 AND 365),
    settlement_currency TEXT NOT NULL,
    payee TEXT NOT NULL,  -- JSON: requisites that payouts go to
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "merchant_terms" VALUES('01a20cc88e80700089d3da4e1e312cac','{"RUB":{"borne_by":"provider","fixed_minor":0,"maximum_minor":null,"millionths":25000,"minimum_minor":0,"tiers":[]}}',7,'RUB','{"account":"40702810900000000001","name":"Shop"}',1795510800000000);
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
INSERT INTO "merchants" VALUES('01a20cc88e80700089d3da4e1e312cac','Shop','f09506-00','eJ9V128K73axDahXzTqGLtCLLoDCpPJq69vHyRg-tlU','RUB','active','https://shop.example/hook',X'01A20CC88E8070009509BC5E3901B254630949ACDE32A0D940F0D76286AF55A684FFB5D805A1CC53F6782042DCB2873C9D778D6C203C680CA0C1349B44108BF137678D3BE451C904607FF77C66473F062E054D9267B02D5161B919106DCD',1795510800000000);
CREATE TABLE migrations (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL
    ) STRICT
;
INSERT INTO "migrations" VALUES(1,'0001_wallet','b1a1a0672d95f3df1f4ab6b525e2090e6b0bec2618dd8bc22306f2a35f6fa861');
INSERT INTO "migrations" VALUES(2,'0002_many_workers','ac46220768b010f2a80c9c2d5c777fc92bf82c406447cd94d81b4d6016376336');
INSERT INTO "migrations" VALUES(3,'0003_paying','51d974a7d1f63c3fb7a7b893260a6bea8c15c30960be2ef997494d0aa570e4a1');
INSERT INTO "migrations" VALUES(4,'0004_shops','ac2104dd92a015ee6db534de634cc8e1d47516d2ff642c392faad57d5eb541ac');
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
INSERT INTO "offers" VALUES('01a20cc88e807000934fea3b5c50e6ae','01a20cc88e807000a64a7e8d4fc4451a','open','payment','invoice/01a20cc88e807000a564f454b41ccbde','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":3000},"invoice":"01a20cc88e807000a564f454b41ccbde","minor":3000,"payee":"Shop","version":1}','confirmed','01a20cc88e80700084a278211f6aac02',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e80700095a86d7703e9d59f','01a20cc88e807000a64a7e8d4fc4451a','game','provider_payment','provider/steam','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"commission":1000,"conversion":null,"currency":"RUB","fields":{"login":"ann_2026"},"given":{"currency":"RUB","minor":6000},"minor":5000,"payee":"","provider":"steam","total":6000,"version":1}','used','01a20cc88e80700093c71049e73dfdf5',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000965b18bbf67e5f58','01a20cc88e807000a64a7e8d4fc4451a','pay:01a20cc88e807000b2a2aefc53228dcb:account','payment','invoice/01a20cc88e807000b2a2aefc53228dcb','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":300},"invoice":"01a20cc88e807000b2a2aefc53228dcb","minor":300,"payee":"Shop","version":1}','used','01a20cc88e807000973d6f519f022a97',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e80700098ce76d3e589499f','01a20cc88e807000a64a7e8d4fc4451a','pay:01a20cc88e807000908b6c6fe7bccd80:account','payment','invoice/01a20cc88e807000908b6c6fe7bccd80','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":10000},"invoice":"01a20cc88e807000908b6c6fe7bccd80","minor":10000,"payee":"Shop","version":1}','used','01a20cc88e8070009e4b47a2238b1ac1',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e8070009b49ca85d5fd3b33','01a20cc88e807000a64a7e8d4fc4451a','pay:01a20cc88e807000a6571aedf5e55836:account','payment','invoice/01a20cc88e807000a6571aedf5e55836','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":2000},"invoice":"01a20cc88e807000a6571aedf5e55836","minor":2000,"payee":"Shop","version":1}','used','01a20cc88e80700098b421aedaec5a29',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000ab978ddf24d3251b','01a20cc88e807000a64a7e8d4fc4451a','pay:01a20cc88e8070008094faf6a3d20875:account/RUB','payment','invoice/01a20cc88e8070008094faf6a3d20875','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":{"fee":{"currency":"RUB","minor":0},"gets":{"currency":"USD","minor":100},"gives":{"currency":"RUB","minor":9250},"rate":"92.5","rate_at":"2026-11-24T09:00:00+00:00","source":"operator","unit":"USD"},"currency":"USD","given":{"currency":"RUB","minor":9250},"invoice":"01a20cc88e8070008094faf6a3d20875","minor":100,"payee":"Shop","version":1}','used','01a20cc88e80700082a895f6c3f81180',1795510800000000,1795511400000000);
INSERT INTO "offers" VALUES('01a20cc88e807000ad8c11624977aae7','01a20cc88e807000a64a7e8d4fc4451a','link:01a20cc88e807000a6571aedf5e55836:01a20cc88e80700099e7998fafb5f42b','payment','invoice/01a20cc88e80700099e7998fafb5f42b','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":500},"invoice":"01a20cc88e80700099e7998fafb5f42b","minor":500,"payee":"Shop","version":1}','used',NULL,1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000b33c55e5ef4ae06a','01a20cc88e807000a64a7e8d4fc4451a','silent','provider_payment','provider/steam','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"commission":1000,"conversion":null,"currency":"RUB","fields":{"login":"another"},"given":{"currency":"RUB","minor":7000},"minor":6000,"payee":"","provider":"steam","total":7000,"version":1}','used','01a20cc88e807000943a732a5de08c97',1795510800000000,1795511700000000);
INSERT INTO "offers" VALUES('01a20cc88e807000b41f4616a23ad0d8','01a20cc88e807000a64a7e8d4fc4451a','pay:01a20cc88e807000bd25d28e0235d2ba:account','payment','invoice/01a20cc88e807000bd25d28e0235d2ba','{"account":"holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB","card":null,"conversion":null,"currency":"RUB","given":{"currency":"RUB","minor":900},"invoice":"01a20cc88e807000bd25d28e0235d2ba","minor":900,"payee":"Shop","version":1}','used','01a20cc88e807000a2e7b2eef87bcb02',1795510800000000,1795511700000000);
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
INSERT INTO "operations" VALUES('01a20cc88e80700084b243666a9d227b','01a20cc88e807000a64a7e8d4fc4451a','provider_payment','provider_payment/01a20cc88e80700084b243666a9d227b','RUB',-7000,'sent','Steam','another','steam
another',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070008669968cbf5014a5','01a20cc88e807000a64a7e8d4fc4451a','provider_payment','provider_payment/01a20cc88e8070008669968cbf5014a5','RUB',-6000,'done','Steam','ann_2026','steam
ann_2026',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070008bf6a23ecfc54aad','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e8070008bf6a23ecfc54aad','RUB',-900,'authorised','Shop','A deposit','shop
a deposit',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070008d97d4349e73d56e','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e8070008d97d4349e73d56e','RUB',-300,'done','Shop','Tea','shop
tea',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070008e211d12084c11e0','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e8070008e211d12084c11e0','RUB',-10000,'done','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e80700090d96583b037365f','01a20cc88e807000a64a7e8d4fc4451a','refund','refund/01a20cc88e80700090d96583b037365f','RUB',4000,'paid','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e80700092ef18410bd73b33','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e80700092ef18410bd73b33','RUB',-2000,'done','Shop','A month','shop
a month',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070009541ff4cc63f0784','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e8070009541ff4cc63f0784','RUB',-9250,'done','Shop','A book','shop
a book',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e8070009601d0d9463ebc2d','01a20cc88e807000835c30fc97a2d15d','correction','correction/01a20cc88e8070009601d0d9463ebc2d','RUB',7000,'done','test','','test
',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a3e67228ee291e33','01a20cc88e807000a64a7e8d4fc4451a','refund','refund/01a20cc88e807000a3e67228ee291e33','RUB',100,'paid','Shop','A month','shop
a month',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000a6f42ee443754644','01a20cc88e807000a64a7e8d4fc4451a','topup','topup/01a20cc88e807000a6f42ee443754644','RUB',50000,'credited','Lobby','17','lobby
17',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000b97d28e295bac67f','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e807000b97d28e295bac67f','RUB',-500,'done','Shop','One more','shop
one more',1795510800000000);
INSERT INTO "operations" VALUES('01a20cc88e807000bfe085c0bbdb7ca0','01a20cc88e807000a64a7e8d4fc4451a','payment','payment/01a20cc88e807000bfe085c0bbdb7ca0','RUB',-3000,'held','Shop','A book','shop
a book',1795510800000000);
CREATE TABLE "payments" (
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
INSERT INTO "payments" VALUES('01a20cc88e8070008bf6a23ecfc54aad','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e807000b41f4616a23ad0d8','01a20cc88e807000bd25d28e0235d2ba','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',900,'authorised','01a20cc88e8070008bf6a23ecfc54aad',1795510800000000,1795510800000000,'RUB',900,1796115600000000);
INSERT INTO "payments" VALUES('01a20cc88e8070008d97d4349e73d56e','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e807000965b18bbf67e5f58','01a20cc88e807000b2a2aefc53228dcb','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',300,'done','01a20cc88e8070008d97d4349e73d56e',1795510800000000,1795510800000000,'RUB',300,NULL);
INSERT INTO "payments" VALUES('01a20cc88e8070008e211d12084c11e0','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e80700098ce76d3e589499f','01a20cc88e807000908b6c6fe7bccd80','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',10000,'done','01a20cc88e8070008e211d12084c11e0',1795510800000000,1795510800000000,'RUB',10000,NULL);
INSERT INTO "payments" VALUES('01a20cc88e80700092ef18410bd73b33','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e8070009b49ca85d5fd3b33','01a20cc88e807000a6571aedf5e55836','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',2000,'done','01a20cc88e80700092ef18410bd73b33',1795510800000000,1795510800000000,'RUB',2000,NULL);
INSERT INTO "payments" VALUES('01a20cc88e8070009541ff4cc63f0784','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e807000ab978ddf24d3251b','01a20cc88e8070008094faf6a3d20875','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'USD',100,'done','01a20cc88e8070009541ff4cc63f0784',1795510800000000,1795510800000000,'RUB',9250,NULL);
INSERT INTO "payments" VALUES('01a20cc88e807000b97d28e295bac67f','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e807000ad8c11624977aae7','01a20cc88e80700099e7998fafb5f42b','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',500,'done','01a20cc88e807000b97d28e295bac67f',1795510800000000,1795510800000000,'RUB',500,NULL);
INSERT INTO "payments" VALUES('01a20cc88e807000bfe085c0bbdb7ca0','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e807000934fea3b5c50e6ae','01a20cc88e807000a564f454b41ccbde','01a20cc88e80700089d3da4e1e312cac','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',3000,'held','01a20cc88e807000bfe085c0bbdb7ca0',1795510800000000,NULL,'RUB',3000,NULL);
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
INSERT INTO "payouts" VALUES('01a20cc88e8070009bb3a087a7c748a3','01a20cc88e80700089d3da4e1e312cac','01a20cc88e807000b5b85f7cb9906124','RUB',9250,'USD',100,'{"fee": {"currency": "USD", "minor": 0}, "gets": {"currency": "RUB", "minor": 9250}, "gives": {"currency": "USD", "minor": 100}, "rate": "92.5", "rate_at": "2026-11-24T09:00:00+00:00", "source": "operator", "unit": "USD"}','{"account": "40702810900000000001", "name": "Shop"}','prepared','',1795510800000000,NULL);
INSERT INTO "payouts" VALUES('01a20cc88e807000a6c9999092b116f7','01a20cc88e80700089d3da4e1e312cac','01a20cc88e807000b5b85f7cb9906124','RUB',6000,'RUB',6000,NULL,'{"account": "40702810900000000001", "name": "Shop"}','prepared','',1795510800000000,NULL);
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
INSERT INTO "provider_payments" VALUES('01a20cc88e8070008669968cbf5014a5',1795510800000844703,'01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e80700095a86d7703e9d59f','steam',1,'ann_2026','{"login":"ann_2026"}','','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',5000,1000,6000,'RUB',6000,'done','01a20cc88e8070008669968cbf5014a5',1,0,NULL,'','0','P844703',1795510800000000,1795510800000000,1795510800000000);
INSERT INTO "provider_payments" VALUES('01a20cc88e80700084b243666a9d227b',1795510800000273386,'01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e807000b33c55e5ef4ae06a','steam',1,'another','{"login":"another"}','','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',NULL,'RUB',6000,1000,7000,'RUB',7000,'sent','01a20cc88e80700084b243666a9d227b',1,1,1795510807700000,'timeout','','',1795510800000000,1795510800000000,NULL);
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
CREATE TABLE pull_shops (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    prv_id INTEGER NOT NULL UNIQUE,
    api_id TEXT NOT NULL,
    secrets BLOB NOT NULL,  -- sealed JSON
    notify_url TEXT,
    signs TEXT NOT NULL CHECK (signs IN ('basic', 'signature')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "pull_shops" VALUES('01a20cc88e80700089d3da4e1e312cac',251982663,'59350341',X'01A20CC88E8070009509BC5E3901B254E5D11D744D1EF2A5514B7C8BD6405D936EBD39B1365B50079DE3D145F528CABD66E1A39ED615A7F71D34F227F8B99F26C71E8D886EC0D159302FB3EF025A4B1CD0E961EA7BB4711B0B61075D76AE9E4FA74265952F465864E7E920A1E977E668EE0A4C','https://shop.example/hook','basic',1795510800000000);
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
INSERT INTO "receipts" VALUES('7D28HDF7GPJWD','01a20cc88e807000a64a7e8d4fc4451a','01a20cc88e8070008669968cbf5014a5','{"amount":{"currency":"RUB","minor":5000},"begun_at":"2026-11-24T09:00:00+00:00","borne_by":"payer","card":"","code":"7D28HDF7GPJWD","commission":{"currency":"RUB","minor":1000},"conversion":null,"details":[{"labels":{"en":"Login","ru":"Логин"},"value":"an•_••26"}],"done_at":"2026-11-24T09:00:00+00:00","holder":"01a20cc88e807000a64a7e8d4fc4451a","issuer":{"name":"Purser","zone":"UTC"},"kind":"provider_payment","moved":{"currency":"RUB","minor":-6000},"operation":"01a20cc88e8070008669968cbf5014a5","other":{"en":"Steam","ru":"Стим"},"payee":"","phone":"+7916***4567","provider_txn":"P844703","purpose":"","subject":"provider_payment/01a20cc88e8070008669968cbf5014a5","total":{"currency":"RUB","minor":6000},"txn":"1795510800000844703"}');
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
, reference TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "refunds" VALUES('01a20cc88e80700090d96583b037365f','01a20cc88e80700089d3da4e1e312cac','01a20cc88e807000908b6c6fe7bccd80','01a20cc88e8070008e211d12084c11e0','01a20cc88e807000a64a7e8d4fc4451a','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','RUB',4000,'','paid',1795510800000000,NULL);
INSERT INTO "refunds" VALUES('01a20cc88e807000a3e67228ee291e33','01a20cc88e80700089d3da4e1e312cac','01a20cc88e807000a6571aedf5e55836','01a20cc88e80700092ef18410bd73b33','01a20cc88e807000a64a7e8d4fc4451a','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','RUB',100,'','paid',1795510800000000,'R1');
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
CREATE TABLE return_origins (
    merchant TEXT NOT NULL REFERENCES merchants (id),
    origin TEXT NOT NULL,
    PRIMARY KEY (merchant, origin)
) STRICT, WITHOUT ROWID;
INSERT INTO "return_origins" VALUES('01a20cc88e80700089d3da4e1e312cac','https://shop.example');
CREATE TABLE reveals (
    id TEXT PRIMARY KEY,
    card TEXT NOT NULL REFERENCES cards (id),
    holder TEXT NOT NULL REFERENCES holders (id),
    key TEXT NOT NULL UNIQUE,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    seen_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "reveals" VALUES('01a20cc88e807000a176606460c7ea7e','01a20cc88e8070009313602ae952260e','01a20cc88e807000a64a7e8d4fc4451a','first:01a20cc88e8070009313602ae952260e',1795510800000000,1795511400000000,NULL);
INSERT INTO "reveals" VALUES('01a20cc88e807000bb8ac1364bf42244','01a20cc88e807000ba01fe210a3eeef6','01a20cc88e807000835c30fc97a2d15d','first:01a20cc88e807000ba01fe210a3eeef6',1795510800000000,1795511400000000,NULL);
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
INSERT INTO "robokassa_invoices" VALUES('01a20cc88e807000b2a2aefc53228dcb','01a20cc88e80700089d3da4e1e312cac','onetime','7','RUB',300,'Tea','','7 tea ','{}','at_once',1795510800000000,1795770000000000,NULL);
CREATE TABLE robokassa_numbers (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "robokassa_numbers" VALUES('01a20cc88e80700089d3da4e1e312cac',1000000000);
CREATE TABLE robokassa_shops (
    merchant TEXT PRIMARY KEY REFERENCES merchants (id),
    login TEXT NOT NULL,
    handle TEXT NOT NULL UNIQUE,  -- the login in lower case
    algorithm TEXT NOT NULL,
    passwords BLOB NOT NULL,  -- sealed JSON
    settings TEXT NOT NULL,  -- JSON: addresses and what is allowed
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "robokassa_shops" VALUES('01a20cc88e80700089d3da4e1e312cac','shop','shop','md5',X'01A20CC88E8070009509BC5E3901B254A8A0B914C8FCD418494930C15EF9E6ED007CDEA3459CEB632762248C6641CEFC261B277ABFEC70ABA1C101AAF2570F094EEB22EBEABD07099BB955B34B5AEF8BFF006EB5B6C98A5D46A38E0D4AFC9814EB412E1AE1408C12F7F03D155F2BDA2DD0C2B62436D5003FEC989A1856181D9D65C8DFC25D8DA981D99365447393AA87819007B009A58AC1BBFDEBF80E959F9578477C2AF26F47B3BF2593C74DB11DBF3CA41031B29B24C8708D25C33516D0611B6B9653660FBBC42B1EB8F7067E271DE66C01B265BFCD8289A205B60E9E7185820443A3C5E5A43503B0E3138D52509D5E','{"algorithm": "md5", "result_url": "https://shop.example/hook", "result_method": "POST", "success_url": null, "success_method": "GET", "fail_url": null, "fail_method": "GET", "result_url2": null, "allows_hold": true, "allows_recurring": true, "charge_networks": []}',1795510800000000);
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
INSERT INTO "settlements" VALUES('01a20cc88e80700086bf24f87412b738','01a20cc88e80700089d3da4e1e312cac','RUB',600,15,0,585,1796115600000000,1795510800000000);
INSERT INTO "settlements" VALUES('01a20cc88e8070008d97d4349e73d56e','01a20cc88e80700089d3da4e1e312cac','RUB',300,8,0,292,1796115600000000,1795510800000000);
INSERT INTO "settlements" VALUES('01a20cc88e80700092ef18410bd73b33','01a20cc88e80700089d3da4e1e312cac','RUB',2000,50,2,1852,1796115600000000,1795510800000000);
INSERT INTO "settlements" VALUES('01a20cc88e807000b97d28e295bac67f','01a20cc88e80700089d3da4e1e312cac','RUB',500,12,0,488,1796115600000000,1795510800000000);
CREATE TABLE signing_keys (
    name TEXT PRIMARY KEY,
    certificate TEXT NOT NULL,  -- PEM
    secret BLOB NOT NULL,  -- sealed
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "signing_keys" VALUES('robokassa','-----BEGIN CERTIFICATE-----
MIIC1DCCAbygAwIBAgIUbIXkjZjGNZS0qTLUu9V6Yn5MfT8wDQYJKoZIhvcNAQEL
BQAwGzEZMBcGA1UEAwwQUHVyc2VyIHJvYm9rYXNzYTAeFw0yNjExMjQwOTAwMDBa
Fw0zNjExMjQwOTAwMDBaMBsxGTAXBgNVBAMMEFB1cnNlciByb2Jva2Fzc2EwggEi
MA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDHKijXv7dAJqdXdzdgHHmYOlBa
bdPk33G12ETkV/gUAwRq9tm+ths2fRurE/ZgVirThMZYOkaFyCgUJ8LR0OTAw/rv
9gNzSLFOgB6G0arxD21yVjd30ivLLRPCTAe/lBFJy/6H6HRRGb7OYZ7mbJ7QjJUM
zCm6X6dBLCGCCxfL0+ZBN1YVsF/t6PXwj3zwepaH+oLG9VvuVMAl7IXUXqQU19a8
WlD2ckBYj+ML6HVl/0aL9d2gTqoBTa1DRuSBjymNAk9uoOXEfIPyovwi4L3ThRyr
Dr3PDN78g9FJzcw4DtQ/UiLtjDSj34ORB1LfTu34k+TmLI/pjsQutKZbQ2QxAgMB
AAGjEDAOMAwGA1UdEwEB/wQCMAAwDQYJKoZIhvcNAQELBQADggEBAB+qVZA9+Il2
VqOAbf29OO8nyEJMa87cd+33N+3NaRmltCC30DcqNu7HFRB9d3j0lfW9L13vowdo
rsU1QOjEA5wB16s9/59z0zSikNCe3h+FQDIBKze0PXfVfZ3GCx4L3gvvLjZ0If7t
QDGHEKn0U3VGO8j8qi0WBoZsKOmX3+C++6O04idnforWYuQFb0JmwGamTWH+HoRv
uC8ECxm6QuLwjKEUU0BQx6N+eNXAf3u0ef1s4Nm807B/kF3zMXvTxnlUrO16Awuo
kgLIRcSvLSl4dF3QljK1h+Q4woJG1CngebvZ5CYii6Babxlq4FUEMtsArjgvb+qG
LIdiRfWfmQs=
-----END CERTIFICATE-----
',X'01A20CC88E8070009509BC5E3901B25469122A5AE9B6F35475C7CE16CBDCDDBC6CDB7ED02BCDEEC6B1D00E727AB745BC6A2FA5DF6D7FCAFE86442007862C362192F15A6EFA75272FBDB8D81AA310B30C91009384AF8E13151D676DC3DFC66020847D15B1863243ECB0AC1DA09436A90DFC8BD402FFE24F88518F64B056B53D7224C9ED65512600FDF7CADEDE6D3ACE386028D11215D12982FAC9135929C5E5A36208A77CCD6E37A9E6A4E03D4497B7817AEEFD6D2D8C865E103916CF58C56313840F3A9CEFB52038CBEA8A76B1936AD688AAD3FFB9B708F012060044FC0F21E2FFB9649BDA7561BA4BEC2EB5DD02A3911A040EB0A131AB7A44885EE6A136744AB35DFB820379E51E827EF7F4E74DEB7665F0025DC83D153599F712C6321DB508EB2DFAFA4A037F8C1CE2A4FA54220AD3C07C1A45F2057110166DE60C2341BB3CE933E3CBD67EF9D38DF2FDB6B4FEFA761B5DCC92BF1DCCBE6CF0158D1C430488F017236AEB0D6C83BC121AA85EF1965F1DA9A541FCC5DCACF0C55BC17C4168CC5AF95893F51959C4C55216264C79775FA2884A349AD6F632BA194B5D7AE62B3620CC398D8DE55028002B3EF4278906B8F956637DEF4EEF98C75D83BC80382EBDA7240E358B1247DCFEA3C038D5313C0BFEECE2AF37EE3A783D69DA44388B46ED2359EE5DEDF12D85230A7C54DB42B223F39221CE4CB4073C1B59F41EC26997D4F98EA0642087C333367D65C2DC2BFED14A694D99683DC43F5CCD99325790BDF85EB156BD4BA22DDDBAADA5950AD0087A44517AFAA0C51329D7AC416B2A46ABAC8A636C4FF2058953B2248CF3ABD6323DB0DBCD6C055EA7787331EE4C021C14BB72301A3E7BD6C898CF394D6CB20D4D80938F2013AFD475C3AC1BC2D0C1E784E264A4FF628A16C7B24F70C3B220B6358BB382B4BF3E0E7EC6079BF37B8AACE61C37BCA387A06063DE837FB185620713CDE45C7F0A20E10253DCDA65E2885E0013BB23E6E133CC787F201B39A5C0AB943EF6D1967080A60B1D39726AB4A72F5897E439ABAF2665EB3B37657804F79CC933AC360DCA2119E0123EAA3522ED682130F804231F5A342F7BD2317A70EF794AD2A7E6CF81C8EB86F3C584B412951439F94BA3D6D66A09D5972C495235B724DEE7FE289FA9D484D7FB493E5CDD35465C85CD561AFC3075A0664ADDC1BCB5D53AB304F55749A0CA5D151282EF7913CC38B3F3D94A0AC5DCDF37EA66920556C25F2098B7E07239C9543B62F768BDCBA1A002362238E6DB3C8C40F1DFDF9FA9D2F04028438822472749555EBF407B3FF96E27C58DBD5968EF29D168F4CB66CCAE07C3F502CDA2E2CC3C39435E8528A4A3DD077B00BE7AF265AE16209966350488026FA37B45F1CF40000344C49339A4BAE8905AAFB663E93BD5DD78C04C810F9D33B6C7EE5E016E92B2F0F887F6DFBE65AB78EE1CF37FE1F00CD06247AAD0453A51C612CF2F8F58C425B0D1A069B5E9547FE33AC1795F939EB498BEE50D59F1728B98790B4534563F8202A80C4E1D2A56859BC6711B3632950798B31F2E48F2E0E1F90BC09BEE1B754D5FB878428FCEB98C0277BD9E2A29AC4C50D40CF34F02FD1EC8D7B7AF82C917389AE8DEBB1FE714A95245812AB83DFF11BF182B5F6FECC3982FEA07C2248BBC6CCCB231C166E4FBA44544242A5007AF59BD7721F1AAC777E3575BDFAD28941EE6FF20DBF68C157F935D819E94C9F08D96741BFAF202A99B7C30DC0A9D8EC64DFB2362D744E2F85B05042A444477192B26D729305FFF5DF5D26AAA9AB436703F5503D0CC47BE1C9635317EB600B823B494873AA85C15F869B4EBB3F9FEEAA258D7A0E76DC4F5B24D4D468F2E5F7089BA5D9CE5A4D45800EC3707BF96281AF11EF33C9A542604EDE3784EC404D2A5F7D9F141F875F7B348353F6D3F96496F013B4C25E2D2015E63E5037C717CF9B7DA718718FA74CCD0E647CEED1B02BB6B453548E9861B802BF9F7F2B992AFBE1D868423C676AF6DD7ED575BC761C53254DAF81F6C0B9435D64DC8EB49646A573FC3F8095C484E36C8F3573B5A21EE1D70D2E0F2F7AE46214C08E3DBD0D3659121438CFA819D46A202F2DC8732A294C50D428EA4CD2F9429673E1C9EFBF154216EDCC02B015302938362449A450FD0FD37914E945A858C092B5F605019529D80C398BEE7D2665EAB198F2E4970C571E5834C51EA5813051363040EFADA084EA84808F3FD757B9ACA4EE462DC6766F2DF4EA50F170DDB5F456037CEFEDB04F1DD6C8095579F7EBE4A3FF696F20C52D71D1474C463FAB8B3C3FEDB9CA9A8A7F637DF1015E93BDF391ABA4C1274401C2629082E5A8D21A3C84943B932BF33D122FFD1D42C60F7EFB0C73DC023B12390AA9811271F0E15ADAF8EAD7944F3AA2432936B057A90663F8C4440B1667D866B15E696EBE0925376906D6292F1CA1D1AA0033A4FADFA7E760C5E75C993DD9D',1795510800000000);
CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password BLOB NOT NULL,  -- keyed hash
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "terminals" VALUES('01a20cc88e8070008702e26aecaf7c99','Lobby','terminal-fbc0c40a',X'DC2AADD247A7C81C8A96F3B6E75E17B340DEB329473ECC09B4C757245DD58AF3','RUB','active',1795510800000000);
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
INSERT INTO "topups" VALUES('01a20cc88e807000a6f42ee443754644','01a20cc88e8070008702e26aecaf7c99','17','+79161234567','01a20cc88e807000a64a7e8d4fc4451a','RUB',50000,'credited',1795510800000000,1795510800000000,1795510800000000);
CREATE TABLE transactions (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    reverses TEXT UNIQUE REFERENCES transactions (key),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO "transactions" VALUES(1,'topup:01a20cc88e807000a6f42ee443754644','topup','topup/01a20cc88e807000a6f42ee443754644',1795510800000000,NULL,X'A39FC1EC84241E4BDDDF16CD42E3ACD10BEF049B4414ADE785EFC0E0A5D95F1C');
INSERT INTO "transactions" VALUES(2,'correction:01a20cc88e8070009601d0d9463ebc2d','correction','correction/01a20cc88e8070009601d0d9463ebc2d',1795510800000000,NULL,X'5228B845E7B5E2BA233906542DC003C9910EFA2FBCE85A557BF2928D65A12D0D');
INSERT INTO "transactions" VALUES(3,'payment:01a20cc88e8070008e211d12084c11e0','payment','payment/01a20cc88e8070008e211d12084c11e0',1795510800000000,NULL,X'6CF0574FC0E4ED967D998FAB210640249AF70C96E083426142066A7E5E2A494B');
INSERT INTO "transactions" VALUES(4,'refund:01a20cc88e80700090d96583b037365f','refund','refund/01a20cc88e80700090d96583b037365f',1795510800000000,NULL,X'D53B76324CE6A4E3B02FFAF715F945E9D7F354D06019861E552DA793E47AE9D9');
INSERT INTO "transactions" VALUES(5,'provider_payment:01a20cc88e8070008669968cbf5014a5','provider_payment','provider_payment/01a20cc88e8070008669968cbf5014a5',1795510800000000,NULL,X'87CFCE202348102148E83D401CB0D5086442398D8FA8C21F43C49FD286C3DF6A');
INSERT INTO "transactions" VALUES(6,'payment:01a20cc88e8070009541ff4cc63f0784','payment','payment/01a20cc88e8070009541ff4cc63f0784',1795510800000000,NULL,X'9F652EAD963C91F0AADC87186C13CBD2B844F62F33791D796243B8E92EFCDC47');
INSERT INTO "transactions" VALUES(7,'payout:01a20cc88e807000a6c9999092b116f7','payout','payout/01a20cc88e807000a6c9999092b116f7',1795510800000000,NULL,X'278C97C700E6E5825CF7B252654FFC2E24C7329738E166B8F101F27E763989ED');
INSERT INTO "transactions" VALUES(8,'payout:01a20cc88e8070009bb3a087a7c748a3','payout','payout/01a20cc88e8070009bb3a087a7c748a3',1795510800000000,NULL,X'482AF06EE994E0278D252C437359F41276249E945BAEBFCACA2784EC2620D0E9');
INSERT INTO "transactions" VALUES(9,'payment:01a20cc88e8070008d97d4349e73d56e','payment','payment/01a20cc88e8070008d97d4349e73d56e',1795510800000000,NULL,X'64193015BEA0BD5AE0A72BFE84C8E5CD1E2138F8A39E11096B891586EA583F4B');
INSERT INTO "transactions" VALUES(10,'payment:01a20cc88e80700092ef18410bd73b33','payment','payment/01a20cc88e80700092ef18410bd73b33',1795510800000000,NULL,X'FB04850D078093F2174B29834F1E2957D6309154471945FEA64D4D0083AC7D43');
INSERT INTO "transactions" VALUES(11,'payment:01a20cc88e807000b97d28e295bac67f','payment','payment/01a20cc88e807000b97d28e295bac67f',1795510800000000,NULL,X'486A2555FA67D98A9B0784A228E7877B4D019190A862D51277E2AC81932B3F73');
INSERT INTO "transactions" VALUES(12,'refund:01a20cc88e807000a3e67228ee291e33','refund','refund/01a20cc88e807000a3e67228ee291e33',1795510800000000,NULL,X'84C6EDF429E82920052437DF553C1D85DBED8C7DCB12AE932664138AA747EBCB');
INSERT INTO "transactions" VALUES(13,'cash_payment:01a20cc88e80700086bf24f87412b738','cash_payment','cash_payment/01a20cc88e80700086bf24f87412b738',1795510800000000,NULL,X'0C8978BBEFC61D0E7F6D6C53EFE0F2D685B567A31A906CC7AB56F3252B28FBCC');
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
INSERT INTO "transfers" VALUES(1,1,'terminal/01a20cc88e8070008702e26aecaf7c99:main:RUB','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',50000,'RUB');
INSERT INTO "transfers" VALUES(2,2,'system:suspense:RUB','holder/01a20cc88e807000835c30fc97a2d15d:main:RUB',7000,'RUB');
INSERT INTO "transfers" VALUES(3,3,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:main:RUB',10000,'RUB');
INSERT INTO "transfers" VALUES(4,4,'merchant/01a20cc88e80700089d3da4e1e312cac:main:RUB','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',4000,'RUB');
INSERT INTO "transfers" VALUES(5,5,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','provider/steam:main:RUB',5000,'RUB');
INSERT INTO "transfers" VALUES(6,5,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','system:fees:RUB',1000,'RUB');
INSERT INTO "transfers" VALUES(7,6,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','system:position:RUB',9250,'RUB');
INSERT INTO "transfers" VALUES(8,6,'system:position:USD','merchant/01a20cc88e80700089d3da4e1e312cac:main:USD',100,'USD');
INSERT INTO "transfers" VALUES(9,7,'merchant/01a20cc88e80700089d3da4e1e312cac:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:payouts:RUB',6000,'RUB');
INSERT INTO "transfers" VALUES(10,8,'merchant/01a20cc88e80700089d3da4e1e312cac:main:USD','system:position:USD',100,'USD');
INSERT INTO "transfers" VALUES(11,8,'system:position:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:payouts:RUB',9250,'RUB');
INSERT INTO "transfers" VALUES(12,9,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:reserve:RUB',292,'RUB');
INSERT INTO "transfers" VALUES(13,9,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','system:fees:RUB',8,'RUB');
INSERT INTO "transfers" VALUES(14,10,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:reserve:RUB',1950,'RUB');
INSERT INTO "transfers" VALUES(15,10,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','system:fees:RUB',50,'RUB');
INSERT INTO "transfers" VALUES(16,11,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:reserve:RUB',488,'RUB');
INSERT INTO "transfers" VALUES(17,11,'holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB','system:fees:RUB',12,'RUB');
INSERT INTO "transfers" VALUES(18,12,'system:fees:RUB','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',2,'RUB');
INSERT INTO "transfers" VALUES(19,12,'merchant/01a20cc88e80700089d3da4e1e312cac:reserve:RUB','holder/01a20cc88e807000a64a7e8d4fc4451a:main:RUB',98,'RUB');
INSERT INTO "transfers" VALUES(20,13,'terminal/01a20cc88e8070008702e26aecaf7c99:main:RUB','merchant/01a20cc88e80700089d3da4e1e312cac:reserve:RUB',585,'RUB');
INSERT INTO "transfers" VALUES(21,13,'terminal/01a20cc88e8070008702e26aecaf7c99:main:RUB','system:fees:RUB',15,'RUB');
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
CREATE INDEX invoices_waiting_for_phone ON invoices (phone, id) WHERE state = 'waiting';
CREATE INDEX invoices_of_merchant ON invoices (merchant, id);
CREATE INDEX invoices_of_merchant_in_state ON invoices (merchant, state, id);
CREATE UNIQUE INDEX payments_once_for_invoice ON payments (invoice)
    WHERE state IN ('authorised', 'done');
CREATE INDEX payments_held_for_invoice ON payments (invoice) WHERE state = 'held';
CREATE INDEX payments_by_card ON payments (card, created_at) WHERE card IS NOT NULL;
CREATE INDEX payments_by_hold ON payments (hold);
CREATE UNIQUE INDEX refunds_by_reference ON refunds (invoice, reference);
CREATE INDEX merchant_keys_by_public_key ON merchant_keys (public_key);
CREATE INDEX robokassa_invoices_of_merchant ON robokassa_invoices (merchant, id);
CREATE INDEX robokassa_invoices_by_reference ON robokassa_invoices (merchant, reference);
CREATE INDEX fiscal_receipts_of_invoice ON fiscal_receipts (merchant, invoice);
CREATE INDEX deliveries_of_merchant ON deliveries (merchant, id);
CREATE INDEX deliveries_of_work ON deliveries (work, id);
CREATE INDEX deliveries_by_age ON deliveries (at);
CREATE INDEX checkouts_by_end ON checkouts (expires_at);
CREATE INDEX codes_of_checkouts ON codes (sent_at) WHERE purpose = 'checkout';
CREATE INDEX settlements_reserved ON settlements (release_at) WHERE reserved > 0;
CREATE INDEX settlements_of_merchant ON settlements (merchant, settled_at);
CREATE INDEX payouts_of_merchant ON payouts (merchant, id);
CREATE INDEX payouts_of_batch ON payouts (batch);
CREATE INDEX merchant_people_by_telegram ON merchant_people (telegram_id);
CREATE INDEX links_of_holder ON links (holder, id);
CREATE INDEX links_of_merchant ON links (merchant, id);
CREATE INDEX cash_numbers_of_invoice ON cash_numbers (invoice);
CREATE UNIQUE INDEX cash_payments_of_invoice ON cash_payments (invoice);
COMMIT;
