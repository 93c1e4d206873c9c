"""An order as a shop signs it: from fields to what an invoice is made of."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.robokassa import values
from gateway.robokassa.errors import (
    BAD_PARAMETER,
    BAD_SIGNATURE,
    NO_HOLD,
    NO_RECURRING,
    SHOP_INACTIVE,
    refuse,
)
from gateway.robokassa.fields import Fields
from gateway.robokassa.signatures import Match, Slots, encodings, find_match, shp_orders
from services.invoices import DESCRIPTION_LENGTH_MAX, Capture, Wish
from services.merchants import MerchantState
from services.money import Currency, Money
from services.robokassa_shops import Passwords, RobokassaShop

INTERFACE = "robokassa"
CONTENT_LENGTH_MAX = 255
"""Of each field that is only kept to be given back."""

_LEFT_OUT: Slots = ()
_EMPTY: Slots = ("",)
_MODIFIERS = (
    "OutSumCurrency",
    "UserIp",
    "Receipt",
    "StepByStep",
    "ResultUrl2",
    "SuccessUrl2",
    "FailUrl2",
    "Token",
)
"""What may be signed between number and password, in that order."""

_KEPT = (
    ("culture", "Culture"),
    ("email", "Email"),
    ("inc_curr_label", "IncCurrLabel"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What a shop asks for, its signature found right."""

    amount: Money
    number: int | None
    """The shop's; None is to be assigned."""
    description: str
    expires_at: datetime | None
    capture: Capture
    is_test: bool
    content: dict[str, Any]
    """What the invoice keeps: see `wish`."""
    token: str | None = None
    """An earlier operation, whose payer is asked."""

    def wish(self, number: int, phone: str | None = None) -> Wish:
        """The invoice under its number; what the shop gets back names that number."""
        kept = {"out_sum": self.content["out_sum"], "inv_id": self.content["inv_id"]}
        if self.number is None:
            kept["inv_id"] = str(number)
        return Wish(
            amount=self.amount,
            description=self.description or f"№ {number}",
            phone=phone,
            reference=reference_of(number, is_test=self.is_test),
            expires_at=self.expires_at,
            interface=INTERFACE,
            content=self.content | kept,
            capture=self.capture,
            is_test=self.is_test,
            supersedes=True,
        )


def reference_of(number: int, *, is_test: bool) -> str:
    """The invoice's reference: tests are numbered apart, so they replace no real order."""
    return f"test-{number}" if is_test else str(number)


def read_order(
    fields: Fields,
    shop: RobokassaShop,
    passwords: Passwords,
    now: datetime,
    *,
    has_receipt_slot: bool = False,
) -> Order:
    """The order that *fields* make.

    *has_receipt_slot*: an absent receipt may leave an empty slot, as one plugin has it.

    Raises:
        OrderRefusedError: It cannot be read, is not the shop's, or not allowed to it.
    """
    if shop.merchant.state is MerchantState.DISABLED:
        refuse(SHOP_INACTIVE)
    is_test = values.is_test(fields["IsTest"])
    values.check_shp(fields.shp)
    _content(fields, fields)  # what is no value at all is named before the signature is
    if not fields["SignatureValue"]:
        refuse(BAD_PARAMETER, "SignatureValue")
    currency = shop.merchant.currency
    if fields["OutSumCurrency"]:
        currency = values.read_currency(fields["OutSumCurrency"])
    password = passwords.test_first if is_test else passwords.first
    receipts = [*receipt_ways(fields), *([_EMPTY] if has_receipt_slot else [])]
    signed = _signed(fields, shop, password, currency, receipts)
    content = _content(fields, _texts(signed))
    held = values.is_held(fields["StepByStep"])
    if held and not shop.allows_hold:
        refuse(NO_HOLD)
    if values.is_recurring(fields["Recurring"]):
        if not shop.allows_recurring:
            refuse(NO_RECURRING)
        content["recurring"] = True
    return Order(
        amount=values.read_sum(fields["OutSum"], currency),
        number=values.read_number(fields["InvId"]),
        description=values.shown(fields["Description"], DESCRIPTION_LENGTH_MAX),
        expires_at=values.read_expiration(fields["ExpirationDate"], now),
        capture=Capture.LATER if held else Capture.AT_ONCE,
        is_test=is_test,
        content=content | {"shp": [list(pair) for pair in signed.shp]},
        token=values.read_operation(fields["Token"]) if fields["Token"] else None,
    )


def find_order_match(
    fields: Fields,
    shop: RobokassaShop,
    password: str,
    options: list[list[Slots]],
    start: Slots,
) -> Match:
    """How the order is signed, with the shop's own fields as they were meant.

    *options* and *start* are as `find_match` takes them.

    Raises:
        OrderRefusedError: 29, it is signed in no way that is known.
    """
    found = find_match(
        fields["SignatureValue"],
        start=start,
        options=options,
        password=password,
        shp=shp_orders(fields.shp, fields.raw_shp),
        algorithm=shop.algorithm,
    )
    if found is None:
        refuse(BAD_SIGNATURE)
    decoded = dict(fields.shp)
    return replace(found, shp=tuple((name, decoded[name]) for name, _ in found.shp))


def start_of(fields: Fields) -> Slots:
    """What the base string of an order begins with, as it came."""
    return fields["MerchantLogin"], fields["OutSum"], fields["InvId"]


def optional(fields: Fields, name: str, ways: list[str] | None = None) -> list[Slots]:
    """One field's ways: left out where it is absent, else each of *ways* or as it came.

    One that is there and empty is left out, or leaves an empty slot.
    """
    if not fields[name]:
        return [_LEFT_OUT, _EMPTY] if name in fields else [_LEFT_OUT]
    return [(text,) for text in ways or [fields[name]]]


def receipt_ways(fields: Fields) -> list[Slots]:
    """The receipt in the encodings in which clients sign it."""
    return optional(fields, "Receipt", encodings(fields["Receipt"], fields.raw("Receipt")))


def _signed(
    fields: Fields,
    shop: RobokassaShop,
    password: str,
    currency: Currency,
    receipts: list[Slots],
) -> Match:
    """How the order is signed: each of `_MODIFIERS`, then the shop's own fields."""
    in_currency = optional(fields, "OutSumCurrency")
    if currency == shop.merchant.currency:
        in_currency.append(_LEFT_OUT)  # changes nothing, so it may be unsigned
    from_address = optional(fields, "UserIp")
    if fields["UserIp"]:
        values.check_address(fields["UserIp"])
        from_address.append(_LEFT_OUT)  # nothing rests on it
    held: list[Slots] = [_LEFT_OUT]
    if values.is_held(fields["StepByStep"]):
        held = list(dict.fromkeys([("true",), (fields["StepByStep"],)]))
    options = [
        in_currency,
        from_address,
        receipts,
        held,
        optional(fields, "ResultUrl2", _url_ways(fields, "ResultUrl2")),
        _with_method(fields, "SuccessUrl2"),
        _with_method(fields, "FailUrl2"),
        optional(fields, "Token"),
    ]
    return find_order_match(fields, shop, password, options, start_of(fields))


def _url_ways(fields: Fields, name: str) -> list[str]:
    return encodings(fields[name], fields.raw(name))


def _with_method(fields: Fields, name: str) -> list[Slots]:
    """An address and its method: two slots."""
    method = fields[f"{name}Method"]
    if not fields[name]:
        return optional(fields, name)
    slots = [(text, method) if method else (text,) for text in _url_ways(fields, name)]
    return list(slots)


def _texts(signed: Match) -> dict[str, str]:
    """What each of `_MODIFIERS` says, in the encoding that was signed.

    Not as it came: who holds the link could else write another text, which is the signed one
    after one more decoding.
    """
    given = zip(_MODIFIERS, signed.chosen, strict=True)
    return {name: slots[0] for name, slots in given if slots}


def _content(fields: Fields, texts: Fields | dict[str, str]) -> dict[str, Any]:
    """What the invoice keeps of *fields*; of what may be encoded in several ways, *texts*."""
    content: dict[str, Any] = {"out_sum": fields["OutSum"], "inv_id": fields["InvId"]}
    for key, name in _KEPT:
        if fields[name]:
            content[key] = values.shown(fields[name], CONTENT_LENGTH_MAX)
    if fields["Receipt"]:
        content["receipt"] = values.read_receipt(texts["Receipt"])
    if fields["ResultUrl2"]:
        content["result_url2"] = values.read_url(texts["ResultUrl2"], "ResultUrl2")
    for key in ("success", "fail"):
        name = f"{key.capitalize()}Url2"
        if fields[name]:
            content[f"{key}_url2"] = values.read_url(texts[name], name)
            method = f"{name}Method"
            content[f"{key}_method2"] = values.read_method(fields[method], method)
    return content
