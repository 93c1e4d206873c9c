"""Paying an invoice: what with, the offer, the code, the receipt."""

import zlib

from bot.buttons import Button, Press
from bot.formats import Markup
from bot.handlers.exchange import conversion_lines, rate_line
from bot.handlers.invoices import consent_lines
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.exchange import Conversion
from services.holders import Holder, HolderState
from services.invoices import Invoice
from services.offers import OfferState
from services.payments import Payments, Proposal
from services.phones import masked
from services.sources import Source, SourceUnknownError

MARK_SHIFT = 8
"""Of 32 bits: what is left takes five characters of a button."""


async def begin(
    holder: Holder, words: Words, press: Press, key: str, payments: Payments
) -> Screen:
    """[Pay]: the offer with the first source that can pay; [Change] is on it.

    Where none can, each says why.  A payment that was left while its code was awaited goes on,
    and a tap that comes after it gets the receipt.
    """
    begun = await payments.begun(holder=holder, invoice_id=press.id)
    if begun is not None:
        return proposal_screen(words, holder, begun)
    invoice, sources = await payments.sources(holder=holder, invoice_id=press.id)
    usable = [each.name for each in sources if each.obstacle is None]
    if not usable:
        return _choice_screen(words, holder, invoice, sources)
    proposal = await payments.offer(
        holder=holder, invoice_id=invoice.id, source=usable[0], key=key
    )
    return proposal_screen(words, holder, proposal)


async def change(holder: Holder, words: Words, press: Press, payments: Payments) -> Screen:
    """[Change]: everything that the wallet has to pay with."""
    invoice, sources = await payments.sources(holder=holder, invoice_id=press.id)
    return _choice_screen(words, holder, invoice, sources)


async def choose(
    holder: Holder, words: Words, press: Press, key: str, payments: Payments
) -> Screen:
    """One of the sources: the offer that names it."""
    invoice, sources = await payments.sources(holder=holder, invoice_id=press.id)
    chosen = [each.name for each in sources if source_mark(each) == press.version]
    if not chosen:
        raise SourceUnknownError
    proposal = await payments.offer(
        holder=holder, invoice_id=invoice.id, source=chosen[0], key=key
    )
    return proposal_screen(words, holder, proposal)


async def confirm(holder: Holder, words: Words, press: Press, payments: Payments) -> Screen:
    """[Confirm]: the money is reserved and the code is on its way, or it is paid."""
    proposal = await payments.confirm(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def send_again(
    holder: Holder, words: Words, press: Press, key: str, payments: Payments
) -> Screen:
    """[Send again]: another code; the one before is void."""
    proposal = await payments.resend(holder=holder, offer_id=press.id, key=key)
    return proposal_screen(words, holder, proposal)


async def cancel(holder: Holder, words: Words, press: Press, payments: Payments) -> Screen:
    """[Cancel]: what was reserved is free again."""
    proposal = await payments.withdraw(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def prove(
    holder: Holder, visitor: Visitor, words: Words, typed: str, key: str, payments: Payments
) -> Screen:
    """The typed code: the same screen becomes the receipt."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await payments.prove(holder=holder, offer_id=offer_id, typed=typed, key=key)
    return proposal_screen(words, holder, proposal)


async def ask_again(holder: Holder, visitor: Visitor, words: Words, payments: Payments) -> Screen:
    """The question for the code, after a wrong one; what became of the offer if it ended."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await payments.confirm(holder=holder, offer_id=offer_id)
    return proposal_screen(words, holder, proposal)


async def receipt(holder: Holder, words: Words, press: Press, payments: Payments) -> Screen:
    """[Receipt] of a payment in the history."""
    proposal = await payments.receipt(holder=holder, payment_id=press.id)
    return proposal_screen(words, holder, proposal)


def proposal_screen(words: Words, holder: Holder, proposal: Proposal) -> Screen:
    """An offer to pay as it stands now: open, waiting for its code, done or over."""
    if proposal.is_paid:
        return _receipt_screen(words, proposal)
    if proposal.is_authorised:
        return _held_screen(words, proposal)
    match proposal.offer.state:
        case OfferState.OPEN:
            return _offer_screen(words, proposal)
        case OfferState.CONFIRMED:
            return _code_screen(words, holder, proposal)
        case _:
            return _ended_screen(words, proposal.invoice)


def _choice_screen(
    words: Words, holder: Holder, invoice: Invoice, sources: list[Source]
) -> Screen:
    lines = [
        words("payment-choose", payee=invoice.merchant_name, amount=invoice.amount),
        *(source_line(words, each) for each in sources),
    ]
    usable = [each for each in sources if each.obstacle is None]
    rows = [
        (
            Button(
                words.plain("button-pay-with", source=source_name(words, each)),
                "paywith",
                invoice.id,
                source_mark(each),
            ),
        )
        for each in usable
    ]
    if holder.state is HolderState.LOCKED:
        rows.append((Button(words.plain("button-unlock-wallet"), "lock", style="primary"),))
    elif not usable:
        rows.append((Button(words.plain("button-topup"), "topup"),))
    back = Button(words.plain("button-back"), "bill", invoice.id)
    return Screen("\n".join(lines), (*rows, (back, home_button(words))))


def source_line(words: Words, source: Source) -> str:
    """What a source has, and what it costs from there where that is exchanged first."""
    name, conversion = source_name(words, source), source.conversion
    if source.obstacle is not None:
        return words("source-blocked", source=name, reason=words.error(source.obstacle))
    available = source.balance.available
    if conversion is None:
        return words("source-usable", source=name, available=available)
    rate = rate_line(words, conversion.unit, conversion.counter, conversion.rate)
    return words(
        "source-exchanged", source=name, cost=source.cost, available=available, rate=Markup(rate)
    )


def source_name(words: Words, source: Source) -> str:
    """What a payment is made with, as its owner knows it."""
    if source.card is not None:
        return words.plain("source-card", last_four=source.card.last_four)
    return words.plain("source-account", currency=source.balance.posted.currency)


def _offer_screen(words: Words, proposal: Proposal) -> Screen:
    invoice, offer, source = proposal.invoice, proposal.offer, proposal.source
    text = words(
        "payment-offer" if source.conversion is None else "payment-offer-exchanged",
        payee=invoice.merchant_name,
        description=_description(words, invoice),
        amount=invoice.amount,
        source=source_name(words, source),
        terms=_exchange_terms(words, source),
        total=source.cost,
        after=source.balance.available - source.cost,
        until=offer.expires_at,
    )
    text = Markup("\n".join([text, *consent_lines(words, invoice)]))
    rows = (
        (Button(words.plain("button-confirm"), "confirm", offer.id, style="success"),),
        (
            Button(words.plain("button-change"), "sources", invoice.id),
            Button(words.plain("button-cancel"), "cancel", offer.id),
        ),
    )
    return Screen(text, rows)


def _code_screen(words: Words, holder: Holder, proposal: Proposal) -> Screen:
    text = words(
        "payment-code",
        payee=proposal.invoice.merchant_name,
        amount=proposal.source.cost,
        phone=masked(holder.phone),
    )
    buttons = (
        Button(words.plain("button-send-again"), "codemore", proposal.offer.id),
        Button(words.plain("button-cancel"), "cancel", proposal.offer.id),
    )
    return Screen(text, (buttons,), Question("payment_code", {"offer": proposal.offer.id}))


def _receipt_screen(words: Words, proposal: Proposal) -> Screen:
    invoice, payment = proposal.invoice, proposal.payment
    if payment is None or payment.settled_at is None:
        raise ValueError(f"offer {proposal.offer.id} was not paid")
    text = words(
        "payment-receipt" if proposal.source.conversion is None else "payment-receipt-exchanged",
        payee=invoice.merchant_name,
        description=_description(words, invoice),
        amount=payment.amount,
        source=source_name(words, proposal.source),
        terms=_exchange_terms(words, proposal.source),
        total=payment.given,
        at=payment.settled_at,
        number=Markup(f"<code>{payment.id}</code>"),
    )
    buttons = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen(text, (buttons,))


def _held_screen(words: Words, proposal: Proposal) -> Screen:
    """The shop takes the money later: what is held, and until when at the latest."""
    invoice, payment = proposal.invoice, proposal.payment
    if payment is None or payment.capture_until is None:
        raise ValueError(f"offer {proposal.offer.id} holds nothing")
    text = words(
        "payment-held",
        payee=invoice.merchant_name,
        description=_description(words, invoice),
        amount=payment.given,
        source=source_name(words, proposal.source),
        until=payment.capture_until,
        number=Markup(f"<code>{payment.id}</code>"),
    )
    buttons = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen(text, (buttons,))


def _ended_screen(words: Words, invoice: Invoice) -> Screen:
    back = Button(words.plain("button-to-invoice"), "bill", invoice.id)
    return Screen(words("payment-cancelled"), ((back, home_button(words)),))


def _description(words: Words, invoice: Invoice) -> str:
    return invoice.description or words.plain("nothing-said")


def _exchange_terms(words: Words, source: Source) -> str:
    """Rate, its date, and the fee; nothing where nothing is exchanged."""
    if source.conversion is None:
        return ""
    return Markup("\n".join(exchange_lines(words, source.conversion)))


def exchange_lines(words: Words, conversion: Conversion) -> list[str]:
    """What is said of an exchange that serves a payment."""
    return [words("source-exchange"), *conversion_lines(words, conversion)]


def source_mark(source: Source) -> int:
    """A number that tells the sources of one wallet apart, small enough for a button.

    Should two have the same, the offer still says which was taken.
    """
    return zlib.crc32(source.name.encode()) >> MARK_SHIFT


def add_to(routes: Routes) -> None:
    """The routes of paying."""
    routes.button("pay", begin)
    routes.button("sources", change)
    routes.button("paywith", choose)
    routes.button("confirm", confirm)
    routes.button("codemore", send_again)
    routes.button("cancel", cancel)
    routes.button("receipt", receipt)
    routes.question("payment_code", prove, again=ask_again)
