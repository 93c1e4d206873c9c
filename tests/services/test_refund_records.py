"""What a refund leaves behind: both sides are told, and both can look it up."""

import pytest

from services.history import Wanted
from services.invoices import InvoiceNotFoundError
from services.money import RUB, Money
from services.refunds import (
    REASON_LENGTH_MAX,
    NotPaidError,
    Refund,
    RefundNotFoundError,
    RefundReasonError,
    RefundTooLargeError,
)
from tests.cast import BOB, OTHER_PHONE, Cast


async def refunded(cast: Cast, *parts: int, reason: str = "") -> list[Refund]:
    """An invoice of 100.00 that Ann paid, and so much of it given back."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 100_00)
    await cast.pay(ann, invoice)
    made = []
    for minor in parts:
        cast.clock.advance(seconds=1)
        made.append(
            await cast.services.refunds.refund(
                merchant=shop, invoice_id=invoice.id, amount=Money(minor, RUB), reason=reason
            )
        )
    return made


async def test_both_sides_are_told_of_each_part(cast: Cast) -> None:
    """The payer by a notice, the shop by an event with the refund's own id."""
    parts = await refunded(cast, 30_00, 70_00)
    await cast.deliver()

    notices = [w.payload["subject"] for w in cast.sent if w.payload.get("notice") == "refund"]
    events = [(w.payload["type"], w.payload["data"]) for w in cast.sent if w.kind == "webhook"]
    assert notices == [f"refund/{part.id}" for part in parts]
    assert [data["id"] for kind, data in events if kind == "refund.paid"] == [
        part.id for part in parts
    ]
    assert [kind for kind, _ in events] == ["invoice.paid", "refund.paid", "refund.paid"]


async def test_payers_history_shows_it_and_its_payment_remembers_it(cast: Cast) -> None:
    """With the shop's reason, or the invoice's text where it gave none."""
    [part] = await refunded(cast, 30_00, reason="out of stock")
    ann, history = part.holder, cast.services.history

    [line] = (await history.page(holder=ann, wanted=Wanted(kind="refund"))).operations
    _, life = await history.open(holder=ann, operation_id=part.id)
    _, payment = await history.open(holder=ann, operation_id=part.payment)

    assert (line.amount, line.state, line.title) == (Money(30_00, RUB), "paid", "Shop")
    assert line.note == "out of stock"
    assert [(step.event, step.actor) for step in life] == [("pay", "merchant")]
    assert [(step.event, step.reason) for step in payment] == [
        ("hold", ""),
        ("settle", ""),
        ("refund_part", "30.00 RUB"),
    ]


async def test_last_part_is_whatever_is_left(cast: Cast) -> None:
    """A shop that gives no amount gives back the rest, once."""
    [part] = await refunded(cast, 30_00)
    shop = await cast.services.merchants.get(merchant_id=part.merchant)
    refund = cast.services.refunds.refund

    rest = await refund(merchant=shop, invoice_id=part.invoice, amount=None)
    with pytest.raises(RefundTooLargeError) as refused:
        await refund(merchant=shop, invoice_id=part.invoice, amount=None)

    assert rest.amount == Money(70_00, RUB)
    assert refused.value.values == {"left": Money(0, RUB)}
    assert await cast.faults() == []


async def test_shop_looks_up_its_own_refunds_only(cast: Cast) -> None:
    """In the order in which they were made; another shop's do not exist."""
    parts = await refunded(cast, 30_00, 20_00)
    shop = await cast.services.merchants.get(merchant_id=parts[0].merchant)
    other, refunds = await cast.shop("Other"), cast.services.refunds

    listed = await refunds.of_invoice(merchant=shop, invoice_id=parts[0].invoice)
    one = await refunds.get(merchant=shop, refund_id=parts[1].id)
    with pytest.raises(RefundNotFoundError):
        await refunds.get(merchant=other, refund_id=parts[0].id)
    for forbidden in (
        refunds.of_invoice(merchant=other, invoice_id=parts[0].invoice),
        refunds.refund(merchant=other, invoice_id=parts[0].invoice, amount=None),
    ):
        with pytest.raises(InvoiceNotFoundError):
            await forbidden

    assert (listed, one) == (parts, parts[1])


async def test_payer_sees_own_refunds_only(cast: Cast) -> None:
    """A refund's id in a forged button shows nothing of anybody else's."""
    [part] = await refunded(cast, 30_00)
    ann = await cast.services.wallets.get(holder=part.holder)
    bob = await cast.join(BOB, OTHER_PHONE)
    view = cast.services.refunds.view

    mine = await view(holder=ann, refund_id=part.id)
    with pytest.raises(RefundNotFoundError):
        await view(holder=bob, refund_id=part.id)
    with pytest.raises(RefundNotFoundError):
        await view(holder=ann, refund_id="nothing")

    assert mine == part


@pytest.mark.parametrize("reason", ["x" * (REASON_LENGTH_MAX + 1), "a\nb", "a\u202eb"])
async def test_reason_that_cannot_be_shown_is_refused(cast: Cast, reason: str) -> None:
    """It is shown to the payer as it is, in one line."""
    with pytest.raises(RefundReasonError):
        await refunded(cast, 30_00, reason=reason)

    assert await cast.faults() == []


async def test_longest_reason_is_kept(cast: Cast) -> None:
    """To the letter."""
    [part] = await refunded(cast, 30_00, reason="x" * REASON_LENGTH_MAX)

    assert part.reason == "x" * REASON_LENGTH_MAX


async def test_state_that_refuses_is_named(cast: Cast) -> None:
    """The shop's programmer reads why."""
    shop = await cast.shop()
    waiting = await cast.invoice(shop, 5_00)

    with pytest.raises(NotPaidError) as refused:
        await cast.services.refunds.refund(merchant=shop, invoice_id=waiting.id, amount=None)

    assert refused.value.values == {"state": "waiting"}
