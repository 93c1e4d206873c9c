"""The history: everything that happened, found again, and nobody else's."""

import pytest

from services.history import (
    SEARCH_LENGTH_MAX,
    OperationNotFoundError,
    SearchTooLongError,
    Wanted,
)
from services.money import RUB, USD, Money
from tests.cast import BOB, OTHER_PHONE, Cast


async def test_pages_filters_and_search(cast: Cast) -> None:
    """By kind, currency, time and words in any case, newest first."""
    ann, shop = await cast.join(), await cast.shop("Чайная лавка")
    for amount in (Money(500_00, RUB), Money(5_00, USD)):
        cast.clock.advance(hours=1)
        await cast.services.wallets.correct(phone=ann.phone, amount=amount, reason="gift")
    since = cast.clock()
    for number in range(4):
        cast.clock.advance(hours=1)
        await cast.pay(ann, await cast.invoice(shop, 1_00 + number))
    page = cast.services.history.page

    everything = await page(holder=ann.id, wanted=Wanted(), limit=4)
    rest = await page(holder=ann.id, wanted=Wanted(), before=everything.next, limit=4)
    dollars = await page(holder=ann.id, wanted=Wanted(currency=USD))
    payments = await page(holder=ann.id, wanted=Wanted(kind="payment"))
    late = await page(holder=ann.id, wanted=Wanted(since=since))
    tea = await page(holder=ann.id, wanted=Wanted(text="ЧАЙНАЯ"))

    assert [each.amount.minor for each in everything.operations] == [-1_03, -1_02, -1_01, -1_00]
    assert [each.amount for each in rest.operations] == [Money(5_00, USD), Money(500_00, RUB)]
    assert rest.next is None
    assert [each.kind for each in dollars.operations] == ["correction"]
    assert len(payments.operations) == len(tea.operations) == 4
    assert len(late.operations) == 5
    with pytest.raises(SearchTooLongError):
        await page(holder=ann.id, wanted=Wanted(text="x" * 65))


async def test_payment_opens_with_every_step(cast: Cast) -> None:
    """What happened, when and who did it, from the hold to the refund."""
    ann, bob, shop = await cast.join(), await cast.join(BOB, OTHER_PHONE), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payment = await cast.pay(ann, invoice)
    await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)

    operation, steps = await cast.services.history.open(holder=ann.id, operation_id=payment)

    assert operation.title == "Shop"
    assert [(each.event, each.actor) for each in steps] == [
        ("hold", "holder"),
        ("settle", "holder"),
        ("refund_rest", "merchant"),
    ]
    with pytest.raises(OperationNotFoundError):
        await cast.services.history.open(holder=bob.id, operation_id=payment)


async def test_failed_payment_says_why(cast: Cast) -> None:
    """'It did not go through' has an answer."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    held = await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)
    await cast.services.payments.withdraw(holder=ann, offer_id=offer.offer.id)
    assert held.payment is not None

    operation, steps = await cast.services.history.open(
        holder=ann.id, operation_id=held.payment.id
    )

    assert operation.state == "failed"
    assert steps[-1].reason == "cancelled"


async def test_search_and_pages_are_exact_at_their_limits(cast: Cast) -> None:
    """No button leads to an empty page; a pasted novel is refused before it is searched for."""
    ann, history = await cast.join(), cast.services.history
    for _ in range(4):
        cast.clock.advance(seconds=1)
        await cast.fund(ann, 1_00)

    whole = await history.page(holder=ann.id, wanted=Wanted(), limit=4)
    longest = await history.page(holder=ann.id, wanted=Wanted(text="x" * SEARCH_LENGTH_MAX))
    with pytest.raises(SearchTooLongError):
        await history.page(holder=ann.id, wanted=Wanted(text="x" * (SEARCH_LENGTH_MAX + 1)))

    assert (len(whole.operations), whole.next, longest.operations) == (4, None, [])
