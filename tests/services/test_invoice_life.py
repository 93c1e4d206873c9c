"""An invoice's life: every step kept, every ending final, every limit exact."""

from datetime import timedelta

import pytest

from services.due import Housekeeping
from services.invoices import (
    DESCRIPTION_LENGTH_MAX,
    LIFETIME,
    LIFETIME_MAX,
    REFERENCE_LENGTH_MAX,
    Invoice,
    InvoiceExpiredError,
    InvoiceState,
    InvoiceTimesError,
    Wish,
    facts,
)
from services.money import RUB, Money
from services.offers import OfferState
from tests.cast import PHONE, Cast

TEN = Money(10_00, RUB)


async def life(cast: Cast, invoice: Invoice) -> list[tuple[str, str, str]]:
    steps = await cast.store.read(lambda book: book.steps.of(f"invoice/{invoice.id}"))
    return [(each.event, each.state, each.actor) for each in steps]


async def offer_state(cast: Cast, offer_id: str) -> OfferState | None:
    found = await cast.store.read(lambda book: book.offers.find(offer_id))
    return None if found is None else found.state


async def test_every_ending_is_a_step_with_its_actor(cast: Cast) -> None:
    """'I never refused it' has an answer."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    paid, refused, cancelled, slept = [await cast.invoice(shop, 10_00) for _ in range(4)]
    invoices = cast.services.invoices

    await cast.pay(ann, paid)
    await invoices.refuse(holder=ann, invoice_id=refused.id)
    await invoices.cancel(merchant=shop, invoice_id=cancelled.id)
    cast.clock.now = slept.expires_at
    await cast.deliver()

    issued = ("issue", "waiting", "merchant")
    assert [await life(cast, each) for each in (paid, refused, cancelled, slept)] == [
        [issued, ("pay", "paid", "holder")],
        [issued, ("reject", "rejected", "holder")],
        [issued, ("reject", "rejected", "merchant")],
        [issued, ("expire", "expired", "wallet")],
    ]


async def test_each_change_has_the_next_version(cast: Cast) -> None:
    """A shop that gets two events in the wrong order knows which is newer."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 10_00)
    await cast.pay(ann, invoice)
    for minor in (3_00, 7_00):
        await cast.services.refunds.refund(
            merchant=shop, invoice_id=invoice.id, amount=Money(minor, RUB)
        )
    await cast.deliver()

    known = await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)
    told = [
        w.payload["data"]["version"]
        for w in cast.sent
        if w.kind == "webhook" and w.payload["type"] == "invoice.paid"
    ]
    assert (invoice.version, told, known.version) == (1, [2], 4)
    assert known.state is InvoiceState.REFUNDED


async def test_ended_invoice_leaves_nothing_to_wait_for(cast: Cast) -> None:
    """Its expiry is cancelled, or every paid invoice would be looked at again."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    housekeeping = Housekeeping(store=cast.store, now=cast.clock)
    paid, refused = await cast.invoice(shop, 10_00), await cast.invoice(shop, 10_00)
    before = (await housekeeping.counts())["expire_invoice:due"]

    await cast.pay(ann, paid)
    await cast.services.invoices.refuse(holder=ann, invoice_id=refused.id)

    assert before == 2
    assert "expire_invoice:due" not in await housekeeping.counts()


async def test_refused_invoice_ends_the_offers_to_pay_it(cast: Cast) -> None:
    """One that holds nothing at once, one that holds money by work that is due now."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 10_00)
    payments = cast.services.payments
    opened, confirmed = [
        (await payments.offer(holder=ann, invoice_id=invoice.id, key=key)).offer for key in "ab"
    ]
    await payments.confirm(holder=ann, offer_id=confirmed.id)

    await cast.services.invoices.cancel(merchant=shop, invoice_id=invoice.id)
    at_once = [await offer_state(cast, each.id) for each in (opened, confirmed)]
    await cast.deliver()

    assert at_once == [OfferState.WITHDRAWN, OfferState.CONFIRMED]
    assert await offer_state(cast, confirmed.id) is OfferState.EXPIRED
    assert await cast.available(ann) == 100_00


async def test_time_is_over_exactly_when_it_says(cast: Cast) -> None:
    """Payable to the last moment, and not by a moment longer, whether or not work has run."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    first, second = await cast.invoice(shop, 10_00), await cast.invoice(shop, 10_00)
    offer = cast.services.payments.offer
    cast.clock.now = first.expires_at - timedelta(microseconds=1)
    await cast.services.invoices.expire(invoice_id=first.id)

    await offer(holder=ann, invoice_id=first.id, key="u1")
    cast.clock.now = second.expires_at
    with pytest.raises(InvoiceExpiredError) as refused:
        await offer(holder=ann, invoice_id=second.id, key="u2")
    await cast.services.invoices.expire(invoice_id=second.id)

    assert first.expires_at == first.created_at + LIFETIME
    assert refused.value.values == {"expired_at": second.expires_at}
    assert [each[0] for each in await life(cast, second)] == ["issue", "expire"]
    assert [each[0] for each in await life(cast, first)] == ["issue"]


async def test_longest_texts_and_times_are_taken(cast: Cast) -> None:
    """To the letter and to the second; one more is refused elsewhere."""
    shop = await cast.shop()
    wish = Wish(
        TEN,
        "x" * DESCRIPTION_LENGTH_MAX,
        phone=None,
        reference="r" * REFERENCE_LENGTH_MAX,
        expires_at=cast.clock() + LIFETIME_MAX,
    )

    made = await cast.services.invoices.create(merchant=shop, wish=wish)
    for expires_at in (cast.clock(), cast.clock() + LIFETIME_MAX + timedelta(seconds=1)):
        with pytest.raises(InvoiceTimesError):
            await cast.services.invoices.create(
                merchant=shop, wish=Wish(TEN, "x", expires_at=expires_at)
            )

    assert (len(made.description), len(made.reference or "")) == (255, 200)


async def test_shop_finds_an_order_by_its_own_number(cast: Cast) -> None:
    """Alone, or with a state that must fit; another's number finds nothing."""
    shop, other = await cast.shop(), await cast.shop("Other")
    page = cast.services.invoices.page
    made = await cast.services.invoices.create(
        merchant=shop, wish=Wish(TEN, "A book", reference="order-17")
    )

    found = [
        (await page(merchant=merchant, reference=reference, state=state)).invoices
        for merchant, reference, state in (
            (shop, "order-17", None),
            (shop, "order-17", "waiting"),
            (shop, "order-17", "paid"),
            (shop, "order-18", None),
            (other, "order-17", None),
        )
    ]

    assert found == [[made], [made], [], [], []]


async def test_page_that_is_exactly_full_is_the_last(cast: Cast) -> None:
    """No button leads to an empty page."""
    ann, shop = await cast.join(), await cast.shop()
    for _ in range(4):
        cast.clock.advance(seconds=1)
        await cast.invoice(shop, 10_00)
    invoices = cast.services.invoices

    whole = await invoices.waiting(holder=ann, limit=4)
    first = await invoices.waiting(holder=ann, limit=3)
    rest = await invoices.waiting(holder=ann, limit=3, before=first.next)

    assert (len(whole.invoices), whole.next) == (4, None)
    assert ([*first.invoices, *rest.invoices], rest.next) == (whole.invoices, None)


async def test_shop_is_told_facts_and_no_phone(cast: Cast) -> None:
    """A webhook may pass through anybody's log: the number is masked there."""
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 10_00)

    told = facts(invoice)

    assert PHONE not in str(told)
    assert told["amount"] == {"minor": 10_00, "currency": "RUB"}
    assert told["created_at"] == "2026-11-24T09:00:00Z"
    assert (told["paid_at"], told["state"]) == (None, "waiting")
