"""What an exchange costs: exact ratios, and a rounding that is against nobody.

The arithmetic is tried on thousands of rates, currencies and terms, on a book of lists; how
the real books keep them is in `test_exchanges.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services import exchange
from services.exchange import (
    Conversion,
    ExchangeExhaustedError,
    ExchangeLimitError,
    ExchangePairError,
    ExchangeTooSmallError,
)
from services.exchange_terms import ExchangeTerms, PairTerms, Position, StatedTerms, pair_key
from services.ledger import Ledger, account_id
from services.money import (
    AMOUNT_MINOR_MAX,
    CURRENCIES,
    EUR,
    RUB,
    USD,
    AmountOutOfRangeError,
    Currency,
    Money,
    currency,
)
from services.rates import Rate, RateMissingError, Rates, RateStaleError
from tests.clock import TestClock

JPY, KWD, CLF, TRY, KZT = (currency(code) for code in ("JPY", "KWD", "CLF", "TRY", "KZT"))
AT = TestClock()()
TERMS = ExchangeTerms()


@dataclass
class Listed:
    """Rates and terms in lists, for arithmetic."""

    known: list[Rate]
    terms: PairTerms = field(default_factory=PairTerms)
    limited: list[Position] = field(default_factory=list)
    ledger: Ledger = field(init=False)

    @property
    def rates(self) -> Rates:
        return self  # type: ignore[return-value]  # reads only

    @property
    def exchanges(self) -> exchange.StoredExchanges:
        return self  # type: ignore[return-value]  # reads only

    def among(self, currencies: Iterable[Currency]) -> list[Rate]:
        del currencies
        return self.known

    def pair_terms(self, one: Currency, other: Currency) -> PairTerms:
        del one, other
        return self.terms

    def positions(self, one: Currency, other: Currency, *, decides: bool) -> list[Position]:
        del one, other, decides
        return self.limited


def rate(base: Currency, quote: Currency, text: str, source: str = "cbr", days: int = 0) -> Rate:
    dated = AT - timedelta(days=days)
    return Rate(base, quote, text, source, AT, dated)


currencies = st.sampled_from([RUB, USD, EUR, JPY, KWD, CLF])
texts = st.from_regex(r"\A(?:[1-9][0-9]{0,5}|0)\.[0-9]{1,4}[1-9]\Z")
amounts = st.integers(1, 10**12)
points = st.integers(0, 500)


@st.composite
def markets(
    draw: st.DrawFn, terms: st.SearchStrategy[PairTerms]
) -> tuple[Listed, Currency, Currency]:
    """Two currencies with a rate between them, whichever way it is quoted."""
    gives, gets = draw(currencies), draw(currencies)
    assume(gives != gets)
    base, quote = draw(st.sampled_from([(gives, gets), (gets, gives)]))
    return Listed([rate(base, quote, draw(texts))], draw(terms)), gives, gets


free = st.just(PairTerms())
charged = st.builds(PairTerms, spread_points=points, fee_points=points)


def exact(book: Listed, gives: Currency, gets: Currency) -> Fraction:
    """Minor units of *gets* for one of *gives* by the one rate, without spread or fee."""
    [only] = book.known
    ratio = Fraction(only.text)
    per_unit = ratio if only.base == gives else 1 / ratio
    return per_unit * Fraction(10) ** (gets.exponent - gives.exponent)


@given(market=markets(free), minor=amounts)
def test_rounding_is_to_the_nearest_unit(
    market: tuple[Listed, Currency, Currency], minor: int
) -> None:
    """Not more than half of the smallest unit for either side, on whichever side is asked."""
    book, gives, gets = market
    ratio = exact(book, gives, gets)

    try:
        given_ = exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
        wanted = exchange.to_get(book, TERMS, Money(minor, gets), gives, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    assert abs(given_.gets.minor - minor * ratio) <= Fraction(1, 2)
    assert abs(wanted.gives.minor - minor / ratio) <= Fraction(1, 2)
    assert wanted.gets == Money(minor, gets)
    assert given_.gives == Money(minor, gives)


@given(market=markets(free), minor=amounts)
def test_way_there_and_back_gains_nothing_to_speak_of(
    market: tuple[Listed, Currency, Currency], minor: int
) -> None:
    """Without spread and fee, one minor unit of the coarser currency at most, for anybody."""
    book, gives, gets = market
    start = Money(minor, gives)

    try:
        there = exchange.to_give(book, TERMS, start, gets, AT)
        back = exchange.to_give(book, TERMS, there.gets, gives, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    coarser = max(Fraction(1), 1 / exact(book, gives, gets))
    assert abs(back.gets.minor - start.minor) <= coarser


@given(market=markets(charged), minor=amounts)
def test_customer_never_wins_by_the_way_back(
    market: tuple[Listed, Currency, Currency], minor: int
) -> None:
    """Spread and fee only take: the gain stays within the same one minor unit."""
    book, gives, gets = market

    try:
        there = exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
        back = exchange.to_give(book, TERMS, there.gets, gives, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    coarser = max(Fraction(1), 1 / exact(book, gives, gets))
    assert back.gets.minor - minor <= coarser


@given(market=markets(charged), minor=amounts, more=st.integers(0, 10**6))
def test_who_gives_more_never_gets_less(
    market: tuple[Listed, Currency, Currency], minor: int, more: int
) -> None:
    """And who wants more never pays less."""
    book, gives, gets = market

    try:
        less = exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
        greater = exchange.to_give(book, TERMS, Money(minor + more, gives), gets, AT)
        cheap = exchange.to_get(book, TERMS, Money(minor, gets), gives, AT)
        dear = exchange.to_get(book, TERMS, Money(minor + more, gets), gives, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    assert less.gets.minor <= greater.gets.minor
    assert cheap.gives.minor <= dear.gives.minor


@given(market=markets(charged), minor=amounts, fixed=st.integers(0, 10**6))
def test_parts_add_up_and_what_is_wanted_arrives(
    market: tuple[Listed, Currency, Currency], minor: int, fixed: int
) -> None:
    """The fee is part of what is given; no unit is anywhere else."""
    book, gives, gets = market
    book.terms = PairTerms(
        book.terms.spread_points, book.terms.fee_points, Money(fixed, gives), is_on=True
    )

    try:
        got = exchange.to_get(book, TERMS, Money(minor, gets), gives, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    assert got.gets == Money(minor, gets)
    assert got.net + got.fee == got.gives
    assert got.net.minor > 0
    due = fixed + Fraction(got.gives.minor * book.terms.fee_points, 10_000)
    assert abs(got.fee.minor - due) <= Fraction(1, 2)
    one_less = Money(got.gives.minor - 1, gives)
    if got.net.minor > 1:  # nothing smaller would do
        again = exchange.to_give(book, TERMS, got.gives, gets, AT)
        assert again.net == got.net
        assert (one_less - again.fee).minor < again.net.minor


@given(market=markets(charged), minor=st.integers(AMOUNT_MINOR_MAX - 10**6, AMOUNT_MINOR_MAX))
def test_nothing_overflows(market: tuple[Listed, Currency, Currency], minor: int) -> None:
    """At the largest amount there is a result within the bounds, or a refusal."""
    book, gives, gets = market

    try:
        got = exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    assert 0 < got.gets.minor <= AMOUNT_MINOR_MAX


@given(market=markets(charged), minor=amounts)
def test_what_an_offer_keeps_is_read_back(
    market: tuple[Listed, Currency, Currency], minor: int
) -> None:
    """What is carried out is what was read."""
    book, gives, gets = market

    try:
        got = exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    assert Conversion.from_content(got.content()) == got


@given(market=markets(charged), minor=st.integers(10**6, 10**9))
def test_shown_rate_explains_the_amounts(
    market: tuple[Listed, Currency, Currency], minor: int
) -> None:
    """Who multiplies by hand finds what stands on the offer, but for the last unit."""
    book, gives, gets = market

    try:
        got = exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
    except (ExchangeTooSmallError, AmountOutOfRangeError):
        return

    shown = Fraction(got.rate)
    ratio = shown if got.unit == gives else 1 / shown
    expected = got.net.minor * ratio * Fraction(10) ** (gets.exponent - gives.exponent)
    assert abs(got.gets.minor - expected) <= Fraction(1, 2) + expected / 10**9
    assert {got.unit, got.counter} == {gives, gets}


def test_spread_makes_either_way_dearer() -> None:
    """1 % above the rate for who buys dollars, 1 % below for who sells them."""
    book = Listed([rate(USD, RUB, "92.50")], PairTerms(spread_points=100))

    bought = exchange.to_get(book, TERMS, Money(100_00, USD), RUB, AT)
    sold = exchange.to_give(book, TERMS, Money(100_00, USD), RUB, AT)

    assert (bought.gives, bought.rate) == (Money(9342_50, RUB), "93.425")
    assert (sold.gets, sold.rate) == (Money(9157_50, RUB), "91.575")


def test_fee_is_a_share_of_what_is_given_and_a_fixed_part() -> None:
    """Of 1000 roubles: 1 % and 5 roubles; 985 are exchanged."""
    terms = PairTerms(fee_points=100, fee_fixed=Money(5_00, RUB))
    book = Listed([rate(USD, RUB, "98.50")], terms)

    got = exchange.to_give(book, TERMS, Money(1000_00, RUB), USD, AT)

    assert (got.fee, got.net, got.gets) == (
        Money(15_00, RUB),
        Money(985_00, RUB),
        Money(10_00, USD),
    )
    assert exchange.to_get(book, TERMS, Money(10_00, USD), RUB, AT) == got


def test_fixed_fee_of_another_currency_is_converted() -> None:
    """Five roubles are ten cents for who gives dollars at 50."""
    book = Listed([rate(USD, RUB, "50")], PairTerms(fee_fixed=Money(5_00, RUB)))

    got = exchange.to_give(book, TERMS, Money(10_00, USD), RUB, AT)

    assert (got.fee, got.gets) == (Money(10, USD), Money(495_00, RUB))


@pytest.mark.parametrize(
    ("gives", "gets", "minor", "got"),
    [
        (JPY, KWD, 10_000, 20_000),  # 0 digits into 3: 500 yen for one dinar
        (KWD, JPY, 1, 0),  # half a yen is to the even one: nothing is left
        (KWD, JPY, 3, 2),
        (CLF, KWD, 1, 1),
    ],
)
def test_each_currency_has_its_own_digits(
    gives: Currency, gets: Currency, minor: int, got: int
) -> None:
    """Yen have none, dinars three, the Chilean unit of account four."""
    book = Listed([rate(KWD, JPY, "500"), rate(CLF, KWD, "10")])

    if not got:
        with pytest.raises(ExchangeTooSmallError) as refused:
            exchange.to_give(book, TERMS, Money(minor, gives), gets, AT)
        assert refused.value.values == {"minimum": Money(2, KWD)}
        return
    assert exchange.to_give(book, TERMS, Money(minor, gives), gets, AT).gets.minor == got


def test_least_that_is_named_can_be_exchanged() -> None:
    """A refusal says what would do."""
    book = Listed([rate(USD, RUB, "92.50")], PairTerms(fee_points=200))

    with pytest.raises(ExchangeTooSmallError) as refused:
        exchange.to_give(book, TERMS, Money(1, RUB), USD, AT)
    least = refused.value.values["minimum"]
    with pytest.raises(ExchangeTooSmallError) as refused_too:
        exchange.to_get(book, TERMS, Money(1, RUB), USD, AT)
    least_got = refused_too.value.values["minimum"]

    assert isinstance(least, Money)
    assert isinstance(least_got, Money)
    assert exchange.to_give(book, TERMS, least, USD, AT).gets == Money(1, USD)
    assert exchange.to_get(book, TERMS, least_got, USD, AT).net == Money(1, USD)


@pytest.mark.parametrize(
    ("known", "gives", "gets", "text", "source"),
    [
        ([rate(USD, RUB, "90")], USD, RUB, "90", "cbr"),
        ([rate(USD, RUB, "80")], RUB, USD, "80", "cbr"),
        # both through the rouble, exactly: 100/80
        ([rate(EUR, RUB, "100"), rate(USD, RUB, "80")], EUR, USD, "1.25", "cbr"),
        ([rate(EUR, RUB, "100"), rate(USD, RUB, "80")], USD, EUR, "1.25", "cbr"),
        # the fewest rates: the other bank's own one
        (
            [rate(EUR, RUB, "100"), rate(USD, RUB, "80"), rate(EUR, USD, "1.3", "ecb")],
            EUR,
            USD,
            "1.3",
            "ecb",
        ),
        # of two ways as long, the one through the base that is named first
        (
            [
                *(rate(USD, RUB, "80"), rate(TRY, RUB, "2")),
                *(rate(EUR, USD, "1.3", "ecb"), rate(EUR, TRY, "50", "ecb")),
            ],
            USD,
            TRY,
            "40",
            "cbr",
        ),
        # through both bases: tenge by one bank, lira by the other
        (
            [rate(KZT, RUB, "0.2"), rate(EUR, RUB, "100"), rate(EUR, TRY, "50", "ecb")],
            TRY,
            KZT,
            "10",
            "ecb+cbr",
        ),
        # the operator's own comes first, though a bank's is newer
        ([rate(USD, RUB, "80"), rate(USD, RUB, "70", "operator", 1)], USD, RUB, "70", "operator"),
        # unless it is too old
        ([rate(USD, RUB, "80"), rate(USD, RUB, "70", "operator", 7)], USD, RUB, "80", "cbr"),
        # of banks the one with the newer date
        ([rate(USD, RUB, "80", "ecb", 1), rate(RUB, USD, "0.01")], USD, RUB, "0.01", "cbr"),
    ],
)
def test_way_that_is_taken(
    known: list[Rate], gives: Currency, gets: Currency, text: str, source: str
) -> None:
    """A direct rate, else one crossing, else two; never rounded on the way."""
    got = exchange.to_give(Listed(known), TERMS, Money(1000_00, gives), gets, AT)

    assert (got.rate, got.source) == (text, source)


def test_crossed_rate_is_as_old_as_its_older_part() -> None:
    """What is shown is the date that can be trusted."""
    book = Listed([rate(EUR, RUB, "100", days=3), rate(USD, RUB, "80")])

    assert exchange.to_give(book, TERMS, Money(1_00, EUR), USD, AT).rate_at == AT - timedelta(
        days=3
    )


def test_old_rate_is_refused_with_its_date() -> None:
    """On the dot of the limit it still counts; a moment later it is refused."""
    book = Listed([rate(USD, RUB, "90", days=6)])

    exchange.to_give(book, TERMS, Money(100_00, USD), RUB, AT)
    with pytest.raises(RateStaleError) as refused:
        exchange.to_give(book, TERMS, Money(100_00, USD), RUB, AT + timedelta(microseconds=1))

    assert refused.value.values["rate_at"] == AT - timedelta(days=6)
    assert refused.value.values["pair"] == "USD/RUB"


def test_no_rate_no_exchange() -> None:
    """Nothing is made up where nobody has named anything."""
    book = Listed([rate(USD, RUB, "90")])

    with pytest.raises(RateMissingError):
        exchange.to_give(book, TERMS, Money(100, JPY), RUB, AT)


def test_pair_that_is_off_or_no_pair() -> None:
    """The operator's word, and the plain nonsense of roubles for roubles."""
    book = Listed([rate(USD, RUB, "90")], PairTerms(is_on=False))

    with pytest.raises(ExchangePairError):
        exchange.to_give(book, TERMS, Money(100, USD), RUB, AT)
    with pytest.raises(ExchangePairError):
        exchange.price(Listed(book.known), TERMS, RUB, RUB, AT)


def test_own_terms_come_before_those_of_all() -> None:
    """Field by field: what a pair is silent on, `*` says."""
    everybody = StatedTerms("*", spread_points=50, fee_points=10)
    own = StatedTerms(pair_key(USD, RUB), fee_points=0)

    assert PairTerms.of(own, everybody) == PairTerms(spread_points=50, fee_points=0)
    assert PairTerms.of() == PairTerms()


def test_limit_says_how_much_is_possible() -> None:
    """Ten dollars are left to sell; or room for ten more dollars' worth of roubles."""
    nothing, hundred = Money(0, USD), Money(100_00, USD)
    short = Position(USD, Money(-90_00, USD), nothing, nothing, short=hundred)
    none = Money(0, RUB)
    long = Position(RUB, Money(500_00, RUB), Money(100_00, RUB), none, long=Money(1500_00, RUB))
    market = [rate(USD, RUB, "90")]
    wanted = Money(20_00, USD)

    with pytest.raises(ExchangeLimitError) as few_dollars:
        exchange.to_get(Listed(market, limited=[short]), TERMS, wanted, RUB, AT)
    with pytest.raises(ExchangeLimitError) as many_roubles:
        exchange.to_get(Listed(market, limited=[long]), TERMS, wanted, RUB, AT)
    empty = Position(USD, Money(-100_00, USD), nothing, nothing, short=hundred)
    with pytest.raises(ExchangeExhaustedError):
        exchange.to_get(Listed(market, limited=[empty]), TERMS, wanted, RUB, AT)

    assert few_dollars.value.values["most"] == Money(10_00, USD)
    assert many_roubles.value.values["most"] == Money(10_00, USD)
    exchange.to_give(Listed(market, limited=[short]), TERMS, wanted, RUB, AT)  # the way back


def test_money_goes_from_position_to_position() -> None:
    """Each currency sums to zero by itself; the fee is seen where fees are."""
    conversion = exchange.to_give(
        Listed([rate(USD, RUB, "90")], PairTerms(fee_points=100)),
        TERMS,
        Money(1000_00, RUB),
        USD,
        AT,
    )

    source, target = account_id("holder/1", RUB), account_id("holder/1", USD)
    net, fee, out = exchange.transfers(conversion, source, target)

    assert (net.debit, net.credit, net.amount) == (source, exchange.position(RUB), conversion.net)
    assert (fee.debit, fee.credit, fee.amount) == (source, exchange.fees(RUB), Money(10_00, RUB))
    assert (out.debit, out.credit, out.amount) == (
        exchange.position(USD),
        target,
        Money(11_00, USD),
    )


def test_every_currency_can_be_shown() -> None:
    """Rates of all sizes have a text: 1 of the dearest in the cheapest."""
    for code in CURRENCIES:
        of = CURRENCIES[code]
        if of == RUB:
            continue
        got = exchange.price(Listed([rate(of, RUB, "0.000001")]), TERMS, of, RUB, AT)
        assert got.text == "0.000001"
