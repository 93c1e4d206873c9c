"""Charges that are accepted at once and made by due work."""

import pytest

from purser.services import Services
from services.holders import Holder
from services.invoices import Invoice, InvoiceState, ReferenceUsedError, Wish
from services.link_charges import CHARGE_TIME
from services.merchants import Merchant
from services.money import RUB, Money
from services.payment_links import LinkEndedError, LinkNotFoundError
from tests.cast import Cast
from tests.clock import TestClock


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """With 500.00 roubles."""
    holder = await cast.join()
    await cast.fund(holder, 50_000)
    return holder


@pytest.fixture
async def shop(cast: Cast) -> Merchant:
    return await cast.shop()


def wish(minor: int, reference: str, *, recurring: bool = False) -> Wish:
    content = {"recurring": True} if recurring else {}
    return Wish(
        Money(minor, RUB), "Tea", reference=reference, interface="robokassa", content=content
    )


@pytest.fixture
async def parent(services: Services, cast: Cast, shop: Merchant, ann: Holder) -> Invoice:
    """100.00 roubles, paid by Ann with her consent to further charges."""
    asked = await services.invoices.create(merchant=shop, wish=wish(10_000, "1", recurring=True))
    await cast.pay(ann, asked)
    return await services.invoices.get(merchant=shop, invoice_id=asked.id)


async def state(services: Services, shop: Merchant, reference: str) -> InvoiceState:
    found = await services.invoices.with_reference(merchant=shop, reference=reference)
    return found.state


async def test_charge_is_made_once(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder
) -> None:
    """Accepted twice and worked on twice."""
    children = [
        await services.link_charges.accept(merchant=shop, parent="1", wish=wish(4_000, "2"))
        for _ in range(2)
    ]
    await cast.deliver()
    await services.link_charges.make(invoice_id=children[0].id)

    assert children[0] == children[1]
    assert await state(services, shop, "2") is InvoiceState.PAID
    assert await cast.available(ann) == 36_000
    assert await cast.faults() == []


async def test_charge_follows_a_charge(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder
) -> None:
    """A shop may name the last charge and not the first payment: the consent is the same."""
    await services.link_charges.accept(merchant=shop, parent="1", wish=wish(4_000, "2"))
    await cast.deliver()

    await services.link_charges.accept(merchant=shop, parent="2", wish=wish(4_000, "3"))
    await cast.deliver()

    assert await state(services, shop, "3") is InvoiceState.PAID
    assert await cast.available(ann) == 32_000


async def test_refused_charge_is_rejected(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder
) -> None:
    """And a later balance changes nothing: the shop has heard that it was refused."""
    await services.link_charges.accept(merchant=shop, parent="1", wish=wish(40_001, "2"))
    await cast.deliver()
    await cast.fund(ann, 100_000)
    await services.link_charges.accept(merchant=shop, parent="1", wish=wish(40_001, "2"))
    await cast.deliver()

    assert await state(services, shop, "2") is InvoiceState.REJECTED
    assert await cast.available(ann) == 140_000


async def test_charge_that_was_not_made_in_its_time_expires(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder, clock: TestClock
) -> None:
    child = await services.link_charges.accept(merchant=shop, parent="1", wish=wish(1, "2"))
    clock.now += CHARGE_TIME

    await services.link_charges.make(invoice_id=child.id)
    await cast.deliver()

    assert await state(services, shop, "2") is InvoiceState.EXPIRED
    assert await cast.available(ann) == 40_000


async def test_nobody_agreed(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder
) -> None:
    """Not by an unpaid order, nor by one without the consent, nor to another shop."""
    accept = services.link_charges.accept
    await services.invoices.create(merchant=shop, wish=wish(100, "3", recurring=True))
    await cast.pay(ann, await services.invoices.create(merchant=shop, wish=wish(100, "4")))
    other = await cast.shop("Other")

    for merchant, named in ((shop, "3"), (shop, "4"), (shop, "9"), (other, "1")):
        with pytest.raises(LinkNotFoundError):
            await accept(merchant=merchant, parent=named, wish=wish(100, "5"))


async def test_number_of_another_order(
    services: Services, shop: Merchant, parent: Invoice
) -> None:
    await services.invoices.create(merchant=shop, wish=wish(100, "2"))

    with pytest.raises(ReferenceUsedError):
        await services.link_charges.accept(merchant=shop, parent="1", wish=wish(100, "2"))


async def test_saved_wallet_is_known_by_its_payment(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder
) -> None:
    """To the shop that it agreed to, until it is ended."""
    plain = await services.invoices.create(merchant=shop, wish=wish(100, "2"))
    await cast.pay(ann, plain)
    plain = await services.invoices.get(merchant=shop, invoice_id=plain.id)
    phone_of, other = services.link_charges.phone_of, await cast.shop("Other")
    assert parent.payment is not None
    assert plain.payment is not None

    assert await phone_of(merchant=shop, payment_id=parent.payment) == ann.phone
    for merchant, payment in ((other, parent.payment), (shop, plain.payment), (shop, "0")):
        with pytest.raises(LinkNotFoundError):
            await phone_of(merchant=merchant, payment_id=payment)
    (link,) = await services.payment_links.listed(holder=ann)
    await services.payment_links.end(holder=ann, link_id=link.id)
    with pytest.raises(LinkEndedError):
        await phone_of(merchant=shop, payment_id=parent.payment)
    with pytest.raises(LinkEndedError):
        await services.link_charges.accept(merchant=shop, parent="1", wish=wish(100, "5"))


async def test_repeat_after_the_link_has_ended_says_what_was_accepted(
    services: Services, cast: Cast, shop: Merchant, parent: Invoice, ann: Holder
) -> None:
    """A shop that got no answer must not hear a refusal of what it has charged."""
    accept = services.link_charges.accept
    first = await accept(merchant=shop, parent="1", wish=wish(4_000, "2"))
    await cast.deliver()
    [link] = await services.payment_links.listed(holder=ann)
    await services.payment_links.end(holder=ann, link_id=link.id)

    again = await accept(merchant=shop, parent="1", wish=wish(4_000, "2"))
    with pytest.raises(LinkEndedError):
        await accept(merchant=shop, parent="1", wish=wish(4_000, "3"))

    assert (again.id, again.state) == (first.id, InvoiceState.PAID)
    assert await cast.available(ann) == 36_000
