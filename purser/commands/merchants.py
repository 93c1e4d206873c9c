"""`purser merchant`: shops, and their first keys."""

from typing import Annotated, Any

import typer

from purser.commands import merchant_robokassa as options
from purser.commands.running import AsJson, in_wallet, or_exit, show
from purser.wallet import Wallet
from services.merchants import Credentials, Merchant
from services.money import currency

merchant = typer.Typer(help="Shops.", no_args_is_help=True)

MerchantId = Annotated[str, typer.Argument(help="As `merchant list` names it.", metavar="ID")]


@merchant.command("add")
def add_merchant(
    *,
    name: Annotated[str, typer.Option(help="As payers see it.")],
    code: Annotated[str, typer.Option("--currency", help="ISO 4217.")] = "RUB",
    webhook: Annotated[str | None, typer.Option(help="Where the shop is told.")] = None,
    speaks_robokassa: Annotated[
        bool, typer.Option("--robokassa", help="With the options below, for such plugins.")
    ] = False,
    login: options.Login = None,
    algorithm: options.Hash = None,
    result_url: options.ResultUrl = None,
    result_method: options.ResultMethod = None,
    result_url2: options.ResultUrl2 = None,
    success_url: options.SuccessUrl = None,
    success_method: options.SuccessMethod = None,
    fail_url: options.FailUrl = None,
    fail_method: options.FailMethod = None,
    as_json: AsJson = False,
) -> None:
    """Add a shop; its secrets are printed once and can't be read again."""
    of = or_exit(lambda: currency(code))
    settings = options.given(
        algorithm=algorithm,
        result_url=result_url,
        result_method=result_method,
        result_url2=result_url2,
        success_url=success_url,
        success_method=success_method,
        fail_url=fail_url,
        fail_method=fail_method,
    )
    if not speaks_robokassa and (settings or login is not None):
        raise typer.BadParameter("these options are for a shop with --robokassa")

    async def add(wallet: Wallet) -> dict[str, Any]:
        check_webhook(wallet, webhook)
        shops = wallet.services.robokassa_shops
        if speaks_robokassa:
            options.check_addresses(wallet, settings)
            await shops.check(login=login, **settings)
        made = await wallet.services.merchants.add(name=name, currency=of, webhook_url=webhook)
        if not speaks_robokassa:
            return _credential_facts(made)
        fresh = await shops.add(merchant_id=made.merchant.id, login=login, **settings)
        return _credential_facts(made) | options.fresh_facts(fresh)

    show(in_wallet(add), as_json=as_json)


@merchant.command("list")
def list_merchants(*, as_json: AsJson = False) -> None:
    """All shops, by name."""
    found = in_wallet(lambda wallet: wallet.services.merchants.listed(), may_make=False)
    lines = [f"{each.id}  {each.state.value:8}  {each.name}" for each in found]
    shown = "\n".join(lines) or "there is none"
    show([merchant_facts(each) for each in found], as_json=as_json, text=shown)


@merchant.command("show")
def show_merchant(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """One shop, without its secrets."""
    found = in_wallet(
        lambda wallet: wallet.services.merchants.get(merchant_id=merchant_id), may_make=False
    )
    show(merchant_facts(found), as_json=as_json)


@merchant.command("rotate")
def rotate_merchant(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """New key and webhook secret; the ones before are good no longer."""
    fresh = in_wallet(
        lambda wallet: wallet.services.merchants.rotate(merchant_id=merchant_id), may_make=False
    )
    show(_credential_facts(fresh), as_json=as_json)


@merchant.command("disable")
def disable_merchant(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """Refuse the shop's keys, and payments to it."""
    found = in_wallet(
        lambda wallet: wallet.services.merchants.disable(merchant_id=merchant_id), may_make=False
    )
    show(merchant_facts(found), as_json=as_json)


def check_webhook(wallet: Wallet, url: str | None) -> None:
    """Refuse an address that no webhook may have."""
    if url is not None:
        from gateway.webhooks import check_webhook_url  # noqa: PLC0415  # rarely needed

        check_webhook_url(url, allow_private=wallet.settings.allow_private_webhooks)


def merchant_facts(found: Merchant) -> dict[str, Any]:
    """What is printed of a shop, without its secrets."""
    return {
        "id": found.id,
        "name": found.name,
        "site_id": found.site_id,
        "public_key": found.public_key,
        "currency": found.currency,
        "state": found.state,
        "webhook": found.webhook_url,
        "created_at": found.created_at,
    }


def _credential_facts(fresh: Credentials) -> dict[str, Any]:
    return merchant_facts(fresh.merchant) | {
        "secret_key": fresh.secret_key,
        "webhook_secret": fresh.webhook_secret,
    }
