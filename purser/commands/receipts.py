"""`purser receipt` and `statement`: documents for whoever asks the operator, and their check."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from purser.commands.running import fail, in_wallet, or_exit, settings
from purser.master_key import master_key
from purser.wallet import Wallet
from services.money import currency
from services.signed_files import Finding, look
from services.statements import Period
from services.vault import Vault

if TYPE_CHECKING:
    from bot.documents.documents import Documents
    from bot.texts import Words

receipt = typer.Typer(help="Receipts and their signatures.", no_args_is_help=True)

_SAYS = {
    Finding.GENUINE: "genuine: every byte is as the wallet has signed it",
    Finding.CHANGED: "NOT genuine: it was changed after it was signed",
    Finding.OTHER_KEY: "NOT genuine by this key: another one has signed it",
    Finding.UNSIGNED: "NOT genuine: there is no signature at its end, or it was changed",
}


@receipt.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The PDF as it was sent.")],
    *,
    key: Annotated[
        str | None, typer.Option(help="Public key that `receipt key` printed; else this wallet's.")
    ] = None,
) -> None:
    """Say whether a receipt is genuine; exit with 1 where it is not."""
    content = or_exit(file.read_bytes)
    finding = or_exit(lambda: look(content, key or _public_key()))
    typer.echo(f"{file}: {_SAYS[finding]}")
    if finding is not Finding.GENUINE:
        raise typer.Exit(1)


@receipt.command("key")
def show_key() -> None:
    """Print the public key that checks receipts without asking anybody."""
    typer.echo(or_exit(_public_key))


@receipt.command("make")
def make(
    number: Annotated[str, typer.Argument(help="Of the operation.", metavar="ID")],
    *,
    out: Annotated[Path, typer.Option(help="The new file.")],
    language: Annotated[str, typer.Option(help="`en` or `ru`.")] = "en",
) -> None:
    """Write the receipt of any finished operation."""

    async def work(wallet: Wallet) -> bytes:
        found = await wallet.services.receipts.of_operation(operation_id=number)
        documents, words = _documents(wallet, language)
        return (await documents.receipt(words, found)).content

    content = in_wallet(work, may_make=False)
    or_exit(lambda: out.write_bytes(content))
    typer.echo(f"written to {out}")


def statement(
    phone: Annotated[str, typer.Argument(help="With the country code, +79161234567.")],
    *,
    first: Annotated[str, typer.Option("--from", help="First day, 2026-11-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day, 2026-11-30.")],
    code: Annotated[str, typer.Option("--currency", help="ISO 4217; else the main one.")] = "",
    form: Annotated[str, typer.Option("--format", help="pdf, csv or json.")] = "pdf",
    out: Annotated[
        Path | None, typer.Option(help="The new file; else named after what it is of.")
    ] = None,
    language: Annotated[str, typer.Option(help="`en` or `ru`.")] = "en",
) -> None:
    """Write a wallet's statement: balances and all that happened between them."""
    from bot.documents.documents import Format  # noqa: PLC0415  # brings the typesetter

    if form not in list(Format):
        raise typer.BadParameter(f"one of {', '.join(Format)}")
    period = Period(_day(first), _day(last))
    if period.last < period.first:
        raise typer.BadParameter("the last day is before the first")

    async def work(wallet: Wallet) -> tuple[str, bytes]:
        of = or_exit(lambda: currency(code)) if code else wallet.settings.wallet_currencies[0]
        holder = await wallet.services.wallets.find(phone=phone)
        made = await wallet.services.statements.of_period(
            holder=holder, currency=of, period=period
        )
        documents, words = _documents(wallet, language)
        file = await documents.statement(words, made, Format(form))
        return file.name, file.content

    name, content = in_wallet(work, may_make=False)
    target = out or Path(name)
    or_exit(lambda: target.write_bytes(content))
    typer.echo(f"written to {target}")


def _documents(wallet: Wallet, language: str) -> "tuple[Documents, Words]":
    from bot.documents.documents import Documents  # noqa: PLC0415  # brings the typesetter
    from bot.texts import Texts  # noqa: PLC0415  # and this a quarter of a second of reading

    texts = Texts(zone=ZoneInfo(wallet.settings.time_zone))
    if language not in texts.languages:
        fail(f"{language}: there are {', '.join(texts.languages)}")
    documents = Documents(
        vault=wallet.vault,
        address=wallet.settings.public_url,
        wallet=wallet.settings.wallet_name,
    )
    return documents, texts.words_for(language)


def _public_key() -> str:
    return Vault(master_key(settings(), may_make=False)).public_key()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text}: a day such as 2026-11-30") from None
