"""The card's page: Telegram's word is checked, and the rest of the code is shown once."""

import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mini_app.init_data import InitDataRefusedError, verify
from purser.services import Services
from services.holders import Holder
from tests.cast import ANN, BOB, OTHER_PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import BOT_TOKEN

USER = {"id": ANN, "first_name": "Анна & co", "language_code": "ru"}


def signed(
    clock: TestClock,
    *,
    token: str = BOT_TOKEN,
    user: Any = USER,
    age: int = 0,
    **fields: str,
) -> str:
    """Init data as Telegram signs it, *age* seconds ago."""
    import hashlib  # noqa: PLC0415  # the recipe in one place, apart from ours
    import hmac  # noqa: PLC0415

    named = {
        "query_id": "AAE",
        "user": user if isinstance(user, str) else json.dumps(user),
        "auth_date": str(int(clock().timestamp()) - age),
        "signature": "third-party",
    } | fields
    check = "\n".join(f"{name}={named[name]}" for name in sorted(named))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    digest = hmac.new(secret, check.encode(), hashlib.sha256).hexdigest()
    return urlencode(named | {"hash": digest}, quote_via=quote)


@pytest.fixture
async def reveal(cast: Cast, services: Services, ann: Holder) -> str:
    """The id of details that were sent to Ann."""
    [card] = await services.cards.listed(holder=ann)
    sent = await services.card_details.send(holder=ann, card_id=card.id, key="k")
    await cast.deliver()
    return sent.id


async def ask(client: httpx.AsyncClient, reveal_id: str, header: str) -> httpx.Response:
    return await client.post(
        f"/app/api/cards/{reveal_id}",
        headers={b"Authorization": header.encode("utf-8", "surrogateescape")},
    )


async def test_shown_once(
    client: httpx.AsyncClient, reveal: str, clock: TestClock, cast: Cast
) -> None:
    """The page has the rest of what the SMS began, and the second look has nothing."""
    first = await ask(client, reveal, f"tma {signed(clock)}")
    again = await ask(client, reveal, f"tma {signed(clock)}")

    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    assert set(first.json()) == {"last_four", "expires", "code_end"}
    sms = next(each for each in cast.sms if each.template == "card_details")
    assert str(sms.values["number"]).endswith(first.json()["last_four"])
    assert re.fullmatch("[0-9]{2}", first.json()["code_end"])
    assert first.json()["expires"] == "11/29"
    assert (again.status_code, again.json()["code"]) == (404, "reveal_not_found")


async def test_only_to_its_owner(
    client: httpx.AsyncClient, reveal: str, clock: TestClock, cast: Cast
) -> None:
    """Somebody else, with a wallet or without, sees nothing and uses nothing up."""
    await cast.join(BOB, OTHER_PHONE)

    others = [
        await ask(client, reveal, f"tma {signed(clock, user={'id': each})}") for each in (BOB, 99)
    ]

    assert [each.status_code for each in others] == [404, 404]
    assert (await ask(client, reveal, f"tma {signed(clock)}")).status_code == 200


async def test_not_for_long(client: httpx.AsyncClient, reveal: str, clock: TestClock) -> None:
    clock.advance(minutes=11)

    assert (await ask(client, reveal, f"tma {signed(clock)}")).status_code == 404


@pytest.mark.parametrize("age", [301, 86400, -31, -86400])
async def test_too_old_or_from_the_future(
    client: httpx.AsyncClient, reveal: str, clock: TestClock, age: int
) -> None:
    refused = await ask(client, reveal, f"tma {signed(clock, age=age)}")

    assert (refused.status_code, refused.json()["code"]) == (401, "init_data_refused")
    assert (await ask(client, reveal, f"tma {signed(clock, age=299)}")).status_code == 200


async def test_forged(client: httpx.AsyncClient, reveal: str, clock: TestClock) -> None:
    """Of another bot, changed, cut, doubled, or signed by nobody."""
    good = signed(clock)
    forged = [
        signed(clock, token="7000000001:other-token"),
        good.replace("%22id%22%3A%207", "%22id%22%3A%208"),
        good + "&auth_date=1",
        good + "&user=%7B%7D",
        good[:-1],
        re.sub("hash=[0-9a-f]+", "hash=", good),
        re.sub("hash=[0-9a-f]+", "hash=%D0%B0", good),
        re.sub("&hash=[0-9a-f]+", "", good),
    ]
    for each in forged:
        assert (await ask(client, reveal, f"tma {each}")).status_code in {401, 429}

    clock.advance(minutes=1)
    assert (await ask(client, reveal, f"tma {signed(clock)}")).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        *("", "tma", "tma ", "tma x", "Bearer x", "tma \u0430=1", "tma a=1&&&", "tma a=%00"),
        *("tma hash=%ff", "tma " + "a" * 9000, "tma " + "a=1&" * 40 + "b=1"),
    ],
)
async def test_odd_headers(client: httpx.AsyncClient, header: str) -> None:
    assert (await ask(client, "x", header)).status_code == 401


@pytest.mark.parametrize(
    "user",
    [
        *("", "null", "[]", "1", "{", "[" * 5000, '{"id": "7"}', '{"id": 7.0}', '{"id": true}'),
        *('{"id": -7}', '{"id": 0}', '{"id": ' + "9" * 30 + "}", "{}", '{"id": null}'),
    ],
)
def test_odd_users(clock: TestClock, user: str) -> None:
    """Signed or not, what is no user opens nothing."""
    with pytest.raises(InitDataRefusedError):
        verify(signed(clock, user=user), bot_token=BOT_TOKEN, now=clock())


@pytest.mark.parametrize("auth_date", ["", "-1", "1e9", "9" * 12, "١٢٣", "NaN"])
def test_odd_times(clock: TestClock, auth_date: str) -> None:
    with pytest.raises(InitDataRefusedError):
        verify(signed(clock, auth_date=auth_date), bot_token=BOT_TOKEN, now=clock())


def test_opener(clock: TestClock) -> None:
    opener = verify(signed(clock), bot_token=BOT_TOKEN, now=clock() + timedelta(minutes=5))

    assert (opener.telegram_id, opener.language) == (ANN, "ru")


@given(st.text() | st.from_regex(r"\A([a-z_]{1,9}=[^&]{0,9}&?){0,6}\Z"))
def test_any_text_is_refused(text: str) -> None:
    """Nothing that was not signed gets through, and nothing breaks the check."""
    with pytest.raises(InitDataRefusedError):
        verify(text, bot_token=BOT_TOKEN, now=TestClock()())


async def test_page(client: httpx.AsyncClient) -> None:
    """The same for everybody, framed by Telegram only, with no script but ours."""
    page = await client.get("/app/cards/abc", params={"lang": "ru"})

    policy = page.headers["content-security-policy"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self' https://web.telegram.org" in policy
    assert "x-frame-options" not in page.headers
    assert '<html lang="ru" dir="ltr">' in page.text
    assert "abc" not in page.text
    assert not re.search(r"https?://|<script>|style=|onclick", page.text)
    words = html.unescape(re.search('data-words="([^"]*)"', page.text)[1])  # type: ignore[index]
    assert json.loads(words)["card-page-title"] == "Card <ru> & 'more'"


@pytest.mark.parametrize(
    ("query", "accept", "language", "direction"),
    [
        ("ar", "", "ar", "rtl"),
        ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru", "ltr"),
        ("tr-TR", "ru", "tr", "ltr"),
        ("", "", "en", "ltr"),
        ("", "*", "en", "ltr"),
        ('"><script>', "", "en", "ltr"),
    ],
)
async def test_language_of_the_page(
    client: httpx.AsyncClient, query: str, accept: str, language: str, direction: str
) -> None:
    page = await client.get(
        "/app/cards/abc", params={"lang": query}, headers={"Accept-Language": accept}
    )

    assert f'<html lang="{language}" dir="{direction}">' in page.text


@pytest.mark.parametrize("name", ["card.js", "card.css"])
async def test_static_files(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/app/static/{name}")).status_code == 200
