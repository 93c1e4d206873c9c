"""Asking a provider by OSMP: whatever it does, money is never said to be where it is not."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.providers import open_session, problems
from gateway.providers.osmp import Osmp, OsmpSettings, with_point
from gateway.providers.osmp_answers import CODES, read
from services.connections import Answer, Asked, Outcome
from services.money import CURRENCIES, RUB, Money
from tests.gateway.billing import Billing, billing, http, xml

TXN = 1234567890123456789
ASKED = Asked(
    txn=TXN,
    account="+7 916/ключ&x=1",
    amount=Money(1250_50, RUB),
    at=datetime(2026, 11, 24, 22, 30, 5, tzinfo=UTC),
    fields={"account": "+7 916/ключ&x=1", "meter": "00123"},
)
FATAL = sorted(code for code, (outcome, _) in CODES.items() if outcome is Outcome.REFUSED)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
async def provider() -> AsyncIterator[Billing]:
    async with billing() as made:
        yield made


def line(session: aiohttp.ClientSession, url: str, **settings: Any) -> Osmp:
    """A line with short waits."""
    given: dict[str, Any] = {"url": url, "pay_seconds": 1, "check_seconds": 1} | settings
    return Osmp(session=session, settings=OsmpSettings(**given), password="sesame")


def understood(body: bytes) -> Answer:
    return read(body, txn=TXN, amount="1250.50", codes=CODES, payee=("disp1", "name"))


async def test_what_is_asked(session: aiohttp.ClientSession, provider: Billing) -> None:
    """Always a sum with a point and two decimals, and Moscow's time; nothing spills over."""
    provider.say = lambda request: http(xml())
    osmp = line(
        session,
        f"{provider.url}?point=7",
        parameters={"prv_id": "12"},
        fields={"data1": "meter"},
    )

    await osmp.check(ASKED)
    await osmp.pay(ASKED)

    check, pay = provider.requests
    assert check.fields == {
        "point": "7",
        "command": "check",
        "txn_id": str(TXN),
        "account": ASKED.account,
        "sum": "1250.50",
        "prv_id": "12",
        "data1": "00123",
    }
    assert pay.fields == check.fields | {"command": "pay", "txn_date": "20261125013005"}
    assert "authorization" not in pay.headers


async def test_post_with_login_in_another_charset(
    session: aiohttp.ClientSession, provider: Billing
) -> None:
    """As older billings want it."""
    provider.say = lambda request: http(xml(0, prv_txn="77"))
    osmp = line(
        session,
        provider.url,
        method="POST",
        login="purser",
        password_file="unread",
        charset="windows-1251",
        zone="Asia/Novosibirsk",
    )

    answer = await osmp.pay(ASKED)

    sent = provider.requests[0]
    assert (answer.outcome, answer.provider_txn) == (Outcome.DONE, "77")
    assert sent.method == "POST"
    assert sent.target == "/pay"
    assert b"account=%2B7+916%2F%EA%EB%FE%F7%26x%3D1" in sent.body
    assert b"txn_date=20261125053005" in sent.body
    assert sent.headers["authorization"] == (
        f"Basic {base64.b64encode(b'purser:sesame').decode()}"
    )


@pytest.mark.parametrize("code", FATAL)
async def test_fatal_codes_refuse(
    session: aiohttp.ClientSession, provider: Billing, code: int
) -> None:
    """Each by a name of its own, which the chat has words for."""
    provider.say = lambda request: http(xml(code, comment="\n Нет\x7f  такого "))

    answer = await line(session, provider.url).pay(ASKED)

    assert answer.outcome is Outcome.REFUSED
    assert answer.reason == CODES[code][1]
    assert (answer.code, answer.comment) == (str(code), "Нет такого")


@pytest.mark.parametrize(
    ("said", "outcome", "reason"),
    [
        (http(xml(1)), Outcome.LATER, "busy"),
        (http(xml(90)), Outcome.UNKNOWN, "not_finished"),
        (http(xml(17)), Outcome.UNKNOWN, "unknown_code"),
        (http(xml(-1)), Outcome.UNKNOWN, "no_result"),
        (http(xml("")), Outcome.UNKNOWN, "no_result"),
        (http(b""), Outcome.UNKNOWN, "empty"),
        (http(b" \r\n"), Outcome.UNKNOWN, "empty"),
        (http(b"", status="204 No Content"), Outcome.UNKNOWN, "empty"),
        (http(b"<html><body>OK</body></html>"), Outcome.UNKNOWN, "not_understood"),
        (http(b"<response><result>0</result>"), Outcome.UNKNOWN, "not_understood"),
        (http(b"<answer><result>0</result></answer>"), Outcome.UNKNOWN, "not_understood"),
        (http(b"<response><prv_txn>1</prv_txn></response>"), Outcome.UNKNOWN, "no_result"),
        (
            http(b"<response><result>0</result><result>5</result></response>"),
            Outcome.UNKNOWN,
            "no_result",
        ),
        (http(xml(0, osmp_txn_id="42")), Outcome.UNKNOWN, "other_payment"),
        (http(xml(5, osmp_txn_id="42")), Outcome.UNKNOWN, "other_payment"),
        (http(xml(0) + b" " * 70_000), Outcome.UNKNOWN, "too_long"),
        (http(xml(0), status="500 Internal Server Error"), Outcome.UNKNOWN, "http_error"),
        (http(xml(5), status="502 Bad Gateway"), Outcome.UNKNOWN, "http_error"),
        (http(xml(5), status="403 Forbidden"), Outcome.UNKNOWN, "http_error"),
        (http(b"", status="401 Unauthorized"), Outcome.LATER, "login_refused"),
        (http(b"", status="429 Too Many Requests"), Outcome.LATER, "too_many_requests"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Outcome.UNKNOWN, "cut_off"),
        (b"", Outcome.UNKNOWN, "cut_off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<resp", Outcome.UNKNOWN, "cut_off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", Outcome.UNKNOWN, "cut_off"),
        (None, Outcome.UNKNOWN, "timeout"),
    ],
)
async def test_nothing_but_an_answer_is_an_answer(
    session: aiohttp.ClientSession,
    provider: Billing,
    said: bytes | None,
    outcome: Outcome,
    reason: str,
) -> None:
    """After the request has left, what is not understood may have been credited."""
    provider.say = lambda request: said

    paid = await line(session, provider.url).pay(ASKED)
    checked = await line(session, provider.url).check(ASKED)

    assert (paid.outcome, paid.reason) == (outcome, reason)
    assert checked.outcome is outcome
    assert len(provider.requests) == 2  # each was sent once, whatever came back


async def test_redirect_is_not_followed(session: aiohttp.ClientSession, provider: Billing) -> None:
    """It could lead anywhere, with the account in the address."""
    moved = http(b"", status="302 Found", headers=f"Location: {provider.url}/elsewhere")
    provider.say = lambda request: moved

    answer = await line(session, provider.url).pay(ASKED)

    assert (answer.outcome, answer.reason) == (Outcome.UNKNOWN, "redirected")
    assert len(provider.requests) == 1


async def test_cut_line_is_unknown_and_not_sent_again(
    session: aiohttp.ClientSession, provider: Billing
) -> None:
    """A second request by the client itself would be answered `duplicate`, and look refused."""
    provider.say = lambda request: http(xml())
    osmp = line(session, provider.url)
    await osmp.pay(ASKED)
    provider.say, provider.resets = lambda request: b"", True

    answer = await osmp.pay(ASKED)

    assert (answer.outcome, answer.reason) == (Outcome.UNKNOWN, "cut_off")
    assert len(provider.requests) == 2


async def test_nobody_there_is_certainly_not_credited(session: aiohttp.ClientSession) -> None:
    """Refused, or a name that leads nowhere."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]

        refused = await line(session, f"http://127.0.0.1:{port}/").pay(ASKED)

    nameless = await line(session, "http://billing.internal:1/").pay(ASKED)
    assert (refused.outcome, refused.reason) == (Outcome.LATER, "unreachable")
    assert (nameless.outcome, nameless.reason) == (Outcome.LATER, "unreachable")


async def test_wrong_side_of_tls_is_certainly_not_credited(
    session: aiohttp.ClientSession, provider: Billing
) -> None:
    """No request leaves before the certificate was found good."""
    provider.say = lambda request: http(xml())
    url = provider.url.replace("http://", "https://")

    answer = await line(session, url).pay(ASKED)

    assert (answer.outcome, answer.reason) == (Outcome.LATER, "unreachable")
    assert provider.requests == []


async def test_slow_answer_within_its_time(
    session: aiohttp.ClientSession, provider: Billing
) -> None:
    """Two at once to one provider do not wait for one another."""
    both = asyncio.Barrier(2)
    answered = http(xml(0, prv_txn="9"))
    serve = provider.serve

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await both.wait()
        await serve(reader, writer)

    provider.say = lambda request: answered
    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        osmp = line(session, url, pay_seconds=30)
        answers = await asyncio.gather(osmp.pay(ASKED), osmp.pay(ASKED))

    assert {each.provider_txn for each in answers} == {"9"}


def test_answer_is_read_by_tags() -> None:
    """In any order, among tags that nobody knows, with a namespace, after blank lines."""
    body = """

    <?xml version="1.0" standalone="yes"?>
    <o:Response xmlns:o="urn:x"><extra><result>5</result></extra>
      <o:fields><o:field2 name="balance">3</o:field2>
        <o:field1 name="disp1"> Иванов   Пётр </o:field1></o:fields>
      <comment><![CDATA[ok <b>]]></comment><sum>1250.5</sum>
      <o:prv_txn> A-77 </o:prv_txn><o:osmp_txn_id>01234567890123456789</o:osmp_txn_id>
      <result> 0 </result></o:Response>"""

    assert understood(body.encode()) == Answer(
        Outcome.DONE, "", "0", comment="ok <b>", payee="Иванов Пётр", provider_txn="A-77"
    )


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0" encoding="windows-1251"?>'
        + "<response><result>5</result><comment>Нет</comment></response>".encode("cp1251"),
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + "<response><result>5</result><comment>Нет</comment></response>".encode("cp1251"),
        "<response><result>5</result><comment>Нет</comment></response>".encode("cp1251"),
        "<response><result>5</result><comment>Нет</comment></response>".encode("utf-8-sig"),
        "<response><result>5</result><comment>Нет</comment></response>".encode("utf-16"),
        b'<?xml version="1.0" encoding="unicode_escape"?>'
        + "<response><result>5</result><comment>Нет</comment></response>".encode(),
    ],
)
def test_charset_is_what_the_bytes_are(body: bytes) -> None:
    """Whatever the declaration says."""
    answer = understood(body)

    assert (answer.outcome, answer.comment) == (Outcome.REFUSED, "Нет")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_bombs_do_not_go_off(charset: str) -> None:
    """No document type, in any charset; deep nesting is bounded by the length."""
    bomb = (
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        "<response><result>0</result><comment>&b;</comment></response>"
    )
    deep = "<response><result>0</result>" + "<a>" * 9000 + "</a>" * 9000 + "</response>"

    assert understood(bomb.encode(charset)).reason == "not_understood"
    assert understood(deep.encode()).outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("echoed", "reason"),
    [
        ("1250.50", ""),
        ("1250.5", ""),
        ("1250,50", ""),
        ("01250.500", ""),
        ("", ""),
        ("1250.51", "echoed_other_sum"),
        ("125050", "echoed_other_sum"),
        ("-1250.50", "echoed_other_sum"),
        ("many", "echoed_other_sum"),
    ],
)
def test_echoed_sum_is_noted_and_not_trusted(echoed: str, reason: str) -> None:
    """Some echo what is asked and keep what was asked before."""
    answer = understood(xml(0, sum=echoed))

    assert (answer.outcome, answer.reason) == (Outcome.DONE, reason)


@given(st.binary(max_size=300), st.sampled_from([b"", b"<response><result>", b"<?xml "]))
def test_any_bytes_are_an_answer(noise: bytes, start: bytes) -> None:
    """Never an exception, and nothing is done by chance."""
    answer = understood(start + noise)

    assert answer.outcome is not Outcome.DONE or b"0" in noise


async def test_codes_of_ones_own(session: aiohttp.ClientSession, provider: Billing) -> None:
    """What a provider means by a code is the operator's to say."""
    codes = {"300": "unknown", "17": "account_closed", "5": "later"}
    osmp = line(session, provider.url, codes=codes)
    found = {}
    for code in (300, 17, 5, 7):
        provider.say = lambda request, code=code: http(xml(code))  # type: ignore[misc]
        found[code] = await osmp.pay(ASKED)

    assert {code: (each.outcome, each.reason) for code, each in found.items()} == {
        300: (Outcome.UNKNOWN, "unknown_code"),
        17: (Outcome.REFUSED, "account_closed"),
        5: (Outcome.LATER, "busy"),
        7: (Outcome.REFUSED, "forbidden"),
    }


async def test_account_that_cannot_be_sent_is_not(
    session: aiohttp.ClientSession, provider: Billing
) -> None:
    """Too long for the protocol, or not in the provider's charset."""
    long = Asked(TXN, "1" * 201, ASKED.amount, ASKED.at)
    foreign = Asked(TXN, "खाता", ASKED.amount, ASKED.at)

    answers = [
        await line(session, provider.url).pay(long),
        await line(session, provider.url, charset="windows-1251").pay(foreign),
    ]

    assert [(each.outcome, each.reason) for each in answers] == [
        (Outcome.REFUSED, "account_format")
    ] * 2
    assert provider.requests == []


@pytest.mark.parametrize(
    ("code", "minor", "text"),
    [("RUB", 5, "0.05"), ("JPY", 100, "100.00"), ("KWD", 1234, "1.234"), ("RUB", 100, "1.00")],
)
def test_sums_have_a_point_and_two_decimals(code: str, minor: int, text: str) -> None:
    """More only where the currency has more: nothing is rounded away."""
    assert with_point(Money(minor, CURRENCIES[code])) == text


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"url": "https://billing.example/osmp"}, set()),
        ({"url": "http://10.0.0.5:8080/osmp"}, set()),
        ({"url": "http://billing/osmp"}, set()),
        ({"url": "http://billing.example/osmp"}, {"url"}),
        ({"url": "http://8.8.8.8/osmp"}, {"url"}),
        ({"url": "ftp://billing.example/"}, {"url"}),
        ({"url": "https://me:pw@billing.example/"}, {"url"}),
        ({"url": "https://billing.example/#x"}, {"url"}),
        ({"url": "https://billing.example:port/"}, {"url"}),
        ({"url": "https://счёт.example/"}, {"url"}),
        ({}, {"url"}),
        ({"url": "https://b.example/", "pay_seconds": 60}, {"pay_seconds"}),
        ({"url": "https://b.example/", "zone": "Mars/Olympus"}, {"zone"}),
        ({"url": "https://b.example/", "registry": {"prefix": "../x"}}, {"registry"}),
        ({"url": "https://b.example/", "registry": {"date": "%n"}}, {"registry"}),
        ({"url": "https://b.example/", "codes": {"0": "later"}}, {"codes"}),
        ({"url": "https://b.example/", "codes": {"five": "later"}}, {"codes"}),
        ({"url": "https://b.example/", "codes": {"5": "done"}}, {"codes"}),
        ({"url": "https://b.example/", "login": "me"}, {"password_file"}),
        ({"url": "https://b.example/", "pasword_file": "x"}, {"pasword_file"}),
    ],
)
def test_settings_are_checked_before_they_are_used(
    settings: dict[str, Any], wrong: set[str]
) -> None:
    """At the import of the catalogue, with the name of what is wrong."""
    assert set(problems("osmp", settings)) == wrong


def test_unknown_kind_is_a_problem() -> None:
    """It would never be reached."""
    assert set(problems("carrier pigeon", {})) == {"kind"}
