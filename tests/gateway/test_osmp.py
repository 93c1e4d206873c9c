"""Terminals over OSMP: every answer is XML with a result, and cash is credited once."""

import asyncio
import base64
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import httpx
import pytest

from gateway.osmp import Reply, rendered
from purser.services import Services
from services.holders import Holder
from services.store import NotCommittedError
from services.topups import TopUps
from tests.cast import OTHER_PHONE, PHONE, Cast


@dataclass(frozen=True)
class Line:
    """A terminal's line to the wallet."""

    client: httpx.AsyncClient
    login: str
    password: str

    async def ask(self, method: str = "GET", **fields: str) -> dict[str, str]:
        """The tags of the answer to a request of *fields*."""
        headers = {"Authorization": basic(self.login, self.password)}
        asked = {"txn_id": "1234", "account": PHONE[1:], "sum": "500.00"} | fields
        if method == "GET":
            answer = await self.client.get("/osmp", params=asked, headers=headers)
        else:
            answer = await self.client.post("/osmp", data=asked, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        return tags(answer.content)


def basic(login: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{login}:{password}'.encode()).decode()}"


def tags(xml: bytes) -> dict[str, str]:
    root = ET.fromstring(xml)  # noqa: S314  # our own answer
    assert root.tag == "response"
    return {each.tag: each.text or "" for each in root}


@pytest.fixture
async def line(services: Services, client: httpx.AsyncClient) -> Line:
    made = await services.terminals.add(name="Lobby", bond_minor=10_000_00)
    return Line(client, made.terminal.login, made.password)


async def test_check_then_pay(line: Line, cast: Cast, ann: Holder) -> None:
    """The whole of what happens at a terminal."""
    checked = await line.ask(command="check")
    paid = await line.ask(command="pay", txn_date="20261124120000")

    assert (checked["result"], checked["osmp_txn_id"], checked["sum"]) == ("0", "1234", "500.00")
    assert (paid["result"], paid["osmp_txn_id"], paid["sum"]) == ("0", "1234", "500.00")
    assert paid["prv_txn"]
    assert await cast.available(ann) == 550_000


async def test_post_form(line: Line, cast: Cast, ann: Holder) -> None:
    assert (await line.ask("POST", command="pay"))["result"] == "0"
    assert await cast.available(ann) == 550_000


async def test_repeats_are_answered_with_the_first(line: Line, cast: Cast, ann: Holder) -> None:
    """In turn and at once, by either method: one credit, one prv_txn."""
    first = await line.ask(command="pay")

    again = await asyncio.gather(
        *(line.ask("POST" if number % 2 else "GET", command="pay") for number in range(12))
    )
    later = await line.ask(command="check")

    assert {(each["result"], each["prv_txn"]) for each in again} == {("0", first["prv_txn"])}
    assert later["result"] == "0"
    assert await cast.available(ann) == 550_000


@pytest.mark.parametrize("fields", [{"sum": "501.00"}, {"account": OTHER_PHONE[1:]}])
async def test_receipt_used_otherwise(
    line: Line, cast: Cast, ann: Holder, fields: dict[str, str]
) -> None:
    """The stored sum stands; the new one is neither credited nor echoed."""
    await cast.join(8, OTHER_PHONE)
    await line.ask(command="pay")

    refused = await line.ask(command="pay", **fields)

    assert refused["result"] == "300"
    assert "sum" not in refused
    assert await cast.available(ann) == 550_000


async def test_check_may_be_followed_by_another_sum(line: Line, cast: Cast, ann: Holder) -> None:
    """Terminals ask before the banknotes are counted."""
    await line.ask(command="check", sum="1.00")

    assert (await line.ask(command="pay"))["sum"] == "500.00"
    assert await cast.available(ann) == 550_000


async def test_receipts_are_each_terminals_own(
    line: Line, services: Services, cast: Cast, ann: Holder
) -> None:
    made = await services.terminals.add(name="Hall", bond_minor=10_000_00)
    other = Line(line.client, made.terminal.login, made.password)

    one, two = await line.ask(command="pay"), await other.ask(command="pay")

    assert one["prv_txn"] != two["prv_txn"]
    assert await cast.available(ann) == 600_000


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"account": "12"}, "4"),
        ({"account": "Anna"}, "4"),
        ({"account": OTHER_PHONE[1:]}, "5"),
        ({"sum": "0"}, "241"),
        ({"sum": "0.00"}, "241"),
        ({"sum": "10000000000000.01"}, "242"),
        ({"sum": "9" * 30}, "242"),
        ({"sum": "500.50"}, "300"),
        ({"sum": "500.005"}, "300"),
        ({"sum": "-5"}, "300"),
        ({"sum": "1e3"}, "300"),
        ({"sum": "NaN"}, "300"),
        ({"sum": "5OO"}, "300"),
        ({"sum": ""}, "300"),
        ({"account": ""}, "300"),
        ({"txn_id": ""}, "300"),
        ({"txn_id": "12a"}, "300"),
        ({"txn_id": "1" * 21}, "300"),
        ({"txn_id": "١٢"}, "300"),
        ({"command": "cancel"}, "300"),
        ({"command": "PAY"}, "300"),
        ({"command": ""}, "300"),
    ],
)
@pytest.mark.parametrize("command", ["check", "pay"])
async def test_results(
    line: Line, cast: Cast, ann: Holder, command: str, fields: dict[str, str], result: str
) -> None:
    refused = await line.ask(**({"command": command} | fields))

    assert refused["result"] == result
    assert refused["comment"]
    assert "prv_txn" not in refused
    assert await cast.available(ann) == 500_000


async def test_wider_spellings(line: Line, ann: Holder) -> None:
    """As terminals send them: a plus, a comma, no kopecks."""
    fields = ({"account": PHONE}, {"sum": "500"}, {"sum": "500,00"}, {"txn_id": "0" * 20})

    results = [(await line.ask(command="check", **each))["result"] for each in fields]

    assert results == ["0"] * 4


async def test_an_invoice_is_paid_by_its_eight_digits(line: Line, cast: Cast, ann: Holder) -> None:
    """The check says the sum, whatever it asks about; the payment is that sum, once."""
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 500_00, phone=None)
    number = await cast.services.cash_payments.number(invoice_id=invoice.id)

    checked = await line.ask(command="check", account=number, sum="100.00")
    short = await line.ask(command="pay", account=number, sum="400.00")
    paid = [await line.ask("POST", command="pay", account=number) for _ in range(2)]
    again = await line.ask(command="pay", account=number, txn_id="1235")
    unknown = await line.ask(command="check", account="12345678")

    assert (checked["result"], checked["sum"]) == ("0", "500.00")
    assert "Shop" in checked["comment"]
    assert (short["result"], short["comment"]) == ("300", "The exact sum of the invoice is needed")
    assert (paid[0]["result"], paid[0]["prv_txn"]) == ("0", paid[1]["prv_txn"])
    assert (again["result"], unknown["result"]) == ("7", "5")
    assert await cast.posted(shop.owner) == 500_00
    assert await cast.available(ann) == 500_000


async def test_terminal_full_of_cash(
    services: Services, client: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    """Temporary: the same request is credited once its cash was collected."""
    made = await services.terminals.add(name="Small", bond_minor=100_00)
    line = Line(client, made.terminal.login, made.password)

    refused = await line.ask(command="pay")

    assert refused["result"] == "1"
    assert await cast.available(ann) == 500_000


async def test_more_than_the_wallet_may_hold(line: Line, cast: Cast, ann: Holder) -> None:
    """Ann's 5,000 and 10,001 more pass 15,000: told at the check, before the cash is in."""
    checked = await line.ask(command="check", sum="10001.00")
    paid = await line.ask(command="pay", sum="10001.00")
    fits = await line.ask(command="pay", txn_id="1235", sum="10000.00")

    assert (checked["result"], paid["result"], fits["result"]) == ("242", "242", "0")
    assert await cast.available(ann) == 1_500_000


async def test_storage_that_fails(
    services: Services, client: httpx.AsyncClient, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown is never a refusal: the person's cash is in the machine."""
    for error in (NotCommittedError(), RuntimeError("disk")):

        async def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(TopUps, "pay", fail)

        assert (await line.ask(command="pay"))["result"] == "1"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nobody").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        basic("nobody", "nothing"),
        basic("терминал", "пароль"),
        "Bearer x",
        "Bäsic x",
    ],
)
async def test_strangers(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/osmp", headers={b"Authorization": header.encode()})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="osmp", charset="UTF-8"'


async def test_wrong_password_and_rotated(line: Line, services: Services) -> None:
    wrong = {"Authorization": basic(line.login, "wrong")}
    assert (await line.client.get("/osmp", headers=wrong)).status_code == 401

    [terminal] = await services.terminals.listed()
    await services.terminals.rotate(terminal=terminal)

    old = {"Authorization": basic(line.login, line.password)}
    assert (await line.client.get("/osmp", headers=old)).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        "command=pay&sum=1&sum=2&txn_id=1&account=79161234567",
        "&".join(f"f{number}=1" for number in range(50)),
        "command=%ff%fe&txn_id=%00%01&account=%00&sum=%00",
        "",
        "&&&===",
    ],
)
async def test_odd_queries(line: Line, query: str) -> None:
    headers = {"Authorization": basic(line.login, line.password)}

    answer = await line.client.get(f"/osmp?{query}", headers=headers)

    assert (answer.status_code, tags(answer.content)["result"]) == (200, "300")


def test_what_was_sent_is_escaped() -> None:
    xml = rendered(Reply(300, "<&>"), "<b>&\x00\ud800</b>").encode()

    assert tags(xml)["osmp_txn_id"] == "<b>&</b>"
