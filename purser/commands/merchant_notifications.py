"""`purser merchant notifications`: what a shop was told, what failed, and tests."""

from typing import Annotated

import typer

from purser.commands.merchants import MerchantId
from purser.commands.running import AsJson, in_wallet, show
from purser.wallet import Wallet
from services.deliveries import Delivery, Outcome
from services.due import Work

notifications = typer.Typer(help="What a shop was told.", no_args_is_help=True)


@notifications.command("list")
def list_notifications(
    merchant_id: MerchantId,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="What nobody tries any more, instead of attempts.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The newest attempts with what the shop answered, newest first."""

    async def attempts(wallet: Wallet) -> list[Delivery]:
        shop = await wallet.services.merchants.get(merchant_id=merchant_id)
        return (await wallet.services.deliveries.page(merchant=shop, limit=50)).deliveries

    async def dead(wallet: Wallet) -> list[Work]:
        shop = await wallet.services.merchants.get(merchant_id=merchant_id)
        return await wallet.services.deliveries.failed(merchant=shop)

    if failed:
        letters = in_wallet(dead, may_make=False)
        lines = [f"{each.key}  {each.attempts} tries  {each.error}" for each in letters]
        show(letters, as_json=as_json, text="\n".join(lines) or "nothing failed")
    else:
        made = in_wallet(attempts, may_make=False)
        lines = [_line(each) for each in made]
        show(made, as_json=as_json, text="\n".join(lines) or "nothing was sent")


@notifications.command("resend")
def resend(
    merchant_id: MerchantId,
    key: Annotated[str, typer.Argument(help="As `list --failed` names it.")],
) -> None:
    """Try what failed again, as often as if it were new."""

    async def again(wallet: Wallet) -> None:
        shop = await wallet.services.merchants.get(merchant_id=merchant_id)
        await wallet.services.deliveries.resend(merchant=shop, key=key)

    in_wallet(again, may_make=False)
    typer.echo(f"{key} is due now")


@notifications.command("test")
def send_test(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """Send a test in each way that the shop has set up; exit with 1 if one is not accepted."""

    async def test(wallet: Wallet) -> list[Delivery]:
        shop = await wallet.services.merchants.get(merchant_id=merchant_id)
        return await wallet.services.deliveries.test(merchant=shop)

    made = in_wallet(test, may_make=False)
    show(made, as_json=as_json, text="\n".join(map(_line, made)))
    if any(each.outcome is not Outcome.DELIVERED for each in made):
        raise typer.Exit(1)


def _line(made: Delivery) -> str:
    status = made.status or "-"
    said = f"  {made.detail or 'accepted'}" + (f": {made.answer}" if made.answer else "")
    return f"{made.at:%Y-%m-%d %H:%M:%S}  {made.kind}  {made.about}  {status}{said}"
