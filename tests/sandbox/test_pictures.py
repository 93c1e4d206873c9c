"""Photos and files that people send from the pretend phone."""

import io

import aiohttp
import pytest
import zxingcpp
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message
from PIL import Image

from sandbox.client import Person, Sandbox, SandboxError
from sandbox.telegram import files
from sandbox.telegram.pictures import PictureError, photos_of
from tests.sandbox.conftest import Served


def picture(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB", **how: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind, **how)
    return written.getvalue()


async def received(bot: Bot) -> Message:
    updates = await bot.get_updates()
    assert updates[-1].message is not None
    return updates[-1].message


async def test_photo_comes_in_several_sizes(bot: Bot, anna: Person) -> None:
    """As Telegram sends them: smaller JPEGs, none larger than the picture was."""
    await anna.send_photo(picture((2000, 1000)), caption="My bill")

    message = await received(bot)

    assert message.caption == "My bill"
    assert message.photo is not None
    assert [(each.width, each.height) for each in message.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
    ]
    downloaded = await bot.download(message.photo[-1])
    assert downloaded is not None
    fetched = downloaded.read()
    assert len(fetched) == message.photo[-1].file_size
    with Image.open(io.BytesIO(fetched)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (1280, 640))


async def test_file_comes_as_it_is(bot: Bot, anna: Person) -> None:
    """A picture sent as a file keeps every pixel."""
    body = picture((2000, 1000))
    await anna.send_document("bill.png", body)

    message = await received(bot)

    assert message.document is not None
    assert (message.document.file_name, message.document.mime_type) == ("bill.png", "image/png")
    downloaded = await bot.download(message.document)
    assert downloaded is not None
    assert downloaded.read() == body


async def test_phone_shows_what_it_sent(anna: Person) -> None:
    """The page draws a photo and a file from the same facts as it does the bot's."""
    await anna.send_photo(picture((10, 10)))
    await anna.send_document("a.pdf", b"%PDF", caption="x")

    photo, file = (each.raw["content"] for each in (await anna.chat()).messages)

    assert photo["photo"][-1]["width"] == 10
    assert file["document"]["file_name"] == "a.pdf"


async def test_what_telegram_refuses(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The phone says so, and nothing is sent."""
    with pytest.raises(SandboxError, match="no picture"):
        await anna.send_photo(b"%PDF-1.7")
    with pytest.raises(SandboxError, match="non-empty"):
        await anna.send_document("empty.txt", b"")
    with pytest.raises(SandboxError, match="1024 characters"):
        await anna.send_photo(picture((10, 10)), caption="x" * 1025)

    assert (await anna.chat()).messages == []


async def test_bots_fetch_no_more_than_20_megabytes(
    bot: Bot, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A larger file has an id, and getFile refuses it."""
    monkeypatch.setattr(files, "FETCHED_SIZE_MAX", 3)
    await anna.send_document("big.bin", b"1234")
    message = await received(bot)
    assert message.document is not None

    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(message.document.file_id)


def test_sizes_are_upright_and_on_white() -> None:
    """Telegram turns a photo as its camera was held, and lays it on white."""
    turned = Image.Exif()
    turned[0x0112] = 6

    (upright,) = photos_of(picture((60, 30), "JPEG", exif=turned))
    (opaque,) = photos_of(picture((50, 50), mode="RGBA"))

    assert (upright.width, upright.height) == (30, 60)
    with Image.open(io.BytesIO(opaque.body)) as opened:
        assert opened.getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (picture((9000, 1001)), "10,000"),
        (picture((2100, 100)), "20 times"),
        (b"\0" * (10 * 1024 * 1024 + 1), "10 MB"),
        (picture((100, 100))[:60], "no picture"),
    ],
)
def test_pictures_that_are_no_photos(body: bytes, why: str) -> None:
    """Telegram has its limits, and so has the pretend one."""
    with pytest.raises(PictureError, match=why):
        photos_of(body)


async def test_paper_bills_bear_codes(sandbox: Sandbox, served: Served) -> None:
    """Of each kind and charset, as their issuers print them."""
    bills = (await sandbox.get("bills"))["bills"]
    read = {}
    async with aiohttp.ClientSession() as http:
        for bill in bills:
            url = f"{served.url}/sandbox/api/bills/{bill['id']}.png"
            async with http.get(url) as answer:
                assert answer.content_type == "image/png"
                with Image.open(io.BytesIO(await answer.read())) as shown:
                    read[bill["id"]] = zxingcpp.read_barcodes(shown)[0].bytes

    assert {name: data[:7] for name, data in read.items()} == {
        "electricity": b"ST00011",
        "fine": b"ST00012",
        "internet": b"0002010",
        "stranger": b"ST00012",
    }
    with pytest.raises(SandboxError, match="no such bill"):
        await sandbox.get("bills/none.png")
