"""`purser merchant keys`: a shop's further key pairs, and which of them signs notifications."""

from typing import Annotated, Any

import typer

from purser.commands.merchants import MerchantId, check_webhook
from purser.commands.running import AsJson, in_wallet, show
from purser.wallet import Wallet
from services.key_pair_life import KeyPair
from services.key_pairs import FreshPair

keys = typer.Typer(help="A shop's key pairs.", no_args_is_help=True)

PairId = Annotated[str, typer.Argument(help="As `merchant keys list` names it.", metavar="KEYS")]


@keys.command("list")
def list_keys(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """All pairs, oldest first, without their secret keys."""
    found = in_wallet(
        lambda wallet: wallet.services.key_pairs.listed(merchant_id=merchant_id), may_make=False
    )
    lines = [
        f"{each.id}  {'revoked' if each.is_revoked else 'good':7}  {each.name}"
        f"{f'  tells {each.notify_url}' if each.notify_url else ''}"
        for each in found
    ]
    facts = [_facts(each) for each in found]
    show(facts, as_json=as_json, text="\n".join(lines) or "there is none")


@keys.command("add")
def add_keys(
    merchant_id: MerchantId,
    *,
    name: Annotated[str, typer.Option(help="What it is for, as you will find it again.")],
    notify: Annotated[
        str | None, typer.Option(help="Where the shop is told of bills, signed with it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A new pair; its secret key is printed once and can't be read again."""

    async def add(wallet: Wallet) -> FreshPair:
        check_webhook(wallet, notify)
        return await wallet.services.key_pairs.create(
            merchant_id=merchant_id, name=name, notify_url=notify
        )

    fresh = in_wallet(add, may_make=False)
    show(_facts(fresh.pair) | {"secret_key": fresh.secret_key}, as_json=as_json)


@keys.command("revoke")
def revoke_keys(merchant_id: MerchantId, pair_id: PairId, *, as_json: AsJson = False) -> None:
    """Neither key of the pair is good any longer."""
    revoked = in_wallet(
        lambda wallet: wallet.services.key_pairs.revoke(merchant_id=merchant_id, pair_id=pair_id),
        may_make=False,
    )
    show(_facts(revoked), as_json=as_json)


@keys.command("notify")
def notify_by_keys(
    merchant_id: MerchantId,
    pair_id: PairId,
    url: Annotated[str, typer.Argument(help="An https address; nothing for none.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Tell the shop of bills at that address, signed with this pair and no other."""

    async def change(wallet: Wallet) -> KeyPair:
        check_webhook(wallet, url or None)
        return await wallet.services.key_pairs.set_notify_url(
            merchant_id=merchant_id, pair_id=pair_id, url=url or None
        )

    show(_facts(in_wallet(change, may_make=False)), as_json=as_json)


def _facts(pair: KeyPair) -> dict[str, Any]:
    return {
        "id": pair.id,
        "name": pair.name,
        "public_key": pair.public_key,
        "notify": pair.notify_url,
        "created_at": pair.created_at,
        "revoked_at": pair.revoked_at,
    }
