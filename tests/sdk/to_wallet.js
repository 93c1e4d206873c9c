// Leads a client of QIWI's to the wallet, and leaves all else of it as it was published:
// its requests are made by its own code, and only the host in them is another.
'use strict';

const Module = require('module');

const QIWI = 'https://api.qiwi.com';
const load = Module._load;

Module._load = function (name, parent, isMain) {
    if (name === 'request-promise') {
        const send = load.call(this, name, parent, isMain);
        return options => send({ ...options, uri: options.uri.replace(QIWI, process.env.WALLET) });
    }
    if (name === './config.js') { // the tests' own, which is not published
        return {
            merchantPublicKey: process.env.PUBLIC_KEY,
            merchantSecretKey: process.env.SECRET_KEY,
            billIdForGetRefundInfoTest: process.env.PAID_BILL,
            billRefundIdForGetRefundInfoTest: process.env.REFUND,
            billIdForRefundTest: process.env.PAID_BILL
        };
    }
    return load.call(this, name, parent, isMain);
};
