"""Paying an invoice: the money moves once or not at all, and everybody learns which."""

import asyncio

import pytest

from services.card_rules import CardFrozenError, CardKind, CardLimitError
from services.codes import CodeExhaustedError, CodeExpiredError, CodeWrongError
from services.errors import WalletError
from services.holders import WalletLockedError
from services.invoices import (
    InvoiceExpiredError,
    InvoiceNotFoundError,
    InvoicePaidError,
    InvoiceRejectedError,
    InvoiceState,
)
from services.ledger import InsufficientFundsError
from services.merchants import MerchantDisabledError
from services.money import RUB, USD, Money
from services.offers import OfferExpiredError, OfferNotFoundError, OfferWithdrawnError
from services.payments import PaymentState
from services.sources import Source, SourceUnknownError
from tests.cast import BOB, OTHER_PHONE, Cast


async def test_money_is_reserved_at_confirm_and_moves_at_the_code(cast: Cast) -> None:
    """What the home screen calls available is true at every moment."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments

    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    shown = await cast.available(ann)
    held = await payments.confirm(holder=ann, offer_id=offer.id)
    reserved = await cast.available(ann)
    paid = await payments.prove(holder=ann, offer_id=offer.id, typed=await cast.code())
    await cast.deliver()

    assert (shown, reserved, await cast.available(ann)) == (100_00, 40_00, 40_00)
    assert held.payment is not None
    assert held.payment.state is PaymentState.HELD
    assert paid.is_paid
    assert paid.invoice.state is InvoiceState.PAID
    assert [w.payload["type"] for w in cast.sent if w.kind == "webhook"] == ["invoice.paid"]
    assert await cast.faults() == []


async def test_every_step_repeated_is_the_first_one(cast: Cast) -> None:
    """Taps are doubled and updates delivered again; the money is not."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments

    first, second = [
        (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer.id
        for _ in range(2)
    ]
    confirmed = [await payments.confirm(holder=ann, offer_id=first) for _ in range(3)]
    code = await cast.code()
    paid = [await payments.prove(holder=ann, offer_id=first, typed=code) for _ in range(3)]
    late = await payments.confirm(holder=ann, offer_id=first)

    assert first == second
    assert len({each.payment.id for each in (*confirmed, *paid, late) if each.payment}) == 1
    assert len([each for each in cast.sms if each.template == "code_payment"]) == 1
    assert await cast.available(ann) == 40_00
    assert await cast.faults() == []


async def test_four_hundred_taps_at_once_pay_once(cast: Cast) -> None:
    """The guard is in the database, not in the hope that people tap slowly."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    await payments.confirm(holder=ann, offer_id=offer.id)
    code = await cast.code()

    outcomes = await asyncio.gather(
        *(payments.prove(holder=ann, offer_id=offer.id, typed=code) for _ in range(400))
    )

    assert all(each.is_paid for each in outcomes)
    assert (await cast.services.books.audit()).transactions == 2
    assert await cast.available(ann) == 40_00


async def test_one_invoice_is_paid_by_one_of_two(cast: Cast) -> None:
    """The slower payer is told, and has the reserved money at once."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 60_00, phone=None)
    payments, codes, offers = cast.services.payments, {}, {}
    for holder in (ann, bob):
        await cast.fund(holder, 100_00)
        offers[holder.id] = (
            await payments.offer(holder=holder, invoice_id=invoice.id, key=holder.id)
        ).offer.id
        await payments.confirm(holder=holder, offer_id=offers[holder.id])
        codes[holder.id] = await cast.code()

    await payments.prove(holder=bob, offer_id=offers[bob.id], typed=codes[bob.id])
    with pytest.raises(InvoicePaidError):
        await payments.prove(holder=ann, offer_id=offers[ann.id], typed=codes[ann.id])
    with pytest.raises(InvoicePaidError):
        await payments.offer(holder=ann, invoice_id=invoice.id, key="again")

    assert await cast.available(ann) == 100_00
    assert await cast.available(bob) == 40_00
    assert await cast.faults() == []


async def test_wrong_codes_count_though_they_are_refused(cast: Cast) -> None:
    """Five tries, the last of which kills the code; the reserved money waits for the offer."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    await payments.confirm(holder=ann, offer_id=offer.id)
    code = await cast.code()
    wrong = "000000" if code != "000000" else "000001"

    left = []
    for _ in range(4):
        with pytest.raises(CodeWrongError) as refused:
            await payments.prove(holder=ann, offer_id=offer.id, typed=wrong)
        left.append(refused.value.values["tries_left"])
    for typed in (wrong, code):
        with pytest.raises(CodeExhaustedError):
            await payments.prove(holder=ann, offer_id=offer.id, typed=typed)
    cast.clock.advance(seconds=31)
    await payments.resend(holder=ann, offer_id=offer.id)
    paid = await payments.prove(holder=ann, offer_id=offer.id, typed=await cast.code())

    assert left == [4, 3, 2, 1]
    assert paid.is_paid


async def test_code_of_one_offer_is_nothing_to_another(cast: Cast) -> None:
    """A thief who has a code relayed for one payment cannot use it for his own."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments, offers = cast.services.payments, []
    for number in range(2):
        invoice = await cast.invoice(shop, 10_00 + number)
        offer = await payments.offer(holder=ann, invoice_id=invoice.id, key=f"u{number}")
        await payments.confirm(holder=ann, offer_id=offer.offer.id)
        offers.append((offer.offer.id, await cast.code()))

    (first, code_of_first), (second, code_of_second) = offers
    assert code_of_first != code_of_second
    with pytest.raises(CodeWrongError):
        await payments.prove(holder=ann, offer_id=first, typed=code_of_second)
    with pytest.raises(CodeWrongError):
        await payments.prove(holder=ann, offer_id=second, typed=code_of_first)


async def test_nobody_else_touches_an_offer(cast: Cast) -> None:
    """A button's data can be forged, so an id alone opens nothing."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    shop = await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer

    for forbidden in (
        payments.confirm(holder=bob, offer_id=offer.id),
        payments.prove(holder=bob, offer_id=offer.id, typed="1"),
        payments.withdraw(holder=bob, offer_id=offer.id),
        payments.resend(holder=bob, offer_id=offer.id),
    ):
        with pytest.raises(OfferNotFoundError):
            await forbidden
    with pytest.raises(InvoiceNotFoundError):
        await payments.offer(holder=bob, invoice_id=invoice.id, key="u2")


async def test_cancel_and_expiry_free_the_money(cast: Cast) -> None:
    """Nothing stays reserved because somebody changed their mind or fell asleep."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments = cast.services.payments
    cancelled = await payments.offer(
        holder=ann, invoice_id=(await cast.invoice(shop, 10_00)).id, key="u1"
    )
    slept = await payments.offer(
        holder=ann, invoice_id=(await cast.invoice(shop, 20_00)).id, key="u2"
    )
    for offer in (cancelled, slept):
        await payments.confirm(holder=ann, offer_id=offer.offer.id)
    both = await cast.available(ann)

    await payments.withdraw(holder=ann, offer_id=cancelled.offer.id)
    one = await cast.available(ann)
    cast.clock.advance(minutes=16)
    with pytest.raises(OfferExpiredError):
        await payments.prove(holder=ann, offer_id=slept.offer.id, typed="123456")
    await cast.deliver()

    assert (both, one, await cast.available(ann)) == (70_00, 80_00, 100_00)
    assert await cast.faults() == []


async def test_code_dies_before_the_offer(cast: Cast) -> None:
    """An SMS found on a table an hour later pays nothing."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 10_00)
    payments = cast.services.payments
    offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
    await payments.confirm(holder=ann, offer_id=offer.id)
    code = await cast.code()
    cast.clock.advance(minutes=5)

    with pytest.raises(CodeExpiredError):
        await payments.prove(holder=ann, offer_id=offer.id, typed=code)


@pytest.mark.parametrize("moment", ["before the offer", "before confirm", "before the code"])
@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        ("lock", WalletLockedError),
        ("disable", MerchantDisabledError),
        ("refuse", InvoiceRejectedError),
        ("expire", (InvoiceExpiredError, OfferExpiredError)),
    ],
)
async def test_what_changes_meanwhile_stops_the_payment(
    cast: Cast, moment: str, event: str, refusal: type[WalletError]
) -> None:
    """At each step the world may have changed; then nothing moves and nothing stays held."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments, reached = cast.services.payments, list[str]()

    async def happens() -> None:
        if event == "lock":
            await cast.services.wallets.lock(holder=ann)
        elif event == "disable":
            await cast.services.merchants.disable(merchant_id=shop.id)
        elif event == "refuse":
            await cast.services.invoices.cancel(merchant=shop, invoice_id=invoice.id)
        else:
            cast.clock.advance(days=4)

    async def story() -> None:
        if moment == "before the offer":
            await happens()
        offer = (await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")).offer
        reached.append("before confirm")
        if moment == "before confirm":
            await happens()
        await payments.confirm(holder=ann, offer_id=offer.id)
        reached.append("before the code")
        code = await cast.code()
        await happens()
        await payments.prove(holder=ann, offer_id=offer.id, typed=code)

    expected: tuple[type[WalletError], ...] = refusal if isinstance(refusal, tuple) else (refusal,)
    with pytest.raises((*expected, OfferWithdrawnError)):
        await story()
    await cast.deliver()

    assert ["before the offer", *reached][-1] == moment  # and no step later
    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []


async def test_too_little_money_is_said_before_anything(cast: Cast) -> None:
    """With what is needed and what is there."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 10_00)
    invoice = await cast.invoice(shop, 60_00)

    with pytest.raises(InsufficientFundsError) as refused:
        await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")

    assert refused.value.values == {
        "needed": Money(60_00, RUB),
        "available": Money(10_00, RUB),
    }


async def test_card_pays_within_its_limits(cast: Cast) -> None:
    """Per payment, per day, per month; what is held counts too; a refusal says what is left."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 1000_00)
    [card] = await cast.services.cards.listed(holder=ann)
    card = await cast.services.cards.limit(
        holder=ann, card_id=card.id, version=card.version, name="day", amount=Money(100_00, RUB)
    )
    source = f"card/{card.id}"
    await cast.pay(ann, await cast.invoice(shop, 70_00), source)

    with pytest.raises(CardLimitError) as refused:
        await cast.pay(ann, await cast.invoice(shop, 40_00), source)
    cast.clock.advance(days=1)
    await cast.pay(ann, await cast.invoice(shop, 41_00), source)

    assert refused.value.values["rule"] == "day"
    assert refused.value.values["left"] == Money(30_00, RUB)
    assert await cast.faults() == []


async def test_frozen_card_does_not_pay_but_the_account_does(cast: Cast) -> None:
    """Freezing a card is not locking the wallet."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    [card] = await cast.services.cards.listed(holder=ann)
    await cast.services.cards.freeze(holder=ann, card_id=card.id, version=card.version)
    invoice = await cast.invoice(shop, 10_00)

    _, sources = await cast.services.payments.sources(holder=ann, invoice_id=invoice.id)
    with pytest.raises(CardFrozenError):
        await cast.pay(ann, invoice, f"card/{card.id}")
    await cast.pay(ann, invoice)

    assert [type(each.obstacle) for each in sources] == [type(None), CardFrozenError]


async def test_single_use_card_closes_with_its_payment(cast: Cast) -> None:
    """A shop that keeps the number keeps nothing."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    card = await cast.services.cards.add(holder=ann, kind=CardKind.SINGLE_USE, key="u1")

    await cast.pay(ann, await cast.invoice(shop, 10_00), f"card/{card.id}")
    with pytest.raises(SourceUnknownError):
        await cast.pay(ann, await cast.invoice(shop, 10_00), f"card/{card.id}")

    assert card.id not in {each.id for each in await cast.services.cards.listed(holder=ann)}


async def test_dollar_invoice_is_paid_from_dollars(cast: Cast) -> None:
    """Roubles are not taken for it behind anybody's back, and not at all without a rate."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 5_00, of=USD)

    _, sources = await cast.services.payments.sources(holder=ann, invoice_id=invoice.id)
    with pytest.raises(InsufficientFundsError):
        await cast.pay(ann, invoice)
    await cast.fund(ann, 20_00, USD)
    await cast.pay(ann, invoice)

    assert [_obstacle(each) for each in sources] == [
        ("account", "insufficient_funds"),
        ("account/RUB", "rate_missing"),
        ("card", "rate_missing"),
    ]
    assert (await cast.available(ann), await cast.available(ann, USD)) == (100_00, 15_00)


def _obstacle(source: Source) -> tuple[str, str]:
    """The source's name, a card's without its id, and why it cannot pay."""
    name = "card" if source.card is not None else source.name
    return name, "" if source.obstacle is None else source.obstacle.code
