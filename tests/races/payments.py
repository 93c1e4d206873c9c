"""Races about one invoice, and about one balance."""

from collections.abc import Callable
from datetime import timedelta

from services.holders import Holder
from services.invoices import Invoice
from services.merchants import Merchant
from services.offers import LIFETIME
from services.payments import Proposal
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike
from tests.races.stage import Process, Stage


@alike
async def two_taps_on_confirm(stage: Stage) -> Race:
    """One offer, confirmed twice: one hold, one code."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.offered(holder, invoice)
    return Race(
        _confirm(stage.first, holder, offer_id),
        _confirm(stage.second, holder, offer_id),
        _left(stage, shop, [invoice], [holder]),
    )


@alike
async def the_same_tap_on_pay(stage: Stage) -> Race:
    """An update that two processes were given makes one offer."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)

    def act(process: Process) -> Act:
        async def offer() -> str:
            made = await process.services.payments.offer(
                holder=holder, invoice_id=invoice.id, key=f"tap:{invoice.id}"
            )
            return made.offer.state.value

        return offer

    left = _left(stage, shop, [invoice], [holder])
    return Race(act(stage.first), act(stage.second), left)


@alike
async def the_right_code_twice(stage: Stage) -> Race:
    """The money moves once, and both are shown the receipt."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        await _prove(stage, stage.second, holder, offer_id),
        _left(stage, shop, [invoice], [holder]),
    )


@alike
async def two_payers_of_one_invoice(stage: Stage) -> Race:
    """It is open to all; the first code takes it and frees the other's money."""
    shop = await stage.shop()
    payers = [await stage.person() for _ in range(2)]
    invoice = await stage.invoice(shop)
    offers = [await stage.confirmed(payer, invoice) for payer in payers]
    return Race(
        await _prove(stage, stage.first, payers[0], offers[0]),
        await _prove(stage, stage.second, payers[1], offers[1]),
        _left(stage, shop, [invoice], payers),
    )


async def confirm_while_another_pays(stage: Stage) -> Race:
    """No hold stays behind for an invoice that is paid."""
    shop = await stage.shop()
    payers = [await stage.person() for _ in range(2)]
    invoice = await stage.invoice(shop)
    paying = await stage.confirmed(payers[0], invoice)
    offered = await stage.offered(payers[1], invoice)
    return Race(
        await _prove(stage, stage.first, payers[0], paying),
        _confirm(stage.second, payers[1], offered),
        _left(stage, shop, [invoice], payers),
    )


@alike
async def two_offers_of_one_holder(stage: Stage) -> Race:
    """Paid from one's account in two chats at once: once."""
    shop, holder = await stage.shop(), await stage.person(200_00)
    invoice = await stage.invoice(shop)
    offers = []
    for tap in ("a", "b"):
        made = await stage.first.services.payments.offer(
            holder=holder, invoice_id=invoice.id, key=f"{tap}:{invoice.id}"
        )
        await stage.first.services.payments.confirm(holder=holder, offer_id=made.offer.id)
        offers.append(made.offer.id)
    return Race(
        await _prove(stage, stage.first, holder, offers[0]),
        await _prove(stage, stage.second, holder, offers[1]),
        _left(stage, shop, [invoice], [holder]),
    )


async def pay_and_refuse(stage: Stage) -> Race:
    """The person refuses in one chat what is paid in another."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        _refuse(stage.second, holder, invoice),
        _left(stage, shop, [invoice], [holder]),
    )


async def confirm_and_cancel(stage: Stage) -> Race:
    """The shop takes back what is being confirmed."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.offered(holder, invoice)

    async def cancel() -> str:
        found = await stage.second.services.invoices.cancel(merchant=shop, invoice_id=invoice.id)
        return found.state.value

    left = _left(stage, shop, [invoice], [holder])
    return Race(_confirm(stage.first, holder, offer_id), cancel, left)


async def pay_and_expire(stage: Stage) -> Race:
    """The invoice's time is over by the clock of one process, not yet by the other's."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)
    stage.second.clock.now = stage.first.clock.now + timedelta(days=4)

    async def expire() -> str:
        return str(await stage.second.services.invoices.expire(invoice_id=invoice.id))

    left = _left(stage, shop, [invoice], [holder])
    return Race(await _prove(stage, stage.first, holder, offer_id), expire, left)


async def capture_and_expiry_of_a_hold(stage: Stage) -> Race:
    """The code comes at the moment when the hold expires."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)
    stage.second.clock.now = stage.first.clock.now + LIFETIME
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        _expire(stage.second, offer_id),
        _left(stage, shop, [invoice], [holder]),
    )


async def confirm_and_expiry(stage: Stage) -> Race:
    """The offer expires while it is confirmed."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.offered(holder, invoice)
    stage.second.clock.now = stage.first.clock.now + LIFETIME
    return Race(
        _confirm(stage.first, holder, offer_id),
        _expire(stage.second, offer_id),
        _left(stage, shop, [invoice], [holder]),
    )


async def pay_and_withdraw(stage: Stage) -> Race:
    """Cancel is pressed while the code is on its way."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)

    async def withdraw() -> str:
        found = await stage.second.services.payments.withdraw(holder=holder, offer_id=offer_id)
        return found.offer.state.value

    left = _left(stage, shop, [invoice], [holder])
    return Race(await _prove(stage, stage.first, holder, offer_id), withdraw, left)


async def pay_and_resend(stage: Stage) -> Race:
    """Another code is asked for while the first one is typed."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)
    stage.second.clock.now = stage.first.clock.now + timedelta(minutes=1)

    async def resend() -> str:
        found = await stage.second.services.payments.resend(holder=holder, offer_id=offer_id)
        return found.offer.state.value

    left = _left(stage, shop, [invoice], [holder])
    return Race(await _prove(stage, stage.first, holder, offer_id), resend, left)


@alike
async def one_balance_for_two(stage: Stage) -> Race:
    """There is enough for either invoice and not for both."""
    shop, holder = await stage.shop(), await stage.person(100_00)
    invoices = [await stage.invoice(shop, holder=holder) for _ in range(2)]
    offers = [await stage.offered(holder, invoice) for invoice in invoices]
    return Race(
        _confirm(stage.first, holder, offers[0]),
        _confirm(stage.second, holder, offers[1]),
        _left(stage, shop, invoices, [holder]),
    )


async def pay_and_lock(stage: Stage) -> Race:
    """The wallet is locked while it pays."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.confirmed(holder, invoice)
    left = _left(stage, shop, [invoice], [holder])
    prove = await _prove(stage, stage.first, holder, offer_id)
    return Race(prove, _lock(stage.second, holder), left)


async def confirm_and_lock(stage: Stage) -> Race:
    """The wallet is locked while a payment is confirmed."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop, holder=holder)
    offer_id = await stage.offered(holder, invoice)
    left = _left(stage, shop, [invoice], [holder])
    return Race(_confirm(stage.first, holder, offer_id), _lock(stage.second, holder), left)


def _confirm(process: Process, holder: Holder, offer_id: str) -> Act:
    async def confirm() -> str:
        return _told(await process.services.payments.confirm(holder=holder, offer_id=offer_id))

    return confirm


async def _prove(stage: Stage, process: Process, holder: Holder, offer_id: str) -> Act:
    digits = await stage.digits(offer_id)

    async def prove() -> str:
        payments = process.services.payments
        return _told(await payments.prove(holder=holder, offer_id=offer_id, typed=digits))

    return prove


def _refuse(process: Process, holder: Holder, invoice: Invoice) -> Act:
    async def refuse() -> str:
        found = await process.services.invoices.refuse(holder=holder, invoice_id=invoice.id)
        return found.state.value

    return refuse


def _expire(process: Process, offer_id: str) -> Act:
    async def expire() -> str:
        return str(await process.services.payments.expire(offer_id))

    return expire


def _lock(process: Process, holder: Holder) -> Act:
    async def lock() -> str:
        return (await process.services.wallets.lock(holder=holder)).state.value

    return lock


def _told(proposal: Proposal) -> str:
    payment = proposal.payment
    state = "no payment" if payment is None else payment.state.value
    return f"{proposal.offer.state.value}, {state}"


def _left(
    stage: Stage, shop: Merchant, invoices: list[Invoice], holders: list[Holder]
) -> Callable[[], object]:
    """What became of the invoices, their payments and offers, and where the money is."""

    def left() -> object:
        return [
            [
                (
                    stage.seen("invoices", "id", invoice.id, "state, version"),
                    stage.seen("payments", "invoice", invoice.id, "state"),
                    stage.seen("offers", "subject", f"invoice/{invoice.id}", "state"),
                )
                for invoice in invoices
            ],
            [stage.account(holder.owner) for holder in holders],
            stage.account(shop.owner),
            [stage.seen("codes", "phone", holder.phone, "state, wrong") for holder in holders],
            [stage.seen("holders", "id", holder.id, "state") for holder in holders],
        ]

    return left


PAYMENTS: tuple[Scene, ...] = (
    two_taps_on_confirm,
    the_same_tap_on_pay,
    the_right_code_twice,
    two_payers_of_one_invoice,
    confirm_while_another_pays,
    two_offers_of_one_holder,
    pay_and_refuse,
    confirm_and_cancel,
    pay_and_expire,
    capture_and_expiry_of_a_hold,
    confirm_and_expiry,
    pay_and_withdraw,
    pay_and_resend,
    one_balance_for_two,
    pay_and_lock,
    confirm_and_lock,
)
