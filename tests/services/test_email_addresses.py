"""Addresses: what people type is read as mail servers take it, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.email_addresses import EmailNotUnderstoodError, read_email


@pytest.mark.parametrize(
    ("typed", "wire", "shown"),
    [
        ("ann@example.com", "ann@example.com", "ann@example.com"),
        ("  Ann.B+wallet@Example.COM ", "Ann.B+wallet@example.com", "Ann.B+wallet@example.com"),
        ("mailto:ann@example.com", "ann@example.com", "ann@example.com"),
        ("ann@почта.рф", "ann@xn--80a1acny.xn--p1ai", "ann@почта.рф"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("o'hara@mail.example.org.", "o'hara@mail.example.org", "o'hara@mail.example.org"),
    ],
)
def test_addresses_are_read(typed: str, wire: str, shown: str) -> None:
    address = read_email(typed)

    assert (address.wire, address.shown) == (wire, shown)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "ann@example",
        "ann@127.0.0.1",
        "ann@[127.0.0.1]",
        ".ann@example.com",
        "ann.@example.com",
        "a..n@example.com",
        "ann bob@example.com",
        "ann@exam ple.com",
        "ann@-example.com",
        "ann@example-.com",
        "ann@exa..mple.com",
        "ann@example.com\r\nBcc: bob@example.com",
        '"ann"@example.com',
        "<ann@example.com>",
        "анна@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 64 + ".com",
        "ann@" + "a.b" * 100 + ".com",
        "ann@exam_ple.com",
    ],
)
def test_what_takes_no_mail_is_refused(typed: str) -> None:
    """A line break above all: it would write headers of its own."""
    with pytest.raises(EmailNotUnderstoodError):
        read_email(typed)


def test_one_mailbox_in_other_letters_is_one_mailbox() -> None:
    assert read_email("Ann@Example.com").mailbox == read_email("aNN@example.COM").mailbox


def test_a_masked_address_says_where_and_not_whose() -> None:
    assert read_email("annabella@example.com").masked == "a•••@example.com"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_refusal(typed: str) -> None:
    """And what is read is plain ASCII, whatever was typed."""
    try:
        address = read_email(typed)
    except EmailNotUnderstoodError:
        return

    assert address.wire.isascii()
    assert address.wire.isprintable()
    assert read_email(address.shown).wire == address.wire
