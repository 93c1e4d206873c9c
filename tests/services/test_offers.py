"""Offers: the key that made one makes no other, and shows it to nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services import offers
from services.due import Housekeeping
from services.errors import KeyReusedError
from services.offers import (
    LIFETIME,
    OfferExpiredError,
    OfferState,
    OfferUsedError,
    OfferWithdrawnError,
)
from tests.cast import BOB, OTHER_PHONE, Cast


async def test_key_of_one_person_shows_nothing_to_another(cast: Cast) -> None:
    """Keys come from Telegram's update ids, which start anew with another bot token."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    shop, offer = await cast.shop(), cast.services.payments.offer
    for holder in (ann, bob):
        await cast.fund(holder, 100_00)
    invoice = await cast.invoice(shop, 5_00, phone=None)
    other = await cast.invoice(shop, 5_00, phone=None)
    await offer(holder=ann, invoice_id=invoice.id, key="update:1")

    with pytest.raises(KeyReusedError):
        await offer(holder=bob, invoice_id=invoice.id, key="update:1")
    with pytest.raises(KeyReusedError):
        await offer(holder=ann, invoice_id=other.id, key="update:1")


async def test_key_of_one_question_answers_no_other(cast: Cast) -> None:
    """Close this card is not: re-issue it, close that one, or unlock."""
    ann, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=ann)
    first = await cards.offer(holder=ann, card_id=card.id, kind="close", key="update:1")

    again = await cards.offer(holder=ann, card_id=card.id, kind="close", key="update:1")
    with pytest.raises(KeyReusedError):
        await cards.offer(holder=ann, card_id=card.id, kind="reissue", key="update:1")
    with pytest.raises(KeyReusedError):
        await cast.services.wallets.ask_unlock(holder=ann, key="update:1")

    assert again == first


@pytest.mark.parametrize(
    ("event", "state", "refusal"),
    [
        ("use", OfferState.USED, OfferUsedError),
        ("withdraw", OfferState.WITHDRAWN, OfferWithdrawnError),
        ("expire", OfferState.EXPIRED, OfferExpiredError),
    ],
)
async def test_offer_that_has_ended_is_over(
    cast: Cast, event: str, state: OfferState, refusal: type[Exception]
) -> None:
    """It says how it ended, its code is void, and its expiry is waited for no longer."""
    ann, at = await cast.join(), cast.clock()
    await cast.deliver()
    asked = await cast.services.wallets.ask_unlock(holder=ann, key="u1")

    ended = await cast.store.write(lambda book: offers.move(book, asked, event))
    with pytest.raises(refusal):
        await cast.store.read(lambda book: offers.alive(book, ann.id, asked.id, "unlock", at))
    code = await cast.store.read(lambda book: book.codes.find(asked.code_id or ""))

    assert ended.state is state
    assert code is not None
    assert code.state.value == "void"
    counts = await Housekeeping(store=cast.store, now=cast.clock).counts()
    assert "expire_offer:due" not in counts


async def test_offer_waits_to_the_second(cast: Cast) -> None:
    """Even if the work that expires it has not run yet."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments, made = cast.services.payments, []
    for number in range(2):
        invoice = await cast.invoice(shop, 5_00)
        made.append(
            (await payments.offer(holder=ann, invoice_id=invoice.id, key=f"u{number}")).offer
        )
    cast.clock.now += LIFETIME - timedelta(microseconds=1)
    confirmed = await payments.confirm(holder=ann, offer_id=made[0].id)
    cast.clock.now += timedelta(microseconds=1)

    with pytest.raises(OfferExpiredError):
        await payments.confirm(holder=ann, offer_id=made[1].id)

    assert confirmed.offer.state is OfferState.CONFIRMED


async def test_offer_that_was_moved_meanwhile_is_not_moved_again(cast: Cast) -> None:
    """What a function read a moment ago may be old: the state is compared as it is written."""
    ann, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=ann)
    read = await cards.offer(holder=ann, card_id=card.id, kind="close", key="u1")
    await cast.store.write(lambda book: offers.move(book, read, "withdraw"))

    with pytest.raises(OfferUsedError):
        await cast.store.write(lambda book: offers.move(book, read, "use"))


async def test_digest_follows_what_is_confirmed(cast: Cast) -> None:
    """The code of one offer must not fit another, or the same one with other content."""
    ann, cards = await cast.join(), cast.services.cards
    [card] = await cards.listed(holder=ann)
    offer = await cards.offer(holder=ann, card_id=card.id, kind="close", key="u1")

    others = [
        replace(offer, id="x"),
        replace(offer, kind="reissue"),
        replace(offer, subject="card/x"),
        replace(offer, content={"card": "x"}),
    ]

    assert len({each.digest for each in (offer, *others)}) == 5
    assert replace(offer, state=OfferState.CONFIRMED).digest == offer.digest
