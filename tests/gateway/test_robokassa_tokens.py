"""Reading tokens: every way that clients write them is read, and nothing else is believed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.robokassa.errors import OrderRefusedError
from gateway.robokassa_services.orders import read_order, read_wanted
from gateway.robokassa_services.tokens import (
    TOKEN_LENGTH_MAX,
    Fields,
    TokenNotUnderstoodError,
    read_object,
    read_token,
    written,
)
from services.merchants import Merchant
from services.money import RUB
from services.robokassa_invoices import Order
from services.robokassa_shops import RobokassaShop
from tests.gateway.robokassa_tokens import HASHES, encoded, token

KEY = "demo:password_1"
PAYLOAD = {"MerchantLogin": "demo", "OutSum": 100.5, "Description": "Книга ≥ 1 ₽"}

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("alg", sorted(HASHES))
@pytest.mark.parametrize(
    ("is_padded", "is_plain"), [(False, False), (False, True), (True, False), (True, True)]
)
def test_every_algorithm_in_every_base64(
    alg: str,
    is_padded: bool,  # noqa: FBT001  # by name, of the parameters
    is_plain: bool,  # noqa: FBT001
) -> None:
    """By its name and by its JWT name."""
    text = token(PAYLOAD, KEY, alg, is_padded=is_padded, is_plain=is_plain)

    read = read_token(text.encode())

    assert read.payload.text("merchantlogin") == "demo"
    assert read.payload.text("OUTSUM") == "100.5"
    assert read.payload.text("Description") == PAYLOAD["Description"]
    assert read.is_signed(KEY, "md5")
    assert not read.is_signed(KEY + "x", "md5")


@pytest.mark.parametrize("wrap", [json.dumps, str, lambda text: f"\ufeff  {text}\r\n"])
def test_body_is_a_json_string_or_bare(wrap: Any) -> None:
    """As application/json, application/jwt or text/plain: the type is not looked at."""
    assert read_token(wrap(token(PAYLOAD, KEY)).encode()).is_signed(KEY, "sha512")


def test_escaped_solidus_of_php() -> None:
    """PHP escapes what .NET writes plainly."""
    quoted = json.dumps(token(PAYLOAD, KEY, is_padded=True, is_plain=True)).replace("/", "\\/")

    assert read_token(quoted.encode()).is_signed(KEY, "md5")


def test_no_algorithm_is_the_shops() -> None:
    """And only the shop's."""
    read = read_token(token(PAYLOAD, KEY, None, signs_with="sha384").encode())

    assert read.is_signed(KEY, "sha384")
    assert not read.is_signed(KEY, "md5")


def test_numbers_stay_as_they_were_written() -> None:
    """What a float would round, and what no float can hold."""
    text = '{"a":0.1,"b":9223372036854775807,"c":[100.10,{"d":-1e5}],"e":"x\\u2028","f":null}'

    read = read_object(text.encode())

    assert [str(read["a"]), str(read["b"])] == ["0.1", "9223372036854775807"]
    assert written(read) == (
        '{"a": 0.1, "b": 9223372036854775807, "c": [100.10, {"d": -1e5}], "e": "x\u2028",'
        ' "f": null}'
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'"',
        b'"a.b"',
        b"a.b.c.d",
        b"[1]",
        b"\xff\xfe.a.b",
        b"%%%.e30.AA",
        b"e30.e30.A",
        b"." * 2,
        token([1], KEY).encode(),
        token("nothing", KEY).encode(),
        token('{"a":NaN}', KEY).encode(),
        token('{"a":Infinity}', KEY).encode(),
        token('{"a":"\\u0000"}', KEY).encode(),
        token('{"a":"\\ud800"}', KEY).encode(),
        token('{"a":' + "[" * 20_000 + "]" * 20_000 + "}", KEY).encode(),
        token('{"a":' + "9" * 5_000 + "}", KEY).encode() + b"." * TOKEN_LENGTH_MAX,
        token(PAYLOAD, KEY).replace(".", ".!", 1).encode(),
        (encoded(b'{"alg":"none"}') + "." + encoded(b"{}") + ".").encode(),
        (encoded(b'{"alg":["HS256"]}') + "." + encoded(b"{}") + ".").encode(),
    ],
)
def test_not_a_token(body: bytes) -> None:
    """Refused as such, and before any password is looked for."""
    with pytest.raises(TokenNotUnderstoodError):
        read_token(body)


@given(st.binary(max_size=200), st.sampled_from([b"", b'"', b"e30.", b"e30.e30.", b'"e30.e30.']))
def test_any_bytes_are_a_token_or_none(noise: bytes, start: bytes) -> None:
    """And what is read of noise is signed by nobody."""
    try:
        read = read_token(start + noise)
    except TokenNotUnderstoodError:
        return
    assert not read.is_signed(KEY, "sha256")


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSONS, max_size=5), st.data())
def test_a_genuine_token_is_read_and_a_changed_one_is_not(
    payload: dict[str, Any], data: st.DataObject
) -> None:
    """Whatever it says; whichever letter of what is signed changes."""
    text = token(payload, KEY, data.draw(st.sampled_from(sorted(HASHES))))
    place = data.draw(st.integers(0, len(text.rpartition(".")[0]) - 1))
    other = "A" if text[place] != "A" else "B"

    try:
        genuine = read_token(text.encode())
    except TokenNotUnderstoodError:
        return  # it holds NUL, or is nested deeper than anybody does
    assert genuine.is_signed(KEY, "md5")
    assert (
        written(genuine.payload.members()).encode()
        == written(read_object(json.dumps(payload).encode())).encode()
    )
    try:
        changed = read_token((text[:place] + other + text[place + 1 :]).encode())
    except TokenNotUnderstoodError:
        return
    assert not changed.is_signed(KEY, "md5")


NAMES = (
    "InvoiceType",
    "OutSum",
    "OutSumCurrency",
    "InvId",
    "Description",
    "MerchantComments",
    "Culture",
    "Email",
    "StepByStep",
    "Recurring",
    "ExpirationDate",
    "UserFields",
    "InvoiceItems",
    "Sno",
    "SuccessUrl2Data",
    "FailUrl2Data",
    "AdditionalParameters",
    "CurrentPage",
    "PageSize",
    "InvoiceStatuses",
    "InvoiceTypes",
    "DateFrom",
    "DateTo",
    "SumFrom",
    "SumTo",
    "Keywords",
    "IsAscending",
)
LIKELY = st.sampled_from(
    ["", "1", "0", "true", "OneTime", "paid", "2026-12-31", "0001-01-01T00:00:00+23:59", "RUB"]
)
SHOP = RobokassaShop(
    Merchant("m", "Shop", "s-00", "k", RUB, datetime(2026, 1, 1, tzinfo=UTC)), "demo"
)


@given(st.dictionaries(st.sampled_from(NAMES), LIKELY | JSONS))
def test_any_content_is_an_order_or_a_refusal(payload: dict[str, Any]) -> None:
    """Whatever kind of thing a member is; and what is taken can be kept."""
    given = {"OutSum": "1"} | payload
    fields = Fields(read_object(json.dumps(given).encode().replace(b"\\u0000", b"?")))
    for reading in (
        lambda: read_order(SHOP, fields, datetime(2026, 11, 24, tzinfo=UTC)),
        lambda: read_wanted(SHOP, fields),
    ):
        try:
            found = reading()
        except (OrderRefusedError, TokenNotUnderstoodError):
            continue
        if isinstance(found, Order):
            assert json.loads(json.dumps(found.content)) == found.content
            assert found.amount.minor > 0
