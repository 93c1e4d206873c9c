"""Joining: only one's own number, only with the code, and nothing half-open."""

import asyncio
from datetime import timedelta

import pytest

from services.codes import (
    RESENT_MAX,
    SENT_PER_HOUR_MAX,
    WRONG_PER_DAY_MAX,
    CodeExhaustedError,
    CodeExpiredError,
    CodeThrottledError,
    CodeWrongError,
)
from services.errors import WalletError
from services.joining import (
    AlreadyJoinedError,
    ForeignContactError,
    NothingToProveError,
    PhoneTakenError,
)
from services.phones import PhoneNotUnderstoodError, masked, parse_phone
from tests.cast import ANN, BOB, OTHER_PHONE, PHONE, Cast


async def begin(cast: Cast, telegram_id: int = ANN, phone: str = PHONE) -> None:
    await cast.services.joinery.begin(
        telegram_id=telegram_id, contact_user_id=telegram_id, phone=phone, language="ru"
    )


async def test_code_opens_a_wallet_with_a_card_whose_details_follow(cast: Cast) -> None:
    """Two accounts, one card, and the SMS with its number without asking (B2)."""
    holder = await cast.join()
    await cast.deliver()

    wallet = await cast.services.wallets.show(holder=holder)
    cards = await cast.services.cards.listed(holder=holder)
    assert [each.posted.currency.code for each in wallet.balances] == ["RUB", "USD"]
    assert len(cards) == 1
    assert cast.sms[-1].template == "card_details"
    assert [w.payload["notice"] for w in cast.sent if w.kind == "notice"] == ["card"]


async def test_somebody_elses_contact_is_refused(cast: Cast) -> None:
    """Or anyone could claim a number from the address book."""
    for contact_user_id in (BOB, None):
        with pytest.raises(ForeignContactError):
            await cast.services.joinery.begin(
                telegram_id=ANN, contact_user_id=contact_user_id, phone=PHONE, language="en"
            )


async def test_nothing_exists_before_the_code(cast: Cast) -> None:
    """A number alone proves nothing."""
    await begin(cast)

    with pytest.raises(WalletError):
        await cast.services.wallets.find(phone=PHONE)


async def test_unreachable_number_starts_again(cast: Cast) -> None:
    """No half-open wallet, a word to the person, and a free way to try once more (A3)."""
    await begin(cast)
    code = await cast.code()
    [code_id] = await cast.store.read(
        lambda book: [each.id for each in book.codes.since(PHONE, cast.clock.now.replace(hour=0))]
    )

    await cast.services.joinery.give_up(code_id=code_id)
    await cast.deliver()
    with pytest.raises(NothingToProveError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=code)
    cast.clock.advance(minutes=1)
    holder = await cast.join()

    assert [w.kind for w in cast.sent if w.kind == "joining_failed"] == ["joining_failed"]
    assert holder.phone == PHONE


async def test_one_wallet_for_a_number_and_for_a_person(cast: Cast) -> None:
    """A second Telegram account cannot take a wallet over, nor one open two."""
    await cast.join()
    cast.clock.advance(minutes=1)

    with pytest.raises(PhoneTakenError):
        await begin(cast, BOB, PHONE)
    with pytest.raises(AlreadyJoinedError):
        await begin(cast, ANN, OTHER_PHONE)


async def test_wallet_opened_elsewhere_is_claimed_with_its_money(cast: Cast) -> None:
    """A terminal or the operator opened it; the number's owner comes later (A2)."""
    waiting = await cast.services.wallets.open(phone=PHONE)
    await cast.fund(waiting, 50_00)

    holder = await cast.join()

    assert holder.id == waiting.id
    assert await cast.available(holder) == 50_00
    assert len(await cast.services.cards.listed(holder=holder)) == 1


async def test_proving_again_returns_the_same_wallet(cast: Cast) -> None:
    """The update with the code may be delivered twice."""
    await begin(cast)
    code = await cast.code()

    first, again = [
        await cast.services.joinery.prove(telegram_id=ANN, typed=code) for _ in range(2)
    ]

    assert first.holder == again.holder


async def test_parallel_guesses_are_counted(cast: Cast) -> None:
    """A thousand guesses at once are five guesses."""
    await begin(cast)
    code = await cast.code()
    guesses = [f"{number:06d}" for number in range(1000) if f"{number:06d}" != code]

    outcomes = await asyncio.gather(
        *(cast.services.joinery.prove(telegram_id=ANN, typed=guess) for guess in guesses),
        return_exceptions=True,
    )

    assert len([each for each in outcomes if isinstance(each, CodeWrongError)]) == 4
    assert {type(each) for each in outcomes} == {CodeWrongError, CodeExhaustedError}
    with pytest.raises(CodeExhaustedError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=code)


async def test_new_code_voids_the_old_one(cast: Cast) -> None:
    """Two codes that work at once are two chances to guess."""
    await begin(cast)
    old = await cast.code()
    cast.clock.advance(seconds=30)
    await cast.services.joinery.resend(telegram_id=ANN)
    new = await cast.code()

    assert old != new
    with pytest.raises(CodeWrongError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=old)
    assert (await cast.services.joinery.prove(telegram_id=ANN, typed=new)).holder.phone == PHONE


async def test_code_expires(cast: Cast) -> None:
    """Five minutes, to the second."""
    await begin(cast)
    code = await cast.code()
    cast.clock.advance(minutes=5)

    with pytest.raises(CodeExpiredError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=code)


async def test_resending_is_throttled_and_says_until_when(cast: Cast) -> None:
    """A stranger's phone must not be bombed, and the person must know when to come back."""
    await begin(cast)
    with pytest.raises(CodeThrottledError) as too_soon:
        await cast.services.joinery.resend(telegram_id=ANN)
    for _ in range(RESENT_MAX):
        cast.clock.advance(minutes=1)
        await cast.services.joinery.resend(telegram_id=ANN)
    cast.clock.advance(minutes=1)
    with pytest.raises(CodeThrottledError) as too_often:
        await cast.services.joinery.resend(telegram_id=ANN)

    assert too_soon.value.values["rule"] == "resend"
    assert too_often.value.values["rule"] == "subject"
    assert too_often.value.values["retry_at"] == cast.clock.now + timedelta(days=1, minutes=-4)


async def test_one_number_gets_only_so_many_codes_an_hour(cast: Cast) -> None:
    """Also when many Telegram accounts ask for it."""
    for number in range(SENT_PER_HOUR_MAX):
        await begin(cast, 100 + number)

    with pytest.raises(CodeThrottledError) as refused:
        await begin(cast, 99)

    assert refused.value.values["rule"] == "hour"


async def test_wrong_tries_add_up_over_codes(cast: Cast) -> None:
    """Asking for new codes buys no tries: the day's count is the phone's."""
    for number in range(WRONG_PER_DAY_MAX // 5):
        await begin(cast, 100 + number)
        code = await cast.code()
        wrong = "000000" if code != "000000" else "000001"
        for _ in range(5):
            with pytest.raises((CodeWrongError, CodeExhaustedError)):
                await cast.services.joinery.prove(telegram_id=100 + number, typed=wrong)

    with pytest.raises(CodeThrottledError) as refused:
        await begin(cast, 99)
    cast.clock.advance(days=1, seconds=1)
    await cast.join()

    assert refused.value.values["rule"] == "wrong"


@pytest.mark.parametrize("text", ["", "abc", "12", "+7", "+791612345678901234", "٧٩١٦"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Before an SMS is paid for."""
    with pytest.raises(PhoneNotUnderstoodError):
        parse_phone(text)


@pytest.mark.parametrize("text", ["79161234567", "+79161234567", " +7 916 123-45-67 "])
def test_one_number_in_many_forms(text: str) -> None:
    """Telegram and terminals send digits alone, people write spaces."""
    assert parse_phone(text) == PHONE
    assert masked(PHONE) == "+7916***4567"
