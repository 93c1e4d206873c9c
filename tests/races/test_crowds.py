"""Hundreds at once, in two processes: what is counted is exact, and money is conserved."""

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial

from services.books import Total
from services.codes import TRIES_MAX, WRONG_PER_DAY_MAX
from services.holders import Holder
from services.invoices import Invoice
from services.ledger import AccountId, Transaction, Transfer, post_once
from services.merchants import Merchant
from services.money import RUB, Money
from services.offers import LIFETIME
from tests.races.pausing import Act, outcome
from tests.races.stage import Process, Stage

Told = Counter[object]


async def crowd(*acts: Act) -> Told:
    """What all of them were told, who acted at the same moment."""
    return Counter(await asyncio.gather(*(outcome(act) for act in acts)))


async def test_four_hundred_confirmations_of_one_offer(stage: Stage) -> None:
    """One hold and one code; every caller is told the same payment."""
    holder = await stage.person()
    offer_id = await stage.offered(holder, await stage.invoice(await stage.shop(), 60_00))

    def confirm(process: Process) -> Act:
        async def act() -> str:
            told = await process.services.payments.confirm(holder=holder, offer_id=offer_id)
            assert told.payment is not None
            return told.payment.id

        return act

    told = await crowd(
        *(confirm(stage.first) for _ in range(200)), *(confirm(stage.second) for _ in range(200))
    )

    assert list(told.values()) == [400]
    assert stage.account(holder.owner) == (100_00, 60_00)
    assert len(stage.seen("codes", "phone", holder.phone, "id")) == 1


async def test_guesses_of_a_crowd_are_counted_to_the_last(stage: Stage) -> None:
    """Of a hundred guesses five are looked at; of many codes, twenty in a day."""
    holder, shop = await stage.person(), await stage.shop()
    invoices = [await stage.invoice(shop, 1_00, holder) for _ in range(8)]
    offers = [await stage.confirmed(holder, invoice) for invoice in invoices]

    def guess(process: Process, offer_id: str, number: int) -> Act:
        async def act() -> str:
            payments = process.services.payments
            told = await payments.prove(
                holder=holder, offer_id=offer_id, typed="no digits", key=f"g{number}"
            )
            return told.offer.state.value

        return act

    first = await crowd(*(guess(_of(stage, number), offers[0], number) for number in range(100)))
    rest = await crowd(
        *(
            guess(_of(stage, number), offer_id, number)
            for offer_id in offers[1:]
            for number in range(0, 100, 5)
        )
    )

    assert first == {"code_wrong": TRIES_MAX - 1, "code_exhausted": 100 - TRIES_MAX + 1}
    wrong = stage.seen("codes", "phone", holder.phone, "wrong")
    assert sum(count for (count,) in wrong) == WRONG_PER_DAY_MAX
    assert max(count for (count,) in wrong) == TRIES_MAX
    assert set(rest) == {"code_wrong", "code_exhausted", "code_throttled"}
    assert stage.repeated() == 0  # nobody held what another waited for


async def test_balance_is_spent_to_the_kopeck_by_sixty_four(stage: Stage) -> None:
    """Three hundred and twenty tries; whoever looks meanwhile sees a sum of zero."""
    payer, payee = await stage.person(100), await stage.person()
    transfer = Transfer(
        AccountId(payer.account(RUB)), AccountId(payee.account(RUB)), Money(7, RUB)
    )
    at, sums = stage.first.clock(), set[int]()

    async def spend(caller: int) -> Told:
        told = Told()
        process = _of(stage, caller)
        for number in range(5):
            moved = Transaction(f"t{caller}-{number}", "test", "test/1", at, (transfer,))
            told[await outcome(partial(_post, process, moved))] += 1
            sums.update(each.posted_minor for each in await _totals(process))
        return told

    told = sum(await asyncio.gather(*(spend(caller) for caller in range(64))), Told())

    assert told == {"posted": 100 // 7, "insufficient_funds": 320 - 100 // 7}
    assert stage.account(payer.owner) == (100 % 7, 0)
    assert sums == {0}
    assert await stage.faults() == []


async def test_refunds_in_part_never_pass_the_payment(stage: Stage) -> None:
    """Fifty of 3.00 against 100.00, while others pay the same shop and all is sealed."""
    shop = await stage.shop()
    holder, invoice = await stage.paid(shop, 100_00)
    payers = [await stage.person() for _ in range(10)]
    paying = [await _paying(stage, payer, shop) for payer in payers]

    def refund(process: Process) -> Act:
        async def act() -> str:
            made = await process.services.refunds.refund(
                merchant=shop, invoice_id=invoice.id, amount=Money(3_00, RUB)
            )
            return made.state.value

        return act

    told = await crowd(
        *(refund(_of(stage, number)) for number in range(50)),
        *paying,
        *(_sealing(_of(stage, number)) for number in range(20)),
    )

    assert told == {"paid": 33, "refund_too_large": 17, "used": 10, "sealed": 20}
    assert stage.account(holder.owner) == (99_00, 0)
    assert stage.account(shop.owner) == (1_00 + 10 * 5_00, 0)
    assert await stage.faults() == []


async def test_hold_is_captured_or_expires_a_hundred_times(stage: Stage) -> None:
    """Each code against its offer's expiry, all at one moment."""
    shop = await stage.shop()
    stage.second.clock.now = stage.first.clock.now + LIFETIME
    acts: list[Act] = []
    holders = [await stage.person() for _ in range(100)]
    invoices = [await stage.invoice(shop, holder=holder) for holder in holders]
    for holder, invoice in zip(holders, invoices, strict=True):
        offer_id = await stage.confirmed(holder, invoice)
        acts.append(await _proving(stage, holder, offer_id))
        acts.append(_expiring(stage, offer_id))

    told = await crowd(*acts)
    paid = [invoice for invoice in invoices if _state(stage, invoice) == "paid"]

    assert told["used"] == len(paid)
    assert told["used"] + told["offer_expired"] == told[True] == 100
    assert sum(stage.account(holder.owner)[0] for holder in holders) == (
        100 * 100_00 - len(paid) * 60_00
    )
    assert {stage.account(holder.owner)[1] for holder in holders} == {0}
    assert await stage.faults() == []


async def test_open_invoice_is_paid_by_one_of_many(stage: Stage) -> None:
    """Twenty-four type their codes at once; the money of the others is free again."""
    shop = await stage.shop()
    invoice = await stage.invoice(shop)
    payers = [await stage.person() for _ in range(24)]
    offers = [await stage.confirmed(payer, invoice) for payer in payers]

    told = await crowd(
        *[
            await _proving(_turned(stage, number), payer, offer_id)
            for number, (payer, offer_id) in enumerate(zip(payers, offers, strict=True))
        ]
    )

    assert told == {"used": 1, "invoice_paid": 23}
    balances = Counter(stage.account(payer.owner) for payer in payers)
    assert balances == {(40_00, 0): 1, (100_00, 0): 23}
    assert stage.account(shop.owner) == (60_00, 0)
    assert stage.repeated() == 0  # nobody held what another waited for
    assert await stage.faults() == []


async def test_those_who_wait_for_one_another_all_finish(stage: Stage) -> None:
    """Every caller moves money round three people, in every order."""
    people = [await stage.person(1_000_00) for _ in range(6)]
    accounts = [AccountId(each.account(RUB)) for each in people]
    at = stage.first.clock()

    def move(number: int) -> Act:
        start, stride = number % 6, (1, 2, 4, 5)[number % 4]
        places = [accounts[(start + stride * step) % 6] for step in range(3)]
        pairs = zip(places, places[1:] + places[:1], strict=True)
        transfers = tuple(Transfer(*pair, Money(1, RUB)) for pair in pairs)
        moved = Transaction(f"m{number}", "test", "test/1", at, transfers)
        return lambda: _post(_of(stage, number), moved)

    told = await crowd(*(move(number) for number in range(300)))

    assert told == {"posted": 300}
    assert sum(stage.account(each.owner)[0] for each in people) == 6 * 1_000_00
    assert await stage.faults() == []


async def test_new_keys_of_a_crowd_leave_one(stage: Stage) -> None:
    """Ten operators rotate at once, while the first key is used."""
    made = await stage.first.services.merchants.add(name="Shop", currency=RUB)
    shop = made.merchant

    def rotate(process: Process) -> Act:
        async def act() -> str:
            await process.services.merchants.rotate(merchant_id=shop.id)
            return "rotated"

        return act

    def use(process: Process) -> Act:
        async def act() -> str:
            await process.services.merchants.authenticate(secret_key=made.secret_key)
            return "used"

        return act

    told = await crowd(*(act(_of(stage, number)) for number in range(10) for act in (rotate, use)))

    assert told["rotated"] == 10
    assert told["used"] + told["key_refused"] == 10
    good = stage.seen("merchant_keys", "merchant", shop.id, "revoked_at IS NULL")
    assert Counter(good) == {(True,): 1, (False,): 10}
    assert await outcome(use(stage.first)) == "key_refused"


def _of(stage: Stage, number: int) -> Process:
    return (stage.first, stage.second)[number % 2]


def _turned(stage: Stage, number: int) -> Stage:
    """The stage, with the process that is *number*'s turn as its first."""
    if number % 2 == 0:
        return stage
    return replace(stage, first=stage.second, second=stage.first)


async def _post(process: Process, moved: Transaction) -> str:
    await process.store.write(lambda book: post_once(book.ledger, moved))
    return "posted"


async def _totals(process: Process) -> list[Total]:
    return await process.store.read(lambda book: book.journal.totals())


def _sealing(process: Process) -> Act:
    async def act() -> str:
        await process.store.seal()
        return "sealed"

    return act


async def _paying(stage: Stage, payer: Holder, shop: Merchant) -> Act:
    """The last step of a payment of 5.00 by *payer* to *shop*."""
    invoice = await stage.invoice(shop, 5_00, payer)
    return await _proving(stage, payer, await stage.confirmed(payer, invoice))


async def _proving(stage: Stage, holder: Holder, offer_id: str) -> Act:
    digits = await stage.digits(offer_id)
    payments = stage.first.services.payments

    async def act() -> str:
        told = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    return act


def _expiring(stage: Stage, offer_id: str) -> Act:
    return lambda: stage.second.services.payments.expire(offer_id)


def _state(stage: Stage, invoice: Invoice) -> str:
    [(state,)] = stage.seen("invoices", "id", invoice.id, "state")
    return str(state)
