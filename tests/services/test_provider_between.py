"""What comes between the steps of paying a provider: nobody gains or loses by it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.breakers import ProviderDownError
from services.card_rules import Card, CardKind
from services.catalogue import ProviderNotFoundError
from services.connections import Answer, Outcome
from services.errors import WalletError
from services.holders import Holder
from services.levels import Level
from services.limit_rules import RuleKey, RuleName
from services.limits import LimitExceededError
from services.money import RUB, Currency, Money
from services.provider_life import Order, ProviderPaymentState
from services.provider_payments import ProviderProposal
from services.provider_sending import ASKED_FOR
from tests.cast import Cast
from tests.catalogue import DRAGONS, STEAM, order

BUSY = Answer(Outcome.LATER, "busy", "1")


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """Somebody with two thousand roubles, and a catalogue."""
    await cast.open_catalogue()
    holder = await cast.join()
    await cast.fund(holder, 2_000_00)
    return holder


async def held(
    cast: Cast, holder: Holder, wanted: Order, source: str = "account", key: str = "held"
) -> tuple[ProviderProposal, str]:
    """Confirmed, with the code that would carry it out."""
    payments = cast.services.provider_payments
    made = await payments.offer(holder=holder, order=wanted, source=source, key=key)
    shown = await payments.confirm(holder=holder, offer_id=made.offer.id)
    return shown, await cast.code()


async def test_provider_withdrawn_before_the_code_is_not_paid(cast: Cast, ann: Holder) -> None:
    """The operator has closed it for a reason; the money is free at once."""
    shown, code = await held(cast, ann, order())

    await cast.services.catalogue_imports.close(provider_id=STEAM.id, reason="insolvent")
    with pytest.raises(ProviderNotFoundError):
        await cast.services.provider_payments.prove(
            holder=ann, offer_id=shown.offer.id, typed=code
        )
    await cast.deliver()

    assert cast.billing.asked == []
    assert await cast.available(ann) == 2_000_00
    assert await cast.faults() == []


async def test_provider_that_was_never_reached_in_a_day_has_certainly_credited_nothing(
    cast: Cast, ann: Holder
) -> None:
    """Every attempt was answered with "not now": nobody has to ask the operator for it."""
    cast.billing.pays.extend([BUSY] * 1000)
    payment = await cast.pay_provider(ann, order())

    for _ in range(ASKED_FOR // timedelta(minutes=30) + 4):
        await cast.deliver()
        cast.clock.now += timedelta(minutes=30)

    shown = await cast.services.provider_payments.receipt(holder=ann, payment_id=payment.id)
    assert shown.payment is not None
    assert shown.payment.state is ProviderPaymentState.FAILED
    assert await cast.available(ann) == 2_000_00
    assert await cast.faults() == []


async def _frozen(cast: Cast, ann: Holder, card: Card) -> None:
    await cast.services.cards.freeze(holder=ann, card_id=card.id, version=card.version)


async def test_card_that_was_frozen_before_the_code_pays_nothing(cast: Cast, ann: Holder) -> None:
    """Also where it is exchanged on the way; account and limits are as before."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    card = (await cast.services.cards.listed(holder=ann))[0]
    shown, code = await held(cast, ann, order(5_00, DRAGONS), f"card/{card.id}")

    await _frozen(cast, ann, card)
    with pytest.raises(WalletError) as refused:
        await cast.services.provider_payments.prove(
            holder=ann, offer_id=shown.offer.id, typed=code
        )

    assert refused.value.code == "card_frozen"
    assert await cast.available(ann) == 2_000_00
    assert await used(cast, ann) == (0, 0)
    assert await cast.faults() == []


async def used(cast: Cast, holder: Holder, of: Currency = RUB) -> tuple[int, int]:
    """What counts against the limits of today: amount and number of all kinds."""
    lines = (await cast.services.limits.show(holder=holder, currencies=(of,)))[of]
    day = next(each for each in lines if each.rule.key.name is RuleName.DAY)
    count = next(each for each in lines if each.rule.key.name is RuleName.DAY_COUNT)
    assert isinstance(day.used, Money)
    assert isinstance(count.used, int)
    return day.used.minor, count.used


async def test_credit_that_comes_after_the_money_was_given_back_is_not_lost(
    cast: Cast, ann: Holder
) -> None:
    """An attempt outlived a day and the operator's word: nothing moves twice, and it is noted."""
    payment = await cast.pay_provider(ann, order())
    sending = cast.services.provider_sending
    begun = await sending._begin(payment.id)  # and stands still
    assert begun is not None
    cast.clock.now += ASKED_FOR
    await cast.deliver()
    await sending.resolve(payment_id=payment.id, paid=False, reason="no answer", actor="operator")

    late = await sending._conclude(*begun, Answer(Outcome.DONE, code="0"))

    steps = await cast.store.read(lambda book: book.steps.of(f"provider_payment/{payment.id}"))
    assert late.state is ProviderPaymentState.FAILED
    assert (steps[-1].event, steps[-1].state, steps[-1].reason) == (
        "ask",
        "failed",
        "credited too late",
    )
    assert await cast.available(ann) == 2_000_00
    assert await cast.faults() == []


async def test_what_was_let_go_after_midnight_is_given_back_to_its_own_day(
    cast: Cast, ann: Holder
) -> None:
    """The new day has all of its room, and the month too; the old one has it back."""
    cast.clock.now = cast.clock.now.replace(month=11, day=30, hour=23, minute=55)
    shown, _ = await held(cast, ann, order())
    before = await used(cast, ann)

    cast.clock.now = shown.offer.expires_at
    await cast.deliver()
    after = await used(cast, ann)
    cast.clock.now = cast.clock.now.replace(month=11, day=30, hour=23, minute=59)

    assert before == (515_00, 1)
    assert after == await used(cast, ann) == (0, 0)
    assert await cast.faults() == []


async def test_level_that_fell_meanwhile_keeps_what_is_held_and_allows_no_more(
    cast: Cast, ann: Holder
) -> None:
    """What was confirmed is carried out; the next is measured by the lower level."""
    await cast.services.limits.set(
        key=RuleKey(Level.EMAIL, RUB, "provider", RuleName.DAY), value=600_00
    )
    await cast.services.limits.set(
        key=RuleKey(Level.PHONE, RUB, "provider", RuleName.DAY), value=100_00
    )
    await _level(cast, ann, Level.EMAIL)
    shown, code = await held(cast, ann, order())

    await _level(cast, ann, Level.PHONE)
    await cast.services.provider_payments.prove(holder=ann, offer_id=shown.offer.id, typed=code)
    await cast.deliver()
    with pytest.raises(LimitExceededError) as refused:
        await held(cast, ann, order(50_00), key="next")

    assert refused.value.values["left"] == Money(0, RUB)
    assert await cast.available(ann) == 1_485_00
    assert await cast.faults() == []


async def _level(cast: Cast, holder: Holder, level: Level) -> None:
    def work(book: Any) -> None:
        book.holders.change(replace(book.holders.find(holder.id), level=level))

    await cast.store.write(work)


async def _go_down(cast: Cast, ann: Holder) -> None:
    """The provider does not answer, until the breaker is open."""
    cast.billing.is_silent = True
    for number in range(6):
        with pytest.raises(WalletError):
            await cast.services.provider_payments.offer(
                holder=ann, order=order(login="whoever"), key=f"down {number}"
            )


async def test_provider_that_went_down_before_confirm_holds_nothing(
    cast: Cast, ann: Holder
) -> None:
    """Nobody's money waits for who does not answer."""
    payments = cast.services.provider_payments
    made = await payments.offer(holder=ann, order=order(), key="pay")

    await _go_down(cast, ann)
    with pytest.raises(ProviderDownError):
        await payments.confirm(holder=ann, offer_id=made.offer.id)

    assert await cast.available(ann) == 2_000_00
    assert await used(cast, ann) == (0, 0)


async def test_provider_that_went_down_before_the_code_is_not_paid(
    cast: Cast, ann: Holder
) -> None:
    """The money is free at once."""
    shown, code = await held(cast, ann, order())

    await _go_down(cast, ann)
    with pytest.raises(ProviderDownError):
        await cast.services.provider_payments.prove(
            holder=ann, offer_id=shown.offer.id, typed=code
        )

    assert cast.billing.asked == []
    assert await cast.available(ann) == 2_000_00
    assert await cast.faults() == []


async def test_single_use_card_pays_one_provider(cast: Cast, ann: Holder) -> None:
    """Two payments may wait for their codes; the second is refused, and its money is free."""
    card = await cast.services.cards.add(holder=ann, kind=CardKind.SINGLE_USE, key="card")
    source = f"card/{card.id}"
    first, code = await held(cast, ann, order(), source, "first")
    second, other = await held(cast, ann, order(login="another"), source, "second")
    prove = cast.services.provider_payments.prove

    await prove(holder=ann, offer_id=first.offer.id, typed=code)
    with pytest.raises(WalletError) as refused:
        await prove(holder=ann, offer_id=second.offer.id, typed=other)
    await cast.deliver()

    assert refused.value.code == "card_frozen"
    assert len(cast.billing.credited) == 1
    assert await cast.available(ann) == 1_485_00
    assert await cast.faults() == []


async def test_answer_that_outlived_the_day_still_settles(cast: Cast, ann: Holder) -> None:
    """Nobody could tell any more, and then the first worker hears that it was credited."""
    payment = await cast.pay_provider(ann, order())
    sending = cast.services.provider_sending
    begun = await sending._begin(payment.id)  # and stands still
    assert begun is not None
    cast.clock.now += ASKED_FOR
    await cast.deliver()

    late = await sending._conclude(*begun, Answer(Outcome.DONE, code="0"))

    assert late.state is ProviderPaymentState.DONE
    assert await cast.available(ann) == 1_485_00
    assert await cast.faults() == []


async def test_payment_is_changed_only_from_where_it_was_seen(cast: Cast, ann: Holder) -> None:
    """Whoever comes second changes nothing, on either engine."""
    payment = await cast.pay_provider(ann, order())
    failed = replace(payment, state=ProviderPaymentState.FAILED)

    is_changed = await cast.store.write(
        lambda book: book.provider_payments.change(failed, was=ProviderPaymentState.HELD)
    )

    shown = await cast.services.provider_payments.receipt(holder=ann, payment_id=payment.id)
    assert not is_changed
    assert shown.payment is not None
    assert shown.payment.state is ProviderPaymentState.SENT
