"""A pretend billing system behind every provider: credits each transaction number once."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

from sandbox.changes import Changes
from sandbox.provider.moods import CREDITS_NOTHING, Mood, Moods, Order

REQUESTS_KEPT = 200
DUPLICATE = 300
UNKNOWN_ACCOUNT = 5
_PEOPLE = ("Иванов Пётр", "Smirnova Anna", "Городские сети", "राज कुमार", "Kaya Deniz", "ليلى حسن")


@dataclass(slots=True)
class Credit:
    """Money that an account was credited."""

    service: str
    txn_id: str
    account: str
    sum: str
    prv_txn: str
    at: datetime
    times: int = 1
    """Asked for."""
    fields: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the page and for scripts."""
        return {
            "service": self.service,
            "txn_id": self.txn_id,
            "account": self.account,
            "sum": self.sum,
            "prv_txn": self.prv_txn,
            "at": self.at.isoformat(),
            "times": self.times,
            "fields": self.fields,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came, and how it was taken."""

    service: str
    command: str
    txn_id: str
    account: str
    sum: str
    mood: Mood
    result: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; `order` says in which mood."""

    order: Order
    result: int
    txn_id: str = ""
    comment: str = ""
    sum: str = ""
    prv_txn: str = ""
    payee: str = ""


class Billing:
    """Everybody's accounts at all services."""

    def __init__(self, *, now: Callable[[], datetime], changes: Changes) -> None:
        self.moods = Moods()
        self.requests: deque[Asked] = deque(maxlen=REQUESTS_KEPT)
        self.unknown: set[str] = set()
        """Accounts that nobody has; any other exists."""
        self._now = now
        self._changes = changes
        self._credits: dict[tuple[str, str], Credit] = {}

    def take(self, service: str, sent: Mapping[str, str]) -> Reply:
        """What becomes of a request."""
        command, txn_id = sent.get("command", ""), sent.get("txn_id", "")
        order = self.moods.next(service, command)
        reply = self._reply(service, command, sent, order)
        self.requests.append(
            Asked(
                service,
                command,
                txn_id,
                sent.get("account", ""),
                sent.get("sum", ""),
                order.mood,
                reply.result,
                self._now(),
            )
        )
        self._changes.touch("provider")
        return reply

    def credits(self, service: str | None = None) -> list[Credit]:
        """The oldest first."""
        found = self._credits.values()
        return [each for each in found if service is None or each.service == service]

    def _reply(self, service: str, command: str, sent: Mapping[str, str], order: Order) -> Reply:
        txn_id, account, amount = (sent.get(name, "") for name in ("txn_id", "account", "sum"))
        if command not in ("check", "pay") or not (txn_id.isdigit() and account and amount):
            return Reply(order, DUPLICATE, txn_id, "the request is not understood")
        if order.mood in CREDITS_NOTHING:
            result = {Mood.BUSY: 1, Mood.UNFINISHED: 90, Mood.REFUSING: order.code}
            return Reply(order, result.get(order.mood, 1), txn_id, order.mood.value)
        if account in self.unknown:
            return Reply(order, UNKNOWN_ACCOUNT, txn_id, "there is no such account")
        payee = _PEOPLE[crc32(account.encode()) % len(_PEOPLE)]
        if command == "check":
            return Reply(order, 0, txn_id, payee=payee)
        credit = self._credit(service, sent)
        if credit.times > 1 and order.mood is Mood.FORGETFUL:
            return Reply(order, DUPLICATE, txn_id, "this payment was made before")
        echoed = f"9{credit.sum}" if order.mood is Mood.OTHER_SUM else credit.sum
        return Reply(order, 0, txn_id, "", echoed, credit.prv_txn, payee)

    def _credit(self, service: str, sent: Mapping[str, str]) -> Credit:
        """The first one counts, whatever a repeat says."""
        key = (service, sent["txn_id"])
        found = self._credits.get(key)
        if found is not None:
            found.times += 1
            return found
        known = ("command", "txn_id", "txn_date", "account", "sum")
        made = Credit(
            service=service,
            txn_id=sent["txn_id"],
            account=sent["account"],
            sum=sent["sum"],
            prv_txn=str(1_000_000 + len(self._credits)),
            at=self._now(),
            fields={name: value for name, value in sent.items() if name not in known},
        )
        self._credits[key] = made
        return made
