"""Lists of orders as shops write them: whatever is clear is read, and nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.order_files import (
    Order,
    OrderFile,
    OrderFileError,
    OrderStatus,
    Unread,
    amount_of,
    read,
)

ZONE = "Europe/Moscow"
DAY = date(2026, 11, 23)


def orders(content: str, charset: str = "utf-8") -> tuple[Order, ...]:
    """What a file lists."""
    return read(content.encode(charset), ZONE).orders


@pytest.mark.parametrize(
    "content",
    [
        "order,amount,date\nA-1,1250.50,2026-11-23\n",
        "\ufeffOrder ID;Total (RUB);Paid at\r\nA-1;1 250,50;23.11.2026 18:40\r\n",
        "Номер заказа\tСумма, руб.\tДата оплаты\nA-1\t1\u00a0250,50 ₽\t23.11.26\n",
        '"№ заказа"|"Сумма"|"Дата"\n"A-1"|"1.250,50"|"23/11/2026"\n',
        "Заказы магазина за день\n\nЗаказ;Сумма заказа;Дата\n'A-1;1250,5;2026-11-22T21:00:00Z\n",
        'id,price,total,created_at\nA-1,9.99,"1,250.50",2026-11-23T10:00:00+03:00\n',
    ],
)
def test_columns_by_their_names(content: str) -> None:
    """English or Russian, any separator; the same order each time."""
    [order] = orders(content)

    assert (order.number, order.day) == ("A-1", DAY)
    assert order.amount in ("1250.50", "1250.5")
    assert order.status is OrderStatus.PAID


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_charset_is_that_of_the_file(charset: str) -> None:
    """Excel, 1C and a site's export have one each."""
    content = "заказ;сумма;статус\nЗ-7;10;Оплачен\n"

    assert orders(content, charset) == (Order(2, "З-7", "10"),)


def test_currency_and_status() -> None:
    """As people write them; what the wallet does not know is not guessed."""
    file = read(
        "order;amount;currency;status\n"
        "1;5;руб.;Оплачен\n2;5;$;Возврат\n3;5;kzt;Отменён\n4;5;;refunded\n5;5;EUR;Не оплачен\n"
        "6;5;bitcoin;paid\n".encode(),
        ZONE,
    )

    assert [(each.number, each.currency, each.status.value) for each in file.orders] == [
        ("1", "RUB", "paid"),
        ("2", "USD", "refunded"),
        ("3", "KZT", "unpaid"),
        ("4", None, "refunded"),
        ("5", "EUR", "unpaid"),
    ]
    assert file.unread == (Unread(7, "6 5 bitcoin paid"),)


def test_lines_that_are_no_orders() -> None:
    """Blank ones and totals go; all else may be an order, and is shown with its line."""
    content = 'order,amount\n"two\nlines",1\n\n,5\nA,free\nB\nИтого,6\nC,0\nD,-5\n'

    file = read(content.encode(), ZONE)

    assert file == OrderFile(
        (Order(2, "two\nlines", "1"), Order(9, "C", "0")),
        (Unread(5, "5"), Unread(6, "A free"), Unread(7, "B"), Unread(10, "D -5")),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a;b\n1;2\n",
        b"\x89PNG\r\n\0",
        b"order;date\n1;2\n",
        b'order;amount\n"' + b"x" * 200_000,
    ],
)
def test_what_is_no_list_of_orders(content: bytes) -> None:
    """Said at once, and not taken for an empty day."""
    with pytest.raises(OrderFileError):
        read(content, ZONE)


def test_too_long_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong file must not fill the memory."""
    monkeypatch.setattr("services.order_files.FILE_BYTES_MAX", 10)

    with pytest.raises(OrderFileError):
        read(b"order,amount\n1,2\n", ZONE)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1.500", "1500"),
        ("1500,000", "1500.000"),
        ("12,5", "12.5"),
        ("100 руб.", "100"),
        ("$7", "7"),
        ("7 USD", "7"),
        ("0", "0"),
        ("-5", None),
        ("1,2,3", None),
        ("١٢", None),
        ("", None),
        ("1e3", None),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: str | None) -> None:
    """Three digits after a sign are thousands, where they can be."""
    assert amount_of(text) == amount


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_a_refusal(content: bytes) -> None:
    """A shop's file is not to be trusted."""
    for prefix in (b"", b"order;amount\n"):
        try:
            read(prefix + content, ZONE)
        except OrderFileError:
            continue
