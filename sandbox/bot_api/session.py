"""An aiogram session for a bot that lives in the sandbox's own process.

A long poll through the process's own socket would hold up the server's graceful stop;
this session reaches the same `BotApi` by a call.  It is imported only by who uses it:
the rest of the sandbox does without aiogram.
"""

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from sandbox.bot_api.api import BotApi
from sandbox.bot_api.multipart import upload_of


class SandboxSession(BaseSession):
    """Calls go to *api* without a socket; answers are checked as everywhere."""

    def __init__(self, api: BotApi) -> None:
        super().__init__()
        self._sandbox = api

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109  # aiogram's signature
    ) -> TelegramType:
        """Do *method*; *timeout* has nothing to bound without a network."""
        attached: dict[str, InputFile] = {}
        prepared = {
            name: self.prepare_value(value, bot=bot, files=attached)
            for name, value in method.model_dump(warnings=False).items()
        }
        files = {
            name: upload_of(
                file.filename or name, b"".join([chunk async for chunk in file.read(bot)])
            )
            for name, file in attached.items()
        }
        values = {name: value for name, value in prepared.items() if value}
        answer = await self._sandbox.call(bot.token, method.__api_method__, values, files)
        checked = self.check_response(bot, method, answer.status, answer.body)
        return cast("TelegramType", checked.result)

    async def stream_content(self, url: str, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """The file at *url*, in one piece."""
        path = url.partition(f"/file/bot{self._sandbox.telegram.token}/")[2]
        upload = self._sandbox.telegram.files.at_path(path)
        if upload is None:
            raise FileNotFoundError(path)
        yield upload.body

    async def close(self) -> None:
        """Nothing is open."""
