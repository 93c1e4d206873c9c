"""`purser merchant terms`, `balance` and `closing`: a shop's money, and what was agreed on it."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from purser.commands.merchants import MerchantId
from purser.commands.running import AsJson, in_wallet, or_exit, show
from purser.file_once import write_new
from purser.wallet import Wallet
from services.closings import Closing, Purse
from services.commission import Tier
from services.merchant_files import closing_file
from services.merchant_money import MerchantBalance
from services.merchant_terms import (
    PAYEE_FIELDS,
    MerchantTerms,
    TermsChange,
    parse_percent,
    tariff_said,
)
from services.money import CURRENCIES, Currency, Money, currency, parse_amount, plain

NO_TIERS = "none"


def terms(  # one option for each term
    merchant_id: MerchantId,
    *,
    percent: Annotated[str | None, typer.Option(help="Of each payment, 2.5.")] = None,
    fixed: Annotated[str | None, typer.Option(help="And so much for each payment, 10.")] = None,
    minimum: Annotated[str | None, typer.Option(help="At least so much.")] = None,
    maximum: Annotated[str | None, typer.Option(help="At most so much; 0 is any.")] = None,
    tier: Annotated[
        list[str] | None,
        typer.Option(help="ABOVE:PERCENT of the part above an amount; or `none`.", metavar="TIER"),
    ] = None,
    code: Annotated[
        str | None,
        typer.Option("--currency", help="Whose tariff that is; else of --settlement."),
    ] = None,
    reserve_days: Annotated[
        int | None, typer.Option(help="How long the net of a payment is held back.")
    ] = None,
    settlement: Annotated[str | None, typer.Option(help="Currency of the payouts.")] = None,
    payee: Annotated[
        list[str] | None,
        typer.Option(help=f"NAME=VALUE, of {', '.join(PAYEE_FIELDS)}.", metavar="NAME=VALUE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """State what was agreed on with a shop, or show it; what is not named stays."""
    requisites = dict(_named(each) for each in payee or ())
    rate = or_exit(lambda: None if percent is None else parse_percent(percent))
    amounts = (fixed, minimum, maximum)
    nothing = (percent, *amounts, tier, reserve_days, settlement)

    async def work(wallet: Wallet) -> MerchantTerms:
        agreements = wallet.services.merchant_agreements
        before = await agreements.of(merchant_id=merchant_id)
        if not requisites and all(each is None for each in nothing):
            return before
        settled = None if settlement is None else currency(settlement)
        of = currency(code) if code else settled or before.settlement_currency
        fixed_minor, minimum_minor, maximum_minor = (_minor(each, of) for each in amounts)
        change = TermsChange(
            currency=of,
            millionths=rate,
            fixed_minor=fixed_minor,
            minimum_minor=minimum_minor,
            maximum_minor=maximum_minor,
            tiers=None if tier is None else _tiers(tier, of),
            reserve_days=reserve_days,
            settlement_currency=settled,
            payee=requisites,
        )
        return await agreements.state(merchant_id=merchant_id, change=change)

    found = in_wallet(work, may_make=False)
    show(found, as_json=as_json, text="\n".join(_terms_lines(found)))


def balance(merchant_id: MerchantId, *, as_json: AsJson = False) -> None:
    """What a shop has: available, in reserve, on its way to its bank."""
    found: MerchantBalance = in_wallet(
        lambda wallet: wallet.services.merchant_money.show(merchant_id=merchant_id),
        may_make=False,
    )
    lines = [
        f"{each.currency.code}  available {plain(each.available)}"
        f"  reserve {plain(each.reserved)}  in payout {plain(each.in_payout)}"
        for each in found.balances
    ]
    facts = {"merchant": found.merchant.id, "balances": found.balances, "terms": found.terms}
    show(facts, as_json=as_json, text="\n".join([*lines, *_terms_lines(found.terms)]))


def closing(
    merchant_id: MerchantId,
    file: Annotated[Path, typer.Argument(help="The new CSV file.")],
    *,
    day: Annotated[
        str, typer.Option("--date", help="YYYY-MM-DD in the wallet's zone.", metavar="DAY")
    ],
    as_json: AsJson = False,
) -> None:
    """Write all that moved a shop's money on a day that is over, with control totals."""
    wanted = _day(day)
    found = in_wallet(
        lambda wallet: wallet.services.closings.of_day(merchant_id=merchant_id, day=wanted),
        may_make=False,
    )
    content = closing_file(found)
    or_exit(lambda: write_new(file, content))
    facts = {
        "merchant": merchant_id,
        "date": wanted,
        "file": str(file),
        "digest": hashlib.sha256(content).hexdigest(),
        "closings": [_closing_facts(each) for each in found],
    }
    show(facts, as_json=as_json, text="\n".join(_closing_line(each) for each in found))


def _closing_facts(found: Closing) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "zone": found.zone,
        "opening": _purse_facts(found.opening),
        "totals": [
            {
                "kind": each.kind,
                "count": each.count,
                "amount_minor": each.gross_minor,
                "fee_minor": each.fee_minor,
                "net_minor": each.moved.own,
                **_purse_facts(each.moved),
            }
            for each in found.totals
        ],
        "closing": _purse_facts(found.closing),
    }


def _purse_facts(purse: Purse) -> dict[str, int]:
    return {
        "balance_minor": purse.balance,
        "reserve_minor": purse.reserve,
        "in_payout_minor": purse.in_payout,
    }


def _closing_line(found: Closing) -> str:
    opening, closing = (
        plain(Money(each.own, found.currency)) for each in (found.opening, found.closing)
    )
    kinds = ", ".join(
        f"{each.kind} {each.count}: {plain(Money(each.moved.own, found.currency))}"
        for each in found.totals
    )
    return f"{found.currency.code}  {opening} -> {closing}  ({kinds or 'nothing moved'})"


def _terms_lines(found: MerchantTerms) -> list[str]:
    tariffs = [
        f"tariff {of}: {tariff_said(each, CURRENCIES[of])}"
        for of, each in sorted(found.tariffs.items())
    ]
    payee = ", ".join(
        f"{name} {found.payee[name]}" for name in PAYEE_FIELDS if name in found.payee
    )
    return [
        *(tariffs or ["no tariff"]),
        f"reserve: {found.reserve_days} days",
        f"settled in {found.settlement_currency.code}, paid to: {payee or 'nobody yet'}",
    ]


def _minor(text: str | None, of: Currency) -> int | None:
    """An amount that may be nothing."""
    if text is None or not text.strip("0.,"):
        return None if text is None else 0
    return parse_amount(text, of).minor


def _tiers(texts: list[str], of: Currency) -> tuple[Tier, ...]:
    if texts == [NO_TIERS]:
        return ()
    found = []
    for text in texts:
        above, _, rate = text.partition(":")
        found.append(Tier(parse_amount(above, of).minor, parse_percent(rate)))
    return tuple(found)


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text}: NAME=VALUE, as account=40702810900000000001")
    return name.strip(), value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day, as in 2026-11-24") from None
