"""Races about checkouts: a shop's page beside the chat, other browsers and other money."""

from collections.abc import Callable
from dataclasses import dataclass

from services.checkout_life import Checkout, Opening, Way
from services.holders import Holder
from services.invoices import Invoice
from services.merchants import Merchant
from services.money import RUB, Money
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@dataclass(frozen=True, slots=True)
class _Page:
    """A checkout that waits for its code, and the code."""

    checkout: Checkout
    browser: str
    code: str


@alike
async def one_code_from_two_tabs(stage: Stage) -> Race:
    """It pays once, and both see that it has."""
    shop, holder, invoice = await _invoiced(stage)
    page = await _page(stage, holder, invoice, "a browser")
    return both(stage, lambda each: _prove(each, page), _left(stage, shop, holder))


async def page_and_chat(stage: Stage) -> Race:
    """The payer types one code into the page and another one into the chat."""
    shop, holder, invoice = await _invoiced(stage)
    offer_id = await stage.confirmed(holder, invoice)
    digits = await stage.digits(offer_id)
    page = await _page(stage, holder, invoice, "a browser")

    async def chat() -> str:
        payments = stage.second.services.payments
        told = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    return Race(_prove(stage.first, page), chat, _left(stage, shop, holder))


async def page_and_button(stage: Stage) -> Race:
    """The payer confirms in the chat what the page has begun; the money is enough for one."""
    shop, holder, invoice = await _invoiced(stage)
    offer_id = await stage.offered(holder, invoice)
    page = await _page(stage, holder, invoice, "a browser")

    async def confirm() -> str:
        payments = stage.second.services.payments
        return (await payments.confirm(holder=holder, offer_id=offer_id)).offer.state.value

    return Race(_prove(stage.first, page), confirm, _left(stage, shop, holder))


async def two_browsers_of_one_payer(stage: Stage) -> Race:
    """Two checkouts of one invoice, both with their right codes."""
    shop, holder, invoice = await _invoiced(stage)
    pages = [await _page(stage, holder, invoice, browser) for browser in ("one", "two")]
    return Race(
        _prove(stage.first, pages[0]),
        _prove(stage.second, pages[1]),
        _left(stage, shop, holder),
    )


async def two_payers_of_one_invoice(stage: Stage) -> Race:
    """A bill that two friends pay at once, each at home."""
    shop, holder, invoice = await _invoiced(stage)
    friend = await stage.person()
    pages = [await _page(stage, each, invoice, each.id) for each in (holder, friend)]
    return Race(
        _prove(stage.first, pages[0]),
        _prove(stage.second, pages[1]),
        _left(stage, shop, holder, friend),
    )


async def resent_while_it_is_proved(stage: Stage) -> Race:
    """The code before is void, or has paid already."""
    shop, holder, invoice = await _invoiced(stage)
    page = await _page(stage, holder, invoice, "a browser")
    for process in (stage.first, stage.second):
        process.clock.advance(minutes=1)

    async def resend() -> str:
        again = await stage.second.services.checkouts.resend(
            checkout_id=page.checkout.id, browser=page.browser
        )
        return again.state.value

    return Race(_prove(stage.first, page), resend, _left(stage, shop, holder))


@alike
async def two_wrong_codes(stage: Stage) -> Race:
    """Each is counted: who types many at once gets no more tries."""
    shop, holder, invoice = await _invoiced(stage)
    page = await _page(stage, holder, invoice, "a browser")
    wrong = _Page(page.checkout, page.browser, "wrong")
    return both(stage, lambda each: _prove(each, wrong), _left(stage, shop, holder))


async def proved_while_the_shop_takes_it_back(stage: Stage) -> Race:
    """Paid and past taking back, or taken back and past paying."""
    shop, holder, invoice = await _invoiced(stage)
    page = await _page(stage, holder, invoice, "a browser")

    async def cancel() -> str:
        invoices = stage.second.services.invoices
        return (await invoices.cancel(merchant=shop, invoice_id=invoice.id)).state.value

    return Race(_prove(stage.first, page), cancel, _left(stage, shop, holder))


async def proved_while_banknotes_come(stage: Stage) -> Race:
    """A terminal takes cash for what the page is paying."""
    shop, holder, invoice = await _invoiced(stage)
    page, terminal = await _page(stage, holder, invoice, "a browser"), await stage.terminal()
    number = await stage.first.services.cash_payments.number(invoice_id=invoice.id)

    async def pay() -> int:
        made = await stage.second.services.cash_payments.pay(
            terminal=terminal, receipt="7", number=number, amount=Money(60_00, RUB)
        )
        return made.amount.minor

    return Race(_prove(stage.first, page), pay, _left(stage, shop, holder))


async def proved_while_the_wallet_is_locked(stage: Stage) -> Race:
    """It pays before the lock, or not at all."""
    shop, holder, invoice = await _invoiced(stage)
    page = await _page(stage, holder, invoice, "a browser")

    async def lock() -> str:
        return (await stage.second.services.wallets.lock(holder=holder)).state.value

    return Race(_prove(stage.first, page), lock, _left(stage, shop, holder))


async def _invoiced(stage: Stage) -> tuple[Merchant, Holder, Invoice]:
    """A hundred roubles, and sixty to pay, by whoever likes to."""
    shop, holder = await stage.shop(), await stage.person()
    return shop, holder, await stage.invoice(shop)


async def _page(stage: Stage, holder: Holder, invoice: Invoice, browser: str) -> _Page:
    checkout = await stage.first.services.checkouts.by_phone(
        opening=Opening(invoice.id, browser), phone=holder.phone, way=Way.CODE
    )
    assert checkout.code_id is not None
    return _Page(checkout, browser, await stage.digits_of(checkout.code_id))


def _prove(process: Process, page: _Page) -> Act:
    async def prove() -> str:
        told = await process.services.checkouts.prove(
            checkout_id=page.checkout.id, browser=page.browser, typed=page.code
        )
        return told.state.value

    return prove


def _left(stage: Stage, shop: Merchant, holder: Holder, *others: Holder) -> Callable[[], object]:
    def left() -> object:
        [[invoice_id]] = stage.rows("SELECT id FROM invoices WHERE merchant = %s", shop.id)
        return (
            stage.seen("invoices", "merchant", shop.id, "state, version"),
            stage.seen("payments", "merchant", shop.id, "state, amount"),
            stage.seen("checkouts", "invoice", invoice_id, "state, wrong"),
            stage.seen("cash_payments", "invoice", invoice_id, "amount"),
            stage.seen("codes", "phone", holder.phone, "purpose, state, wrong"),
            stage.account(shop.owner),
            *(stage.account(each.owner) for each in (holder, *others)),
        )

    return left


CHECKOUTS: tuple[Scene, ...] = (
    one_code_from_two_tabs,
    page_and_chat,
    page_and_button,
    two_browsers_of_one_payer,
    two_payers_of_one_invoice,
    resent_while_it_is_proved,
    two_wrong_codes,
    proved_while_the_shop_takes_it_back,
    proved_while_banknotes_come,
    proved_while_the_wallet_is_locked,
)
