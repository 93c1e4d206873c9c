"""Conversations: `services.conversations.Conversations`."""

import json
from datetime import datetime

from services.clock import from_micros, to_micros
from services.conversations import Conversation
from storage.rows import Connection

_FIND = "SELECT * FROM conversations WHERE telegram_id = :telegram_id"
_PUT = """
    INSERT INTO conversations (telegram_id, expects, data, screen, language, updated_at)
    VALUES (:telegram_id, :expects, :data, :screen, :language, :at)
    ON CONFLICT (telegram_id) DO UPDATE SET expects = excluded.expects,
        data = excluded.data, screen = excluded.screen, language = excluded.language,
        updated_at = excluded.updated_at
"""


class ConversationTable:
    """The table `conversations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, telegram_id: int) -> Conversation | None:
        row = self._connection.execute(_FIND, {"telegram_id": telegram_id}).fetchone()
        if row is None:
            return None
        return Conversation(
            row["expects"],
            json.loads(row["data"]),
            row["screen"],
            row["language"],
            from_micros(row["updated_at"]),
        )

    def put(self, telegram_id: int, conversation: Conversation, at: datetime) -> None:
        self._connection.execute(
            _PUT,
            {
                "telegram_id": telegram_id,
                "expects": conversation.expects,
                "data": json.dumps(conversation.data, ensure_ascii=False),
                "screen": conversation.screen,
                "language": conversation.language,
                "at": to_micros(at),
            },
        )
