"""Rates of exchange from the Bank of Russia or the European Central Bank.

Source: https://www.cbr.ru/scripts/XML_daily.asp (roubles for so many units, decimal comma),
https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml (units for one euro).
"""

import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

import aiohttp

from services.errors import UnavailableError
from services.rates import Quote

ADDRESSES = {
    "cbr": "https://www.cbr.ru/scripts/XML_daily.asp",
    "ecb": "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
}
ANSWER_BYTES_MAX = 1_000_000
TIMEOUT_SECONDS = 20
_EUROFXREF = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


class RatesUnavailableError(UnavailableError):
    """The source did not answer, or not with rates.  Values: source."""

    code = "rates_unavailable"


async def fetch(url: str) -> list[Quote]:
    """The rates of `cbr:` or `ecb:`, or of the address that follows the colon.

    Raises:
        RatesUnavailableError: No answer, or none that can be read.
    """
    source, _, address = url.partition(":")
    body = await _get(source, address or ADDRESSES[source])
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # neither bank sends one; bombs need one
        raise RatesUnavailableError(source=source)
    try:
        root = ET.fromstring(body)  # noqa: S314  # no DOCTYPE, and bounded
    except ET.ParseError as exc:
        raise RatesUnavailableError(source=source) from exc
    try:
        quotes = list(_cbr(root) if source == "cbr" else _ecb(root))
    except ValueError as exc:  # a date that is none
        raise RatesUnavailableError(source=source) from exc
    if not quotes:
        raise RatesUnavailableError(source=source)
    return quotes


async def _get(source: str, address: str) -> bytes:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(address, allow_redirects=False) as response,
        ):
            response.raise_for_status()
            return await response.content.read(ANSWER_BYTES_MAX)
    except (aiohttp.ClientError, TimeoutError) as exc:
        raise RatesUnavailableError(source=source) from exc


def _cbr(root: ET.Element) -> Iterator[Quote]:
    """Roubles for one unit: the value for `Nominal` units, its point moved.

    The date is the bank's own: after about half past three in Moscow, the next day's.
    """
    day, month, year = root.get("Date", "").split(".")
    dated = date(int(year), int(month), int(day))
    for valute in root.iter("Valute"):
        nominal = valute.findtext("Nominal", "")
        value = valute.findtext("Value", "").replace(",", ".")
        code = valute.findtext("CharCode", "")
        if _DECIMAL.fullmatch(value) and re.fullmatch(r"10*", nominal):
            yield Quote(code, "RUB", _shifted(value, len(nominal) - 1), "cbr", dated)


def _ecb(root: ET.Element) -> Iterator[Quote]:
    for day in root.iter(_EUROFXREF):
        if day.get("time") is None:
            continue
        dated = date.fromisoformat(day.get("time", ""))
        for cube in day.iter(_EUROFXREF):
            code, rate = cube.get("currency"), cube.get("rate", "")
            if code is not None and _DECIMAL.fullmatch(rate):
                yield Quote("EUR", code, rate, "ecb", dated)
        return  # the newest day is the first; the file of 90 days has them all


def _shifted(value: str, places: int) -> str:
    """*value* with its decimal point moved to the left, exactly."""
    whole, _, fraction = value.partition(".")
    digits = whole.rjust(places + 1, "0") + fraction
    point = len(digits) - len(fraction) - places
    return f"{digits[:point]}.{digits[point:]}".rstrip(".")
