"""The orders of a shop's plugin, and every word it exchanged with the wallet."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

WORDS_KEPT = 200
SHOWN_MAX = 2000
_TOLD = frozenset({"accept", "authorization", "content-type", "idempotency-key"})
_AUTHORISATION = re.compile(r"(?i)^(bearer|basic) .+")


class PluginError(Exception):
    """The wallet refuses, or the plugin cannot make sense of its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer: of the plugin to the wallet, or of the wallet to the shop."""

    from_wallet: bool
    method: str
    address: str
    headers: Mapping[str, str]
    body: str
    status: int
    answer: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """For the page and for scripts; keys are not shown."""
        return {
            "from_wallet": self.from_wallet,
            "method": self.method,
            "address": self.address,
            "headers": {name: _masked(value) for name, value in self.headers.items()},
            "body": self.body[:SHOWN_MAX],
            "status": self.status,
            "answer": self.answer[:SHOWN_MAX],
            "at": self.at.isoformat(),
        }


@dataclass(slots=True, kw_only=True)
class Order:
    """What was sold, in the plugin's own words."""

    number: str
    description: str
    amount: str
    """As the plugin writes it, in units: `1250.00`."""
    currency: str
    page: str
    """Where the shop sends its customer."""
    state: str = "new"
    told: bool = False
    """Whether a genuine notification came."""
    refunded: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the page and for scripts."""
        return {
            "number": self.number,
            "description": self.description,
            "amount": self.amount,
            "currency": self.currency,
            "page": self.page,
            "state": self.state,
            "told": self.told,
            "refunded": self.refunded,
        }


class Orders:
    """Newest first, with what was said about them."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self.words: deque[Exchange] = deque(maxlen=WORDS_KEPT)

    def __iter__(self) -> Iterator[Order]:
        return reversed(self._orders.values())

    def add(self, order: Order) -> Order:
        """A new order."""
        self._orders[order.number] = order
        return order

    def find(self, number: str) -> Order | None:
        """The order of that number, if it is one of this shop's."""
        return self._orders.get(number)

    def get(self, number: str) -> Order:
        """The order of that number.

        Raises:
            PluginError: There is none.
        """
        order = self.find(number)
        if order is None:
            raise PluginError(f"there is no order {number}")
        return order


def told(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an exchange that say something of it."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() in _TOLD or name.lower().startswith(("x-api-", "webhook-"))
    }


def units(minor: int) -> str:
    """An amount as plugins write it."""
    return f"{minor // 100}.{minor % 100:02d}"


def _masked(value: str) -> str:
    found = _AUTHORISATION.match(value)
    return value if found is None else f"{found[1]} ..."
