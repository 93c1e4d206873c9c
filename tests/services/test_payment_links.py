"""Links: a shop charges again by consent, within limits, until the payer ends it."""

import asyncio

import pytest

from services.holders import Holder, WalletLockedError
from services.invoices import Capture, Invoice, InvoiceState, ReferenceUsedError, Wish
from services.ledger import InsufficientFundsError
from services.merchants import Merchant, MerchantDisabledError
from services.money import RUB, USD, Money
from services.payment_links import Link, LinkEndedError, LinkNotFoundError, LinkState
from services.payments import HeldExchangeError
from services.rates import RateMissingError
from services.sources import SourceUnknownError
from tests.cast import BOB, OTHER_PHONE, Cast


async def agreed(cast: Cast, source: str = "account") -> tuple[Holder, Merchant, Invoice]:
    """Somebody with 90 roubles left, who has paid 10 and may be charged again."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    parent = await recurring(cast, shop)
    await cast.pay(ann, parent, source)
    return ann, shop, await cast.services.invoices.get(merchant=shop, invoice_id=parent.id)


async def recurring(cast: Cast, shop: Merchant, reference: str | None = "first") -> Invoice:
    wish = Wish(Money(10_00, RUB), "A month", reference=reference, content={"recurring": True})
    return await cast.services.invoices.create(merchant=shop, wish=wish)


async def charge(cast: Cast, shop: Merchant, parent: Invoice, minor: int, number: str) -> Invoice:
    return await cast.services.payment_links.charge(
        merchant=shop, parent=parent, wish=Wish(Money(minor, RUB), "A month", reference=number)
    )


async def only_link(cast: Cast, holder: Holder) -> Link:
    [link] = await cast.services.payment_links.listed(holder=holder)
    return link


async def test_who_pays_a_recurring_invoice_may_be_charged_again(cast: Cast) -> None:
    """The holder hears of every charge; the shop gets its money at once."""
    ann, shop, parent = await agreed(cast)
    cast.clock.advance(days=30)

    child = await charge(cast, shop, parent, 20_00, "second")
    await cast.deliver()

    link = await only_link(cast, ann)
    assert (child.state, child.reference, child.content) == (
        InvoiceState.PAID,
        "second",
        {"link": link.id},
    )
    assert (link.merchant_name, link.source, link.invoice) == ("Shop", "account/RUB", parent.id)
    assert link.used_at == cast.clock()
    assert await cast.available(ann) == 70_00
    told = [each.payload for each in cast.sent if each.payload.get("notice") == "charge"]
    assert [each["subject"] for each in told] == [f"charge/{link.id}/{child.id}"]
    charged = await cast.services.payment_links.charged(
        holder=ann, link_id=link.id, invoice_id=child.id
    )
    assert (charged.link, charged.invoice) == (link, child)
    assert await cast.faults() == []


async def test_paying_any_other_invoice_agrees_to_nothing(cast: Cast) -> None:
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    paid = await cast.invoice(shop, 10_00)
    await cast.pay(ann, paid)

    assert await cast.services.payment_links.listed(holder=ann) == []
    with pytest.raises(LinkNotFoundError):
        await charge(cast, shop, paid, 5_00, "second")
    with pytest.raises(LinkNotFoundError):  # nor before it is paid
        await charge(cast, shop, await recurring(cast, shop), 5_00, "second")


async def test_same_number_charges_once(cast: Cast) -> None:
    """Shops repeat what was not answered in time; another amount is another thing."""
    ann, shop, parent = await agreed(cast)

    charges = [charge(cast, shop, parent, 20_00, "second") for _ in range(20)]
    made = await asyncio.gather(*charges)
    with pytest.raises(ReferenceUsedError):
        await charge(cast, shop, parent, 21_00, "second")

    assert len({each.id for each in made}) == 1
    assert await cast.available(ann) == 70_00
    assert await cast.faults() == []


async def test_charge_names_the_first_payment_or_any_later_one(cast: Cast) -> None:
    ann, shop, parent = await agreed(cast)

    second = await charge(cast, shop, parent, 20_00, "second")
    third = await charge(cast, shop, second, 20_00, "third")

    link = await only_link(cast, ann)
    assert third.content == {"link": link.id}
    found = await cast.services.payment_links.of_invoice(merchant=shop, reference="first")
    assert found == link


async def test_invoice_that_waits_under_the_number_is_paid(cast: Cast) -> None:
    """One that was issued before, to be charged a moment later; one that is over stays so."""
    ann, shop, parent = await agreed(cast)
    invoices = cast.services.invoices
    link = await only_link(cast, ann)
    wish = Wish(Money(20_00, RUB), "A month", reference="2", content={"link": link.id})
    waiting = await invoices.create(merchant=shop, wish=wish)
    gone = await invoices.create(
        merchant=shop,
        wish=Wish(Money(5_00, RUB), "A month", reference="3", content={"link": link.id}),
    )
    await invoices.cancel(merchant=shop, invoice_id=gone.id)

    paid = await charge(cast, shop, parent, 20_00, "2")
    refused = await charge(cast, shop, parent, 5_00, "3")

    assert (paid.id, paid.state) == (waiting.id, InvoiceState.PAID)
    assert refused.state is InvoiceState.REJECTED
    assert await cast.available(ann) == 70_00


async def test_order_that_asks_for_another_consent_is_not_charged(cast: Cast) -> None:
    """Where a number and a sum make the same order: the payer would end one link of two."""
    ann, shop, parent = await agreed(cast)
    wish = Wish(
        Money(20_00, RUB),
        "A month",
        reference="2",
        interface="robokassa",
        content={"recurring": True},
    )
    await cast.services.invoices.create(merchant=shop, wish=wish)

    with pytest.raises(ReferenceUsedError):
        await cast.services.payment_links.charge(merchant=shop, parent=parent, wish=wish)

    await only_link(cast, ann)
    assert await cast.available(ann) == 90_00


async def test_ended_link_is_charged_no_more(cast: Cast) -> None:
    """What was charged before stays; the same request again is answered as before."""
    ann, shop, parent = await agreed(cast)
    links = cast.services.payment_links
    link = await only_link(cast, ann)
    before = await charge(cast, shop, parent, 20_00, "second")

    ended = await links.end(holder=ann, link_id=link.id)
    again = await links.end(holder=ann, link_id=link.id)
    with pytest.raises(LinkEndedError) as refused:
        await charge(cast, shop, parent, 20_00, "third")

    assert ended == again == await links.view(holder=ann, link_id=link.id)
    assert (ended.state, refused.value.values["ended_at"]) == (LinkState.ENDED, cast.clock())
    assert (await charge(cast, shop, parent, 20_00, "second")).id == before.id
    assert await links.listed(holder=ann) == []
    assert await cast.available(ann) == 70_00


async def test_refused_charge_leaves_nothing(cast: Cast) -> None:
    """Balance, lock, shop and card: each says why, and the number may be used again."""
    ann, shop, parent = await agreed(cast)

    with pytest.raises(InsufficientFundsError):
        await charge(cast, shop, parent, 91_00, "second")
    await cast.services.wallets.lock(holder=ann)
    with pytest.raises(WalletLockedError):
        await charge(cast, shop, parent, 20_00, "second")

    page = await cast.services.invoices.page(merchant=shop)
    assert [each.id for each in page.invoices] == [parent.id]
    assert await cast.available(ann) == 90_00
    assert await cast.faults() == []


async def test_disabled_shop_charges_nobody(cast: Cast) -> None:
    _, shop, parent = await agreed(cast)
    await cast.services.merchants.disable(merchant_id=shop.id)

    with pytest.raises(MerchantDisabledError):
        await charge(cast, shop, parent, 20_00, "second")


async def test_what_paid_first_is_what_pays(cast: Cast) -> None:
    """A closed card is charged no more, whatever else is in the wallet."""
    ann = await cast.join()
    [card] = await cast.services.cards.listed(holder=ann)
    await cast.fund(ann, 100_00)
    shop = await cast.shop()
    parent = await recurring(cast, shop)
    await cast.pay(ann, parent, f"card/{card.id}")

    await charge(cast, shop, parent, 20_00, "second")
    link = await only_link(cast, ann)
    offer = await cast.services.cards.offer(holder=ann, card_id=card.id, kind="close", key="close")
    await cast.services.cards.close(holder=ann, offer_id=offer.id)
    with pytest.raises(SourceUnknownError):
        await charge(cast, shop, parent, 20_00, "third")

    assert link.source == f"card/{card.id}"
    assert await cast.available(ann) == 70_00


async def test_other_currency_is_exchanged_from_the_same_account(cast: Cast) -> None:
    """A consent for roubles never takes from the dollars."""
    ann, shop, parent = await agreed(cast)
    await cast.fund(ann, 100_00, USD)

    with pytest.raises(RateMissingError):
        await cast.services.payment_links.charge(
            merchant=shop, parent=parent, wish=Wish(Money(1_00, USD), "", reference="usd")
        )

    assert await cast.available(ann, USD) == 100_00


async def test_charge_is_exchanged_where_the_first_payment_was(cast: Cast) -> None:
    """At the rate of its own moment; the books stay right."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.services.rates.set(pair="USD/RUB", rate="100")
    await cast.fund(ann, 100_00, USD)
    parent = await recurring(cast, shop)
    await cast.pay(ann, parent, "account/USD")
    left = await cast.available(ann, USD)
    await cast.services.rates.set(pair="USD/RUB", rate="50")

    await charge(cast, shop, parent, 10_00, "second")

    given = left - await cast.available(ann, USD)
    assert (await only_link(cast, ann)).source == "account/USD"
    assert given >= 20  # ten roubles at fifty, and what an exchange costs
    assert await cast.faults() == []


async def test_held_charge_is_not_exchanged(cast: Cast) -> None:
    """Less of it could be captured, at a rate that is gone."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.services.rates.set(pair="USD/RUB", rate="100")
    await cast.fund(ann, 100_00, USD)
    parent = await recurring(cast, shop)
    await cast.pay(ann, parent, "account/USD")

    with pytest.raises(HeldExchangeError):
        await cast.services.payment_links.charge(
            merchant=shop,
            parent=parent,
            wish=Wish(Money(10_00, RUB), "", reference="2", capture=Capture.LATER),
        )


async def test_charge_makes_no_other_link(cast: Cast) -> None:
    """One consent is one link, whatever the shop asks for with the charge."""
    ann, shop, parent = await agreed(cast)
    wish = Wish(Money(5_00, RUB), "", reference="second", content={"recurring": True})

    await cast.services.payment_links.charge(merchant=shop, parent=parent, wish=wish)

    assert (await only_link(cast, ann)).invoice == parent.id


async def test_links_are_seen_by_those_they_are_between(cast: Cast) -> None:
    """Nobody ends or uses somebody else's."""
    ann, shop, parent = await agreed(cast)
    links = cast.services.payment_links
    other_shop = await cast.shop("Other")
    bob = await cast.join(BOB, OTHER_PHONE)
    link = await only_link(cast, ann)

    for refused in (
        links.end(holder=bob, link_id=link.id),
        links.view(holder=bob, link_id=link.id),
        links.charged(holder=bob, link_id=link.id, invoice_id=parent.id),
        links.of_invoice(merchant=other_shop, reference="first"),
        links.of_invoice(merchant=shop, reference="no such"),
        charge(cast, other_shop, parent, 20_00, "second"),
    ):
        with pytest.raises(LinkNotFoundError):
            await refused

    assert (await links.page(merchant=other_shop)).links == []
    assert (await links.page(merchant=shop)).links == [link]


async def test_shop_sees_its_links_page_by_page(cast: Cast) -> None:
    ann, shop, _ = await agreed(cast)
    await cast.pay(ann, await recurring(cast, shop, "another"))
    newest, oldest = await cast.services.payment_links.listed(holder=ann)

    first = await cast.services.payment_links.page(merchant=shop, limit=1)
    rest = await cast.services.payment_links.page(merchant=shop, before=first.next, limit=1)

    assert (first.links, rest.links, rest.next) == ([newest], [oldest], None)
