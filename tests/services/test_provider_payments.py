"""Paying a provider: asked first, held, credited once, and given back only for certain."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.catalogue_imports import CatalogueFile
from services.connections import Answer, Outcome
from services.errors import KeyReusedError, WalletError
from services.holders import WalletLockedError
from services.ledger import InsufficientFundsError
from services.money import RUB, USD, Money
from services.offers import OfferExpiredError, OfferNotFoundError
from services.provider_life import (
    ProviderPaymentNotFoundError,
    ProviderPaymentSettledError,
    ProviderPaymentState,
)
from services.provider_payments import (
    AccountRefusedError,
    AllowanceError,
    ProviderSilentError,
    TermsChangedError,
)
from services.provider_sending import ASKED_FOR, ResolveReasonError
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.catalogue import CATEGORIES, DRAGONS, LIGHT, PROVIDERS, STEAM, order

DONE, UNKNOWN, FAILED = (
    ProviderPaymentState.DONE,
    ProviderPaymentState.UNKNOWN,
    ProviderPaymentState.FAILED,
)
SILENCE = Answer(Outcome.UNKNOWN, "timeout")
BUSY = Answer(Outcome.LATER, "temporary", "1")
NO_SUCH_ACCOUNT = Answer(Outcome.REFUSED, "account_not_found", "5")


@pytest.fixture
async def cast(cast: Cast) -> Cast:
    """With a catalogue."""
    await cast.open_catalogue()
    return cast


async def state(cast: Cast, payment_id: str) -> ProviderPaymentState:
    """What has become of a payment."""
    found = await cast.store.read(lambda book: book.provider_payments.find(payment_id))
    assert found is not None
    return found.state


async def notices(cast: Cast) -> list[str]:
    """What the holder was told of payments to providers, by the key's end."""
    return [
        each.key.rpartition(":")[2]
        for each in cast.sent
        if each.kind == "notice" and each.payload["notice"] == "provider_payment"
    ]


async def test_game_is_paid_in_order_check_hold_pay_capture(cast: Cast) -> None:
    """What the home screen calls available is true at every moment."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.payee = "Ann S."
    payments = cast.services.provider_payments

    made = await payments.offer(holder=ann, order=order(), key="u1")
    shown = await cast.available(ann)
    await payments.confirm(holder=ann, offer_id=made.offer.id)
    reserved = await cast.available(ann)
    sent = await payments.prove(holder=ann, offer_id=made.offer.id, typed=await cast.code())
    await cast.deliver()
    done = await payments.receipt(holder=ann, payment_id=sent.payment.id if sent.payment else "")

    assert (shown, reserved, await cast.available(ann)) == (1_000_00, 485_00, 485_00)
    assert (made.payee, made.charge.commission, made.charge.total) == (
        "Ann S.",
        Money(15_00, RUB),
        Money(515_00, RUB),
    )
    assert sent.is_on_its_way
    assert done.is_done
    assert done.payment is not None
    assert done.payment.provider_txn
    assert [each.txn for each in cast.billing.checked] == [each.txn for each in cast.billing.asked]
    assert len(str(done.payment.txn)) <= 20
    assert await balances(cast, "provider/steam", "system") == {
        "provider/steam:main:RUB": 500_00,
        "system:fees:RUB": 15_00,
        "system:suspense:RUB": -1_000_00,
    }
    assert await notices(cast) == ["done"]
    assert await cast.faults() == []


async def test_every_step_repeated_is_the_first_one(cast: Cast) -> None:
    """Taps are doubled and updates delivered again; nobody is asked or charged twice."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    payments = cast.services.provider_payments

    first, again = [await payments.offer(holder=ann, order=order(), key="u1") for _ in range(2)]
    for _ in range(3):
        await payments.confirm(holder=ann, offer_id=first.offer.id)
    code = await cast.code()
    paid = [
        await payments.prove(holder=ann, offer_id=first.offer.id, typed=code) for _ in range(3)
    ]
    await cast.deliver()
    for _ in range(2):
        await cast.services.provider_sending.send(payment_id=paid[0].payment.id)  # type: ignore[union-attr]

    assert first.offer == again.offer
    assert len(cast.billing.checked) == len(cast.billing.asked) == 1
    assert len({each.payment.id for each in paid if each.payment}) == 1
    assert await cast.available(ann) == 485_00
    assert await cast.faults() == []


async def test_unknown_account_is_said_before_any_money_is_held(cast: Cast) -> None:
    """In the provider's own reason, and it may be tried again."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.checks.append(NO_SUCH_ACCOUNT)
    payments = cast.services.provider_payments

    with pytest.raises(AccountRefusedError) as refused:
        await payments.offer(holder=ann, order=order(), key="u1")
    made = await payments.offer(holder=ann, order=order(login="another"), key="u1")

    assert refused.value.values["reason"] == "account_not_found"
    assert made.order.fields == {"login": "another"}
    assert await cast.available(ann) == 1_000_00


async def test_silent_provider_is_said_before_any_money_is_held(cast: Cast) -> None:
    """And after some silence nobody waits for it any more: the breaker answers at once."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.is_silent = True
    payments = cast.services.provider_payments

    refusals = []
    for number in range(7):
        with pytest.raises(WalletError) as refused:
            await payments.offer(holder=ann, order=order(), key=f"u{number}")
        refusals.append(refused.value.code)

    assert refusals[0] == ProviderSilentError.code
    assert refusals[-1] == "provider_down"
    assert len(cast.billing.checked) < 7
    assert await cast.available(ann) == 1_000_00


async def test_refusal_of_the_first_attempt_gives_everything_back(cast: Cast) -> None:
    """The commission too, and the reason is kept for the chat."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.pays.append(NO_SUCH_ACCOUNT)

    payment = await cast.pay_provider(ann, order())
    await cast.deliver()

    shown = await cast.services.provider_payments.receipt(holder=ann, payment_id=payment.id)
    assert shown.payment is not None
    assert (shown.payment.state, shown.payment.reason) == (FAILED, "account_not_found")
    assert await cast.available(ann) == 1_000_00
    assert await notices(cast) == ["failed"]
    assert await cast.faults() == []


@pytest.mark.parametrize("answers", [[BUSY] * 3, [SILENCE] * 3, [SILENCE, BUSY, SILENCE]])
async def test_trouble_is_asked_again_with_the_same_number(
    cast: Cast, answers: list[Answer]
) -> None:
    """Until the provider has credited; the holder hears of the wait once."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.pays.extend(answers)

    payment = await cast.pay_provider(ann, order())
    await cast.deliver()
    waiting = await cast.services.provider_payments.receipt(holder=ann, payment_id=payment.id)
    for _ in range(4):
        cast.clock.now += timedelta(minutes=20)
        await cast.deliver()

    assert waiting.payment is not None
    assert waiting.payment.next_at is not None
    assert waiting.payment.next_at > waiting.payment.created_at
    assert await state(cast, payment.id) is DONE
    assert {each.txn for each in cast.billing.asked} == {payment.txn}
    assert {each.at for each in cast.billing.asked} == {payment.created_at}
    assert len(cast.billing.asked) == 4
    assert await notices(cast) == ["waiting", "done"]
    assert await cast.faults() == []


async def test_refusal_after_silence_gives_nothing_back(cast: Cast) -> None:
    """A duplicate may be answered as an error: the first may have been credited."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.pays.extend([SILENCE, Answer(Outcome.REFUSED, "provider_error", "300")])

    payment = await cast.pay_provider(ann, order())
    await cast.deliver()
    cast.clock.now += timedelta(minutes=1)
    await cast.deliver()
    cast.clock.now += timedelta(days=40)
    await cast.deliver()

    assert await state(cast, payment.id) is UNKNOWN
    assert await cast.available(ann) == 485_00
    assert await notices(cast) == ["waiting", "unknown"]
    assert len(cast.billing.asked) == 2
    assert await cast.faults() == []


async def test_refusal_after_an_answered_delay_gives_everything_back(cast: Cast) -> None:
    """The provider has said that it had not credited, and now that it will not."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.pays.extend([BUSY, NO_SUCH_ACCOUNT])

    payment = await cast.pay_provider(ann, order())
    await cast.deliver()
    cast.clock.now += timedelta(minutes=1)
    await cast.deliver()

    assert await state(cast, payment.id) is FAILED
    assert await cast.available(ann) == 1_000_00
    assert await cast.faults() == []


async def test_a_day_without_an_answer_goes_to_reconciliation(cast: Cast) -> None:
    """Nothing is refunded by a clock, nor asked any more."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    payment = await cast.pay_provider(ann, order())
    cast.billing.is_silent = True

    for _ in range(ASKED_FOR // timedelta(minutes=30) + 12):
        await cast.deliver()
        cast.clock.now += timedelta(minutes=30)
    asked = len(cast.billing.asked)
    cast.clock.now += timedelta(days=3)
    await cast.deliver()

    assert await state(cast, payment.id) is UNKNOWN
    assert len(cast.billing.asked) == asked > 10
    assert await cast.available(ann) == 485_00
    assert await cast.faults() == []


@pytest.mark.parametrize("is_paid", [True, False])
async def test_operator_says_what_became_of_an_unknown_payment(
    cast: Cast, *, is_paid: bool
) -> None:
    """Once, with a reason; the holder is told, and the money goes one way or the other."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.pays.extend([SILENCE, NO_SUCH_ACCOUNT])
    payment = await cast.pay_provider(ann, order())
    await cast.deliver()
    cast.clock.now += timedelta(minutes=1)
    await cast.deliver()
    resolve = cast.services.provider_sending.resolve

    with pytest.raises(ResolveReasonError):
        await resolve(payment_id=payment.id, paid=is_paid, reason="", actor="operator")
    for _ in range(2):
        await resolve(payment_id=payment.id, paid=is_paid, reason="their letter", actor="operator")
    with pytest.raises(ProviderPaymentSettledError):
        await resolve(payment_id=payment.id, paid=not is_paid, reason="no", actor="operator")
    await cast.deliver()

    assert await state(cast, payment.id) is (DONE if is_paid else FAILED)
    assert await cast.available(ann) == (485_00 if is_paid else 1_000_00)
    assert (await notices(cast))[-1] == ("done" if is_paid else "failed")
    assert await cast.faults() == []


async def test_payment_on_its_way_may_turn_out_paid_but_not_failed(cast: Cast) -> None:
    """Somebody else's word never gives back what the provider may still credit."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    cast.billing.pays.append(SILENCE)
    payment = await cast.pay_provider(ann, order())
    await cast.deliver()
    resolve = cast.services.provider_sending.resolve

    with pytest.raises(ProviderPaymentSettledError):
        await resolve(payment_id=payment.id, paid=False, reason="no", actor="operator")
    await resolve(payment_id=payment.id, paid=True, reason="in the registry", actor="registry")
    cast.clock.now += timedelta(hours=1)
    await cast.deliver()

    assert await state(cast, payment.id) is DONE
    assert len(cast.billing.asked) == 1
    assert await cast.faults() == []


async def test_worker_that_dies_in_the_call_leaves_an_unanswered_attempt(cast: Cast) -> None:
    """What it may have caused is unknown, so a refusal of the next attempt settles nothing."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    payment = await cast.pay_provider(ann, order())
    sending = cast.services.provider_sending

    await sending._begin(payment.id)  # and the process is gone
    cast.billing.pays.append(NO_SUCH_ACCOUNT)
    await cast.deliver()

    assert await state(cast, payment.id) is UNKNOWN
    assert await cast.available(ann) == 485_00


async def test_dollar_game_is_paid_from_roubles_in_one_transaction(cast: Cast) -> None:
    """The exchange happens when the provider has confirmed, at the rate of the offer."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    wanted = order(5_00, DRAGONS)

    provider, charge, sources = await cast.services.provider_payments.sources(
        holder=ann, order=wanted
    )
    payment = await cast.pay_provider(ann, wanted, "account/RUB")
    await cast.services.rates.set(pair="USD/RUB", rate="50")
    await cast.deliver()

    assert (provider.id, charge.total) == ("dragons", Money(5_00, USD))
    assert sources[0].cost == Money(462_50, RUB)
    assert (payment.given, payment.total) == (Money(462_50, RUB), Money(5_00, USD))
    assert await cast.available(ann) == 537_50
    assert await balances(cast, "provider/dragons", "system") == {
        "provider/dragons:main:USD": 5_00,
        "system:position:RUB": 462_50,
        "system:position:USD": -5_00,
        "system:suspense:RUB": -1_000_00,
    }
    assert await cast.faults() == []


async def test_terms_that_changed_meanwhile_are_not_confirmed(cast: Cast) -> None:
    """A dearer commission is shown before it is taken; what is on its way keeps its own."""
    ann = await cast.join()
    await cast.fund(ann, 2_000_00)
    payments = cast.services.provider_payments
    under_way = await cast.pay_provider(ann, order())
    made = await payments.offer(holder=ann, order=order(login="another"), key="u1")

    await _dearer(cast)
    with pytest.raises(TermsChangedError):
        await payments.confirm(holder=ann, offer_id=made.offer.id)
    await cast.deliver()
    anew = await payments.offer(holder=ann, order=order(login="another"), key="u2")

    paid = await payments.receipt(holder=ann, payment_id=under_way.id)
    assert (paid.provider.version, paid.charge.total) == (1, Money(515_00, RUB))
    assert (anew.provider.version, anew.charge.total) == (2, Money(600_00, RUB))
    assert await cast.faults() == []


async def test_offer_waits_to_the_second_and_its_money_comes_back(cast: Cast) -> None:
    """Whoever went away while the code was asked has all the money."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    payments = cast.services.provider_payments
    made = await payments.offer(holder=ann, order=order(), key="u1")
    await payments.confirm(holder=ann, offer_id=made.offer.id)

    cast.clock.now = made.offer.expires_at
    await cast.deliver()

    with pytest.raises(OfferExpiredError):
        await payments.prove(holder=ann, offer_id=made.offer.id, typed="000000")
    assert await cast.available(ann) == 1_000_00
    assert await cast.faults() == []


async def test_wallet_locked_before_the_code_pays_nobody(cast: Cast) -> None:
    """The right code comes too late, and the money is free."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    payments = cast.services.provider_payments
    made = await payments.offer(holder=ann, order=order(), key="u1")
    await payments.confirm(holder=ann, offer_id=made.offer.id)
    code = await cast.code()

    await cast.services.wallets.lock(holder=ann)
    with pytest.raises(WalletLockedError):
        await payments.prove(holder=ann, offer_id=made.offer.id, typed=code)
    await cast.deliver()

    assert cast.billing.asked == []
    assert await cast.available(ann) == 1_000_00
    assert await cast.faults() == []


async def test_nobody_sees_or_uses_what_is_somebody_elses(cast: Cast) -> None:
    """Neither offers nor payments nor keys."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    await cast.fund(ann, 1_000_00)
    await cast.fund(bob, 1_000_00)
    payments = cast.services.provider_payments
    made = await payments.offer(holder=ann, order=order(), key="u1")
    payment = await cast.pay_provider(ann, order(login="another"), key="u2")

    with pytest.raises(OfferNotFoundError):
        await payments.confirm(holder=bob, offer_id=made.offer.id)
    with pytest.raises(ProviderPaymentNotFoundError):
        await payments.receipt(holder=bob, payment_id=payment.id)
    with pytest.raises(ProviderPaymentNotFoundError):
        await payments.last(holder=bob, payment_id=payment.id)
    with pytest.raises(KeyReusedError):
        await payments.offer(holder=bob, order=order(), key="u1")


async def test_payment_that_looks_like_one_just_made_is_found(cast: Cast) -> None:
    """The same account and about the same amount within a day; not what failed."""
    ann = await cast.join()
    await cast.fund(ann, 5_000_00)
    payments = cast.services.provider_payments
    payment = await cast.pay_provider(ann, order())
    await cast.deliver()

    like = await payments.like(holder=ann, order=order(545_00))
    other_amount = await payments.like(holder=ann, order=order(600_00))
    other_account = await payments.like(holder=ann, order=order(login="another"))
    cast.clock.now += timedelta(hours=25)
    later = await payments.like(holder=ann, order=order())

    assert like is not None
    assert like.id == payment.id
    assert (other_amount, other_account, later) == (None, None, None)
    assert await payments.last(holder=ann, payment_id=payment.id) == order()


async def test_what_was_allowed_is_paid_unattended_once(cast: Cast) -> None:
    """Without a code, by its key; what costs more than was allowed is not."""
    ann = await cast.join()
    await cast.fund(ann, 2_000_00)
    payments = cast.services.provider_payments

    paid = [
        await payments.pay_unattended(
            holder=ann, order=order(), source="account", key="schedule:1", most=Money(515_00, RUB)
        )
        for _ in range(2)
    ]
    with pytest.raises(AllowanceError):
        await payments.pay_unattended(
            holder=ann, order=order(), source="account", key="schedule:2", most=Money(514_99, RUB)
        )
    await cast.deliver()

    assert len({each.payment.id for each in paid if each.payment}) == 1
    assert [each.template for each in cast.sms if each.template == "code_payment"] == []
    assert await cast.available(ann) == 1_485_00
    assert await cast.faults() == []


async def test_poor_account_is_said_at_once(cast: Cast) -> None:
    """The commission counts: what is asked for is not the whole price."""
    ann = await cast.join()
    await cast.fund(ann, 510_00)

    with pytest.raises(InsufficientFundsError) as refused:
        await cast.services.provider_payments.offer(holder=ann, order=order(), key="u1")

    assert refused.value.values["needed"] == Money(515_00, RUB)
    assert cast.billing.checked == []


async def test_card_pays_a_provider_within_its_limits(cast: Cast) -> None:
    """What it holds for a provider counts like what it paid a shop."""
    ann = await cast.join()
    await cast.fund(ann, 2_000_00)
    card = (await cast.services.cards.listed(holder=ann))[0]
    await cast.services.cards.limit(
        holder=ann, card_id=card.id, version=card.version, name="day", amount=Money(600_00, RUB)
    )

    payment = await cast.pay_provider(ann, order(), f"card/{card.id}")
    _, _, sources = await cast.services.provider_payments.sources(
        holder=ann, order=order(login="another")
    )

    by_card = next(each for each in sources if each.card is not None)
    assert payment.card == card.id
    assert by_card.obstacle is not None
    assert by_card.obstacle.code == "card_limit"


async def test_meter_readings_go_to_the_provider(cast: Cast) -> None:
    """All the fields that were asked, in the form that they are kept in."""
    ann = await cast.join()
    await cast.fund(ann, 2_000_00)

    await cast.pay_provider(ann, order(300_00, LIGHT, account="12-345-678-90", day=" 00123,5 "))
    await cast.deliver()

    [asked] = cast.billing.asked
    assert asked.account == "1234567890"
    assert asked.fields["day"] == "123.5"


async def _dearer(cast: Cast) -> None:
    """Steam takes 20 % from now on."""
    dearer = replace(STEAM, commission=replace(STEAM.commission, millionths=200_000))
    others = tuple(each for each in PROVIDERS if each.id != STEAM.id)
    await cast.services.catalogue_imports.import_(
        file=CatalogueFile(CATEGORIES, (dearer, *others))
    )


async def balances(cast: Cast, *owners: str) -> dict[str, int]:
    """What the accounts of those owners hold, in minor units, by id; empty ones left out."""

    def view(book: object) -> dict[str, int]:
        found = [each for owner in owners for each in book.ledger.balances(owner)]  # type: ignore[attr-defined]
        return {str(each.account): each.posted.minor for each in found if each.posted.minor}

    return await cast.store.read(view)
