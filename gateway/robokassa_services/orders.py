"""What a shop asks the invoice service for, read from its token.

Single fields are read as those of the payment page are.
"""

import re
from datetime import UTC, datetime, time
from typing import Any

from gateway.robokassa import values
from gateway.robokassa.errors import BAD_PARAMETER, NO_HOLD, NO_RECURRING, TIME_OVER, refuse
from gateway.robokassa_services.tokens import Fields, written
from services.fiscal_receipts import RECEIPT
from services.invoices import DESCRIPTION_LENGTH_MAX, LIFETIME_MAX, Capture
from services.money import Money, plain
from services.robokassa_invoices import (
    PAGE_MAX,
    SEARCH_LENGTH_MAX,
    Kind,
    Order,
    Status,
    Wanted,
)
from services.robokassa_shops import RobokassaShop

ITEMS_MAX = 100
ITEM_NAME_LENGTH_MAX = 128
"""Source: docs.robokassa.ru, fiscalization."""

USER_FIELDS_MAX = 50
PAGE_SIZE = 10
PAGES_MAX = 100_000
OWN_PREFIX = "Shp_"

_INTEGER = re.compile(r"[0-9]{1,9}")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def read_order(shop: RobokassaShop, fields: Fields, at: datetime) -> Order:
    """The invoice that *fields* ask for.

    Raises:
        OrderRefusedError: A field says what it cannot say, or what is not for this shop.
        TokenNotUnderstoodError: A field is of another kind.
    """
    kind = _one_of(Kind, fields.text("InvoiceType") or Kind.ONE_TIME, "InvoiceType")
    named = fields.text("OutSumCurrency")
    currency = values.read_currency(named) if named else shop.merchant.currency
    amount = values.read_sum(fields.text("OutSum"), currency)
    held = values.is_held(fields.text("StepByStep"))
    if held and not shop.allows_hold:
        refuse(NO_HOLD)
    return Order(
        kind=kind,
        amount=amount,
        description=_line(fields, "Description"),
        comments=_line(fields, "MerchantComments"),
        capture=Capture.LATER if held else Capture.AT_ONCE,
        reference=read_inv_id(fields),
        expires_at=_expires_at(fields, kind, at),
        content=_content(shop, fields, amount),
    )


def read_wanted(shop: RobokassaShop, fields: Fields) -> Wanted:
    """Which of its invoices the shop asks for.

    Raises:
        OrderRefusedError: A field says what it cannot say.
        TokenNotUnderstoodError: A field is of another kind.
    """
    limit = min(_count(fields, "PageSize", PAGE_SIZE), PAGE_MAX)
    page = _count(fields, "CurrentPage", 1)
    return Wanted(
        statuses=_several(Status, fields, "InvoiceStatuses"),
        kinds=_several(Kind, fields, "InvoiceTypes"),
        words=values.shown(fields.text("Keywords"), SEARCH_LENGTH_MAX),
        since=_moment(fields, "DateFrom", time.min),
        until=_moment(fields, "DateTo", time.max),
        minor_min=_minor(shop, fields, "SumFrom"),
        minor_max=_minor(shop, fields, "SumTo"),
        is_ascending=fields.text("IsAscending").lower() != "false",
        skip=(min(page, PAGES_MAX) - 1) * limit,
        limit=limit,
    )


def read_inv_id(fields: Fields) -> str | None:
    """The shop's number of an invoice; None where there is none.

    Raises:
        OrderRefusedError: It is no number.
    """
    number = values.read_number(fields.text("InvId"))
    return None if number is None else str(number)


def read_receipt(items: Any, tax_system: str) -> str:
    """Items of a token as the receipt that the payment page takes, in JSON.

    Raises:
        OrderRefusedError: They are no list of items, or too many.
    """
    if not isinstance(items, list) or not 0 < len(items) <= ITEMS_MAX:
        refuse(BAD_PARAMETER, f"InvoiceItems: a list of 1 to {ITEMS_MAX}")
    receipt: dict[str, Any] = {"sno": tax_system} if tax_system else {}
    return written(receipt | {"items": [_item(each) for each in items]})


def _item(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        refuse(BAD_PARAMETER, "InvoiceItems: an item is not an object")
    named = {_CAPITAL.sub("_", name).lower(): value for name, value in item.items()}
    name = named.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= ITEM_NAME_LENGTH_MAX:
        refuse(BAD_PARAMETER, f"InvoiceItems: a name of 1 to {ITEM_NAME_LENGTH_MAX} letters")
    return named


def _content(shop: RobokassaShop, fields: Fields, amount: Money) -> dict[str, Any]:
    """What the invoice keeps for its messages and its page, but for its number."""
    email = fields.text("Email") or fields.fields("AdditionalParameters").text("Email")
    content: dict[str, Any] = {
        "out_sum": plain(amount),
        "shp": _own_fields(fields),
        "culture": fields.text("Culture").lower(),
        "email": values.shown(email, DESCRIPTION_LENGTH_MAX),
        "merchant_comments": _line(fields, "MerchantComments"),
    }
    for name, kept in (("SuccessUrl2", "success"), ("FailUrl2", "fail")):
        data = fields.fields(f"{name}Data")
        url, method = data.text("Url"), values.read_method(data.text("Method").upper(), name)
        if url:
            content[f"{kept}_url2"] = values.read_url(url, name)
            content[f"{kept}_method2"] = method
    if fields.value("InvoiceItems"):
        content[RECEIPT] = read_receipt(fields.value("InvoiceItems"), fields.text("Sno"))
    content["recurring"] = values.is_recurring(fields.text("Recurring"))
    if content["recurring"] and not shop.allows_recurring:
        refuse(NO_RECURRING)
    return {name: value for name, value in content.items() if value}


def _own_fields(fields: Fields) -> list[list[str]]:
    """UserFields under the names that the payment page takes, in the order of signing."""
    given = fields.value("UserFields")
    if given is None:
        return []
    if not isinstance(given, dict) or len(given) > USER_FIELDS_MAX:
        refuse(BAD_PARAMETER, f"UserFields: an object of {USER_FIELDS_MAX} at most")
    pairs = []
    for name, value in given.items():
        is_own = name.lower().startswith(OWN_PREFIX.lower())
        text = Fields({"": value}).text("")
        pairs.append((name if is_own else f"{OWN_PREFIX}{name}", text))
    values.check_shp(pairs)
    return [list(pair) for pair in sorted(pairs, key=lambda pair: pair[0].lower())]


def _expires_at(fields: Fields, kind: Kind, at: datetime) -> datetime | None:
    """One that many may pay may live as long as the shop wants."""
    expires_at = _moment(fields, "ExpirationDate", time.max)
    if expires_at is None:
        return None
    if expires_at <= at:
        refuse(TIME_OVER)
    return expires_at if kind is Kind.REUSABLE else min(expires_at, at + LIFETIME_MAX)


def _moment(fields: Fields, name: str, of_day: time) -> datetime | None:
    """A date and time, or a date: then its first or its last moment, as *of_day* says."""
    text = fields.text(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        is_day = len(text) <= len("2026-01-01")
        moment = datetime.combine(moment, of_day) if is_day else moment
        zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=values.MOSCOW)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(BAD_PARAMETER, name)


def _count(fields: Fields, name: str, usual: int) -> int:
    """A whole number from 1."""
    text = fields.text(name)
    if text and not _INTEGER.fullmatch(text):
        refuse(BAD_PARAMETER, name)
    return max(int(text or usual), 1)


def _minor(shop: RobokassaShop, fields: Fields, name: str) -> int | None:
    """A bound of sums; zero bounds nothing."""
    text = fields.text(name)
    if not text.strip("0."):
        return None
    return values.read_sum(text, shop.merchant.currency).minor


def _line(fields: Fields, name: str) -> str:
    return values.shown(fields.text(name), DESCRIPTION_LENGTH_MAX)


def _several(kinds: Any, fields: Fields, name: str) -> frozenset[Any]:
    return frozenset(_one_of(kinds, each, name) for each in fields.texts(name))


def _one_of(kinds: Any, text: str, name: str) -> Any:
    try:
        return kinds(text.strip().lower())
    except ValueError:
        refuse(BAD_PARAMETER, f"{name}: one of {', '.join(kinds)}")
