"""`purser provider registry` and `purser reconcile`: settling with providers, day by day."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from purser.commands.running import AsJson, in_wallet, or_exit, show
from purser.registry_folder import put
from services.differences import Difference, Kind
from services.reconciliation import Reconciliation

Day = Annotated[
    str | None, typer.Option("--date", help="YYYY-MM-DD in the provider's zone.", metavar="DAY")
]

SAYS = {
    Kind.MISSING: "paid here, not in the file",
    Kind.UNCONFIRMED: "nobody knows, not in the file",
    Kind.CONFIRMED: "not known to be paid here, and in the file",
    Kind.FAILED: "failed here and given back, and in the file",
    Kind.STRANGE: "never sent from here, and in the file",
    Kind.DOUBLED: "in the file more than once",
    Kind.SUM: "another sum",
    Kind.ACCOUNT: "another account",
    Kind.LATE: "on another day",
    Kind.TOTAL_COUNT: "the file counts itself wrongly",
    Kind.TOTAL_SUM: "the file adds itself up wrongly",
    Kind.UNREAD: "cannot be read",
}


def registry(
    provider: Annotated[str, typer.Argument(help="Its id in the catalogue.")],
    *,
    day: Day = None,
    out: Annotated[Path, typer.Option(help="The folder it is put into.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Write the settlement registry of a day, of yesterday without --date."""
    wanted = _day(day)
    made = in_wallet(
        lambda wallet: wallet.services.registries.of(provider_id=provider, day=wanted),
        may_make=False,
    )
    files = or_exit(lambda: [put(each, out) for each in made])
    facts = [
        {
            "file": str(file),
            "payments": each.payments,
            "total": each.total,
            "digest": each.digest,
        }
        for file, each in zip(files, made, strict=True)
    ]
    text = "\n".join(f"{each['file']}: {each['payments']}, {each['total']}" for each in facts)
    show(facts, as_json=as_json, text=text)


def reconcile(
    file: Annotated[Path, typer.Argument(help="The provider's list of payments.")],
    *,
    provider: Annotated[
        str | None, typer.Option(help="Its id; else as the file's name says.")
    ] = None,
    day: Day = None,
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Settle the payments that the file confirms.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare a provider's file with the books; exit with 1 where they differ."""
    content, wanted = or_exit(file.read_bytes), _day(day)
    report = in_wallet(
        lambda wallet: wallet.services.reconciler.compare(
            content=content, name=file.name, provider_id=provider, day=wanted, resolves=resolve
        ),
        may_make=False,
    )
    show(report, as_json=as_json, text=table(report))
    if report.differences:
        raise typer.Exit(1)


def table(report: Reconciliation) -> str:
    """The report as an operator reads it: a line for each difference, then the sum of it."""
    days = str(report.first)
    if report.last != report.first:
        days += f" to {report.last}"
    lines = [_line(each) for each in report.differences]
    lines += [f"settled as paid: {each}" for each in report.resolved]
    lines.append(
        f"{report.provider}, {days}: {report.listed} in the file, {report.paid} paid here,"
        f" differences: {len(report.differences)}"
    )
    return "\n".join(lines)


def _line(each: Difference) -> str:
    place = "" if each.line is None else f"line {each.line}"
    txn = "" if each.txn is None else str(each.txn)
    sides = [
        f"{name} {side}" for name, side in (("ours", each.ours), ("theirs", each.theirs)) if side
    ]
    what = f"{SAYS[each.kind]}{': ' if sides else ''}{', '.join(sides)}"
    payment = "" if each.payment is None else f" [payment {each.payment}]"
    return f"{each.kind.value:12} {place:>9} {txn:>20}  {what}{payment}"


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day, as in 2026-11-24") from None
