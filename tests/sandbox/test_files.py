"""Documents and pictures."""

import struct

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
)
from aiogram.types import (
    BufferedInputFile,
    Message,
)

from sandbox.client import Person
from tests.sandbox.conftest import Served

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\0\0\0"


async def test_files_come_back_as_they_were(bot: Bot, anna: Person) -> None:
    """A receipt can be downloaded and sent on by its id."""
    body = b"%PDF-1.7\r\n--boundary\r\n\x00\xff"
    file = BufferedInputFile(body, "receipt.pdf")
    sent = await bot.send_document(1001, file, caption="<b>Receipt</b>")
    assert sent.document is not None
    again = await bot.send_document(1002, sent.document.file_id)

    downloaded = await bot.download(sent.document.file_id)

    assert downloaded is not None
    assert downloaded.read() == body
    assert (sent.document.mime_type, sent.caption) == ("application/pdf", "Receipt")
    assert again.document is not None
    assert again.document.file_name == "receipt.pdf"


async def test_captions_are_edited_as_captions(bot: Bot) -> None:
    """Text is one thing and the words under a file are another."""
    file = await bot.send_document(1001, BufferedInputFile(b"%PDF", "a.pdf"), caption="Wait")
    text = await bot.send_message(1001, "x")

    edited = await bot.edit_message_caption(
        chat_id=1001, message_id=file.message_id, caption="<b>Done</b>"
    )

    assert isinstance(edited, Message)
    assert edited.caption == "Done"
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("y", chat_id=1001, message_id=file.message_id)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=1001, message_id=text.message_id, caption="y")
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_document(1001, BufferedInputFile(b"%PDF", "a.pdf"), caption="x" * 1025)


async def test_photos_are_jpeg_too(bot: Bot, served: Served) -> None:
    """The size is read from the frame, past the other segments; the page gets the bytes."""
    jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x08\x08\0\x64\0\xc8\x01\xff\xd9"
    sent = await bot.send_photo(1001, BufferedInputFile(jpeg, "q.jpg"))
    assert sent.photo is not None
    url = f"{served.url}/sandbox/api/files/{sent.photo[0].file_id}"

    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        shown = (answer.content_type, answer.headers["Content-Disposition"], await answer.read())

    assert (sent.photo[0].width, sent.photo[0].height) == (200, 100)
    assert shown == ("image/jpeg", "inline", jpeg)


async def test_pictures_have_their_size(bot: Bot) -> None:
    """And what is no picture is refused as Telegram refuses it."""
    sent = await bot.send_photo(1001, BufferedInputFile(PNG, "qr.png"))

    assert sent.photo is not None
    assert (sent.photo[0].width, sent.photo[0].height) == (640, 480)
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(1001, BufferedInputFile(b"text", "qr.png"))
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(1001, BufferedInputFile(b"", "empty.pdf"))
