"""Scheduled payments: the list, one of them, and what a reminder's buttons do."""

from bot.buttons import Button, Press
from bot.handlers.provider_screens import proposal_screen, twin_text
from bot.handlers.schedule_screens import (
    account,
    list_screen,
    page_screen,
    reminder_screen,
)
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.clock import Clock
from services.conversations import Visitor
from services.holders import Holder
from services.money import Money, parse_amount
from services.offers import OfferState
from services.provider_life import ProviderPayment
from services.provider_payments import ProviderPayments, ProviderProposal
from services.schedule_life import ScheduleState, asked_each_time
from services.schedule_pages import Reminder
from services.schedules import Schedules, Taken

AMOUNT = "amount"
"""What is asked last; the readings before it go by the names of their fields."""

NONE = ("-", "–", "—")
"""What may be typed for a meter that one does not have."""

_READING = "field_"


async def listed(holder: Holder, words: Words, schedules: Schedules) -> Screen:
    """[Scheduled]: all that have not ended."""
    return list_screen(words, await schedules.listed(holder=holder))


async def open_one(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """One of them."""
    return page_screen(words, await schedules.open(holder=holder, schedule_id=press.id))


async def pause(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[Pause]: nothing happens until it is resumed."""
    page = await schedules.pause(holder=holder, schedule_id=press.id, version=press.version)
    return page_screen(words, page)


async def resume(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[Resume]: from the next time on."""
    page = await schedules.resume(holder=holder, schedule_id=press.id, version=press.version)
    return page_screen(words, page)


async def ask_end(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[End]: really?"""
    page = await schedules.open(holder=holder, schedule_id=press.id)
    schedule = page.schedule
    ending = Button(
        words.plain("button-schedule-end-now"),
        "schfin",
        schedule.id,
        schedule.version,
        "danger",
    )
    back = Button(words.plain("button-back"), "sched", schedule.id)
    return Screen(words("schedule-ask-end"), ((ending, back),)).under(
        page_screen(words, page).text
    )


async def end(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[End it]."""
    await schedules.end(holder=holder, schedule_id=press.id, version=press.version)
    back = (Button(words.plain("button-scheduled"), "scheds"), home_button(words))
    return Screen(words("schedule-was-ended"), (back,))


async def later(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[Tomorrow] on a reminder."""
    reminder = await schedules.later(holder=holder, occurrence_id=press.id, turn=press.version)
    next_at = reminder.seen.occurrence.next_at
    said = words("schedule-was-put-off", at=next_at or reminder.seen.occurrence.at)
    return _settled(words, reminder, said)


async def skip(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[Skip this time] on a reminder."""
    reminder = await schedules.skip(holder=holder, occurrence_id=press.id, turn=press.version)
    return _settled(words, reminder, words("schedule-was-skipped"))


async def pay(
    holder: Holder,
    words: Words,
    press: Press,
    now: Clock,
    schedules: Schedules,
    provider_payments: ProviderPayments,
) -> Screen:
    """[Pay]: what is asked each time first, then the offer; or what has become of it."""
    reminder = await schedules.reminder(holder=holder, occurrence_id=press.id)
    attempt = reminder.seen.attempt
    if attempt.payment is not None and attempt.is_by_hand:
        paid = await provider_payments.receipt(holder=holder, payment_id=attempt.payment.id)
        return proposal_screen(words, holder, paid)
    return await _go_on(words, holder, now, schedules, provider_payments, reminder, {})


async def take(
    holder: Holder,
    words: Words,
    visitor: Visitor,
    typed: str,
    now: Clock,
    schedules: Schedules,
    provider_payments: ProviderPayments,
) -> Screen:
    """What was asked for this time: a reading, or the amount."""
    data = dict(visitor.conversation.data)
    reminder = await schedules.reminder(holder=holder, occurrence_id=data["occurrence"])
    wanted = data["wanted"]
    if wanted == AMOUNT:
        amount = parse_amount(typed, reminder.provider.currency)
        reminder.provider.amount_checked(amount)
        data[AMOUNT] = str(amount.minor)
    else:
        field = next(each for each in reminder.provider.fields if each.name == wanted)
        data[f"{_READING}{wanted}"] = field.read("" if typed in NONE else typed)
    return await _go_on(words, holder, now, schedules, provider_payments, reminder, data)


async def ask_again(
    holder: Holder, words: Words, visitor: Visitor, schedules: Schedules
) -> Screen:
    """The same question, after an answer that was none."""
    data = dict(visitor.conversation.data)
    reminder = await schedules.reminder(holder=holder, occurrence_id=data["occurrence"])
    return _question(words, reminder, data["wanted"], data)


async def remind_of_discount(
    holder: Holder, words: Words, press: Press, schedules: Schedules
) -> Screen:
    """[Remind me of the discount] on an offer to pay a bill that has one."""
    page = await schedules.remind_of_discount(holder=holder, offer_id=press.id)
    return page_screen(words, page).under(words("schedule-made"))


async def _go_on(
    words: Words,
    holder: Holder,
    now: Clock,
    schedules: Schedules,
    provider_payments: ProviderPayments,
    reminder: Reminder,
    data: dict[str, str],
) -> Screen:
    """Ask what is still to be asked, or show the offer."""
    if not reminder.seen.attempt.is_live:
        wanted = _still_wanted(reminder, data)
        if wanted is not None:
            return _question(words, reminder, wanted, data)
    minor = data.get(AMOUNT)
    readings = {
        name.removeprefix(_READING): value
        for name, value in data.items()
        if name.startswith(_READING)
    }
    taken = await schedules.take(
        holder=holder,
        occurrence_id=reminder.seen.occurrence.id,
        amount=None if minor is None else Money(int(minor), reminder.provider.currency),
        readings=readings,
    )
    source = await _source(holder, provider_payments, taken, reminder)
    proposal = await provider_payments.offer(
        holder=holder, order=taken.order, source=source, key=taken.key
    )
    twin = await provider_payments.like(holder=holder, order=taken.order)
    if twin is None or proposal.offer.state is not OfferState.OPEN:
        return proposal_screen(words, holder, proposal)
    return _twin_screen(words, proposal, twin, now)


def _twin_screen(
    words: Words, proposal: ProviderProposal, twin: ProviderPayment, now: Clock
) -> Screen:
    """The same was paid not long ago, in another way: is it meant?"""
    offer = proposal.offer
    rows = (
        (Button(words.plain("button-open-twin"), "pprec", twin.id, style="primary"),),
        (Button(words.plain("button-yes-again"), "ppback", offer.id),),
        (Button(words.plain("button-cancel"), "ppno", offer.id), home_button(words)),
    )
    return Screen(twin_text(words, proposal.provider, twin, now()), rows, ends_question=True)


async def _source(
    holder: Holder, provider_payments: ProviderPayments, taken: Taken, reminder: Reminder
) -> str:
    """The schedule's own source where it can pay, else the best that can."""
    if reminder.seen.attempt.is_live:
        return taken.source
    _, _, sources = await provider_payments.sources(holder=holder, order=taken.order)
    usable = [each.name for each in sources if each.obstacle is None]
    return usable[0] if usable and taken.source not in usable else taken.source


def _still_wanted(reminder: Reminder, data: dict[str, str]) -> str | None:
    for field in asked_each_time(reminder.provider):
        if f"{_READING}{field.name}" not in data:
            return field.name
    is_given = reminder.schedule.wish.amount is not None or AMOUNT in data
    return None if is_given else AMOUNT


def _question(words: Words, reminder: Reminder, wanted: str, data: dict[str, str]) -> Screen:
    provider, occurrence = reminder.provider, reminder.seen.occurrence
    name = provider.name(words.language)
    if wanted == AMOUNT:
        text = words(
            "schedule-ask-pay-amount",
            provider=name,
            account=account(provider, reminder.schedule.wish),
            currency=provider.currency,
        )
    else:
        field = next(each for each in provider.fields if each.name == wanted)
        label = field.label(words.language)
        key = "schedule-ask-reading-optional" if field.is_optional else "schedule-ask-reading"
        text = words(key, provider=name, label=label)
    asked = data | {"occurrence": occurrence.id, "wanted": wanted}
    back = Button(words.plain("button-schedule-open"), "sched", reminder.schedule.id)
    return Screen(text, ((back, home_button(words)),), Question("schedule_pay", asked))


def _settled(words: Words, reminder: Reminder, said: str) -> Screen:
    shown = reminder_screen(words, reminder)
    text = said if shown is None else f"{shown.text}\n\n{said}"
    if reminder.schedule.state is ScheduleState.ENDED:
        return Screen(text, ((home_button(words),),))
    opening = Button(words.plain("button-schedule-open"), "sched", reminder.schedule.id)
    return Screen(text, ((opening, home_button(words)),))


def add_to(routes: Routes) -> None:
    """The routes of schedules."""
    routes.button("scheds", listed)
    routes.button("sched", open_one)
    routes.button("schpau", pause)
    routes.button("schres", resume)
    routes.button("schend", ask_end)
    routes.button("schfin", end)
    routes.button("schlat", later)
    routes.button("schskp", skip)
    routes.button("schpay", pay)
    routes.button("schdis", remind_of_discount)
    routes.question("schedule_pay", take, again=ask_again)
