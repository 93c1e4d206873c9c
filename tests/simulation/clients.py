"""Somebody outside who asks until there is a definite answer, with the same key each time."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from services.checkout_life import ConsentMissingError
from services.errors import ConflictError, InvalidRequestError, UnavailableError, WalletError
from services.invoices import InvoiceTimesError
from services.ledger import (
    AlreadyReversedError,
    CaptureTooLargeError,
    HoldSettledError,
)
from services.topups import TerminalExhaustedError
from services.vault import Vault
from storage.sqlite.book import SqliteBook
from tests.simulation.claims import Claims
from tests.simulation.faults import Faults
from tests.simulation.outside import Outside
from tests.simulation.process import Call, Cluster
from tests.simulation.trace import Trace

T = TypeVar("T")

PATIENCE_SECONDS = 120
IMPATIENCE_SECONDS_MAX = 0.3
AGAIN_SECONDS_MAX = 3
LATE_SECONDS_MAX = 1200

NEVER = (
    ConflictError,
    InvalidRequestError,
    AlreadyReversedError,
    CaptureTooLargeError,
    HoldSettledError,
)
"""Refusals that nobody here deserves: nobody asks for two things with one key, and so on."""


DESERVED = (InvoiceTimesError, ConsentMissingError)
"""Who comes too late with a bill, and who does not agree to be charged again."""


class Fashions:
    """How much each thing is done in this town: each seed's is another.

    What needs several rare things one after the other happens where they are in fashion.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._drawn: dict[str, float] = {}

    def weight(self, what: str, usual: float) -> float:
        """*usual*, or far less, or far more."""
        if what not in self._drawn:
            self._drawn[what] = self._chance.choice((0.2, 1, 4))
        return usual * self._drawn[what]


@dataclass
class Town:
    """Where everybody lives who uses the wallet."""

    cluster: Cluster
    outside: Outside
    claims: Claims
    faults: Faults
    trace: Trace
    chance: random.Random
    fashions: "Fashions"
    vault: Vault
    book: SqliteBook
    refused: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    links: list[str] = field(default_factory=list)
    """Ids of the open invoices, which anybody may pay."""
    typed: set[str] = field(default_factory=set)
    """Ids of the offers and checkouts for which somebody typed a code that had been sent."""

    def printed_on(self, card_id: str) -> tuple[str, str, int]:
        """Number, end and counter of a card that its owner looks at."""
        card, sealed = self.book.cards.find(card_id), self.book.cards.number(card_id)
        if card is None or sealed is None:
            return "0" * 16, "0101", 1
        number = self.vault.open(
            self.book.data_keys, sealed, table="cards", row=card_id, field="number"
        )
        return number, card.expires, card.code_counter


class Client:
    """Asks one of the processes, and another if that one dies or does not answer."""

    def __init__(self, town: Town, name: str) -> None:
        self.town = town
        self.name = name
        self.chance = town.chance
        self._keys = 0

    def key(self) -> str:
        """A name for one more wish."""
        self._keys += 1
        return f"{self.name}-{self._keys}"

    async def read(self, what: str, call: Call[T]) -> T:
        """What a *call* that only reads shows; raises as `ask` does."""
        self.town.asked += 1
        return await self._until_answered(what, call)

    async def ask(self, what: str, call: Call[T]) -> T:
        """The definite answer to a wish; however often it is asked, it is the same.

        Raises:
            WalletError: The wallet refuses; asking again would not help.
        """
        self.town.asked += 1
        if not self.town.faults.strikes("asked twice at once"):
            return await self._until_answered(what, call)
        first, second = await asyncio.gather(
            self._until_answered(what, call),
            self._until_answered(what, call),
            return_exceptions=True,
        )
        for answer in (first, second):
            if isinstance(answer, BaseException) and not isinstance(answer, WalletError):
                raise answer
        if isinstance(first, BaseException):
            first, second = second, first
        if isinstance(first, BaseException):
            raise first
        names = _name(first), _name(second)
        if not isinstance(second, BaseException) and names[0] != names[1]:
            self.town.trace.wrong(f"{self.name} {what}: two answers, {names[0]} and {names[1]}")
        return first

    async def rest(self) -> None:
        """Do something else for a while."""
        await asyncio.sleep(self.chance.random() * 10)

    async def dawdle(self, until: datetime) -> None:
        """Sometimes, come back when it may be too late: about *until*, or whenever."""
        if not self.town.faults.strikes("came late"):
            return
        left = (until - self.town.cluster.machine.clock()).total_seconds()
        about = left + self.chance.random() * 3 - 1
        whenever = self.chance.random() * LATE_SECONDS_MAX
        await asyncio.sleep(whenever if self.chance.random() < 0.3 else max(about, 0))

    async def _until_answered(self, what: str, call: Call[T]) -> T:
        while True:
            process = await self.town.cluster.any()
            task = process.begin(call)
            patience: float = PATIENCE_SECONDS
            if self.town.faults.strikes("gave up waiting"):
                patience = self.chance.random() * IMPATIENCE_SECONDS_MAX
            done, _ = await asyncio.wait({task}, timeout=patience)
            if not done and self.town.faults.strikes("hung up"):
                task.cancel()
            elif done and not task.cancelled():
                error = task.exception()
                if error is None:
                    self.town.trace.note(f"{self.name} {what}: done")
                    return task.result()
                if _is_definite(error):
                    self._refused(what, error)
                    raise error
            self.town.trace.note(f"{self.name} {what}: no answer")
            await asyncio.sleep(self.chance.random() * AGAIN_SECONDS_MAX)

    def _refused(self, what: str, error: BaseException) -> None:
        code = getattr(error, "code", type(error).__name__)
        self.town.refused[code] += 1
        self.town.trace.note(f"{self.name} {what}: {code}")
        if isinstance(error, NEVER) and not isinstance(error, DESERVED):
            self.town.trace.wrong(f"{self.name} {what} was refused: {error!r}")


def _is_definite(error: BaseException) -> bool:
    """A terminal that is full hears 'unavailable', but asking again would not empty it."""
    return isinstance(error, TerminalExhaustedError) or not isinstance(error, UnavailableError)


def _name(answer: object) -> object:
    """What must be the same in two answers to one wish."""
    if isinstance(answer, str):
        return answer
    offer = getattr(answer, "offer", answer)
    return getattr(offer, "id", None) or getattr(answer, "body", None)
