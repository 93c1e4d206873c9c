"""QIWI's own Node client, as it is published, with its own tests, over a socket.

Its files are installed by `npm ci` after `tests/sdk/package-lock.json`, which holds the hash
of every one of them.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from purser.services import Services
from purser.web import serving_http
from services.clock import system_clock
from services.holders import Holder
from services.money import RUB, Money
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import LINKS, Shop

SDK = Path(__file__).parents[1] / "sdk"
PUBLISHED = "node_modules/@qiwi/bill-payments-node-js-sdk/test/QiwiBillPaymentsAPI.spec.js"
PAID_BILL, REFUND = "paid-bill", "first-refund"


async def run(*words: str, **environment: str) -> str:
    """What a program of Node's said; it must have succeeded."""
    node = shutil.which(words[0])
    assert node is not None, f"{words[0]} is needed: Node.js 20 or newer"
    child = await asyncio.create_subprocess_exec(
        node,
        *words[1:],
        cwd=SDK,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await child.communicate())[0].decode()
    assert child.returncode == 0, said
    return said


@pytest.fixture
async def installed() -> None:
    """The client is there, of the versions that the lock names; `make sdk` does the same."""
    lock, mark = SDK / "package-lock.json", SDK / "node_modules" / ".purser-ready"
    if not mark.exists() or mark.read_bytes() != lock.read_bytes():
        await run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        mark.write_bytes(lock.read_bytes())


@pytest.fixture
async def address(clock: TestClock, app: FastAPI) -> AsyncIterator[str]:
    """The gateway on a socket, at the time that its clients believe it is."""
    clock.now = system_clock()
    async with serving_http(app, host="127.0.0.1", port=0) as address:
        yield address


@pytest.mark.usefixtures("installed")
async def test_client_passes_its_own_tests_and_ours(
    address: str, shop: Shop, services: Services, cast: Cast
) -> None:
    await _paid_bill(shop, services, cast, await _payer(cast))

    said = await run(
        "node",
        "node_modules/mocha/bin/mocha.js",
        "--harmony",
        "--require",
        "./to_wallet.js",
        PUBLISHED,
        "shop.spec.js",
        WALLET=address,
        PAGES=LINKS.pages,
        SECRET_KEY=shop.key,
        PUBLIC_KEY=shop.merchant.public_key,
        PAID_BILL=PAID_BILL,
        REFUND=REFUND,
    )

    assert "14 passing" in said, said
    assert "failing" not in said
    assert await cast.faults() == []


async def _payer(cast: Cast) -> Holder:
    holder = await cast.join()
    await cast.fund(holder, 500_000)
    return holder


async def _paid_bill(shop: Shop, services: Services, cast: Cast, payer: Holder) -> None:
    """A bill that was paid and given back in part, as the client's tests expect one."""
    made = await shop.client.put(
        f"/partner/bill/v1/bills/{PAID_BILL}",
        json={"amount": {"currency": "RUB", "value": 100}},
        headers=shop.bearer,
    )
    assert made.status_code == 200
    invoice = await services.invoices.with_reference(merchant=shop.merchant, reference=PAID_BILL)
    await cast.pay(payer, invoice)
    await services.refunds.refund(
        merchant=shop.merchant, invoice_id=invoice.id, amount=Money(1_00, RUB), reference=REFUND
    )
