"""Whose a number's wallet is: the first who proves the number, and nobody after."""

import asyncio

import pytest

from services.codes import CodeExpiredError, CodeWrongError
from services.holders import Holder, HolderNotFoundError, LanguageUnknownError
from services.joining import NothingToProveError, PhoneTakenError
from services.phones import PhoneNotUnderstoodError
from tests.cast import ANN, BOB, PHONE, Cast


async def begin(cast: Cast, telegram_id: int, came_for: str | None = None) -> str:
    """The code that was sent to the one number."""
    await cast.services.joinery.begin(
        telegram_id=telegram_id,
        contact_user_id=telegram_id,
        phone=PHONE,
        language="ru",
        came_for=came_for,
    )
    return await cast.code()


async def test_claimed_wallet_is_its_owners_from_then_on(cast: Cast) -> None:
    """In the owner's language, with the card that it had not, and with its life kept."""
    waiting = await cast.services.wallets.open(phone=PHONE, language="en")
    code = await begin(cast, ANN)

    joined = await cast.services.joinery.prove(telegram_id=ANN, typed=code)
    kept = await cast.services.wallets.find(phone=PHONE)
    known = (await cast.services.visitors.find(telegram_id=ANN)).holder

    assert (kept.id, kept.telegram_id, kept.language) == (waiting.id, ANN, "ru")
    assert joined.holder == kept == known
    steps = await cast.store.read(lambda book: book.steps.of(kept.owner))
    assert [(each.event, each.actor) for each in steps] == [
        ("join", "operator"),
        ("claim", "holder"),
    ]


async def test_of_two_who_share_a_number_the_first_to_prove_has_it(cast: Cast) -> None:
    """A number that changed hands: both may be asked, one gets in."""
    codes = {telegram_id: await begin(cast, telegram_id) for telegram_id in (ANN, BOB)}
    prove = cast.services.joinery.prove

    outcomes = await asyncio.gather(
        *(prove(telegram_id=telegram_id, typed=code) for telegram_id, code in codes.items()),
        return_exceptions=True,
    )

    by_name = {type(each).__name__: person for each, person in zip(outcomes, codes, strict=True)}
    first, late = by_name["Joined"], by_name["PhoneTakenError"]
    assert (await cast.services.wallets.find(phone=PHONE)).telegram_id == first
    with pytest.raises(PhoneTakenError):
        await begin(cast, late)


async def test_code_sent_for_one_person_lets_no_other_in(cast: Cast) -> None:
    """The SMS came to one phone, but it names whom it was asked by."""
    codes = {telegram_id: await begin(cast, telegram_id) for telegram_id in (ANN, BOB)}

    if codes[ANN] != codes[BOB]:  # equal ones are one chance in a million
        with pytest.raises(CodeWrongError):
            await cast.services.joinery.prove(telegram_id=BOB, typed=codes[ANN])


async def test_person_goes_back_to_what_the_link_was_about(cast: Cast) -> None:
    """Who came to pay an invoice is led to it, once."""
    code = await begin(cast, ANN, came_for="invoice-1")

    joined, again = [
        await cast.services.joinery.prove(telegram_id=ANN, typed=code) for _ in range(2)
    ]

    assert (joined.came_for, again.came_for) == ("invoice-1", None)


async def test_code_that_could_not_be_delivered_is_void(cast: Cast) -> None:
    """Should the SMS arrive after all, hours later, it opens nothing; other joinings go on."""
    code = await begin(cast, ANN)
    cast.clock.advance(seconds=1)
    bobs = await begin(cast, BOB)
    [first, _] = await cast.store.read(
        lambda book: book.codes.since(PHONE, cast.clock.now.replace(hour=0))
    )

    for _ in range(2):
        await cast.services.joinery.give_up(code_id=first.id)
    found = await cast.store.read(lambda book: book.codes.find(first.id))
    with pytest.raises(NothingToProveError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=code)

    assert found is not None
    assert found.state.value == "void"
    assert (await cast.services.joinery.prove(telegram_id=BOB, typed=bobs)).holder.phone == PHONE


async def test_resending_needs_a_number_and_voids_the_old_code(cast: Cast) -> None:
    """Of two SMS the newer one counts."""
    with pytest.raises(NothingToProveError):
        await cast.services.joinery.resend(telegram_id=ANN)
    old = await begin(cast, ANN)
    cast.clock.advance(minutes=1)

    await cast.services.joinery.resend(telegram_id=ANN)
    new = await cast.code()

    if old != new:
        with pytest.raises(CodeWrongError):
            await cast.services.joinery.prove(telegram_id=ANN, typed=old)
    await cast.services.joinery.prove(telegram_id=ANN, typed=new)


async def test_wallets_are_opened_for_numbers_and_found_by_them(cast: Cast) -> None:
    """Once for each, however it is written; nonsense opens nothing."""
    wallets = cast.services.wallets
    opened: list[Holder] = [
        await wallets.open(phone=phone, language="ru") for phone in (PHONE, "+7 (916) 123-45-67")
    ]

    for refused, error in (
        (wallets.open(phone="12"), PhoneNotUnderstoodError),
        (wallets.open(phone=PHONE, language="tlh"), LanguageUnknownError),
        (wallets.find(phone="+79990000000"), HolderNotFoundError),
        (wallets.get(holder="nobody"), HolderNotFoundError),
    ):
        with pytest.raises(error):
            await refused
    assert opened[0] == opened[1] == await wallets.find(phone=PHONE)
    assert [each.posted.minor for each in (await wallets.show(holder=opened[0])).balances] == [
        0,
        0,
    ]


async def test_joining_that_waits_too_long_starts_again(cast: Cast) -> None:
    """An old SMS is no key to a wallet."""
    code = await begin(cast, ANN)
    cast.clock.advance(minutes=5)

    with pytest.raises(CodeExpiredError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=code)
