"""What a schedule is made of while it is asked for: answers, and what is still open.

The answers travel in the conversation as texts.  A button says with one number which
question it answers, and how.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from services import calendars
from services.calendars import Every, Rule, RuleError
from services.catalogue import Provider
from services.clock import Clock
from services.money import Money, currency, parse_amount
from services.schedule_life import Mode, Schedule, Wish, asked_each_time
from services.schedule_offers import ScheduleLimitError, month_most

STEPS = ("every", "day", "amount", "mode", "before", "most", "month")
"""In the order in which they are asked."""

RADIX = 1000
"""A button's number is the place of its step times this, and the number of the answer."""

EVERY = (Every.MONTH, Every.WEEK, Every.DAYS, Every.ONCE)
MODES = (Mode.REMIND, Mode.AUTO)
ASK = "ask"
"""For an amount that is asked each time."""

HANGING = {
    "every": ("day",),
    "amount": ("mode", "before", "most", "month"),
    "mode": ("before", "most", "month"),
    "most": ("month",),
}
"""What must be asked anew where that is answered in another way."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A schedule that is being asked for."""

    provider: Provider
    wish: Wish
    """As it was, or as the past payment suggests it."""
    data: dict[str, str]
    """The answers; `of` is the payment that is repeated or the schedule that is changed."""
    changes: Schedule | None = None
    """As it was when it was begun to be changed."""

    @property
    def action(self) -> str:
        """Of the buttons that answer."""
        return "schset" if self.changes is None else "schmod"

    @property
    def step(self) -> str | None:
        """The first question that is open."""
        return next((each for each in STEPS if self._is_open(each)), None)

    @property
    def every(self) -> Every:
        """What repeats."""
        return Every(self.data["every"])

    @property
    def amount(self) -> Money | None:
        """What is paid each time, where that is known."""
        answer = self.data.get("amount", ASK)
        return None if answer == ASK else Money(int(answer), self.provider.currency)

    @property
    def wants_cost(self) -> bool:
        """Whether the question that is open speaks of what it costs today."""
        return self.step in ("most", "month")

    def without(self, *steps: str) -> "Draft":
        """The same with *steps* open, and what hangs on them."""
        open_again = {*steps, *(each for step in steps for each in HANGING.get(step, ()))}
        kept = {name: answer for name, answer in self.data.items() if name not in open_again}
        return replace(self, data=kept)

    def with_answer(self, step: str, answer: str) -> "Draft":
        """The same with *step* answered; what hangs on it is open again."""
        known = self if self.data.get(step) == answer else self.without(step)
        return replace(known, data=known.data | {step: answer})

    def pressed(self, step: str, number: int, cost: Money | None) -> "Draft":
        """The same after a button that answers *step*."""
        match step:
            case "every":
                return self.with_answer(step, EVERY[number % len(EVERY)].value)
            case "mode":
                return self.with_answer(step, MODES[number % len(MODES)].value)
            case "amount":
                same = self.wish.amount
                is_same = number and same is not None
                return self.with_answer(step, str(same.minor) if is_same and same else ASK)
            case "most" | "month":
                suggested = self.suggested(step, cost)
                if suggested is None:
                    return self
                return self._with_limit(step, suggested)
        return self.with_answer(step, str(number))

    def typed(self, step: str, text: str, cost: Money | None, now: Clock) -> "Draft":
        """The same after a typed answer to *step*.

        Raises:
            RuleError, DateError: It is no day.
            AmountNotUnderstoodError, AmountTooPreciseError, AmountOutOfRangeError: It is no
                amount.
            AmountBelowMinimumError, AmountAboveMaximumError, AmountStepError: It is none
                that the provider takes.
            ScheduleLimitError: It is less than one payment costs today.
        """
        match step:
            case "day" if self.every is Every.ONCE:
                today = calendars.local_day(now(), self.wish.rule.zone)
                return self.with_answer(step, calendars.parse_date(text, today).isoformat())
            case "day":
                # Only to hear whether there is such a day.
                number = _number(text)
                Rule(self.every, number, self.wish.rule.starts, self.wish.rule.zone)
                return self.with_answer(step, str(number))
            case "amount":
                amount = parse_amount(text, self.provider.currency)
                self.provider.amount_checked(amount)
                return self.with_answer(step, str(amount.minor))
            case "most" | "month" if cost is not None:
                limit = parse_amount(text, cost.currency)
                if limit.minor < cost.minor:  # said now, or the offer could only be refused
                    raise ScheduleLimitError(cost=cost)
                return self._with_limit(step, limit)
        return self  # the other questions have buttons only

    def suggested(self, step: str, cost: Money | None) -> Money | None:
        """The limit that suggests itself: what it costs today, each time."""
        if cost is None or step == "most":
            return cost
        most = Money(int(self.data.get("most", cost.minor)), cost.currency)
        return month_most(self.every, int(self._number()), most)

    def priced(self) -> Wish:
        """The wish as far as its cost goes."""
        return replace(self.wish, amount=self.amount)

    def wished(self, now: Clock) -> Wish:
        """What was answered, once nothing is open."""
        is_auto = self.data.get("mode") == Mode.AUTO.value
        return replace(
            self.wish,
            amount=self.amount,
            rule=self._rule(now),
            mode=Mode.AUTO if is_auto else Mode.REMIND,
            before=0 if is_auto else int(self.data["before"]),
            most=self._limit("most") if is_auto else None,
            most_month=self._limit("month") if is_auto else None,
        )

    def _is_open(self, step: str) -> bool:
        if step in self.data:
            return False
        is_auto = self.data.get("mode") == Mode.AUTO.value
        match step:
            case "amount":
                return not asked_each_time(self.provider)
            case "mode":
                return self.amount is not None
            case "before":
                return not is_auto
            case "most" | "month":
                return is_auto
        return True

    def _number(self) -> str:
        return "1" if self.every is Every.ONCE else self.data["day"]

    def _rule(self, now: Clock) -> Rule:
        """The days: those of before where they were not asked anew."""
        known, day = self.wish.rule, self.data["day"]
        is_same = self.changes is not None and data_of(self.changes)["day"] == day
        if is_same and self.every is known.every:
            return known
        today = calendars.local_day(now(), known.zone)
        if self.every is Every.ONCE:
            starts = calendars.parse_date(day, today)
            return Rule(Every.ONCE, 1, starts, known.zone, known.at)
        ahead = int(day) if self.every is Every.DAYS else 1
        starts = today + timedelta(days=ahead)
        return Rule(self.every, int(day), starts, known.zone, known.at)

    def _with_limit(self, step: str, limit: Money) -> "Draft":
        answered = self.with_answer(step, str(limit.minor))
        return replace(answered, data=answered.data | {"currency": limit.currency.code})

    def _limit(self, step: str) -> Money:
        return Money(int(self.data[step]), currency(self.data["currency"]))


def data_of(schedule: Schedule) -> dict[str, str]:
    """Everything as it was answered when *schedule* was made."""
    wish, rule = schedule.wish, schedule.wish.rule
    data = {
        "of": schedule.id,
        "version": str(schedule.version),
        "every": rule.every.value,
        "day": rule.starts.isoformat() if rule.every is Every.ONCE else str(rule.day),
        "amount": ASK if wish.amount is None else str(wish.amount.minor),
        "mode": wish.mode.value,
        "before": str(wish.before),
    }
    if wish.most is not None and wish.most_month is not None:
        data["most"], data["month"] = str(wish.most.minor), str(wish.most_month.minor)
        data["currency"] = wish.most.currency.code
    return data


def _number(text: str) -> int:
    """A number of a day; what is none is out of any range."""
    stripped = text.strip()
    is_number = stripped.isascii() and stripped.isdecimal() and len(stripped) <= len("366")
    if not is_number:
        raise RuleError(least=1, most=calendars.DAYS_MOST)
    return int(stripped)
