"""Cards: what their owner sees and does, and what nobody ever sees whole."""

import pytest

from services.card_details import SENDS_PER_DAY_MAX, RevealNotFoundError, TooManySendsError
from services.card_numbers import BIN, NUMBER_LENGTH, draw_numbers, number_index, with_check_digit
from services.card_rules import (
    CARDS_MAX,
    CardChangedError,
    CardKind,
    CardNotFoundError,
    CardState,
    LimitUnknownError,
    TooManyCardsError,
)
from services.holders import WalletLockedError
from services.money import RUB, Money
from services.offers import OfferNotFoundError
from services.states import StateError
from services.vault import Vault
from tests.cast import ANN, BOB, OTHER_PHONE, Cast


def test_numbers_are_ours_and_check() -> None:
    """They begin with our digits and pass the check that shops make."""
    for number in draw_numbers():
        assert number.startswith(BIN)
        assert len(number) == NUMBER_LENGTH
        assert with_check_digit(number[:-1]) == number
    assert with_check_digit("7992739871") == "79927398713"  # the standard's own example


async def test_details_travel_by_two_roads(cast: Cast) -> None:
    """Neither the SMS nor the page has enough to pay with (B4)."""
    holder = await cast.join()
    await cast.deliver()
    sms = cast.sms[-1].values
    reveal_id = cast.sent[-1].payload["subject"].removeprefix("reveal/")

    rest = await cast.services.card_details.see(telegram_id=ANN, reveal_id=reveal_id)

    assert set(sms) == {"number", "code_start"}
    assert len(str(sms["code_start"])) == 1
    assert len(rest.code_end) == 2
    assert rest.last_four == str(sms["number"])[-4:]
    assert not hasattr(rest, "number")
    assert holder.telegram_id == ANN


async def test_page_is_seen_once_and_by_its_owner(cast: Cast) -> None:
    """A link that leaks shows nothing."""
    await cast.join()
    await cast.join(BOB, OTHER_PHONE)
    await cast.deliver()
    reveals = [w.payload["subject"].removeprefix("reveal/") for w in cast.sent]
    see = cast.services.card_details.see

    with pytest.raises(RevealNotFoundError):
        await see(telegram_id=BOB, reveal_id=reveals[0])
    await see(telegram_id=ANN, reveal_id=reveals[0])
    with pytest.raises(RevealNotFoundError):
        await see(telegram_id=ANN, reveal_id=reveals[0])
    cast.clock.advance(minutes=10)
    with pytest.raises(RevealNotFoundError):
        await see(telegram_id=BOB, reveal_id=reveals[1])


async def test_details_are_sent_so_many_times_a_day(cast: Cast) -> None:
    """The page says how many are left before one is used, and when there will be more."""
    holder = await cast.join()
    [card] = await cast.services.cards.listed(holder=holder)
    send = cast.services.card_details.send
    first = await cast.services.cards.open(holder=holder, card_id=card.id)

    for number in range(SENDS_PER_DAY_MAX - 1):
        await send(holder=holder, card_id=card.id, key=f"u{number}")
        await send(holder=holder, card_id=card.id, key=f"u{number}")  # a redelivered update
    with pytest.raises(TooManySendsError) as refused:
        await send(holder=holder, card_id=card.id, key="one too many")
    cast.clock.advance(days=1)
    await send(holder=holder, card_id=card.id, key="next day")

    assert first.quota.left == SENDS_PER_DAY_MAX - 1
    assert refused.value.values["retry_at"] == first.quota.until


async def test_reissued_card_is_gone_at_the_same_moment(cast: Cast, vault: Vault) -> None:
    """It can be neither seen nor charged, and its number finds nothing (B5)."""
    holder = await cast.join()
    await cast.deliver()
    old_number = str(cast.sms[-1].values["number"])
    [old] = await cast.services.cards.listed(holder=holder)
    cards = cast.services.cards
    offer = await cards.offer(holder=holder, card_id=old.id, kind="reissue", key="u1")

    fresh = await cards.reissue(holder=holder, offer_id=offer.id)
    again = await cards.reissue(holder=holder, offer_id=offer.id)
    await cast.deliver()

    found = await cast.store.read(
        lambda book: book.cards.with_index(number_index(vault, old_number))
    )
    kept = await cast.store.read(lambda book: book.cards.number(old.id))
    assert (found, kept) == (None, None)
    assert again.id == fresh.id
    assert fresh.last_four == str(cast.sms[-1].values["number"])[-4:]
    assert str(cast.sms[-1].values["number"]) != old_number
    with pytest.raises(CardNotFoundError):
        await cards.open(holder=holder, card_id=old.id)
    with pytest.raises(CardNotFoundError):
        await cast.services.card_details.sms(card_id=old.id)


async def test_limits_move_to_the_new_card(cast: Cast) -> None:
    """Re-issuing must not widen what a card may do."""
    holder = await cast.join()
    [card] = await cast.services.cards.listed(holder=holder)
    cards = cast.services.cards
    limit = Money(5_00, RUB)
    card = await cards.limit(holder=holder, card_id=card.id, version=1, name="day", amount=limit)
    offer = await cards.offer(holder=holder, card_id=card.id, kind="reissue", key="u1")

    fresh = await cards.reissue(holder=holder, offer_id=offer.id)

    assert fresh.limits.day == 5_00


async def test_old_buttons_do_nothing(cast: Cast) -> None:
    """The version on the button tells that the card has changed since."""
    holder = await cast.join()
    [card] = await cast.services.cards.listed(holder=holder)
    cards = cast.services.cards

    frozen = await cards.freeze(holder=holder, card_id=card.id, version=card.version)
    with pytest.raises(CardChangedError):
        await cards.freeze(holder=holder, card_id=card.id, version=card.version)
    with pytest.raises(StateError):
        await cards.freeze(holder=holder, card_id=card.id, version=frozen.version)
    active = await cards.unfreeze(holder=holder, card_id=card.id, version=frozen.version)

    assert (frozen.state, active.state) == (CardState.FROZEN, CardState.ACTIVE)


async def test_another_persons_card_does_not_exist(cast: Cast) -> None:
    """Not 'forbidden': nothing is said about it at all."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    [card] = await cast.services.cards.listed(holder=ann)
    cards = cast.services.cards
    offer = await cards.offer(holder=ann, card_id=card.id, kind="close", key="u1")

    for forbidden in (
        cards.open(holder=bob, card_id=card.id),
        cards.freeze(holder=bob, card_id=card.id, version=1),
        cards.limit(holder=bob, card_id=card.id, version=1, name="day", amount=None),
        cards.offer(holder=bob, card_id=card.id, kind="reissue", key="u2"),
        cast.services.card_details.send(holder=bob, card_id=card.id, key="u3"),
    ):
        with pytest.raises(CardNotFoundError):
            await forbidden
    with pytest.raises(OfferNotFoundError):
        await cards.close(holder=bob, offer_id=offer.id)
    with pytest.raises(OfferNotFoundError):
        await cards.reissue(holder=ann, offer_id=offer.id)  # an offer to close is no other


async def test_cards_are_added_and_closed(cast: Cast) -> None:
    """Up to a number; a closed one makes room."""
    holder = await cast.join()
    cards = cast.services.cards
    added = [
        await cards.add(holder=holder, kind=CardKind.VIRTUAL, key=f"u{number}")
        for number in range(CARDS_MAX - 1)
    ]
    again = await cards.add(holder=holder, kind=CardKind.VIRTUAL, key="u0")
    with pytest.raises(TooManyCardsError):
        await cards.add(holder=holder, kind=CardKind.VIRTUAL, key="more")
    offer = await cards.offer(holder=holder, card_id=added[0].id, kind="close", key="c")

    closed = [await cards.close(holder=holder, offer_id=offer.id) for _ in range(2)]
    await cards.add(holder=holder, kind=CardKind.SINGLE_USE, key="now there is room")

    assert again.id == added[0].id
    assert [each.state for each in closed] == [CardState.CLOSED] * 2


async def test_locked_wallet_adds_no_card(cast: Cast) -> None:
    """A thief with the phone must not get a fresh card."""
    holder = await cast.join()
    await cast.services.wallets.lock(holder=holder)

    with pytest.raises(WalletLockedError):
        await cast.services.cards.add(holder=holder, kind=CardKind.VIRTUAL, key="u1")


async def test_card_expires_by_itself(cast: Cast) -> None:
    """After its last month it is over, and its number is gone."""
    holder = await cast.join()
    [card] = await cast.services.cards.listed(holder=holder)
    cast.clock.now = card.expires_at

    await cast.deliver()

    assert await cast.services.cards.listed(holder=holder) == []
    assert await cast.store.read(lambda book: book.cards.number(card.id)) is None


async def test_unknown_limit_is_refused(cast: Cast) -> None:
    """The name comes from a button, which can be forged."""
    holder = await cast.join()
    [card] = await cast.services.cards.listed(holder=holder)

    with pytest.raises(LimitUnknownError):
        await cast.services.cards.limit(
            holder=holder, card_id=card.id, version=1, name="year", amount=None
        )
