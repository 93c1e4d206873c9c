"""Races about one card, and about how many there are."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.card_rules import Card, CardKind
from services.holders import Holder
from services.money import RUB, Money
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@alike
async def single_use_card_used_twice(stage: Stage) -> Race:
    """Two codes at once: the card closes with the first payment."""
    holder, card = await _carded(stage, CardKind.SINGLE_USE)
    offers = [await _confirmed(stage, holder, card) for _ in range(2)]
    return Race(
        await _prove(stage, stage.first, holder, offers[0]),
        await _prove(stage, stage.second, holder, offers[1]),
        _left(stage, holder),
    )


@alike
async def card_limit_spent_twice(stage: Stage) -> Race:
    """The day's limit has room for one of two payments."""
    holder, card = await _carded(stage)
    cards = stage.first.services.cards
    await cards.limit(
        holder=holder, card_id=card.id, version=card.version, name="day", amount=Money(50_00, RUB)
    )
    offers = [await _offered(stage, holder, card) for _ in range(2)]
    return Race(
        _confirm(stage.first, holder, offers[0]),
        _confirm(stage.second, holder, offers[1]),
        _left(stage, holder),
    )


async def confirm_and_limit(stage: Stage) -> Race:
    """A limit is set while a payment that passes it is confirmed."""
    holder, card = await _carded(stage)
    offer_id = await _offered(stage, holder, card)

    async def limit() -> str:
        changed = await stage.second.services.cards.limit(
            holder=holder, card_id=card.id, version=1, name="payment", amount=Money(1_00, RUB)
        )
        return changed.state.value

    return Race(_confirm(stage.first, holder, offer_id), limit, _left(stage, holder))


async def confirm_and_freeze(stage: Stage) -> Race:
    """The card is frozen while a payment is confirmed."""
    holder, card = await _carded(stage)
    offer_id = await _offered(stage, holder, card)
    return Race(
        _confirm(stage.first, holder, offer_id),
        _freeze(stage.second, holder, card),
        _left(stage, holder),
    )


async def pay_and_freeze(stage: Stage) -> Race:
    """The card is frozen while the code is typed."""
    holder, card = await _carded(stage)
    offer_id = await _confirmed(stage, holder, card)
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        _freeze(stage.second, holder, card),
        _left(stage, holder),
    )


async def pay_and_close(stage: Stage) -> Race:
    """A single-use card is closed by hand while it closes by paying."""
    holder, card = await _carded(stage, CardKind.SINGLE_USE)
    offer_id = await _confirmed(stage, holder, card)
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        await _end(stage, stage.second, holder, card, "close"),
        _left(stage, holder),
    )


async def reissue_and_freeze(stage: Stage) -> Race:
    """One card becomes one other, or none."""
    holder, card = await _carded(stage)
    return Race(
        await _end(stage, stage.first, holder, card, "reissue"),
        _freeze(stage.second, holder, card),
        _left(stage, holder),
    )


@alike
async def reissue_twice(stage: Stage) -> Race:
    """Two taps on one question make one new card."""
    holder, card = await _carded(stage)
    cards = stage.first.services.cards
    offer = await cards.offer(holder=holder, card_id=card.id, kind="reissue", key=f"r:{card.id}")

    def act(process: Process) -> Act:
        return _state(lambda: process.services.cards.reissue(holder=holder, offer_id=offer.id))

    return Race(act(stage.first), act(stage.second), _left(stage, holder))


@alike
async def the_same_card_added_twice(stage: Stage) -> Race:
    """An update that two processes were given makes one card."""
    holder = await stage.person()
    return both(stage, lambda each: _add(each, holder, "tap"), _left(stage, holder))


@alike
async def the_last_card_added_twice(stage: Stage) -> Race:
    """Four are open, and five is the most."""
    holder = await stage.person()
    for number in range(4):
        await _add(stage.first, holder, f"{number}")()
    first, second = _add(stage.first, holder, "a"), _add(stage.second, holder, "b")
    return Race(first, second, _left(stage, holder))


@alike
async def the_last_sending_of_details(stage: Stage) -> Race:
    """Four were sent today, and five is the most."""
    holder, card = await _carded(stage)
    for number in range(4):
        await _send(stage.first, holder, card, f"{number}")()
    first, second = _send(stage.first, holder, card, "a"), _send(stage.second, holder, card, "b")
    return Race(first, second, _left(stage, holder))


@alike
async def the_same_sending_of_details(stage: Stage) -> Race:
    """An update that two processes were given sends one SMS."""
    holder, card = await _carded(stage)
    return both(stage, lambda each: _send(each, holder, card, "tap"), _left(stage, holder))


@alike
async def two_looks_at_the_details(stage: Stage) -> Race:
    """They are shown once."""
    holder, card = await _carded(stage)
    telegram_id = int(holder.phone[1:])
    sent = await stage.first.services.card_details.send(
        holder=holder, card_id=card.id, key=f"look:{card.id}"
    )
    stage.rows(
        "UPDATE holders SET telegram_id = %s WHERE id = %s RETURNING id", telegram_id, holder.id
    )

    def act(process: Process) -> Act:
        async def see() -> str:
            rest = await process.services.card_details.see(
                telegram_id=telegram_id, reveal_id=sent.id
            )
            return rest.expires

        return see

    return Race(act(stage.first), act(stage.second), _left(stage, holder))


async def _carded(stage: Stage, kind: CardKind = CardKind.VIRTUAL) -> tuple[Holder, Card]:
    holder = await stage.person()
    card = await stage.first.services.cards.add(holder=holder, kind=kind, key=f"c:{holder.id}")
    return holder, card


async def _offered(stage: Stage, holder: Holder, card: Card) -> str:
    invoice = await stage.invoice(await stage.shop(), 40_00, holder)
    return await stage.offered(holder, invoice, f"card/{card.id}")


async def _confirmed(stage: Stage, holder: Holder, card: Card) -> str:
    offer_id = await _offered(stage, holder, card)
    await stage.first.services.payments.confirm(holder=holder, offer_id=offer_id)
    return offer_id


def _confirm(process: Process, holder: Holder, offer_id: str) -> Act:
    async def confirm() -> str:
        told = await process.services.payments.confirm(holder=holder, offer_id=offer_id)
        return told.offer.state.value

    return confirm


async def _prove(stage: Stage, process: Process, holder: Holder, offer_id: str) -> Act:
    digits = await stage.digits(offer_id)

    async def prove() -> str:
        payments = process.services.payments
        told = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    return prove


def _freeze(process: Process, holder: Holder, card: Card) -> Act:
    cards = process.services.cards
    return _state(lambda: cards.freeze(holder=holder, card_id=card.id, version=1))


async def _end(stage: Stage, process: Process, holder: Holder, card: Card, kind: str) -> Act:
    cards = stage.first.services.cards
    offer = await cards.offer(holder=holder, card_id=card.id, kind=kind, key=f"{kind}:{card.id}")
    act: Callable[..., Awaitable[Card]] = getattr(process.services.cards, kind)
    return _state(lambda: act(holder=holder, offer_id=offer.id))


def _add(process: Process, holder: Holder, key: str) -> Act:
    cards, named = process.services.cards, f"{key}:{holder.id}"
    return _state(lambda: cards.add(holder=holder, kind=CardKind.VIRTUAL, key=named))


def _send(process: Process, holder: Holder, card: Card, key: str) -> Act:
    async def send() -> str:
        details = process.services.card_details
        await details.send(holder=holder, card_id=card.id, key=f"{key}:{card.id}")
        return "sent"

    return send


def _state(ask: Callable[[], Awaitable[Any]]) -> Act:
    async def act() -> str:
        state: str = (await ask()).state.value
        return state

    return act


def _left(stage: Stage, holder: Holder) -> Callable[[], object]:
    """The holder's cards, sendings, payments and money."""

    def left() -> object:
        return (
            stage.seen("cards", "holder", holder.id, "kind, state, version, limit_payment"),
            stage.seen("reveals", "holder", holder.id, "seen_at IS NULL"),
            stage.seen("payments", "holder", holder.id, "state"),
            stage.seen("offers", "holder", holder.id, "kind, state"),
            stage.account(holder.owner),
        )

    return left


CARDS: tuple[Scene, ...] = (
    single_use_card_used_twice,
    card_limit_spent_twice,
    confirm_and_limit,
    confirm_and_freeze,
    pay_and_freeze,
    pay_and_close,
    reissue_and_freeze,
    reissue_twice,
    the_same_card_added_twice,
    the_last_card_added_twice,
    the_last_sending_of_details,
    the_same_sending_of_details,
    two_looks_at_the_details,
)
