"""How the wallet reaches a provider's billing system: the port that each kind of connection fills.

Three kinds of answer only: done, not done, unknown.  What cannot be told apart from
"perhaps credited" is unknown, and is asked again under the same transaction number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.catalogue import Provider
from services.money import Money


class Outcome(StrEnum):
    """What an answer means for the money."""

    DONE = "done"
    """Credited; for a check: the account exists and may be paid."""
    REFUSED = "refused"
    """The provider has said no for good and has credited nothing by this request."""
    LATER = "later"
    """It has certainly not been credited by this request; the same may be asked again."""
    UNKNOWN = "unknown"
    """It may have been credited: no answer, or none that can be believed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the provider is asked, the same at every repeat."""

    txn: int
    """The wallet's number of the payment, at most 20 digits; the provider keys on it."""
    account: str
    amount: Money
    at: datetime
    """When the payment was made; it stays the same when it is asked again."""
    fields: dict[str, str] = field(default_factory=dict)
    """All account fields by name, the account itself too."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said, after the connection has understood it."""

    outcome: Outcome
    reason: str = ""
    """The stable name of a refusal or trouble: `account_not_found`, `timeout` ..."""
    code: str = ""
    """As the provider wrote it."""
    comment: str = ""
    """The provider's own words, cleaned and cut."""
    payee: str = ""
    """The name that the account goes by, if the provider gave one."""
    provider_txn: str = ""
    """The provider's number of the payment."""

    @property
    def was_heard(self) -> bool:
        """Whether the provider itself has spoken: it is up, even where it says "later"."""
        return self.outcome in (Outcome.DONE, Outcome.REFUSED) or self.code.isdigit()


class Connection(Protocol):
    """One provider's billing system.  Never raises for what the network or the peer does."""

    async def check(self, asked: Asked) -> Answer:
        """Whether the account exists and may be paid that amount; moves nothing."""

    async def pay(self, asked: Asked) -> Answer:
        """Credit the account, once for each `txn` however often it is asked."""


class Unconnected:
    """The connection of a wallet that reaches no provider: nothing is ever credited."""

    async def check(self, asked: Asked) -> Answer:
        """Nobody is asked."""
        del asked
        return Answer(Outcome.LATER, "not_connected")

    async def pay(self, asked: Asked) -> Answer:
        """Nobody is asked."""
        del asked
        return Answer(Outcome.LATER, "not_connected")


Connections = Callable[[Provider], Connection]
"""The connection of a provider, by the kind and the settings its terms name."""


def unconnected(provider: Provider) -> Connection:
    """The same for every provider: what a wallet without a network has."""
    del provider
    return Unconnected()
