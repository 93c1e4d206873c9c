"""Cash at a terminal in its details: what may be asked, in which order, and what is shown."""

import pytest

from services.errors import WalletError
from services.history import Wanted
from services.holders import Holder, HolderNotFoundError
from services.money import RUB, Money
from services.terminals import Terminal, TerminalRefusedError
from services.topups import (
    RECEIPT_DIGITS_MAX,
    ReceiptNotUnderstoodError,
    TerminalExhaustedError,
    TopUpDiffersError,
    TopUpNotFoundError,
    TopUpNotWholeError,
    TopUpState,
)
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast

HUNDRED = Money(100_00, RUB)


async def at_the_terminal(cast: Cast, bond_minor: int = 1000_00) -> tuple[Holder, Terminal]:
    return await cast.join(), await cast.terminal(bond_minor)


async def test_asking_moves_nothing_and_may_be_asked_anew(cast: Cast) -> None:
    """The person typed 200, then put 100 in: what is paid is what counts."""
    ann, terminal = await at_the_terminal(cast)
    topups = cast.services.topups

    for minor in (200_00, 300_00):
        asked = await topups.check(
            terminal=terminal, receipt="7", phone=PHONE, amount=Money(minor, RUB)
        )
    before = await cast.available(ann)
    paid = await topups.pay(terminal=terminal, receipt="7", phone=PHONE, amount=HUNDRED)
    with pytest.raises(TopUpDiffersError):
        await topups.check(terminal=terminal, receipt="7", phone=PHONE, amount=Money(200_00, RUB))

    assert asked.state is TopUpState.ANNOUNCED
    assert (before, await cast.available(ann)) == (0, 100_00)
    assert (paid.id, paid.amount) == (asked.id, HUNDRED)
    [kept] = await topups.where(holder=ann, receipt="7")
    assert (kept.amount, kept.state) == (HUNDRED, TopUpState.CREDITED)
    assert await cast.faults() == []


async def test_number_that_was_mistyped_is_asked_anew_for_another_person(cast: Cast) -> None:
    """The cash goes to whom the terminal named last, before it took any."""
    _, terminal = await at_the_terminal(cast)
    bob = await cast.join(BOB, OTHER_PHONE)
    topups = cast.services.topups
    await topups.check(terminal=terminal, receipt="7", phone=PHONE, amount=HUNDRED)

    await topups.pay(terminal=terminal, receipt="7", phone=OTHER_PHONE, amount=HUNDRED)

    assert await cast.available(bob) == 100_00
    assert [each.receipt for each in await topups.where(holder=bob)] == ["7"]


@pytest.mark.parametrize(
    ("receipt", "phone", "minor", "refusal"),
    [
        ("7", PHONE, 100_01, TopUpNotWholeError),
        ("", PHONE, 100_00, ReceiptNotUnderstoodError),
        ("7a", PHONE, 100_00, ReceiptNotUnderstoodError),
        ("٧", PHONE, 100_00, ReceiptNotUnderstoodError),
        ("7" * (RECEIPT_DIGITS_MAX + 1), PHONE, 100_00, ReceiptNotUnderstoodError),
        ("7", OTHER_PHONE, 100_00, HolderNotFoundError),
    ],
)
async def test_what_cannot_be_credited_is_refused_before_the_cash_is_taken(
    cast: Cast, receipt: str, phone: str, minor: int, refusal: type[WalletError]
) -> None:
    """And after it too, should a terminal not ask first."""
    ann, terminal = await at_the_terminal(cast)
    amount = Money(minor, RUB)

    for ask in (cast.services.topups.check, cast.services.topups.pay):
        with pytest.raises(refusal):
            await ask(terminal=terminal, receipt=receipt, phone=phone, amount=amount)

    assert await cast.services.topups.where(holder=ann) == []


async def test_longest_number_of_the_protocol_is_taken(cast: Cast) -> None:
    """Twenty digits are more than 64 bits hold."""
    ann, terminal = await at_the_terminal(cast)
    receipt = "9" * RECEIPT_DIGITS_MAX

    await cast.services.topups.pay(terminal=terminal, receipt=receipt, phone=PHONE, amount=HUNDRED)

    assert [each.receipt for each in await cast.services.topups.where(holder=ann)] == [receipt]


async def test_bond_is_used_to_its_last_kopeck(cast: Cast) -> None:
    """Full is full, and not a kopeck earlier; the cash above it is kept, not lost."""
    ann, terminal = await at_the_terminal(cast, bond_minor=100_00)
    pay = cast.services.topups.pay

    await pay(terminal=terminal, receipt="1", phone=PHONE, amount=HUNDRED)
    for _ in range(2):
        with pytest.raises(TerminalExhaustedError):
            await pay(terminal=terminal, receipt="2", phone=PHONE, amount=Money(1_00, RUB))

    states = [each.state for each in await cast.services.topups.where(holder=ann)]
    assert sorted(states) == [TopUpState.CREDITED, TopUpState.RECEIVED]
    assert await cast.available(ann) == 100_00
    assert await cast.faults() == []


async def test_history_shows_where_the_cash_came_from(cast: Cast) -> None:
    """The terminal by its name, the receipt by the number on the paper, and each step."""
    ann, terminal = await at_the_terminal(cast)
    topups = cast.services.topups
    await topups.check(terminal=terminal, receipt="7", phone=PHONE, amount=HUNDRED)
    await topups.pay(terminal=terminal, receipt="7", phone=PHONE, amount=HUNDRED)

    history = cast.services.history
    [line] = (await history.page(holder=ann.id, wanted=Wanted(kind="topup"))).operations
    _, steps = await history.open(holder=ann.id, operation_id=line.id)

    assert (line.title, line.note, line.amount, line.state) == ("Lobby", "7", HUNDRED, "credited")
    assert [(step.event, step.actor) for step in steps] == [
        ("announce", "terminal"),
        ("receive", "terminal"),
        ("credit", "terminal"),
    ]


async def test_nobody_looks_into_anothers_receipts(cast: Cast) -> None:
    """By number or by a forged button."""
    ann, terminal = await at_the_terminal(cast)
    bob = await cast.join(BOB, OTHER_PHONE)
    topups = cast.services.topups
    paid = await topups.pay(terminal=terminal, receipt="7", phone=PHONE, amount=HUNDRED)

    assert (await topups.view(holder=ann, topup_id=paid.id)).id == paid.id
    for forbidden in (
        topups.view(holder=bob, topup_id=paid.id),
        topups.view(holder=ann, topup_id="nothing"),
        topups.where(holder=bob, receipt="7"),
    ):
        with pytest.raises(TopUpNotFoundError):
            await forbidden
    with pytest.raises(ReceiptNotUnderstoodError):
        await topups.where(holder=ann, receipt="seven")


async def test_disabled_terminal_is_refused_with_the_right_password(
    cast: Cast,
) -> None:
    """A stolen machine is switched off from afar."""
    made = await cast.services.terminals.add(name=" ", bond_minor=100_00)
    authenticate = cast.services.terminals.authenticate
    terminal = await authenticate(login=made.terminal.login, password=made.password)
    await cast.store.write(
        lambda book: book.connection.execute("UPDATE terminals SET state = 'disabled'")
    )

    with pytest.raises(TerminalRefusedError):
        await authenticate(login=made.terminal.login, password=made.password)

    assert terminal.name == terminal.login  # a name of blanks is none
    steps = await cast.store.read(lambda book: book.steps.of(terminal.owner))
    assert [(step.event, step.actor) for step in steps] == [("add", "operator")]
