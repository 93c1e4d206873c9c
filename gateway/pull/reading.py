"""Forms of the pull interface and of its older pages."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gateway.bills.amounts import currency_of, rounded_down
from gateway.bills.reading import shown
from gateway.bills.times import clipped, parse_time
from gateway.pull.refusals import BAD, BAD_PHONE, MISSING, PullFieldError
from services.invoices import DESCRIPTION_LENGTH_MAX, REFERENCE_LENGTH_MAX, Wish
from services.money import Money
from services.return_addresses import URL_LENGTH_MAX

INTERFACE = "pull"
HOURS_MAX = 45 * 24
_REFUND_ID = re.compile(r"[A-Za-z0-9]{1,9}")
_SOURCES = ("qw", "mobile")
_NAME_LENGTH_MAX = 100


def read_bill(bill_id: str, fields: Mapping[str, str], at: datetime) -> Wish:
    """The bill that a form asks for.

    Raises:
        PullFieldError, NotReadError, WalletError: It is not one, and why.
    """
    amount, comment = read_amount(fields), _optional(fields, "comment", DESCRIPTION_LENGTH_MAX)
    source = fields.get("pay_source", "")
    if source and source not in _SOURCES:
        raise PullFieldError(BAD, "pay_source is qw or mobile")
    content: dict[str, Any] = {
        "user": _needed(fields, "user"),
        "comment": comment,
        "prv_name": _optional(fields, "prv_name", _NAME_LENGTH_MAX),
        "pay_source": source,
    }
    lifetime = fields.get("lifetime", "")
    return Wish(
        amount,
        shown(comment),
        phone=phone_of(content["user"]),
        reference=checked_bill_id(bill_id),
        expires_at=clipped(parse_time(lifetime) if lifetime else None, at),
        interface=INTERFACE,
        content={name: text for name, text in content.items() if text},
    )


def read_order(fields: Mapping[str, str], reference: str, at: datetime) -> Wish:
    """The bill that a link of the older page asks for; `lifetime` may be hours.

    Raises:
        PullFieldError, NotReadError, WalletError: It is not one, and why.
    """
    comment = _optional(fields, "comm", DESCRIPTION_LENGTH_MAX)
    currency = currency_of(fields.get("currency") or "RUB")
    content = {
        "comment": comment,
        "success_url": fields.get("successUrl", "")[:URL_LENGTH_MAX],
        "fail_url": fields.get("failUrl", "")[:URL_LENGTH_MAX],
        "pay_source": fields.get("pay_source", "")[:_NAME_LENGTH_MAX],
    }
    return Wish(
        rounded_down(fields.get("summ"), currency),
        shown(comment),
        phone=phone_of(fields["to"]) if fields.get("to", "").strip() else None,
        reference=checked_bill_id(reference),
        expires_at=clipped(_end(fields.get("lifetime", ""), at), at),
        interface=INTERFACE,
        content={name: text for name, text in content.items() if text},
    )


def read_amount(fields: Mapping[str, str]) -> Money:
    """How much, in the currency that `ccy` names.

    Raises:
        PullFieldError, NotReadError, WalletError: It is no amount.
    """
    return rounded_down(fields.get("amount"), currency_of(_needed(fields, "ccy")))


def phone_of(user: str) -> str:
    """The phone of `tel:+79161234567`, in whatever form; the invoice's service reads it.

    Raises:
        PullFieldError: There is nothing in it.
    """
    phone = user.strip().removeprefix("tel:").strip()
    if not phone:
        raise PullFieldError(BAD_PHONE, "Wrong phone number")
    return phone


def checked_bill_id(text: str) -> str:
    """A number of a bill: any text that can be shown.

    Raises:
        PullFieldError: It is empty, too long, or hides something.
    """
    if not 0 < len(text) <= REFERENCE_LENGTH_MAX or not text.isprintable():
        raise PullFieldError(BAD, "bill_id has up to 200 characters")
    return text


def checked_refund_id(text: str) -> str:
    """A number of a refund.

    Raises:
        PullFieldError: It is not one.
    """
    if not _REFUND_ID.fullmatch(text):
        raise PullFieldError(BAD, "refund_id has up to 9 letters and digits")
    return text


def _needed(fields: Mapping[str, str], name: str) -> str:
    text = fields.get(name, "").strip()
    if not text:
        raise PullFieldError(MISSING, f"{name} is missing")
    return text


def _optional(fields: Mapping[str, str], name: str, length_max: int) -> str:
    text = fields.get(name, "")
    if len(text) > length_max:
        raise PullFieldError(BAD, f"{name} has up to {length_max} characters")
    return text


def _end(lifetime: str, at: datetime) -> datetime | None:
    if lifetime.isdecimal() and lifetime.isascii():
        return at + timedelta(hours=min(int(lifetime), HOURS_MAX))
    return parse_time(lifetime) if lifetime else None
