"""`purser migrate`, `verify`, `backup`, `restore`, `keys` and `outbox`."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from purser.commands.running import AsJson, in_wallet, or_exit, primitive, settings, show
from purser.master_key import key_file
from purser.schema import migrate_database
from purser.settings import load_settings
from purser.wallet import rotate_data_key
from services.books import Audit, SignedHead
from services.money import Money, plain
from storage.copies import copies

keys = typer.Typer(help="The keys that seal secrets.", no_args_is_help=True)
outbox = typer.Typer(help="Deliveries that failed.", no_args_is_help=True)


def migrate() -> None:
    """Bring the database to this version."""
    found = settings()
    done = or_exit(lambda: asyncio.run(migrate_database(found)))
    typer.echo("\n".join(f"ran {name}" for name in done) or "nothing to do")


def verify(
    *,
    as_json: AsJson = False,
    anchor: Annotated[
        Path | None, typer.Option(help="A head that was kept outside: is it still in the chain?")
    ] = None,
    save_head: Annotated[
        Path | None, typer.Option(help="Keep the signed head of the chain in this file.")
    ] = None,
) -> None:
    """Audit the books; exit with 1 and a line for each fault."""
    known = None if anchor is None else or_exit(lambda: _read_head(anchor))
    audit = in_wallet(lambda wallet: wallet.services.books.audit(anchor=known), may_make=False)
    if save_head is not None:
        or_exit(lambda: save_head.write_text(json.dumps(primitive(audit.head)), "utf-8"))
    show(audit, as_json=as_json, text=_report(audit))
    if audit.faults:
        raise typer.Exit(1)


def _read_head(path: Path) -> SignedHead:
    try:
        return SignedHead(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError):
        raise OSError(f"{path}: no head of a chain") from None


def _report(audit: Audit) -> str:
    lines = [
        f"{fault.name}: {fault.row}: {fault.amount_minor} ({fault.detail})"
        for fault in audit.faults
    ]
    for total in audit.totals:
        held = plain(Money(total.held_minor, total.currency))
        people = plain(Money(total.holders_minor, total.currency))
        lines.append(f"{total.currency.code}: holders have {people}, {held} of it held")
    lines.append(f"{audit.transactions} transactions, {audit.transfers} transfers")
    lines.append(f"head {audit.head.position} {audit.head.hash}")
    lines.append("the books are right" if not audit.faults else f"{len(audit.faults)} faults")
    return "\n".join(lines)


def backup(path: Annotated[Path, typer.Argument(help="The new file.")]) -> None:
    """Make a consistent copy of the books, also while the wallet runs."""
    found = settings()
    or_exit(lambda: copies(found.database_url).back_up(path))
    typer.echo(f"copied to {path}; keep the master key elsewhere, without it no card opens")


def restore(path: Annotated[Path, typer.Argument(help="The copy.")]) -> None:
    """Put a copy back; the database must not exist. Open offers and codes are over."""
    found = settings()
    or_exit(lambda: copies(found.database_url).restore(path))
    typer.echo(f"restored; the master key belongs at {key_file(found)}")
    typer.echo("now run `purser verify`")


def move(
    *,
    source: Annotated[str, typer.Option("--from", help="sqlite:///PATH, which nobody serves.")],
    target: Annotated[str, typer.Option("--to", help="postgresql://…, an empty database.")],
    as_json: AsJson = False,
) -> None:
    """Carry a wallet from SQLite to PostgreSQL, verified on both sides, entry for entry."""
    from storage.moving import move as carry  # noqa: PLC0415  # only here are both engines

    before = or_exit(lambda: load_settings(database_url=source))
    after = or_exit(lambda: load_settings(database_url=target))
    if before.has_postgres or not after.has_postgres:
        raise typer.BadParameter("from sqlite:///PATH to postgresql://…")
    moved = or_exit(lambda: carry(before.database_path, target))
    text = "\n".join(f"{name:16} {count}" for name, count in moved.items())
    rest = f"every row was compared; the books are right; the key is still {key_file(before)}"
    show(moved, as_json=as_json, text=f"{text}\n{rest}")


@keys.command("rotate")
def rotate() -> None:
    """Seal with a new data key from now on; the old ones still open what they sealed."""
    typer.echo(f"data key {in_wallet(rotate_data_key, may_make=False)} seals from now on")


@outbox.command("list")
def list_dead(*, as_json: AsJson = False) -> None:
    """What could not be delivered, newest first."""
    dead = in_wallet(lambda wallet: wallet.services.dead_work.listed(), may_make=False)
    lines = [f"{each.key}  {each.kind}  {each.attempts} tries  {each.error}" for each in dead]
    show(dead, as_json=as_json, text="\n".join(lines) or "nothing failed")


@outbox.command("retry")
def retry(key: Annotated[str, typer.Argument(help="As `outbox list` names it.")]) -> None:
    """Try a failed delivery again."""
    in_wallet(lambda wallet: wallet.services.dead_work.retry(key=key), may_make=False)
    typer.echo(f"{key} is due now")
