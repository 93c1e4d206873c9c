"""`purser rates`: rates of exchange, what is taken for it, and the wallet's positions."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from purser.commands.running import AsJson, fail, in_wallet, or_exit, show
from purser.wallet import Wallet
from services.exchange_terms import Position, StatedTerms
from services.money import Currency, Money, currency, parse_amount, plain
from services.rates import Rate
from services.treasury import ALL, Change, parse_points, percent

rates = typer.Typer(help="Rates of exchange.", no_args_is_help=True)

ANY = "any"
PAIR_HELP = "USD/RUB, in either order, or * for all that have no terms of their own."
Pair = Annotated[str, typer.Argument(help=PAIR_HELP)]


@rates.command("set")
def set_rate(
    pair: Annotated[str, typer.Argument(help="USD/RUB: roubles for one dollar.")],
    rate: Annotated[str, typer.Argument(help="A decimal number, 92.50.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Set a rate; it counts from now on, before a bank's."""
    kept = in_wallet(lambda wallet: wallet.services.rates.set(pair=pair, rate=rate))
    show(kept, as_json=as_json, text=_said(kept))


@rates.command("fetch")
def fetch_rates(*, as_json: AsJson = False) -> None:
    """Take today's rates from the sources that the settings name."""

    async def take(wallet: Wallet) -> list[Rate]:
        from gateway.rates import fetch  # noqa: PLC0415  # brings the HTTP client

        banks = wallet.settings.banks
        if not banks:
            fail("the operator sets the rates here: purser rates set")
        kept: list[Rate] = []
        for bank in banks:
            kept += await wallet.services.rates.keep(quotes=await fetch(bank))
        return kept

    kept = in_wallet(take)
    show(kept, as_json=as_json, text=f"{len(kept)} rates kept")


@rates.command("list")
def list_rates(*, as_json: AsJson = False) -> None:
    """The rates that count, with date, age and source."""

    async def look(wallet: Wallet) -> list[dict[str, Any]]:
        limit = timedelta(hours=wallet.settings.rates_max_age)
        now = wallet.now()
        return [
            {
                "base": each.base,
                "quote": each.quote,
                "text": each.text,
                "source": each.source,
                "dated": each.dated.date().isoformat(),
                "age_hours": max(now - each.dated, timedelta(0)) // timedelta(hours=1),
                "is_stale": now - each.dated > limit,
                "at": each.at,
            }
            for each in await wallet.services.rates.listed()
        ]

    found = in_wallet(look, may_make=False)
    lines = [
        f"1 {each['base'].code} = {each['text']} {each['quote'].code}"
        f"  ({each['source']}, of {each['dated']}, {each['age_hours']} h old"
        f"{', too old to exchange at' if each['is_stale'] else ''})"
        for each in found
    ]
    show(found, as_json=as_json, text="\n".join(lines) or "there is none")


@rates.command("spread")
def set_spread(
    pair: Pair,
    *,
    spread: Annotated[
        str | None, typer.Option(help="How much dearer than the rate, 0.5%.")
    ] = None,
    fee: Annotated[str | None, typer.Option(help="Of what is given, 1%.")] = None,
    fixed: Annotated[
        tuple[str, str] | None, typer.Option(help="And AMOUNT CUR for each exchange.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set what is taken for exchanging a pair; open offers keep what they say."""
    change = or_exit(
        lambda: Change(
            spread_points=None if spread is None else parse_points(spread),
            fee_points=None if fee is None else parse_points(fee),
            fee_fixed=None if fixed is None else _amount(fixed[0], currency(fixed[1])),
        )
    )
    _state(pair, change, as_json=as_json)


@rates.command("on")
def turn_on(pair: Pair, *, as_json: AsJson = False) -> None:
    """Exchange a pair again."""
    _state(pair, Change(is_on=True), as_json=as_json)


@rates.command("off")
def turn_off(pair: Pair, *, as_json: AsJson = False) -> None:
    """Exchange a pair no more; open offers may still be confirmed."""
    _state(pair, Change(is_on=False), as_json=as_json)


@rates.command("terms")
def list_terms(*, as_json: AsJson = False) -> None:
    """What is taken for each pair."""
    found = in_wallet(lambda wallet: wallet.services.treasury.terms(), may_make=False)
    text = "\n".join(_terms(each) for each in found) or "nothing is taken"
    show(found, as_json=as_json, text=text)


@rates.command("limit")
def limit_position(
    code: Annotated[str, typer.Argument(help="ISO 4217, such as USD.", metavar="CUR")],
    *,
    short: Annotated[
        str | None, typer.Option(help="How far below zero it may go, or `any`.")
    ] = None,
    long: Annotated[str | None, typer.Option(help="How far above, or `any`.")] = None,
    as_json: AsJson = False,
) -> None:
    """Limit the exchange position of a currency; a side that is not named stays as it is."""
    of = or_exit(lambda: currency(code))
    sides = {"short": short, "long": long}
    free = frozenset(name for name, text in sides.items() if text == ANY)
    bounds = or_exit(
        lambda: {
            name: _amount(text, of)
            for name, text in sides.items()
            if text is not None and text != ANY
        }
    )
    found = in_wallet(lambda wallet: wallet.services.treasury.limit(of=of, free=free, **bounds))
    _show_positions(found, as_json=as_json)


@rates.command("position")
def show_positions(*, as_json: AsJson = False) -> None:
    """How much of each currency the wallet has bought less sold, and its limits."""
    found = in_wallet(lambda wallet: wallet.services.treasury.positions(), may_make=False)
    _show_positions(found, as_json=as_json)


def _state(pair: str, change: Change, *, as_json: bool) -> None:
    stated = in_wallet(lambda wallet: wallet.services.treasury.state(pair=pair, change=change))
    show(stated, as_json=as_json, text=_terms(stated))


def _amount(text: str, of: Currency) -> Money:
    """An amount, or none at all."""
    return Money(0, of) if text.strip() == "0" else parse_amount(text, of)


def _said(rate: Rate) -> str:
    return f"1 {rate.base.code} = {rate.text} {rate.quote.code}"


def _terms(stated: StatedTerms) -> str:
    name = "all others" if stated.pair == ALL else stated.pair
    spread, fee, fixed = stated.spread_points, stated.fee_points, stated.fee_fixed
    parts = [
        "" if spread is None else f"spread {percent(spread)}",
        "" if fee is None else f"fee {percent(fee)}",
        "" if fixed is None else f"fee {fixed} for each",
        "off" if stated.is_on is False else "",
    ]
    return f"{name}: {', '.join(part for part in parts if part) or 'nothing of its own'}"


def _show_positions(positions: list[Position], *, as_json: bool) -> None:
    lines = [
        f"{each.posted}  (+{plain(each.coming)} -{plain(each.going)} held;"
        f" short {_bound(each.short)}, long {_bound(each.long)})"
        for each in positions
    ]
    show(positions, as_json=as_json, text="\n".join(lines) or "nothing was exchanged yet")


def _bound(amount: Money | None) -> str:
    return "without limit" if amount is None else plain(amount)
