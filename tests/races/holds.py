"""Races about what is held for a merchant, orders that change, and cash for an invoice."""

from collections.abc import Callable

from services.holders import Holder
from services.invoices import Capture, Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.payments import CAPTURE_TIME
from services.terminals import Terminal
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@alike
async def two_captures(stage: Stage) -> Race:
    """Asked for twice: taken once."""
    shop, holder, invoice = await _held(stage)
    return both(
        stage, lambda each: _capture(each, shop, invoice), _left(stage, shop, holder, invoice)
    )


async def captures_of_two_amounts(stage: Stage) -> Race:
    """One of them is taken, and the rest is free."""
    shop, holder, invoice = await _held(stage)
    return Race(
        _capture(stage.first, shop, invoice, 10_00),
        _capture(stage.second, shop, invoice, 20_00),
        _left(stage, shop, holder, invoice),
    )


async def capture_and_release(stage: Stage) -> Race:
    """The shop's left hand and its right."""
    shop, holder, invoice = await _held(stage)
    return Race(
        _capture(stage.first, shop, invoice),
        _release(stage.second, shop, invoice),
        _left(stage, shop, holder, invoice),
    )


async def capture_and_the_end_of_time(stage: Stage) -> Race:
    """At the second at which the hold is let go."""
    shop, holder, invoice = await _held(stage)
    stage.second.clock.now = stage.first.clock.now + CAPTURE_TIME
    return Race(
        _capture(stage.first, shop, invoice, 10_00),
        _lapse(stage.second, invoice),
        _left(stage, shop, holder, invoice),
    )


async def release_and_the_end_of_time(stage: Stage) -> Race:
    """The money is free once."""
    shop, holder, invoice = await _held(stage)
    stage.second.clock.now = stage.first.clock.now + CAPTURE_TIME
    return Race(
        _release(stage.first, shop, invoice),
        _lapse(stage.second, invoice),
        _left(stage, shop, holder, invoice),
    )


async def capture_and_another_payment(stage: Stage) -> Race:
    """The holder's account gives to two at once."""
    shop, holder, invoice = await _held(stage)
    other = await stage.invoice(shop, 20_00, holder)
    offer_id = await stage.offered(holder, other)

    async def confirm() -> str:
        made = await stage.second.services.payments.confirm(holder=holder, offer_id=offer_id)
        return made.offer.state.value

    left = _left(stage, shop, holder, invoice)
    return Race(_capture(stage.first, shop, invoice, 10_00), confirm, left)


async def paying_and_a_changed_order(stage: Stage) -> Race:
    """The shop changes the order while the payer types the code."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await _order(stage.first, shop, 60_00)
    offer_id = await stage.confirmed(holder, invoice)
    digits = await stage.digits(offer_id)

    async def prove() -> str:
        payments = stage.first.services.payments
        told = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    async def change() -> object:
        return (await _order(stage.second, shop, 50_00)).amount.minor

    return Race(prove, change, _left(stage, shop, holder, invoice))


@alike
async def two_orders_of_one_number(stage: Stage) -> Race:
    """The button on the shop's page pressed twice: one invoice."""
    shop = await stage.shop()

    def act(process: Process) -> Act:
        async def issue() -> object:
            return (await _order(process, shop, 60_00)).state.value

        return issue

    return both(stage, act, _orders_left(stage, shop))


async def two_changes_of_one_order(stage: Stage) -> Race:
    """Whichever comes last has the number."""
    shop = await stage.shop()
    await _order(stage.first, shop, 60_00)

    def act(process: Process, minor: int) -> Act:
        async def issue() -> object:
            return (await _order(process, shop, minor)).amount.minor

        return issue

    return Race(act(stage.first, 50_00), act(stage.second, 40_00), _orders_left(stage, shop))


@alike
async def one_refund_number_twice(stage: Stage) -> Race:
    """The shop's number of a refund stands for one."""
    shop = await stage.shop()
    holder, invoice = await stage.paid(shop)

    def act(process: Process) -> Act:
        async def refund() -> object:
            made = await process.services.refunds.refund(
                merchant=shop, invoice_id=invoice.id, amount=Money(10_00, RUB), reference="r1"
            )
            return made.amount.minor

        return refund

    return both(stage, act, _left(stage, shop, holder, invoice))


async def cash_and_code(stage: Stage) -> Race:
    """Banknotes for what is being paid in the chat."""
    shop, holder, terminal = await stage.shop(), await stage.person(), await stage.terminal()
    invoice = await stage.invoice(shop)
    offer_id = await stage.confirmed(holder, invoice)
    digits = await stage.digits(offer_id)
    number = await stage.first.services.cash_payments.number(invoice_id=invoice.id)

    async def prove() -> str:
        payments = stage.second.services.payments
        told = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    left = _left(stage, shop, holder, invoice)
    return Race(_cash(stage.first, terminal, number), prove, left)


@alike
async def one_cash_receipt_twice(stage: Stage) -> Race:
    """A terminal that repeats itself while the first request is under way."""
    shop, holder, terminal = await stage.shop(), await stage.person(), await stage.terminal()
    invoice = await stage.invoice(shop)
    number = await stage.first.services.cash_payments.number(invoice_id=invoice.id)
    left = _left(stage, shop, holder, invoice)
    return both(stage, lambda each: _cash(each, terminal, number), left)


@alike
async def two_terminals_and_one_invoice(stage: Stage) -> Race:
    """The second keeps its banknotes for the next customer."""
    shop, holder = await stage.shop(), await stage.person()
    invoice = await stage.invoice(shop)
    number = await stage.first.services.cash_payments.number(invoice_id=invoice.id)
    terminals = [await stage.terminal() for _ in range(2)]
    return Race(
        _cash(stage.first, terminals[0], number),
        _cash(stage.second, terminals[1], number),
        _left(stage, shop, holder, invoice),
    )


async def _held(stage: Stage) -> tuple[Merchant, Holder, Invoice]:
    shop, holder = await stage.shop(), await stage.person()
    wish = Wish(Money(60_00, RUB), "A hotel", phone=holder.phone, capture=Capture.LATER)
    invoice = await stage.first.services.invoices.create(merchant=shop, wish=wish)
    offer_id = await stage.confirmed(holder, invoice)
    await stage.first.services.payments.prove(
        holder=holder, offer_id=offer_id, typed=await stage.digits(offer_id)
    )
    return shop, holder, invoice


async def _order(process: Process, shop: Merchant, minor: int) -> Invoice:
    wish = Wish(Money(minor, RUB), "A book", reference="1", interface="robokassa", supersedes=True)
    return await process.services.invoices.create(merchant=shop, wish=wish)


def _capture(process: Process, shop: Merchant, invoice: Invoice, minor: int | None = None) -> Act:
    amount = None if minor is None else Money(minor, RUB)

    async def capture() -> object:
        found = await process.services.authorisations.capture(
            merchant=shop, invoice_id=invoice.id, amount=amount
        )
        return found.state.value, found.amount.minor

    return capture


def _release(process: Process, shop: Merchant, invoice: Invoice) -> Act:
    async def release() -> object:
        authorisations = process.services.authorisations
        found = await authorisations.release(merchant=shop, invoice_id=invoice.id)
        return found.state.value

    return release


def _lapse(process: Process, invoice: Invoice) -> Act:
    async def lapse() -> object:
        return await process.services.authorisations.expire(invoice_id=invoice.id)

    return lapse


def _cash(process: Process, terminal: Terminal, number: str) -> Act:
    async def pay() -> object:
        made = await process.services.cash_payments.pay(
            terminal=terminal, receipt="7", number=number, amount=Money(60_00, RUB)
        )
        return made.amount.minor

    return pay


def _left(stage: Stage, shop: Merchant, holder: Holder, invoice: Invoice) -> Callable[[], object]:
    def left() -> object:
        return (
            stage.seen("invoices", "merchant", shop.id, "state, version, amount, refunded"),
            stage.seen("payments", "merchant", shop.id, "state, amount, given"),
            stage.seen("refunds", "merchant", shop.id, "state, amount"),
            stage.seen("cash_payments", "invoice", invoice.id, "amount"),
            stage.seen("limit_uses", "holder", holder.id, "kind, amount, times"),
            stage.account(shop.owner),
            stage.account(holder.owner),
        )

    return left


def _orders_left(stage: Stage, shop: Merchant) -> Callable[[], object]:
    def left() -> object:
        return stage.seen("invoices", "merchant", shop.id, "state, version, amount, reference")

    return left


HOLDS: tuple[Scene, ...] = (
    two_captures,
    captures_of_two_amounts,
    capture_and_release,
    capture_and_the_end_of_time,
    release_and_the_end_of_time,
    capture_and_another_payment,
    paying_and_a_changed_order,
    two_orders_of_one_number,
    two_changes_of_one_order,
    one_refund_number_twice,
    cash_and_code,
    one_cash_receipt_twice,
    two_terminals_and_one_invoice,
)
