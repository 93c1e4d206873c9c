"""The operator's corrections: money out of suspense, with a reason that stays."""

import asyncio

from services.errors import WalletError
from services.history import Wanted
from services.ledger import SYSTEM, suspense
from services.money import RUB, USD, Money
from tests.cast import PHONE, Cast


async def test_holder_is_told_and_can_read_why(cast: Cast) -> None:
    """A credit from nowhere would frighten people more than it helps."""
    ann = await cast.join()
    await cast.deliver()
    cast.sent.clear()

    made = await cast.services.wallets.correct(
        phone=PHONE, amount=Money(5_00, RUB), reason="  terminal 7 kept it  ", key="c1"
    )
    await cast.deliver()

    operation, steps = await cast.services.history.open(holder=ann.id, operation_id=made.id)
    assert [w.payload["subject"] for w in cast.sent] == ["correction/c1"]
    assert (operation.title, operation.amount) == ("terminal 7 kept it", Money(5_00, RUB))
    assert [(each.event, each.actor, each.reason) for each in steps] == [
        ("credit", "operator", "terminal 7 kept it")
    ]


async def test_suspense_says_how_much_is_unexplained(cast: Cast) -> None:
    """In each currency by itself; it goes below zero by what was given."""
    ann = await cast.join()
    for minor, of in ((5_00, RUB), (7_00, RUB), (1_00, USD)):
        await cast.fund(ann, minor, of)

    kept = await cast.store.read(lambda book: book.ledger.balances(SYSTEM))

    assert {each.account: each.posted.minor for each in kept} == {
        suspense(RUB): -12_00,
        suspense(USD): -1_00,
    }
    assert await cast.faults() == []


async def test_same_correction_ten_times_at_once_is_one(cast: Cast) -> None:
    """The operator's finger slips on the Enter key."""
    ann = await cast.join()

    outcomes = await asyncio.gather(
        *(
            cast.services.wallets.correct(
                phone=PHONE, amount=Money(5_00, RUB), reason="found", key="c1"
            )
            for _ in range(10)
        ),
        return_exceptions=True,
    )
    await cast.deliver()

    assert not [each for each in outcomes if isinstance(each, WalletError)]
    assert await cast.available(ann) == 5_00
    lines = await cast.services.history.page(holder=ann.id, wanted=Wanted())
    assert len(lines.operations) == 1
    assert len([w for w in cast.sent if w.payload.get("notice") == "correction"]) == 1
