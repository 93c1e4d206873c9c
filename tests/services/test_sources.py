"""Paying in another currency than one has: the cost is known before, and is what leaves."""

from datetime import timedelta
from typing import Any

import pytest

from services.ledger import InsufficientFundsError
from services.limit_rules import RuleName
from services.money import RUB, USD, Money
from services.offers import OfferExpiredError
from services.rates import RateStaleError
from services.sources import Rules, SourceUnknownError, let_go
from tests.cast import Cast


async def test_dollar_invoice_is_paid_from_roubles_at_the_rate_that_was_shown(cast: Cast) -> None:
    """The exchange and the payment are one transaction; the rate may move meanwhile."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 1_000_00)
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    invoice = await cast.invoice(shop, 5_00, of=USD)
    payments = cast.services.payments

    _, sources = await payments.sources(holder=ann, invoice_id=invoice.id)
    made = await payments.offer(
        holder=ann, invoice_id=invoice.id, source="account/RUB", key="exchanged"
    )
    await cast.services.rates.set(pair="USD/RUB", rate="99.99")
    await payments.confirm(holder=ann, offer_id=made.offer.id)
    reserved = await cast.available(ann)
    paid = await payments.prove(holder=ann, offer_id=made.offer.id, typed=await cast.code())

    assert sources[0].name == "account/RUB"
    assert sources[0].cost == made.source.cost == Money(462_50, RUB)
    assert made.source.conversion is not None
    assert (made.source.conversion.rate, made.source.conversion.source) == ("92.5", "operator")
    assert paid.payment is not None
    assert (paid.payment.amount, paid.payment.given) == (Money(5_00, USD), Money(462_50, RUB))
    assert (reserved, await cast.available(ann)) == (537_50, 537_50)
    assert await _posted(cast, f"payment:{paid.payment.id}") == [
        ("holder", "system", "462.50 RUB"),
        ("system", "merchant", "5.00 USD"),
    ]
    assert await cast.faults() == []


async def test_card_pays_in_another_currency_within_its_own_limits(cast: Cast) -> None:
    """The limit is of roubles, and so is what leaves."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 1_000_00)
    await cast.services.rates.set(pair="USD/RUB", rate="100")
    card = (await cast.services.cards.listed(holder=ann))[0]
    await cast.services.cards.limit(
        holder=ann, card_id=card.id, version=card.version, name="day", amount=Money(600_00, RUB)
    )
    first, second = [await cast.invoice(shop, 5_00, of=USD) for _ in range(2)]

    await cast.pay(ann, first, f"card/{card.id}")
    _, sources = await cast.services.payments.sources(holder=ann, invoice_id=second.id)

    by_card = next(each for each in sources if each.card is not None)
    assert by_card.obstacle is not None
    assert by_card.obstacle.code == "card_limit"
    assert by_card.obstacle.values["left"] == Money(100_00, RUB)
    assert await cast.faults() == []


async def test_refund_of_an_exchanged_payment_comes_in_the_invoices_currency(cast: Cast) -> None:
    """Nobody is made to exchange back; the dollars are the payer's."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 1_000_00)
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    invoice = await cast.invoice(shop, 5_00, of=USD)
    await cast.pay(ann, invoice, "account/RUB")

    await cast.services.refunds.refund(
        merchant=shop, invoice_id=invoice.id, amount=Money(2_00, USD), reason="one was broken"
    )

    assert await cast.available(ann, USD) == 2_00
    assert await cast.available(ann) == 537_50
    assert await cast.faults() == []


async def test_an_offer_keeps_its_rate_for_a_while_and_no_longer(cast: Cast) -> None:
    """Ten minutes; what was reserved is free again."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 1_000_00)
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    invoice = await cast.invoice(shop, 5_00, of=USD)
    payments = cast.services.payments
    made = await payments.offer(
        holder=ann, invoice_id=invoice.id, source="account/RUB", key="exchanged"
    )
    await payments.confirm(holder=ann, offer_id=made.offer.id)

    cast.clock.now += timedelta(minutes=10)
    await cast.deliver()

    with pytest.raises(OfferExpiredError):
        await payments.prove(holder=ann, offer_id=made.offer.id, typed="000000")
    assert await cast.available(ann) == 1_000_00
    assert await cast.faults() == []


async def test_stale_rate_and_poor_account_are_said_before_anything_happens(cast: Cast) -> None:
    """The reason is beside the source, and choosing it all the same says it again."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    invoice = await cast.invoice(shop, 5_00, of=USD)
    payments = cast.services.payments

    with pytest.raises(InsufficientFundsError):
        await payments.offer(holder=ann, invoice_id=invoice.id, source="account/RUB", key="1")
    cast.clock.now += timedelta(days=30)
    fresh = await cast.invoice(shop, 1_00, of=USD)
    with pytest.raises(RateStaleError):
        await payments.offer(holder=ann, invoice_id=fresh.id, source="account/RUB", key="2")


@pytest.mark.parametrize("name", ["account/EUR", "card/unknown", "purse", ""])
async def test_unknown_source_pays_nothing(cast: Cast, name: str) -> None:
    """Names come from buttons, and buttons may be forged."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 5_00)

    with pytest.raises(SourceUnknownError):
        await cast.services.payments.offer(
            holder=ann, invoice_id=invoice.id, source=name, key="key"
        )


async def test_what_is_held_for_one_cannot_pay_another(cast: Cast) -> None:
    """It is said beside the source, before anybody confirms."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    first, second = [await cast.invoice(shop, 60_00) for _ in range(2)]
    payments = cast.services.payments
    made = await payments.offer(holder=ann, invoice_id=first.id, key="first")
    await payments.confirm(holder=ann, offer_id=made.offer.id)

    _, sources = await payments.sources(holder=ann, invoice_id=second.id)

    said = [each.obstacle for each in sources if each.card is None]
    assert [each.values["available"] for each in said if each] == [Money(40_00, RUB)]


async def test_what_was_let_go_is_given_back_once(cast: Cast) -> None:
    """However often: else each time would make new room in the limits."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    await cast.pay(ann, await cast.invoice(shop, 30_00))
    waiting = await cast.invoice(shop, 20_00)
    payments = cast.services.payments
    made = await payments.offer(holder=ann, invoice_id=waiting.id, key="waits")
    held = await payments.confirm(holder=ann, offer_id=made.offer.id)
    assert held.payment is not None
    hold = held.payment.hold or ""
    await payments.withdraw(holder=ann, offer_id=made.offer.id)

    def again(book: Any) -> None:
        let_go(book, Rules(), ann.id, "invoice", hold, at=cast.clock())

    await cast.store.write(again)

    lines = (await cast.services.limits.show(holder=ann, currencies=(RUB,)))[RUB]
    day = next(each for each in lines if each.rule.key.name is RuleName.DAY)
    assert day.used == Money(30_00, RUB)
    assert await cast.faults() == []


async def _posted(cast: Cast, key: str) -> list[tuple[str, str, str]]:
    """Who gave whom how much under that key."""
    found = await cast.store.read(lambda book: book.ledger.posted(key))
    assert found is not None
    return [
        (each.debit.partition("/")[0].partition(":")[0],
         each.credit.partition("/")[0].partition(":")[0], str(each.amount))
        for each in found.transaction.transfers
    ]  # fmt: skip
