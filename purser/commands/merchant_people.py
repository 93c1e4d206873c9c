"""`purser merchant people`: who may act for a shop in the chat."""

from typing import Annotated, Any

import typer

from purser.commands.merchants import MerchantId
from purser.commands.running import AsJson, in_wallet, show
from services.merchant_people import MerchantPerson, Role

people = typer.Typer(help="A shop's people in the chat.", no_args_is_help=True)

TelegramId = Annotated[
    int, typer.Argument(help="Of their account; /merchant tells it.", metavar="TELEGRAM_ID")
]


@people.command("list")
def list_people(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """All of them, with their roles."""
    found = in_wallet(
        lambda wallet: wallet.services.merchant_people.listed(merchant_id=merchant_id),
        may_make=False,
    )
    lines = [f"{each.telegram_id}  {each.role.value}" for each in found]
    facts = [_facts(each) for each in found]
    show(facts, as_json=as_json, text="\n".join(lines) or "there is nobody")


@people.command("add")
def add_person(
    merchant_id: MerchantId,
    telegram_id: TelegramId,
    *,
    role: Annotated[
        Role,
        typer.Option(help="owner: all, keys too; manager: invoices, refunds; viewer: looks."),
    ],
    as_json: AsJson = False,
) -> None:
    """Let somebody act for the shop; one who may already has the new role."""
    added = in_wallet(
        lambda wallet: wallet.services.merchant_people.add(
            merchant_id=merchant_id, telegram_id=telegram_id, role=role
        ),
        may_make=False,
    )
    show(_facts(added), as_json=as_json)


@people.command("remove")
def remove_person(merchant_id: MerchantId, telegram_id: TelegramId) -> None:
    """Somebody acts for the shop no more; what they have on the screen does nothing."""
    in_wallet(
        lambda wallet: wallet.services.merchant_people.remove(
            merchant_id=merchant_id, telegram_id=telegram_id
        ),
        may_make=False,
    )
    show({"telegram_id": telegram_id}, as_json=False, text="removed")


def _facts(person: MerchantPerson) -> dict[str, Any]:
    return {
        "telegram_id": person.telegram_id,
        "role": person.role,
        "added_at": person.added_at,
    }
