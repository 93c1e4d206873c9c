"""The log of what merchants were told, what failed and how it is sent again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purser.services import Services
from services.deliveries import (
    ANSWER_LENGTH_MAX,
    KEPT,
    MASK,
    TEST_PAUSE,
    Deliveries,
    Delivery,
    NothingToTestError,
    Outcome,
    TestTooSoonError,
    key_of_tests,
    shown_answer,
    shown_url,
)
from services.due import GiveUpError, Work, Worker, WorkNotFoundError
from services.ids import new_id
from services.merchants import Merchant
from services.notifications import lane
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock


def attempt(services: Services, shop: Merchant, clock: TestClock, work: str = "w") -> Delivery:
    return Delivery(
        id=services.deliveries.new_id(),
        merchant=shop.id,
        work=work,
        kind="webhook",
        about="invoice/1",
        url="https://shop.example/hook",
        attempt=1,
        status=500,
        outcome=Outcome.AGAIN,
        detail="HTTP 500",
        answer="no",
        millis=12,
        at=clock(),
    )


async def test_attempts_are_listed_newest_first_and_by_merchant(
    services: Services, cast: Cast, clock: TestClock
) -> None:
    """A shop sees its own, page by page, and of one message alone where it asks so."""
    shop, other = await cast.shop(), await cast.shop("Other")
    kept = []
    for number in range(3):
        clock.advance(seconds=1)
        kept.append(attempt(services, shop, clock, f"w{number}"))
        await services.deliveries.note(delivery=kept[-1])
    await services.deliveries.note(delivery=replace(attempt(services, other, clock), status=None))

    first = await services.deliveries.page(merchant=shop, limit=2)
    second = await services.deliveries.page(merchant=shop, limit=2, before=first.next)
    one = await services.deliveries.page(merchant=shop, work="w1")
    [foreign] = (await services.deliveries.page(merchant=other)).deliveries

    assert first.deliveries + second.deliveries == kept[::-1]
    assert (second.next, one.deliveries) == (None, [kept[1]])
    assert foreign.status is None


async def test_attempts_are_forgotten_after_thirty_days(
    services: Services, cast: Cast, clock: TestClock
) -> None:
    shop = await cast.shop()
    await services.deliveries.note(delivery=attempt(services, shop, clock, "old"))
    clock.advance(days=KEPT.days)
    young = attempt(services, shop, clock, "young")
    await services.deliveries.note(delivery=young)
    clock.advance(seconds=1)

    await services.deliveries.forget()

    assert (await services.deliveries.page(merchant=shop)).deliveries == [young]


async def test_merchant_sends_its_own_dead_letters_again(
    services: Services, store: AnyStore, cast: Cast, clock: TestClock
) -> None:
    """What failed for good has a whole life again; nobody revives another's."""
    shop, other = await cast.shop(), await cast.shop("Other")
    at = clock()
    await store.write(lambda book: book.due.add(Work("w", "webhook", lane(shop), {}, at, at)))
    tried: list[str] = []

    async def refused(work: Work) -> None:
        tried.append(work.key)
        raise GiveUpError("HTTP 410")

    worker = Worker(store=store, now=clock, handlers={"webhook": refused}, lifetimes={})
    await worker.drain()

    [dead] = await services.deliveries.failed(merchant=shop)
    assert (dead.key, dead.error) == ("w", "HTTP 410")
    assert await services.deliveries.failed(merchant=other) == []
    with pytest.raises(WorkNotFoundError):
        await services.deliveries.resend(merchant=other, key="w")
    await services.deliveries.resend(merchant=shop, key="w")
    await worker.drain()
    assert tried == ["w", "w"]


async def test_tests_are_not_a_flood(
    services: Services, store: AnyStore, cast: Cast, clock: TestClock
) -> None:
    """A button that sends to somebody's address must not be held down."""
    shop = await cast.shop()

    async def probe(merchant: Merchant) -> list[Delivery]:
        made = attempt(services, merchant, clock, key_of_tests(merchant))
        await services.deliveries.note(delivery=made)
        return [made]

    deliveries = Deliveries(store=store, now=clock, new_id=new_id, probe=probe)
    [made] = await deliveries.test(merchant=shop)
    with pytest.raises(TestTooSoonError) as early:
        await deliveries.test(merchant=shop)
    clock.advance(seconds=TEST_PAUSE.seconds)
    again = await deliveries.test(merchant=shop)

    assert early.value.values == {"retry_at": made.at + TEST_PAUSE}
    assert len(again) == 1


async def test_nothing_to_test(services: Services, cast: Cast) -> None:
    with pytest.raises(NothingToTestError):
        await services.deliveries.test(merchant=await cast.shop())


SECRETS = (
    "07e0ebb10916d97760c196034105d010607a6c6b7d72bfa1c3451448ac484a3b",
    "eyJ2ZXJzaW9uIjoiUDJQIiwiZGF0YSI6eyJ1c2VyX2lkIjoiNzkxNjExMjIzMzEifX0=",
    "A8D97B566F6F44E4429649F5ED7D11E4",
    "4000001234567899",
    "sk_live_51H8xYzAbCdEfGhIjKl",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_not_kept(secret: str) -> None:
    """A shop's error page may print its key or somebody's card; people read the log."""
    assert shown_answer(f"Error: bad key '{secret}' given.") == f"Error: bad key '{MASK}' given."


@given(st.integers(0, 2 * ANSWER_LENGTH_MAX), st.sampled_from(SECRETS))
def test_no_part_of_a_secret_is_left_at_the_end(length: int, secret: str) -> None:
    """What is cut off must not leave a beginning that is too short to be recognised."""
    kept = shown_answer(" " + "x " * (length // 2) + secret)

    assert secret[:8] not in kept
    assert len(kept) <= ANSWER_LENGTH_MAX


@given(st.text(max_size=2_000), st.text("abc", min_size=3, max_size=8))
def test_answer_is_one_line_without_the_shops_secrets(text: str, secret: str) -> None:
    kept = shown_answer(text + secret + text, [secret, ""])

    assert len(kept) <= ANSWER_LENGTH_MAX
    assert kept.isprintable()
    assert secret not in kept


def test_words_and_numbers_of_orders_stay() -> None:
    """Without them nobody could see what the shop has to say."""
    said = '{"error": 5, "message": "Order 450009 of 2026-11-24 not found\\n"}'

    assert shown_answer(said) == said
    assert shown_answer("OK450009\r\n") == "OK450009"


def test_query_of_an_address_is_not_kept() -> None:
    assert shown_url("https://shop.example/hook?token=s3cret") == "https://shop.example/hook?…"
    assert shown_url("https://shop.example/hook") == "https://shop.example/hook"


def test_retention_is_thirty_days() -> None:
    assert timedelta(days=30) == KEPT
