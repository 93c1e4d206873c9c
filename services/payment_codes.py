"""What a payment code asks for: an invoice of ours, or a bill of somebody else.

A code is read from its bytes as they stand in the picture, or from its text where a person
has pasted that.  Reading is pure; whatever a stranger has printed, it ends in an answer or
in a `PaymentCodeError`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from services import emv_codes, gost_codes
from services.currency_numbers import CURRENCY_CODES
from services.errors import WalletError
from services.money import (
    AMOUNT_MINOR_MAX,
    RUB,
    CurrencyUnknownError,
    Money,
    currency,
    parse_amount,
)
from services.payment_code_errors import PaymentCodeError, cleaned

GOST, EMV = "gost", "emv"

_INVOICE = re.compile(r"bill_([0-9a-f]{32})")
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/([A-Za-z0-9_]{3,32})/?\?(\S{1,200})"
    r"|tg://resolve/?\?(\S{1,200})",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?:tel:|smsto:)?\+?[0-9][0-9 ()-]{5,20}[0-9](?::.*)?", re.IGNORECASE)
_DECIMAL = re.compile(r"[0-9]{1,13}(?:\.[0-9]{0,12})?")
_LINK_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class InvoiceLink:
    """A link to an invoice of this wallet."""

    invoice: str
    """Its id."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a code of a standard says: whom to pay, what for, and how much."""

    standard: str
    """`gost` or `emv`."""
    payee: str
    """As the code says; it may be anything, and money goes only where the catalogue says."""
    bank: str = ""
    """The payee's bank; its town for `emv`."""
    purpose: str = ""
    amount: Money | None = None
    """None where the payer says how much."""
    inn: str = ""
    account: str = ""
    bic: str = ""
    merchants: tuple[str, ...] = ()
    """`emv`: scheme and number of the payee in it, `ru.wallet.example/90011`."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Everything that the code holds, by the names of its standard."""


Wanted = InvoiceLink | Bill


def is_code(text: str) -> bool:
    """Whether a pasted *text* is meant as a payment code, right or wrong."""
    start = text.lstrip()[: len(gost_codes.PREFIX)]
    return start in (gost_codes.PREFIX, emv_codes.PREFIX) or (
        len(text) <= _LINK_LENGTH_MAX and "start=bill_" in text and bool(_LINK.match(text.strip()))
    )


def read(data: bytes | str, *, bot_username: str) -> Wanted:
    """What the code with that *data* asks for.

    Raises:
        PaymentCodeError: It asks for no payment, or is broken.
    """
    if len(data) > gost_codes.BYTES_MAX:
        raise PaymentCodeError(why="long")
    text = data if isinstance(data, str) else text_of(data)
    text = text.removeprefix("\ufeff").strip()
    if text.startswith(gost_codes.PREFIX):
        return _gost_bill(gost_codes.read(text))
    if text.startswith(emv_codes.PREFIX):
        return _emv_bill(emv_codes.read(text))
    return _linked(text, bot_username)


def text_of(data: bytes) -> str:
    """The characters of a code; those of no charset are replaced, none of which a payment has.

    Raises:
        PaymentCodeError: It is a bill whose charset is unknown or not kept to.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.startswith(gost_codes.PREFIX.encode()):
        return gost_codes.text_of(data)
    return data.decode("utf-8", "replace")


def _gost_bill(fields: dict[str, str]) -> Bill:
    minor = int(fields.get("Sum") or 0)
    if minor > AMOUNT_MINOR_MAX:
        raise PaymentCodeError(why="sum")
    return Bill(
        GOST,
        fields["Name"],
        bank=fields["BankName"],
        purpose=fields.get("Purpose", ""),
        amount=Money(minor, RUB) if minor else None,
        inn=fields.get("PayeeINN", ""),
        account=fields["PersonalAcc"],
        bic=fields["BIC"],
        fields=fields,
    )


def _emv_bill(elements: dict[str, str]) -> Bill:
    said = {path: each for path, each in elements.items() if each != emv_codes.ASKED}
    named = {
        name: said[f"62.{part}"]
        for part, name in emv_codes.ADDITIONAL.items()
        if f"62.{part}" in said
    }
    return Bill(
        EMV,
        said.get("59", ""),
        bank=said.get("60", ""),
        purpose=named.get("Purpose") or named.get("BillNumber", ""),
        amount=_emv_amount(said),
        merchants=tuple(_merchants(said)),
        fields=said | named,
    )


def _merchants(elements: Mapping[str, str]) -> Iterable[str]:
    """Scheme and number for each account of the payee that a template names."""
    for path, scheme in elements.items():
        number, _, part = path.partition(".")
        if part == "00" and int(number) in emv_codes.MERCHANT_TEMPLATES:
            for other, value in elements.items():
                if other.startswith(f"{number}.") and other != path:
                    yield f"{scheme}/{value}"


def _emv_amount(elements: Mapping[str, str]) -> Money | None:
    """The amount in the code's currency; it is decimal text and not kopecks."""
    if "55" in elements:  # a tip to be asked for, or a fee that the shop adds
        raise PaymentCodeError(why="fee")
    text = elements.get("54", "")
    if not text.strip("0."):
        return None
    try:
        of = currency(CURRENCY_CODES.get(elements.get("53", ""), ""))
    except CurrencyUnknownError:
        raise PaymentCodeError(why="currency", field=elements.get("53", "")) from None
    if not _DECIMAL.fullmatch(text):
        raise PaymentCodeError(why="sum")
    try:
        return parse_amount(text.removesuffix("."), of)
    except WalletError:
        raise PaymentCodeError(why="sum") from None


def _linked(text: str, bot_username: str) -> InvoiceLink:
    link = _LINK.fullmatch(text)
    if link is None:
        raise PaymentCodeError(why=_kind(text))
    query = parse_qs((link[2] or link[3]).partition("#")[0])
    bot = link[1] or query.get("domain", [""])[0]
    invoice = _INVOICE.fullmatch(query.get("start", [""])[0])
    if invoice is None:
        raise PaymentCodeError(why="url")
    if bot_username and bot.casefold() != bot_username.casefold():
        raise PaymentCodeError(why="other_bot", field=cleaned(bot))
    return InvoiceLink(invoice[1])


def _kind(text: str) -> str:
    if _URL.match(text):
        return "url"
    return "phone" if _PHONE.fullmatch(text) else "text"
