"""A cash terminal: number, check, banknotes, pay, a printed receipt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.changes import Changes
from sandbox.terminal.osmp import Osmp, OsmpAnswer, Outcome

NOTES = (10, 50, 100, 200, 500, 1000, 2000, 5000)
"""Banknotes it takes, in roubles.  There is no change."""
NUMBER = "T-0042"
CHECK_AMOUNT = "100.00"
"""Asked about before any banknote is in: billings want a sum in every check."""
INSERTED_MAX = 100_000
INVOICE_DIGITS = 8
"""So many digits are the number of an invoice: fewer than any phone number has."""

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_IDS_PER_MILLISECOND = 1000


class TerminalError(Exception):
    """The terminal does not do this now."""


@dataclass(slots=True, kw_only=True)
class Receipt:
    """What the terminal prints, and sends again when told to."""

    txn_id: str
    account: str
    amount: str
    at: datetime
    answer: OsmpAnswer
    times_sent: int = 1

    def as_json(self) -> dict[str, Any]:
        """For the page and for scripts."""
        return {
            "terminal": NUMBER,
            "txn_id": self.txn_id,
            "account": self.account,
            "sum": self.amount,
            "at": self.at.isoformat(),
            "times_sent": self.times_sent,
            **_as_json(self.answer),
        }


class Terminal:
    """One customer at a time."""

    def __init__(self, *, osmp: Osmp, now: Callable[[], datetime], changes: Changes) -> None:
        self._osmp = osmp
        self._now = now
        self._changes = changes
        self._numbers = 0
        self._txn_id = ""
        self._account: str | None = None
        self._inserted = 0
        self._asked: int | None = None
        """What the invoice costs, in roubles; None where any sum is taken."""
        self._checked: OsmpAnswer | None = None
        self._receipts: list[Receipt] = []

    async def check(self, account: str) -> OsmpAnswer:
        """Take a number and ask the wallet about it.

        Raises:
            TerminalError: It is no number, or there are banknotes for another one.
        """
        digits = "".join(filter(str.isdigit, account))
        if not digits:
            raise TerminalError("enter a phone number, or the number of an invoice")
        if self._inserted and digits != self._account:
            raise TerminalError("there is money in the terminal for another number")
        self._txn_id = self._txn_id or self._new_txn_id()
        answer = await self._osmp.check(txn_id=self._txn_id, account=digits, amount=CHECK_AMOUNT)
        self._asked = _asked(answer) if len(digits) == INVOICE_DIGITS else None
        self._account = digits if answer.outcome is Outcome.DONE else None
        self._checked = answer
        self._changes.touch("terminal")
        return answer

    def insert(self, note: int) -> None:
        """Swallow a banknote.

        Raises:
            TerminalError: No number was checked, it does not take this banknote, or the
                invoice costs less.
        """
        if self._account is None:
            raise TerminalError("enter a number first")
        if note not in NOTES:
            raise TerminalError(f"the terminal takes no banknote of {note}")
        if self._inserted + note > INSERTED_MAX:
            raise TerminalError("the terminal is full: pay first")
        if self._asked is not None and self._inserted + note > self._asked:
            left = self._asked - self._inserted
            raise TerminalError(f"the invoice takes its exact sum: {left} is left to insert")
        self._inserted += note
        self._changes.touch("terminal")

    async def pay(self) -> Receipt:
        """Send the payment and print the receipt, whatever the answer.

        Raises:
            TerminalError: There is no number, no money, or less than the invoice costs.
        """
        if self._account is None or not self._inserted:
            raise TerminalError("insert banknotes first")
        if self._asked is not None and self._inserted != self._asked:
            left = self._asked - self._inserted
            raise TerminalError(f"the invoice takes its exact sum: insert {left} more")
        txn_id, account, amount = self._txn_id, self._account, f"{self._inserted}.00"
        at = self._now()
        self.reset()
        answer = await self._osmp.pay(txn_id=txn_id, account=account, amount=amount, at=at)
        receipt = Receipt(txn_id=txn_id, account=account, amount=amount, at=at, answer=answer)
        self._receipts.append(receipt)
        self._changes.touch("terminal")
        return receipt

    async def repeat(self) -> Receipt:
        """Send the last payment once more, with the same number and time.

        Raises:
            TerminalError: Nothing was paid yet.
        """
        if not self._receipts:
            raise TerminalError("nothing was paid here yet")
        receipt = self._receipts[-1]
        receipt.answer = await self._osmp.pay(
            txn_id=receipt.txn_id, account=receipt.account, amount=receipt.amount, at=receipt.at
        )
        receipt.times_sent += 1
        self._changes.touch("terminal")
        return receipt

    def reset(self) -> None:
        """Ready for the next customer; money that is in stays with the terminal."""
        self._txn_id, self._account, self._inserted, self._checked = "", None, 0, None
        self._asked = None
        self._changes.touch("terminal")

    def as_json(self) -> dict[str, Any]:
        """What is on its screen and in its printer."""
        return {
            "number": NUMBER,
            "notes": list(NOTES),
            "account": self._account,
            "inserted": self._inserted,
            "asked": self._asked,
            "check": _as_json(self._checked) if self._checked else None,
            "receipts": [receipt.as_json() for receipt in reversed(self._receipts[-20:])],
        }

    def _new_txn_id(self) -> str:
        """At most 20 digits, and never one of an earlier run."""
        self._numbers += 1
        milliseconds = (self._now() - _EPOCH) // timedelta(milliseconds=1)
        return str(max(1, milliseconds) * _IDS_PER_MILLISECOND + self._numbers % 1000)


def _asked(answer: OsmpAnswer) -> int | None:
    """The sum that an invoice asks for.

    Raises:
        TerminalError: Banknotes cannot make it.
    """
    if answer.outcome is not Outcome.DONE or answer.sum is None:
        return None
    roubles, _, kopecks = answer.sum.partition(".")
    if kopecks.strip("0") or int(roubles) % NOTES[0]:
        raise TerminalError(f"banknotes cannot make {answer.sum}: pay it another way")
    return int(roubles)


def _as_json(answer: OsmpAnswer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome.value,
        "result": answer.result,
        "comment": answer.comment,
        "prv_txn": answer.prv_txn,
    }
