"""How schedules are shown: the list, a page, and the messages that come by themselves."""

from datetime import time

from bot.buttons import Button, Rows
from bot.formats import Markup
from bot.screens import Screen, home_button
from bot.texts import Words
from services import calendars
from services.calendars import Every
from services.catalogue import Provider
from services.provider_life import ProviderPaymentState
from services.provider_payments import ProviderProposal
from services.schedule_life import Mode, OccurrenceState, Schedule, ScheduleState, Wish
from services.schedule_pages import Reminder, SchedulePage, Seen
from services.schedules import discount_end

SHORTEST_MONTH, LONGEST_MONTH = 28, 31
PAYABLE_MOST = 4
"""As many buttons to pay as a message has at most."""

NOON = time(12)
"""A day is shown by its noon, so that it is that day in the operator's zone too."""


def list_screen(words: Words, pages: list[SchedulePage]) -> Screen:
    """All of them, each with its next date."""
    rows: Rows = tuple((Button(_line(words, each), "sched", each.schedule.id),) for each in pages)
    title = words("schedule-list-title" if pages else "schedule-list-none")
    back = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen(title, (*rows, back))


def page_screen(words: Words, page: SchedulePage) -> Screen:
    """One schedule: what it does, when it comes next, how it went, what may be done."""
    schedule = page.schedule
    lines: list[str] = [facts(words, page.provider, schedule.wish)]
    if schedule.state is ScheduleState.PAUSED:
        lines.append(words("schedule-page-paused"))
    elif schedule.state is ScheduleState.ENDED:
        lines.append(words("schedule-page-ended"))
    elif page.next is not None:
        lines.append(words("schedule-page-next", next=page.next.at))
    if page.past:
        went = [_past_line(words, each) for each in page.past]
        lines.append("\n".join((words("schedule-page-past"), *went)))
    return Screen("\n\n".join(lines), (*_payable(words, page), *_choices(words, schedule)))


def facts(words: Words, provider: Provider, wish: Wish) -> Markup:
    """What is paid, when, and whether by itself."""
    return words(
        "schedule-page",
        provider=provider.name(words.language),
        account=account(provider, wish),
        amount=amount_shown(words, wish),
        rule=rule_shown(words, wish),
        mode=_mode(words, wish),
    )


def reminder_screen(words: Words, reminder: Reminder) -> Screen | None:
    """What is said when it falls due; None where there is nothing left to say."""
    occurrence, wish = reminder.seen.occurrence, reminder.schedule.wish
    kinds = {
        OccurrenceState.REMINDED: "notice-schedule",
        OccurrenceState.FAILED: "notice-schedule-failed",
        OccurrenceState.PLANNED: "notice-schedule-put-off",
        OccurrenceState.SKIPPED: "notice-schedule-skipped",
    }
    kind = kinds.get(occurrence.state)
    if kind is None or reminder.seen.attempt.is_live:
        return None
    if wish.cause == "discount" and occurrence.state is OccurrenceState.REMINDED:
        kind = "notice-schedule-discount"
    text = words(
        kind,
        provider=reminder.provider.name(words.language),
        account=account(reminder.provider, wish),
        amount=amount_shown(words, wish),
        due=words.day(occurrence.at),
        reason=reason_shown(words, occurrence.reason),
        next=occurrence.next_at or occurrence.at,
    )
    return Screen(text, _answers(words, reminder))


def missed_screen(words: Words, page: SchedulePage) -> Screen:
    """What was missed while nothing ran, in one message."""
    wish = page.schedule.wish
    oldest_first = tuple(reversed(page.past))
    text = words(
        "notice-schedule-missed",
        provider=page.provider.name(words.language),
        account=account(page.provider, wish),
        amount=amount_shown(words, wish),
        days=", ".join(words.day(each.occurrence.at) for each in oldest_first),
    )
    opening = Button(words.plain("button-schedule-open"), "sched", page.schedule.id)
    is_over = page.schedule.state is ScheduleState.ENDED
    last = (home_button(words),) if is_over else (opening, home_button(words))
    return Screen(text, (*_payable(words, page), last))


def discount_buttons(words: Words, proposal: ProviderProposal) -> tuple[Button, ...]:
    """[Remind me of the discount] for an offer of a bill that has one which does not end today.

    Which day it is to the minute the service knows; here a few hours are no matter.
    """
    today = proposal.offer.created_at.date()
    ends = discount_end(proposal.provider, proposal.order.fields, today)
    if ends is None or ends <= today:
        return ()
    name = words.plain("button-schedule-discount")
    return (Button(name, "schdis", proposal.offer.id),)


def account(provider: Provider, wish: Wish) -> str:
    """The account as the provider writes it."""
    first = provider.fields[0]
    return first.shown(wish.fields.get(first.name, ""))


def amount_shown(words: Words, wish: Wish) -> str:
    """The amount, or that it is asked."""
    if wish.amount is None:
        return words.plain("schedule-amount-asked")
    return words.money(wish.amount)


def rule_shown(words: Words, wish: Wish) -> str:
    """`every month on day 24`."""
    rule = wish.rule
    match rule.every:
        case Every.MONTH if rule.day == LONGEST_MONTH:
            return words.plain("schedule-rule-month-last")
        case Every.MONTH if rule.day > SHORTEST_MONTH:
            return words.plain("schedule-rule-month-short", day=rule.day)
        case Every.MONTH:
            return words.plain("schedule-rule-month", day=rule.day)
        case Every.WEEK:
            return words.plain(f"schedule-rule-week-{rule.day}")
        case Every.DAYS:
            return words.plain("schedule-rule-days", days=rule.day)
    on = calendars.moment(rule.starts, NOON, rule.zone)
    return words.plain("schedule-rule-once", on=words.day(on))


def reason_shown(words: Words, reason: str) -> str:
    """Why it was not paid, in the middle of a sentence."""
    key = f"schedule-reason-{reason.replace('_', '-')}"
    return words.plain(key if words.has(key) else "schedule-reason-other")


def _mode(words: Words, wish: Wish) -> Markup:
    if wish.mode is Mode.AUTO and wish.most is not None and wish.most_month is not None:
        source = words.plain("schedule-source-card")
        if not wish.source.startswith("card/"):
            of = wish.most.currency.code
            source = words.plain("schedule-source-account", currency=of)
        return words("schedule-mode-auto", source=source, most=wish.most, month=wish.most_month)
    kind = "discount" if wish.cause == "discount" else "remind"
    return words(f"schedule-mode-{kind}", days=wish.before)


def _line(words: Words, page: SchedulePage) -> str:
    is_coming = page.next is not None and page.schedule.state is ScheduleState.ACTIVE
    return words.plain(
        "schedule-line",
        state=page.schedule.state.value,
        provider=page.provider.name(words.language),
        amount=amount_shown(words, page.schedule.wish),
        next=words.day(page.next.at)
        if page.next is not None and is_coming
        else words.plain("schedule-no-next"),
    )


def _past_line(words: Words, seen: Seen) -> str:
    occurrence, payment = seen.occurrence, seen.attempt.payment
    reason = reason_shown(words, occurrence.reason)
    if payment is not None:
        name = {
            ProviderPaymentState.DONE: "paid",
            ProviderPaymentState.FAILED: "refused",
            ProviderPaymentState.HELD: "held",
        }.get(payment.state, "way")
    else:
        name = occurrence.state.value
    what = words(f"schedule-past-{name}", reason=reason)
    return words("schedule-past-line", day=words.day(occurrence.at), what=what)


def _payable(words: Words, page: SchedulePage) -> Rows:
    found = [each for each in page.past if each.may_be_paid][:PAYABLE_MOST]
    return tuple(
        (
            Button(
                words.plain("button-schedule-pay-for", day=words.day(each.occurrence.at)),
                "schpay",
                each.occurrence.id,
                style="success",
            ),
        )
        for each in reversed(found)
    )


def _choices(words: Words, schedule: Schedule) -> Rows:
    back = (Button(words.plain("button-scheduled"), "scheds"), home_button(words))
    if schedule.state is ScheduleState.ENDED:
        return (back,)
    is_paused = schedule.state is ScheduleState.PAUSED
    name, action = ("resume", "schres") if is_paused else ("pause", "schpau")
    turning = Button(words.plain(f"button-schedule-{name}"), action, schedule.id, schedule.version)
    changing = Button(words.plain("button-schedule-change"), "schchg", schedule.id)
    ending = Button(words.plain("button-schedule-end"), "schend", schedule.id, style="danger")
    if schedule.wish.cause:
        return ((turning, ending), back)
    return ((turning, changing), (ending,), back)


def _answers(words: Words, reminder: Reminder) -> Rows:
    occurrence, schedule = reminder.seen.occurrence, reminder.schedule
    pay = Button(words.plain("button-pay"), "schpay", occurrence.id, style="success")
    skip = Button(words.plain("button-schedule-skip"), "schskp", occurrence.id, occurrence.turn)
    later = Button(words.plain("button-schedule-later"), "schlat", occurrence.id, occurrence.turn)
    stop = Button(words.plain("button-schedule-stop"), "schend", schedule.id)
    is_over = schedule.state is ScheduleState.ENDED
    match occurrence.state:
        case OccurrenceState.SKIPPED:
            return ((pay,), (home_button(words),))
        case OccurrenceState.PLANNED:
            first: tuple[Button, ...] = (skip,)
        case _:
            first = (later, skip)
    return ((pay,), first, (home_button(words),) if is_over else (stop, home_button(words)))
