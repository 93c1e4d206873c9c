"""An invoice paid with banknotes: by its number, exactly, once for each receipt."""

import asyncio

import pytest

from services.cash_payments import (
    CashAmountError,
    CashNumberUnknownError,
    CashPayment,
    CashPaymentDiffersError,
)
from services.check_digits import luhn
from services.errors import WalletError
from services.invoices import (
    InvoiceExpiredError,
    InvoicePaidError,
    InvoiceState,
    InvoiceTestError,
    Wish,
)
from services.merchants import MerchantDisabledError
from services.money import RUB, USD, Money
from services.refunds import PaidInCashError
from services.topups import TerminalExhaustedError, TopUpDiffersError
from tests.cast import PHONE, Cast


async def test_the_number_is_the_invoices_for_good(cast: Cast) -> None:
    """Eight digits with a check digit, so that a slip is no other invoice."""
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 500_00, phone=None)
    numbers = {await cast.services.cash_payments.number(invoice_id=invoice.id) for _ in range(3)}
    (number,) = numbers
    assert len(number) == 8
    assert luhn(number)


async def test_cash_pays_the_shop_and_the_terminal_owes_it(cast: Cast) -> None:
    """Sent again it is the first; nobody else can pay the invoice, and it pays nothing else."""
    ann, shop, terminal = await cast.join(), await cast.shop(), await cast.terminal()
    await cast.fund(ann, 1000_00)
    invoice, bread = await cast.invoice(shop, 500_00), await cast.invoice(shop, 500_00)
    cash = cast.services.cash_payments
    number = await cash.number(invoice_id=invoice.id)

    seen = await cash.check(terminal=terminal, receipt="7", number=number)
    both = await asyncio.gather(*(
        cash.pay(terminal=terminal, receipt="7", number=number, amount=Money(500_00, RUB))
        for _ in range(2)
    ))  # fmt: skip
    for other, minor in ((number, 499_00), (await cash.number(invoice_id=bread.id), 500_00)):
        with pytest.raises(CashPaymentDiffersError):
            await cash.pay(terminal=terminal, receipt="7", number=other, amount=Money(minor, RUB))
    with pytest.raises(TopUpDiffersError):
        await cast.services.topups.pay(
            terminal=terminal, receipt="7", phone=PHONE, amount=Money(500_00, RUB)
        )
    with pytest.raises(InvoicePaidError):
        await cash.pay(terminal=terminal, receipt="8", number=number, amount=Money(500_00, RUB))
    with pytest.raises(InvoicePaidError):
        await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    with pytest.raises(PaidInCashError):
        await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)
    await cast.deliver()

    assert seen.id == invoice.id
    assert both[0] == both[1]
    assert await cast.posted(shop.owner) == 500_00
    assert await cast.posted(terminal.owner) == -500_00
    assert await cast.available(ann) == 1000_00
    assert [w.payload["type"] for w in cast.sent if w.kind == "webhook"] == ["invoice.paid"]
    assert await cast.faults() == []


async def test_who_was_about_to_pay_is_let_go(cast: Cast) -> None:
    """The code is awaited in the chat while a friend feeds banknotes."""
    ann, shop, terminal = await cast.join(), await cast.shop(), await cast.terminal()
    await cast.fund(ann, 1000_00)
    invoice = await cast.invoice(shop, 500_00)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)
    code = await cast.code()
    number = await cast.services.cash_payments.number(invoice_id=invoice.id)
    await cast.services.cash_payments.pay(
        terminal=terminal, receipt="7", number=number, amount=Money(500_00, RUB)
    )
    with pytest.raises(WalletError):
        await cast.services.payments.prove(holder=ann, offer_id=offer.offer.id, typed=code)
    await cast.deliver()
    assert await cast.available(ann) == 1000_00
    assert await cast.faults() == []


async def test_who_comes_back_no_more_is_let_go_too(cast: Cast) -> None:
    """At once, and not when the code's time is over."""
    ann, shop, terminal = await cast.join(), await cast.shop(), await cast.terminal()
    await cast.fund(ann, 1000_00)
    invoice = await cast.invoice(shop, 500_00)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)
    number = await cast.services.cash_payments.number(invoice_id=invoice.id)

    await cast.services.cash_payments.pay(
        terminal=terminal, receipt="7", number=number, amount=Money(500_00, RUB)
    )
    await cast.deliver()

    assert await cast.available(ann) == 1000_00


async def test_code_and_cash_at_one_moment_pay_once(cast: Cast) -> None:
    """One of them is told that it came too late."""
    ann, shop, terminal = await cast.join(), await cast.shop(), await cast.terminal()
    await cast.fund(ann, 1000_00)
    invoice = await cast.invoice(shop, 500_00)
    number = await cast.services.cash_payments.number(invoice_id=invoice.id)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)
    code = await cast.code()
    results = await asyncio.gather(
        cast.services.cash_payments.pay(
            terminal=terminal, receipt="7", number=number, amount=Money(500_00, RUB)
        ),
        cast.services.payments.prove(holder=ann, offer_id=offer.offer.id, typed=code),
        return_exceptions=True,
    )
    assert sum(isinstance(each, WalletError) for each in results) == 1
    await cast.deliver()
    assert await cast.posted(shop.owner) == 500_00
    by_cash = isinstance(results[0], CashPayment)
    assert await cast.available(ann) == (1000_00 if by_cash else 500_00)
    assert await cast.faults() == []


async def test_what_does_not_fit_is_refused_and_takes_nothing(cast: Cast) -> None:
    """A slip in the number, another sum, another currency, a used receipt, an old invoice."""
    await cast.join()
    shop, terminal = await cast.shop(), await cast.terminal(bond_minor=600_00)
    cash = cast.services.cash_payments
    invoice = await cast.invoice(shop, 500_00)
    large = await cast.invoice(shop, 700_00)
    dollars = await cast.invoice(shop, 5_00, of=USD)
    test = await cast.services.invoices.create(
        merchant=shop, wish=Wish(Money(500_00, RUB), "Test", is_test=True)
    )
    number = await cash.number(invoice_id=invoice.id)

    async def pay(typed: str, minor: int, receipt: str = "9") -> None:
        await cash.pay(terminal=terminal, receipt=receipt, number=typed, amount=Money(minor, RUB))

    await cast.services.topups.pay(
        terminal=terminal, receipt="1", phone="+79161234567", amount=Money(50_00, RUB)
    )
    with pytest.raises(CashNumberUnknownError):
        await pay("00000000", 500_00)
    with pytest.raises(CashNumberUnknownError):
        await pay(await cash.number(invoice_id=dollars.id), 5_00)
    for minor in (499_00, 501_00):
        with pytest.raises(CashAmountError):
            await pay(number, minor)
    with pytest.raises(InvoiceTestError):
        await pay(await cash.number(invoice_id=test.id), 500_00)
    with pytest.raises(CashPaymentDiffersError):
        await pay(number, 500_00, receipt="1")
    with pytest.raises(TerminalExhaustedError):
        await pay(await cash.number(invoice_id=large.id), 700_00)
    cast.clock.advance(days=4)
    with pytest.raises(InvoiceExpiredError):
        await pay(number, 500_00)
    await cast.services.merchants.disable(merchant_id=shop.id)
    with pytest.raises(MerchantDisabledError):
        await pay(number, 500_00)

    found = await cast.services.invoices.get(merchant=shop, invoice_id=large.id)
    assert found.state is InvoiceState.WAITING
    assert await cast.posted(shop.owner) == 0
    assert await cast.faults() == []
