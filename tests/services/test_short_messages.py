"""SMS: put together as they are sent, and not sent when nobody needs them any more."""

from datetime import timedelta

import pytest

from services.codes import LIFETIME
from services.due import Work
from services.joining import NothingToProveError
from services.money import RUB, Money
from tests.cast import ANN, PHONE, Cast


async def waiting(cast: Cast, kind: str) -> Work:
    """The newest waiting SMS of that kind, leased as a worker does."""
    at = cast.clock()
    claimed = await cast.store.write(
        lambda book: book.due.claim(now=at, until=at, limit=99, lane_max=99)
    )
    return [work for work in claimed if work.kind == kind][-1]


async def begin(cast: Cast) -> Work:
    await cast.services.joinery.begin(
        telegram_id=ANN, contact_user_id=ANN, phone=PHONE, language="ru"
    )
    return await waiting(cast, "sms_code")


async def test_payment_sms_names_payee_and_amount(cast: Cast) -> None:
    """Whoever reads the code reads what it would pay."""
    ann, shop = await cast.join(), await cast.shop("Tea House")
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    payments = cast.services.payments
    offer = await payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    await payments.confirm(holder=ann, offer_id=offer.offer.id)

    sms = await cast.services.short_messages.open(work=await waiting(cast, "sms_code"))

    assert sms is not None
    assert (sms.phone, sms.language, sms.template) == (PHONE, "en", "code_payment")
    assert (sms.values["payee"], sms.values["amount"]) == ("Tea House", Money(60_00, RUB))
    assert sms.values["minutes"] == 5
    assert len(str(sms.values["code"])) == 6


async def test_code_that_is_of_no_use_is_not_sent(cast: Cast) -> None:
    """Late, used or replaced: an SMS about it would only confuse."""
    opened = cast.services.short_messages.open
    work = await begin(cast)
    sms = await opened(work=work)
    cast.clock.now += LIFETIME - timedelta(microseconds=1)
    in_time = await opened(work=work)
    cast.clock.now += timedelta(microseconds=1)
    too_late = await opened(work=work)
    cast.clock.now -= LIFETIME
    assert sms is not None
    await cast.services.joinery.prove(telegram_id=ANN, typed=str(sms.values["code"]))

    assert in_time == sms
    assert too_late is None
    assert await opened(work=work) is None


async def test_number_that_takes_no_messages_ends_its_joining(cast: Cast) -> None:
    """The person is told in the chat; a card's SMS that fails ends nothing."""
    work, unreachable = await begin(cast), cast.services.short_messages.unreachable
    sms = await cast.services.short_messages.open(work=work)
    assert sms is not None

    await unreachable(work=work)
    with pytest.raises(NothingToProveError):
        await cast.services.joinery.prove(telegram_id=ANN, typed=str(sms.values["code"]))
    cast.clock.advance(minutes=1)
    holder = await cast.join()
    at = cast.clock()
    await unreachable(work=Work("card:x", "sms_card", "a", {"card": "x"}, at, at))

    assert [w.payload for w in cast.sent if w.kind == "joining_failed"] == [
        {"telegram_id": ANN, "language": "ru"}
    ]
    assert len(await cast.services.cards.listed(holder=holder)) == 1
