"""`purser merchant reconcile`: a shop's list of orders beside what was paid here."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from purser.commands.merchants import MerchantId
from purser.commands.running import AsJson, in_wallet, or_exit, show
from services.order_reconciliation import OrderDifference, OrderKind, OrderReport
from services.statements import Period

SAYS = {
    OrderKind.MISSING_HERE: "paid there, unknown here",
    OrderKind.UNPAID_HERE: "paid there, not paid here",
    OrderKind.MISSING_THERE: "paid here, not in the file",
    OrderKind.UNPAID_THERE: "paid here, not paid there",
    OrderKind.DOUBLED: "in the file more than once",
    OrderKind.LATE: "paid here on a later day",
    OrderKind.REFUNDED: "refunded here, paid there",
    OrderKind.NOT_REFUNDED: "refunded there, not here",
    OrderKind.AMOUNT: "another amount",
    OrderKind.UNREAD: "cannot be read",
}


def reconcile(
    merchant_id: MerchantId,
    file: Annotated[Path, typer.Argument(help="The shop's orders, as CSV.")],
    *,
    first: Annotated[
        str | None, typer.Option("--from", help="First day; else as in the file.", metavar="DAY")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Last day; else as in the file.", metavar="DAY")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare a shop's orders with what was paid here; exit with 1 where they differ."""
    content, period = or_exit(file.read_bytes), _period(first, last)
    report = in_wallet(
        lambda wallet: wallet.services.order_reconciler.compare(
            merchant_id=merchant_id, content=content, period=period
        ),
        may_make=False,
    )
    show(report, as_json=as_json, text=table(report))
    if report.differences:
        raise typer.Exit(1)


def table(report: OrderReport) -> str:
    """The report as a person reads it: a line for each difference, then the sum of it."""
    days = "no days" if report.first is None else str(report.first)
    if report.last != report.first:
        days += f" to {report.last}"
    lines = [_line(each) for each in report.differences]
    lines.append(
        f"{days}: {report.listed} in the file, {report.paid} paid here,"
        f" differences: {len(report.differences)}"
    )
    return "\n".join(lines)


def _line(each: OrderDifference) -> str:
    place = "" if each.line is None else f"line {each.line}"
    sides = [
        f"{name} {side}" for name, side in (("ours", each.ours), ("theirs", each.theirs)) if side
    ]
    what = f"{SAYS[each.kind]}{': ' if sides else ''}{', '.join(sides)}"
    invoice = "" if each.invoice is None else f" [invoice {each.invoice}]"
    return f"{each.kind.value:13} {place:>9} {each.order:>20}  {what}{invoice}"


def _period(first: str | None, last: str | None) -> Period | None:
    if first is None and last is None:
        return None
    try:
        days = sorted(date.fromisoformat(each) for each in (first or last, last or first) if each)
    except ValueError:
        raise typer.BadParameter("a day, as in 2026-11-24") from None
    return Period(days[0], days[-1])
