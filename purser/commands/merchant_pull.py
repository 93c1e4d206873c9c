"""`purser merchant pull`: numbers and passwords of QIWI's older pull interface."""

from typing import Annotated

import typer

from purser.commands.merchants import MerchantId, check_webhook
from purser.commands.running import AsJson, in_wallet, show
from purser.wallet import Wallet
from services.pull_shops import FreshPullShop, Signing


def pull(
    merchant_id: MerchantId,
    *,
    notify: Annotated[
        str | None, typer.Option("--notify-url", help="Where the shop is told of bills.")
    ] = None,
    signs: Annotated[
        Signing, typer.Option(help="How it is told: with Basic, or with X-Api-Signature.")
    ] = Signing.BASIC,
    as_json: AsJson = False,
) -> None:
    """Let the shop use the pull interface; again: new passwords, and the address as given."""

    async def set_up(wallet: Wallet) -> FreshPullShop:
        check_webhook(wallet, notify)
        return await wallet.services.pull_shops.set_up(
            merchant_id=merchant_id, notify_url=notify, signs=signs
        )

    fresh = in_wallet(set_up, may_make=False)
    facts = {
        "shop_id": fresh.shop.prv_id,
        "api_id": fresh.shop.api_id,
        "api_password": fresh.passwords.api,
        "notification_password": fresh.passwords.notification,
        "notify": fresh.shop.notify_url,
        "signs": fresh.shop.signs,
    }
    show(facts, as_json=as_json)
