"""Races about what merchants do."""

import hashlib
from collections.abc import Callable

from services.answers import Answer, Request
from services.holders import Holder
from services.invoices import Wish
from services.merchants import Merchant
from services.money import RUB, Money
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@alike
async def two_refunds_of_more_than_half(stage: Stage) -> Race:
    """What is given back is never more than was paid."""
    shop = await stage.shop()
    holder, invoice = await stage.paid(shop, 100_00)

    def act(process: Process) -> Act:
        async def refund() -> str:
            made = await process.services.refunds.refund(
                merchant=shop, invoice_id=invoice.id, amount=Money(60_00, RUB)
            )
            return made.state.value

        return refund

    left = _left(stage, shop, holder)
    return Race(act(stage.first), act(stage.second), left)


async def refund_and_payment_to_one_shop(stage: Stage) -> Race:
    """The shop's account gives while it is given to."""
    shop = await stage.shop()
    holder, invoice = await stage.paid(shop)
    payer = await stage.person()
    waiting = await stage.invoice(shop, 10_00)
    offer_id = await stage.confirmed(payer, waiting)
    digits = await stage.digits(offer_id)

    async def refund() -> str:
        made = await stage.first.services.refunds.refund(
            merchant=shop, invoice_id=invoice.id, amount=None
        )
        return made.state.value

    async def prove() -> str:
        payments = stage.second.services.payments
        told = await payments.prove(holder=payer, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    return Race(refund, prove, _left(stage, shop, holder))


@alike
async def one_key_for_one_refund(stage: Stage) -> Race:
    """A request that was sent twice at once is answered alike."""
    shop = await stage.shop()
    holder, invoice = await stage.paid(shop)
    left = _left(stage, shop, holder)
    return both(stage, lambda each: _refund_once(each, shop, invoice.id, "all"), left)


async def one_key_for_two_contents(stage: Stage) -> Race:
    """The second of two requests under one key is a conflict, and does nothing."""
    shop = await stage.shop()
    holder, invoice = await stage.paid(shop)
    return Race(
        _refund_once(stage.first, shop, invoice.id, "all"),
        _refund_once(stage.second, shop, invoice.id, "some"),
        _left(stage, shop, holder),
    )


@alike
async def one_reference_for_one_invoice(stage: Stage) -> Race:
    """Issued twice at once under the shop's own number: one invoice."""
    shop, holder = await stage.shop(), await stage.person()
    return both(stage, lambda each: _issue(each, shop, holder, 5_00), _left(stage, shop, holder))


async def one_reference_for_two_invoices(stage: Stage) -> Race:
    """The shop's number stands for one of them."""
    shop, holder = await stage.shop(), await stage.person()
    return Race(
        _issue(stage.first, shop, holder, 5_00),
        _issue(stage.second, shop, holder, 6_00),
        _left(stage, shop, holder),
    )


@alike
async def two_new_keys(stage: Stage) -> Race:
    """Of two rotations the later one's key is good, and no other."""
    shop = await stage.shop()

    def act(process: Process) -> Act:
        async def rotate() -> str:
            await process.services.merchants.rotate(merchant_id=shop.id)
            return "rotated"

        return rotate

    def left() -> object:
        return stage.seen("merchant_keys", "merchant", shop.id, "revoked_at IS NULL")

    return Race(act(stage.first), act(stage.second), left)


async def disable_and_set_webhook(stage: Stage) -> Race:
    """A shop that was disabled stays so."""
    shop = await stage.shop()

    async def disable() -> str:
        await stage.first.services.merchants.disable(merchant_id=shop.id)
        return "disabled"

    async def set_webhook() -> str:
        await stage.second.services.merchants.set_webhook(merchant_id=shop.id, url=None)
        return "set"

    def left() -> object:
        return stage.seen("merchants", "id", shop.id, "state, webhook_url")

    return Race(disable, set_webhook, left)


def _refund_once(process: Process, shop: Merchant, invoice_id: str, content: str) -> Act:
    request = Request(f"merchant/{shop.id}", "key", hashlib.sha256(content.encode()).digest())
    refunds = process.services.refunds
    amount = None if content == "all" else Money(10_00, RUB)

    async def refund() -> object:
        given = await process.services.answers.once(
            request=request,
            work=refunds.refunding(merchant=shop, invoice_id=invoice_id, amount=amount, reason=""),
            answer=lambda made: Answer(201, str(made.amount.minor)),
        )
        return given.status, given.body

    return refund


def _issue(process: Process, shop: Merchant, holder: Holder, minor: int) -> Act:
    wish = Wish(Money(minor, RUB), "A book", phone=holder.phone, reference="1")

    async def issue() -> object:
        made = await process.services.invoices.create(merchant=shop, wish=wish)
        return made.amount.minor

    return issue


def _left(stage: Stage, shop: Merchant, holder: Holder) -> Callable[[], object]:
    def left() -> object:
        return (
            stage.seen("invoices", "merchant", shop.id, "state, version, amount, refunded"),
            stage.seen("refunds", "merchant", shop.id, "state, amount"),
            stage.seen("answers", "scope", f"merchant/{shop.id}", "status, body"),
            stage.account(shop.owner),
            stage.account(holder.owner),
        )

    return left


SHOPS: tuple[Scene, ...] = (
    two_refunds_of_more_than_half,
    refund_and_payment_to_one_shop,
    one_key_for_one_refund,
    one_key_for_two_contents,
    one_reference_for_one_invoice,
    one_reference_for_two_invoices,
    two_new_keys,
    disable_and_set_webhook,
)
