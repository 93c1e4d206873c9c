"""A provider's billing system that fails before it credits, after, and in saying so."""

import asyncio
from collections.abc import Iterator

from services.catalogue import Provider
from services.connections import Answer, Asked, Connection, Outcome
from storage.sqlite.book import SqliteBook
from tests.simulation.faults import Faults
from tests.simulation.trace import Trace

HANGS_SECONDS = 90
"""Longer than a handler may take."""

_IN_VAIN = {
    "provider is away": Answer(Outcome.LATER, "no_connection"),
    "provider is busy": Answer(Outcome.LATER, "temporary", "1"),
    "provider is silent": Answer(Outcome.UNKNOWN, "timeout"),
}
"""Nothing is credited, and this is what the wallet learns of it."""

_PAYMENTS = "SELECT txn, state, amount, id FROM provider_payments ORDER BY id"


class Billing:
    """Outlives every process; a number is credited once, and never after it was refused."""

    def __init__(self, *, faults: Faults, trace: Trace) -> None:
        self._faults = faults
        self._trace = trace
        self.credited: dict[int, Asked] = {}
        self._refused = set[int]()

    def connections(self, provider: Provider) -> Connection:
        """As `services.connections.Connections`: the same for every provider."""
        del provider
        return self

    async def check(self, asked: Asked) -> Answer:
        """Whether the account exists: it does, unless it has a bad day."""
        del asked
        fault = self._faults.first_of("provider hangs", "provider refuses", "provider is away")
        if fault == "provider hangs":
            await asyncio.sleep(HANGS_SECONDS)
            return Answer(Outcome.UNKNOWN, "timeout")
        if fault == "provider refuses":
            return Answer(Outcome.REFUSED, "account_not_found", "5")
        if fault == "provider is away":
            return Answer(Outcome.LATER, "no_connection")
        return Answer(Outcome.DONE, payee="Somebody")

    async def pay(self, asked: Asked) -> Answer:
        """Credit it once, if nothing comes between."""
        before = self.credited.get(asked.txn)
        if before is not None and before != asked:
            self._trace.wrong(f"{asked} was {before} before")
        fault = self._faults.first_of(*_IN_VAIN, "provider hangs")
        if fault in _IN_VAIN:
            return _IN_VAIN[fault]
        if fault == "provider hangs":
            await asyncio.sleep(HANGS_SECONDS)
        if asked.txn in self._refused or (before is None and self._refuses(asked)):
            return Answer(Outcome.REFUSED, "account_not_found", "5")
        self.credited[asked.txn] = asked
        if self._faults.strikes("provider's answer lost"):
            return Answer(Outcome.UNKNOWN, "timeout")
        if before is not None and self._faults.strikes("provider says duplicate"):
            return Answer(Outcome.REFUSED, "provider_error", "300")
        return Answer(Outcome.DONE, code="0", provider_txn=str(asked.txn)[-6:])

    def broken(self, book: SqliteBook) -> Iterator[str]:
        """Money that was taken and not credited, credited and not taken, or both otherwise."""
        known = set[int]()
        for txn, state, amount, payment in book.connection.execute(_PAYMENTS):
            known.add(txn)
            credited = self.credited.get(txn)
            if state == "done" and (credited is None or credited.amount.minor != amount):
                yield f"provider payment {payment} is done and {credited} was credited"
            if state == "failed" and credited is not None:
                yield f"provider payment {payment} was given back and was credited"
        for txn in self.credited:
            if txn not in known:
                yield f"{txn} was credited and nobody paid"

    def _refuses(self, asked: Asked) -> bool:
        if self._faults.strikes("provider refuses"):
            self._refused.add(asked.txn)
        return asked.txn in self._refused
