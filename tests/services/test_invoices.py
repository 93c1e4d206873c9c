"""Invoices: who sees them, how they end, and that each is issued once."""

from datetime import timedelta

import pytest

from services.invoices import (
    LIFETIME_MAX,
    InvoiceExpiredError,
    InvoiceNotFoundError,
    InvoicePaidError,
    InvoiceRejectedError,
    InvoiceState,
    InvoiceTextError,
    InvoiceTimesError,
    ReferenceUsedError,
    Wish,
    payable,
)
from services.merchants import KeyRefusedError, MerchantNameError
from services.money import RUB, Money
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast

TEN = Money(10_00, RUB)


async def test_person_is_told_at_once_unless_it_is_not_wanted(cast: Cast) -> None:
    """D2, and a setting for those who would rather look themselves."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.deliver()
    cast.sent.clear()

    await cast.invoice(shop, 10_00)
    await cast.deliver()
    told = [w.payload["notice"] for w in cast.sent]
    await cast.services.wallets.set_notices(holder=ann, wanted=False)
    await cast.invoice(shop, 10_00)
    await cast.deliver()

    assert told == ["invoice"]
    assert len(cast.sent) == 1
    assert await cast.services.invoices.count_waiting(holder=ann) == 2


async def test_same_reference_is_the_same_invoice(cast: Cast) -> None:
    """A shop that asks twice does not send two bills; other content is a conflict."""
    shop, rival = await cast.shop(), await cast.shop("Rival")
    create = cast.services.invoices.create
    wish = Wish(TEN, "A book", phone=PHONE, reference="order-17")

    first, again = [await create(merchant=shop, wish=wish) for _ in range(2)]
    theirs = await create(merchant=rival, wish=wish)

    assert first == again
    assert theirs.id != first.id
    with pytest.raises(ReferenceUsedError):
        await create(merchant=shop, wish=Wish(Money(11_00, RUB), "A book", PHONE, "order-17"))


async def test_invoice_is_seen_by_whom_it_is_for(cast: Cast) -> None:
    """An open one by everybody with its link, and refused by nobody for the others."""
    ann, bob, shop = await cast.join(), await cast.join(BOB, OTHER_PHONE), await cast.shop()
    mine, everybodys = await cast.invoice(shop, 10_00), await cast.invoice(shop, 20_00, None)
    invoices = cast.services.invoices

    with pytest.raises(InvoiceNotFoundError):
        await invoices.view(holder=bob, invoice_id=mine.id)
    with pytest.raises(InvoiceNotFoundError):
        await invoices.refuse(holder=bob, invoice_id=mine.id)
    with pytest.raises(InvoiceNotFoundError):
        await invoices.refuse(holder=ann, invoice_id=everybodys.id)
    assert (await invoices.view(holder=bob, invoice_id=everybodys.id)).id == everybodys.id
    assert [each.id for each in (await invoices.waiting(holder=ann)).invoices] == [mine.id]


async def test_refused_cancelled_and_expired_are_final(cast: Cast) -> None:
    """Each says what it is; the shop is told once."""
    ann, shop = await cast.join(), await cast.shop()
    invoices = cast.services.invoices
    refused, cancelled, slept = [await cast.invoice(shop, 10_00) for _ in range(3)]

    for _ in range(2):
        await invoices.refuse(holder=ann, invoice_id=refused.id)
        await invoices.cancel(merchant=shop, invoice_id=cancelled.id)
    cast.clock.advance(days=4)
    await cast.deliver()
    await invoices.expire(invoice_id=slept.id)

    states = [
        (await invoices.get(merchant=shop, invoice_id=each.id))
        for each in (refused, cancelled, slept)
    ]
    assert [each.state for each in states] == [
        InvoiceState.REJECTED,
        InvoiceState.REJECTED,
        InvoiceState.EXPIRED,
    ]
    events = [w.payload["type"] for w in cast.sent if w.kind == "webhook"]
    assert sorted(events) == ["invoice.expired", "invoice.rejected", "invoice.rejected"]
    for invoice, error in zip(
        states, (InvoiceRejectedError, InvoiceRejectedError, InvoiceExpiredError), strict=True
    ):
        with pytest.raises(error):
            payable(invoice, cast.clock())


async def test_paid_invoice_cannot_be_taken_back(cast: Cast) -> None:
    """Neither by the shop nor by the payer nor by time."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 10_00)
    await cast.pay(ann, invoice)
    invoices = cast.services.invoices

    with pytest.raises(InvoicePaidError):
        await invoices.cancel(merchant=shop, invoice_id=invoice.id)
    with pytest.raises(InvoicePaidError):
        await invoices.refuse(holder=ann, invoice_id=invoice.id)
    cast.clock.advance(days=4)
    await cast.deliver()
    assert (await invoices.view(holder=ann, invoice_id=invoice.id)).state is InvoiceState.PAID


async def test_shop_that_takes_it_back_frees_what_was_reserved(cast: Cast) -> None:
    """At once, not when the offer would have expired."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 10_00)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)

    await cast.services.invoices.cancel(merchant=shop, invoice_id=invoice.id)
    await cast.deliver()

    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []


async def test_bad_wishes_are_refused(cast: Cast) -> None:
    """Times in the past or too far away, texts that are too long or hide something."""
    shop = await cast.shop()
    create, now = cast.services.invoices.create, cast.clock()

    for at in (now, now - timedelta(days=1), now + LIFETIME_MAX + timedelta(seconds=1)):
        with pytest.raises(InvoiceTimesError):
            await create(merchant=shop, wish=Wish(TEN, "x", expires_at=at))
    for text in ("x" * 256, "pay\u202eyap", "a\nb", "\x00"):
        with pytest.raises(InvoiceTextError):
            await create(merchant=shop, wish=Wish(TEN, text))
    with pytest.raises(InvoiceTextError):
        await create(merchant=shop, wish=Wish(TEN, "x", reference="r" * 201))


async def test_pages_follow_each_other_without_gaps(cast: Cast) -> None:
    """By key: an invoice that comes meanwhile moves nothing."""
    ann, shop = await cast.join(), await cast.shop()
    made = []
    for number in range(7):
        cast.clock.advance(microseconds=1)
        made.append((await cast.invoice(shop, 1_00 + number)).id)
    cast.clock.advance(microseconds=1)
    invoices = cast.services.invoices

    first = await invoices.waiting(holder=ann, limit=3)
    await cast.invoice(shop, 99_00)
    second = await invoices.waiting(holder=ann, before=first.next, limit=3)
    third = await invoices.waiting(holder=ann, before=second.next, limit=3)
    mine = await invoices.page(merchant=shop, limit=100)
    found = await invoices.page(merchant=shop, state="paid")

    seen = [each.id for page in (first, second, third) for each in page.invoices]
    assert sorted(seen) == sorted(made)
    assert third.next is None
    assert (len(mine.invoices), found.invoices) == (8, [])


async def test_keys_belong_to_their_shop(cast: Cast) -> None:
    """Found by a keyed hash; a rotated or disabled one is nobody's."""
    made = await cast.services.merchants.add(name="Shop", currency=RUB)
    merchants = cast.services.merchants
    caller = await merchants.authenticate(secret_key=made.secret_key)
    fresh = await merchants.rotate(merchant_id=made.merchant.id)

    assert caller.merchant == made.merchant
    with pytest.raises(KeyRefusedError):
        await merchants.authenticate(secret_key=made.secret_key)
    await merchants.disable(merchant_id=made.merchant.id)
    for key in (fresh.secret_key, "", "é", "x" * 100_000):
        with pytest.raises(KeyRefusedError):
            await merchants.authenticate(secret_key=key)


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "Pur\u202eser", "a\u200bb"])
async def test_shop_names_are_what_they_look_like(cast: Cast, name: str) -> None:
    """A name that hides characters could pass for another shop."""
    with pytest.raises(MerchantNameError):
        await cast.services.merchants.add(name=name, currency=RUB)
