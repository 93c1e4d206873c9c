"""What is signed by real clients is accepted, and what nobody signed is not."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from gateway.robokassa.errors import BAD_SIGNATURE, OrderRefusedError
from gateway.robokassa.fields import Field, Fields, FieldsError, read_fields
from gateway.robokassa.orders import read_order
from gateway.robokassa.signatures import (
    HASHED_BYTES_MAX,
    digest,
    find_match,
    is_signed,
    joined,
    result_signature,
    shp_orders,
)
from services.merchants import Merchant
from services.money import RUB
from services.robokassa_shops import ALGORITHMS, Passwords, RobokassaShop
from tests.clock import TestClock

START = TestClock()()
MERCHANT = Merchant("m", "Shop", "1-00", "public", RUB, START)
PASSWORDS = Passwords("password_1", "password_2", "password_3", "test_1", "test_2")
RECEIPT = json.dumps({"items": [{"name": "Чай + сахар", "sum": 100, "tax": "none"}]})


def test_vectors_of_the_documents() -> None:
    shp = [("Shp_login", "Vasya"), ("Shp_oplata", "1")]
    bases = {
        "demo:100.00:7:password_1": "933970e86e1e26ab37a95c83c7bbfae0",
        "demo::7:password_1": "334c23238f1e19c6f363cd5a3047a4da",
        "demo:100.00:77:password_1": "ef690e51b5d27fd5357d7153889f92b8",
        "demo:7:password_2": "7ab025c83e1437c64f1c77a00b30cfdb",
    }

    result = result_signature("100.26", "450009", "password_2", shp, "md5")

    assert result == "A8D97B566F6F44E4429649F5ED7D11E4"
    assert {base: digest(base, "md5") for base in bases} == bases


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_digits_of_either_case(algorithm: str) -> None:
    signature = digest("a:b", algorithm)

    assert is_signed("a:b", signature.upper(), algorithm)
    assert is_signed("a:b", f" {signature} ", algorithm)
    assert not is_signed("a:c", signature, algorithm)
    assert not is_signed("a:b", signature[:-1], algorithm)
    assert not is_signed("a:b", "п" + signature, algorithm)


def test_official_plugin_sorts_whatever_the_case() -> None:
    """WordPress's `shp_label` goes before `Shp_merchant_id`; by bytes it would go after."""
    shp = [("Shp_merchant_id", "1"), ("shp_label", "2")]

    first, second, third = (list(each) for each in shp_orders([*shp, ("SHP_a", "3")]))

    assert [name for name, _ in first] == ["SHP_a", "shp_label", "Shp_merchant_id"]
    assert [name for name, _ in second] == ["SHP_a", "Shp_merchant_id", "shp_label"]
    assert [name for name, _ in third] == ["Shp_merchant_id", "shp_label", "SHP_a"]


def test_work_for_one_request_has_an_end() -> None:
    long = "x" * (HASHED_BYTES_MAX // 4)

    found = find_match(
        digest(joined(("a", long, "9", "p")), "md5"),
        start=("a", long),
        options=[[(str(number),) for number in range(10)]],
        password="p",
        shp=[()],
        algorithm="md5",
    )

    assert found is None


def shop(algorithm: str = "md5") -> RobokassaShop:
    return RobokassaShop(MERCHANT, "demo", algorithm=algorithm)


def read(sent: list[tuple[str, str]], algorithm: str = "md5") -> Any:
    """The order of fields whose values are on the wire as *sent* has them."""
    fields = Fields([Field(name, value, quote_plus(value)) for name, value in sent])
    return read_order(fields, shop(algorithm), PASSWORDS, START)


MODIFIERS = ("OutSumCurrency", "UserIp", "Receipt", "StepByStep", "ResultUrl2")
SIGNED_AS = st.sampled_from(("plain", "encoded", "wire"))


@st.composite
def signed_orders(draw: st.DrawFn) -> list[tuple[str, str]]:
    """An order with any modifiers, signed in any of the ways that clients use."""
    given_values = {
        "OutSumCurrency": draw(st.sampled_from(("USD", "EUR", "KZT"))),
        "UserIp": draw(st.sampled_from(("192.0.2.7", "2001:db8::1"))),
        "Receipt": RECEIPT,
        "StepByStep": "true",
        "ResultUrl2": "https://shop.example/hook?a=1&b=2",
    }
    chosen = draw(st.sets(st.sampled_from(MODIFIERS)))
    inv_id = draw(st.sampled_from(("", "0", "7", "9223372036854775807")))
    sent, slots = [("MerchantLogin", "demo"), ("OutSum", "100.50")], ["demo", "100.50", inv_id]
    if inv_id:
        sent.append(("InvId", inv_id))
    for name in MODIFIERS:
        if name not in chosen:
            continue
        value = signed = given_values[name]
        if name in ("Receipt", "ResultUrl2"):
            way = draw(SIGNED_AS)
            twice = draw(st.booleans())
            value = quote(value, safe="") if twice or way == "encoded" else value
            signed = value if way == "encoded" else quote_plus(value) if way == "wire" else signed
        sent.append((name, value))
        slots.append(signed)
    for kind in draw(st.sets(st.sampled_from(("SuccessUrl2", "FailUrl2")))):
        method = draw(st.sampled_from(("GET", "POST")))
        sent += [(kind, f"https://shop.example/{kind}"), (f"{kind}Method", method)]
    named = dict(sent)
    for kind in ("SuccessUrl2", "FailUrl2"):
        if kind in named:
            slots += [named[kind], named[f"{kind}Method"]]
    own = draw(
        st.dictionaries(
            st.sampled_from(("Shp_merchant_id", "shp_label", "SHP_b", "shpa", "Shp_имя")),
            st.text(st.characters(codec="utf-8", exclude_characters=":\0")),
        )
    )
    order = draw(st.sampled_from((str.lower, str.encode, None)))
    pairs = list(own.items()) if order is None else sorted(own.items(), key=lambda e: order(e[0]))
    charset = draw(st.sampled_from(("utf-8", "cp1251")))
    base = joined((*slots, PASSWORDS.first), pairs)
    if base.encode("cp1251", "replace").decode("cp1251") != base:
        charset = "utf-8"
    signature = digest(base, "sha256", charset)
    if draw(st.booleans()):
        signature = signature.upper()
    return [*sent, *own.items(), ("SignatureValue", signature)]


@given(signed_orders())
def test_every_documented_way_of_signing(sent: list[tuple[str, str]]) -> None:
    found = read(sent, "sha256")

    named = dict(sent)
    assert found.amount.minor == 10050
    assert dict(found.content["shp"]) == {
        name: value for name, value in sent if name.lower().startswith("shp")
    }
    assert ("receipt" not in found.content) or json.loads(found.content["receipt"]) == json.loads(
        RECEIPT
    )
    assert found.content.get("result_url2", "").startswith("https://") == ("ResultUrl2" in named)


OTHERS = {
    "OutSum": "100.51",
    "InvId": "8",
    "OutSumCurrency": "GBP",
    "Receipt": '{"items": []}',
    "StepByStep": "false",
    "ResultUrl2": "https://other.example/",
    "SuccessUrl2": "https://other.example/",
    "FailUrl2": "https://other.example/",
}


@given(signed_orders(), st.data())
def test_nothing_signed_can_be_changed(sent: list[tuple[str, str]], data: st.DataObject) -> None:
    """Nor left out, nor added: a payer holds the link and may try."""
    named = dict(sent)
    name = data.draw(st.sampled_from(sorted(OTHERS)))
    changed = {**named, name: OTHERS[name]}
    if name == "StepByStep" and name not in named:
        changed[name] = "true"
    if name in named and data.draw(st.booleans()) and name != "OutSum":
        del changed[name]

    with pytest.raises(OrderRefusedError) as refused:
        read(list(changed.items()), "sha256")

    assert refused.value.number == BAD_SIGNATURE


@pytest.mark.parametrize(
    ("slots", "moved"),
    [
        (("{r}", "true"), {"UserIp": "{r}:true"}),
        (("{r}", "true"), {"Receipt": "{r}:true"}),
        (("true",), {"Token": "x:true"}),
        (("true",), {"Receipt": "true"}),
        (
            ("https://a.example", "https://b.example", "GET"),
            {"ResultUrl2": "https://a.example:https://b.example:GET"},
        ),
        (("https://a.example", "GET"), {"ResultUrl2": "https://a.example:GET"}),
    ],
)
def test_text_of_one_field_is_not_moved_into_another(
    slots: tuple[str, ...], moved: dict[str, str]
) -> None:
    """The base string is the same; what it means is not."""
    slots = tuple(each.replace("{r}", RECEIPT) for each in slots)
    moved = {name: value.replace("{r}", RECEIPT) for name, value in moved.items()}
    signature = digest(joined(("demo", "100", "7", *slots, PASSWORDS.first)), "md5")
    sent = {"MerchantLogin": "demo", "OutSum": "100", "InvId": "7", **moved}

    with pytest.raises(OrderRefusedError):
        read([*sent.items(), ("SignatureValue", signature)])


def test_own_fields_are_not_moved_into_one() -> None:
    shp = [("Shp_a", "1"), ("Shp_b", "2")]
    signature = digest(joined(("demo", "100", "7", PASSWORDS.first), shp), "md5")
    sent = [("MerchantLogin", "demo"), ("OutSum", "100"), ("InvId", "7")]

    with pytest.raises(OrderRefusedError):
        read([*sent, ("Shp_a", "1:Shp_b=2"), ("SignatureValue", signature)])


def test_currency_that_is_unsigned_changes_nothing() -> None:
    """One client leaves it out of what it signs; a payer must not make roubles tenge."""
    signature = digest(joined(("demo", "100", "7", PASSWORDS.first)), "md5")
    sent = [("MerchantLogin", "demo"), ("OutSum", "100"), ("InvId", "7")]
    signed = ("SignatureValue", signature)

    order = read([*sent, ("OutSumCurrency", "RUB"), signed])
    with pytest.raises(OrderRefusedError):
        read([*sent, ("OutSumCurrency", "KZT"), signed])

    assert order.amount.currency == RUB


def test_what_an_old_charset_cannot_say_is_not_signed_by_it() -> None:
    """Such letters would be hashed as the question mark that the shop has signed."""
    signature = digest(joined(("demo", "100", "7", PASSWORDS.first), [("Shp_a", "Имя?1")]), "md5")
    cp1251 = digest(
        joined(("demo", "100", "7", PASSWORDS.first), [("Shp_a", "Имя?1")]), "md5", "cp1251"
    )
    sent = [("MerchantLogin", "demo"), ("OutSum", "100"), ("InvId", "7")]

    for signed in (signature, cp1251):
        assert read([*sent, ("Shp_a", "Имя?1"), ("SignatureValue", signed)]).content["shp"]
        with pytest.raises(OrderRefusedError):
            read([*sent, ("Shp_a", "Имя☃1"), ("SignatureValue", signed)])


def test_what_is_kept_is_what_was_signed() -> None:
    """Not another text that is the signed one after one more decoding."""
    receipt = '{"items": [{"name": "Tea", "tax": "vat20", "sum": 100}]}'
    hidden = receipt.replace('Tea", "tax": "', "Tea%22, %22tax%22: %22")
    address, moved = "https://shop.example/pay?order=7", "https://shop.example/pay%3Forder=7"
    slots = ("demo", "100", "7", receipt, address, address, "GET", PASSWORDS.first)
    sent = [("MerchantLogin", "demo"), ("OutSum", "100"), ("InvId", "7"), ("Receipt", hidden)]
    urls = [("ResultUrl2", moved), ("SuccessUrl2", moved), ("SuccessUrl2Method", "GET")]

    found = read([*sent, *urls, ("SignatureValue", digest(joined(slots), "md5"))]).content

    assert json.loads(hidden) != json.loads(receipt)
    assert found["receipt"] == receipt
    assert found["result_url2"] == found["success_url2"] == address


NAMES = ("OutSum", "InvId", "ExpirationDate", "Receipt", "ResultUrl2", "IsTest", "Token", "Shp_")


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), st.text(), max_size=9))
def test_any_fields_are_an_order_or_a_refusal(sent: dict[str, str]) -> None:
    base = joined(("demo", sent.get("OutSum", ""), sent.get("InvId", ""), PASSWORDS.first))
    signature = digest(base, "md5")

    with suppress(OrderRefusedError, FieldsError):
        assert read([*sent.items(), ("SignatureValue", signature)]).amount.minor > 0


MULTIPART = "multipart/form-data; boundary=x"


@given(st.binary(max_size=200), st.sampled_from(("text/plain", "multipart/mixed", MULTIPART)))
async def test_any_body_is_fields_or_a_refusal(body: bytes, kind: str) -> None:
    """Whatever is sent, percent signs and boundaries included."""
    if kind == MULTIPART:
        body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + body
    scope = {
        "type": "http",
        "method": "POST",
        "query_string": body[:50],
        "headers": [(b"content-type", kind.encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    with suppress(FieldsError):
        fields = await read_fields(Request(scope, receive))
        assert all(name.lower().startswith("shp") for name, _ in fields.shp)
