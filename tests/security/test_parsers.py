"""Every parser of what comes from outside: any input is read or refused, and never an accident.

The errors that each documents are the only ones it raises.
"""

import base64
import json
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.buttons import Buttons, Press
from bot.formats import clean, escaped
from bot.handlers.joining import INVOICE_LINK
from bot.intake import UPDATE_ID_MAX, _parse, _sender
from gateway.api.models import NewInvoice, NewRefund
from gateway.mini_app.init_data import InitDataRefusedError, verify
from gateway.notifications.sending import retry_delay
from gateway.osmp import Reply, basic_credentials, rendered
from gateway.sms import SmsUrlError, create_channel
from gateway.targets import WebhookUrlError, check_webhook_url, is_public
from purser.settings import Settings, SettingsError, load_settings
from services.due import RETRY_FIRST, RETRY_MOST
from services.money import (
    AMOUNT_MINOR_MAX,
    CURRENCIES,
    AmountNotUnderstoodError,
    AmountOutOfRangeError,
    AmountTooPreciseError,
    parse_amount,
    plain,
)
from services.phones import PhoneNotUnderstoodError, masked, parse_phone
from services.terminals import TerminalRefusedError
from services.vault import Vault
from tests.clock import TestClock
from tests.conftest import MASTER
from tests.gateway.conftest import BOT_TOKEN
from tests.gateway.test_mini_app import signed

BUTTONS = Buttons(Vault(MASTER))
CLOCK = TestClock()
texts = st.text() | st.text(st.characters(), max_size=80)  # the second has half characters too
latin = st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 100_000)
@example(b'{"update_id":' * 100_000)
@example(b'{"update_id": ' + b"9" * 5_000 + b"}")
@example(b'{"update_id": 1e400}')
@example(b'{"update_id": true}')
@example(b'{"update_id": 1, "update_id": -1}')
@example(b"\xef\xbb\xbf{}")
@example("{}".encode("utf-16"))
def test_update_body(body: bytes) -> None:
    """What Telegram's webhook is sent: an update with a number, or nothing."""
    update = _parse(body)

    if update is not None:
        assert type(update["update_id"]) is int
        assert 0 <= update["update_id"] <= UPDATE_ID_MAX
        assert 0 <= _sender(update) <= UPDATE_ID_MAX


@given(
    st.dictionaries(
        st.sampled_from(["message", "callback_query", "my_chat_member", "update_id", "from"]),
        st.dictionaries(st.sampled_from(["from", "id", "chat"]), json_values) | json_values,
    )
)
def test_senders_lane(update: dict[str, Any]) -> None:
    """Of anything that is shaped like an update, or nearly."""
    assert 0 <= _sender(update) <= UPDATE_ID_MAX


ACTIONS = st.sampled_from(["home", "confirm", "pay", "cancel", "send", "lock"])
IDS = st.sampled_from(["", "0123456789abcdef" * 2])
VERSIONS = st.integers(0, 36**6 - 1)


@given(st.text(st.characters(), max_size=70), st.integers(0, 2**53))
@example("::::", 7)
@example("home::\u0660:AAAAAAAAAAAAAAAA", 7)
@example("home::zz_1:AAAAAAAAAAAAAAAA", 7)
def test_callback_data(data: str, person: int) -> None:
    """Nothing that we did not sign for that person is a button."""
    assert BUTTONS.read(person, data) is None


@given(ACTIONS, IDS, VERSIONS, st.integers(1, 2**53), st.data())
def test_changed_callback_data(
    action: str, thing: str, version: int, person: int, data: st.DataObject
) -> None:
    """One character more, less or other, or another person: nobody's button."""
    good = BUTTONS.data(person, Press(action, thing, version))
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters().filter(lambda char: char != good[at]))
    stranger = data.draw(st.integers(1, 2**53).filter(lambda number: number != person))
    changed = [good[:at] + good[at + 1 :], good[:at] + other + good[at + 1 :], good + other]

    assert BUTTONS.read(person, good) == Press(action, thing, version)
    assert BUTTONS.read(stranger, good) is None
    assert [each for each in changed if BUTTONS.read(person, each) is not None] == []


@given(st.text(st.characters(), max_size=80))
@example("bill_" + "a" * 32 + "\n")
@example("bill_" + "A" * 32)
@example("bill_" + "\u0660" * 32)
def test_deep_link(payload: str) -> None:
    """It names an invoice by 32 hexadecimal digits and nothing else."""
    found = INVOICE_LINK.fullmatch(payload)

    assert found is None or set(found[1]) <= set("0123456789abcdef")


@given(texts | st.from_regex(r"\A[0-9 .,+-]{0,40}\Z"), st.sampled_from([*CURRENCIES.values()]))
@example("1" * 5000, CURRENCIES["RUB"])
@example("\u0661", CURRENCIES["RUB"])
@example("1_0", CURRENCIES["RUB"])
@example("0x1", CURRENCIES["RUB"])
@example("1e9", CURRENCIES["RUB"])
@example("-1", CURRENCIES["RUB"])
@example("NaN", CURRENCIES["RUB"])
@example(str(2**63), CURRENCIES["RUB"])
@example("1.01", CURRENCIES["JPY"])
@example("1.0001", CURRENCIES["KWD"])
def test_amount(text: str, of: Any) -> None:
    """Positive, bounded and exact, or one of three refusals."""
    try:
        amount = parse_amount(text, of)
    except (AmountNotUnderstoodError, AmountTooPreciseError, AmountOutOfRangeError):
        return

    assert 0 < amount.minor <= AMOUNT_MINOR_MAX
    assert parse_amount(plain(amount), of) == amount
    assert set(text) <= set("0123456789.,\u00a0\u202f \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85")


@given(texts | st.from_regex(r"\A\+?[0-9() -]{0,30}\Z"))
@example("+7916123456" + "7" * 5000)
@example("+\uff17\uff19\uff11\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17")
@example("tel:+79161234567;ext=1;isub=2")
@example("tel:+79161234567;phone-context=+" + "a" * 300)
def test_phone(text: str) -> None:
    """A number in one form, or a refusal."""
    try:
        phone = parse_phone(text)
    except PhoneNotUnderstoodError:
        return

    assert re.fullmatch(r"\+[0-9]{2,17}", phone)
    assert parse_phone(phone) == phone
    shown = masked(phone)
    assert len(shown.replace("***", "")) <= max(len(phone) - 3, 1)


fields = st.dictionaries(
    st.sampled_from(["user", "auth_date", "hash", "query_id", "signature", "a"]),
    st.text(max_size=40),
)


@given(texts | latin | fields.map(lambda pairs: urlencode({**pairs}, errors="replace")))
def test_init_data(text: str) -> None:
    """Whatever was not signed is refused, in one way."""
    with pytest.raises(InitDataRefusedError):
        verify(text, bot_token=BOT_TOKEN, now=CLOCK())


@given(st.data())
def test_changed_init_data(data: st.DataObject) -> None:
    """One character of signed init data changed, added or left out."""
    good = signed(CLOCK)
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != good[at]))
    for text in (good[:at] + other + good[at + 1 :], good[:at] + good[at + 1 :]):
        if _same(text, good):
            continue
        with pytest.raises(InitDataRefusedError):
            verify(text, bot_token=BOT_TOKEN, now=CLOCK())


def _same(text: str, good: str) -> bool:
    """Spelt otherwise and meaning the same: `%2f` and `%2F`, `+` and a space."""
    from urllib.parse import parse_qsl  # noqa: PLC0415  # as the parser reads it

    return parse_qsl(text, keep_blank_values=True) == parse_qsl(good, keep_blank_values=True)


@given(st.text(max_size=200) | json_values.map(json.dumps))
@example('{"id": 7, "id": 8}')
@example('{"id": 1e3}')
@example('{"id": ' + "9" * 5_000 + "}")
@example('{"id": 7, "language_code": {"a": []}}')
def test_signed_user(user: str) -> None:
    """Signed by Telegram and still no user: refused as forged ones are."""
    try:
        opener = verify(
            signed(CLOCK, user=user.encode("utf-8", "replace").decode()),
            bot_token=BOT_TOKEN,
            now=CLOCK(),
        )
    except InitDataRefusedError:
        return

    assert 0 < opener.telegram_id < 2**53
    assert isinstance(opener.language, str)


@given(latin | latin.map(lambda text: f"Basic {text}") | st.binary().map(
    lambda raw: f"Basic {base64.b64encode(raw).decode()}"
))  # fmt: skip
@example("Basic " + base64.b64encode(b"a\0:b").decode())
@example("Basic \xe9\xe9")
@example("basic\t" + base64.b64encode(b"a:b").decode())
@example("Basic " + base64.b64encode("логин:пароль".encode()).decode())
def test_basic_credentials(header: str) -> None:
    """Login and password, or nobody."""
    try:
        login, password = basic_credentials(header)
    except TerminalRefusedError:
        return

    assert "\0" not in login + password
    assert ":" not in login


@given(st.text(st.characters(), max_size=80), st.text(st.characters(), max_size=80))
def test_osmp_answer(txn_id: str, comment: str) -> None:
    """Whatever is given back is XML, with no element but ours."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415  # reads it as terminals do

    xml = rendered(Reply(300, comment), txn_id)

    tags = [each.tag for each in ET.fromstring(xml)]  # noqa: S314  # our own
    assert tags == ["osmp_txn_id", "result", "comment"]


hosts = st.sampled_from(
    ["shop.example", "127.0.0.1", "[::1]", "localhost", "0x7f.1", "2130706433", "①②⑦.0.0.1"]
)
urls = st.builds(
    lambda scheme, user, host, port, path: f"{scheme}://{user}{host}{port}{path}",
    st.sampled_from(["https", "http", "ftp", "HTTPS", "javascript", ""]),
    st.sampled_from(["", "a@", "a:b@", "%00@", "@"]),
    hosts | st.text(max_size=20),
    st.sampled_from(["", ":443", ":0", ":99999", ":-1", ":٤٤٣", ":"]),
    st.text(max_size=20),
)


@given(texts | urls)
@example("https://shop.example\\@127.0.0.1/")
@example("https://127.0.0.1#@shop.example/")
@example("https://[::ffff:127.0.0.1]/")
@example("https://[fe80::1%25eth0]/")
@example("https://0177.0.0.1/")
@example("https://localhost./")
@example("https://" + "a" * 5000)
def test_webhook_address(url: str) -> None:
    """Public as it is written, or refused; what is written is ASCII."""
    try:
        check_webhook_url(url, allow_private=False)
    except WebhookUrlError:
        return

    assert url.isascii()
    assert url.lower().startswith("https://")
    assert not re.search(r"//(127|localhost|0x7f|2130706433|\[::)", url.lower())


@given(texts | st.ip_addresses().map(str))
def test_public_address(text: str) -> None:
    """Never an accident; never an address of this machine."""
    is_open = is_public(text)

    assert not (is_open and text.startswith(("127.", "10.", "192.168.", "::1", "fe80")))


@given(texts | latin)
@example("9" * 5000)
@example("Tue, 24 Nov 99999 09:00:00 GMT")
@example("Tue, 24 Nov 2026 09:00:00 +9999")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
def test_retry_after(text: str) -> None:
    """What a shop's server says of itself: a sensible pause or nothing."""
    wait = retry_delay(text, CLOCK())

    assert wait is None or RETRY_FIRST <= wait <= RETRY_MOST


@given(json_values | st.fixed_dictionaries({"amount": json_values, "description": json_values}))
def test_bodies_of_the_api(value: Any) -> None:
    """A body, or a list of what is wrong with it."""
    raw = json.dumps(value)
    for model in (NewInvoice, NewRefund):
        try:
            model.model_validate_json(raw)
        except ValueError:  # pydantic's, which the edge answers with 422
            continue


@given(texts)
@example("\u202egnp.exe")
@example("<b>&amp;</b>")
@example("\ud800")
def test_words_of_others(text: str) -> None:
    """One line, no markup, nothing that turns or hides what stands beside it."""
    shown = escaped(text)

    assert "<" not in shown
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff\n\r\0]", shown
    )
    assert clean(clean(text)) == clean(text)


values = texts | st.sampled_from(["0", "8080", "true", "RUB 10", "10 RUB", "log:", "smpp://", "["])


@given(
    st.dictionaries(
        st.sampled_from([f"PURSER_{name.upper()}" for name in Settings.model_fields])
        | st.text(max_size=10).map(lambda text: f"PURSER_{text}"),
        values,
        max_size=5,
    )
)
def test_settings(environment: dict[str, str]) -> None:
    """Settings, or one error with a line for each mistake."""
    try:
        load_settings(environment)
    except SettingsError:
        return


@given(
    texts
    | st.builds(
        lambda scheme, rest: f"{scheme}{rest}",
        st.sampled_from(["log:", "http://", "https://{phone}{text}", "smpp://", "smpp://a:b@"])
        | st.just("telegram-gateway://"),
        st.text(max_size=30) | st.sampled_from(["[", "h:99999", "h:x", "{phone}{text}", "@"]),
    )
)
def test_sms_address(url: str) -> None:
    """A channel, or the one error that the start knows."""
    try:
        create_channel(url)
    except SmsUrlError:
        return


def test_quoted_user_is_read_as_signed() -> None:
    """The example that the others build on: a name with everything in it."""
    user = {"id": 7, "first_name": "A&B=C%00 \u202e<b>", "language_code": "ru"}

    assert verify(signed(CLOCK, user=user), bot_token=BOT_TOKEN, now=CLOCK()).telegram_id == 7
    assert quote("&") in signed(CLOCK, user=user)
