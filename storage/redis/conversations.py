"""Conversations in Redis: `services.conversations.Keeper`."""

import json
from datetime import datetime, timedelta

from services.clock import from_micros, to_micros
from services.conversations import Conversation
from storage.redis.line import RedisLine

PREFIX = "purser:conversation:"
LIVES = timedelta(days=7)
"""Longer than a question lives: the language of somebody who has not joined is kept here."""


class RedisConversations:
    """One key for each person."""

    def __init__(self, line: RedisLine) -> None:
        self._line = line

    async def find(self, telegram_id: int) -> Conversation | None:
        text = await self._line.run(lambda redis: redis.get(f"{PREFIX}{telegram_id}"))
        if text is None:
            return None
        kept = json.loads(text)
        return Conversation(
            kept["expects"],
            kept["data"],
            kept["screen"],
            kept["language"],
            from_micros(kept["at"]),
        )

    async def put(self, telegram_id: int, conversation: Conversation, at: datetime) -> None:
        kept = {
            "expects": conversation.expects,
            "data": conversation.data,
            "screen": conversation.screen,
            "language": conversation.language,
            "at": to_micros(at),
        }
        text = json.dumps(kept, ensure_ascii=False)
        await self._line.run(lambda redis: redis.set(f"{PREFIX}{telegram_id}", text, ex=LIVES))
