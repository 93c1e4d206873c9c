"""What is offered and what Confirm does: what was read is what happens, once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from purser.services import create_services
from services.card_rules import CardKind, CardLimitError
from services.codes import CodeNotFoundError, CodeWrongError
from services.holders import WalletLockedError
from services.ids import new_id
from services.invoices import InvoiceExpiredError, InvoicePaidError
from services.ledger import InsufficientFundsError
from services.merchants import MerchantDisabledError
from services.money import AMOUNT_MINOR_MAX, RUB, USD, Money
from services.offers import OfferState, OfferUsedError
from services.payments import InvoiceChangedError, PaymentState
from services.sources import Rules
from services.vault import Vault
from tests.cast import BOB, OTHER_PHONE, Cast


async def test_four_hundred_confirms_reserve_once(cast: Cast) -> None:
    """One hold, one code: a bouncing thumb costs neither money nor SMS."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer

    outcomes = await asyncio.gather(
        *(payments.confirm(holder=ann, offer_id=offer.id) for _ in range(400))
    )
    await cast.deliver()

    assert len({each.payment.id for each in outcomes if each.payment}) == 1
    assert len([each for each in cast.sms if each.template == "code_payment"]) == 1
    assert await cast.available(ann) == 40_00


async def test_two_offers_cannot_spend_the_same_money(cast: Cast) -> None:
    """The second confirm finds it reserved, though both were shown as possible."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments = cast.services.payments
    offers = [
        (await payments.offer(holder=ann, invoice_id=invoice.id, key=invoice.id)).offer
        for invoice in [await cast.invoice(shop, 60_00) for _ in range(2)]
    ]

    outcomes = await asyncio.gather(
        *(payments.confirm(holder=ann, offer_id=offer.id) for offer in offers),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == [
        "InsufficientFundsError",
        "Proposal",
    ]
    assert await cast.available(ann) == 40_00
    assert await cast.faults() == []


async def test_small_amounts_are_paid_by_confirm_alone(cast: Cast, vault: Vault) -> None:
    """From the operator's amount on a code is asked, to the kopeck, and in that currency only."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    await cast.fund(ann, 100_00, of=USD)
    payments = create_services(
        store=cast.store,
        vault=vault,
        now=cast.clock,
        new_id=new_id,
        rules=Rules(code_from_minor={"RUB": 10_00}),
    ).payments
    states = []

    for minor, of in ((9_99, RUB), (10_00, RUB), (1, USD)):
        invoice = await cast.invoice(shop, minor, of=of)
        offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key=invoice.id)).offer
        proposal = await payments.confirm(holder=ann, offer_id=offer.id)
        assert proposal.payment is not None
        states.append(proposal.payment.state)

    assert states == [PaymentState.DONE, PaymentState.HELD, PaymentState.HELD]
    assert await cast.faults() == []


async def test_changed_invoice_is_not_paid_as_it_was_shown(cast: Cast) -> None:
    """Whatever may change an invoice one day, an old button pays only what it said."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    changed = replace(invoice, version=invoice.version + 1)
    await cast.store.write(lambda book: book.invoices.change(changed, was=invoice.version))

    with pytest.raises(InvoiceChangedError):
        await payments.confirm(holder=ann, offer_id=offer.id)

    assert await cast.available(ann) == 100_00


async def test_code_is_asked_for_only_after_confirm(cast: Cast) -> None:
    """An offer that was only looked at has no code that could be guessed or sent again."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer

    with pytest.raises(CodeNotFoundError):
        await payments.prove(holder=ann, offer_id=offer.id, typed="000000")
    with pytest.raises(OfferUsedError):
        await payments.resend(holder=ann, offer_id=offer.id)
    await cast.deliver()

    assert [each.template for each in cast.sms if each.template == "code_payment"] == []


async def test_sources_are_the_account_and_the_cards_of_its_currency(cast: Cast) -> None:
    """Each says what stands in its way, so that the screen can."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 50_00)
    [first] = await cast.services.cards.listed(holder=ann)
    await cast.services.cards.limit(
        holder=ann, card_id=first.id, version=1, name="payment", amount=Money(10_00, RUB)
    )
    cast.clock.advance(seconds=1)
    second = await cast.services.cards.add(holder=ann, kind=CardKind.VIRTUAL, key="u1")
    obstacles = []

    for minor in (5_00, 20_00, 60_00):
        invoice = await cast.invoice(shop, minor)
        _, sources = await cast.services.payments.sources(holder=ann, invoice_id=invoice.id)
        found = {each.name: type(each.obstacle) for each in sources}
        names = ("account", f"card/{first.id}", f"card/{second.id}")
        obstacles.append([found[name] for name in names])
        usable = [each.obstacle is None for each in sources]
        assert usable == sorted(usable, reverse=True)  # what can pay comes first

    nothing = type(None)
    assert obstacles == [
        [nothing, nothing, nothing],
        [nothing, CardLimitError, nothing],
        [InsufficientFundsError, CardLimitError, InsufficientFundsError],
    ]


async def test_locked_wallet_and_closed_shop_stand_in_every_sources_way(cast: Cast) -> None:
    """Before anything is tapped the screen says why nothing can be paid."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 50_00)
    invoice = await cast.invoice(shop, 5_00)
    sources = cast.services.payments.sources

    await cast.services.merchants.disable(merchant_id=shop.id)
    _, of_closed = await sources(holder=ann, invoice_id=invoice.id)
    await cast.services.wallets.lock(holder=ann)
    _, of_locked = await sources(holder=ann, invoice_id=invoice.id)

    assert {type(each.obstacle) for each in of_closed} == {MerchantDisabledError}
    assert {type(each.obstacle) for each in of_locked} == {WalletLockedError}


async def test_what_is_over_has_no_sources(cast: Cast) -> None:
    """Paid or too late: the screen says that, and offers nothing."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 50_00)
    paid, late = await cast.invoice(shop, 5_00), await cast.invoice(shop, 6_00)
    await cast.pay(ann, paid)

    with pytest.raises(InvoicePaidError):
        await cast.services.payments.sources(holder=ann, invoice_id=paid.id)
    cast.clock.advance(days=30)
    with pytest.raises(InvoiceExpiredError):
        await cast.services.payments.sources(holder=ann, invoice_id=late.id)


async def test_two_who_confirm_an_open_invoice_without_codes_pay_once(
    cast: Cast, vault: Vault
) -> None:
    """The invoice is paid by whoever was first; the other's money never leaves."""
    people = [await cast.join(), await cast.join(BOB, OTHER_PHONE)]
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 60_00, phone=None)
    payments = create_services(
        store=cast.store,
        vault=vault,
        now=cast.clock,
        new_id=new_id,
        rules=Rules(code_from_minor={"RUB": AMOUNT_MINOR_MAX}),
    ).payments
    offers = []
    for holder in people:
        await cast.fund(holder, 100_00)
        offered = await payments.offer(holder=holder, invoice_id=invoice.id, key=holder.id)
        offers.append((holder, offered.offer.id))

    outcomes = await asyncio.gather(
        *(payments.confirm(holder=holder, offer_id=offer) for holder, offer in offers * 50),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {InvoicePaidError}
    assert len(refused) == 50
    assert sorted([await cast.available(each) for each in people]) == [40_00, 100_00]
    assert await cast.faults() == []


async def test_last_kopeck_can_be_spent(cast: Cast) -> None:
    """And a limit can be used up to its last kopeck too."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 60_00)
    [card] = await cast.services.cards.listed(holder=ann)
    await cast.services.cards.limit(
        holder=ann, card_id=card.id, version=1, name="payment", amount=Money(60_00, RUB)
    )

    await cast.pay(ann, await cast.invoice(shop, 60_00), f"card/{card.id}")

    assert await cast.available(ann) == 0
    assert await cast.faults() == []


async def test_wrong_code_that_is_delivered_again_is_one_try(cast: Cast) -> None:
    """The same update counts once, or a bad line would use up the tries."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    await payments.confirm(holder=ann, offer_id=offer.id)
    wrong = "000000" if await cast.code() != "000000" else "000001"
    left = []

    for key in ("u2", "u2", "u3"):
        with pytest.raises(CodeWrongError) as refused:
            await payments.prove(holder=ann, offer_id=offer.id, typed=wrong, key=key)
        left.append(refused.value.values["tries_left"])

    assert left == [4, 4, 3]


async def test_clock_that_is_early_ends_nothing(cast: Cast) -> None:
    """What waits for its code waits until its last second."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    await payments.confirm(holder=ann, offer_id=offer.id)
    cast.clock.now = offer.expires_at - timedelta(seconds=1)

    is_over = await payments.expire(offer.id)
    shown = await payments.confirm(holder=ann, offer_id=offer.id)

    assert not is_over
    assert shown.offer.state is OfferState.CONFIRMED
    assert await cast.available(ann) == 40_00
