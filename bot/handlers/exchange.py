"""Exchange between own accounts: from what, into what, how much, the offer, code, receipt.

The amount may be of either side: what is given, or what shall arrive.
"""

import re

from bot.buttons import Button, Press
from bot.formats import Markup
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.exchange import Conversion
from services.exchanges import ExchangeProposal, Exchanges, Wish
from services.holders import Holder, Wallets
from services.money import Currency, currency, parse_amount
from services.offers import OfferState
from services.phones import masked

GIVES, GETS = 0, 1
"""Which side the amount is of, as a button carries it."""

_CODE = r"([A-Za-z]{3})"
_BETWEEN = r"\s+(?:(?:to|for|на|в|за)\s+)?"
_AMOUNT = r"([0-9][0-9 .,\u00a0\u202f]*)"
_GIVEN = re.compile(rf"{_AMOUNT}\s*{_CODE}{_BETWEEN}{_CODE}")
_GOT = re.compile(rf"{_CODE}{_BETWEEN}{_AMOUNT}\s*{_CODE}")


async def begin(
    holder: Holder, words: Words, argument: str, key: str, wallets: Wallets, exchanges: Exchanges
) -> Screen:
    """`/exchange`, or `/exchange 1000 rub usd` and `/exchange rub 20 usd` in one line."""
    if not argument:
        return await _from_screen(words, holder, wallets)
    wish = _in_one_line(argument)
    if wish is None:
        return (await _from_screen(words, holder, wallets)).under(words("exchange-usage"))
    return proposal_screen(words, holder, await exchanges.offer(holder=holder, wish=wish, key=key))


async def choose_from(holder: Holder, words: Words, wallets: Wallets) -> Screen:
    """[Exchange]: which account gives?"""
    return await _from_screen(words, holder, wallets)


async def choose_into(
    holder: Holder, words: Words, press: Press, wallets: Wallets, exchanges: Exchanges
) -> Screen:
    """The account that gives was chosen: into which currency?  Not asked where there is one."""
    gives = currency(press.id)
    others = [each for each in wallets.currencies if each != gives]
    if len(others) == 1:
        return await _amount_screen(words, holder, gives, others[0], GIVES, exchanges)
    rows = tuple((Button(each.code, "exmuch", gives.code + each.code),) for each in others)
    back = Button(words.plain("button-back"), "exchange")
    text = words("exchange-into", currency=gives)
    return Screen(text, (*rows, (back, home_button(words))))


async def ask_amount(holder: Holder, words: Words, press: Press, exchanges: Exchanges) -> Screen:
    """Both currencies are chosen: how much?  Also [Change], and the other side or way."""
    gives, gets = currency(press.id[:3]), currency(press.id[3:])
    return await _amount_screen(words, holder, gives, gets, press.version, exchanges)


async def take_amount(
    holder: Holder, visitor: Visitor, words: Words, typed: str, key: str, exchanges: Exchanges
) -> Screen:
    """The typed amount: the offer."""
    gives, gets, side = _asked(visitor)
    amount = parse_amount(typed, gives if side == GIVES else gets)
    wish = Wish(gives, gets, amount)
    return proposal_screen(words, holder, await exchanges.offer(holder=holder, wish=wish, key=key))


async def ask_amount_again(
    holder: Holder, visitor: Visitor, words: Words, exchanges: Exchanges
) -> Screen:
    """The question, after an amount that was none or cannot be exchanged."""
    gives, gets, side = _asked(visitor)
    return await _amount_screen(words, holder, gives, gets, side, exchanges)


async def confirm(holder: Holder, words: Words, press: Press, exchanges: Exchanges) -> Screen:
    """[Confirm]: the money is reserved and the code is on its way, or it is exchanged."""
    proposal = await exchanges.confirm(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def send_again(
    holder: Holder, words: Words, press: Press, key: str, exchanges: Exchanges
) -> Screen:
    """[Send again]: another code; the one before is void."""
    proposal = await exchanges.resend(holder=holder, offer_id=press.id, key=key)
    return proposal_screen(words, holder, proposal)


async def cancel(holder: Holder, words: Words, press: Press, exchanges: Exchanges) -> Screen:
    """[Cancel]: what was reserved is free again."""
    proposal = await exchanges.withdraw(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def prove(
    holder: Holder, visitor: Visitor, words: Words, typed: str, key: str, exchanges: Exchanges
) -> Screen:
    """The typed code: the same screen becomes the receipt."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await exchanges.prove(holder=holder, offer_id=offer_id, typed=typed, key=key)
    return proposal_screen(words, holder, proposal)


async def ask_code_again(
    holder: Holder, visitor: Visitor, words: Words, exchanges: Exchanges
) -> Screen:
    """The question for the code, after a wrong one; what became of the offer if it ended."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await exchanges.confirm(holder=holder, offer_id=offer_id)
    return proposal_screen(words, holder, proposal)


async def receipt(holder: Holder, words: Words, press: Press, exchanges: Exchanges) -> Screen:
    """[Receipt] of an exchange in the history."""
    proposal = await exchanges.receipt(holder=holder, exchange_id=press.id)
    return proposal_screen(words, holder, proposal)


def proposal_screen(words: Words, holder: Holder, proposal: ExchangeProposal) -> Screen:
    """An offer to exchange as it stands now: open, waiting for its code, done or over."""
    match proposal.offer.state:
        case OfferState.USED:
            return _receipt_screen(words, proposal)
        case OfferState.OPEN:
            return _offer_screen(words, proposal)
        case OfferState.CONFIRMED:
            return _code_screen(words, holder, proposal)
        case _:
            again = Button(words.plain("button-exchange"), "exchange")
            return Screen(words("exchange-cancelled"), ((again, home_button(words)),))


def conversion_lines(words: Words, conversion: Conversion) -> list[str]:
    """Rate, its date and source, and the fee: what is said of every exchange."""
    lines = [
        rate_line(words, conversion.unit, conversion.counter, conversion.rate),
        words(
            "exchange-rate-of",
            day=words.day(conversion.rate_at),
            source=source_name(words, conversion.source),
        ),
    ]
    if conversion.fee.minor:
        lines.append(words("exchange-fee", fee=conversion.fee))
    else:
        lines.append(words("exchange-no-fee"))
    return lines


def rate_line(words: Words, unit: Currency, counter: Currency, rate: str) -> str:
    """`Rate: 1 USD = 93.43 RUB`."""
    return words("exchange-rate", unit=unit, counter=counter, rate=words.decimal(rate))


def source_name(words: Words, source: str) -> str:
    """Who named the rate, in words; two of them where it was crossed."""
    return " + ".join(words.plain(f"exchange-source-{each}") for each in source.split("+"))


async def _from_screen(words: Words, holder: Holder, wallets: Wallets) -> Screen:
    wallet = await wallets.show(holder=holder)
    filled = [each for each in wallet.balances if each.available.minor > 0]
    rows = tuple(
        (
            Button(
                words.plain("button-exchange-from", available=each.available),
                "exfrom",
                each.posted.currency.code,
            ),
        )
        for each in filled
        if each.posted.currency in wallets.currencies
    )
    if not rows:
        topup = Button(words.plain("button-topup"), "topup")
        return Screen(words("exchange-nothing"), ((topup, home_button(words)),))
    return Screen(words("exchange-from"), (*rows, (home_button(words),)))


async def _amount_screen(
    words: Words,
    holder: Holder,
    gives: Currency,
    gets: Currency,
    side: int,
    exchanges: Exchanges,
) -> Screen:
    price, available = await exchanges.price(holder=holder, gives=gives, gets=gets)
    key = "exchange-ask-gives" if side == GIVES else "exchange-ask-gets"
    lines = [
        words(key, gives=gives, gets=gets, available=available),
        rate_line(words, price.unit, price.counter, price.text),
        words(
            "exchange-rate-of",
            day=words.day(price.dated),
            source=source_name(words, price.source),
        ),
    ]
    pair = gives.code + gets.code
    other = words.plain("button-exchange-get" if side == GIVES else "button-exchange-give")
    rows = (
        (Button(other, "exmuch", pair, GETS if side == GIVES else GIVES),),
        (
            Button(
                words.plain("button-exchange-turn", gives=gets, gets=gives),
                "exmuch",
                gets.code + gives.code,
            ),
        ),
        (Button(words.plain("button-back"), "exchange"), home_button(words)),
    )
    data = {"pair": pair, "side": str(side)}
    return Screen("\n".join(lines), rows, Question("exchange_amount", data))


def _offer_screen(words: Words, proposal: ExchangeProposal) -> Screen:
    conversion, offer = proposal.conversion, proposal.offer
    text = words(
        "exchange-offer",
        gives=conversion.gives,
        gets=conversion.gets,
        terms=Markup("\n".join(conversion_lines(words, conversion))),
        after=proposal.balance.available - conversion.gives,
        until=offer.expires_at,
    )
    pair = conversion.gives.currency.code + conversion.gets.currency.code
    rows = (
        (Button(words.plain("button-confirm"), "exok", offer.id, style="success"),),
        (
            Button(words.plain("button-change"), "exmuch", pair),
            Button(words.plain("button-cancel"), "exno", offer.id),
        ),
    )
    return Screen(text, rows)


def _code_screen(words: Words, holder: Holder, proposal: ExchangeProposal) -> Screen:
    text = words(
        "exchange-code",
        gives=proposal.conversion.gives,
        gets=proposal.conversion.gets,
        phone=masked(holder.phone),
    )
    buttons = (
        Button(words.plain("button-send-again"), "exmore", proposal.offer.id),
        Button(words.plain("button-cancel"), "exno", proposal.offer.id),
    )
    return Screen(text, (buttons,), Question("exchange_code", {"offer": proposal.offer.id}))


def _receipt_screen(words: Words, proposal: ExchangeProposal) -> Screen:
    conversion = proposal.conversion
    text = words(
        "exchange-receipt",
        gives=conversion.gives,
        gets=conversion.gets,
        terms=Markup("\n".join(conversion_lines(words, conversion))),
        number=Markup(f"<code>{proposal.offer.id}</code>"),
    )
    buttons = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen(text, (buttons,))


def _in_one_line(text: str) -> Wish | None:
    """What `1000 rub usd` or `rub 20 usd` says; None where it is neither."""
    given = _GIVEN.fullmatch(text)
    if given is not None:
        amount, one, other = given.groups()
        gives, gets = currency(one.upper()), currency(other.upper())
        return Wish(gives, gets, parse_amount(amount, gives))
    got = _GOT.fullmatch(text)
    if got is not None:
        one, amount, other = got.groups()
        gives, gets = currency(one.upper()), currency(other.upper())
        return Wish(gives, gets, parse_amount(amount, gets))
    return None


def _asked(visitor: Visitor) -> tuple[Currency, Currency, int]:
    data = visitor.conversation.data
    return currency(data["pair"][:3]), currency(data["pair"][3:]), int(data["side"])


def add_to(routes: Routes) -> None:
    """The routes of exchange."""
    routes.command("exchange", begin)
    routes.button("exchange", choose_from)
    routes.button("exfrom", choose_into)
    routes.button("exmuch", ask_amount)
    routes.question("exchange_amount", take_amount, again=ask_amount_again)
    routes.button("exok", confirm)
    routes.button("exmore", send_again)
    routes.button("exno", cancel)
    routes.button("exreceipt", receipt)
    routes.question("exchange_code", prove, again=ask_code_again)
