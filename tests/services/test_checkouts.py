"""Checkouts: a stranger learns nothing and moves nothing; the holder pays with one code."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from purser.services import Services
from services.card_details import security_code
from services.checkout_life import (
    CardTextError,
    Checkout,
    CheckoutExpiredError,
    CheckoutNotFoundError,
    CheckoutState,
    ConsentMissingError,
    Opening,
    TypedCard,
    Way,
)
from services.checkouts import KEPT
from services.codes import (
    LIFETIME,
    STRANGERS_SENT_PER_HOUR_MAX,
    TRIES_MAX,
    WRONG_PER_DAY_MAX,
    Code,
    CodeExhaustedError,
    CodeExpiredError,
    CodeThrottledError,
    CodeWrongError,
)
from services.holders import Holder, WalletLockedError
from services.invoices import (
    Capture,
    Invoice,
    InvoiceExpiredError,
    InvoicePaidError,
    InvoiceState,
    InvoiceTestError,
    Wish,
)
from services.ledger import InsufficientFundsError
from services.merchants import Merchant, MerchantDisabledError
from services.money import EUR, RUB, USD, Money
from services.payments import HeldExchangeError
from services.rates import RateMissingError
from services.short_messages import ShortMessage
from services.vault import Vault
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast

BROWSER = "what-the-cookie-holds"
UNKNOWN = "+79991112233"


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    holder = await cast.join()
    await cast.fund(holder, 5_000_00)
    return holder


@pytest.fixture
async def shop(cast: Cast) -> Merchant:
    return await cast.shop()


@pytest.fixture
async def bill(cast: Cast, shop: Merchant) -> Invoice:
    """Open to all, 700 roubles."""
    return await cast.invoice(shop, 700_00, phone=None)


def opening(bill: Invoice, browser: str = BROWSER, **more: Any) -> Opening:
    return replace(Opening(bill.id, browser), **more)


async def begin(cast: Cast, bill: Invoice, phone: str = PHONE, **more: Any) -> Checkout:
    return await cast.services.checkouts.by_phone(
        opening=opening(bill, **more), phone=phone, way=Way.CODE
    )


async def prove(cast: Cast, checkout: Checkout, typed: str, browser: str = BROWSER) -> Checkout:
    return await cast.services.checkouts.prove(
        checkout_id=checkout.id, browser=browser, typed=typed
    )


async def kept_code(cast: Cast, checkout: Checkout) -> Code | None:
    """The code of that checkout, as it is stored."""
    return await cast.store.read(lambda book: book.codes.find(checkout.code_id or ""))


def sent(cast: Cast) -> list[ShortMessage]:
    """The codes of checkouts that went out."""
    return [each for each in cast.sms if each.template.startswith("code_checkout")]


async def state(cast: Cast, bill: Invoice) -> str:
    return await cast.services.checkouts.state(invoice_id=bill.id)


async def test_the_right_code_pays(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """Nothing is held before it, and it pays once however often it is sent."""
    checkout = await begin(cast, bill)
    code = await cast.code()
    before = await cast.available(ann)

    paid = await prove(cast, checkout, code)
    again = await prove(cast, checkout, code)

    assert before == 5_000_00
    assert paid == again
    assert paid.state is CheckoutState.PAID
    assert await state(cast, bill) == "paid"
    assert await cast.available(ann) == 4_300_00
    assert await cast.faults() == []


async def test_crowd_pays_once(cast: Cast, vault: Vault, ann: Holder, bill: Invoice) -> None:
    """The same code from many tabs, while two checkouts of the invoice are proved at once."""
    first, second = await begin(cast, bill), await begin(cast, bill, browser="other")
    codes = []
    for checkout in (first, second):
        code = await kept_code(cast, checkout)
        assert code is not None
        codes.append(code.digits(vault))

    async def one(number: int) -> str:
        checkout, browser = ((first, BROWSER), (second, "other"))[number % 2]
        try:
            await prove(cast, checkout, codes[number % 2], browser)
        except InvoicePaidError as exc:
            return exc.code
        return "paid"

    outcomes = await asyncio.gather(*(one(number) for number in range(20)))

    assert await cast.available(ann) == 4_300_00
    assert outcomes.count("paid") == 10
    assert outcomes.count("invoice_paid") == 10
    assert await cast.faults() == []


async def test_what_the_same_holder_began_in_the_chat_is_let_go(
    cast: Cast, ann: Holder, shop: Merchant
) -> None:
    """All the money is held for a code there, and the page's code comes first."""
    whole = await cast.invoice(shop, 5_000_00, phone=None)
    offer = await cast.services.payments.offer(holder=ann, invoice_id=whole.id, key="u1")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)
    await cast.deliver()  # the chat's code is there before the page's
    checkout = await begin(cast, whole)
    code = await cast.code()

    paid = await prove(cast, checkout, code)

    assert paid.state is CheckoutState.PAID
    assert await cast.available(ann) == 0
    assert await cast.faults() == []


async def test_the_sms_says_what_it_pays(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """Who did not ask for it must see what it would do."""
    await begin(cast, bill)
    await cast.code()

    sms = sent(cast)[-1]

    assert sms.phone == ann.phone
    assert sms.template == "code_checkout"
    assert (sms.values["amount"], sms.values["payee"]) == (bill.amount, "Shop")


async def test_nobody_looks_like_somebody(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """An unknown number is answered, counted and ended exactly as a known one."""

    async def told(phone: str) -> list[object]:
        checkout = await begin(cast, bill, phone, browser=phone)
        await cast.deliver()
        seen: list[object] = [
            checkout.state,
            checkout.cost,
            checkout.expires_at - checkout.created_at,
            checkout.code_id is None,
            set(checkout.content),
        ]
        for _ in range(TRIES_MAX + 1):
            try:
                await prove(cast, checkout, "wrong!", browser=phone)
            except CodeWrongError as exc:
                seen.append(exc.values["tries_left"])
            except CodeExhaustedError as exc:
                seen.append(exc.code)
        return seen

    known, unknown = await told(PHONE), await told(UNKNOWN)

    assert known == unknown
    assert known[-3:] == [1, "code_exhausted", "code_exhausted"]
    assert [each.phone for each in sent(cast)] == [ann.phone]


async def test_somebody_elses_invoice_looks_the_same(
    cast: Cast, ann: Holder, shop: Merchant
) -> None:
    """A page does not tell whose number its invoice is for."""
    foreign = await cast.invoice(shop, 700_00, phone=OTHER_PHONE)

    checkout = await begin(cast, foreign)
    await cast.deliver()

    assert checkout.asked == "+7916***4567"
    assert sent(cast) == []
    with pytest.raises(CodeWrongError):
        await prove(cast, checkout, "000000")


async def test_what_is_wrong_is_said_after_the_code_only(
    cast: Cast, ann: Holder, shop: Merchant
) -> None:
    """To the holder it is said plainly, and the code is good again after topping up."""
    dear = await cast.invoice(shop, 9_000_00, phone=None)
    checkout = await begin(cast, dear)
    code = await cast.code()

    with pytest.raises(CodeWrongError):
        await prove(cast, checkout, "000000" if code != "000000" else "000001")
    with pytest.raises(InsufficientFundsError):
        await prove(cast, checkout, code)
    await cast.fund(ann, 5_000_00)
    paid = await prove(cast, checkout, code)

    assert paid.state is CheckoutState.PAID
    assert await cast.available(ann) == 1_000_00


async def test_a_locked_wallet_gets_its_code_and_pays_nothing(
    cast: Cast, ann: Holder, bill: Invoice
) -> None:
    await cast.services.wallets.lock(holder=ann)
    checkout = await begin(cast, bill)

    with pytest.raises(WalletLockedError):
        await prove(cast, checkout, await cast.code())

    assert await state(cast, bill) == "waiting"


async def test_another_browser_cannot_go_on(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """The address of a page is no secret: what the browser holds is."""
    checkout = await begin(cast, bill)
    code = await cast.code()

    for call in (
        prove(cast, checkout, code, browser="another"),
        cast.services.checkouts.show(checkout_id=checkout.id, browser="another"),
        cast.services.checkouts.resend(checkout_id=checkout.id, browser="another"),
        cast.services.checkouts.show(checkout_id="0" * 32, browser=BROWSER),
    ):
        with pytest.raises(CheckoutNotFoundError):
            await call

    assert await state(cast, bill) == "waiting"


async def test_codes_and_checkouts_end(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """A code after five minutes, another may be asked for; all of it after fifteen."""
    checkout = await begin(cast, bill)
    old = await cast.code()
    checkouts = cast.services.checkouts

    with pytest.raises(CodeThrottledError):
        await checkouts.resend(checkout_id=checkout.id, browser=BROWSER)
    cast.clock.now += LIFETIME
    with pytest.raises(CodeExpiredError):
        await prove(cast, checkout, old)
    again = await checkouts.resend(checkout_id=checkout.id, browser=BROWSER)
    new = await cast.code()
    if old != new:
        with pytest.raises(CodeWrongError):
            await prove(cast, again, old)
    cast.clock.now += timedelta(minutes=10)
    with pytest.raises(CheckoutExpiredError):
        await prove(cast, again, new)

    assert await cast.available(ann) == 5_000_00


async def test_strangers_do_not_use_up_the_owners_codes(
    cast: Cast, ann: Holder, bill: Invoice
) -> None:
    """Neither their codes nor their wrong guesses shut the owner out (D5)."""
    for number in range(STRANGERS_SENT_PER_HOUR_MAX + 2):
        checkout = await begin(cast, bill, browser=str(number))
        await cast.deliver()
        for _ in range(TRIES_MAX):
            with pytest.raises((CodeWrongError, CodeExhaustedError)):
                await prove(cast, checkout, "wrong!", browser=str(number))
    sms = sent(cast)

    payment = await cast.pay(ann, bill)

    assert TRIES_MAX * (STRANGERS_SENT_PER_HOUR_MAX + 2) > WRONG_PER_DAY_MAX
    assert 0 < len(sms) <= STRANGERS_SENT_PER_HOUR_MAX
    assert payment
    assert await state(cast, bill) == "paid"


async def test_another_currency_at_the_rate_that_was_shown(
    cast: Cast, ann: Holder, bill: Invoice, services: Services
) -> None:
    """What leaves is what the page and the SMS said, also when the rate has moved since."""
    await services.rates.set(pair="USD/RUB", rate="100")
    await cast.fund(ann, 50_00, USD)
    checkout = await begin(cast, bill, of=USD)
    code = await cast.code()
    await services.rates.set(pair="USD/RUB", rate="50")
    cast.clock.now += timedelta(minutes=10)
    with pytest.raises(CheckoutExpiredError):  # a rate is kept no longer
        await prove(cast, checkout, code)
    cast.clock.now -= timedelta(minutes=10)

    await prove(cast, checkout, code)

    assert sent(cast)[-1].template == "code_checkout_exchanged"
    assert sent(cast)[-1].values["cost"] == checkout.cost == Money(7_00, USD)
    assert await cast.available(ann, USD) == 43_00
    assert await cast.available(ann) == 5_000_00
    assert await cast.faults() == []


async def test_a_look_says_what_it_costs(
    cast: Cast, ann: Holder, shop: Merchant, services: Services
) -> None:
    """In every currency that can be exchanged, that of wallets first."""
    euros = await cast.invoice(shop, 10_00, phone=None, of=EUR)
    alone = await services.checkouts.look(invoice_id=euros.id)
    await services.rates.set(pair="EUR/RUB", rate="100")

    look = await services.checkouts.look(invoice_id=euros.id)

    assert [each.amount for each in alone.costs] == [Money(10_00, EUR)]
    assert alone.card_cost is None
    assert [each.amount for each in look.costs] == [Money(1_000_00, RUB), Money(10_00, EUR)]
    assert look.card_cost == look.costs[0]
    with pytest.raises(RateMissingError):
        await begin(cast, euros, of=USD)


async def test_chat_is_asked(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """A few times an hour and not after "it was not me"; the browser sees no difference."""

    async def ask(phone: str) -> Checkout:
        return await cast.services.checkouts.by_phone(
            opening=opening(bill), phone=phone, way=Way.CHAT
        )

    async def asked() -> int:
        await cast.deliver()
        notices = [each for each in cast.sent if each.payload.get("notice") == "checkout"]
        return len(notices)

    first = await ask(PHONE)
    stranger = await ask(UNKNOWN)
    for _ in range(5):
        await ask(PHONE)
    in_an_hour = await asked()
    invoice = await cast.services.checkouts.asked(holder=ann, checkout_id=first.id)
    with pytest.raises(CheckoutNotFoundError):
        await prove(cast, first, "000000")
    await cast.services.checkouts.mute(holder=ann)
    cast.clock.now += timedelta(hours=2)
    await ask(PHONE)

    assert (first.state, first.code_id) == (stranger.state, stranger.code_id)
    assert in_an_hour == await asked() == 3
    assert invoice.id == bill.id
    bob = await cast.join(BOB, OTHER_PHONE)
    for holder, checkout in ((bob, first), (ann, stranger)):
        with pytest.raises(CheckoutNotFoundError):
            await cast.services.checkouts.asked(holder=holder, checkout_id=checkout.id)


async def card_of(cast: Cast, vault: Vault, holder: Holder) -> TypedCard:
    """Ann's card as she would type it."""
    card = (await cast.services.cards.listed(holder=holder))[0]
    sms = await cast.services.card_details.sms(card_id=card.id)
    return TypedCard(sms.number, card.expires, security_code(vault, sms.number, card.expires, 1))


async def test_card_pays(cast: Cast, vault: Vault, ann: Holder, bill: Invoice) -> None:
    """Its number, month and code have its owner sent a code, and its limits hold."""
    typed = await card_of(cast, vault, ann)
    spaced = " ".join(typed.number[at : at + 4] for at in range(0, 16, 4))
    checkout = await cast.services.checkouts.by_card(
        opening=opening(bill), card=replace(typed, number=spaced)
    )
    code = await cast.code()

    paid = await prove(cast, checkout, code)

    assert checkout.asked == typed.number[-4:]
    assert typed.number not in str(checkout)
    assert paid.state is CheckoutState.PAID
    invoice = await cast.services.invoices.view(holder=ann, invoice_id=bill.id)
    done = await cast.store.read(lambda book: book.payments.find(invoice.payment or ""))
    assert done is not None
    assert done.card is not None
    assert await cast.available(ann) == 4_300_00


async def test_wrong_card_looks_like_a_right_one(
    cast: Cast, vault: Vault, ann: Holder, bill: Invoice
) -> None:
    """No number, month or security code can be found out; five wrong ones end its day."""
    typed = await card_of(cast, vault, ann)
    other = "000" if typed.code != "000" else "001"
    wrong = [
        replace(typed, code=other),
        replace(typed, expires="2501"),
        replace(typed, number="9900100000000000"),
        *[replace(typed, code=other)] * 4,
    ]
    checkouts = cast.services.checkouts

    made = [await checkouts.by_card(opening=opening(bill), card=each) for each in wrong]
    late = await checkouts.by_card(opening=opening(bill), card=typed)
    await cast.deliver()

    assert {each.state for each in (*made, late)} == {CheckoutState.OPEN}
    assert sent(cast) == []
    for bad in (
        replace(typed, number="1"),
        replace(typed, code="x12"),
        replace(typed, expires=""),
    ):
        with pytest.raises(CardTextError):
            await checkouts.by_card(opening=opening(bill), card=bad)
    cast.clock.now += timedelta(days=1)
    await checkouts.by_card(opening=opening(bill), card=typed)
    await cast.deliver()
    assert len(sent(cast)) == 1


async def test_right_card_whose_owner_gets_no_more_codes_looks_like_a_wrong_one(
    cast: Cast, vault: Vault, ann: Holder, bill: Invoice
) -> None:
    """Asked for again at once, both say that it was too soon; later, both say nothing."""
    typed = await card_of(cast, vault, ann)
    other = replace(typed, code="000" if typed.code != "000" else "001")
    for number in range(STRANGERS_SENT_PER_HOUR_MAX):
        await begin(cast, bill, browser=str(number))
    checkouts = cast.services.checkouts

    for card in (typed, other):
        checkout = await checkouts.by_card(opening=opening(bill), card=card)
        with pytest.raises(CodeThrottledError):
            await checkouts.resend(checkout_id=checkout.id, browser=BROWSER)
        cast.clock.now += timedelta(seconds=30)
        await checkouts.resend(checkout_id=checkout.id, browser=BROWSER)


@pytest.mark.parametrize("why", ["closed", "over", "not for its owner"])
async def test_card_that_pays_nothing_gets_no_code(
    cast: Cast, vault: Vault, ann: Holder, shop: Merchant, why: str
) -> None:
    typed = await card_of(cast, vault, ann)
    card = (await cast.services.cards.listed(holder=ann))[0]
    if why == "closed":
        cards = cast.services.cards
        end = await cards.offer(holder=ann, card_id=card.id, kind="close", key="u1")
        await cards.close(holder=ann, offer_id=end.id)
    if why == "over":  # and nobody has noted it yet
        cast.clock.now = card.expires_at
    phone = OTHER_PHONE if why == "not for its owner" else None
    bill = await cast.invoice(shop, 700_00, phone=phone)

    await cast.services.checkouts.by_card(opening=opening(bill), card=typed)
    await cast.deliver()

    assert sent(cast) == []


async def test_right_guess_of_a_code_that_nobody_gets_pays_nothing(
    cast: Cast, vault: Vault, ann: Holder, bill: Invoice
) -> None:
    checkout = await begin(cast, bill, UNKNOWN)
    code = await kept_code(cast, checkout)
    assert code is not None

    with pytest.raises(CodeExpiredError):
        await prove(cast, checkout, code.digits(vault))


async def test_too_many_wrong_codes_end_it_for_good(
    cast: Cast, ann: Holder, bill: Invoice
) -> None:
    """No other code is sent for it, and none is compared."""
    checkout = await begin(cast, bill)
    code = await cast.code()
    for _ in range(TRIES_MAX):
        with pytest.raises((CodeWrongError, CodeExhaustedError)):
            await prove(cast, checkout, "wrong!")
    cast.clock.now += timedelta(minutes=1)

    with pytest.raises(CodeExhaustedError):
        await cast.services.checkouts.resend(checkout_id=checkout.id, browser=BROWSER)
    with pytest.raises(CodeExhaustedError):
        await prove(cast, checkout, code)


async def test_what_nobody_can_pay_is_said_to_all(
    cast: Cast, ann: Holder, shop: Merchant, services: Services
) -> None:
    """The invoice's own state is no secret of a holder's."""
    test = await services.invoices.create(
        merchant=shop, wish=Wish(Money(1_00, RUB), "", is_test=True)
    )
    paid, over = [await cast.invoice(shop, 100, phone=None) for _ in range(2)]
    await cast.pay(ann, paid)
    for bill, error in ((test, InvoiceTestError), (paid, InvoicePaidError)):
        with pytest.raises(error):
            await begin(cast, bill, UNKNOWN)
    cast.clock.now += over.expires_at - cast.clock() - timedelta(minutes=5)
    begun = await begin(cast, over)
    code = await cast.code()
    cast.clock.now += timedelta(minutes=5) - timedelta(seconds=1)
    waits = await state(cast, over)
    cast.clock.now += timedelta(seconds=1)

    assert (waits, await state(cast, over)) == ("waiting", "expired")
    with pytest.raises(InvoiceExpiredError):
        await prove(cast, begun, code)
    left = await cast.invoice(shop, 100, phone=None)
    await services.merchants.disable(merchant_id=shop.id)
    assert await state(cast, left) == "closed"
    with pytest.raises(MerchantDisabledError):
        await begin(cast, left, UNKNOWN)


async def test_two_step_and_recurring(
    cast: Cast, ann: Holder, shop: Merchant, services: Services
) -> None:
    """What is held is paid in its own currency; consent is asked for and not assumed."""
    await services.rates.set(pair="USD/RUB", rate="100")
    held, again = [
        await services.invoices.create(merchant=shop, wish=Wish(Money(100_00, RUB), "", **more))
        for more in ({"capture": Capture.LATER}, {"content": {"recurring": True}})
    ]

    with pytest.raises(HeldExchangeError):
        await begin(cast, held, of=USD)
    with pytest.raises(ConsentMissingError):
        await begin(cast, again)
    for bill, agrees in ((held, False), (again, True)):
        checkout = await begin(cast, bill, agrees=agrees)
        await prove(cast, checkout, await cast.code())

    assert [await state(cast, each) for each in (held, again)] == ["authorised", "paid"]
    assert len((await services.checkouts.look(invoice_id=held.id)).costs) == 0


async def test_old_ones_are_forgotten(cast: Cast, ann: Holder, bill: Invoice) -> None:
    """What strangers typed is not kept, nor the codes they had sent."""
    checkout = await begin(cast, bill)
    kept = await begin(cast, bill, UNKNOWN)
    cast.clock.now += KEPT + timedelta(minutes=16)
    fresh = await begin(cast, bill)

    await cast.services.checkouts.forget()

    for gone in (checkout, kept):
        with pytest.raises(CheckoutNotFoundError):
            await cast.services.checkouts.show(checkout_id=gone.id, browser=BROWSER)
        assert await kept_code(cast, gone) is None
    shown = await cast.services.checkouts.show(checkout_id=fresh.id, browser=BROWSER)
    assert shown == fresh
    assert await state(cast, bill) == InvoiceState.WAITING


async def test_form_tokens_are_a_browsers_own(services: Services) -> None:
    token = services.checkouts.form_token(browser="one", invoice_id="1")

    for browser, invoice, typed, is_right in (
        ("one", "1", token, True),
        ("two", "1", token, False),
        ("one", "2", token, False),
        ("one", "1", "", False),
        ("one", "1", "💶\ud800", False),
    ):
        found = services.checkouts.is_form_token(browser=browser, invoice_id=invoice, token=typed)
        assert found is is_right
