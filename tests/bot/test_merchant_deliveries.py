"""What a shop was told, in the chat of its people: what failed, sending it again, a test."""

import pytest
from aiogram import Dispatcher

from bot.dispatcher import create_dispatcher
from bot.texts import Texts
from purser.services import Services, create_services
from services.deliveries import Delivery, Outcome
from services.due import Work
from services.ids import new_id
from services.merchant_people import Role
from services.merchants import Merchant
from services.notifications import lane
from services.vault import Vault
from storage.engines import AnyStore
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone, Telegram

OLGA = 501


@pytest.fixture
def services(store: AnyStore, vault: Vault, clock: TestClock) -> Services:
    """With a shop's server that refuses every test, at length."""

    async def probe(merchant: Merchant) -> list[Delivery]:
        return [attempt(merchant, clock, Outcome.GIVEN_UP, 500, "<b>down</b> " * 50)]

    return create_services(store=store, vault=vault, now=clock, new_id=new_id, probe=probe)


@pytest.fixture
def olga(telegram: Telegram, dispatcher: Dispatcher) -> Phone:
    return Phone(telegram, dispatcher, OLGA, number="+79990000501", name="Olga")


@pytest.fixture
async def shop(services: Services, outside: Outside) -> Merchant:
    made = await outside.merchant(name="Tea")
    await services.merchant_people.add(merchant_id=made.id, telegram_id=OLGA, role=Role.MANAGER)
    return made


def attempt(
    shop: Merchant, clock: TestClock, outcome: Outcome, status: int | None, answer: str
) -> Delivery:
    return Delivery(
        id=new_id(clock()),
        merchant=shop.id,
        work="webhook:invoice:1:2",
        kind="webhook",
        about="invoice/1",
        url="https://shop.example/hook",
        attempt=1,
        status=status,
        outcome=outcome,
        detail="" if outcome is Outcome.DELIVERED else "not accepted",
        answer=answer,
        millis=5,
        at=clock(),
    )


async def lose(store: AnyStore, shop: Merchant, clock: TestClock, number: int) -> None:
    """Something that was given up."""
    key = f"webhook:invoice:{number}:2"
    work = Work(key, "webhook", lane(shop), {"merchant": shop.id}, clock(), clock())
    await store.write(lambda book: book.due.add(work))
    await store.write(lambda book: book.due.bury(key, error=f"HTTP 50{number}"))


async def test_nothing_was_sent_yet(olga: Phone, shop: Merchant) -> None:
    await olga.say("/merchant")
    await olga.press("Notifications")

    assert "Nothing was sent yet" in olga.text


async def test_what_failed_is_sent_again(
    olga: Phone, shop: Merchant, services: Services, store: AnyStore, clock: TestClock
) -> None:
    """One at a time, each by its own button; pressed again, it is not there any more."""
    for number in (1, 2):
        clock.advance(seconds=1)
        await lose(store, shop, clock, number)
    await olga.say("/merchant")
    await olga.press("Notifications")
    assert "<b>2 messages</b> did not get through" in olga.text
    assert "HTTP 501" in olga.text
    data, number = olga.data_of("Send № 1 again")

    await olga.press_data(data, number)

    assert "sent again now" in olga.text
    assert "One message" in olga.text
    assert len(await services.deliveries.failed(merchant=shop)) == 1
    await olga.press_data(data, number)
    assert "no such delivery" in olga.alert


async def test_attempts_say_what_the_shop_answered(
    olga: Phone, shop: Merchant, services: Services, clock: TestClock
) -> None:
    """As text: a shop's words draw nothing in the chat."""
    for outcome, status, answer in (
        (Outcome.DELIVERED, 200, "ok"),
        (Outcome.AGAIN, None, ""),
        (Outcome.GIVEN_UP, 410, "<b>gone</b>"),
    ):
        clock.advance(seconds=1)
        made = attempt(shop, clock, outcome, status, answer)
        await services.deliveries.note(delivery=made)

    await olga.say("/merchant")
    await olga.press("Notifications")

    assert "✅ webhook" in olga.text
    assert "— not accepted" in olga.text
    assert "410" in olga.text
    assert "&lt;b&gt;gone&lt;/b&gt;" in olga.text


async def test_test_says_what_came_of_it(olga: Phone, shop: Merchant) -> None:
    await olga.say("/merchant")
    await olga.press("Notifications")

    await olga.press("Send a test")

    assert "A test was sent" in olga.text
    assert "&lt;b&gt;down&lt;/b&gt;" in olga.text


async def test_viewer_sends_nothing(
    olga: Phone, shop: Merchant, services: Services, store: AnyStore, clock: TestClock
) -> None:
    await lose(store, shop, clock, 1)
    await olga.say("/merchant")
    await olga.press("Notifications")
    old = [olga.data_of(label) for label in ("Send № 1 again", "Send a test")]
    await services.merchant_people.add(merchant_id=shop.id, telegram_id=OLGA, role=Role.VIEWER)

    for data in old:
        await olga.press_data(*data)
        assert "Your role in this shop is to look" in olga.alert
    await olga.say("/merchant")
    await olga.press("Notifications")

    assert olga.labels() == ["‹ The shop"]


async def test_russian_person_reads_russian(
    shop: Merchant,
    services: Services,
    telegram: Telegram,
    vault: Vault,
    texts: Texts,
    clock: TestClock,
) -> None:
    """Who has no wallet is spoken to as Telegram says."""
    dispatcher = create_dispatcher(services=services, vault=vault, texts=texts, now=clock)
    vera = Phone(telegram, dispatcher, OLGA, number="+79990000501", language="ru")

    await vera.say("/merchant")
    await vera.press("Уведомления")
    await vera.press("Отправить проверку")

    assert "Проверка отправлена" in vera.text
