"""Cash in: each receipt is credited once, none is lost, and its owner can ask where it is."""

import asyncio
from collections.abc import Callable

import pytest

from services.holders import HolderNotFoundError
from services.ledger import Transaction, Transfer, account_id
from services.money import EUR, RUB, Money
from services.terminals import TerminalRefusedError
from services.topups import (
    ReceiptNotUnderstoodError,
    TerminalExhaustedError,
    TopUpDiffersError,
    TopUpNotFoundError,
    TopUpNotWholeError,
    TopUpState,
)
from storage.book import BookTables
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast
from tests.clock import TestClock

FIVE_HUNDRED = Money(500_00, RUB)


async def test_cash_is_announced_received_and_credited(cast: Cast) -> None:
    """The holder hears of it and finds every step in the history."""
    ann, terminal = await cast.join(), await cast.terminal()
    topups = cast.services.topups

    announced = await topups.check(
        terminal=terminal, receipt="17", phone=PHONE, amount=Money(100_00, RUB)
    )
    [where] = await topups.where(holder=ann, receipt="17")
    credited = await topups.pay(terminal=terminal, receipt="17", phone=PHONE, amount=FIVE_HUNDRED)
    await cast.deliver()
    steps = await cast.store.read(lambda book: book.steps.of(f"topup/{credited.id}"))

    assert (announced.state, where.state) == (TopUpState.ANNOUNCED, TopUpState.ANNOUNCED)
    assert [each.event for each in steps] == ["announce", "receive", "credit"]
    assert await cast.available(ann) == 500_00
    assert cast.sent[-1].payload["notice"] == "topup"
    assert await cast.faults() == []


async def test_receipt_sent_many_times_is_credited_once(cast: Cast) -> None:
    """Terminals repeat until they hear an answer, twelve at a time if need be."""
    ann, terminal = await cast.join(), await cast.terminal()

    outcomes = await asyncio.gather(
        *(
            cast.services.topups.pay(
                terminal=terminal, receipt="17", phone=PHONE, amount=FIVE_HUNDRED
            )
            for _ in range(12)
        )
    )

    assert len({each.id for each in outcomes}) == 1
    assert await cast.available(ann) == 500_00


async def test_same_receipt_with_other_content_is_a_conflict(cast: Cast) -> None:
    """A terminal that counts wrong must not overwrite what was credited."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    terminal, other = await cast.terminal(), await cast.terminal()
    pay = cast.services.topups.pay
    await pay(terminal=terminal, receipt="17", phone=PHONE, amount=FIVE_HUNDRED)

    with pytest.raises(TopUpDiffersError):
        await pay(terminal=terminal, receipt="17", phone=PHONE, amount=Money(600_00, RUB))
    with pytest.raises(TopUpDiffersError):
        await pay(terminal=terminal, receipt="17", phone=OTHER_PHONE, amount=FIVE_HUNDRED)
    await pay(terminal=other, receipt="17", phone=OTHER_PHONE, amount=FIVE_HUNDRED)

    assert (await cast.available(ann), await cast.available(bob)) == (500_00, 500_00)


async def test_terminal_is_good_for_its_bond_only(cast: Cast) -> None:
    """A stolen terminal key is worth no more than that; the cash is kept as received."""
    ann, terminal = await cast.join(), await cast.terminal(bond_minor=700_00)
    pay = cast.services.topups.pay
    await pay(terminal=terminal, receipt="1", phone=PHONE, amount=FIVE_HUNDRED)

    with pytest.raises(TerminalExhaustedError):
        await pay(terminal=terminal, receipt="2", phone=PHONE, amount=FIVE_HUNDRED)
    [waiting] = await cast.services.topups.where(holder=ann, receipt="2")
    await cast.store.write(_collect(terminal.owner, ann.owner))
    credited = await pay(terminal=terminal, receipt="2", phone=PHONE, amount=FIVE_HUNDRED)

    assert waiting.state is TopUpState.RECEIVED
    assert credited.state is TopUpState.CREDITED
    assert await cast.faults() == []


async def test_what_a_terminal_may_not_ask(cast: Cast) -> None:
    """No change is given, numbers are numbers, and strangers have no wallet."""
    await cast.join()
    terminal = await cast.terminal()
    pay = cast.services.topups.pay

    with pytest.raises(TopUpNotWholeError):
        await pay(terminal=terminal, receipt="1", phone=PHONE, amount=Money(100_50, RUB))
    for receipt in ("", "12a", "1" * 21, "١٢"):
        with pytest.raises(ReceiptNotUnderstoodError):
            await pay(terminal=terminal, receipt=receipt, phone=PHONE, amount=FIVE_HUNDRED)
    with pytest.raises(HolderNotFoundError):
        await pay(terminal=terminal, receipt="1", phone=OTHER_PHONE, amount=FIVE_HUNDRED)


async def test_only_its_owner_finds_a_receipt(cast: Cast) -> None:
    """A number read over somebody's shoulder tells nothing."""
    await cast.join()
    bob, terminal = await cast.join(BOB, OTHER_PHONE), await cast.terminal()
    topup = await cast.services.topups.pay(
        terminal=terminal, receipt="17", phone=PHONE, amount=FIVE_HUNDRED
    )

    with pytest.raises(TopUpNotFoundError):
        await cast.services.topups.where(holder=bob, receipt="17")
    with pytest.raises(TopUpNotFoundError):
        await cast.services.topups.view(holder=bob, topup_id=topup.id)
    assert await cast.services.topups.where(holder=bob) == []


async def test_cash_of_a_currency_that_the_wallet_has_no_account_in(cast: Cast) -> None:
    """The operator added it after the wallet was opened: the first banknote opens the account."""
    ann = await cast.join()
    made = await cast.services.terminals.add(name="Lobby", currency=EUR, bond_minor=100_00)

    for _ in range(2):  # and again is the first result
        topup = await cast.services.topups.pay(
            terminal=made.terminal, receipt="17", phone=PHONE, amount=Money(50_00, EUR)
        )

    assert topup.state is TopUpState.CREDITED
    assert await cast.available(ann, EUR) == 50_00
    assert await cast.faults() == []


async def test_password_opens_its_own_terminal_only(cast: Cast) -> None:
    """And a new one closes the door to the old."""
    made = await cast.services.terminals.add(name="Lobby")
    authenticate, login = cast.services.terminals.authenticate, made.terminal.login
    before = await authenticate(login=login, password=made.password)
    fresh = await cast.services.terminals.rotate(terminal=made.terminal)

    assert before == made.terminal
    assert await authenticate(login=login, password=fresh.password) == made.terminal
    for name, password in ((login, made.password), (login, "é"), ("nobody", fresh.password)):
        with pytest.raises(TerminalRefusedError):
            await authenticate(login=name, password=password)


def _collect(terminal: str, holder: str) -> Callable[[BookTables], None]:
    """Somebody takes the cash out: the terminal owes less."""

    def work(book: BookTables) -> None:
        transfer = Transfer(account_id(holder, RUB), account_id(terminal, RUB), FIVE_HUNDRED)
        at = TestClock()()
        book.ledger.post(Transaction("collect", "test", "test/1", at, (transfer,)))

    return work
