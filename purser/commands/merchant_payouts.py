"""`purser merchant payouts`: batches for the bank, and what became of them."""

from pathlib import Path
from typing import Annotated

import typer

from purser.commands.running import AsJson, fail, in_wallet, in_words, or_exit, show
from purser.file_once import write_new
from services.merchant_files import payout_file
from services.money import currency
from services.payout_life import Payout
from services.payouts import Prepared

payouts = typer.Typer(help="Paying shops out.", no_args_is_help=True)

Batch = Annotated[str, typer.Argument(help="As `prepare` has named it.", metavar="BATCH")]
NewFile = Annotated[Path, typer.Argument(help="The new CSV file.")]


@payouts.command("prepare")
def prepare(
    file: NewFile,
    *,
    code: Annotated[
        str | None, typer.Option("--currency", help="Only shops that are paid in it.")
    ] = None,
    merchant: Annotated[
        str | None, typer.Option(help="Only this shop, also a disabled one.", metavar="ID")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put aside all that shops have, and write it for the bank."""
    of = None if code is None else or_exit(lambda: currency(code))
    if file.exists():
        fail(f"{file}: there is such a file")
    made: Prepared = in_wallet(
        lambda wallet: wallet.services.payouts.prepare(of=of, merchant_id=merchant),
        may_make=False,
    )
    if made.payouts:
        or_exit(lambda: write_new(file, payout_file(made.payouts)))
    facts = {
        "batch": made.batch if made.payouts else None,
        "file": str(file) if made.payouts else None,
        "payouts": made.payouts,
        "waiting": [
            {
                "merchant": each.merchant,
                "name": each.merchant_name,
                "amount": each.amount,
                "code": each.error.code,
            }
            for each in made.waiting
        ],
    }
    show(facts, as_json=as_json, text="\n".join(_prepared_lines(made, file)))


@payouts.command("export")
def export(batch: Batch, file: NewFile) -> None:
    """Write the file of a batch again."""
    found = in_wallet(lambda wallet: wallet.services.payouts.of_batch(batch=batch), may_make=False)
    or_exit(lambda: write_new(file, payout_file(found)))
    typer.echo(f"written to {file}")


@payouts.command("paid")
def paid(batch: Batch, *, as_json: AsJson = False) -> None:
    """The bank has paid a batch, but for what came back."""
    found = in_wallet(lambda wallet: wallet.services.payouts.paid(batch=batch), may_make=False)
    _show_all(found, as_json=as_json)


@payouts.command("returned")
def returned(
    payout: Annotated[str, typer.Argument(help="As `list` names it.", metavar="PAYOUT")],
    *,
    reason: Annotated[str, typer.Option(help="Why, as the bank has told it.")],
    as_json: AsJson = False,
) -> None:
    """A payout came back: the shop has its money again."""
    found = in_wallet(
        lambda wallet: wallet.services.payouts.returned(payout_id=payout, reason=reason),
        may_make=False,
    )
    show(found, as_json=as_json, text=_line(found))


@payouts.command("list")
def list_payouts(
    *,
    merchant: Annotated[str | None, typer.Option(help="Only of this shop.", metavar="ID")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest payouts first."""
    found = in_wallet(
        lambda wallet: wallet.services.payouts.listed(merchant_id=merchant, limit=limit),
        may_make=False,
    )
    _show_all(found, as_json=as_json)


def _prepared_lines(made: Prepared, file: Path) -> list[str]:
    lines = [_line(each) for each in made.payouts]
    lines += [
        f"not now: {each.merchant_name} {each.amount}: {in_words(each.error)}"
        for each in made.waiting
    ]
    if made.payouts:
        return [*lines, f"batch {made.batch}, written to {file}"]
    return [*lines, "nothing to pay out"]


def _show_all(found: list[Payout], *, as_json: bool) -> None:
    text = "\n".join(_line(each) for each in found) or "there is none"
    show(found, as_json=as_json, text=text)


def _line(each: Payout) -> str:
    taken = "" if each.conversion is None else f" (for {each.taken} at {each.conversion.rate})"
    reason = f": {each.reason}" if each.reason else ""
    return f"{each.id}  {each.state.value:8}  {each.amount}{taken}  {each.merchant_name}{reason}"
