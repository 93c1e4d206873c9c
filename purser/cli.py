"""`purser`: the command line.  What a command needs is imported when it runs."""

import gc
import os
from typing import Annotated

import typer

from purser.commands import (
    books,
    limits,
    merchant_keys,
    merchant_money,
    merchant_notifications,
    merchant_orders,
    merchant_payouts,
    merchant_people,
    merchant_pull,
    merchant_returns,
    merchant_robokassa,
    merchants,
    payments,
    people,
    providers,
    rates,
    receipts,
    registries,
)
from purser.commands.running import fail, in_wallet, or_exit, settings
from services.money import currency, parse_amount

app = typer.Typer(
    help="A wallet inside Telegram that anyone can host.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback with local variables may hold secrets
    add_completion=False,
)
for name, group in (
    ("holder", people.holder),
    ("merchant", merchants.merchant),
    ("terminal", people.terminal),
    ("payment", payments.payment),
    ("provider", providers.provider),
    ("rates", rates.rates),
    ("receipt", receipts.receipt),
    ("limits", limits.limits),
    ("identification", limits.identification),
    ("outbox", books.outbox),
    ("keys", books.keys),
):
    app.add_typer(group, name=name)
for command in (books.migrate, books.verify, books.backup, books.restore, books.move):
    app.command()(command)
app.command()(registries.reconcile)
app.command()(receipts.statement)
providers.provider.command("registry")(registries.registry)
merchants.merchant.add_typer(merchant_notifications.notifications, name="notifications")
merchants.merchant.add_typer(merchant_keys.keys, name="keys")
merchants.merchant.add_typer(merchant_returns.returns, name="returns")
merchants.merchant.add_typer(merchant_people.people, name="people")
merchants.merchant.command("pull")(merchant_pull.pull)
merchants.merchant.add_typer(merchant_payouts.payouts, name="payouts")
merchants.merchant.add_typer(merchant_robokassa.robokassa, name="robokassa")
merchants.merchant.command("terms")(merchant_money.terms)
merchants.merchant.command("balance")(merchant_money.balance)
merchants.merchant.command("closing")(merchant_money.closing)
merchants.merchant.command("reconcile")(merchant_orders.reconcile)

PARTS = ("bot", "gateway", "worker")


@app.command()
def run(
    *,
    only: Annotated[
        str, typer.Option(help="Some of bot,gateway,worker, separated by commas.")
    ] = ",".join(PARTS),
) -> None:
    """Bot, gateway and background work, until stopped."""
    parts = frozenset(part.strip() for part in only.split(","))
    if not parts <= set(PARTS):
        raise typer.BadParameter(f"some of {', '.join(PARTS)}")
    found = settings()
    if found.bot_token is None:
        fail("PURSER_BOT_TOKEN is not set; to try it without one: purser sandbox")
    gc.disable()  # until it is up: a start only adds, and looking costs a fifth of it
    if found.lazy_models:
        from purser.lazy_models import import_lazily  # noqa: PLC0415

        import_lazily()
    from purser.serving import serve  # noqa: PLC0415  # seconds of imports

    or_exit(lambda: serve(found, parts))


@app.command()
def sandbox(
    *,
    port: Annotated[int, typer.Option(help="Where the page is.")] = 8080,
    db: Annotated[str, typer.Option(help="The database.")] = "purser-sandbox.db",
    seed: Annotated[
        bool, typer.Option("--seed", help="People with money from the start.")
    ] = False,
) -> None:
    """The wallet with the pretend outside world around it; nothing leaves the machine."""
    from purser.sandboxing import serve_sandbox  # noqa: PLC0415

    or_exit(lambda: serve_sandbox(port=port, database=db, seeded=seed))


@app.command()
def demo(
    chapter: Annotated[str, typer.Argument(help="Which part of the story.")] = "all",
) -> None:
    """Play the story over the sandbox's wire, and print each step and the books."""
    from purser.demo import CHAPTERS, play  # noqa: PLC0415

    if chapter != "all" and chapter not in CHAPTERS:
        raise typer.BadParameter(f"all, or one of {', '.join(CHAPTERS)}")
    or_exit(lambda: play(chapter))


@app.command()
def bench(
    *,
    full: Annotated[
        bool, typer.Option("--full", help="A million wallets, and an hour of load.")
    ] = False,
    only: Annotated[str, typer.Option(help="Tables with this word in the title.")] = "",
) -> None:
    """What the wallet costs, beside what it stands on."""
    from bench.__main__ import main as run_bench  # noqa: PLC0415

    run_bench(full=full, only=only)


@app.command()
def seed(
    *,
    holders: Annotated[int, typer.Option(min=1, help="How many.")],
    balance: Annotated[tuple[str, str], typer.Option(help="AMOUNT CUR, of each.")],
) -> None:
    """Fill a database for load tests; refuses one that holds anything else."""
    from purser.seeding import seed as fill  # noqa: PLC0415

    money = or_exit(lambda: parse_amount(balance[0], currency(balance[1])))
    made = in_wallet(lambda wallet: fill(wallet, holders=holders, balance=money))
    typer.echo(f"{made} wallets opened, {money} each")


def main() -> None:
    """The entry point of the `purser` command."""
    os.umask(0o077)  # what it makes holds money and phone numbers: its owner's to read
    app()
