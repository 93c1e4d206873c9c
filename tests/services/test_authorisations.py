"""Money that is held for a merchant: captured, in part, released, or let go by time."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import WalletError
from services.holders import Holder
from services.invoices import Capture, Invoice, InvoiceState, Wish
from services.merchants import Merchant
from services.money import RUB, USD, Money
from services.payments import (
    CAPTURE_TIME,
    CaptureAmountError,
    HeldExchangeError,
    NotAuthorisedError,
)
from tests.cast import PHONE, Cast


async def held(cast: Cast, minor: int = 60_00) -> tuple[Holder, Merchant, Invoice]:
    """Ann with 100.00 has agreed to an invoice that the shop captures later."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    wish = Wish(Money(minor, RUB), "A hotel", phone=PHONE, capture=Capture.LATER)
    invoice = await cast.services.invoices.create(merchant=shop, wish=wish)
    await cast.pay(ann, invoice)
    return ann, shop, await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)


async def test_the_money_is_held_and_the_shop_has_nothing_yet(cast: Cast) -> None:
    """The code was right: the payer cannot spend it, the shop cannot either."""
    ann, shop, invoice = await held(cast)
    await cast.deliver()

    assert invoice.state is InvoiceState.AUTHORISED
    assert await cast.available(ann) == 40_00
    assert await cast.posted(shop.owner) == 0
    assert [work.payload["type"] for work in cast.sent if work.kind == "webhook"] == [
        "invoice.authorised"
    ]
    assert await cast.faults() == []


@pytest.mark.parametrize(("asked", "taken"), [(None, 60_00), (60_00, 60_00), (25_00, 25_00)])
async def test_what_is_captured_is_paid_and_the_rest_is_free(
    cast: Cast, asked: int | None, taken: int
) -> None:
    """Asked for again it is the same; another amount is refused."""
    ann, shop, invoice = await held(cast)
    capture = cast.services.authorisations.capture
    amount = None if asked is None else Money(asked, RUB)

    paid = await capture(merchant=shop, invoice_id=invoice.id, amount=amount)
    again = await capture(merchant=shop, invoice_id=invoice.id, amount=amount)
    with pytest.raises(NotAuthorisedError):
        await capture(merchant=shop, invoice_id=invoice.id, amount=Money(1_00, RUB))

    assert (paid.state, paid.amount) == (InvoiceState.PAID, Money(taken, RUB))
    assert again == paid
    assert await cast.available(ann) == 100_00 - taken
    assert await cast.posted(shop.owner) == taken
    assert await cast.faults() == []


@pytest.mark.parametrize("amount", [Money(60_01, RUB), Money(0, RUB), Money(1_00, USD)])
async def test_no_more_than_is_held_is_captured(cast: Cast, amount: Money) -> None:
    """Nor nothing, nor another currency; the hold stays."""
    ann, shop, invoice = await held(cast)
    with pytest.raises(CaptureAmountError) as refused:
        await cast.services.authorisations.capture(
            merchant=shop, invoice_id=invoice.id, amount=amount
        )
    assert refused.value.values == {"held": Money(60_00, RUB)}
    assert await cast.available(ann) == 40_00


async def test_a_released_hold_is_the_payers_again(cast: Cast) -> None:
    """Released twice is released once; then there is nothing to capture."""
    ann, shop, invoice = await held(cast)
    authorisations = cast.services.authorisations

    released = await authorisations.release(merchant=shop, invoice_id=invoice.id)
    again = await authorisations.release(merchant=shop, invoice_id=invoice.id)
    with pytest.raises(NotAuthorisedError):
        await authorisations.capture(merchant=shop, invoice_id=invoice.id)

    assert released.state is InvoiceState.REJECTED
    assert again == released
    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []


async def test_a_consent_ends_with_the_hold_that_gave_it(cast: Cast) -> None:
    """What was never paid lets nobody charge again; what was captured does."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    made = []
    for _ in range(2):
        wish = Wish(
            Money(10_00, RUB), "A month", capture=Capture.LATER, content={"recurring": True}
        )
        invoice = await cast.services.invoices.create(merchant=shop, wish=wish)
        await cast.pay(ann, invoice)
        made.append(invoice)
    await cast.services.authorisations.release(merchant=shop, invoice_id=made[0].id)
    await cast.services.authorisations.capture(merchant=shop, invoice_id=made[1].id)
    await cast.deliver()

    told = [w.payload for w in cast.sent if w.kind == "notice"]
    assert [each["notice"] for each in told].count("hold_ended") == 2
    links = await cast.services.payment_links.listed(holder=ann)
    assert [link.invoice for link in links] == [made[1].id]
    assert await cast.faults() == []


async def test_a_hold_that_the_shop_forgets_is_let_go_after_seven_days(cast: Cast) -> None:
    """Not a second earlier; holder and shop are told."""
    ann, shop, invoice = await held(cast)
    cast.clock.advance(seconds=CAPTURE_TIME // timedelta(seconds=1) - 1)
    await cast.deliver()
    early = await cast.services.authorisations.expire(invoice_id=invoice.id)
    before = await cast.available(ann)
    cast.clock.advance(seconds=1)
    await cast.deliver()

    found = await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)
    assert not early
    assert (before, await cast.available(ann)) == (40_00, 100_00)
    assert found.state is InvoiceState.EXPIRED
    assert [w.payload["notice"] for w in cast.sent if w.kind == "notice"][-1] == "hold_ended"
    assert await cast.faults() == []


async def test_the_limits_count_what_was_taken(cast: Cast) -> None:
    """What was released has not been spent: the day has that room again."""
    _, shop, invoice = await held(cast)
    await cast.services.authorisations.capture(
        merchant=shop, invoice_id=invoice.id, amount=Money(10_00, RUB)
    )
    assert await cast.faults() == []  # the audit adds up what the counters must say


async def test_it_is_not_paid_by_exchange(cast: Cast) -> None:
    """An exchange that is held could not be captured in part."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00, of=USD)
    await cast.services.rates.set(pair="USD/RUB", rate="90")
    wish = Wish(Money(60_00, RUB), "A hotel", phone=PHONE, capture=Capture.LATER)
    invoice = await cast.services.invoices.create(merchant=shop, wish=wish)

    _, found = await cast.services.payments.sources(holder=ann, invoice_id=invoice.id)
    with pytest.raises(HeldExchangeError):
        await cast.services.payments.offer(
            holder=ann, invoice_id=invoice.id, source="account/USD", key="u1"
        )
    dollars = next(each for each in found if each.name == "account/USD")
    assert isinstance(dollars.obstacle, HeldExchangeError)


async def test_capture_and_release_at_one_moment_have_one_outcome(cast: Cast) -> None:
    """And capture beside capture: the money moves once."""
    ann, shop, invoice = await held(cast)
    authorisations = cast.services.authorisations
    results = await asyncio.gather(
        authorisations.capture(merchant=shop, invoice_id=invoice.id),
        authorisations.release(merchant=shop, invoice_id=invoice.id),
        authorisations.capture(merchant=shop, invoice_id=invoice.id),
        authorisations.release(merchant=shop, invoice_id=invoice.id),
        return_exceptions=True,
    )
    assert all(isinstance(each, Invoice | WalletError) for each in results)
    found = await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)
    taken = 60_00 if found.state is InvoiceState.PAID else 0
    assert await cast.available(ann) == 100_00 - taken
    assert await cast.posted(shop.owner) == taken
    assert await cast.faults() == []


async def test_a_captured_payment_can_be_refunded_up_to_what_was_taken(cast: Cast) -> None:
    """Not up to what was held."""
    ann, shop, invoice = await held(cast)
    await cast.services.authorisations.capture(
        merchant=shop, invoice_id=invoice.id, amount=Money(10_00, RUB)
    )
    await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)
    found = await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)
    assert found.state is InvoiceState.REFUNDED
    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []
