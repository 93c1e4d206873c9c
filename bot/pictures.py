"""Pictures that people send: fetched from Telegram, and looked at for codes.

The size is refused before anything is fetched, and looking is done in two threads at most,
so many pictures at once make their senders wait and nobody else.
"""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import Message
from aiohttp import ClientError

from bot.picture_errors import BYTES_MAX, too_large
from services import payment_codes
from services.clock import Clock
from services.errors import RefusedError, UnavailableError
from services.payment_code_errors import PaymentCodeError
from services.rate_limits import MemoryRateLimits, Rate

logger = structlog.get_logger(__name__)

PICTURES = Rate(6, timedelta(seconds=10))
"""Of one person: an album at once, then one each ten seconds; each may cost seconds of CPU."""

THREADS = 2
FETCH_SECONDS = 20
LOOK_SECONDS_MAX = 30
"""With the wait for a thread; an update should not take longer."""


class PicturesTooOftenError(RefusedError):
    """One person sends more pictures than are looked at.  Values: seconds."""

    code = "pictures_too_often"


class PictureNotFetchedError(UnavailableError):
    """Telegram did not give the file."""

    code = "picture_not_fetched"


class LookTooLongError(UnavailableError):
    """Others' pictures are being looked at."""

    code = "look_too_long"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the chat that is not fetched yet."""

    bot: Bot
    file_id: str
    size: int
    """In bytes, as Telegram says; 0 where it does not."""


def picture_of(message: Message, bot: Bot) -> Picture | None:
    """The picture of *message*: the largest of a photo's sizes, or a document of any kind.

    What the document really is shows when it is opened.
    """
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Picture(bot, largest.file_id, largest.file_size or 0)
    if message.document is not None:
        return Picture(bot, message.document.file_id, message.document.file_size or 0)
    return None


class Pictures:
    """Reads the codes on pictures."""

    def __init__(self, *, now: Clock, bot_username: str) -> None:
        # Of this process, because it is this process's CPU that is spared.
        self._limits = MemoryRateLimits(now)
        self._bot_username = bot_username
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pictures")

    async def codes(self, picture: Picture, *, person: int) -> list[bytes]:
        """What the codes on *picture* hold; empty where none was found.

        Raises:
            PicturesTooOftenError: *person* has sent too many.
            PictureTooLargeError: It is larger than is looked at.
            PictureNotFetchedError: Telegram did not give it.
            PictureNotReadError: It is no picture.
            LookTooLongError: It had to wait too long.
        """
        wait = await self._limits.take(f"pictures:{person}", PICTURES)
        if wait:
            raise PicturesTooOftenError(seconds=wait // timedelta(seconds=1) + 1)
        body = await _fetched(picture)
        looking = asyncio.get_running_loop().run_in_executor(self._threads, self._look, body)
        try:
            async with asyncio.timeout(LOOK_SECONDS_MAX):
                found = await looking
        except TimeoutError:
            raise LookTooLongError from None
        logger.info("a picture was looked at", codes=len(found))
        return found

    def _look(self, body: bytes) -> list[bytes]:
        from bot.code_reading import SECONDS_MAX, codes_in  # noqa: PLC0415  # see there

        until = time.monotonic() + SECONDS_MAX
        return codes_in(body, is_enough=self._is_payment, until=until)

    def _is_payment(self, data: bytes) -> bool:
        try:
            payment_codes.read(data, bot_username=self._bot_username)
        except PaymentCodeError:
            return False
        return True


async def _fetched(picture: Picture) -> bytes:
    """The bytes of the file; never more than are looked at.

    Errors of the client name the address, and with it the bot's token: none leaves.
    """
    if picture.size > BYTES_MAX:
        raise too_large()
    try:
        return await _downloaded(picture)
    except (AiogramError, ClientError, OSError, TimeoutError) as exc:
        logger.warning("a picture was not fetched", error=type(exc).__name__)
    raise PictureNotFetchedError


async def _downloaded(picture: Picture) -> bytes:
    bot = picture.bot
    file = await bot.get_file(picture.file_id, request_timeout=FETCH_SECONDS)
    if (file.file_size or 0) > BYTES_MAX or not file.file_path:
        raise too_large()
    url = bot.session.api.file_url(bot.token, file.file_path)
    body = bytearray()
    async with aclosing(bot.session.stream_content(url, timeout=FETCH_SECONDS)) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > BYTES_MAX:
                raise too_large()
    return bytes(body)
