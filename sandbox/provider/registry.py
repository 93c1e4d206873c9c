"""What the pretend billing system says at the end of a day; faults can be had with it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from sandbox.provider.billing import Credit

MOSCOW = ZoneInfo("Europe/Moscow")


class Flaw(StrEnum):
    """What is wrong with a file."""

    NONE = ""
    MISSING = "missing"
    """Without its last payment."""
    DOUBLED = "doubled"
    """With its first payment twice."""
    STRANGE = "strange"
    """With a payment that nobody made."""
    SUM = "sum"
    """Its first payment is one unit larger."""
    TOTAL = "total"
    """The last line counts one too many."""


def day_of(at: datetime) -> date:
    """In Moscow, as the protocol has it."""
    return at.astimezone(MOSCOW).date()


def written(credited: list[Credit], day: date, flaw: Flaw) -> str:
    """The file of a day: a TAB between cells, CR LF after lines, the total in the last."""
    rows = [
        [each.txn_id, f"{each.at.astimezone(MOSCOW):%d.%m.%Y\t%H:%M:%S}", each.account, each.sum]
        for each in credited
        if day_of(each.at) == day
    ]
    _spoil(rows, day, flaw)
    total = sum((Decimal(row[3]) for row in rows), Decimal("0.00"))
    count = len(rows) + (flaw is Flaw.TOTAL)
    lines = [*("\t".join(row) for row in rows), f"Total:\t{count}\t{total}"]
    return "".join(f"{line}\r\n" for line in lines)


def _spoil(rows: list[list[str]], day: date, flaw: Flaw) -> None:
    if flaw is Flaw.STRANGE:
        rows.append(["4242424242", f"{day:%d.%m.%Y}\t12:00:00", "nobody", "1.00"])
    if not rows:
        return
    if flaw is Flaw.MISSING:
        rows.pop()
    elif flaw is Flaw.DOUBLED:
        rows.append(rows[0])
    elif flaw is Flaw.SUM:
        rows[0] = [*rows[0][:3], str(Decimal(rows[0][3]) + 1)]
