"""`purser merchant returns`: where a shop's payers may be sent back to."""

from typing import Annotated

import typer

from purser.commands.merchants import MerchantId
from purser.commands.running import AsJson, in_wallet, show

returns = typer.Typer(help="Where a shop's payers return to.", no_args_is_help=True)

Url = Annotated[
    str, typer.Argument(help="Any address of it; only scheme, host and port count.", metavar="URL")
]


@returns.command("list")
def list_returns(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """The registered origins."""
    found = in_wallet(
        lambda wallet: wallet.services.return_addresses.listed(merchant_id=merchant_id),
        may_make=False,
    )
    show(found, as_json=as_json, text="\n".join(found) or "there is none")


@returns.command("add")
def add_return(merchant_id: MerchantId, url: Url, *, as_json: AsJson = False) -> None:
    """Let payers be sent back to that origin."""
    origin = in_wallet(
        lambda wallet: wallet.services.return_addresses.add(merchant_id=merchant_id, url=url),
        may_make=False,
    )
    show({"origin": origin}, as_json=as_json, text=f"payers may return to {origin}")


@returns.command("remove")
def remove_return(merchant_id: MerchantId, url: Url, *, as_json: AsJson = False) -> None:
    """Send nobody there any more."""
    origin = in_wallet(
        lambda wallet: wallet.services.return_addresses.remove(merchant_id=merchant_id, url=url),
        may_make=False,
    )
    show({"origin": origin}, as_json=as_json, text=f"payers do not return to {origin} any more")
