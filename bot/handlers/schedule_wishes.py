"""Making and changing a schedule, question by question, up to its offer."""

from dataclasses import replace

from bot.buttons import Button, Press, Rows
from bot.handlers.schedule_drafts import EVERY, MODES, RADIX, STEPS, Draft, data_of
from bot.handlers.schedule_offers import proposal_screen
from bot.handlers.schedule_screens import account
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services import calendars
from services.calendars import Every
from services.clock import Clock
from services.conversations import Visitor
from services.holders import Holder
from services.money import Money
from services.offers import OfferState
from services.schedule_offers import ScheduleOffers, before_most
from services.schedules import Schedules

MENU = {1: ("every", "day"), 2: ("amount",), 3: ("mode",)}
"""What each button of [Change] asks anew."""

MONTH_DAYS = (1, 5, 10, 15, 20, 25, 31)
WEEK = range(1, 8)
BEFORE = (0, 1, 3, 7)


async def begin(holder: Holder, words: Words, press: Press, schedules: Schedules) -> Screen:
    """[Repeat] of a past payment: how often?"""
    provider, wish = await schedules.wish_like(holder=holder, payment_id=press.id)
    return _question(words, Draft(provider, wish, {"of": press.id}), None)


async def change(
    holder: Holder,
    words: Words,
    press: Press,
    schedules: Schedules,
    schedule_offers: ScheduleOffers,
) -> Screen:
    """[Change]: what?  Then that question anew."""
    page = await schedules.open(holder=holder, schedule_id=press.id)
    if press.version in MENU:
        schedule = page.schedule
        whole = Draft(page.provider, schedule.wish, data_of(schedule), schedule)
        draft = whole.without(*MENU[press.version])
        return _question(words, draft, await _cost(holder, schedule_offers, draft))
    rows: Rows = tuple(
        (Button(words.plain(f"button-schedule-what-{name}"), "schchg", press.id, number),)
        for number, name in enumerate(("day", "amount", "mode"), start=1)
    )
    back = Button(words.plain("button-back"), "sched", press.id)
    return Screen(words("schedule-ask-change"), (*rows, (back, home_button(words))))


async def choose(
    holder: Holder,
    words: Words,
    visitor: Visitor,
    press: Press,
    key: str,
    now: Clock,
    schedules: Schedules,
    schedule_offers: ScheduleOffers,
) -> Screen:
    """A button that answers one of the questions."""
    draft = await _draft(holder, schedules, visitor, press.id, press.action)
    place, number = divmod(press.version, RADIX)
    step = STEPS[place % len(STEPS)]
    if "every" not in draft.data and step != "every":
        return _question(words, draft, None)  # something else was asked since
    cost = await _cost(holder, schedule_offers, draft.without(step))
    answered = draft.pressed(step, number, cost)
    return await _go_on(words, holder, key, now, schedule_offers, answered)


async def take(
    holder: Holder,
    words: Words,
    visitor: Visitor,
    typed: str,
    key: str,
    now: Clock,
    schedules: Schedules,
    schedule_offers: ScheduleOffers,
) -> Screen:
    """A typed answer to the question that is open."""
    draft = await _asked(holder, schedules, visitor)
    cost = await _cost(holder, schedule_offers, draft)
    answered = draft.typed(draft.step or "", typed, cost, now)
    return await _go_on(words, holder, key, now, schedule_offers, answered)


async def ask_again(
    holder: Holder,
    words: Words,
    visitor: Visitor,
    schedules: Schedules,
    schedule_offers: ScheduleOffers,
) -> Screen:
    """The same question, after an answer that was none."""
    draft = await _asked(holder, schedules, visitor)
    return _question(words, draft, await _cost(holder, schedule_offers, draft))


async def _asked(holder: Holder, schedules: Schedules, visitor: Visitor) -> Draft:
    data = visitor.conversation.data
    action = "schmod" if "version" in data else "schset"
    return await _draft(holder, schedules, visitor, data["of"], action)


async def _draft(
    holder: Holder, schedules: Schedules, visitor: Visitor, of: str, action: str
) -> Draft:
    """What was answered so far about the payment or schedule *of*."""
    known = visitor.conversation.data
    data = dict(known) if known.get("of") == of else None
    if action == "schset":
        provider, wish = await schedules.wish_like(holder=holder, payment_id=of)
        return Draft(provider, wish, data or {"of": of})
    page = await schedules.open(holder=holder, schedule_id=of)
    schedule = page.schedule
    return Draft(page.provider, schedule.wish, data or data_of(schedule), schedule)


async def _cost(holder: Holder, schedule_offers: ScheduleOffers, draft: Draft) -> Money | None:
    """What it costs today; asked only where the question speaks of it."""
    if not draft.wants_cost:
        return None
    return await schedule_offers.cost(holder=holder, wish=draft.priced())


async def _go_on(
    words: Words,
    holder: Holder,
    key: str,
    now: Clock,
    schedule_offers: ScheduleOffers,
    draft: Draft,
) -> Screen:
    """The next question, or the offer where nothing is open."""
    if draft.step is not None:
        return _question(words, draft, await _cost(holder, schedule_offers, draft))
    proposal = await schedule_offers.offer(
        holder=holder,
        wish=draft.wished(now),
        key=key,
        changes=draft.changes,
        version=int(draft.data.get("version", 0)),
    )
    shown = proposal_screen(words, holder, proposal)
    if proposal.offer.state is not OfferState.OPEN:
        return shown
    # The answers stay, so that the same press once more comes to the same offer.
    return replace(shown, question=Question("schedule", draft.data), ends_question=False)


def _question(words: Words, draft: Draft, cost: Money | None) -> Screen:
    step = draft.step or STEPS[-1]
    rows = _rows(words, draft, step, cost)
    is_change = draft.changes is not None
    back = Button(words.plain("button-back"), "sched", draft.data["of"]) if is_change else None
    last = (home_button(words),) if back is None else (back, home_button(words))
    question = Question("schedule", draft.data)
    return Screen(_asking(words, draft, step, cost), (*rows, last), question)


def _asking(words: Words, draft: Draft, step: str, cost: Money | None) -> str:
    match step:
        case "every":
            name = draft.provider.name(words.language)
            shown = account(draft.provider, draft.wish)
            return words("schedule-ask-every", provider=name, account=shown)
        case "day":
            rule = draft.wish.rule
            on = calendars.moment(rule.starts, rule.at, rule.zone)
            return words(f"schedule-ask-day-{draft.every.value}", example=f"{on:%d.%m.%Y}")
        case "amount":
            return words("schedule-ask-amount", currency=draft.provider.currency)
        case "most" | "month" if cost is not None:
            return words(f"schedule-ask-{step}", cost=cost, currency=cost.currency)
    return words(f"schedule-ask-{step}")


def _rows(words: Words, draft: Draft, step: str, cost: Money | None) -> Rows:
    """The answers that have buttons."""
    match step:
        case "every":
            names = [words.plain(f"button-schedule-every-{each.value}") for each in EVERY]
            return tuple((_answer(draft, step, at, name),) for at, name in enumerate(names))
        case "day":
            return _day_rows(words, draft)
        case "amount":
            asking = _answer(draft, step, 0, words.plain("button-schedule-amount-ask"))
            same = draft.wish.amount
            known = () if same is None else (_answer(draft, step, 1, words.money(same)),)
            return (known, (asking,))
        case "mode":
            names = [words.plain(f"button-schedule-{each.value}") for each in MODES]
            return tuple((_answer(draft, step, at, name),) for at, name in enumerate(names))
        case "before":
            most = before_most(draft.every, int(draft.data["day"]) if _counts(draft) else 1)
            return tuple(
                (_answer(draft, step, each, words.plain("button-schedule-before", days=each)),)
                for each in BEFORE
                if each <= most
            )
    suggested = draft.suggested(step, cost)
    return () if suggested is None else ((_answer(draft, step, 0, words.money(suggested)),),)


def _day_rows(words: Words, draft: Draft) -> Rows:
    if draft.every is Every.MONTH:
        own = draft.wish.rule.day if draft.wish.rule.every is Every.MONTH else 1
        last = words.plain("button-schedule-last-day")
        days = sorted({*MONTH_DAYS, own})
        names = [(day, last if day == MONTH_DAYS[-1] else str(day)) for day in days]
    elif draft.every is Every.WEEK:
        names = [(day, words.plain(f"schedule-weekday-{day}")) for day in WEEK]
    else:
        return ()
    buttons = tuple(_answer(draft, "day", day, name) for day, name in names)
    return (buttons[:4], buttons[4:])


def _answer(draft: Draft, step: str, number: int, text: str) -> Button:
    packed = STEPS.index(step) * RADIX + number
    return Button(text, draft.action, draft.data["of"], packed)


def _counts(draft: Draft) -> bool:
    return draft.every is Every.DAYS


def add_to(routes: Routes) -> None:
    """The routes of making and changing a schedule."""
    routes.button("schnew", begin)
    routes.button("schchg", change)
    routes.button("schset", choose)
    routes.button("schmod", choose)
    routes.question("schedule", take, again=ask_again)
