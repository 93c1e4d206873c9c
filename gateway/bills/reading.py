"""Requests for bills, as shops' clients of all ages write them."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.bills.amounts import AmountMissingError, currency_of, rounded_down
from gateway.bills.refusals import UNREADABLE, BillRefusedError, invalid
from gateway.bills.times import clipped, parse_time
from services.invoices import DESCRIPTION_LENGTH_MAX, Wish
from services.money import Money

INTERFACE = "bill"
COMMENT_LENGTH_MAX = DESCRIPTION_LENGTH_MAX
VALUE_LENGTH_MAX = 255
"""Of a custom field and of what is told of the customer."""

EXTRAS_LENGTH_MAX = 20_000
"""Of custom fields or customer together, as JSON."""

_BILL_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


def read_bill(bill_id: str, body: bytes, at: datetime) -> Wish:
    """The bill that *body* asks for.

    Raises:
        BillRefusedError, NotReadError, WalletError: It is not one, and why.
    """
    check_id("billId", bill_id)
    asked = read_object(body)
    amount = read_amount(asked.get("amount"))
    comment = _comment(asked.get("comment"))
    customer = _customer(asked.get("customer"))
    content: dict[str, Any] = {}
    if comment is not None:
        content["comment"] = comment
    if customer:
        content["customer"] = customer
    if asked.get("customFields") is not None:
        content["custom_fields"] = _custom_fields(asked["customFields"], body)
    return Wish(
        amount,
        shown(comment or ""),
        phone=customer.get("phone") or None,
        reference=bill_id,
        expires_at=_expiry(asked.get("expirationDateTime"), at),
        interface=INTERFACE,
        content=content,
    )


def read_refund(refund_id: str, body: bytes) -> Money:
    """How much the refund that *body* asks for gives back.

    Raises:
        BillRefusedError, NotReadError, WalletError: It is not one, and why.
    """
    check_id("refundId", refund_id)
    return read_amount(read_object(body).get("amount"))


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object whose fractions are exact.

    Raises:
        BillRefusedError: It is not one.
    """
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BillRefusedError(UNREADABLE) from None
    if not isinstance(found, dict):
        raise BillRefusedError(UNREADABLE)
    return found


def read_amount(amount: Any) -> Money:
    """An amount of an object with `currency` and `value`.

    Raises:
        BillRefusedError, NotReadError, WalletError: It is not one.
    """
    if amount is None:
        raise AmountMissingError
    if not isinstance(amount, dict):
        raise invalid("amount", "an object with currency and value is needed")
    return rounded_down(amount.get("value"), currency_of(amount.get("currency")))


def check_id(name: str, text: str) -> None:
    """Refuse a number of a bill or a refund that is not one.

    Raises:
        BillRefusedError: It is too long, or has other than letters, digits, `_` and `-`.
    """
    if not _BILL_ID.fullmatch(text):
        raise invalid(name, "up to 200 letters, digits, _ and - are possible")


def shown(text: str) -> str:
    """*text* in one line and without what cannot be shown."""
    lines = " ".join(text.split())
    return "".join(each for each in lines if each.isprintable())[:DESCRIPTION_LENGTH_MAX]


def _comment(comment: Any) -> str | None:
    if comment is None:
        return None
    if not isinstance(comment, str) or len(comment) > COMMENT_LENGTH_MAX or not _is_text(comment):
        raise invalid("comment", "a text of up to 255 characters is possible")
    return comment


def _customer(customer: Any) -> dict[str, str]:
    """What is told of the payer; empty values are as good as none."""
    if customer is None:
        return {}
    if not isinstance(customer, dict):
        raise invalid("customer", "an object is needed")
    told = {name: value for name, value in customer.items() if value not in (None, "")}
    for name, value in told.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise invalid(f"customer.{name}"[:VALUE_LENGTH_MAX], "a text is needed")
    texts = {name: str(value) for name, value in told.items()}
    _check_extras("customer", texts)
    return texts


def _custom_fields(given: Any, body: bytes) -> dict[str, Any]:
    """The fields as they came, to be given back the same."""
    if not isinstance(given, dict):
        raise invalid("customFields", "an object is needed")
    fields: dict[str, Any] = given
    try:
        _check_extras("customFields", fields)
    except TypeError:  # fractions, which nobody here counts with
        fields = json.loads(body)["customFields"]
        _check_extras("customFields", fields)
    return fields


def _check_extras(name: str, fields: dict[str, Any]) -> None:
    if any(isinstance(each, str) and len(each) > VALUE_LENGTH_MAX for each in fields.values()):
        raise invalid(name, "a value is longer than 255 characters")
    try:
        text = json.dumps(fields, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise invalid(name, "a number is too large") from None
    if len(text) > EXTRAS_LENGTH_MAX or not _is_text(text):
        raise invalid(name, "too long, or not a text")


def _expiry(written: Any, at: datetime) -> datetime:
    if written is None or written == "":
        return clipped(None, at)
    if not isinstance(written, str):
        raise invalid("expirationDateTime", "a text is needed")
    return clipped(parse_time(written), at)


def _is_text(text: str) -> bool:
    """Whether it can be written down: JSON may hold halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(_: str) -> None:
    raise ValueError
