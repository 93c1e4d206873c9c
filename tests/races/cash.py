"""Races about what terminals and operators bring in, and what is taken back."""

from collections.abc import Callable

from services.holders import Holder
from services.ledger import AccountId, Transaction, Transfer, post_once, reverse
from services.money import RUB, Money
from services.terminals import Terminal
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@alike
async def one_receipt_twice(stage: Stage) -> Race:
    """A terminal that repeats itself while the first request is under way."""
    terminal, holder = await stage.terminal(), await stage.person()
    return both(
        stage,
        lambda each: _top_up(each, terminal, holder, "1", 50_00),
        _cash_left(stage, terminal, holder),
    )


async def one_receipt_of_two_amounts(stage: Stage) -> Race:
    """The number stands for the first of them."""
    terminal, holder = await stage.terminal(), await stage.person()
    return Race(
        _top_up(stage.first, terminal, holder, "1", 50_00),
        _top_up(stage.second, terminal, holder, "1", 70_00),
        _cash_left(stage, terminal, holder),
    )


async def an_announced_receipt_paid_twice(stage: Stage) -> Race:
    """It was checked before, as terminals do."""
    terminal, holder = await stage.terminal(), await stage.person()
    await stage.first.services.topups.check(
        terminal=terminal, receipt="1", phone=holder.phone, amount=Money(10_00, RUB)
    )
    return Race(
        _top_up(stage.first, terminal, holder, "1", 50_00),
        _top_up(stage.second, terminal, holder, "1", 70_00),
        _cash_left(stage, terminal, holder),
    )


async def an_announced_receipt_of_two_people(stage: Stage) -> Race:
    """Whose cash it is the first payment says, and no other changes it."""
    terminal = await stage.terminal()
    holder, other = await stage.person(), await stage.person()
    await stage.first.services.topups.check(
        terminal=terminal, receipt="1", phone=holder.phone, amount=Money(10_00, RUB)
    )
    return Race(
        _top_up(stage.first, terminal, holder, "1", 10_00),
        _top_up(stage.second, terminal, other, "1", 10_00),
        _cash_left(stage, terminal, holder),
    )


@alike
async def a_new_receipt_of_two_people(stage: Stage) -> Race:
    """The number stands for one of them."""
    terminal = await stage.terminal()
    people = [await stage.person() for _ in range(2)]
    return Race(
        _top_up(stage.first, terminal, people[0], "1", 10_00),
        _top_up(stage.second, terminal, people[1], "1", 10_00),
        _cash_left(stage, terminal, people[0]),
    )


@alike
async def the_last_of_the_bond(stage: Stage) -> Race:
    """Cash that the terminal is not good for is kept as received, and never refused."""
    terminal = await stage.terminal(100_00)
    holder, other = await stage.person(), await stage.person()
    return Race(
        _top_up(stage.first, terminal, holder, "1", 60_00),
        _top_up(stage.second, terminal, other, "2", 60_00),
        _cash_left(stage, terminal, holder),
    )


@alike
async def one_correction_twice(stage: Stage) -> Race:
    """The operator's tap, handled by two processes."""
    holder = await stage.person()

    def act(process: Process) -> Act:
        async def correct() -> str:
            made = await process.services.wallets.correct(
                phone=holder.phone, amount=Money(5_00, RUB), reason="test", key=f"k{holder.id}"
            )
            return made.state

        return correct

    def left() -> object:
        return (
            stage.account(holder.owner),
            stage.seen("operations", "holder", holder.id, "kind, state"),
            stage.seen("history", "subject", f"correction/k{holder.id}", "step, event"),
        )

    return Race(act(stage.first), act(stage.second), left)


@alike
async def one_reversal_twice(stage: Stage) -> Race:
    """Under one key it is one, and both are told of it."""
    return await _reversals(stage, "r", "r")


@alike
async def two_reversals(stage: Stage) -> Race:
    """Under two keys the second is refused."""
    return await _reversals(stage, "r", "s")


async def _reversals(stage: Stage, first: str, second: str) -> Race:
    holder, other = await stage.person(), await stage.person()
    at, key = stage.first.clock(), f"t:{holder.id}"
    transfer = Transfer(
        AccountId(holder.account(RUB)), AccountId(other.account(RUB)), Money(1_00, RUB)
    )
    moved = Transaction(key, "test", "test/1", at, (transfer,))
    await stage.first.store.write(lambda book: post_once(book.ledger, moved))

    def act(process: Process, name: str) -> Act:
        async def take_back() -> str:
            posted = await process.store.write(
                lambda book: reverse(
                    book.ledger, f"{name}:{holder.id}", original=key, cause="test/1", at=at
                )
            )
            return posted.transaction.kind

        return take_back

    def left() -> object:
        return stage.account(holder.owner), stage.account(other.owner)

    return Race(act(stage.first, first), act(stage.second, second), left)


def _top_up(process: Process, terminal: Terminal, holder: Holder, receipt: str, minor: int) -> Act:
    async def pay() -> object:
        topup = await process.services.topups.pay(
            terminal=terminal, receipt=receipt, phone=holder.phone, amount=Money(minor, RUB)
        )
        return topup.state.value, topup.amount.minor

    return pay


def _cash_left(stage: Stage, terminal: Terminal, holder: Holder) -> Callable[[], object]:
    def left() -> object:
        return (
            stage.seen("topups", "terminal", terminal.id, "receipt, state, amount"),
            stage.account(terminal.owner),
            stage.account(holder.owner),
        )

    return left


CASH: tuple[Scene, ...] = (
    one_receipt_twice,
    one_receipt_of_two_amounts,
    an_announced_receipt_paid_twice,
    an_announced_receipt_of_two_people,
    a_new_receipt_of_two_people,
    the_last_of_the_bond,
    one_correction_twice,
    one_reversal_twice,
    two_reversals,
)
