"""What an operator watches is what happened, on both engines."""

from datetime import timedelta

import pytest

from services import breakers
from services.due import Work
from services.figures import Backlog, Figures, Moved
from services.inbox import Received
from services.money import RUB, USD, Money
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock


@pytest.fixture
def figures(store: AnyStore, clock: TestClock) -> Figures:
    return Figures(store=store, now=clock)


async def test_an_empty_wallet(figures: Figures) -> None:
    """Nothing waits, and nothing is none and not an error."""
    pulse, stocks = await figures.pulse(), await figures.stocks()

    assert (pulse.due, pulse.dead, pulse.updates, pulse.moved) == ([], [], [], [])
    assert (pulse.holds, pulse.position, pulse.unsealed) == (Backlog("held", 0), 0, 0)
    assert (stocks.totals, stocks.invoices_waiting, stocks.payments) == ([], 0, {})


async def test_what_moved_is_told_once(store: AnyStore, figures: Figures, cast: Cast) -> None:
    """A counter that is made of it neither misses a transfer nor counts one twice."""
    ann = await cast.join()
    await cast.fund(ann, 50_00)
    await store.seal()
    before = await figures.pulse()
    await cast.fund(ann, 10_00)
    await cast.fund(ann, 5_00, USD)
    await cast.pay(ann, await cast.invoice(await cast.shop(), 12_50))
    await store.seal()

    first, second = await figures.pulse(), await figures.pulse()

    assert before.moved == []
    assert first.moved == [
        Moved("correction", RUB, 1, 10_00),
        Moved("correction", USD, 1, 5_00),
        Moved("payment", RUB, 1, 12_50),
    ]
    assert (second.moved, second.position) == ([], first.position)


async def test_a_look_adds_up_so_much_and_no_more(
    store: AnyStore, figures: Figures, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was away for long catches up in steps, and a look stays short."""
    monkeypatch.setattr("services.figures.MOVES_MAX", 2)
    ann = await cast.join()
    await figures.pulse()
    for _ in range(3):
        await cast.fund(ann, 1_00)
    await store.seal()

    looks = [await figures.pulse() for _ in range(3)]

    assert [sum(each.transfers for each in look.moved) for look in looks] == [2, 1, 0]


async def test_due_work_is_what_is_late(
    store: AnyStore, figures: Figures, clock: TestClock
) -> None:
    """The oldest says how late; what has time is not shown, whatever its priority."""
    at = clock()
    for priority in range(10):
        work = Work(f"w{priority}", "notice", "l", {}, at, at, priority)
        await store.write(lambda book, work=work: book.due.add(work))  # type: ignore[misc]
    later = at + timedelta(hours=1)
    await store.write(lambda book: book.due.add(Work("later", "webhook", "l", {}, later, at)))
    await store.write(lambda book: book.due.add(Work("bad", "sms_code", "l", {}, at, at)))
    await store.write(lambda book: book.due.bury("bad", error="x"))
    clock.advance(seconds=30)

    pulse = await figures.pulse()

    assert pulse.due == [Backlog("notice", 10, at)]
    assert pulse.dead == [Backlog("sms_code", 1)]


async def test_updates_that_wait(store: AnyStore, figures: Figures, clock: TestClock) -> None:
    """Set aside is another thing than late."""
    at = clock()
    await store.write(
        lambda book: [book.inbox.add(Received(number, 7, "{}"), at) for number in (1, 2, 3)]
    )
    await store.write(lambda book: book.inbox.finish(1))
    await store.write(lambda book: book.inbox.fail(2, error="x", attempts_max=1))

    found = {each.name: each for each in (await figures.pulse()).updates}

    assert found["due"] == Backlog("due", 1, at)
    assert found["dead"].number == 1


async def test_money_on_hold_and_paid(figures: Figures, cast: Cast, clock: TestClock) -> None:
    """A hold is seen with its end; totals are by whose the money is, and balance."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 50_00)
    await cast.pay(ann, await cast.invoice(shop, 20_00))
    waiting = await cast.invoice(shop, 7_00)
    offer = await cast.services.payments.offer(
        holder=ann, invoice_id=waiting.id, source="account", key="k"
    )
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)

    pulse, stocks = await figures.pulse(), await figures.stocks()

    assert pulse.holds.number == 1
    assert pulse.holds.oldest_at is not None
    assert clock() < pulse.holds.oldest_at
    [total] = [each for each in stocks.totals if each.currency == RUB]
    assert (total.posted_minor, total.held_minor) == (0, 7_00)
    assert (total.holders_minor, total.merchants_minor, total.system_minor) == (
        30_00,
        20_00,
        -50_00,
    )
    assert (stocks.invoices_waiting, stocks.payments) == (1, {"done": 1, "held": 1})


async def test_totals_are_those_of_the_books(
    store: AnyStore, figures: Figures, cast: Cast
) -> None:
    """They are counted another way, for a look at them must be cheap; they say the same."""
    ann, shop, terminal = await cast.join(), await cast.shop(), await cast.terminal()
    await cast.fund(ann, 50_00)
    await cast.fund(ann, 9_00, USD)
    await cast.pay(ann, await cast.invoice(shop, 20_00))
    await cast.services.topups.pay(
        terminal=terminal, receipt="1", phone=ann.phone, amount=Money(30_00, RUB)
    )

    counted = (await figures.stocks()).totals

    assert counted == await store.read(lambda book: book.journal.totals())
    assert [total.terminals_minor for total in counted] == [-30_00, 0]


async def test_old_payments_are_not_recent(figures: Figures, cast: Cast, clock: TestClock) -> None:
    """The count is of ten minutes, or it would grow for ever."""
    ann = await cast.join()
    await cast.fund(ann, 50_00)
    await cast.pay(ann, await cast.invoice(await cast.shop(), 20_00))
    clock.advance(minutes=11)

    assert (await figures.stocks()).payments == {}


async def test_proving_that_it_can_be_written(
    store: AnyStore, figures: Figures, cast: Cast
) -> None:
    """As often as anybody asks: it leaves one row, which is no work and no fault."""
    await figures.prove_writable()
    await figures.prove_writable()

    assert await store.read(lambda book: book.due.counts()) == {}
    assert await cast.faults() == []


async def test_providers_that_are_down(
    store: AnyStore, figures: Figures, clock: TestClock
) -> None:
    """By name, since their first trouble; one with a single trouble is not down."""
    since = clock()
    await store.write(lambda book: breakers.note(book, "tele", is_up=False, at=since))
    for _ in range(breakers.TROUBLES_MAX):
        await store.write(lambda book: breakers.note(book, "steam", is_up=False, at=since))

    down = (await figures.pulse()).down

    assert [(each.name, each.oldest_at) for each in down] == [("steam", since)]
