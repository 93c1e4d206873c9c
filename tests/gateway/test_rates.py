"""Rates as the two banks publish them, from a real HTTP server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest
from aiohttp import web

from gateway.rates import RatesUnavailableError, fetch
from purser.services import Services
from services.money import RUB, USD, Money

CBR = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="21.11.2026" name="Foreign Currency Market">
 <Valute ID="R01335"><NumCode>398</NumCode><CharCode>KZT</CharCode><Nominal>100</Nominal>
  <Name>Тенге</Name><Value>15,6789</Value></Valute>
 <Valute ID="R01235"><CharCode>USD</CharCode><Nominal>1</Nominal><Value>92,5058</Value></Valute>
 <Valute ID="R00000"><CharCode>XXX</CharCode><Nominal>3</Nominal><Value>1,0</Value></Valute>
</ValCurs>""".encode("windows-1251")
ECB = b"""<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
 <Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.1234'/></Cube></Cube>
</gesmes:Envelope>"""

Serve = Callable[[bytes, int], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A bank that answers with the given body and status."""
    runners = []

    async def start(body: bytes, status: int = 200) -> str:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=body, status=status)

        app = web.Application()
        app.router.add_get("/", answer)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runners[-1].addresses[0][1]}/"

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_bank_of_russia_gives_roubles_for_one_unit(serve: Serve) -> None:
    """100 tenge for 15.6789 roubles is 0.156789 for one, exactly."""
    quotes = await fetch(f"cbr:{await serve(CBR, 200)}")

    assert [(each.base, each.quote, each.text) for each in quotes] == [
        ("KZT", "RUB", "0.156789"),
        ("USD", "RUB", "92.5058"),
    ]
    assert {each.dated for each in quotes} == {date(2026, 11, 21)}  # as the bank says


async def test_ecb_gives_units_for_one_euro(serve: Serve) -> None:
    """Its namespaces and single quotes are as the bank writes them."""
    [quote] = await fetch(f"ecb:{await serve(ECB, 200)}")

    assert (quote.base, quote.quote, quote.text) == ("EUR", "USD", "1.1234")
    assert quote.dated == date(2026, 11, 20)


async def test_newest_day_of_many_is_taken(serve: Serve) -> None:
    """The bank's file of 90 days is written like that of one."""
    days = ECB.replace(
        b"</Cube>\n",
        b"<Cube time='2026-11-19'><Cube currency='USD' rate='2'/></Cube></Cube>\n",
    )

    [quote] = await fetch(f"ecb:{await serve(days, 200)}")

    assert (quote.text, quote.dated) == ("1.1234", date(2026, 11, 20))


async def test_two_banks_are_crossed(serve: Serve, services: Services) -> None:
    """Yen in dollars by one bank, dollars in roubles by the other."""
    yen = ECB.replace(b"</Cube></Cube>", b"<Cube currency='JPY' rate='180'/></Cube></Cube>")

    await services.rates.keep(quotes=await fetch(f"cbr:{await serve(CBR, 200)}"))
    await services.rates.keep(quotes=await fetch(f"ecb:{await serve(yen, 200)}"))
    listed = await services.rates.listed()

    assert {(each.source, each.base.code, each.quote.code) for each in listed} == {
        ("cbr", "KZT", "RUB"),
        ("cbr", "USD", "RUB"),
        ("ecb", "EUR", "JPY"),
        ("ecb", "EUR", "USD"),
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>", 200),
        (b"", 200),
        (CBR, 500),
        (b"<a/>", 200),
        (CBR.replace(b"21.11.2026", b"31.02.2026"), 200),
        (CBR.replace(b'Date="21.11.2026"', b""), 200),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 200),
    ],
)
async def test_anything_else_is_no_rate(serve: Serve, body: bytes, status: int) -> None:
    """A page of an error, an empty answer or an entity bomb must not become a rate."""
    with pytest.raises(RatesUnavailableError):
        await fetch(f"cbr:{await serve(body, status)}")


async def test_kept_rates_make_the_total(serve: Serve, services: Services) -> None:
    """The home screen adds dollars to roubles once a rate is known."""
    holder = await services.wallets.open(phone="+79161234567")
    await services.wallets.correct(phone=holder.phone, amount=Money(10_00, USD), reason="gift")
    before = await services.wallets.show(holder=holder)

    kept = await services.rates.keep(quotes=await fetch(f"cbr:{await serve(CBR, 200)}"))
    after = await services.wallets.show(holder=holder)

    assert before.total is None
    assert len(kept) == 2
    assert after.total == Money(925_05, RUB)
