"""A shop's own numbers: of invoices, of refunds; asked again, asked anew, given up."""

import asyncio
from dataclasses import replace

import pytest

from services.errors import WalletError
from services.invoices import InvoiceNotFoundError, InvoiceState, ReferenceUsedError, Wish
from services.money import RUB, Money
from services.refunds import Refund, RefundNotFoundError, RefundReferenceUsedError
from tests.cast import PHONE, Cast

BILL = Wish(Money(10_00, RUB), "A book", phone=PHONE, reference="17", interface="bill")
ORDER = replace(BILL, interface="robokassa", phone=None, supersedes=True)


async def test_a_bill_asked_for_again_is_as_it_is_now(cast: Cast) -> None:
    """However it is worded, and whatever became of it; another amount is refused."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    create = cast.services.invoices.create

    first = await create(merchant=shop, wish=BILL)
    await cast.pay(ann, first)
    again = await create(merchant=shop, wish=replace(BILL, description="The same book"))
    with pytest.raises(ReferenceUsedError) as refused:
        await create(merchant=shop, wish=replace(BILL, amount=Money(11_00, RUB)))

    assert (again.id, again.state) == (first.id, InvoiceState.PAID)
    assert refused.value.values == {"invoice": first.id}


async def test_an_order_can_be_changed_until_it_is_paid(cast: Cast) -> None:
    """The old invoice is over and gives its number up; the shop finds the new one."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoices = cast.services.invoices

    first = await invoices.create(merchant=shop, wish=ORDER)
    again = await invoices.create(merchant=shop, wish=ORDER)
    changed = await invoices.create(merchant=shop, wish=replace(ORDER, amount=Money(12_00, RUB)))
    old = await invoices.get(merchant=shop, invoice_id=first.id)
    found = await invoices.with_reference(merchant=shop, reference="17")
    await cast.pay(ann, changed)
    with pytest.raises(ReferenceUsedError):
        await invoices.create(merchant=shop, wish=ORDER)

    assert again.id == first.id
    assert (old.state, old.reference) == (InvoiceState.REJECTED, None)
    assert found.id == changed.id
    assert await cast.faults() == []


async def test_an_order_whose_time_was_over_can_be_asked_for_again(cast: Cast) -> None:
    """Also before the wallet has noted the end."""
    shop = await cast.shop()
    invoices = cast.services.invoices
    first = await invoices.create(merchant=shop, wish=ORDER)
    cast.clock.advance(days=4)
    second = await invoices.create(merchant=shop, wish=ORDER)
    await cast.deliver()
    old = await invoices.get(merchant=shop, invoice_id=first.id)
    assert second.id != first.id
    assert old.state is InvoiceState.EXPIRED


async def test_who_was_about_to_pay_the_old_order_is_let_go_at_once(cast: Cast) -> None:
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    first = await cast.services.invoices.create(merchant=shop, wish=ORDER)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=first.id, key="u1")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)
    held = await cast.available(ann)

    changed = replace(ORDER, amount=Money(12_00, RUB))
    await cast.services.invoices.create(merchant=shop, wish=changed)
    await cast.deliver()

    assert (held, await cast.available(ann)) == (90_00, 100_00)


async def test_a_test_and_an_order_of_one_number_are_not_the_same(cast: Cast) -> None:
    """Where an interface numbers them together: what moves no money is taken for no other."""
    shop = await cast.shop()
    create = cast.services.invoices.create
    await create(merchant=shop, wish=BILL)
    with pytest.raises(ReferenceUsedError):
        await create(merchant=shop, wish=replace(BILL, is_test=True))
    order = await create(merchant=shop, wish=replace(ORDER, reference="18"))
    test = await create(merchant=shop, wish=replace(ORDER, reference="18", is_test=True))

    assert (order.is_test, test.is_test) == (False, True)
    assert test.id != order.id


async def test_a_number_of_another_interface_is_not_given_up(cast: Cast) -> None:
    """A merchant has one space of numbers."""
    shop = await cast.shop()
    await cast.services.invoices.create(merchant=shop, wish=BILL)
    with pytest.raises(ReferenceUsedError):
        await cast.services.invoices.create(
            merchant=shop, wish=replace(ORDER, amount=Money(1_00, RUB))
        )


async def test_orders_that_change_at_one_moment_leave_one(cast: Cast) -> None:
    """Two tabs with two amounts: one invoice has the number."""
    shop = await cast.shop()
    invoices = cast.services.invoices
    wishes = [replace(ORDER, amount=Money(minor, RUB)) for minor in (10_00, 11_00, 12_00)]
    made = await asyncio.gather(
        *(invoices.create(merchant=shop, wish=wish) for wish in wishes), return_exceptions=True
    )
    assert not [each for each in made if isinstance(each, Exception)]
    page = await invoices.page(merchant=shop, state="waiting")
    found = await invoices.with_reference(merchant=shop, reference="17")
    assert [each.id for each in page.invoices] == [found.id]


async def test_a_refund_asked_for_again_is_the_first(cast: Cast) -> None:
    """By its number and amount; with another amount it is refused."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    await cast.pay(ann, invoice)
    refunds = cast.services.refunds

    async def refund(minor: int) -> Refund:
        return await refunds.refund(
            merchant=shop, invoice_id=invoice.id, amount=Money(minor, RUB), reference="r1"
        )

    both = await asyncio.gather(refund(20_00), refund(20_00))
    with pytest.raises(RefundReferenceUsedError):
        await refund(21_00)
    found = await refunds.with_reference(merchant=shop, invoice_id=invoice.id, reference="r1")
    with pytest.raises(RefundNotFoundError):
        await refunds.with_reference(merchant=shop, invoice_id=invoice.id, reference="r2")

    assert {each.id for each in both} == {found.id}
    assert await cast.available(ann) == 60_00
    assert await cast.faults() == []


async def test_refunds_at_one_moment_never_exceed_what_was_paid(cast: Cast) -> None:
    """Five of a third each: three of them at most."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    await cast.pay(ann, invoice)
    made = await asyncio.gather(
        *(
            cast.services.refunds.refund(
                merchant=shop,
                invoice_id=invoice.id,
                amount=Money(20_00, RUB),
                reference=f"r{each}",
            )
            for each in range(5)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Refund) for each in made) == 3
    assert sum(isinstance(each, WalletError) for each in made) == 2
    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []


@pytest.mark.parametrize("pays", [1, 0])
async def test_a_test_invoice_moves_no_money(cast: Cast, pays: int) -> None:
    """Nobody can pay it, its phone is not told, and it ends as its player says."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoices = cast.services.invoices
    await cast.deliver()
    cast.sent.clear()
    invoice = await invoices.create(
        merchant=shop, wish=replace(BILL, interface="robokassa", is_test=True)
    )
    with pytest.raises(WalletError) as refused:
        await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    played = await invoices.play_test(invoice_id=invoice.id, pays=bool(pays))
    again = await invoices.play_test(invoice_id=invoice.id, pays=bool(pays))
    await cast.deliver()

    assert refused.value.code == "invoice_test"
    assert played.state is (InvoiceState.PAID if pays else InvoiceState.REJECTED)
    assert again == played
    assert [work.kind for work in cast.sent] == (["robokassa_result"] if pays else [])
    assert await invoices.count_waiting(holder=ann) == 0
    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []


async def test_only_a_test_is_played(cast: Cast) -> None:
    """Nobody marks a real invoice as paid by hand."""
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 1_00)
    with pytest.raises(InvoiceNotFoundError):
        await cast.services.invoices.play_test(invoice_id=invoice.id, pays=True)
