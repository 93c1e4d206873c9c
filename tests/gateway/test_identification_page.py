"""The page that a mailed link opens: a button confirms, nothing else does."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.texts import Texts
from gateway.app import create_app
from purser.services import Services
from services.holders import Holder
from services.levels import Level
from storage.engines import AnyStore
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import client_of, gateway_settings

SCANNERS = ("GET", "HEAD")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


@pytest.fixture
def settings(
    services: Services, store: AnyStore, clock: TestClock, texts: Texts
) -> dict[str, Any]:
    return gateway_settings(services, store, clock) | {"words": texts.words}


@pytest.fixture
async def browser(settings: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(**settings)) as opened:
        yield opened


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await cast.join()


async def link(cast: Cast, holder: Holder, address: str = "ann@example.com") -> str:
    """The path of the mailed link."""
    key = f"{holder.id}:{len(cast.letters)}"
    await cast.services.emails.ask(holder=holder, typed=address, key=key)
    await cast.deliver()
    return f"/identification/email/{cast.letters[-1].token}"


async def level(cast: Cast, holder: Holder) -> Level:
    return (await cast.services.wallets.get(holder=holder.id)).level


async def test_mail_scanners_confirm_nothing(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    """They follow every link; only a press of the button counts."""
    path = await link(cast, ann)

    opened = [await browser.request(method, path) for method in SCANNERS]
    before = await level(cast, ann)
    pressed = await browser.post(path)

    assert [each.status_code for each in opened] == [200, 200]
    assert "Confirm the address</button>" in opened[0].text
    assert before is Level.PHONE
    assert pressed.status_code == 200
    assert "The address is confirmed" in pressed.text
    assert "<button" not in pressed.text
    assert await level(cast, ann) is Level.EMAIL


async def test_the_page_is_nobodys_frame_and_says_nothing_elsewhere(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    """No script, no foreign address, no Referer with the token, nothing kept."""
    path = await link(cast, ann)

    for page in (await browser.get(path), await browser.post(path)):
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "<script" not in page.text
        assert path.rpartition("/")[2] not in page.text

    style = await browser.get("/identification/page.css")
    assert style.headers["Content-Type"].startswith("text/css")


async def test_a_page_looks_the_same_for_a_link_that_is_not_ours(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    """Who guesses learns nothing from opening."""
    ours = await browser.get(await link(cast, ann))
    guessed = await browser.get("/identification/email/guessed")

    assert ours.text == guessed.text


async def test_the_language_is_the_mails(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    path = await link(cast, ann)

    russian = await browser.get(path, params={"lang": "ru"})
    browsers = await browser.get(path, headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    odd = await browser.get(path, params={"lang": "<script>"})

    assert "Подтвердить адрес" in russian.text
    assert '<html lang="ru" dir="ltr">' in browsers.text
    assert '<html lang="en" dir="ltr">' in odd.text


async def test_an_old_link_says_that_it_is_old(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder, clock: TestClock
) -> None:
    path = await link(cast, ann)
    clock.advance(hours=25)

    pressed = await browser.post(path)

    assert (pressed.status_code, "too old" in pressed.text) == (409, True)
    assert await level(cast, ann) is Level.PHONE


async def test_a_link_whose_address_was_changed_since_says_so(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    old = await link(cast, ann)
    new = await link(cast, ann, "ann@other.example")

    pressed = await browser.post(old)
    confirmed = await browser.post(new)

    assert (pressed.status_code, "does not count any more" in pressed.text) == (409, True)
    assert confirmed.status_code == 200


async def test_an_address_of_another_wallet_is_refused(
    browser: httpx.AsyncClient, cast: Cast, ann: Holder
) -> None:
    bob = await cast.join(BOB, OTHER_PHONE)
    await browser.post(await link(cast, ann))

    pressed = await browser.post(await link(cast, bob))

    assert (pressed.status_code, "another wallet" in pressed.text) == (409, True)


async def test_guesses_are_few(settings: dict[str, Any], ann: Holder) -> None:
    """From one address; the token has 256 bits all the same."""
    del ann
    async with client_of(create_app(**settings)) as browser:
        statuses = [
            (await browser.post(f"/identification/email/{number}")).status_code
            for number in range(11)
        ]

    assert statuses[0] == 404
    assert statuses[-1] == 429
