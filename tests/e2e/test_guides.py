"""The guides for new shops, lived through in a sandbox: what they say is all that is done."""

import asyncio
import hashlib
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from purser.demo import DATABASE, own_sandbox
from tests.gateway.test_qiwi_sdk import installed
from tests.gateway.test_qiwi_sdk import run as run_sdk
from tests.guides import CLIENT, SECONDS_MAX, Terminal, blocks, javascript, python, start

__all__ = ["installed"]

EVALUATE = {"python": python, "js": javascript}


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with own_sandbox(tmp_path, has_catalogue=False) as running:
        yield running


@pytest.fixture
async def terminal(address: str, tmp_path: Path) -> AsyncIterator[Terminal]:
    async with httpx.AsyncClient(timeout=SECONDS_MAX) as client:
        database = str(tmp_path / DATABASE)
        yield Terminal(client, {"WALLET": address}, database)


class Program:
    """A shop that was saved from a guide, and runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self) -> str:
        """The next line."""
        if self._process.stdout is None:
            raise ValueError("it is heard by nobody")
        async with asyncio.timeout(SECONDS_MAX):
            return (await self._process.stdout.readline()).decode().strip()


@asynccontextmanager
async def running(language: str, folder: Path, **environment: str) -> AsyncIterator[Program]:
    [source] = blocks("from-nothing", language)
    program = folder / ("shop.py" if language == "python" else "shop.mjs")
    program.write_text(source)
    first = sys.executable if language == "python" else "node"
    more = {"PORT": "0", "PYTHONPATH": str(CLIENT)}
    process = await start(first, str(program), **environment, **more)
    try:
        yield Program(process)
    finally:
        process.kill()
        await process.communicate()


@pytest.mark.parametrize("language", ["python", "js"])
async def test_from_nothing(terminal: Terminal, tmp_path: Path, language: str) -> None:
    """A shop, a first invoice, a program that sells, and the news of its payment."""
    _, add, _, first, _, connect = blocks("from-nothing", "sh")
    [shop] = await terminal.types(add)
    terminal.environment |= {"KEY": shop["secret_key"], "WEBHOOK_SECRET": shop["webhook_secret"]}
    [invoice] = await terminal.types(first)

    async with running(language, tmp_path, **terminal.environment) as program:
        place = await program.says()
        set_up, tested = await terminal.types(connect.replace("http://127.0.0.1:9000", place))
        sold = await terminal.client.get(place)
        await press_pay(terminal, sold.headers["location"])
        told = await program.says()
        forged = await terminal.client.post(f"{place}/hook", content=b"{}", headers=FORGED)

    assert (invoice["state"], invoice["test"]) == ("waiting", True)
    assert set_up["webhook_url"] == f"{place}/hook"
    assert ("webhook", 204) in [(each["kind"], each["status"]) for each in tested["items"]]
    assert sold.status_code == 303
    assert re.fullmatch("order-[0-9]+ is paid", told)
    assert forged.status_code == 400


FORGED = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}


async def press_pay(terminal: Terminal, page_url: str) -> None:
    """As the page's button does; that it can be pressed is the checkout's own test."""
    invoice_id = page_url[-36:].replace("-", "")
    answer = await terminal.client.post(
        f"{terminal.environment['WALLET']}/api/v1/invoices/{invoice_id}/test",
        json={"pays": True},
        headers={"Authorization": f"Bearer {terminal.environment['KEY']}"},
    )
    assert answer.is_success


async def test_from_qiwi(terminal: Terminal) -> None:
    """Keys by the operator, a bill in three ways, and notifications that are known."""
    add, returns, _, ask = blocks("from-qiwi", "sh")
    shop, pair = await terminal.types(add, SHOP=lambda made: made[0]["id"])
    terminal.environment |= {"KEY": pair["secret_key"], "SHOP": shop["id"]}
    await terminal.types(returns)

    issued, found = await terminal.types(ask)
    others = [
        await EVALUATE[language](
            blocks("from-qiwi", language)[0],
            f'bill("order-{language}", "1250.00", "Headphones")',
            **terminal.environment,
        )
        for language in EVALUATE
    ]

    assert issued == found
    for each in (issued, *others):
        assert each["payUrl"].startswith(f"{terminal.environment['WALLET']}/form/")
        assert (each["amount"]["value"], each["status"]["value"]) == ("1250.00", "WAITING")


@pytest.mark.usefixtures("installed")
async def test_qiwis_own_client_is_led_here(terminal: Terminal) -> None:
    """By the four lines of the guide."""
    [pair] = await terminal.types("purser merchant add --name Shop --json")
    [lines] = blocks("from-qiwi", "javascript")
    asks = f"""{lines}
new QiwiBillPaymentsAPI({json.dumps(pair["secret_key"])})
  .createBill("order-sdk", {{ amount: 1250, currency: "RUB", comment: "Headphones",
    expirationDateTime: new Date(Date.now() + 86400000).toISOString() }})
  .then((bill) => console.log(bill.payUrl));
"""

    said = await run_sdk("node", "--eval", asks, **terminal.environment)

    assert said.startswith(f"{terminal.environment['WALLET']}/form/")


KEY = "test-merchant-secret-for-signature-check"
SIGNATURE = "07e0ebb10916d97760c196034105d010607a6c6b7d72bfa1c3451448ac484a3b"
BILL = {
    "siteId": "test",
    "billId": "test_bill",
    "amount": {"value": "1.00", "currency": "RUB"},
    "status": {"value": "PAID"},
}
"""Source: the tests of QIWI's own SDK."""


@pytest.mark.parametrize("language", [*EVALUATE])
async def test_check_of_qiwis_notifications(language: str) -> None:
    """By the vector that QIWI's own SDK is tested with."""
    name = "is_qiwis" if language == "python" else "isQiwis"
    cases = [(SIGNATURE, BILL), (SIGNATURE, BILL | {"billId": "other"}), ("00", BILL)]
    calls = [f"{name}({json.dumps(KEY)}, {json.dumps(s)}, {json.dumps(b)})" for s, b in cases]

    source = blocks("from-qiwi", language)[1]
    checked = await EVALUATE[language](source, f"[{', '.join(calls)}]")

    assert checked == [True, False, False]


async def test_from_robokassa(terminal: Terminal) -> None:
    """A login by the operator, the payer's link in two languages, and an order's state."""
    add, _, state = blocks("from-robokassa", "sh")
    [shop] = await terminal.types(add)
    terminal.environment |= {
        "LOGIN": shop["login"],
        "PASSWORD_1": shop["password_1"],
        "PASSWORD_2": shop["password_2"],
    }

    links = [
        await EVALUATE[language](
            blocks("from-robokassa", language)[0],
            'pay_link(17, "1250.00", "Headphones")'.replace(
                "pay_link", "pay_link" if language == "python" else "payLink"
            ),
            **terminal.environment,
        )
        for language in EVALUATE
    ]
    opened = [await terminal.client.get(each) for each in links]
    asked = hashlib.md5(f"{shop['login']}:17:{shop['password_2']}".encode())  # noqa: S324  # theirs
    [told] = await terminal.types(state, SIGNATURE=asked.hexdigest())

    assert links[0] == links[1]
    assert [each.status_code for each in opened] == [303, 303]
    assert opened[0].headers["location"] == opened[1].headers["location"]
    assert "<Code>5</Code>" in told  # begun, and not paid


@pytest.mark.parametrize("language", [*EVALUATE])
async def test_check_of_robokassas_result(language: str) -> None:
    """The sum as it was sent, in upper case or not."""
    name = "is_paid" if language == "python" else "isPaid"
    signature = hashlib.md5(b"125.000000:5:password").hexdigest()  # noqa: S324  # theirs
    fields: dict[str, Any] = {"OutSum": "125.000000", "InvId": "5"}
    cases = [
        fields | {"SignatureValue": signature.upper()},
        fields | {"SignatureValue": signature},
        fields | {"OutSum": "125.00", "SignatureValue": signature},
    ]
    calls = ", ".join(f"{name}({json.dumps(each)})" for each in cases)

    source = blocks("from-robokassa", language)[1]
    checked = await EVALUATE[language](source, f"[{calls}]", PASSWORD_2="password")

    assert checked == [True, True, False]
