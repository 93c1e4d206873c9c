"""Limits: counted where money is held, exact for many small payments and for many at once."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import limits
from services.holders import Holder
from services.levels import Level, level_of
from services.limit_rules import (
    ANY,
    KINDS,
    SHIPPED,
    UNLIMITED,
    LimitTerms,
    Rule,
    RuleKey,
    RuleName,
)
from services.limits import (
    BalanceLimitError,
    LimitExceededError,
    LimitRuleUnknownError,
    Limits,
    LimitValueError,
)
from services.money import CURRENCIES, RUB, USD, Currency, Money
from services.topups import TopUpState
from storage.book import BookTables
from storage.engines import AnyStore
from tests.books import memory_book
from tests.cast import PHONE, Cast
from tests.clock import TestClock

MOSCOW = ZoneInfo("Europe/Moscow")
OPEN = LimitTerms(MOSCOW, UNLIMITED)
"""Nothing is limited but what a test states."""

JANE = Holder("a" * 32, PHONE, 7, "en", datetime(2026, 1, 1, tzinfo=UTC))


def roubles(whole: int) -> Money:
    return Money(whole * 100, RUB)


def key(
    name: RuleName, kind: str = ANY, level: Level = Level.PHONE, of: Currency = RUB
) -> RuleKey:
    return RuleKey(level, of, kind, name)


class Till:
    """Spends of one holder's limits, as payments do when they hold money."""

    def __init__(self, store: AnyStore, holder: Holder, clock: TestClock) -> None:
        self.store = store
        self.holder = holder
        self.clock = clock
        self.limits = Limits(store=store, now=clock, terms=OPEN)

    async def spend(self, amount: Money, kind: str = "invoice") -> None:
        at = self.clock()
        await self.store.write(
            lambda book: limits.spend(book, OPEN, self.holder, kind, amount, at)
        )

    async def refused(self, amount: Money, kind: str = "invoice") -> dict[str, Any]:
        with pytest.raises(LimitExceededError) as refusal:
            await self.spend(amount, kind)
        return refusal.value.values

    async def give_back(self, amount: Money, used_at: datetime, kind: str = "invoice") -> None:
        await self.store.write(
            lambda book: limits.give_back(book, OPEN, self.holder.id, kind, amount, used_at)
        )

    async def used(self, name: RuleName) -> Money | int:
        lines = (await self.limits.show(holder=self.holder, currencies=[RUB]))[RUB]
        return next(line.used for line in lines if line.rule.key.name is name)


@pytest.fixture
async def till(cast: Cast, store: AnyStore, clock: TestClock) -> Till:
    return Till(store, await cast.join(), clock)


async def test_a_thousand_small_payments_are_counted_to_the_last_kopeck(till: Till) -> None:
    """What a limit is for: neither rounding nor forgetting lets the thousand-and-first pass."""
    await till.limits.set(key=key(RuleName.DAY), value=1_000 * 137)

    for _ in range(10):
        at = till.clock()

        def hundred(book: BookTables, at: datetime = at) -> None:
            for _ in range(100):
                limits.spend(book, OPEN, till.holder, "invoice", Money(137, RUB), at)

        await till.store.write(hundred)
    refusal = await till.refused(Money(1, RUB))

    assert await till.used(RuleName.DAY) == Money(137_000, RUB)
    assert (refusal["rule"], refusal["left"]) == ("day", Money(0, RUB))


async def test_many_at_once_pass_no_limit(till: Till) -> None:
    """Each alone would fit; together they must not."""
    await till.limits.set(key=key(RuleName.DAY), value=5_00)

    outcomes = await asyncio.gather(
        *(till.spend(Money(1_00, RUB), kind) for kind in ("invoice", "provider") * 10),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, LimitExceededError)]
    assert (len(outcomes) - len(refused), len(refused)) == (5, 15)
    assert await till.used(RuleName.DAY) == Money(5_00, RUB)


async def test_a_refusal_says_everything(till: Till, clock: TestClock) -> None:
    """The rule, what is left, when that changes, and which level allows more."""
    clock.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    await till.limits.set(key=key(RuleName.MONTH), value=100_00)
    await till.limits.set(key=key(RuleName.MONTH, level=Level.EMAIL), value=100_00)
    await till.limits.set(key=key(RuleName.MONTH, level=Level.PERSON), value=900_00)
    await till.spend(Money(60_00, RUB))

    refusal = await till.refused(Money(41_00, RUB))

    assert refusal == {
        "rule": "month",
        "kind": ANY,
        "limit": Money(100_00, RUB),
        "left": Money(40_00, RUB),
        "resets_at": datetime(2026, 11, 30, 21, 0, tzinfo=UTC),
        "level": "phone",
        "raised_by": "person",
    }


async def test_what_was_refused_is_not_counted(till: Till) -> None:
    await till.limits.set(key=key(RuleName.DAY), value=100_00)

    await till.refused(Money(100_01, RUB))
    await till.spend(Money(100_00, RUB))

    assert await till.used(RuleName.DAY) == Money(100_00, RUB)


async def test_of_several_rules_the_one_that_holds_longest_is_named(till: Till) -> None:
    """Who is told `tomorrow` must not hear `next month` then."""
    for name in (RuleName.DAY, RuleName.MONTH):
        await till.limits.set(key=key(name), value=10_00)
    month = await till.refused(Money(11_00, RUB))
    await till.limits.set(key=key(RuleName.PAYMENT), value=5_00)

    payment = await till.refused(Money(11_00, RUB))

    assert (month["rule"], payment["rule"], payment["resets_at"]) == ("month", "payment", None)


async def test_counts_limit_how_often(till: Till, clock: TestClock) -> None:
    await till.limits.set(key=key(RuleName.DAY_COUNT), value=2)
    await till.limits.set(key=key(RuleName.MONTH_COUNT), value=3)
    await till.spend(Money(1, RUB))
    await till.spend(Money(1, RUB))
    day = await till.refused(Money(1, RUB))
    clock.advance(days=1)
    await till.spend(Money(1, RUB))

    month = await till.refused(Money(1, RUB))

    assert (day["rule"], day["limit"], day["left"]) == ("day_count", 2, 0)
    assert (month["rule"], month["limit"], month["left"]) == ("month_count", 3, 0)


async def test_a_kind_has_its_own_limit_within_the_one_of_all(till: Till) -> None:
    """What is spent on one kind leaves another's limit alone, but not the common one."""
    await till.limits.set(key=key(RuleName.DAY, "exchange"), value=10_00)
    await till.limits.set(key=key(RuleName.DAY), value=15_00)
    await till.spend(Money(10_00, RUB), "exchange")
    own = await till.refused(Money(1, RUB), "exchange")
    await till.spend(Money(5_00, RUB), "invoice")

    common = await till.refused(Money(1, RUB), "invoice")

    assert (own["kind"], common["kind"]) == ("exchange", ANY)


async def test_currencies_are_counted_apart(till: Till) -> None:
    await till.limits.set(key=key(RuleName.DAY), value=10_00)
    await till.spend(Money(10_00, RUB))

    await till.spend(Money(10_00, USD))

    assert (await till.refused(Money(1, RUB)))["rule"] == "day"


async def test_what_is_given_back_is_free_again(till: Till) -> None:
    await till.limits.set(key=key(RuleName.DAY), value=10_00)
    await till.limits.set(key=key(RuleName.DAY_COUNT), value=1)
    await till.spend(Money(10_00, RUB))

    await till.give_back(Money(10_00, RUB), till.clock())
    await till.spend(Money(10_00, RUB))

    assert await till.used(RuleName.DAY) == Money(10_00, RUB)


async def test_it_goes_back_to_the_day_it_was_used_on(till: Till, clock: TestClock) -> None:
    """A hold of yesterday that ends today must not make today larger."""
    await till.limits.set(key=key(RuleName.DAY), value=10_00)
    await till.limits.set(key=key(RuleName.MONTH), value=30_00)
    yesterday = clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    await till.spend(Money(10_00, RUB))
    clock.advance(days=1)
    await till.spend(Money(10_00, RUB))

    await till.give_back(Money(10_00, RUB), yesterday)

    assert await till.used(RuleName.DAY) == Money(10_00, RUB)
    assert await till.used(RuleName.MONTH) == Money(10_00, RUB)


async def test_nothing_is_given_back_that_was_not_used(till: Till) -> None:
    """Counters never go below nothing, which would be room for more than the limit."""
    await till.limits.set(key=key(RuleName.DAY), value=10_00)
    await till.limits.set(key=key(RuleName.DAY_COUNT), value=9)
    await till.spend(Money(1_00, RUB))

    await till.give_back(Money(5_00, RUB), till.clock())
    await till.give_back(Money(5_00, RUB), till.clock())

    assert await till.used(RuleName.DAY) == Money(0, RUB)
    assert await till.used(RuleName.DAY_COUNT) == 0


async def test_a_new_month_begins_where_the_operator_is(till: Till, clock: TestClock) -> None:
    """In Moscow it is December for three hours before it is in Greenwich."""
    await till.limits.set(key=key(RuleName.MONTH), value=10_00)
    clock.now = datetime(2026, 11, 30, 20, 59, 59, tzinfo=UTC)
    await till.spend(Money(10_00, RUB))
    refusal = await till.refused(Money(1, RUB))

    clock.now = refusal["resets_at"]
    await till.spend(Money(10_00, RUB))

    assert refusal["resets_at"] == datetime(2026, 11, 30, 21, tzinfo=UTC)


async def test_counters_are_forgotten_when_nothing_asks_for_them(
    till: Till, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few in each transaction, until there are no more."""
    monkeypatch.setattr(limits, "FORGOTTEN_AT_ONCE", 2)
    for _ in range(3):
        await till.spend(Money(10_00, RUB))
        clock.advance(days=1)
    clock.advance(days=200)
    await till.spend(Money(1_00, RUB))

    await till.limits.forget()

    def kept(book: BookTables) -> int:
        rows = book.limits._connection.execute("SELECT period FROM limit_uses")
        return len(rows.fetchall())

    assert await till.store.read(kept) == 2


async def test_a_check_counts_nothing(till: Till) -> None:
    await till.limits.set(key=key(RuleName.DAY), value=10_00)
    at = till.clock()

    for _ in range(3):
        await till.store.read(
            lambda book: limits.check(book, OPEN, till.holder, "invoice", Money(10_00, RUB), at)
        )

    assert await till.used(RuleName.DAY) == Money(0, RUB)


# What the operator states


async def test_what_is_stated_counts_at_once_and_until_it_is_reset(
    till: Till, store: AnyStore
) -> None:
    """Each change is a step of the rule's life, so that it can be asked who opened a limit."""
    shipped = Limits(store=store, now=till.clock, terms=LimitTerms(MOSCOW))
    rule = key(RuleName.PAYMENT)

    stated = await shipped.set(key=rule, value=None)
    listed = await shipped.listed(currencies=[RUB])
    again = await shipped.reset(key=rule)
    await shipped.reset(key=rule)
    steps = await store.read(lambda book: book.steps.of(rule.subject))

    assert stated in listed
    assert again.limit == roubles(15_000)
    assert [(each.event, each.state) for each in steps] == [
        ("set", "none"),
        ("reset", "15000.00 RUB"),
    ]


@pytest.mark.parametrize(
    ("rule", "value", "error"),
    [
        (key(RuleName.DAY, "gambling"), 1, LimitRuleUnknownError),
        (key(RuleName.BALANCE, "invoice"), 1, LimitRuleUnknownError),
        (key(RuleName.DAY), -1, LimitValueError),
        (key(RuleName.DAY), 10**15 + 1, LimitValueError),
        (key(RuleName.DAY_COUNT), 10**6 + 1, LimitValueError),
    ],
)
async def test_what_cannot_be_a_limit_is_refused(
    till: Till, rule: RuleKey, value: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await till.limits.set(key=rule, value=value)


async def test_a_limit_of_nothing_forbids_everything(till: Till) -> None:
    """So an operator closes a kind of spending to a level."""
    await till.limits.set(key=key(RuleName.PAYMENT, "exchange"), value=0)

    assert (await till.refused(Money(1, RUB), "exchange"))["limit"] == Money(0, RUB)


def test_higher_levels_allow_more_of_everything() -> None:
    """Or it would be wrong to tell people that raising the level helps."""
    for of, name in itertools.product((RUB, USD, CURRENCIES["KZT"]), RuleName):
        values = [SHIPPED.value(key(name, level=level, of=of)) for level in Level]
        known = [value for value in values if value is not None]
        assert known == sorted(known)
        assert None not in values[: len(known)]


def test_shipped_limits_are_whole_units_of_any_currency() -> None:
    """Yen have no smaller unit; what nobody has thought about is narrow."""
    yen = SHIPPED.value(key(RuleName.PAYMENT, of=CURRENCIES["JPY"]))
    dinar = SHIPPED.value(key(RuleName.PAYMENT, of=CURRENCIES["KWD"]))

    assert (yen, dinar) == (200, 200_000)


@pytest.mark.parametrize(
    ("has_email", "is_person", "level"),
    [
        (False, False, Level.PHONE),
        (True, False, Level.EMAIL),
        (False, True, Level.PERSON),
        (True, True, Level.PERSON),
    ],
)
def test_a_level_is_the_best_of_what_was_proved(
    has_email: bool,  # noqa: FBT001
    is_person: bool,  # noqa: FBT001
    level: Level,
) -> None:
    assert level_of(has_email=has_email, is_person=is_person) is level


# Money that comes


async def test_cash_above_the_balance_limit_is_refused(cast: Cast) -> None:
    """At the check, before the cash is in the machine, and at the payment all the same."""
    ann, terminal = await cast.join(), await cast.terminal(bond_minor=100_000_00)
    topups = cast.services.topups
    await topups.pay(terminal=terminal, receipt="1", phone=PHONE, amount=roubles(14_000))

    for ask in (topups.check, topups.pay):
        with pytest.raises(BalanceLimitError) as refusal:
            await ask(terminal=terminal, receipt="2", phone=PHONE, amount=roubles(1_001))
        assert refusal.value.values == {
            "limit": roubles(15_000),
            "left": roubles(1_000),
            "level": "phone",
            "raised_by": "email",
        }
    await topups.pay(terminal=terminal, receipt="3", phone=PHONE, amount=roubles(1_000))

    [known] = await topups.where(holder=ann, receipt="2")
    assert known.state is TopUpState.ANNOUNCED
    assert await cast.available(ann) == 15_000_00
    assert await cast.faults() == []


async def test_cash_of_many_terminals_at_once_stays_below_the_limit(cast: Cast) -> None:
    ann = await cast.join()
    terminals = [await cast.terminal(bond_minor=100_000_00) for _ in range(4)]

    outcomes = await asyncio.gather(
        *(
            cast.services.topups.pay(
                terminal=terminal, receipt="7", phone=PHONE, amount=roubles(5_000)
            )
            for terminal in terminals
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(each, BalanceLimitError) for each in outcomes) == 1
    assert await cast.available(ann) == 15_000_00


async def test_a_receipt_that_was_credited_is_told_so_above_the_limit(cast: Cast) -> None:
    """A repeat is no new money: a fatal code would have the terminal give the cash back."""
    await cast.join()
    terminal = await cast.terminal(bond_minor=100_000_00)

    async def pay() -> TopUpState:
        paid = await cast.services.topups.pay(
            terminal=terminal, receipt="1", phone=PHONE, amount=roubles(15_000)
        )
        return paid.state

    assert [await pay(), await pay()] == [TopUpState.CREDITED] * 2


async def test_the_operator_may_pass_the_balance_limit(cast: Cast) -> None:
    """A correction gives the holder what is the holder's; spending it is limited all the same."""
    ann = await cast.join()

    await cast.fund(ann, 50_000_00)

    assert await cast.available(ann) == 50_000_00


# Periods


@given(
    at=st.integers(0, 37 * 366 * 24 * 60).map(
        lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    zone=st.sampled_from(
        [
            "Europe/Moscow",
            "Europe/Berlin",
            "America/Havana",
            "Asia/Beirut",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Asia/Kathmandu",
        ]
    ),
)
def test_every_moment_is_in_one_day_and_one_month(at: datetime, zone: str) -> None:
    """Also where midnight comes twice, or not at all, or a day was left out of the calendar."""
    terms = LimitTerms(ZoneInfo(zone))

    periods = terms.periods(at)
    for period, name in ((periods.day, RuleName.DAY), (periods.month, RuleName.MONTH)):
        before = terms.periods(period.ends_at - timedelta(microseconds=1)).of(name)
        after = terms.periods(period.ends_at).of(name)
        assert before is not None
        assert after is not None

        assert at < period.ends_at
        assert before.number == period.number < after.number


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (10, 25), (6, 24)])
def test_a_day_is_as_long_as_its_zone_makes_it(month: int, hours: int) -> None:
    berlin = LimitTerms(ZoneInfo("Europe/Berlin"))
    sunday = {3: 29, 10: 25, 6: 28}[month]
    noon = datetime(2026, month, sunday, 12, tzinfo=UTC)

    today = berlin.periods(noon).day
    yesterday = berlin.periods(noon - timedelta(days=1)).day

    assert today.ends_at - yesterday.ends_at == timedelta(hours=hours)


# Against a model

amounts = st.integers(1, 40)
steps_of_time = st.sampled_from([timedelta(0), timedelta(hours=5), timedelta(days=9)])
acts = st.lists(
    st.tuples(st.sampled_from(["spend", "give back"]), st.sampled_from(KINDS[1:4]), amounts),
    min_size=1,
    max_size=25,
)


@settings(deadline=None)  # a whole wallet is made for each
@given(
    acts=acts,
    waits=st.lists(steps_of_time, min_size=25, max_size=25),
    rules=st.dictionaries(
        st.tuples(st.sampled_from(KINDS[:4]), st.sampled_from(list(RuleName)[:5])),
        st.integers(0, 100),
        max_size=5,
    ),
)
def test_it_decides_as_one_who_remembers_every_payment(
    acts: list[tuple[str, str, int]],
    waits: list[timedelta],
    rules: dict[tuple[str, RuleName], int],
) -> None:
    """Counters of days and months against a list of all that was ever spent."""
    at = datetime(2026, 11, 25, 20, tzinfo=UTC)
    spent: list[tuple[datetime, str, int]] = []
    with memory_book() as book:
        book.holders.add(JANE)
        for (kind, name), value in rules.items():
            book.limits.state(replace(Rule(key(name, kind), value), is_stated=True))

        for (act, kind, minor), wait in zip(acts, waits, strict=False):
            at += wait
            mine = [each for each in spent if each[1] == kind]
            if act == "give back" and mine:
                was = mine[0]
                spent.remove(was)
                limits.give_back(book, OPEN, JANE.id, kind, Money(was[2], RUB), was[0])
                continue
            allowed = all(
                _fits(spent, (at, kind, minor), of, name, value)
                for (of, name), value in rules.items()
            )
            assert _passes(book, kind, minor, at) is allowed
            if allowed:
                spent.append((at, kind, minor))


def _passes(book: BookTables, kind: str, minor: int, at: datetime) -> bool:
    try:
        limits.spend(book, OPEN, JANE, kind, Money(minor, RUB), at)
    except LimitExceededError:
        return False
    return True


def _fits(
    spent: list[tuple[datetime, str, int]],
    new: tuple[datetime, str, int],
    kind: str,
    name: RuleName,
    value: int,
) -> bool:
    """Whether the rule has room for *new* after all that was *spent*."""
    at, of, minor = new
    if kind not in (ANY, of):
        return True
    if name is RuleName.PAYMENT:
        return minor <= value
    form = "%Y-%m-%d" if name in (RuleName.DAY, RuleName.DAY_COUNT) else "%Y-%m"

    def period(moment: datetime) -> str:
        return moment.astimezone(MOSCOW).strftime(form)

    together = [each for each in spent if period(each[0]) == period(at) and kind in (ANY, each[1])]
    if name in (RuleName.DAY_COUNT, RuleName.MONTH_COUNT):
        return len(together) + 1 <= value
    return sum(each[2] for each in together) + minor <= value
