"""The cash terminal, over a tiny OSMP server; and the desk, over a tiny ledger."""

import base64
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.client import Sandbox, SandboxError
from sandbox.terminal.osmp import Outcome, parse_answer
from tests.sandbox.conftest import listening

BASIC = "Basic " + base64.b64encode(b"terminal:password").decode()


class Osmp:
    """Credits each txn_id once; answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.credited: dict[str, str] = {}
        self.result = 0
        self.status = 200
        self.costs: str | None = None
        """What the invoice asks for, whatever sum it is checked with."""
        self.app = Starlette(
            routes=[Route("/osmp", self.answer), Route("/operator/ledger", self.ledger)]
        )

    async def answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != BASIC:
            return Response(status_code=401)
        query = dict(request.query_params)
        self.asked.append(query)
        if query["command"] == "pay" and self.result == 0:
            self.credited.setdefault(query["txn_id"], query["sum"])
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><response><osmp_txn_id>{query["txn_id"]}'
            f"</osmp_txn_id><prv_txn>77</prv_txn><sum>{self.costs or query['sum']}</sum>"
            f"<result>{self.result}</result><comment>Анна &amp; Co</comment></response>"
        )
        return Response(body, self.status, media_type="text/html")

    async def ledger(self, request: Request) -> Response:
        is_known = request.headers.get("authorization") == "Bearer operator-key"
        if not is_known or "before" in request.query_params:
            return Response("not json", 200 if is_known else 404)
        return JSONResponse({"totals": [], "faults": []})


@pytest.fixture
def osmp() -> Osmp:
    return Osmp()


@pytest.fixture
async def wallet_url(osmp: Osmp) -> AsyncIterator[str]:
    async with listening(osmp.app) as url:
        yield url


async def test_cash_in(sandbox: Sandbox, osmp: Osmp) -> None:
    """Check and pay carry the same number, the sum is what was inserted."""
    receipt = await sandbox.terminal.top_up("+7 916 123-45-01", [500, 1000])

    check, pay = osmp.asked
    assert (check["command"], check["account"]) == ("check", "79161234501")
    assert (pay["command"], pay["sum"], pay["txn_date"]) == ("pay", "1500.00", "20261124080000")
    assert check["txn_id"] == pay["txn_id"] == receipt["txn_id"]
    assert pay["txn_id"].isdigit()
    assert len(pay["txn_id"]) <= 20
    assert (receipt["outcome"], receipt["prv_txn"]) == ("done", "77")
    assert receipt["comment"] == "Анна & Co"


async def test_an_invoice_takes_its_exact_sum(sandbox: Sandbox, osmp: Osmp) -> None:
    """Neither less nor more: the wallet gives no change, and would not know whom to."""
    osmp.costs = "180.00"
    screen = await sandbox.terminal.check("8984 9350")
    await sandbox.terminal.insert(100)
    with pytest.raises(SandboxError, match="80 is left"):
        await sandbox.terminal.insert(100)
    with pytest.raises(SandboxError, match="insert 80 more"):
        await sandbox.terminal.pay()
    await sandbox.post("terminal/reset")
    receipt = await sandbox.terminal.pay_invoice("89849350")

    assert (screen["account"], screen["asked"]) == ("89849350", 180)
    assert (receipt["sum"], osmp.asked[-1]["account"]) == ("180.00", "89849350")
    osmp.costs = "180.50"
    with pytest.raises(SandboxError, match="cannot make"):
        await sandbox.terminal.check("89849350")
    osmp.costs, osmp.result = None, 5
    assert (await sandbox.terminal.check("89849350"))["asked"] is None


async def test_repeating_sends_the_same_payment(sandbox: Sandbox, osmp: Osmp) -> None:
    """An unanswered payment is asked about with its own number until it is known."""
    osmp.result = 1
    await sandbox.terminal.check("79161234501")
    osmp.result, osmp.status = 0, 500
    with pytest.raises(SandboxError, match="enter a number first"):
        await sandbox.terminal.insert(100)
    osmp.status = 200
    await sandbox.terminal.check("79161234501")
    await sandbox.terminal.insert(100)
    osmp.status = 500

    unknown = await sandbox.terminal.pay()
    osmp.status = 200
    known = await sandbox.terminal.repeat()

    assert (unknown["outcome"], known["outcome"]) == ("unknown", "done")
    assert (known["txn_id"], known["times_sent"]) == (unknown["txn_id"], 2)
    assert osmp.asked[-1] == osmp.asked[-2]
    assert osmp.credited == {unknown["txn_id"]: "100.00"}


async def test_refused_number_takes_no_money(sandbox: Sandbox, osmp: Osmp) -> None:
    """Its reason is on the screen."""
    osmp.result = 5

    screen = await sandbox.terminal.check("79161234501")

    assert (screen["check"]["outcome"], screen["check"]["result"]) == ("refused", 5)
    with pytest.raises(SandboxError):
        await sandbox.terminal.insert(100)


async def test_what_the_terminal_does_not_do(sandbox: Sandbox) -> None:
    """No payment without a number or money, no odd banknote, nobody else's money."""
    for path in ("terminal/pay", "terminal/repeat"):
        with pytest.raises(SandboxError, match="409"):
            await sandbox.post(path)
    with pytest.raises(SandboxError, match="enter a phone number"):
        await sandbox.terminal.check("+")
    await sandbox.terminal.check("79161234501")
    with pytest.raises(SandboxError, match="no banknote of 300"):
        await sandbox.terminal.insert(300)
    await sandbox.terminal.insert(50)
    with pytest.raises(SandboxError, match="for another number"):
        await sandbox.terminal.check("14155550132")
    screen = await sandbox.post("terminal/reset")
    assert (screen["account"], screen["inserted"]) == (None, 0)


@given(st.binary())
def test_any_answer_is_understood_or_unknown(body: bytes) -> None:
    """An unreadable answer is never a refusal: the money may be there."""
    assert parse_answer(body).outcome in {Outcome.UNKNOWN, Outcome.DONE, Outcome.REFUSED}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("", Outcome.UNKNOWN),
        ("<html>502</html>", Outcome.UNKNOWN),
        ("<response><result>90</result></response>", Outcome.UNKNOWN),
        ("<response><comment/><result> 0 </result></response>", Outcome.DONE),
        ("<response><result fatal='true'>300</result></response>", Outcome.REFUSED),
        ("<response><result>ok</result></response>", Outcome.UNKNOWN),
    ],
)
def test_outcomes(body: str, outcome: Outcome) -> None:
    """0 is done, 1 and 90 are to be asked again, every other code is final."""
    assert parse_answer(body.encode()).outcome is outcome


async def test_desk_shows_the_ledger(sandbox: Sandbox) -> None:
    """With the operator's key; an unreadable answer is told as such."""
    assert await sandbox.ledger() == {"totals": [], "faults": []}
    with pytest.raises(SandboxError, match="not JSON"):
        await sandbox.get("desk?before=3")
