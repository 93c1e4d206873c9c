"""Refunds: along the payment, never more than was paid."""

import asyncio
from collections.abc import Callable

import pytest

from services.invoices import InvoiceNotFoundError, InvoiceState
from services.ledger import InsufficientFundsError, Transaction, Transfer, account_id
from services.money import RUB, USD, Money
from services.refunds import (
    NotPaidError,
    RefundNotFoundError,
    RefundReasonError,
    RefundTooLargeError,
)
from storage.book import BookTables
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.clock import TestClock


async def test_parts_add_up_to_the_whole_and_no_further(cast: Cast) -> None:
    """The invoice follows: in part, then refunded; the payer and the shop are told."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    await cast.pay(ann, invoice)
    refunds = cast.services.refunds

    await refunds.refund(merchant=shop, invoice_id=invoice.id, amount=Money(20_00, RUB))
    partly = await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)
    with pytest.raises(RefundTooLargeError) as refused:
        await refunds.refund(merchant=shop, invoice_id=invoice.id, amount=Money(40_01, RUB))
    await refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)
    wholly = await cast.services.invoices.get(merchant=shop, invoice_id=invoice.id)
    with pytest.raises(RefundTooLargeError):
        await refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)
    await cast.deliver()

    assert (partly.state, wholly.state) == (InvoiceState.REFUNDED_IN_PART, InvoiceState.REFUNDED)
    assert refused.value.values["left"] == Money(40_00, RUB)
    assert await cast.available(ann) == 100_00
    events = [w.payload["type"] for w in cast.sent if w.kind == "webhook"]
    assert sorted(events) == ["invoice.paid", "refund.paid", "refund.paid"]
    assert await cast.faults() == []


async def test_three_hundred_at_once_give_back_what_was_paid(cast: Cast) -> None:
    """A shop's script that runs wild must not print money."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    await cast.pay(ann, invoice)

    outcomes = await asyncio.gather(
        *(
            cast.services.refunds.refund(
                merchant=shop, invoice_id=invoice.id, amount=Money(25_00, RUB)
            )
            for _ in range(300)
        ),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, RefundTooLargeError)]
    assert len(outcomes) - len(refused) == 2
    assert await cast.available(ann) == 90_00
    assert await cast.faults() == []


async def test_only_what_was_paid_is_given_back(cast: Cast) -> None:
    """Not a waiting invoice, not another currency, not another shop's, not spent money."""
    ann, shop, rival = await cast.join(), await cast.shop(), await cast.shop("Rival")
    await cast.fund(ann, 100_00)
    waiting, paid = await cast.invoice(shop, 10_00), await cast.invoice(shop, 60_00)
    await cast.pay(ann, paid)
    refund = cast.services.refunds.refund

    with pytest.raises(NotPaidError):
        await refund(merchant=shop, invoice_id=waiting.id, amount=None)
    with pytest.raises(InvoiceNotFoundError):
        await refund(merchant=rival, invoice_id=paid.id, amount=None)
    with pytest.raises(RefundTooLargeError):
        await refund(merchant=shop, invoice_id=paid.id, amount=Money(1_00, USD))
    with pytest.raises(RefundReasonError):
        await refund(merchant=shop, invoice_id=paid.id, amount=None, reason="a\u202eb")

    assert await cast.available(ann) == 40_00


async def test_shop_that_has_nothing_gives_nothing(cast: Cast) -> None:
    """The wallet does not lend to shops."""
    ann, bob, shop = await cast.join(), await cast.join(BOB, OTHER_PHONE), await cast.shop()
    await cast.fund(ann, 100_00)
    first = await cast.invoice(shop, 60_00)
    await cast.pay(ann, first)
    refund = await cast.services.refunds.refund(
        merchant=shop, invoice_id=first.id, amount=Money(50_00, RUB)
    )
    await cast.store.write(_spend_the_rest(shop.owner, bob.owner))

    with pytest.raises(InsufficientFundsError):
        await cast.services.refunds.refund(merchant=shop, invoice_id=first.id, amount=None)

    assert await cast.services.refunds.get(merchant=shop, refund_id=refund.id) == refund


async def test_payer_checks_what_came_back(cast: Cast) -> None:
    """Newest first, by pages, beside both balances (F1); others see nothing of it."""
    ann, bob, shop = await cast.join(), await cast.join(BOB, OTHER_PHONE), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 60_00)
    await cast.pay(ann, invoice)
    for number in range(3):
        cast.clock.advance(seconds=1)
        await cast.services.refunds.refund(
            merchant=shop, invoice_id=invoice.id, amount=Money(1_00 + number, RUB)
        )

    first = await cast.services.refunds.check(holder=ann, limit=2)
    rest = await cast.services.refunds.check(holder=ann, before=first.next, limit=2)
    theirs = await cast.services.refunds.check(holder=bob)

    assert [each.amount.minor for each in (*first.refunds, *rest.refunds)] == [102, 101, 100]
    assert (len(first.balances), rest.next, theirs.refunds) == (2, None, [])
    with pytest.raises(RefundNotFoundError):
        await cast.services.refunds.view(holder=bob, refund_id=first.refunds[0].id)


def _spend_the_rest(shop: str, bob: str) -> Callable[[BookTables], None]:
    """The shop's money leaves it, as a payout would take it."""

    def work(book: BookTables) -> None:
        source = account_id(shop, RUB)
        balance = book.ledger.balance(source)
        assert balance is not None
        transfer = Transfer(source, account_id(bob, RUB), balance.available)
        book.ledger.post(Transaction("payout", "test", "test/1", TestClock()(), (transfer,)))

    return work
