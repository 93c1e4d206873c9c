"""The wallet as a whole: locked at once, unlocked by a code, corrected in the open."""

import pytest

from services.codes import CodeWrongError
from services.errors import KeyReusedError
from services.history import Wanted
from services.holders import (
    HolderNotFoundError,
    HolderState,
    LanguageUnknownError,
    ReasonMissingError,
    nearest_language,
)
from services.ledger import AccountNotFoundError
from services.money import CURRENCIES, RUB, USD, Money
from services.offers import OfferNotFoundError
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast


async def test_lock_needs_nothing_and_unlock_a_code(cast: Cast) -> None:
    """Who lost the phone locks in one tap; who found it does not unlock."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    wallets = cast.services.wallets

    locked = [await wallets.lock(holder=ann) for _ in range(2)]
    offers = [await wallets.ask_unlock(holder=ann, key="u1") for _ in range(2)]
    code = await cast.code()
    wrong = "000000" if code != "000000" else "000001"
    with pytest.raises(CodeWrongError):
        await wallets.unlock(holder=ann, offer_id=offers[0].id, typed=wrong)
    with pytest.raises(OfferNotFoundError):
        await wallets.unlock(holder=bob, offer_id=offers[0].id, typed=code)
    opened = [
        await wallets.unlock(holder=ann, offer_id=offers[0].id, typed=code) for _ in range(2)
    ]

    assert {each.state for each in locked} == {HolderState.LOCKED}
    assert offers[0].id == offers[1].id
    assert {each.state for each in opened} == {HolderState.ACTIVE}
    steps = await cast.store.read(lambda book: book.steps.of(ann.owner))
    assert [each.event for each in steps] == ["join", "lock", "unlock"]


async def test_money_still_comes_in_while_locked(cast: Cast) -> None:
    """A lock is against spending."""
    ann, terminal = await cast.join(), await cast.terminal()
    await cast.services.wallets.lock(holder=ann)

    await cast.services.topups.pay(
        terminal=terminal, receipt="1", phone=PHONE, amount=Money(5_00, RUB)
    )

    assert await cast.available(ann) == 5_00


async def test_correction_is_journaled_once_with_its_reason(cast: Cast) -> None:
    """From the suspense account, and the holder reads why."""
    ann = await cast.join()
    correct = cast.services.wallets.correct
    for _ in range(2):
        await correct(phone=PHONE, amount=Money(5_00, RUB), reason="found", key="c1")

    [operation] = (await cast.services.history.page(holder=ann.id, wanted=Wanted())).operations
    assert (operation.kind, operation.title) == ("correction", "found")
    assert await cast.available(ann) == 5_00
    with pytest.raises(KeyReusedError):
        await correct(phone=PHONE, amount=Money(6_00, RUB), reason="found", key="c1")
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(ReasonMissingError):
            await correct(phone=PHONE, amount=Money(5_00, RUB), reason=reason)
    with pytest.raises(HolderNotFoundError):
        await correct(phone=OTHER_PHONE, amount=Money(5_00, RUB), reason="x")
    with pytest.raises(AccountNotFoundError):
        await correct(phone=PHONE, amount=Money(5, CURRENCIES["JPY"]), reason="x")
    assert await cast.faults() == []


async def test_total_needs_every_rate_it_uses(cast: Cast) -> None:
    """An unknown rate is said by leaving the total out, not by guessing."""
    ann = await cast.join()
    await cast.fund(ann, 100_00)
    wallets = cast.services.wallets
    roubles_only = await wallets.show(holder=ann)
    await cast.fund(ann, 10_00, USD)
    unknown = await wallets.show(holder=ann)
    await cast.services.rates.set(pair="USD/RUB", rate="92.505")
    known = await wallets.show(holder=ann)

    assert roubles_only.total == Money(100_00, RUB)
    assert unknown.total is None
    assert known.total == Money(100_00 + 925_05, RUB)


async def test_settings_are_kept(cast: Cast) -> None:
    """Language, notices, and whether the bot was blocked."""
    ann = await cast.join()
    wallets = cast.services.wallets
    await wallets.set_language(holder=ann, language="ru")
    await wallets.set_notices(holder=ann, wanted=False)
    await wallets.set_reachable(holder=ann, reachable=False)

    kept = await wallets.get(holder=ann.id)

    assert (kept.language, kept.notices, kept.unreachable_since) == ("ru", False, cast.clock())
    with pytest.raises(LanguageUnknownError):
        await wallets.set_language(holder=ann, language="tlh")
    assert nearest_language("ru-RU") == "ru"
    assert nearest_language("de") == nearest_language(None) == "en"
