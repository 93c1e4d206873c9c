"""Codes on pictures: read from poor photos, and dangerous files refused unopened."""

import asyncio
import io
import struct
import threading
import time
import zlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Chat, Document, File, Message, PhotoSize
from aiohttp import ClientConnectionError
from PIL import Image, ImageOps

from bench.photos import KINDS, photo, square
from bot import code_reading, pictures
from bot.code_reading import codes_in
from bot.picture_errors import (
    BYTES_MAX,
    PIXELS_MAX,
    PictureNotReadError,
    PictureTooLargeError,
)
from bot.pictures import (
    PICTURES,
    LookTooLongError,
    Picture,
    PictureNotFetchedError,
    Pictures,
    PicturesTooOftenError,
    picture_of,
)
from services import gost_codes
from tests.clock import TestClock
from tests.telegram import TOKEN, Telegram

LINK = b"https://t.me/purser_bot?start=bill_" + b"0" * 32


def gost(seed: int) -> bytes:
    """A bill in windows-1251 and UTF-8 in turn."""
    fields = {
        "Name": "ООО «Городские электросети»",
        "PersonalAcc": f"40702810{seed:012}",
        "BankName": "ПАО БАНК",
        "BIC": "044525225",
        "CorrespAcc": "30101810400000000225",
        "Sum": "123450",
        "Purpose": "Оплата электроэнергии за ноябрь 2026",
        "PayeeINN": "7700000000",
        "PersAcc": "12345678",
    }
    return gost_codes.encode(fields, charset="12"[seed % 2])


def codes(body: bytes) -> list[bytes]:
    return codes_in(body, is_enough=lambda _: True, until=time.monotonic() + 60)


def written(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    body = io.BytesIO()
    picture.save(body, kind, **how)
    return body.getvalue()


def side_by_side(*codes: bytes) -> Image.Image:
    squares = [square(each) for each in codes]
    high = max(each.height for each in squares)
    sheet = Image.new("L", (sum(each.width + 80 for each in squares), high + 80), 255)
    at = 40
    for each in squares:
        sheet.paste(each, (at, 40))
        at += each.width + 80
    return sheet


@pytest.mark.parametrize(
    ("kind", "seed"), [*((kind, number) for number, kind in enumerate(KINDS)), ("noisy", 1)]
)
def test_poor_photos_are_read(kind: str, seed: int) -> None:
    """Askew, bent, blurred, shaken, dark and worse; the bytes are as they were printed."""
    data = gost(seed)

    assert codes(photo(kind, seed, data)) == [data]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_formats(kind: str) -> None:
    """What phones and screenshots make."""
    assert codes(written(square(LINK), kind)) == [LINK]


def test_upside_down_white_on_black_and_on_nothing() -> None:
    """Codes turned by the camera's mark, inverted, and with a clear background."""
    turned = Image.Exif()
    turned[0x0112] = 6
    clear = Image.new("RGBA", square(LINK).size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=ImageOps.invert(square(LINK)))

    assert codes(written(square(LINK), "JPEG", exif=turned)) == [LINK]
    assert codes(written(ImageOps.invert(square(LINK)))) == [LINK]
    assert codes(written(clear)) == [LINK]


def test_several_codes_come_all() -> None:
    """From left to right, each once."""
    found = codes(written(side_by_side(gost(1), LINK)))

    assert sorted(found) == sorted([gost(1), LINK])


def test_looking_goes_on_until_there_is_enough() -> None:
    """A code of something else is no reason to stop; the time is."""
    looks: list[bytes] = []

    def is_enough(data: bytes) -> bool:
        looks.append(data)
        return False

    body = written(square(b"https://example.com"))
    found = codes_in(body, is_enough=is_enough, until=time.monotonic() + 60)
    assert found == [b"https://example.com"]
    many = len(looks)
    looks.clear()

    codes_in(body, is_enough=is_enough, until=0)

    assert len(looks) == 1 < many


def test_nothing_on_the_picture() -> None:
    """Every look is taken, and none finds what is not there."""
    assert codes(written(Image.new("L", (400, 300), 200))) == []


@pytest.mark.parametrize("size", [(1, 1), (20, 9000), (9000, 1), (21, 21)])
def test_strips_that_hold_no_code(size: tuple[int, int]) -> None:
    """Too narrow for the smallest."""
    assert codes(written(Image.new("L", size))) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        written(square(LINK))[:200],
        written(square(LINK), "JPEG")[:300],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
    ],
)
def test_what_is_no_picture(body: bytes) -> None:
    """Broken files and other formats are refused in one way."""
    with pytest.raises(PictureNotReadError):
        codes(body)


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    checked = chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + checked + b"\0\0\0\0IDAT" + b"\0" * 4


@pytest.mark.parametrize(
    "body",
    [
        png_header(5001, 5000),
        png_header(12_000, 10_000),
        png_header(20_000, 10_000),
        png_header(100_000, 100_000),
        b"RIFF\xff\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0" + b"\xff\x3f\0" * 2 + b"\0" * 40,
        b"\xff\xd8" + b"\xff\xda\0\0" * 41,
        b"\0" * (BYTES_MAX + 1),
    ],
)
def test_bombs_are_not_lit(body: bytes) -> None:
    """Judged by the header: small files that would fill the memory or the day."""
    with pytest.raises(PictureTooLargeError) as caught:
        codes(body)

    assert caught.value.values == {"megabytes": 10, "megapixels": PIXELS_MAX // 1_000_000}


class FileTelegram(Telegram):
    """Gives files in pieces, or not."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None

    async def stream_content(self, *args: Any, **named: Any) -> AsyncGenerator[bytes, None]:
        if self.fault is not None:
            raise self.fault
        async for body in super().stream_content(*args, **named):
            for at in range(0, len(body), 65536):
                yield body[at : at + 65536]


@pytest.fixture
def telegram() -> FileTelegram:
    return FileTelegram()


@pytest.fixture
def bot(telegram: FileTelegram) -> Bot:
    return Bot(TOKEN, session=telegram)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def reader(clock: TestClock) -> Pictures:
    return Pictures(now=clock, bot_username="purser_bot")


def message(**content: Any) -> Message:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Message(message_id=1, date=at, chat=Chat(id=7, type="private"), **content)


def size(file_id: str, width: int, height: int, file_size: int | None = None) -> PhotoSize:
    return PhotoSize(
        file_id=file_id, file_unique_id="u", width=width, height=height, file_size=file_size
    )


def test_largest_size_is_taken(bot: Bot) -> None:
    """In whatever order they come; a document has one."""
    sizes = [size("s", 90, 60), size("y", 1280, 900, 5), size("x", 800, 600)]
    document = Document(file_id="d", file_unique_id="u", file_size=9)

    assert picture_of(message(photo=sizes), bot) == Picture(bot, "y", 5)
    assert picture_of(message(document=document), bot) == Picture(bot, "d", 9)
    assert picture_of(message(photo=[size("s", 9, 9)]), bot) == Picture(bot, "s", 0)
    assert picture_of(message(text="hello"), bot) is None


async def test_picture_is_fetched_and_read(
    bot: Bot, telegram: FileTelegram, reader: Pictures
) -> None:
    """From the file's id to what its code holds."""
    telegram.files["a"] = written(square(LINK))

    assert await reader.codes(Picture(bot, "a", 0), person=7) == [LINK]


async def test_other_codes_are_read_as_well(
    bot: Bot, telegram: FileTelegram, reader: Pictures
) -> None:
    """What it is, is said later; looking goes on for a payment beside it."""
    telegram.files["a"] = written(square(b"https://example.com"))

    assert await reader.codes(Picture(bot, "a", 0), person=7) == [b"https://example.com"]


async def test_large_files_are_not_fetched(
    bot: Bot, telegram: FileTelegram, reader: Pictures
) -> None:
    """By what Telegram says; and by what comes, where it said something else."""
    telegram.files["a"] = b"\0" * (BYTES_MAX + 1)

    with pytest.raises(PictureTooLargeError):
        await reader.codes(Picture(bot, "a", BYTES_MAX + 1), person=7)
    assert telegram.requests == []
    with pytest.raises(PictureTooLargeError):
        await reader.codes(Picture(bot, "a", 5), person=7)
    file = File(file_id="f", file_unique_id="u", file_size=BYTES_MAX + 1)
    telegram.answers["getFile"] = [file]
    with pytest.raises(PictureTooLargeError):
        await reader.codes(Picture(bot, "a", 0), person=7)


@pytest.mark.parametrize("fault", [ClientConnectionError(TOKEN), TimeoutError(), OSError()])
async def test_file_that_does_not_come(
    bot: Bot, telegram: FileTelegram, reader: Pictures, fault: Exception
) -> None:
    """The error has no cause with it: the client's names the bot's token."""
    telegram.files["a"] = b""
    telegram.fault = fault

    for file_id in ("a", "unknown"):
        with pytest.raises(PictureNotFetchedError) as caught:
            await reader.codes(Picture(bot, file_id, 5), person=7)
        assert caught.value.__cause__ is None
        assert TOKEN not in repr(caught.value.__context__)


async def test_one_person_sends_so_many(
    bot: Bot, telegram: FileTelegram, reader: Pictures, clock: TestClock
) -> None:
    """Looking costs CPU that others wait for."""
    telegram.files["a"] = written(square(LINK))
    picture = Picture(bot, "a", 5)
    for _ in range(PICTURES.burst):
        await reader.codes(picture, person=7)

    with pytest.raises(PicturesTooOftenError) as caught:
        await reader.codes(picture, person=7)

    assert caught.value.values == {"seconds": 11}
    assert await reader.codes(picture, person=8) == [LINK]
    clock.advance(seconds=10)
    assert await reader.codes(picture, person=7) == [LINK]


async def test_others_are_looked_at(
    bot: Bot, telegram: FileTelegram, reader: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no thread is free in time, that is said, and the chat goes on."""
    telegram.files["a"] = written(square(LINK))
    is_over = threading.Event()
    monkeypatch.setattr(pictures, "LOOK_SECONDS_MAX", 0)
    monkeypatch.setattr(code_reading, "codes_in", lambda *_, **__: is_over.wait(20) and [])

    with pytest.raises(LookTooLongError):
        await reader.codes(Picture(bot, "a", 5), person=7)

    is_over.set()
    await asyncio.sleep(0)


def test_limits_are_those_of_telegram() -> None:
    """Bots fetch 20 MB at most, so what is looked at can be fetched."""
    assert BYTES_MAX < 20 * 1024 * 1024
