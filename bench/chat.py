"""What one command costs: through the whole dispatcher, beside a bare aiogram handler."""

import tempfile
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, Message

from bench.paying import stock
from bench.write_path import VAULT, bench_services
from bot.dispatcher import create_dispatcher
from bot.texts import Texts
from services.clock import system_clock
from services.ids import new_id
from storage.sqlite.store import open_store

UPDATES, ROUNDS, PERSON = 200, 7, 7
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Silent(BaseSession):
    """A Telegram in the process that answers at once."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Count the call and let it succeed."""
        self.calls += 1
        chat = Chat(id=PERSON, type="private")
        return Message(message_id=1, date=_NOW, chat=chat)  # type: ignore[return-value]

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Nothing is downloaded here."""
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


async def measure() -> dict[str, tuple[int, int]]:
    """By way: nanoseconds of CPU per update (best round), and Bot API calls of one."""
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        async with open_store(Path(made) / "w.db") as store:
            key = VAULT.new_data_key(new_id(_NOW), _NOW)
            await store.write(lambda book: book.data_keys.add(key))
            services = bench_services(store)
            await stock(services)
            holder = await services.wallets.open(phone="+79161234567")
            await store.write(lambda book: book.holders.change(_claimed(holder)))
            whole = create_dispatcher(
                services=services,
                vault=VAULT,
                texts=Texts(zone=ZoneInfo("Europe/Moscow")),
                now=system_clock,
            )
            return await _compare(
                {
                    "a bare aiogram handler": (_bare(), "/balance"),
                    "`/balance`": (whole, "/balance"),
                    "`/pay`, the categories": (whole, "/pay"),
                }
            )


async def _compare(ways: dict[str, tuple[Dispatcher, str]]) -> dict[str, tuple[int, int]]:
    session = Silent()
    bot = Bot("42:TEST", session=session)
    spent: dict[str, list[int]] = {name: [] for name in ways}
    calls: dict[str, int] = {}
    update_id = 0
    for _ in range(ROUNDS):
        for name, (dispatcher, text) in ways.items():
            session.calls, began = 0, time.process_time_ns()
            for _ in range(UPDATES):
                update_id += 1
                await dispatcher.feed_raw_update(bot, _update(update_id, text))
            spent[name].append((time.process_time_ns() - began) // UPDATES)
            calls[name] = session.calls // UPDATES
    return {name: (min(rounds), calls[name]) for name, rounds in spent.items()}


def _bare() -> Dispatcher:
    dispatcher = Dispatcher(disable_fsm=True)

    async def answer(message: Message) -> None:
        await message.answer("RUB 0.00")

    dispatcher.message.register(answer)
    return dispatcher


def _claimed(holder: Any) -> Any:
    return replace(holder, telegram_id=PERSON)


def _update(update_id: int, text: str) -> dict[str, Any]:
    person = {"id": PERSON, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": PERSON, "type": "private", "first_name": "Ann"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


def table(found: dict[str, tuple[int, int]]) -> str:
    """The ways as Markdown, beside the bare handler."""
    base = found["a bare aiogram handler"][0]
    lines = [
        "| one update | µs of CPU | beside bare | Bot API calls |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {spent // 1000} | {spent * 100 // base} % | {calls} |"
        for name, (spent, calls) in found.items()
    ]
    return "\n".join(lines)
