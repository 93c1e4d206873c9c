// What the client's own tests pass over: what its answers say, and its errors.
'use strict';

const { assert } = require('chai');
const Client = require('@qiwi/bill-payments-node-js-sdk');

const { PAID_BILL, REFUND, SECRET_KEY } = process.env;
const client = new Client(SECRET_KEY);
const asked = () => ({ // anew each time, for the client writes into it
    amount: 200.345,
    currency: 'RUB',
    comment: 'test',
    expirationDateTime: client.getLifetimeByDay(1),
    phone: '79999999999',
    customFields: { city: 'Москва' },
    successUrl: 'https://shop.example/?a=1&b=2'
});

const refusal = async promise => {
    try {
        await promise;
    } catch (refused) {
        return refused;
    }
    throw new Error('it was not refused');
};

describe('a shop', () => {
    it('issues a bill once', async () => {
        const id = client.generateId();
        const bill = await client.createBill(id, asked());
        const [page, uuid, back] = bill.payUrl.split(/\/form\/\?invoice_uid=|&successUrl=/);

        assert.equal(page, process.env.PAGES);
        assert.match(uuid, /^[0-9a-f-]{36}$/);
        assert.equal(decodeURIComponent(back), asked().successUrl);
        assert.deepEqual(bill.amount, { currency: 'RUB', value: '200.34' });
        assert.deepEqual(bill.customer, { phone: '79999999999' });
        assert.equal(bill.status.value, 'WAITING');
        assert.deepEqual(await client.createBill(id, asked()), { ...bill });
        assert.deepEqual(
            await client.getBillInfo(id), { ...bill, payUrl: bill.payUrl.split('&')[0] }
        );
    });

    it('is refused another bill of that number', async () => {
        const id = client.generateId();
        await client.createBill(id, asked());
        const refused = await refusal(client.createBill(id, { ...asked(), amount: 1 }));

        assert.include(refused.error.errorCode, 'already.exists');
    });

    it('takes a bill back', async () => {
        const id = client.generateId();
        await client.createBill(id, asked());

        assert.equal((await client.cancelBill(id)).status.value, 'REJECTED');
    });

    it('sees a refund, and makes one more', async () => {
        const first = await client.getRefundInfo(PAID_BILL, REFUND);
        const id = client.generateId();
        const made = await client.refund(PAID_BILL, id, '0.01');
        const again = await client.refund(PAID_BILL, id, 0.01);

        assert.equal(first.status, 'PARTIAL');
        assert.deepEqual(made.amount, { currency: 'RUB', value: '0.01' });
        assert.deepEqual(again, made);
        const refused = await refusal(client.refund(PAID_BILL, client.generateId(), 1000));
        assert.equal(refused.error.errorCode, 'refund.incorrect.amount');
    });

    it('is told what is wrong', async () => {
        const missing = await refusal(client.getBillInfo('no-such-bill'));
        const empty = await refusal(client.createBill(client.generateId(), { ...asked(), amount: 'x' }));

        assert.equal(missing.statusCode, 404);
        assert.equal(missing.error.errorCode, 'api.invoice.not.found');
        assert.equal(empty.error.errorCode, 'validation.error');
        assert.match(missing.error.dateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+03:00$/);
    });

    it('is told nothing with a wrong key', async () => {
        const refused = await refusal(new Client('wrong').getBillInfo(PAID_BILL));

        assert.equal(refused.statusCode, 401);
        assert.notExists(refused.error);
    });
});
