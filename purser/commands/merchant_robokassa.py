"""`purser merchant robokassa`: shops whose plugins speak Robokassa's interface."""

from typing import Annotated, Any

import typer

from purser.commands.running import AsJson, fail, in_wallet, show
from purser.wallet import Wallet
from services.robokassa_shops import FreshShop, Passwords, RobokassaShop, ShopUnknownError

robokassa = typer.Typer(help="Shops with Robokassa's plugins.", no_args_is_help=True)

MerchantId = Annotated[str, typer.Argument(help="As `merchant list` names it.", metavar="ID")]
Login = Annotated[
    str | None, typer.Option(help="MerchantLogin of the plugin; one is made if not given.")
]
Hash = Annotated[
    str | None,
    typer.Option("--hash", help="md5 (the default), ripemd160, sha1, sha256, sha384, sha512."),
]
ResultUrl = Annotated[str | None, typer.Option(help="ResultURL: where payments are told of.")]
ResultMethod = Annotated[str | None, typer.Option(help="GET or POST (the default).")]
ResultUrl2 = Annotated[str | None, typer.Option(help="ResultUrl2: the same by JWS, and holds.")]
SuccessUrl = Annotated[str | None, typer.Option(help="Where a payer returns to.")]
SuccessMethod = Annotated[str | None, typer.Option(help="GET (the default) or POST.")]
FailUrl = Annotated[str | None, typer.Option(help="Where a payer returns to who has not paid.")]
FailMethod = Annotated[str | None, typer.Option(help="GET (the default) or POST.")]
Hold = Annotated[bool | None, typer.Option(help="May it hold money before it takes it?")]
Recurring = Annotated[bool | None, typer.Option(help="May it charge again by itself?")]
ChargeNetwork = Annotated[
    list[str] | None,
    typer.Option(help="From where it charges again, as 192.0.2.0/24; else from anywhere."),
]
_TOLD_AT = ("result_url", "result_url2")
_RETURNED_TO = ("success_url", "fail_url")


@robokassa.command("add")
def add_shop(
    merchant_id: MerchantId,
    *,
    login: Login = None,
    algorithm: Hash = None,
    result_url: ResultUrl = None,
    result_method: ResultMethod = None,
    result_url2: ResultUrl2 = None,
    success_url: SuccessUrl = None,
    success_method: SuccessMethod = None,
    fail_url: FailUrl = None,
    fail_method: FailMethod = None,
    hold: Hold = None,
    recurring: Recurring = None,
    charge_network: ChargeNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Let a shop that there is speak the interface; its passwords are printed once."""
    settings = given(
        algorithm=algorithm,
        result_url=result_url,
        result_method=result_method,
        result_url2=result_url2,
        success_url=success_url,
        success_method=success_method,
        fail_url=fail_url,
        fail_method=fail_method,
        allows_hold=hold,
        allows_recurring=recurring,
        charge_networks=charge_network,
    )

    async def add(wallet: Wallet) -> FreshShop:
        check_addresses(wallet, settings)
        return await wallet.services.robokassa_shops.add(
            merchant_id=merchant_id, login=login, **settings
        )

    show(fresh_facts(in_wallet(add, may_make=False)), as_json=as_json)


@robokassa.command("show")
def show_shop(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """Login and settings, without the passwords."""

    async def find(wallet: Wallet) -> tuple[RobokassaShop, Passwords] | None:
        await wallet.services.merchants.get(merchant_id=merchant_id)
        return await wallet.services.robokassa_shops.of_merchant(merchant_id=merchant_id)

    found = in_wallet(find, may_make=False)
    if found is None:
        fail(f"the shop does not speak Robokassa's interface [{ShopUnknownError.code}]")
    show(shop_facts(found[0]), as_json=as_json)


@robokassa.command("change")
def change_shop(
    merchant_id: MerchantId,
    *,
    algorithm: Hash = None,
    result_url: ResultUrl = None,
    result_method: ResultMethod = None,
    result_url2: ResultUrl2 = None,
    success_url: SuccessUrl = None,
    success_method: SuccessMethod = None,
    fail_url: FailUrl = None,
    fail_method: FailMethod = None,
    hold: Hold = None,
    recurring: Recurring = None,
    charge_network: ChargeNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Other settings; what is not given stays, and an empty address is none."""
    settings = given(
        algorithm=algorithm,
        result_url=result_url,
        result_method=result_method,
        result_url2=result_url2,
        success_url=success_url,
        success_method=success_method,
        fail_url=fail_url,
        fail_method=fail_method,
        allows_hold=hold,
        allows_recurring=recurring,
        charge_networks=charge_network,
    )

    async def change(wallet: Wallet) -> RobokassaShop:
        check_addresses(wallet, settings)
        return await wallet.services.robokassa_shops.change(merchant_id=merchant_id, **settings)

    show(shop_facts(in_wallet(change, may_make=False)), as_json=as_json)


@robokassa.command("rotate")
def rotate_shop(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """New passwords; the ones before are good no longer."""
    fresh = in_wallet(
        lambda wallet: wallet.services.robokassa_shops.rotate(merchant_id=merchant_id),
        may_make=False,
    )
    show(fresh_facts(fresh), as_json=as_json)


def given(**options: Any) -> dict[str, Any]:
    """The settings among *options* that were given; an empty address is none."""
    settings = {name: value for name, value in options.items() if value not in (None, [])}
    for name in (*_TOLD_AT, *_RETURNED_TO):
        if settings.get(name) == "":
            settings[name] = None
    if "charge_networks" in settings:
        settings["charge_networks"] = tuple(each for each in settings["charge_networks"] if each)
    return settings


def check_addresses(wallet: Wallet, settings: dict[str, Any]) -> None:
    """Refuse addresses to which nothing can be sent, or nobody go back."""
    from gateway.targets import WebhookUrlError, check_webhook_url, malformed  # noqa: PLC0415

    for name in _TOLD_AT:
        if settings.get(name):
            allow = wallet.settings.allow_private_webhooks
            check_webhook_url(settings[name], allow_private=allow)
    for name in _RETURNED_TO:
        problem = malformed(settings[name]) if settings.get(name) else None
        if problem is not None:
            raise WebhookUrlError(problem=problem)


def shop_facts(shop: RobokassaShop) -> dict[str, Any]:
    """What is printed of a shop, without its passwords."""
    return {
        "login": shop.login,
        "hash": shop.algorithm,
        "result_url": shop.result_url,
        "result_method": shop.result_method,
        "result_url2": shop.result_url2,
        "success_url": shop.success_url,
        "success_method": shop.success_method,
        "fail_url": shop.fail_url,
        "fail_method": shop.fail_method,
        "hold": shop.allows_hold,
        "recurring": shop.allows_recurring,
        "charge_networks": list(shop.charge_networks),
    }


def fresh_facts(fresh: FreshShop) -> dict[str, Any]:
    """The same, with the passwords."""
    passwords = fresh.passwords
    return shop_facts(fresh.shop) | {
        "password_1": passwords.first,
        "password_2": passwords.second,
        "password_3": passwords.third,
        "test_password_1": passwords.test_first,
        "test_password_2": passwords.test_second,
    }
