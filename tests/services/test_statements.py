"""Statements tie to the ledger, whatever has happened; spending is what was really paid."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from purser.services import Services, create_services
from services.calendars import month_of
from services.exchanges import Wish
from services.holders import Holder
from services.ids import new_id
from services.ledger import (
    Account,
    AccountNotFoundError,
    Transaction,
    Transfer,
    account_id,
    suspense,
)
from services.limits import LimitTerms
from services.money import EUR, RUB, USD, Money
from services.sources import Rules
from services.spending import NothingSpentError
from services.statements import (
    Period,
    PeriodNotUnderstoodError,
    PeriodTooLongError,
    Statement,
    StatementDoesNotTieError,
    StatementTooLongError,
)
from services.vault import Vault
from storage.book import BookTables
from storage.engines import AnyStore
from tests.cast import Cast
from tests.catalogue import DRAGONS, order
from tests.clock import TestClock

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
TODAY = Period(date(2026, 11, 24), date(2026, 11, 24))


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """Somebody with 5,000 roubles since this morning."""
    holder = await cast.join()
    await cast.fund(holder, 5_000_00)
    return holder


def ties(statement: Statement) -> bool:
    """Opening and all entries lead to the closing balance, line by line."""
    running = statement.opening.minor
    for entry in statement.entries:
        running += entry.amount.minor
        if entry.balance.minor != running:
            return False
    by_sums = statement.opening + statement.came - statement.went
    return running == statement.closing.minor == by_sums.minor


async def test_lists_what_came_and_went(cast: Cast, ann: Holder) -> None:
    """With the other side's name, and the balance after each."""
    cast.clock.advance(minutes=1)
    await cast.pay(ann, await cast.invoice(await cast.shop("Lantern & Co."), 700_00))

    made = await cast.services.statements.of_period(holder=ann, currency=RUB, period=TODAY)

    assert [
        (each.kind, each.title, each.note, each.amount.minor, each.balance.minor)
        for each in made.entries
    ] == [
        ("correction", "test", "", 5_000_00, 5_000_00),
        ("payment", "Lantern & Co.", "A book", -700_00, 4_300_00),
    ]
    assert (made.opening.minor, made.closing.minor) == (0, 4_300_00)
    assert (made.came.minor, made.went.minor) == (5_000_00, 700_00)
    assert (made.phone, made.account) == ("+7916***4567", account_id(ann.owner, RUB))


async def test_both_sides_of_an_exchange(cast: Cast, ann: Holder) -> None:
    """One entry in each currency: its fee is part of what is given."""
    await cast.services.rates.set(pair="USD/RUB", rate="90")
    exchanges = cast.services.exchanges
    offer = await exchanges.offer(holder=ann, wish=Wish(RUB, USD, Money(10_00, USD)), key="x")
    await exchanges.confirm(holder=ann, offer_id=offer.offer.id)
    await exchanges.prove(holder=ann, offer_id=offer.offer.id, typed=await cast.code())

    statements = cast.services.statements
    roubles = await statements.of_period(holder=ann, currency=RUB, period=TODAY)
    dollars = await statements.of_period(holder=ann, currency=USD, period=TODAY)

    assert [each.amount for each in roubles.entries if each.kind == "exchange"] == [
        Money(-900_00, RUB)
    ]
    assert [each.amount for each in dollars.entries] == [Money(10_00, USD)]
    assert ties(roubles)
    assert ties(dollars)


async def test_periods_follow_one_another_without_a_gap(cast: Cast, ann: Holder) -> None:
    """What one closes with, the next opens with."""
    shop, days = await cast.shop(), []
    for _ in range(4):
        await cast.pay(ann, await cast.invoice(shop, 100_00))
        days.append(cast.clock().date())
        cast.clock.advance(days=1)

    made = [
        await cast.services.statements.of_period(holder=ann, currency=RUB, period=Period(day, day))
        for day in days
    ]

    assert [each.closing for each in made[:-1]] == [each.opening for each in made[1:]]
    assert all(ties(each) for each in made)
    wallet = await cast.services.wallets.show(holder=ann)
    assert made[-1].closing in [each.posted for each in wallet.balances]


async def test_reserved_money_is_still_there(cast: Cast, ann: Holder) -> None:
    """A hold moves nothing: the statement is of what is posted."""
    waiting = await cast.invoice(await cast.shop(), 100_00)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=waiting.id, key="w")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)

    made = await cast.services.statements.of_period(holder=ann, currency=RUB, period=NOVEMBER)

    assert made.closing == Money(5_000_00, RUB)


async def test_days_are_those_of_the_operators_zone(
    cast: Cast, ann: Holder, store: AnyStore, vault: Vault, clock: TestClock
) -> None:
    """Half past midnight in Moscow is the day before in Greenwich."""
    moscow = create_services(
        store=store, vault=vault, now=clock, new_id=new_id, rules=_rules("Europe/Moscow")
    )
    clock.now = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    await cast.pay(ann, await cast.invoice(await cast.shop(), 100_00))

    period = Period(date(2026, 11, 25), date(2026, 11, 25))
    made = await moscow.statements.of_period(holder=ann, currency=RUB, period=period)

    assert [each.amount.minor for each in made.entries] == [-100_00]
    assert moscow.statements.this_month() == Period(date(2026, 11, 1), date(2026, 11, 25))
    assert moscow.statements.last_month() == Period(date(2026, 10, 1), date(2026, 10, 31))


def _rules(zone: str) -> Rules:
    return Rules(limits=LimitTerms(zone=ZoneInfo(zone)))


async def test_refuses_what_it_cannot_show(
    cast: Cast, ann: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that is not there, ages, and more lines than a phone opens."""
    statements = cast.services.statements
    with pytest.raises(AccountNotFoundError):
        await statements.of_period(holder=ann, currency=EUR, period=TODAY)
    period = Period(date(2020, 1, 1), date(2026, 1, 1))
    with pytest.raises(PeriodTooLongError):
        await statements.of_period(holder=ann, currency=RUB, period=period)
    monkeypatch.setattr("services.statements.ENTRIES_MAX", 0)
    with pytest.raises(StatementTooLongError):
        await statements.of_period(holder=ann, currency=RUB, period=TODAY)


async def test_never_shows_what_does_not_tie(
    cast: Cast, ann: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transfer that is missing from the journal is a fault, not a smaller statement."""
    monkeypatch.setattr("storage.statements.StatementTables.moves", lambda *_: [])

    with pytest.raises(StatementDoesNotTieError):
        await cast.services.statements.of_period(holder=ann, currency=RUB, period=TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("01.11.2026 - 15.11.2026", date(2026, 11, 1), date(2026, 11, 15)),
        ("1.11.2026–15.11.2026", date(2026, 11, 1), date(2026, 11, 15)),
        ("2026-11-01 2026-11-15", date(2026, 11, 1), date(2026, 11, 15)),
        ("2026-11-01..2026-12-31", date(2026, 11, 1), date(2026, 12, 31)),
        ("1/11/2026, 15/11/2026", date(2026, 11, 1), date(2026, 11, 15)),
        (" 24.11.2026 ", date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
async def test_reads_dates_as_people_write_them(
    services: Services, text: str, first: date, last: date
) -> None:
    """Day first or year first, with whatever between."""
    assert services.statements.parse(text) == Period(first, last)


@pytest.mark.parametrize(
    "text",
    ["", "-", "yesterday", "15.11.2026 - 01.11.2026", "31.02.2026", "25.11.2026", "1.1.2026 " * 3],
)
async def test_says_which_dates_it_does_not_understand(services: Services, text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(PeriodNotUnderstoodError):
        services.statements.parse(text)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 60), st.integers(-900, 900).filter(bool), st.integers(1, 3)),
        max_size=25,
    ),
    ends=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
async def test_ties_after_any_transactions(
    store: AnyStore,
    services: Services,
    vault: Vault,
    clock: TestClock,
    moves: list[tuple[int, int, int]],
    ends: tuple[int, int],
) -> None:
    """In and out, several transfers in one, in whatever order of time, for any period."""
    clock.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    start = clock.now - timedelta(days=60)
    phone = f"+7916{int.from_bytes(new_id(clock()).encode()[-6:], 'big') % 10**7:07}"
    holder = await services.wallets.open(phone=phone)
    account, other = account_id(holder.owner, RUB), suspense(RUB)

    def work(book: BookTables) -> None:
        book.ledger.open(Account(other, "system", RUB, start, -(10**12)))
        given = Transfer(other, account, Money(10**6, RUB))
        book.ledger.post(Transaction(f"t:{phone}", "test", f"t/{phone}", start, (given,)))
        for number, (day, minor, times) in enumerate(moves):
            ends = (other, account) if minor > 0 else (account, other)
            transfers = (Transfer(*ends, Money(abs(minor), RUB)),) * times
            key, at = f"t:{phone}:{number}", start + timedelta(days=day, seconds=number)
            book.ledger.post(Transaction(key, "test", f"t/{key}", at, transfers))

    await store.write(work)
    first, last = (date(2026, 9, 25) + timedelta(days=day) for day in sorted(ends))
    made = await services.statements.of_period(
        holder=holder, currency=RUB, period=Period(first, last)
    )
    whole = await services.statements.of_period(
        holder=holder, currency=RUB, period=Period(date(2026, 1, 1), date(2026, 12, 31))
    )

    def posted(book: BookTables) -> Money | None:
        balance = book.ledger.balance(account)
        return None if balance is None else balance.posted

    assert ties(made)
    assert ties(whole)
    assert whole.closing == await store.read(posted)
    inside = [each for each in whole.entries if made.since <= each.at < made.until]
    assert [each.amount for each in made.entries] == [each.amount for each in inside]


async def test_spending_is_by_category_and_by_day(cast: Cast, ann: Holder) -> None:
    """Providers by the catalogue's category, shops together; reserved money is not spent."""
    await cast.open_catalogue()
    shop = await cast.shop()
    await cast.pay_provider(ann, order())
    await cast.pay(ann, await cast.invoice(shop, 700_00))
    cast.clock.advance(days=2)
    await cast.pay(ann, await cast.invoice(shop, 100_00))
    await cast.deliver()
    waiting = await cast.invoice(shop, 50_00)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=waiting.id, key="w")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)

    spent = await cast.services.spending.of_month(holder=ann)

    assert [(each.name, each.amount.minor, each.count) for each in spent.parts] == [
        ("shops", 800_00, 2),
        ("games", 515_00, 1),
    ]
    assert spent.parts[1].names["ru"] == "Игры"
    assert {day + 1: each.minor for day, each in enumerate(spent.days) if each.minor} == {
        24: 1_215_00,
        26: 100_00,
    }
    assert (spent.total.minor, spent.count, len(spent.days), spent.today) == (1_315_00, 3, 30, 26)


async def test_spending_of_other_months_and_currencies(cast: Cast, ann: Holder) -> None:
    """Each currency by itself; a month without any says so."""
    await cast.open_catalogue()
    await cast.fund(ann, 100_00, USD)
    await cast.pay(ann, await cast.invoice(await cast.shop(), 700_00))
    await cast.pay_provider(ann, order(30_00, DRAGONS))
    await cast.deliver()
    since, until = month_of(cast.clock(), "UTC")
    cast.clock.now = until

    spent = await cast.services.spending.of_month(holder=ann, back=1)

    assert (spent.month, spent.today) == (since.date(), None)
    assert (spent.total, spent.others) == (Money(700_00, RUB), (Money(30_00, USD),))
    with pytest.raises(NothingSpentError):
        await cast.services.spending.of_month(holder=ann)


async def test_small_parts_are_put_together(
    cast: Cast, ann: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture of twenty colours tells nothing."""
    monkeypatch.setattr("services.spending.PARTS_MAX", 1)
    await cast.open_catalogue()
    await cast.pay_provider(ann, order())
    await cast.pay(ann, await cast.invoice(await cast.shop(), 700_00))
    await cast.deliver()

    spent = await cast.services.spending.of_month(holder=ann)

    assert [(each.name, each.amount.minor) for each in spent.parts] == [
        ("shops", 700_00),
        ("others", 515_00),
    ]
