"""How many poor photos of payment codes are read, and how long that takes.

Run by `python -m bench --only codes`.  The first column is the library alone, at one look.
"""

import io
import time
from dataclasses import replace
from statistics import median

import zxingcpp
from PIL import Image

from bench.person import Person
from bench.photos import KINDS, photo, square
from bench.tally import Tally
from bot.code_reading import SECONDS_MAX, codes_in
from purser.services import Services
from services import gost_codes
from services.account_fields import Field, Keep
from services.catalogue import Category, Connection, Provider, Requisite
from services.catalogue_imports import CatalogueFile
from services.money import RUB, Money

Row = tuple[str, int, int, list[float]]
_ACCOUNT = Field("account", {"en": "Account"}, keep=Keep.DIGITS, code_keys=("PersAcc",))
LIGHT = Provider(
    "bench_light",
    1,
    "bench",
    {"en": "Light"},
    "💡",
    (_ACCOUNT,),
    RUB,
    Money(100, RUB),
    Money(1_000_000, RUB),
    Connection("osmp", {"url": "https://billing.example", "login": "wallet"}),
    requisites=(Requisite(inn="7700000000"),),
)
HEAT = replace(LIGHT, id="bench_heat", names={"en": "Heat"})
"""Two services of one company: the person says which."""

EACH = 12
"""Photos of each kind."""


def bill_data(seed: int) -> bytes:
    """An electricity bill, in windows-1251 and UTF-8 in turn."""
    fields = {
        "Name": "ООО «Городские электросети»",
        "PersonalAcc": f"40702810{seed:012}",
        "BankName": "ПАО БАНК",
        "BIC": "044525225",
        "CorrespAcc": "30101810400000000225",
        "Sum": str(100_000 + seed),
        "Purpose": "Оплата электроэнергии за ноябрь 2026",
        "PayeeINN": "7700000000",
        "PersAcc": "12345678",
    }
    return gost_codes.encode(fields, charset="12"[seed % 2])


async def read_codes(services: Services, tally: Tally, person: Person) -> None:
    """A person's story with codes: an invoice photographed, a bill pasted and chosen."""
    category = Category("bench", {"en": "Bench"}, "💡", 99)
    await services.catalogue_imports.import_(file=CatalogueFile((category,), (LIGHT, HEAT)))
    code = bill_data(1).replace(b"Sum=100001", b"Sum=0")  # how much is asked next
    picture = io.BytesIO()
    square(code).save(picture, "PNG")
    await tally.row("a picture", person.send_photo(picture.getvalue()))
    await tally.row("[code]", person.press("code"))
    await tally.row("a pasted code", person.say(code.decode()))
    await tally.row("answer to which_code", person.say("2"))


def measure(each: int = EACH) -> list[Row]:
    """For each kind: read at one look, read at all, and the milliseconds of each photo."""
    rows = []
    for kind in KINDS:
        plain, read, took = 0, 0, []
        for seed in range(each):
            data = bill_data(seed)
            body = photo(kind, seed, data)
            with Image.open(io.BytesIO(body)) as picture:
                plain += any(found.bytes == data for found in zxingcpp.read_barcodes(picture))
            began = time.perf_counter()
            until = time.monotonic() + SECONDS_MAX
            read += codes_in(body, is_enough=lambda _: True, until=until) == [data]
            took.append((time.perf_counter() - began) * 1000)
        rows.append((kind, plain, read, took))
    return rows


def table(rows: list[Row]) -> str:
    """As printed."""
    everything = [each for *_, took in rows for each in took]
    in_all = ("all", sum(row[1] for row in rows), sum(row[2] for row in rows), everything)
    lines = [
        "| photos | of | one look | read | median, ms | longest, ms |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {kind} | {len(took)} | {plain} | {read} | {median(took):.0f} | {max(took):.0f} |"
        for kind, plain, read, took in [*rows, in_all]
    ]
    return "\n".join(lines)
