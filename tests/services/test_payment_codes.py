"""Payment codes: links of ours, what is no payment, and whatever a stranger prints."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment_code_errors import PaymentCodeError
from services.payment_codes import InvoiceLink, is_code, read
from tests.codes import INVOICE, SHOP, gost, refusal, said, signed


@pytest.mark.parametrize(
    "link",
    [
        f"https://t.me/purser_bot?start=bill_{INVOICE}",
        f"http://T.me/Purser_Bot/?start=bill_{INVOICE}",
        f"t.me/purser_bot?start=bill_{INVOICE}&x=1#top",
        f"https://telegram.me/purser_bot?start=bill_{INVOICE}",
        f"tg://resolve?domain=purser_bot&start=bill_{INVOICE}",
    ],
)
def test_own_links(link: str) -> None:
    """However the shop wrote it."""
    assert said(link.encode()) == InvoiceLink(INVOICE)
    assert is_code(f"  {link}")


def test_links_of_another_bot() -> None:
    """Its invoice is not in this wallet, and the sentence says so."""
    link = f"https://t.me/other_bot?start=bill_{INVOICE}"

    assert refusal(link) == ("other_bot", "other_bot")
    assert read(link, bot_username="") == InvoiceLink(INVOICE)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("https://example.com/pay?sum=5", "url"),
        ("www.example.com", "url"),
        ("https://t.me/purser_bot?start=cheque_5", "url"),
        (f"https://t.me/purser_bot?start=bill_{INVOICE}5", "url"),
        ("tg://resolve?domain=purser_bot", "url"),
        ("+7 (916) 123-45-67", "phone"),
        ("tel:+79161234567", "phone"),
        ("smsto:+79161234567:hello", "phone"),
        ("WIFI:S:home;P:secret;;", "text"),
        ("", "text"),
        ("\0\ud800", "text"),
        ("x" * 2954, "long"),
    ],
)
def test_codes_that_ask_for_no_payment(data: str, why: str) -> None:
    """Said as what they are; an address in them is never opened."""
    assert refusal(data) == (why, "")


def test_pasted_codes_are_told_from_words() -> None:
    """The chat takes these as codes, and all else as before."""
    assert is_code(gost())
    assert is_code("ST0001 garbled")
    assert is_code(SHOP)
    assert not is_code("Stop")
    assert not is_code("https://example.com/?start=bill_")
    assert not is_code("https://t.me/somebody")


def is_answered(data: bytes | str) -> bool:
    """An answer or a refusal; any other error is a failure."""
    try:
        return bool(said(data))
    except PaymentCodeError as refused:
        return bool(refused.why)


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: b"ST00012|" + tail))
def test_any_bytes_are_an_answer_or_a_refusal(data: bytes) -> None:
    """Whatever is printed on a wall."""
    assert is_answered(data)


WORDS = (
    "ST0001 2 | Name= PersonalAcc= Sum= BIC= 000201 6304 26 00 54 https://t.me/ purser_bot"
    f" ?start=bill_ {INVOICE} = é"
).split()
PIECES = st.lists(
    st.sampled_from([*WORDS, "\0", "\ud800"]) | st.text(string.printable, max_size=5)
)


@given(PIECES.map("".join))
def test_any_text_is_an_answer_or_a_refusal(text: str) -> None:
    """Pieces of real codes in any order, typed into the chat; some with a right checksum."""
    assert is_answered(text)
    assert is_answered(signed("000201" + text))
