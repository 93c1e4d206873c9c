"""What ends by itself and what comes every hour: neither stops for good after one failure."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from purser.hourly import HOUR, Hourly
from purser.settings import load_settings
from purser.wallet import Wallet
from purser.work import LIFETIMES, expiries
from services.due import Work, Worker
from services.errors import UnavailableError
from services.payments import PaymentState
from services.rate_limits import MemoryRateLimits
from services.store import NotCommittedError
from services.vault import Vault
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.purser.test_rates_commands import ECB, bank


@pytest.fixture
def wallet(cast: Cast, store: AnyStore, vault: Vault, clock: TestClock, path: Path) -> Wallet:
    settings = load_settings({}, database_url=f"sqlite:///{path}", rates_url="operator:")
    return Wallet(settings, store, vault, cast.services, clock, MemoryRateLimits(clock))


async def test_clock_set_back_does_not_keep_money_reserved(
    wallet: Wallet, cast: Cast, clock: TestClock
) -> None:
    """Claimed as due, then handled before its time: it is tried again and not forgotten."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments = cast.services.payments
    invoice = await cast.invoice(shop, 60_00)
    made = await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    await payments.confirm(holder=ann, offer_id=made.offer.id)
    await cast.deliver()
    expire = expiries(wallet)["expire_offer"]

    async def late(work: Work) -> None:
        clock.advance(minutes=-1)
        await expire(work)

    clock.advance(minutes=15)
    await Worker(
        store=wallet.store, now=clock, handlers={"expire_offer": late}, lifetimes=LIFETIMES
    ).drain()
    held = await cast.available(ann)
    clock.advance(minutes=2)
    await cast.deliver()

    assert (held, await cast.available(ann)) == (40_00, 100_00)
    receipt = await payments.receipt(holder=ann, payment_id=(await _payment(cast, made.offer.id)))
    assert receipt.payment is not None
    assert receipt.payment.state is PaymentState.FAILED


async def _payment(cast: Cast, offer_id: str) -> str:
    found = await cast.store.read(lambda book: book.payments.of_offer(offer_id))
    assert found is not None
    return found.id


async def test_hour_that_failed_once_is_done_at_the_second_try(
    wallet: Wallet, cast: Cast, clock: TestClock
) -> None:
    """A database that was kept for a moment must not end the signed heads until a restart."""
    failures: list[UnavailableError] = []
    heads: list[str] = []

    async def send_head(work: Work) -> None:
        if failures:
            raise failures.pop()
        heads.append(work.key)

    hourly = Hourly(wallet=wallet, send_head=send_head)
    worker = Worker(
        store=wallet.store, now=clock, handlers={"hourly": hourly}, lifetimes=LIFETIMES
    )
    await hourly.begin()
    await worker.drain()
    for _ in range(2):
        failures.append(NotCommittedError())
        clock.now = clock.now.replace(minute=0, second=0) + HOUR
        await worker.drain()
        clock.advance(seconds=10)
        await worker.drain()

    assert len(heads) == 3
    assert await cast.services.dead_work.listed() == []
    assert LIFETIMES["hourly"] > timedelta(minutes=10)


async def test_bank_that_is_away_keeps_no_other_from_being_asked(
    wallet: Wallet, cast: Cast, clock: TestClock
) -> None:
    """Each hour every source is asked; the rates of the one that answers are kept."""
    with bank(b"<html>") as cbr, bank(ECB) as ecb:
        settings = wallet.settings.model_copy(update={"rates_url": f"cbr:{cbr},ecb:{ecb}"})
        hourly = Hourly(wallet=replace(wallet, settings=settings), send_head=None)

        await hourly(Work("hourly:1", "hourly", "hourly", {}, clock(), clock()))

    [kept] = await cast.services.rates.listed()
    assert (kept.source, kept.text, kept.at) == ("ecb", "1.1", clock())
