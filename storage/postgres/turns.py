"""Decisions that rest on what is not there, or on how much is: one at a time.

A row can be locked and a missing one cannot.  So who counts rows, or looks for one that may
be missing, waits for its turn by the name of what it looks at; what it reads after that is
all there is until it commits.  Who only reads waits for nobody.
"""

from datetime import datetime

from services.answers import Answer
from services.breakers import Breaker
from services.codes import Code
from services.exchange_terms import Position
from services.history import Step
from services.joining import Joining
from services.money import Currency
from storage.answers import AnswerTable
from storage.breakers import BreakerTable
from storage.codes import CodeTable
from storage.exchanges import ExchangeTables
from storage.history import StepTable
from storage.joining import JoiningTable
from storage.postgres.connection import PostgresConnection
from storage.rows import Connection

_TAKE = """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM unnest(CAST(:names AS text[])) AS name
"""
_TAKE_OF_CODE = """
    SELECT pg_advisory_xact_lock(hashtextextended('codes/' || phone, 0))
    FROM codes WHERE id = :id
"""


def take_turn(connection: Connection, name: str) -> None:
    """Be the only one who has the turn of that *name*, until the transaction ends."""
    take_turns(connection, [name])


def take_turns(connection: Connection, names: list[str]) -> None:
    """The same for several *names*, in that order."""
    if _is_writing(connection):
        connection.execute(_TAKE, {"names": names})


def _is_writing(connection: Connection) -> bool:
    return isinstance(connection, PostgresConnection) and connection.locks


class PostgresAnswers(AnswerTable):
    """A key's first request is done before another with that key is looked at."""

    def find(self, scope: str, key: str) -> tuple[bytes, Answer] | None:
        take_turn(self._connection, f"answer/{scope}/{key}")
        return super().find(scope, key)


class PostgresBreakers(BreakerTable):
    """Troubles of one provider are counted one at a time, also the first."""

    def find_to_change(self, provider: str) -> Breaker | None:
        take_turn(self._connection, f"breaker/{provider}")
        return super().find_to_change(provider)


class PostgresCodes(CodeTable):
    """Codes of one phone are sent and tried one at a time, before any row is locked."""

    def find(self, code_id: str) -> Code | None:
        if _is_writing(self._connection):
            self._connection.execute(_TAKE_OF_CODE, {"id": code_id})
        return super().find(code_id)

    def since(self, phone: str, at: datetime) -> list[Code]:
        take_turn(self._connection, f"codes/{phone}")
        return super().since(phone, at)


class PostgresExchanges(ExchangeTables):
    """Who takes up room in a limited position is the only one who does until it is taken."""

    def positions(self, one: Currency, other: Currency, *, decides: bool) -> list[Position]:
        limited = super().positions(one, other, decides=decides)
        if limited and decides:
            names = [f"position/{each.currency.code}" for each in limited]
            take_turns(self._connection, names)
            return super().positions(one, other, decides=decides)
        return limited


class PostgresJoinings(JoiningTable):
    """A Telegram account joins once at a time."""

    def find(self, telegram_id: int) -> Joining | None:
        take_turn(self._connection, f"joining/{telegram_id}")
        return super().find(telegram_id)


class PostgresSteps(StepTable):
    """Nobody adds to a life on which somebody's decision rests, who read it before."""

    def of(self, subject: str) -> list[Step]:
        take_turn(self._connection, f"steps/{subject}")
        return super().of(subject)
