"""Receipts: everything the offer said, kept as it was, and checked by a short code."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchanges import Wish
from services.history import OperationNotFoundError, Wanted
from services.holders import Holder
from services.money import RUB, USD, Money
from services.receipt_codes import LENGTH, SYMBOLS, code_of, grouped, parse_code
from services.receipt_facts import NoReceiptError, Receipt, partly
from services.receipts import ReceiptNotFoundError
from services.signed_files import Finding, PublicKeyError, look, sign
from services.vault import Vault
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast
from tests.catalogue import order
from tests.conftest import MASTER

VAULT = Vault(MASTER)


@dataclass
class Story:
    """Somebody to whom one of everything has happened."""

    cast: Cast
    ann: Holder

    async def receipt(self, kind: str) -> Receipt:
        """Of the newest operation of that kind."""
        page = await self.cast.services.history.page(holder=self.ann.id, wanted=Wanted(kind=kind))
        return await self.cast.services.receipts.issue(
            holder=self.ann, operation_id=page.operations[0].id
        )


@pytest.fixture
async def story(cast: Cast) -> Story:
    """Ann with 5,000 roubles, a rate and a catalogue."""
    await cast.open_catalogue()
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    ann = await cast.join()
    await cast.fund(ann, 5_000_00)
    return Story(cast, ann)


async def test_of_an_invoice(story: Story) -> None:
    """Who was paid, for what, how much, from which account and when."""
    shop = await story.cast.shop("Lantern & Co.")
    invoice = await story.cast.invoice(shop, 700_00)
    paid = await story.cast.pay(story.ann, invoice)

    receipt = await story.receipt("payment")

    assert receipt.operation == paid
    assert receipt.name("ru") == "Lantern & Co."
    assert (receipt.purpose, receipt.amount, receipt.total, receipt.moved) == (
        "A book",
        Money(700_00, RUB),
        Money(700_00, RUB),
        Money(-700_00, RUB),
    )
    assert (receipt.phone, receipt.card, receipt.conversion) == ("+7916***4567", "", None)
    assert receipt.done_at == story.cast.clock()


async def test_of_a_card(story: Story) -> None:
    """Four digits tell which; the number itself is nowhere."""
    [card] = await story.cast.services.cards.listed(holder=story.ann)
    invoice = await story.cast.invoice(await story.cast.shop(), 700_00)
    await story.cast.pay(story.ann, invoice, f"card/{card.id}")

    assert (await story.receipt("payment")).card == card.last_four


async def test_of_a_provider_has_all_its_numbers(story: Story) -> None:
    """Commission, who bears it, the account masked, and the numbers of both sides."""
    story.cast.billing.payee = "A*** S."
    payment = await story.cast.pay_provider(story.ann, order())
    with pytest.raises(NoReceiptError):
        await story.receipt("provider_payment")

    await story.cast.deliver()
    receipt = await story.receipt("provider_payment")

    assert (receipt.name("ru"), receipt.payee) == ("Стим", "A*** S.")
    assert (receipt.amount, receipt.commission, receipt.total) == (
        Money(500_00, RUB),
        Money(15_00, RUB),
        Money(515_00, RUB),
    )
    assert (receipt.borne_by, receipt.txn) == ("payer", str(payment.txn))
    assert receipt.provider_txn
    [login] = receipt.details
    assert login.label("ru") == "Логин"
    assert login.value == partly(payment.account)
    assert login.value != payment.account


async def test_of_an_exchange_has_both_currencies_and_the_rate(story: Story) -> None:
    """Given, got, rate, its source and date."""
    await story.cast.services.rates.set(pair="USD/RUB", rate="90.00")
    exchanges = story.cast.services.exchanges
    wish = Wish(RUB, USD, Money(10_00, USD))
    offer = await exchanges.offer(holder=story.ann, wish=wish, key="x")
    await exchanges.confirm(holder=story.ann, offer_id=offer.offer.id)
    await exchanges.prove(holder=story.ann, offer_id=offer.offer.id, typed=await story.cast.code())

    receipt = await story.receipt("exchange")

    assert receipt.conversion == offer.conversion
    assert (receipt.moved, receipt.amount) == (Money(-900_00, RUB), Money(10_00, USD))


async def test_of_cash_a_refund_and_a_correction(story: Story) -> None:
    """Whatever came has a receipt too."""
    cast, terminal = story.cast, await story.cast.terminal()
    await cast.services.topups.pay(
        terminal=terminal, receipt="4711", phone=PHONE, amount=Money(500_00, RUB)
    )
    shop = await cast.shop()
    invoice = await cast.invoice(shop, 700_00)
    await cast.pay(story.ann, invoice)
    await cast.services.refunds.refund(
        merchant=shop, invoice_id=invoice.id, amount=Money(200_00, RUB), reason="too large"
    )

    cash, back = await story.receipt("topup"), await story.receipt("refund")
    corrected = await story.receipt("correction")

    assert (cash.name("en"), cash.txn, cash.moved) == ("Lobby", "4711", Money(500_00, RUB))
    assert (back.name("en"), back.purpose, back.moved) == ("Shop", "too large", Money(200_00, RUB))
    assert (corrected.purpose, corrected.moved) == ("test", Money(5_000_00, RUB))


async def test_stays_as_it_was_first_issued(story: Story) -> None:
    """A refund changes what a stranger is told of the payment, and nothing on the receipt."""
    cast, shop = story.cast, await story.cast.shop()
    invoice = await cast.invoice(shop, 700_00)
    await cast.pay(story.ann, invoice)
    first = await story.receipt("payment")
    before = await cast.services.receipts.check(code=first.code)

    cast.clock.advance(days=3)
    await cast.services.refunds.refund(
        merchant=shop, invoice_id=invoice.id, amount=Money(200_00, RUB)
    )
    part = await cast.services.receipts.check(code=grouped(first.code).lower())
    await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)
    whole = await cast.services.receipts.check(code=first.code)

    assert await story.receipt("payment") == first
    assert before.receipt == part.receipt == first
    assert (before.given_back, part.given_back) == (None, Money(200_00, RUB))
    assert (part.is_all_given_back, whole.is_all_given_back) == (False, True)


async def test_survives_being_kept(story: Story) -> None:
    """Every field comes back from storage as it was."""
    await story.cast.pay_provider(story.ann, order())
    await story.cast.deliver()
    first = await story.receipt("provider_payment")

    assert Receipt.from_content(first.content()) == first
    assert await story.receipt("provider_payment") == first


async def test_is_found_by_every_number_its_owner_may_have(story: Story) -> None:
    """Operation, transaction number, or the code on the paper."""
    payment = await story.cast.pay_provider(story.ann, order())
    await story.cast.deliver()
    receipts = story.cast.services.receipts
    first = await receipts.named(holder=story.ann, number=payment.id.upper())

    for number in (str(payment.txn), first.code, grouped(first.code).lower()):
        assert await receipts.named(holder=story.ann, number=number) == first
    for number in ("", "17", "9" * 19, "0" * 32, "7K3M-Q9ZD"):
        with pytest.raises(ReceiptNotFoundError):
            await receipts.named(holder=story.ann, number=number)


async def test_is_its_owners_alone(story: Story) -> None:
    """Who has the code is told what is on the paper, but gets no paper."""
    bob = await story.cast.join(BOB, OTHER_PHONE)
    payment = await story.cast.pay_provider(story.ann, order())
    await story.cast.deliver()
    receipts = story.cast.services.receipts
    first = await story.receipt("provider_payment")

    with pytest.raises(OperationNotFoundError):
        await receipts.issue(holder=bob, operation_id=payment.id)
    for number in (payment.id, str(payment.txn), first.code):
        with pytest.raises(ReceiptNotFoundError):
            await receipts.named(holder=bob, number=number)


async def test_lists_what_is_finished(story: Story) -> None:
    """What waits for its code or has failed has no receipt, and is not offered."""
    cast, shop = story.cast, await story.cast.shop()
    cast.clock.advance(minutes=1)
    await cast.pay(story.ann, await cast.invoice(shop, 700_00))
    waiting = await cast.invoice(shop, 100_00)
    offer = await cast.services.payments.offer(holder=story.ann, invoice_id=waiting.id, key="w")
    held = await cast.services.payments.confirm(holder=story.ann, offer_id=offer.offer.id)

    listed = await cast.services.receipts.last(holder=story.ann)

    assert [each.kind for each in listed] == ["payment", "correction"]
    assert held.payment is not None
    with pytest.raises(NoReceiptError):
        await cast.services.receipts.issue(holder=story.ann, operation_id=held.payment.id)


async def test_operator_makes_one_by_its_number(story: Story) -> None:
    """The operator knows no holder, but the number that somebody has written him."""
    receipts = story.cast.services.receipts
    await story.cast.pay_provider(story.ann, order())
    await story.cast.deliver()
    of_provider, corrected = (
        await story.receipt("provider_payment"),
        await story.receipt("correction"),
    )

    for each in (of_provider, corrected):
        assert await receipts.of_operation(operation_id=each.operation) == each
    with pytest.raises(ReceiptNotFoundError):
        await receipts.of_operation(operation_id="0" * 32)


async def test_two_who_ask_at_once_get_one(story: Story) -> None:
    """The second keeps nothing: it gets what the first kept."""
    await story.cast.pay_provider(story.ann, order())
    await story.cast.deliver()
    first = await story.receipt("provider_payment")
    story.cast.clock.now += timedelta(days=1)

    changed = Receipt.from_content(first.content() | {"purpose": "something else"})
    kept = await story.cast.store.write(lambda book: book.receipts.keep(changed))

    assert kept == first


@given(st.text("0123456789abcdef", min_size=32, max_size=32))
def test_code_is_read_as_it_is_printed(operation: str) -> None:
    """Also in small letters, with other dashes, and with letters for digits."""
    code = code_of(VAULT, "h", operation)

    assert len(code) == LENGTH + 1
    written = grouped(code).lower().replace("0", "o").replace("1", "l").replace("-", " – ")
    assert parse_code(written) == code


@given(st.text("0123456789abcdef", max_size=8), st.integers(0, LENGTH), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_no_code(operation: str, place: int, symbol: str) -> None:
    """Who mistypes is told so, and does not land on somebody's payment."""
    code = code_of(VAULT, "h", operation)
    wrong = code[:place] + symbol + code[place + 1 :]
    swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]

    assert [parse_code(each) for each in (wrong, swapped) if each != code] in (
        [],
        [None],
        [None, None],
    )


def test_code_cannot_be_made_without_the_key() -> None:
    """Nor for another holder's operation of the same number."""
    code = code_of(VAULT, "ann", "1")

    assert code_of(Vault(bytes(32)), "ann", "1") != code
    assert code_of(VAULT, "bob", "1") != code
    assert [parse_code(text) for text in ("", "U" * 13, f"{code}0", "ﬀ" * 13)] == [None] * 4


@given(st.text())
def test_mask_hides_the_middle_and_keeps_the_length(text: str) -> None:
    """What is short shows next to nothing."""
    hidden = partly(text)

    assert len(hidden) == len(text)
    assert hidden.startswith(text[: min(2, len(text) // 4)])
    assert sum(one == other for one, other in zip(hidden, text, strict=True) if one.isalnum()) <= 6


@given(st.binary(max_size=200), st.data())
def test_any_changed_byte_is_found(body: bytes, data: st.DataObject) -> None:
    """Changed, added or missing, in the body or in the signature itself."""
    file = sign(body, VAULT)
    place = data.draw(st.integers(0, len(file) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != file[place]))

    assert look(file, VAULT.public_key()) is Finding.GENUINE
    for forged in (
        file[:place] + bytes([other]) + file[place + 1 :],
        file[:place] + bytes([other]) + file[place:],
        file[:place] + file[place + 1 :],
        file + b"\n",
        file + file,
        file[:-1],
    ):
        assert look(forged, VAULT.public_key()) is not Finding.GENUINE


def test_signature_names_its_key() -> None:
    """So that somebody with another wallet's key is told that, and not that it was forged."""
    file, other = sign(b"%PDF", VAULT), Vault(bytes(32)).public_key()

    assert look(file, other) is Finding.OTHER_KEY
    assert look(b"%PDF", other) is Finding.UNSIGNED
    for wrong in ("", "?", "AAAA", other[:-4]):
        with pytest.raises(PublicKeyError):
            look(file, wrong)
