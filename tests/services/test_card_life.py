"""A card from its first day to its last: each change is kept, and the last one is final."""

import asyncio
from datetime import timedelta

import pytest

from services.card_details import REVEAL_LIFETIME, RevealNotFoundError
from services.card_rules import CardChangedError, CardKind, CardNotFoundError, CardState
from services.due import Housekeeping
from services.history import Step
from services.holders import Holder
from services.money import RUB, Money
from tests.cast import ANN, Cast


async def life(cast: Cast, card_id: str) -> list[Step]:
    return await cast.store.read(lambda book: book.steps.of(f"card/{card_id}"))


async def close(cast: Cast, holder: Holder, card_id: str) -> None:
    offer = await cast.services.cards.offer(
        holder=holder, card_id=card_id, kind="close", key=f"close {card_id}"
    )
    await cast.services.cards.close(holder=holder, offer_id=offer.id)


async def reissue(cast: Cast, holder: Holder, card_id: str) -> str:
    """The id of the offer, which was used."""
    offer = await cast.services.cards.offer(
        holder=holder, card_id=card_id, kind="reissue", key=f"reissue {card_id}"
    )
    await cast.services.cards.reissue(holder=holder, offer_id=offer.id)
    return offer.id


async def test_every_change_is_a_step_of_its_life(cast: Cast) -> None:
    """'Who froze it, and when' has an answer."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)
    card = await cards.freeze(holder=holder, card_id=card.id, version=card.version)
    card = await cards.unfreeze(holder=holder, card_id=card.id, version=card.version)
    limit = Money(5_00, RUB)
    await cards.limit(
        holder=holder, card_id=card.id, version=card.version, name="day", amount=limit
    )
    cast.clock.advance(minutes=1)
    await reissue(cast, holder, card.id)
    [fresh] = await cards.listed(holder=holder)
    cast.clock.now = fresh.expires_at
    await cast.deliver()

    old, new = await life(cast, card.id), await life(cast, fresh.id)
    assert [(step.event, step.state, step.actor, step.reason) for step in old] == [
        ("issue", "active", "wallet", ""),
        ("freeze", "frozen", "holder", ""),
        ("unfreeze", "active", "holder", ""),
        ("limit", "active", "holder", "day"),
        ("reissue", "reissued", "holder", ""),
    ]
    assert [(step.event, step.actor) for step in new] == [
        ("issue", "holder"),
        ("expire", "wallet"),
    ]


async def test_of_two_changes_at_once_one_is_told(cast: Cast) -> None:
    """Two screens of one card do not undo each other."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)

    outcomes = await asyncio.gather(
        *(
            cards.limit(holder=holder, card_id=card.id, version=1, name=name, amount=None)
            for name in ("payment", "day", "month")
        ),
        return_exceptions=True,
    )

    assert [type(each) for each in outcomes].count(CardChangedError) == 2


async def test_limit_is_taken_away_again(cast: Cast) -> None:
    """And the others stay as they are."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)
    for name in ("payment", "month"):
        card = await cards.limit(
            holder=holder,
            card_id=card.id,
            version=card.version,
            name=name,
            amount=Money(5_00, RUB),
        )

    card = await cards.limit(
        holder=holder, card_id=card.id, version=card.version, name="payment", amount=None
    )

    assert (card.limits.payment, card.limits.day, card.limits.month) == (None, None, 5_00)


async def test_month_starts_anew_with_the_month(cast: Cast) -> None:
    """What was spent in November does not count in December."""
    holder, shop, cards = await cast.join(), await cast.shop(), cast.services.cards
    await cast.fund(holder, 100_00)
    [card] = await cards.listed(holder=holder)
    limit = Money(50_00, RUB)
    await cards.limit(holder=holder, card_id=card.id, version=1, name="month", amount=limit)
    await cast.pay(holder, await cast.invoice(shop, 50_00), f"card/{card.id}")
    november = await cards.open(holder=holder, card_id=card.id)

    cast.clock.now = cast.clock.now.replace(month=12, day=1, hour=0)
    december = await cards.open(holder=holder, card_id=card.id)
    await cast.pay(holder, await cast.invoice(shop, 50_00), f"card/{card.id}")

    assert (november.spent_day.minor, november.spent_month.minor) == (50_00, 50_00)
    assert (december.spent_day.minor, december.spent_month.minor) == (0, 0)


async def test_card_is_good_to_the_last_moment_of_its_month(cast: Cast) -> None:
    """Even if the work that expires it has not run yet."""
    holder, shop = await cast.join(), await cast.shop()
    await cast.fund(holder, 100_00)
    [card] = await cast.services.cards.listed(holder=holder)
    offer = cast.services.payments.offer
    cast.clock.now = card.expires_at - timedelta(microseconds=1)
    invoices = [await cast.invoice(shop, 1_00) for _ in range(2)]

    await offer(holder=holder, invoice_id=invoices[0].id, source=f"card/{card.id}", key="u1")
    cast.clock.now = card.expires_at
    with pytest.raises(CardNotFoundError):
        await offer(holder=holder, invoice_id=invoices[1].id, source=f"card/{card.id}", key="u2")

    assert card.expires_at.month == (cast.clock.now.month)
    assert (card.expires, card.expires_at.day) == ("2911", 1)


async def test_early_and_repeated_expiry_change_nothing(cast: Cast) -> None:
    """Work may be done twice, and clocks of two machines differ."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)
    await cards.expire(card_id=card.id)
    early = await cards.listed(holder=holder)
    cast.clock.now = card.expires_at
    for card_id in (card.id, card.id, "nothing"):
        await cards.expire(card_id=card_id)

    assert [each.id for each in early] == [card.id]
    assert [step.event for step in await life(cast, card.id)] == ["issue", "expire"]


async def test_closed_card_leaves_nothing_to_do(cast: Cast) -> None:
    """Its expiry is not waited for, or thousands of dead cards would be."""
    holder, cards = await cast.join(), cast.services.cards
    await cast.deliver()
    [card] = await cards.listed(holder=holder)
    housekeeping = Housekeeping(store=cast.store, now=cast.clock)
    before = (await housekeeping.counts())["expire_card:due"]

    await close(cast, holder, card.id)
    await cards.expire(card_id=card.id)

    assert before == 1
    assert "expire_card:due" not in await housekeeping.counts()
    assert [step.event for step in await life(cast, card.id)] == ["issue", "close"]


async def test_successor_that_is_gone_too_is_not_shown(cast: Cast) -> None:
    """An old button of an old card shows neither the next card nor the one after it."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)
    used = await reissue(cast, holder, card.id)
    [second] = await cards.listed(holder=holder)
    await close(cast, holder, second.id)

    with pytest.raises(CardNotFoundError):
        await cards.reissue(holder=holder, offer_id=used)


async def test_offer_of_a_card_that_went_meanwhile_does_nothing(cast: Cast) -> None:
    """Two dialogs were open: the second finds the card gone and closes no other."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)
    offers = [
        await cards.offer(holder=holder, card_id=card.id, kind=kind, key=kind)
        for kind in ("close", "reissue")
    ]
    await cards.close(holder=holder, offer_id=offers[0].id)

    with pytest.raises(CardNotFoundError):
        await cards.reissue(holder=holder, offer_id=offers[1].id)

    assert await cards.listed(holder=holder) == []


async def test_frozen_card_stays_the_holders_to_see_and_close(cast: Cast) -> None:
    """Frozen is not gone: its details can be sent, and it can be ended."""
    holder, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=holder)
    await cards.freeze(holder=holder, card_id=card.id, version=card.version)

    reveal = await cast.services.card_details.send(holder=holder, card_id=card.id, key="u1")
    seen = await cast.services.card_details.see(telegram_id=ANN, reveal_id=reveal.id)
    await close(cast, holder, card.id)
    with pytest.raises(RevealNotFoundError):
        await cast.services.card_details.see(telegram_id=ANN, reveal_id=reveal.id)

    assert seen.last_four == card.last_four
    assert (await life(cast, card.id))[-1].state == CardState.CLOSED.value


async def test_single_use_card_that_was_refused_is_still_good(cast: Cast) -> None:
    """Only money that moved uses it up."""
    holder, shop = await cast.join(), await cast.shop()
    await cast.fund(holder, 100_00)
    card = await cast.services.cards.add(holder=holder, kind=CardKind.SINGLE_USE, key="u1")
    invoice = await cast.invoice(shop, 1_00)
    payments = cast.services.payments
    offer = await payments.offer(
        holder=holder, invoice_id=invoice.id, source=f"card/{card.id}", key="u2"
    )
    await payments.confirm(holder=holder, offer_id=offer.offer.id)
    await payments.withdraw(holder=holder, offer_id=offer.offer.id)

    await cast.pay(holder, await cast.invoice(shop, 2_00), f"card/{card.id}")

    assert (await life(cast, card.id))[-1].event == "close"
    assert await cast.available(holder) == 98_00


async def test_only_what_can_still_be_seen_is_announced(cast: Cast) -> None:
    """A message with a button that shows nothing would be a puzzle."""
    holder, details = await cast.join(), cast.services.card_details
    [card] = await cast.services.cards.listed(holder=holder)
    seen, late, gone = [
        (await details.send(holder=holder, card_id=card.id, key=key)).id for key in "abc"
    ]

    announced = await details.announced(reveal_id=seen)
    await details.see(telegram_id=ANN, reveal_id=seen)
    after_look = await details.announced(reveal_id=seen)
    cast.clock.now += REVEAL_LIFETIME
    too_late = await details.announced(reveal_id=late)
    with pytest.raises(RevealNotFoundError):
        await details.see(telegram_id=ANN, reveal_id=late)
    cast.clock.now -= REVEAL_LIFETIME
    await close(cast, holder, card.id)

    assert announced is not None
    assert announced.id == card.id
    assert (after_look, too_late) == (None, None)
    assert await details.announced(reveal_id=gone) is None
    assert await details.announced(reveal_id="nothing") is None


async def test_sms_of_a_card_that_went_meanwhile_is_not_sent(cast: Cast) -> None:
    """Its number is gone; nothing is left that could be told."""
    holder = await cast.join()
    [card] = await cast.services.cards.listed(holder=holder)
    await close(cast, holder, card.id)

    await cast.deliver()

    assert [each.template for each in cast.sms] == ["code_join"]
    with pytest.raises(CardNotFoundError):
        await cast.services.card_details.sms(card_id="nothing")
