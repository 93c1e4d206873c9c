"""How many guesses are ever compared, counted where they are compared.

`docs/threats.md` states the bounds; an attacker here asks as often as the wallet lets, in
parallel, for a simulated month or three, and never learns the code.
"""

import asyncio
import base64
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import httpx
import pytest

from gateway.app import create_app
from gateway.limits import Limits
from purser.services import Services
from purser.web import serving_http
from services import codes, joining
from services.checkout_life import Opening, Way
from services.codes import (
    DIGITS,
    LIFETIME,
    SENT_PER_HOUR_MAX,
    STRANGERS_WRONG_PER_DAY_MAX,
    STRANGERS_WRONG_PER_MONTH_MAX,
    TRIES_MAX,
    WRONG_PER_DAY_MAX,
    WRONG_PER_MONTH_MAX,
    CodeThrottledError,
)
from services.errors import RefusedError
from services.rate_limits import Rate
from services.vault import Vault
from storage.engines import AnyStore
from tests.books import memory_book
from tests.cast import ANN, PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import gateway_settings

MONTH, DAY = timedelta(days=30), timedelta(days=1)
PER_PHONE_MONTH_MAX = 99
"""As docs/threats.md states it."""

STRANGERS_MONTH_MAX = 24
"""The same, by shops' pages, besides."""

PER_ACCOUNT_MONTH_MAX = 129
"""The same, of one Telegram account that joins with number after number."""


class Spy:
    """Stands in the place where a code is compared."""

    def __init__(self, clock: TestClock) -> None:
        self.guesses: list[datetime] = []
        self._clock = clock

    def compare_digest(self, right: bytes, typed: bytes) -> bool:
        self.guesses.append(self._clock())
        return hmac.compare_digest(right, typed)

    def most_within(self, span: timedelta) -> int:
        """The most guesses of any *span*, its end included."""
        most, first = 0, 0
        for last, at in enumerate(self.guesses):
            while at - self.guesses[first] >= span:
                first += 1
            most = max(most, last - first + 1)
        return most


@pytest.fixture
def spy(clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> Spy:
    made = Spy(clock)
    monkeypatch.setattr("services.codes.hmac", made)
    return made


class Guesser:
    """Has somebody's Telegram session but not the phone: asks for codes and guesses."""

    def __init__(self, vault: Vault, clock: TestClock) -> None:
        self._vault = vault
        self._clock = clock
        self._numbers = count()
        self._opened = memory_book()
        self._book = self._opened.__enter__()

    def close(self) -> None:
        self._opened.__exit__(None, None, None)

    def send(self) -> codes.Code | None:
        """Another code for another thing; None where none is sent."""
        number = next(self._numbers)
        try:
            return codes.send(
                self._book,
                code_id=f"{number:032x}",
                phone=PHONE,
                purpose="payment",
                subject=f"offer/{number}",
                content=b"",
                language="en",
                at=self._clock(),
            )
        except CodeThrottledError:
            return None

    def guess(self, code: codes.Code, tries: int = 2 * TRIES_MAX) -> None:
        """Wrong every time, for that is nearly always so."""
        right = code.digits(self._vault)
        for digit in range(tries):
            typed = f"{right[:-1]}{(int(right[-1]) + 1 + digit % 9) % 10}"
            codes.check(
                self._book, self._vault, code_id=code.id, typed=typed, content=b"",
                at=self._clock(),
            )  # fmt: skip


@pytest.fixture
def guesser(vault: Vault, clock: TestClock) -> Iterator[Guesser]:
    made = Guesser(vault, clock)
    yield made
    made.close()


def test_month_of_guessing_at_one_phone(guesser: Guesser, spy: Spy, clock: TestClock) -> None:
    """Every half hour for three months: never more in any 30 days than the bound says."""
    end = clock() + 3 * MONTH
    while clock() < end:
        while (code := guesser.send()) is not None:
            guesser.guess(code)
        clock.advance(minutes=30)

    assert spy.most_within(LIFETIME) <= WRONG_PER_DAY_MAX
    assert spy.most_within(DAY) <= WRONG_PER_DAY_MAX
    assert WRONG_PER_MONTH_MAX <= spy.most_within(MONTH) <= PER_PHONE_MONTH_MAX
    assert PER_PHONE_MONTH_MAX <= 10**DIGITS // 10_000  # one in ten thousand


def test_cleverest_month_is_what_the_document_says(
    guesser: Guesser, spy: Spy, clock: TestClock
) -> None:
    """One guess short of the limit, then all codes at once: the bound is reached, not passed."""
    for last in (TRIES_MAX, TRIES_MAX, TRIES_MAX, TRIES_MAX - 1, TRIES_MAX):
        sent = [guesser.send() for _ in range(SENT_PER_HOUR_MAX)]
        for code, tries in zip(sent, (TRIES_MAX, TRIES_MAX, TRIES_MAX, last), strict=False):
            assert code is not None
            guesser.guess(code, tries)
        clock.advance(days=1)
    for _ in range(20):
        assert guesser.send() is None
        clock.advance(days=1)

    assert spy.most_within(MONTH) == PER_PHONE_MONTH_MAX


async def test_hundred_at_once_are_five(
    cast: Cast, services: Services, spy: Spy, clock: TestClock
) -> None:
    """However many come in one moment, each is counted before the next is looked at."""
    ann = await cast.join()
    await services.wallets.lock(holder=ann)
    spy.guesses.clear()
    offer = await services.wallets.ask_unlock(holder=ann, key="k")

    async def guess(number: int) -> str:
        try:
            await services.wallets.unlock(
                holder=ann, offer_id=offer.id, typed=f"x{number}", key=f"k{number}"
            )
        except RefusedError as exc:
            return exc.code
        return "unlocked"

    outcomes = await asyncio.gather(*(guess(number) for number in range(100)))

    assert len(spy.guesses) == TRIES_MAX
    assert set(outcomes) == {"code_wrong", "code_exhausted"}


async def test_month_of_strangers_at_one_phone(
    cast: Cast, services: Services, spy: Spy, clock: TestClock
) -> None:
    """Through shops' pages, from as many browsers as they like: far fewer, and counted apart."""
    await cast.join()
    invoice = await cast.invoice(await cast.shop(), 100, phone=None)
    spy.guesses.clear()
    for number in range(10):
        opening = Opening(invoice.id, f"browser {number}")
        begun = await services.checkouts.by_phone(opening=opening, phone=PHONE, way=Way.CODE)
        for _ in range(2 * TRIES_MAX):
            with pytest.raises(RefusedError):
                await services.checkouts.prove(
                    checkout_id=begun.id, browser=opening.browser, typed="wrong"
                )
        clock.advance(hours=7)

    assert spy.most_within(DAY) <= STRANGERS_WRONG_PER_DAY_MAX
    assert STRANGERS_WRONG_PER_MONTH_MAX <= spy.most_within(MONTH) <= STRANGERS_MONTH_MAX


async def test_month_of_one_account_with_many_numbers(
    services: Services, cast: Cast, spy: Spy, clock: TestClock
) -> None:
    """Number after number from one Telegram account: it runs out, not only each number."""
    numbers = (f"+7916{number:07d}" for number in count(1_000_000))
    sent = 0
    for _ in range(30):
        for phone in numbers:
            try:
                await services.joinery.begin(
                    telegram_id=ANN, contact_user_id=ANN, phone=phone, language="en"
                )
            except CodeThrottledError:
                break
            sent += 1
            for _ in range(2 * TRIES_MAX):
                with pytest.raises(RefusedError):
                    await services.joinery.prove(telegram_id=ANN, typed="wrong")
        clock.advance(days=1)

    assert spy.most_within(DAY) <= joining.CODES_PER_DAY_MAX * TRIES_MAX
    assert WRONG_PER_MONTH_MAX <= spy.most_within(MONTH) <= PER_ACCOUNT_MONTH_MAX
    assert sent < 30 * joining.CODES_PER_DAY_MAX


async def test_many_accounts_with_one_number(
    services: Services, spy: Spy, clock: TestClock
) -> None:
    """A dozen Telegram accounts share the tries of the number that they all name."""
    for _ in range(30):
        for person in range(1, 13):
            try:
                await services.joinery.begin(
                    telegram_id=person, contact_user_id=person, phone=PHONE, language="en"
                )
            except CodeThrottledError:
                continue
            for _ in range(TRIES_MAX):
                with pytest.raises(RefusedError):
                    await services.joinery.prove(telegram_id=person, typed="wrong")
        clock.advance(days=1)

    assert spy.most_within(DAY) <= WRONG_PER_DAY_MAX
    assert WRONG_PER_MONTH_MAX <= spy.most_within(MONTH) <= PER_PHONE_MONTH_MAX


async def test_operator_lets_codes_go_again(
    services: Services, cast: Cast, spy: Spy, clock: TestClock
) -> None:
    """Whose phone was guessed at by others is not shut out for the rest of the month."""
    ann = await cast.join()
    for number in range(5):
        for again in range(SENT_PER_HOUR_MAX):
            key = f"k{number}/{again}"
            try:
                offer = await services.wallets.ask_unlock(holder=ann, key=key)
            except CodeThrottledError:
                break
            for _ in range(TRIES_MAX):
                with pytest.raises(RefusedError):
                    await services.wallets.unlock(holder=ann, offer_id=offer.id, typed="wrong")
        clock.advance(days=1, minutes=10)
    with pytest.raises(CodeThrottledError) as refused:
        await services.wallets.ask_unlock(holder=ann, key="refused")

    await services.wallets.forgive_wrong_codes(phone=PHONE)

    assert refused.value.values["rule"] == "wrong"
    assert await services.wallets.ask_unlock(holder=ann, key="sent")


async def test_keys_are_long(services: Services, cast: Cast) -> None:
    """A right key is served however many wrong ones came: what holds is that none is guessed.

    At a million guesses a second, 128 bits take longer than there has been a universe.
    """
    shop = await services.merchants.add(name="Shop", currency=(await cast.terminal()).currency)
    terminal = await services.terminals.add(name="Lobby")
    key = json.loads(base64.b64decode(shop.secret_key))["data"]["secret"]
    secret = base64.b64decode(shop.webhook_secret.removeprefix("whsec_"))
    password = base64.urlsafe_b64decode(terminal.password + "==")

    bits = [4 * len(key), 8 * len(secret), 8 * len(password)]
    assert set(key) <= set("0123456789abcdef")
    assert all(each >= enough for each, enough in zip(bits, (256, 256, 192), strict=True))


GUESSES = {
    "merchant": ("GET", "/api/v1/invoices", "Bearer wrong"),
    "terminal": ("GET", "/osmp", "Basic " + base64.b64encode(b"a:b").decode()),
    "operator": ("GET", "/operator/ledger", "Bearer wrong"),
    "card page": ("POST", "/app/api/cards/" + "0" * 32, "tma auth_date=1&hash=0"),
}


@pytest.mark.parametrize("whose", GUESSES)
async def test_guesses_from_one_address_are_slowed(
    services: Services, store: AnyStore, clock: TestClock, whose: str
) -> None:
    """Whatever the sender says of where it comes from: only what the last proxy saw counts."""
    limits = Limits(failures=Rate(5, timedelta(minutes=1)))
    method, target, key = GUESSES[whose]
    app = create_app(**gateway_settings(services, store, clock), limits=limits)

    async with (
        serving_http(app, host="127.0.0.1", port=0) as address,
        httpx.AsyncClient(base_url=address) as client,
    ):
        answers = [
            await client.request(
                method,
                target,
                headers={
                    "Authorization": key,
                    "X-Forwarded-For": f"192.0.2.{number}, 198.51.100.7",
                    "X-Real-IP": f"192.0.2.{number}",
                    "Forwarded": f"for=192.0.2.{number}",
                },
            )
            for number in range(20)
        ]

    assert [each.status_code for each in answers] == [401] * 5 + [429] * 15
    assert all(each.headers["retry-after"] for each in answers[5:])
