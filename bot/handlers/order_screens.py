"""What is asked while a payment to a provider is filled in: how each question looks."""

from dataclasses import replace
from datetime import date

from bot.buttons import Button, Rows
from bot.desk import Desk
from bot.formats import clean
from bot.handlers.provider_screens import (
    commission_terms,
    field_lines,
    source_lines,
    twin_text,
)
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.account_fields import Field, Keep
from services.catalogue import Charge, Provider
from services.drafts import Draft
from services.favourites import Favourite
from services.holders import Holder, HolderState
from services.limits import LimitExceededError
from services.money import Money
from services.provider_life import ProviderPayment
from services.sources import Source
from services.usual_amounts import largest_amount, usual_amounts

FIELD, AMOUNT = "order_field", "order_amount"
"""The two questions."""

FULL, DISCOUNTED = 0, 1
"""What of a bill with a discount is paid, as a button carries it."""

HOME_ZONE = "+7"
"""Numbers that mobile operators of the catalogue serve begin with it."""

SAVED_SHOWN = 6
"""Saved accounts of one provider that are offered beside the question."""

ROW_LENGTH_MAX = 32
"""Characters of a row of buttons, each as wide as its longest: more breaks on a phone."""

CHOICES_MAX = 8
"""More than the buttons of any choice."""


async def field_screen(
    holder: Holder, words: Words, provider: Provider, draft: Draft, asked: Field, desk: Desk
) -> Screen:
    """One field: what it is, where it stands, how it looks; saved accounts for the first."""
    place = provider.fields.index(asked)
    label = asked.label(words.language)
    lines = [*_title(words, provider, draft), "", words("order-ask", label=label)]
    if asked.hint(words.language):
        lines.append(words("order-hint", hint=asked.hint(words.language)))
    if asked.mask:
        lines.append(words("order-mask", mask=asked.mask))
    rows: list[tuple[Button, ...]] = []
    if place == 0:
        saved = await desk.favourites.listed(holder=holder)
        ours = [each for each in saved if each.provider == provider.id][:SAVED_SHOWN]
        rows += [(Button(_saved_label(provider, each), "favpay", each.id),) for each in ours]
    if asked.keep is Keep.PHONE and holder.phone.startswith(HOME_ZONE):
        rows.append((Button(words.plain("button-my-number"), "ordmine", provider.id, place),))
    if asked.is_optional:
        rows.append((Button(words.plain("button-skip"), "ordskip", provider.id, place),))
    rows.append((_back(words, provider, place - 1), home_button(words)))
    return Screen("\n".join(lines), tuple(rows), Question(FIELD, draft.data))


async def amount_screen(
    holder: Holder, words: Words, provider: Provider, draft: Draft, desk: Desk
) -> Screen:
    """How much: the range, the commission beforehand, usual amounts and the largest one."""
    of, today = provider.currency, desk.today()
    lines = [
        *_title(words, provider, draft),
        "",
        words("order-ask-amount", currency=of, least=provider.minimum, most=provider.maximum),
    ]
    if provider.step is not None:
        lines.append(words("order-step", step=provider.step))
    lines.append(words("order-commission", terms=commission_terms(words, provider)))
    discount = _discount_lines(words, provider, draft, today)
    if discount:
        lines += [*discount, words("order-discount-how")]
    offered = await _offered_amounts(holder, provider, draft, desk)
    asked = replace(
        draft.first(len(provider.fields), provider),
        sums=tuple(amount.minor for amount, _ in offered),
    )
    buttons = [
        Button(
            words.plain("button-all-i-have", amount=amount) if is_all else words.money(amount),
            "ordsum",
            provider.id,
            chosen(asked.mark(), place),
        )
        for place, (amount, is_all) in enumerate(offered)
    ]
    data = draft.first(len(provider.fields), provider).data
    data |= {"sums": " ".join(str(amount.minor) for amount, _ in offered)}
    back = _back(words, provider, len(provider.fields) - 1)
    rows = (*_by_row(buttons), (back, home_button(words)))
    return Screen("\n".join(lines), rows, Question(AMOUNT, asked.data))


def share_screen(
    words: Words, provider: Provider, draft: Draft, amount: Money, less: Money, today: date
) -> Screen:
    """A bill with a discount: with it, or in full."""
    lines = [
        *_title(words, provider, draft),
        *_discount_lines(words, provider, draft, today),
        "",
        words("order-ask-share"),
    ]
    mark = draft.mark(amount.minor)
    with_it = words.plain("button-discounted", amount=less)
    in_full = words.plain("button-in-full", amount=amount)
    rows = (
        (Button(with_it, "ordpart", provider.id, chosen(mark, DISCOUNTED), "success"),),
        (Button(in_full, "ordpart", provider.id, chosen(mark, FULL)),),
        (_back(words, provider, len(provider.fields)), home_button(words)),
    )
    data = draft.data | {"minor": str(amount.minor)}
    return Screen("\n".join(lines), rows, Question(AMOUNT, data))


def warning_screen(
    words: Words,
    provider: Provider,
    draft: Draft,
    amount: Money,
    twin: ProviderPayment,
    desk: Desk,
) -> Screen:
    """The same was paid not long ago: is it meant?  What is typed now is another amount."""
    rows: Rows = (
        (Button(words.plain("button-open-twin"), "pprec", twin.id, style="primary"),),
        (Button(words.plain("button-yes-again"), "ordagain", twin.id),),
        (Button(words.plain("button-cancel"), "ordstop"), home_button(words)),
    )
    data = draft.data | {"minor": str(amount.minor), "twin": twin.id}
    return Screen(twin_text(words, provider, twin, desk.now()), rows, Question(AMOUNT, data))


def no_source_screen(
    words: Words,
    holder: Holder,
    provider: Provider,
    draft: Draft,
    charge: Charge,
    found: list[Source],
) -> Screen:
    """Why nothing in the wallet can pay it; another amount may be typed."""
    lines = [
        words("order-no-source", name=provider.name(words.language), total=charge.total),
        "",
        *source_lines(words, found),
    ]
    if holder.state is HolderState.LOCKED:
        way_out = Button(words.plain("button-unlock-wallet"), "lock", style="primary")
    elif any(isinstance(each.obstacle, LimitExceededError) for each in found):
        way_out = Button(words.plain("button-to-limits"), "mylimits")
    else:
        way_out = Button(words.plain("button-topup"), "topup")
    back = _back(words, provider, len(provider.fields))
    rows = ((way_out,), (back, home_button(words)))
    return Screen("\n".join(lines), rows, Question(AMOUNT, draft.data))


def chosen(mark: int, place: int) -> int:
    """What a button of a choice carries: which draft it was drawn for, and its place."""
    return mark * CHOICES_MAX + place


async def _offered_amounts(
    holder: Holder, provider: Provider, draft: Draft, desk: Desk
) -> list[tuple[Money, bool]]:
    """Usual amounts, and the largest that the account pays, which is marked."""
    last = await desk.favourites.last_amount(
        holder=holder, provider_id=provider.id, account=draft.account(provider)
    )
    wallet = await desk.wallets.show(holder=holder)
    of = provider.currency
    available = next(
        (each.available for each in wallet.balances if each.posted.currency == of), Money(0, of)
    )
    usual = usual_amounts(provider, last)
    most = largest_amount(provider, available)
    extra = [] if most is None or most in usual else [(most, True)]
    return [*((each, False) for each in usual), *extra]


def _title(words: Words, provider: Provider, draft: Draft) -> list[str]:
    name = provider.name(words.language)
    return [
        words("order-title", picture=provider.picture, name=name),
        *field_lines(words, provider, draft.fields),
    ]


def _discount_lines(words: Words, provider: Provider, draft: Draft, today: date) -> list[str]:
    if provider.discount is None:
        return []
    until = provider.discount.until(draft.fields, today)
    if until is None:
        return []
    percent = provider.discount.percent(draft.fields, today)
    return [words("order-discount", percent=percent, until=until)]


def _saved_label(provider: Provider, favourite: Favourite) -> str:
    account = provider.fields[0].shown(favourite.account)
    return f"⭐ {clean(favourite.name)} · {account}" if favourite.name else f"⭐ {account}"


def _back(words: Words, provider: Provider, count: int) -> Button:
    """Back to the question after *count* answers; before the first, to the category."""
    if count < 0:
        return Button(words.plain("button-back"), "paycat", provider.category)
    return Button(words.plain("button-back"), "ordback", provider.id, count)


def _by_row(buttons: list[Button]) -> Rows:
    """As many beside each other as a phone shows without breaking one."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        wider = (*rows[-1], button) if rows else (button,)
        if rows and len(wider) * max(len(each.text) for each in wider) <= ROW_LENGTH_MAX:
            rows[-1] = wider
        else:
            rows.append((button,))
    return tuple(rows)
