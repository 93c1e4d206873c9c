"""SMS: each channel's answers, and what becomes of a code that reaches nobody."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.sms import Channel, OutgoingSms, SmsUrlError, UnreachableError, create_channel
from gateway.sms.delivery import SmsDelivery
from gateway.sms.http import HttpChannel
from purser.services import Services
from services.due import GiveUpError, TryAgainError, Work
from services.joining import NothingToProveError
from storage.engines import AnyStore
from tests.cast import ANN, PHONE, Cast
from tests.clock import TestClock
from tests.gateway.receiver import Receiver

SMS = OutgoingSms(PHONE, "Код 987654 & всё", "987654")
CARD = OutgoingSms(PHONE, "4000 1234, 7", None)


@pytest.fixture
async def http(receiver: Receiver) -> AsyncIterator[Channel]:
    channel = HttpChannel(f"{receiver.url}/sms?phone={{phone}}&text={{text}}", total_seconds=0.2)
    yield channel
    await channel.close()


@pytest.fixture
async def telegram(receiver: Receiver) -> AsyncIterator[Channel]:
    host = receiver.url.removeprefix("http://")
    channel = create_channel(f"telegram-gateway://TO%2FKEN@{host}")
    yield channel
    await channel.close()


async def test_http_sends_both_encoded(http: Channel, receiver: Receiver) -> None:
    await http.send(SMS)

    assert receiver.received[0].query == {"phone": PHONE, "text": SMS.text}


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_http_dead_number(http: Channel, receiver: Receiver, status: int) -> None:
    receiver.will(status)

    with pytest.raises(UnreachableError):
        await http.send(SMS)


@pytest.mark.parametrize("status", [302, 401, 403, 408, 429, 500, 503, 0])
async def test_http_not_now(http: Channel, receiver: Receiver, status: int) -> None:
    """Wrong credentials are the operator's trouble, not a dead number."""
    receiver.will(status, Location="/")

    with pytest.raises(TryAgainError) as again:
        await http.send(SMS)

    assert "987654" not in str(again.value)


async def test_http_nobody_listens() -> None:
    channel = create_channel("http://127.0.0.1:9/?phone={phone}&text={text}")

    with pytest.raises(TryAgainError) as again:
        await channel.send(SMS)
    await channel.close()

    assert PHONE not in str(again.value)


async def test_telegram_gateway(telegram: Channel, receiver: Receiver) -> None:
    receiver.will(200, b'{"ok": true, "result": {"request_id": "1"}}')

    await telegram.send(SMS)

    [request] = receiver.received
    assert request.path == "/sendVerificationMessage"
    assert request.headers["authorization"] == "Bearer TO/KEN"
    assert request.body == b'{"phone_number": "+79161234567", "code": "987654", "ttl": 300}'


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"ok": false, "error": "PHONE_NUMBER_INVALID"}', UnreachableError),
        (b'{"ok": false, "error": "BALANCE_NOT_ENOUGH"}', TryAgainError),
        (b'{"ok": false}', TryAgainError),
        (b"[]", TryAgainError),
        (b"<html>", TryAgainError),
    ],
)
async def test_telegram_gateway_refuses(
    telegram: Channel, receiver: Receiver, body: bytes, error: type[Exception]
) -> None:
    receiver.will(200, body)

    with pytest.raises(error):
        await telegram.send(SMS)


async def test_telegram_gateway_carries_codes_only(telegram: Channel) -> None:
    with pytest.raises(UnreachableError):
        await telegram.send(CARD)


async def test_telegram_gateway_nobody_listens() -> None:
    channel = create_channel("telegram-gateway://T@127.0.0.1:9")

    with pytest.raises(TryAgainError):
        await channel.send(SMS)
    await channel.close()


async def test_log_writes_codes_and_no_cards() -> None:
    """For trying out: the code must be readable, a card's number never."""
    channel = create_channel("log:")
    with capture_logs() as logged:
        await channel.send(SMS)
        await channel.send(CARD)
    await channel.close()

    assert [each["log_level"] for each in logged] == ["warning", "warning"]
    assert "987654" in logged[0]["text"]
    assert "4000" not in str(logged)
    assert PHONE not in str(logged)


def test_message_does_not_show_itself() -> None:
    assert repr(SMS) == f"OutgoingSms(phone='{PHONE}')"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("smpp://s3cret@host:2775", "user:password"),
        ("https://host/sms?phone={phone}", "{text}"),
        ("https:///sms?phone={phone}&text={text}", "no host"),
        ("telegram-gateway:", "token"),
        ("telegram-gateway://host", "token"),
        ("telegram-gateway://s3cret@host:port", "cannot be read"),
        ("pigeon:", "log:"),
        ("", "log:"),
    ],
)
def test_addresses_that_name_no_channel(url: str, says: str) -> None:
    with pytest.raises(SmsUrlError) as refused:
        create_channel(url)

    assert says in str(refused.value)
    assert "s3cret" not in str(refused.value)


class Pretend:
    """A channel that does what it is told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.sent: list[OutgoingSms] = []

    async def send(self, sms: OutgoingSms) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(sms)

    async def close(self) -> None:
        """Nothing is open."""


def compose(language: str, template: str, values: Mapping[str, Any]) -> str:
    return f"{language} {template} {sorted(values)}"


@pytest.fixture
def channel() -> Pretend:
    return Pretend()


@pytest.fixture
def delivery(services: Services, channel: Pretend) -> SmsDelivery:
    return SmsDelivery(short_messages=services.short_messages, compose=compose, channel=channel)


async def code_work(services: Services, store: AnyStore, clock: TestClock) -> Work:
    """The waiting SMS of somebody who joins."""
    await services.joinery.begin(telegram_id=ANN, contact_user_id=ANN, phone=PHONE, language="ru")
    [work] = await store.write(
        lambda book: book.due.claim(now=clock(), until=clock(), limit=9, lane_max=9)
    )
    return work


async def test_delivery(
    delivery: SmsDelivery,
    channel: Pretend,
    services: Services,
    store: AnyStore,
    clock: TestClock,
) -> None:
    await delivery(await code_work(services, store, clock))

    [sms] = channel.sent
    assert (sms.phone, sms.text) == (PHONE, "ru code_join ['code', 'minutes']")
    assert sms.code is not None
    joined = await services.joinery.prove(telegram_id=ANN, typed=sms.code)
    assert joined.holder.phone == PHONE


async def test_card_details_are_no_code(
    delivery: SmsDelivery,
    channel: Pretend,
    services: Services,
    store: AnyStore,
    clock: TestClock,
    cast: Cast,
) -> None:
    holder = await cast.join()
    [card] = await services.cards.listed(holder=holder)
    await services.card_details.send(holder=holder, card_id=card.id, key="k")
    works = await store.write(
        lambda book: book.due.claim(now=clock(), until=clock(), limit=99, lane_max=9)
    )

    await delivery(next(each for each in works if each.kind == "sms_card"))

    assert [(each.text.split()[1], each.code) for each in channel.sent] == [("card_details", None)]


async def test_dead_number_leaves_nothing_half_open(
    delivery: SmsDelivery,
    channel: Pretend,
    services: Services,
    store: AnyStore,
    clock: TestClock,
) -> None:
    """Joining is over and the person is told to start again."""
    work = await code_work(services, store, clock)
    channel.error = UnreachableError("HTTP 404")

    with pytest.raises(GiveUpError, match="404"):
        await delivery(work)

    with pytest.raises(NothingToProveError):
        await services.joinery.prove(telegram_id=ANN, typed="000000")
    told = await store.read(lambda book: book.due.counts())
    assert told["joining_failed:due"] == 1


async def test_not_now_is_passed_on(
    delivery: SmsDelivery,
    channel: Pretend,
    services: Services,
    store: AnyStore,
    clock: TestClock,
) -> None:
    work = await code_work(services, store, clock)
    channel.error = TryAgainError("busy")

    with pytest.raises(TryAgainError):
        await delivery(work)


@pytest.mark.parametrize("attempts", [0, 3])
async def test_code_that_died_waiting(
    delivery: SmsDelivery,
    channel: Pretend,
    services: Services,
    store: AnyStore,
    clock: TestClock,
    attempts: int,
) -> None:
    """After failed tries it reached nobody: the joining is over.  Without, it was not ours."""
    work = await code_work(services, store, clock)
    object.__setattr__(work, "attempts", attempts)
    clock.advance(minutes=6)

    if attempts:
        with pytest.raises(GiveUpError):
            await delivery(work)
    else:
        await delivery(work)

    assert channel.sent == []
    counts = await store.read(lambda book: book.due.counts())
    assert ("joining_failed:due" in counts) == bool(attempts)
