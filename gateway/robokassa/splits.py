"""`CreateV2`: an order in JSON that may share its money among shops.

The wallet pays one shop for one order.  Shares of others are refused: what is theirs could
not be refunded, reserved or charged for as theirs.
"""

import json
import re
from datetime import datetime
from typing import Any

from gateway.robokassa import values
from gateway.robokassa.errors import (
    BAD_PARAMETER,
    BAD_SIGNATURE,
    SHOP_INACTIVE,
    OrderRefusedError,
    refuse,
)
from gateway.robokassa.fields import Fields
from gateway.robokassa.orders import CONTENT_LENGTH_MAX, Order
from gateway.robokassa.signatures import encodings, is_signed
from services.invoices import DESCRIPTION_LENGTH_MAX, Capture
from services.merchants import Merchant, MerchantState
from services.robokassa_shops import RobokassaShop, RobokassaShops

_HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can write and nothing can keep."""

_TEXTS = (("culture", "language"), ("email", "email"), ("inc_curr_label", "incCurr"))


async def read_split(
    fields: Fields, shops: RobokassaShops, now: datetime
) -> tuple[Merchant, Order]:
    """Whose order it is, and what it says.

    The JSON is signed as it is, without a colon before the password; clients encode it once
    more or twice on the way.

    Raises:
        OrderRefusedError: It cannot be read, is not the shop's, or is shared with others.
        ShopUnknownError: Nobody has the login.
    """
    signature = fields["SignatureValue"]
    for text in encodings(fields["invoice"], fields.raw("invoice")):
        found = _object(text)
        if found is None:
            continue
        shop, passwords = await shops.by_login(login=_text(_part(found, "merchant"), "id"))
        is_test = values.is_test(_text(found, "isTest"))
        password = passwords.test_first if is_test else passwords.first
        if not is_signed(text + password, signature, shop.algorithm):
            refuse(BAD_SIGNATURE)
        if shop.merchant.state is MerchantState.DISABLED:
            refuse(SHOP_INACTIVE)
        return shop.merchant, _order(found, shop, now, is_test=is_test)
    raise OrderRefusedError(BAD_PARAMETER, "invoice")


def _order(found: dict[str, Any], shop: RobokassaShop, now: datetime, *, is_test: bool) -> Order:
    share = _only_share(found, shop)
    out_sum = _text(found, "outAmount")
    amount = values.read_sum(out_sum, shop.merchant.currency)
    if share and values.read_sum(_text(share, "amount"), shop.merchant.currency) != amount:
        refuse(BAD_PARAMETER, "splitMerchants")
    number = _text(share, "InvoiceId")
    shp = _own(found)
    content: dict[str, Any] = {"out_sum": out_sum, "inv_id": number, "shp": shp}
    for key, name in _TEXTS:
        if text := values.shown(_text(found, name), CONTENT_LENGTH_MAX):
            content[key] = text
    if isinstance(share.get("receipt"), dict):
        content["receipt"] = json.dumps(share["receipt"], ensure_ascii=False)
    comment = _text(_part(found, "merchant"), "comment")
    return Order(
        amount=amount,
        number=values.read_number(number),
        description=values.shown(comment, DESCRIPTION_LENGTH_MAX),
        expires_at=values.read_expiration(_text(found, "expirationDate"), now),
        capture=Capture.AT_ONCE,
        is_test=is_test,
        content=content,
    )


def _only_share(found: dict[str, Any], shop: RobokassaShop) -> dict[str, Any]:
    """The one share, which is the shop's own; empty where none is named."""
    shares = found.get("splitMerchants") or [{}]
    if not isinstance(shares, list) or not all(isinstance(each, dict) for each in shares):
        refuse(BAD_PARAMETER, "splitMerchants")
    if any(_text(each, "id").lower() not in ("", shop.login.lower()) for each in shares):
        refuse(BAD_PARAMETER, "splitMerchants: this wallet pays one shop for one order")
    if len(shares) > 1:
        refuse(BAD_PARAMETER, "splitMerchants: one share for one shop")
    only: dict[str, Any] = shares[0]
    return only


def _own(found: dict[str, Any]) -> list[list[str]]:
    """The shop's own fields in the order in which they came."""
    given = found.get("shop_params") or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        refuse(BAD_PARAMETER, "shop_params")
    shp = [(_text(each, "name"), _text(each, "value")) for each in given]
    values.check_shp(shp)
    if len(dict(shp)) != len(shp):
        refuse(BAD_PARAMETER, "shop_params")
    return [list(pair) for pair in shp]


def _object(text: str) -> dict[str, Any] | None:
    """A JSON object, its numbers as they are written; None where it is none."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _part(found: dict[str, Any], name: str) -> dict[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _text(found: dict[str, Any], name: str) -> str:
    """A text or a number as it was written; anything else is empty."""
    value = found.get(name)
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return ""
    if "\0" in value or _HALF.search(value):
        refuse(BAD_PARAMETER, name)
    return value
