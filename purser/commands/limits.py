"""`purser limits` and `purser identification`: what may be spent, and by whom."""

from typing import Annotated, Any

import typer

from purser.commands.running import AsJson, in_wallet, or_exit, show
from purser.wallet import Wallet
from services.identification_life import Identification
from services.levels import Level
from services.limit_rules import ANY, COUNTS, Rule, RuleKey, RuleName
from services.money import Money, currency, parse_amount, plain

limits = typer.Typer(help="What may be spent and kept, by level.", no_args_is_help=True)
identification = typer.Typer(help="Personal data that wait for a check.", no_args_is_help=True)

NONE = "none"
OPERATOR = "command line"

LevelArgument = Annotated[Level, typer.Argument(help="phone, email or person.")]
CurrencyArgument = Annotated[str, typer.Argument(help="RUB")]
NameArgument = Annotated[RuleName, typer.Argument(help="What is limited.")]
Kind = Annotated[
    str, typer.Option(help="Of one kind: invoice, provider, exchange, transfer, card.")
]


@limits.command("list")
def list_limits(*, as_json: AsJson = False) -> None:
    """Every limit of every level, and whether it is stated or as shipped."""

    async def look(wallet: Wallet) -> list[dict[str, Any]]:
        currencies = wallet.settings.wallet_currencies
        found = await wallet.services.limits.listed(currencies=currencies)
        return [_facts(each) for each in found]

    found = in_wallet(look, may_make=False)
    lines = [
        f"{each['level']:7} {each['currency']} {each['kind']:9} {each['rule']:12}"
        f" {each['limit']}{' (stated)' if each['is_stated'] else ''}"
        for each in found
    ]
    show(found, as_json=as_json, text="\n".join(lines))


@limits.command("set")
def set_limit(
    level: LevelArgument,
    of: CurrencyArgument,
    rule: NameArgument,
    value: Annotated[str, typer.Argument(help="An amount, a number of payments, or `none`.")],
    *,
    kind: Kind = ANY,
    as_json: AsJson = False,
) -> None:
    """State a limit; it counts at once, for what was spent before too."""
    key = or_exit(lambda: RuleKey(level, currency(of), kind, rule))
    wanted = or_exit(lambda: _value(key, value))
    kept = in_wallet(lambda wallet: wallet.services.limits.set(key=key, value=wanted))
    _show(kept, as_json=as_json)


@limits.command("reset")
def reset_limit(
    level: LevelArgument,
    of: CurrencyArgument,
    rule: NameArgument,
    *,
    kind: Kind = ANY,
    as_json: AsJson = False,
) -> None:
    """Let what ships count again."""
    key = or_exit(lambda: RuleKey(level, currency(of), kind, rule))
    kept = in_wallet(lambda wallet: wallet.services.limits.reset(key=key), may_make=False)
    _show(kept, as_json=as_json)


@identification.command("list")
def list_identifications(*, as_json: AsJson = False) -> None:
    """Those that wait, oldest first; without their data."""
    found = in_wallet(lambda wallet: wallet.services.identity_review.waiting(), may_make=False)
    facts = [_waiting_facts(each) for each in found]
    lines = [f"{each['id']}  sent {each['submitted_at']:%Y-%m-%d %H:%M} UTC" for each in facts]
    show(facts, as_json=as_json, text="\n".join(lines) or "nobody waits")


@identification.command("show")
def show_identification(identification_id: str, *, as_json: AsJson = False) -> None:
    """The data of one that waits; that they were looked at is noted."""

    async def look(wallet: Wallet) -> dict[str, Any]:
        shown = await wallet.services.identity_review.open(
            identification_id=identification_id, operator=OPERATOR
        )
        return {
            "id": identification_id,
            "phone": shown.holder.phone,
            "other_wallets_with_it": shown.twins,
            **shown.data.fields,
        }

    show(in_wallet(look, may_make=False), as_json=as_json)


@identification.command("approve")
def approve_identification(identification_id: str) -> None:
    """The data are right; the holder is told."""
    in_wallet(
        lambda wallet: wallet.services.identity_review.approve(
            identification_id=identification_id, operator=OPERATOR
        ),
        may_make=False,
    )
    typer.echo("approved")


@identification.command("decline")
def decline_identification(
    identification_id: str,
    *,
    reason: Annotated[str, typer.Option(help="What is wrong; the holder reads it.")],
) -> None:
    """Something is wrong; the holder is told what."""
    in_wallet(
        lambda wallet: wallet.services.identity_review.decline(
            identification_id=identification_id, operator=OPERATOR, reason=reason
        ),
        may_make=False,
    )
    typer.echo("declined")


def _value(key: RuleKey, text: str) -> int | None:
    if text == NONE:
        return None
    if key.name in COUNTS or text == "0":
        return int(text) if text.isascii() and text.isdigit() else -1
    return parse_amount(text, key.currency).minor


def _show(rule: Rule, *, as_json: bool) -> None:
    facts = _facts(rule)
    text = (
        f"{facts['level']} {facts['currency']} {facts['kind']} {facts['rule']}: {facts['limit']}"
    )
    show(facts, as_json=as_json, text=text)


def _facts(rule: Rule) -> dict[str, Any]:
    limit = rule.limit
    shown = plain(limit) if isinstance(limit, Money) else str(limit or 0)
    return {
        "level": rule.key.level.value,
        "currency": rule.key.currency.code,
        "kind": rule.key.kind,
        "rule": rule.key.name.value,
        "limit": NONE if limit is None else shown,
        "is_stated": rule.is_stated,
    }


def _waiting_facts(waiting: Identification) -> dict[str, Any]:
    return {
        "id": waiting.id,
        "holder": waiting.holder,
        "submitted_at": waiting.submitted_at or waiting.created_at,
    }
