"""`purser rates`, from outside: a process, what it prints, what the next one finds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.purser.conftest import Command

CBR = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="01.06.2020"><Valute><CharCode>USD</CharCode><Nominal>1</Nominal>
<Value>92,5058</Value></Valute></ValCurs>""".encode("windows-1251")
ECB = b"""<a xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>
<Cube time='2020-06-01'><Cube currency='USD' rate='1.1'/></Cube></Cube></a>"""


@contextmanager
def bank(body: bytes) -> Iterator[str]:
    """A bank that always says the same."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_rates_of_two_banks_and_of_the_operator(purser: Command) -> None:
    """All are listed with source, date and age; what is too old says so."""
    with bank(CBR) as cbr, bank(ECB) as ecb:
        sources = f"cbr:{cbr},ecb:{ecb}"
        fetched = json.loads(purser.ok("rates", "fetch", "--json", PURSER_RATES_URL=sources))
    kept = purser.json("rates", "set", "USD/RUB", "90.10")
    listed = purser.json("rates", "list")
    text = purser.ok("rates", "list")

    assert [each["source"] for each in fetched] == ["cbr", "ecb"]
    assert (kept["text"], kept["source"]) == ("90.10", "operator")
    assert [(each["base"], each["source"], each["dated"][:7]) for each in listed] == [
        ("EUR", "ecb", "2020-06"),
        ("USD", "cbr", "2020-06"),
        ("USD", "operator", listed[2]["dated"][:7]),
    ]
    assert [each["is_stale"] for each in listed] == [True, True, False]
    assert listed[2]["age_hours"] == 0
    assert "1 USD = 92.5058 RUB  (cbr, of 2020-06-01, " in text
    assert "too old to exchange at" in text


def test_terms_of_a_pair_and_of_all(purser: Command) -> None:
    """Set one by one; what is not named stays."""
    purser.ok("rates", "spread", "*", "--spread", "0.5%")
    purser.ok("rates", "spread", "USD/RUB", "--fee", "1%", "--fixed", "30", "RUB")
    off = purser.ok("rates", "off", "RUB/USD")
    listed = purser.json("rates", "terms")
    text = purser.ok("rates", "terms")
    on = purser.json("rates", "on", "USD/RUB")

    assert off == "RUB/USD: fee 1%, fee 30.00 RUB for each, off\n"
    assert listed[0]["pair"] == "*"
    assert listed[0]["spread_points"] == 50
    assert (listed[1]["pair"], listed[1]["fee_points"], listed[1]["is_on"]) == (
        "RUB/USD",
        100,
        False,
    )
    assert text.splitlines()[0] == "all others: spread 0.5%"
    assert on["is_on"] is True


def test_position_and_its_limits(purser: Command) -> None:
    """A side that is not named stays; `any` takes its limit away."""
    purser.ok("rates", "limit", "USD", "--short", "10000", "--long", "50000")
    purser.ok("rates", "limit", "USD", "--short", "0")
    [position] = purser.json("rates", "position")
    text = purser.ok("rates", "position")
    free = purser.json("rates", "limit", "USD", "--long", "any")

    assert position["posted"] == {"minor": 0, "currency": "USD", "text": "0.00"}
    assert (position["short"]["minor"], position["long"]["minor"]) == (0, 50_000_00)
    assert text == "0.00 USD  (+0.00 -0.00 held; short 0.00, long 50000.00)\n"
    assert free[0]["long"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("spread", "USD/RUB", "--spread", "0.5"), "exchange_terms_not_understood"),
        (("spread", "USD", "--spread", "1%"), "exchange_terms_not_understood"),
        (("spread", "USD/RUB", "--fixed", "1", "XXX"), "currency_unknown"),
        (("limit", "XXX", "--short", "1"), "currency_unknown"),
        (("limit", "USD", "--short", "x"), "amount_not_understood"),
        (("fetch",), "purser rates set"),
    ],
)
def test_slips_are_named(purser: Command, words: tuple[str, ...], says: str) -> None:
    """One line on the error stream, and nothing is changed."""
    done = purser("rates", *words, PURSER_RATES_URL="operator:")

    assert done.returncode == 1
    assert says in done.stderr


def test_nothing_yet(purser: Command) -> None:
    """A new wallet says so."""
    purser.ok("holder", "add", "+79161234567")

    assert purser.ok("rates", "list") == "there is none\n"
    assert purser.ok("rates", "terms") == "nothing is taken\n"
    assert purser.ok("rates", "position") == "nothing was exchanged yet\n"


def test_currencies_are_the_operators_choice(purser: Command) -> None:
    """Each wallet has an account in each, older ones too."""
    purser.ok("holder", "add", "+79161234567")

    shown = json.loads(
        purser.ok("holder", "show", "+79161234567", "--json", PURSER_CURRENCIES="KZT,RUB,JPY")
    )

    assert [each["currency"] for each in shown["balances"]] == ["KZT", "RUB", "JPY", "USD"]
