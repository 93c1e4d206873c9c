"""Exchange between own accounts: what is offered is what happens, once, and within limits."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from purser.services import Services, create_services
from services import exchange
from services.errors import KeyReusedError, WalletError
from services.exchange import (
    ExchangeExhaustedError,
    ExchangeLimitError,
    ExchangePairError,
    ExchangeTooSmallError,
)
from services.exchange_terms import ExchangeTerms, StatedTerms
from services.exchanges import ExchangeProposal, Wish
from services.history import Wanted
from services.holders import Holder, WalletLockedError
from services.ids import new_id
from services.ledger import AccountId, InsufficientFundsError
from services.levels import Level
from services.limit_rules import RuleKey, RuleName
from services.limits import BalanceLimitError, LimitExceededError
from services.money import EUR, RUB, USD, Currency, Money
from services.offers import (
    OfferExpiredError,
    OfferNotFoundError,
    OfferState,
    OfferWithdrawnError,
)
from services.rates import Quote, RateMissingError, RateStaleError
from services.sources import Rules
from services.treasury import Change, TermsNotUnderstoodError, parse_points, percent
from services.vault import Vault
from storage.engines import AnyStore
from tests.cast import OTHER_PHONE, Cast
from tests.clock import TestClock

DOLLARS = Wish(RUB, USD, Money(10_00, USD))
"""Ten of them, at 92.50 roubles."""


@pytest.fixture
async def ann(cast: Cast, services: Services) -> Holder:
    """Somebody with 2000 roubles, and a rate."""
    await services.rates.set(pair="USD/RUB", rate="92.50")
    holder = await cast.join()
    await cast.fund(holder, 2000_00)
    return holder


async def confirmed(services: Services, holder: Holder, wish: Wish, key: str) -> ExchangeProposal:
    offered = await services.exchanges.offer(holder=holder, wish=wish, key=key)
    return await services.exchanges.confirm(holder=holder, offer_id=offered.offer.id)


async def exchanged(cast: Cast, holder: Holder, wish: Wish, key: str = "x") -> ExchangeProposal:
    services = cast.services
    held = await confirmed(services, holder, wish, key)
    return await services.exchanges.prove(
        holder=holder, offer_id=held.offer.id, typed=await cast.code()
    )


async def posted(store: AnyStore, account: AccountId) -> int:
    def view(book: Any) -> int:
        balance = book.ledger.balance(account)
        return 0 if balance is None else int(balance.posted.minor)

    return await store.read(view)


async def test_both_sides_move_at_once(cast: Cast, store: AnyStore, ann: Holder) -> None:
    """Roubles go to the position, dollars come from it, the fee is apart; and books balance."""
    await cast.services.treasury.state(
        pair="USD/RUB", change=Change(spread_points=100, fee_points=50)
    )

    done = await exchanged(cast, ann, DOLLARS)

    assert done.is_done
    assert done.conversion.gets == Money(10_00, USD)
    assert done.conversion.gives == Money(938_94, RUB)  # 934.25, and half a percent of the whole
    assert await cast.available(ann, USD) == 10_00
    assert await cast.available(ann, RUB) == 2000_00 - 938_94
    assert await posted(store, exchange.position(RUB)) == 934_25
    assert await posted(store, exchange.position(USD)) == -10_00
    assert await posted(store, exchange.fees(RUB)) == 4_69
    assert await cast.faults() == []


async def test_amount_of_either_side(cast: Cast, ann: Holder) -> None:
    """All of what is given, or exactly what shall arrive."""
    by_given = Wish(RUB, USD, Money(925_00, RUB))

    given = await cast.services.exchanges.offer(holder=ann, wish=by_given, key="a")
    got = await cast.services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")

    assert given.conversion == got.conversion
    assert given.conversion.gives == Money(925_00, RUB)
    with pytest.raises(ValueError, match="neither side"):
        Wish(RUB, USD, Money(1, EUR))


async def test_rate_is_kept_as_long_as_the_offer_stands(
    cast: Cast, services: Services, ann: Holder, clock: TestClock
) -> None:
    """The market moves; what was promised does not, until the minute that was named."""
    await cast.fund(ann, 1000_00)
    offered = await services.exchanges.offer(holder=ann, wish=DOLLARS, key="a")
    await services.rates.set(pair="USD/RUB", rate="120")
    await services.treasury.state(pair="*", change=Change(spread_points=500))
    clock.advance(minutes=9)

    held = await services.exchanges.confirm(holder=ann, offer_id=offered.offer.id)
    done = await services.exchanges.prove(
        holder=ann, offer_id=held.offer.id, typed=await cast.code()
    )

    assert done.conversion == offered.conversion
    assert offered.offer.expires_at - offered.offer.created_at == timedelta(minutes=10)
    clock.advance(minutes=1)
    late = await services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")
    assert late.conversion.gives == Money(1260_00, RUB)
    clock.advance(minutes=10)
    with pytest.raises(OfferExpiredError):
        await services.exchanges.confirm(holder=ann, offer_id=late.offer.id)


async def test_repeats_change_nothing(cast: Cast, services: Services, ann: Holder) -> None:
    """Each tap may come twice; the money moves once."""
    first = await exchanged(cast, ann, DOLLARS)

    again = [
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="x"),
        await services.exchanges.confirm(holder=ann, offer_id=first.offer.id),
        await services.exchanges.resend(holder=ann, offer_id=first.offer.id),
        await services.exchanges.prove(holder=ann, offer_id=first.offer.id, typed="000000"),
        await services.exchanges.receipt(holder=ann, exchange_id=first.offer.id),
    ]

    assert {each.offer.id for each in again} == {first.offer.id}
    assert all(each.is_done for each in again)
    assert await cast.available(ann, USD) == 10_00
    with pytest.raises(KeyReusedError):
        await services.exchanges.offer(holder=ann, wish=Wish(USD, RUB, Money(1, USD)), key="x")


async def test_somebody_elses_offer_is_none(cast: Cast, services: Services, ann: Holder) -> None:
    """An id alone opens nothing."""
    bob = await cast.join(8, OTHER_PHONE)
    offered = await services.exchanges.offer(holder=ann, wish=DOLLARS, key="a")

    for act in (services.exchanges.confirm, services.exchanges.withdraw):
        with pytest.raises(OfferNotFoundError):
            await act(holder=bob, offer_id=offered.offer.id)
    with pytest.raises(OfferNotFoundError):
        await services.exchanges.receipt(holder=bob, exchange_id=offered.offer.id)


async def test_cancel_frees_what_was_held(cast: Cast, services: Services, ann: Holder) -> None:
    """The money, and its line in the history says why."""
    held = await confirmed(services, ann, DOLLARS, "a")
    reserved = await cast.available(ann)

    await services.exchanges.withdraw(holder=ann, offer_id=held.offer.id)

    page = await services.history.page(holder=ann.id, wanted=Wanted(kind="exchange"))
    [line] = page.operations
    _, steps = await services.history.open(holder=ann.id, operation_id=line.id)
    assert (reserved, await cast.available(ann)) == (2000_00 - 925_00, 2000_00)
    assert (line.state, line.amount, line.note) == ("failed", Money(-925_00, RUB), "10.00 USD")
    assert [(each.event, each.reason) for each in steps] == [("hold", ""), ("fail", "cancelled")]
    with pytest.raises(OfferWithdrawnError):
        await services.exchanges.confirm(holder=ann, offer_id=held.offer.id)
    assert await cast.faults() == []


async def test_offer_that_nobody_confirms_just_ends(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """Nothing was held, so there is no line of it."""
    offered = await services.exchanges.offer(holder=ann, wish=DOLLARS, key="a")

    ended = await services.exchanges.withdraw(holder=ann, offer_id=offered.offer.id)

    page = await services.history.page(holder=ann.id, wanted=Wanted(kind="exchange"))
    assert ended.offer.state is OfferState.WITHDRAWN
    assert page.operations == []


async def test_time_frees_what_was_held(
    cast: Cast, services: Services, ann: Holder, clock: TestClock
) -> None:
    """By itself, when the offer's time is over."""
    held = await confirmed(services, ann, DOLLARS, "a")
    early = await services.offer_expiry.expire(offer_id=held.offer.id)
    clock.advance(minutes=10)

    await cast.deliver()

    found = await services.exchanges.receipt(holder=ann, exchange_id=held.offer.id)
    assert not early
    assert found.offer.state is OfferState.EXPIRED
    assert await cast.available(ann) == 2000_00
    assert await cast.faults() == []


async def test_lock_ends_what_waits_for_its_code(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """A stolen phone exchanges nothing."""
    held = await confirmed(services, ann, DOLLARS, "a")
    code = await cast.code()
    await services.wallets.lock(holder=ann)

    with pytest.raises(WalletLockedError):
        await services.exchanges.prove(holder=ann, offer_id=held.offer.id, typed=code)

    assert await cast.available(ann) == 2000_00
    with pytest.raises(WalletLockedError):
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")


async def test_small_exchange_needs_no_code(
    store: AnyStore, vault: Vault, clock: TestClock, ann: Holder
) -> None:
    """Where the operator says so; hold and exchange are one step then."""
    services = create_services(
        store=store,
        vault=vault,
        now=clock,
        new_id=new_id,
        rules=Rules(code_from_minor={"RUB": 1000_00}),
    )

    done = await confirmed(services, ann, DOLLARS, "a")

    assert done.is_done
    assert (await services.books.audit()).faults == []


@pytest.mark.parametrize(
    ("wish", "refused"),
    [
        (Wish(RUB, USD, Money(2000_01, RUB)), InsufficientFundsError),
        (Wish(USD, RUB, Money(1_00, USD)), InsufficientFundsError),
        (Wish(RUB, EUR, Money(100_00, RUB)), ExchangePairError),
        (Wish(RUB, RUB, Money(100_00, RUB)), ExchangePairError),
        (Wish(RUB, USD, Money(1, RUB)), ExchangeTooSmallError),
    ],
)
async def test_what_cannot_be_exchanged(
    services: Services, ann: Holder, wish: Wish, refused: type[WalletError]
) -> None:
    """Nothing is offered that could not be done."""
    with pytest.raises(refused):
        await services.exchanges.offer(holder=ann, wish=wish, key="a")


async def test_limits_of_the_holder_hold_for_exchange_too(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """What may be given in a day, and what may be kept of what is got."""
    day = RuleKey(Level.PHONE, RUB, "exchange", RuleName.DAY)
    kept = RuleKey(Level.PHONE, USD, "any", RuleName.BALANCE)
    await services.limits.set(key=day, value=1500_00)
    await services.limits.set(key=kept, value=15_00)
    await exchanged(cast, ann, DOLLARS)

    with pytest.raises(BalanceLimitError):
        await services.exchanges.offer(holder=ann, wish=Wish(RUB, USD, Money(5_01, USD)), key="b")
    await services.limits.set(key=kept, value=1000_00)
    with pytest.raises(LimitExceededError) as refused:
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="c")

    assert refused.value.values["left"] == Money(575_00, RUB)


async def test_what_was_let_go_may_be_given_again(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """A cancelled exchange uses up no limit."""
    day = RuleKey(Level.PHONE, RUB, "exchange", RuleName.DAY)
    await services.limits.set(key=day, value=1000_00)
    held = await confirmed(services, ann, DOLLARS, "a")
    await services.exchanges.withdraw(holder=ann, offer_id=held.offer.id)

    assert (await exchanged(cast, ann, DOLLARS, "b")).is_done


async def test_account_that_filled_up_meanwhile_frees_the_money(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """Between Confirm and the code somebody was given dollars."""
    kept = RuleKey(Level.PHONE, USD, "any", RuleName.BALANCE)
    await services.limits.set(key=kept, value=15_00)
    held = await confirmed(services, ann, DOLLARS, "a")
    code = await cast.code()
    await cast.fund(ann, 6_00, USD)

    with pytest.raises(BalanceLimitError):
        await services.exchanges.prove(holder=ann, offer_id=held.offer.id, typed=code)

    assert await cast.available(ann) == 2000_00


async def test_account_that_filled_up_before_confirm_holds_nothing(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """It is said before anything is reserved: where no code is asked there is no later."""
    kept = RuleKey(Level.PHONE, USD, "any", RuleName.BALANCE)
    await services.limits.set(key=kept, value=15_00)
    offered = await services.exchanges.offer(holder=ann, wish=DOLLARS, key="a")
    await cast.fund(ann, 6_00, USD)

    with pytest.raises(BalanceLimitError):
        await services.exchanges.confirm(holder=ann, offer_id=offered.offer.id)

    assert await cast.available(ann) == 2000_00


async def test_rate_must_be_there_and_young(
    cast: Cast, services: Services, clock: TestClock
) -> None:
    """Friday's serves until Tuesday; after six days there is none to exchange at."""
    holder = await cast.join()
    await cast.fund(holder, 2000_00)
    with pytest.raises(RateMissingError):
        await services.exchanges.offer(holder=holder, wish=DOLLARS, key="a")
    friday = clock().date()
    await services.rates.keep(quotes=[Quote("USD", "RUB", "92.50", "cbr", friday)])
    clock.advance(days=4)
    price, available = await services.exchanges.price(holder=holder, gives=RUB, gets=USD)
    clock.advance(days=3)

    with pytest.raises(RateStaleError):
        await services.exchanges.offer(holder=holder, wish=DOLLARS, key="b")

    assert (price.text, available) == ("92.5", Money(2000_00, RUB))


async def test_operator_sets_how_old_a_rate_may_be(
    store: AnyStore, vault: Vault, clock: TestClock, ann: Holder
) -> None:
    """A careful one stops at the week-end."""
    services = create_services(
        store=store,
        vault=vault,
        now=clock,
        new_id=new_id,
        rules=Rules(ExchangeTerms(max_age=timedelta(days=1))),
    )
    clock.advance(days=2)

    with pytest.raises(RateStaleError):
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="a")


async def test_wallet_of_many_currencies(
    store: AnyStore, vault: Vault, clock: TestClock, cast: Cast, ann: Holder
) -> None:
    """Older wallets get the new account when money first comes to it."""
    services = create_services(
        store=store,
        vault=vault,
        now=clock,
        new_id=new_id,
        currencies=(EUR, RUB, USD),
    )
    await services.rates.set(pair="EUR/RUB", rate="100")
    before = await services.wallets.show(holder=ann)

    wider = Cast(services, store, clock)
    await exchanged(wider, ann, Wish(RUB, EUR, Money(1000_00, RUB)))
    await services.wallets.correct(phone=ann.phone, amount=Money(1, EUR), reason="gift")
    after = await services.wallets.show(holder=ann)

    assert [each.posted for each in before.balances] == [
        Money(0, EUR),
        Money(2000_00, RUB),
        Money(0, USD),
    ]
    assert before.total == Money(20_00, EUR)
    assert after.balances[0].posted == Money(10_01, EUR)
    assert await wider.faults() == []


async def test_exchange_is_kept_with_its_rate(
    cast: Cast, store: AnyStore, ann: Holder, clock: TestClock
) -> None:
    """Rate, date, source and fee can be told years later."""
    done = await exchanged(cast, ann, DOLLARS)

    kept = await store.read(lambda book: book.exchanges.find(f"exchange/{done.offer.id}"))

    assert kept is not None
    assert (kept.conversion, kept.holder) == (done.conversion, ann.id)
    assert (kept.conversion.rate, kept.conversion.source) == ("92.5", "operator")
    assert kept.conversion.rate_at == clock()


async def limit(services: Services, of: Currency, short: int | None, long: int | None) -> None:
    sides = {"short": short, "long": long}
    await services.treasury.limit(
        of=of,
        short=None if short is None else Money(short, of),
        long=None if long is None else Money(long, of),
        free=frozenset(name for name, minor in sides.items() if minor is None),
    )


async def test_position_stops_before_its_limit(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """15 dollars may be short: after ten, five are left, and the way back is free."""
    await limit(services, USD, 15_00, None)
    await exchanged(cast, ann, DOLLARS)

    with pytest.raises(ExchangeLimitError) as refused:
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")
    five = await exchanged(cast, ann, Wish(RUB, USD, Money(5_00, USD)), "c")
    with pytest.raises(ExchangeExhaustedError):
        await services.exchanges.offer(holder=ann, wish=Wish(RUB, USD, Money(1, USD)), key="d")
    back = await exchanged(cast, ann, Wish(USD, RUB, Money(1_00, USD)), "e")

    assert refused.value.values["most"] == Money(5_00, USD)
    assert five.is_done
    assert back.is_done
    [position] = [each for each in await services.treasury.positions() if each.currency == USD]
    assert (position.posted, position.sellable) == (Money(-14_00, USD), 1_00)


async def test_what_is_held_counts_already(cast: Cast, services: Services, ann: Holder) -> None:
    """A promise is kept: who confirmed first has the room until the code or the end."""
    bob = await cast.join(8, OTHER_PHONE)
    await cast.fund(bob, 2000_00)
    await limit(services, USD, 15_00, None)
    offered = await services.exchanges.offer(holder=bob, wish=DOLLARS, key="b")
    held = await confirmed(services, ann, DOLLARS, "a")

    with pytest.raises(ExchangeLimitError):
        await services.exchanges.confirm(holder=bob, offer_id=offered.offer.id)
    waiting = await services.treasury.positions()
    await services.exchanges.withdraw(holder=ann, offer_id=held.offer.id)
    again = await services.exchanges.confirm(holder=bob, offer_id=offered.offer.id)

    assert [(each.currency, each.going) for each in waiting] == [(USD, Money(10_00, USD))]
    assert again.offer.state is OfferState.CONFIRMED
    assert await cast.available(ann) == 2000_00


async def test_too_much_of_what_is_given(cast: Cast, services: Services, ann: Holder) -> None:
    """The other side has a limit too: no more roubles than a thousand."""
    await limit(services, RUB, None, 1000_00)
    await exchanged(cast, ann, DOLLARS)

    with pytest.raises(ExchangeLimitError) as refused:
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")

    assert refused.value.values["most"] == Money(81, USD)  # for 75 roubles


async def test_side_that_is_not_named_keeps_its_limit(services: Services) -> None:
    """Who raises one must not lose the other."""
    await services.treasury.limit(of=USD, short=Money(15_00, USD), long=Money(20_00, USD))

    [changed] = await services.treasury.limit(of=USD, short=Money(0, USD))
    [freed] = await services.treasury.limit(of=USD, free=frozenset({"long"}))

    assert (changed.short, changed.long) == (Money(0, USD), Money(20_00, USD))
    assert (freed.short, freed.long) == (Money(0, USD), None)


async def test_limit_that_is_taken_away_stops_nothing(
    cast: Cast, services: Services, ann: Holder
) -> None:
    """And one that is set below the position stops only what leads further away."""
    await exchanged(cast, ann, DOLLARS)
    await limit(services, USD, 5_00, None)
    with pytest.raises(ExchangeExhaustedError):
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")
    await limit(services, USD, None, None)

    assert (await exchanged(cast, ann, DOLLARS, "c")).is_done


async def test_crowd_at_the_limit(
    cast: Cast, services: Services, store: AnyStore, ann: Holder
) -> None:
    """Twenty at once where seven have room: seven confirmations, and never an eighth."""
    await limit(services, USD, 7_00, None)
    people = [ann]
    for number in range(19):
        holder = await services.wallets.open(phone=f"+7926111{number:04d}")
        await cast.fund(holder, 200_00)
        people.append(holder)
    one = Wish(RUB, USD, Money(1_00, USD))
    offers = [
        await services.exchanges.offer(holder=each, wish=one, key=f"o:{each.id}")
        for each in people
    ]

    async def confirm(holder: Holder, offered: ExchangeProposal) -> str:
        try:
            told = await services.exchanges.confirm(holder=holder, offer_id=offered.offer.id)
        except WalletError as exc:
            return exc.code
        return told.offer.state.value

    told = await asyncio.gather(*(confirm(*each) for each in zip(people, offers, strict=True)))

    assert sorted(told) == ["confirmed"] * 7 + ["exchange_exhausted"] * 13
    await cast.deliver()
    codes = {
        each.phone: str(each.values["code"]) for each in cast.sms if "exchange" in each.template
    }
    for holder, offered, said in zip(people, offers, told, strict=True):
        if said == "confirmed":
            await services.exchanges.prove(
                holder=holder, offer_id=offered.offer.id, typed=codes[holder.phone]
            )
    assert await posted(store, exchange.position(USD)) == -7_00
    assert await cast.faults() == []


async def test_operators_terms_are_kept_and_told(services: Services, store: AnyStore) -> None:
    """Each change is a step that nobody can take back; a pair has one name either way."""
    await services.treasury.state(
        pair="USD/RUB", change=Change(spread_points=50, fee_fixed=Money(30_00, RUB))
    )
    await services.treasury.state(pair="RUB/USD", change=Change(fee_points=100, is_on=False))
    await services.treasury.state(pair="*", change=Change(spread_points=100))

    stated = await services.treasury.terms()
    steps = await store.read(lambda book: book.steps.of("exchange_pair/RUB/USD"))

    assert stated == [
        StatedTerms("*", 100),
        StatedTerms("RUB/USD", 50, 100, Money(30_00, RUB), is_on=False),
    ]
    assert [(each.state, each.actor, each.reason) for each in steps] == [
        ("on", "operator", "spread 0.5%, fixed 30.00 RUB"),
        ("off", "operator", "spread 0.5%, fee 1%, fixed 30.00 RUB"),
    ]


async def test_pair_that_is_turned_off(services: Services, ann: Holder) -> None:
    """At once; and on again."""
    await services.treasury.state(pair="RUB/USD", change=Change(is_on=False))
    with pytest.raises(ExchangePairError):
        await services.exchanges.offer(holder=ann, wish=DOLLARS, key="a")

    await services.treasury.state(pair="RUB/USD", change=Change(is_on=True))

    assert await services.exchanges.offer(holder=ann, wish=DOLLARS, key="b")


@pytest.mark.parametrize("pair", ["USD", "USD/USD", "/", ""])
async def test_what_is_no_pair(services: Services, pair: str) -> None:
    """A slip changes nobody's terms."""
    with pytest.raises(TermsNotUnderstoodError):
        await services.treasury.state(pair=pair, change=Change(spread_points=1))


async def test_share_has_bounds(services: Services) -> None:
    """Half of everything is no fee."""
    with pytest.raises(TermsNotUnderstoodError):
        await services.treasury.state(pair="*", change=Change(fee_points=5001))


@pytest.mark.parametrize(
    ("text", "points"), [("0.5%", 50), ("1 %", 100), ("12,25%", 1225), ("0%", 0), ("50%", 5000)]
)
def test_share_as_the_operator_writes_it(text: str, points: int) -> None:
    """Hundredths of a percent."""
    assert parse_points(text) == points
    assert parse_points(percent(points)) == points


@pytest.mark.parametrize("text", ["0.5", "50.01%", "-1%", "0.005%", "%", "", "1e1%"])
def test_what_is_no_share(text: str) -> None:
    """Without a percent sign it could be meant either way."""
    with pytest.raises(TermsNotUnderstoodError):
        parse_points(text)
