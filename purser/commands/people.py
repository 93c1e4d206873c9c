"""`purser holder` and `terminal`: people and cash machines that an operator sets up."""

from typing import Annotated, Any

import typer

from purser.commands.running import AsJson, in_wallet, or_exit, show
from purser.wallet import Wallet
from services.card_rules import Card
from services.holders import Holder
from services.money import currency, parse_amount
from services.phones import parse_phone
from services.terminals import TerminalCredentials

holder = typer.Typer(help="People with a wallet.", no_args_is_help=True)
terminal = typer.Typer(help="Cash terminals and agents.", no_args_is_help=True)

Phone = Annotated[str, typer.Argument(help="With the country code, +79161234567.")]


@holder.command("add")
def add_holder(phone: Phone, language: str = "en", *, as_json: AsJson = False) -> None:
    """Open a wallet for a number; its owner joins in the chat later."""
    added = in_wallet(lambda wallet: wallet.services.wallets.open(phone=phone, language=language))
    show(added, as_json=as_json)


@holder.command("show")
def show_holder(phone: Phone, *, as_json: AsJson = False) -> None:
    """Balances, cards (masked) and state of a wallet."""

    async def look(wallet: Wallet) -> dict[str, Any]:
        found = await wallet.services.wallets.find(phone=phone)
        money = await wallet.services.wallets.show(holder=found)
        cards = await wallet.services.cards.listed(holder=found)
        return _holder_facts(found, cards) | {
            "balances": [
                {
                    "currency": each.posted.currency.code,
                    "posted": each.posted,
                    "held": each.held,
                    "available": each.available,
                }
                for each in money.balances
            ]
        }

    show(in_wallet(look, may_make=False), as_json=as_json)


@holder.command("forgive")
def forgive_holder(phone: Phone) -> None:
    """Let codes go to a number again after too many wrong ones in a month."""
    in_wallet(
        lambda wallet: wallet.services.wallets.forgive_wrong_codes(phone=phone), may_make=False
    )
    show({"phone": or_exit(lambda: parse_phone(phone))}, as_json=False, text="forgiven")


@holder.command("credit")
def credit_holder(
    phone: Phone,
    amount: Annotated[str, typer.Argument(help="In units, such as 100.50.")],
    code: Annotated[str, typer.Argument(help="ISO 4217, such as RUB.", metavar="CUR")],
    *,
    reason: Annotated[str, typer.Option(help="Why; the holder reads it.")],
    as_json: AsJson = False,
) -> None:
    """Correct a balance from the suspense account; journaled with its reason."""
    money = or_exit(lambda: parse_amount(amount, currency(code)))
    done = in_wallet(
        lambda wallet: wallet.services.wallets.correct(phone=phone, amount=money, reason=reason),
        may_make=False,
    )
    show(done, as_json=as_json, text=f"credited {money} to {or_exit(lambda: parse_phone(phone))}")


@terminal.command("add")
def add_terminal(
    *,
    name: Annotated[str, typer.Option(help="As receipts name it.")],
    bond: Annotated[
        str, typer.Option(help="How much cash it may owe, in units of the currency.")
    ] = "1000000",
    code: Annotated[str, typer.Option("--currency", help="ISO 4217.")] = "RUB",
    as_json: AsJson = False,
) -> None:
    """Add a terminal; its password is printed once."""
    good_for = or_exit(lambda: parse_amount(bond, currency(code)))
    added = in_wallet(
        lambda wallet: wallet.services.terminals.add(
            name=name, currency=good_for.currency, bond_minor=good_for.minor
        )
    )
    show(_terminal_facts(added), as_json=as_json)


@terminal.command("list")
def list_terminals(*, as_json: AsJson = False) -> None:
    """All terminals, by name."""
    found = in_wallet(lambda wallet: wallet.services.terminals.listed(), may_make=False)
    lines = [f"{each.login}  {each.state.value:8}  {each.name}" for each in found]
    show(found, as_json=as_json, text="\n".join(lines) or "there is none")


def _holder_facts(found: Holder, cards: list[Card]) -> dict[str, Any]:
    return {
        "id": found.id,
        "phone": found.phone,
        "state": found.state,
        "level": found.level,
        "language": found.language,
        "telegram_id": found.telegram_id,
        "joined_at": found.joined_at,
        "cards": [
            {"number": f"**** {card.last_four}", "expires": card.expires, "state": card.state}
            for card in cards
        ],
    }


def _terminal_facts(added: TerminalCredentials) -> dict[str, Any]:
    return {
        "id": added.terminal.id,
        "name": added.terminal.name,
        "login": added.terminal.login,
        "password": added.password,
        "currency": added.terminal.currency,
    }
