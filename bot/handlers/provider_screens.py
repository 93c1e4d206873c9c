"""How a payment to a provider looks at each moment: offer, code, on its way, its end.

What it says is read when it is drawn, so that the chat tells the truth at each moment.
"""

from collections.abc import Mapping
from datetime import date, datetime

from bot.buttons import Button, Rows
from bot.formats import Markup, escaped
from bot.handlers.payments import exchange_lines, source_line, source_name
from bot.handlers.schedule_screens import discount_buttons
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.account_fields import Field, Keep
from services.catalogue import Charge, Provider
from services.commission import WHOLE_MILLIONTHS, BorneBy
from services.holders import Holder
from services.money import Money
from services.offers import OfferState
from services.payees import masked_name
from services.phones import masked
from services.provider_life import ProviderPayment, ProviderPaymentState
from services.provider_payments import ProviderProposal
from services.sources import Source

_WITHDRAWN = ("cancelled", "expired")
"""Reasons of an end before the provider was asked to pay."""

_MINUTES_OF_HOUR = 60


def proposal_screen(words: Words, holder: Holder, proposal: ProviderProposal) -> Screen:
    """An offer to pay a provider, or the payment that it became, as it stands now."""
    payment = proposal.payment
    if proposal.offer.state is OfferState.CONFIRMED:
        return _code_screen(words, holder, proposal)
    if payment is None or payment.reason in _WITHDRAWN:
        if proposal.offer.state is OfferState.OPEN:
            return _offer_screen(words, proposal)
        return _ended_screen(words)
    match payment.state:
        case ProviderPaymentState.DONE:
            return _receipt_screen(words, proposal, payment)
        case ProviderPaymentState.FAILED:
            return _failed_screen(words, proposal, payment)
        case _:
            return _on_its_way_screen(words, proposal, payment)


def field_lines(words: Words, provider: Provider, fields: Mapping[str, str]) -> list[str]:
    """What was answered, each in its mask."""
    return [
        words(
            "order-field",
            label=each.label(words.language),
            value=_written(words, each, fields[each.name]),
        )
        for each in provider.fields
        if fields.get(each.name)
    ]


def _written(words: Words, field: Field, value: str) -> str | date:
    """A kept value as its reader writes it."""
    match field.keep:
        case Keep.DATE:
            return date.fromisoformat(value)
        case Keep.METER:
            return words.decimal(value)
    return field.shown(value)


def source_lines(words: Words, found: list[Source]) -> list[str]:
    """Each source with what it costs from there, or why it cannot pay."""
    return [source_line(words, each) for each in found]


def commission_terms(words: Words, provider: Provider) -> str:
    """The commission as it is told before the amount is said: `3 %, at least RUB 10.00`."""
    terms, of = provider.commission, provider.currency
    if terms.borne_by is BorneBy.PROVIDER:
        return words("commission-borne")
    parts = []
    if terms.millionths:
        parts.append(words("commission-percent", percent=percent(words, terms.millionths)))
    parts += [
        words(
            "commission-tier",
            percent=percent(words, each.millionths),
            above=Money(each.above_minor, of),
        )
        for each in terms.tiers
    ]
    if terms.fixed_minor:
        parts.append(words("commission-fixed", amount=Money(terms.fixed_minor, of)))
    if terms.minimum_minor:
        parts.append(words("commission-minimum", amount=Money(terms.minimum_minor, of)))
    if parts and terms.maximum_minor is not None:
        parts.append(words("commission-maximum", amount=Money(terms.maximum_minor, of)))
    return Markup(", ".join(parts)) if parts else words("commission-none")


def percent(words: Words, millionths: int) -> str:
    """`1.5` for 15,000 millionths."""
    whole, rest = divmod(millionths * 100, WHOLE_MILLIONTHS)
    decimals = f"{rest:06}".rstrip("0")
    return words.decimal(f"{whole}.{decimals}" if decimals else f"{whole}")


def twin_text(words: Words, provider: Provider, twin: ProviderPayment, now: datetime) -> str:
    """That the same was paid not long ago: when, and how much."""
    at = twin.sent_at or twin.created_at
    minutes = max(int((now - at).total_seconds()) // 60, 0)
    if minutes < _MINUTES_OF_HOUR:
        ago = words.plain("ago-minutes", count=minutes)
    else:
        ago = words.plain("ago-hours", count=minutes // _MINUTES_OF_HOUR)
    lines = [
        words("order-twin", ago=ago, state=twin.state.value),
        words(
            "order-twin-facts",
            picture=provider.picture,
            name=provider.name(words.language),
            account=provider.fields[0].shown(twin.account),
            amount=twin.amount,
            at=at,
        ),
        words("order-twin-ask"),
    ]
    return "\n\n".join(lines)


def twin_screen(
    words: Words, shown: ProviderProposal, twin: ProviderPayment, now: datetime
) -> Screen:
    """The same was paid after this offer was shown: is it meant?"""
    rows = (
        (Button(words.plain("button-open-twin"), "pprec", twin.id, style="primary"),),
        (Button(words.plain("button-yes-again"), "ppyes", shown.offer.id),),
        (Button(words.plain("button-cancel"), "ppno", shown.offer.id), home_button(words)),
    )
    return Screen(twin_text(words, shown.provider, twin, now), rows)


def _offer_screen(words: Words, proposal: ProviderProposal) -> Screen:
    offer, source = proposal.offer, proposal.source
    lines = [
        words("provider-offer"),
        "",
        *_facts(words, proposal),
        words("provider-after", after=source.balance.available - source.cost),
        "",
        words("provider-until", until=offer.expires_at),
    ]
    rows = (
        (Button(words.plain("button-confirm"), "ppok", offer.id, style="success"),),
        (
            Button(words.plain("button-change-source"), "ppsrc", offer.id),
            Button(words.plain("button-cancel"), "ppno", offer.id),
        ),
        discount_buttons(words, proposal),
    )
    return Screen("\n".join(lines), rows)


def _facts(words: Words, proposal: ProviderProposal) -> list[str]:
    """Everything that an offer states, and a receipt repeats."""
    provider, source, charge = proposal.provider, proposal.source, proposal.charge
    lines = [
        words("provider-to", picture=provider.picture, name=provider.name(words.language)),
        *field_lines(words, provider, proposal.order.fields),
    ]
    payee = masked_name(proposal.payee)
    if payee:
        lines.append(words("provider-payee", payee=payee))
    lines.append(words("provider-amount", amount=proposal.order.amount))
    lines.append(words("provider-commission", commission=_commission(words, charge)))
    if source.conversion is not None:
        lines.append(words("provider-sum", total=charge.total))
        lines.append(words("provider-source", source=source_name(words, source)))
        lines += exchange_lines(words, source.conversion)
        gives = "provider-gave" if proposal.is_done else "provider-given"
        lines.append(words(gives, given=source.cost))
    else:
        lines.append(words("provider-total", total=charge.total))
        lines.append(words("provider-source", source=source_name(words, source)))
    return lines


def _commission(words: Words, charge: Charge) -> str:
    if not charge.commission.minor:
        return words("commission-none")
    if charge.borne_by is BorneBy.PROVIDER:
        return words("commission-borne")
    return words.money(charge.commission)


def _code_screen(words: Words, holder: Holder, proposal: ProviderProposal) -> Screen:
    text = words(
        "provider-code",
        name=proposal.provider.name(words.language),
        given=proposal.source.cost,
        phone=masked(holder.phone),
    )
    buttons = (
        Button(words.plain("button-send-again"), "ppmore", proposal.offer.id),
        Button(words.plain("button-cancel"), "ppno", proposal.offer.id),
    )
    return Screen(text, (buttons,), Question("provider_code", {"offer": proposal.offer.id}))


def _on_its_way_screen(
    words: Words, proposal: ProviderProposal, payment: ProviderPayment
) -> Screen:
    """What is known at this moment, and what will be done: nothing is promised."""
    name = proposal.provider.name(words.language)
    lines = [words("provider-on-its-way"), ""]
    said = {"name": name, "given": payment.given}
    if payment.state is ProviderPaymentState.UNKNOWN:
        lines.append(words("provider-unknown", **said))
    elif payment.attempts and payment.next_at is not None:
        lines.append(words("provider-waiting", again=words.time(payment.next_at), **said))
    else:
        lines.append(words("provider-asking", **said))
    lines += _why(words, payment)
    lines += ["", *_facts(words, proposal), _number(words, payment)]
    rows: Rows = (
        (Button(words.plain("button-refresh"), "pprec", payment.id, style="primary"),),
        (Button(words.plain("button-history"), "hist"), home_button(words)),
    )
    return Screen("\n".join(lines), rows)


def _receipt_screen(words: Words, proposal: ProviderProposal, payment: ProviderPayment) -> Screen:
    if payment.settled_at is None:
        raise ValueError(f"payment {payment.id} was never settled")
    lines = [
        words("provider-receipt"),
        "",
        *_facts(words, proposal),
        words("provider-when", at=payment.settled_at),
        _number(words, payment),
    ]
    if payment.provider_txn:
        number = Markup(f"<code>{escaped(payment.provider_txn)}</code>")
        lines.append(words("provider-txn", number=number))
    rows: Rows = (
        (
            Button(words.plain("button-again"), "ppagain", payment.id),
            Button(words.plain("button-save"), "favkeep", payment.id),
        ),
        (
            Button(words.plain("button-monthly"), "schnew", payment.id),
            Button(words.plain("button-document"), "doc", payment.id),
        ),
        (Button(words.plain("button-history"), "hist"), home_button(words)),
    )
    return Screen("\n".join(lines), rows)


def _failed_screen(words: Words, proposal: ProviderProposal, payment: ProviderPayment) -> Screen:
    name = proposal.provider.name(words.language)
    lines = [
        words("provider-failed", name=name, given=payment.given),
        *_why(words, payment),
        "",
        *_facts(words, proposal),
        _number(words, payment),
    ]
    rows: Rows = (
        (Button(words.plain("button-try-again"), "ppagain", payment.id, style="primary"),),
        (Button(words.plain("button-history"), "hist"), home_button(words)),
    )
    return Screen("\n".join(lines), rows)


def _ended_screen(words: Words) -> Screen:
    menu = Button(words.plain("button-pay-more"), "paymenu")
    return Screen(words("payment-cancelled"), ((menu, home_button(words)),))


def _why(words: Words, payment: ProviderPayment) -> list[str]:
    """The provider's last answer in words; nothing where it has not answered yet."""
    key = f"reason-{payment.reason.replace('_', '-')}"
    if not payment.reason:
        return []
    if not words.has(key):
        return [words("provider-why-code", code=payment.code or payment.reason)]
    return [words("provider-why", reason=words(key))]


def _number(words: Words, payment: ProviderPayment) -> str:
    return words("provider-number", number=Markup(f"<code>{payment.txn}</code>"))
