"""Init data of Mini Apps, checked by aiogram's own verifier."""

from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from aiogram.utils.web_app import check_webapp_signature, safe_parse_webapp_init_data
from hypothesis import given
from hypothesis import strategies as st

from sandbox.client import Person, SandboxError
from sandbox.telegram.init_data import init_data
from tests.sandbox.conftest import TOKEN, Clock

CARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Card", web_app=WebAppInfo(url="https://a.b/app/cards/7?x=1"))],
        [InlineKeyboardButton(text="Pay", callback_data="pay")],
    ]
)


async def test_card_page_opens_with_the_owners_data(bot: Bot, anna: Person, clock: Clock) -> None:
    """The wallet's server can trust who opened the page."""
    await bot.send_message(1001, "Your card", reply_markup=CARD)

    address = urlsplit(await anna.open_app("Card"))

    launch = {name: values[0] for name, values in parse_qs(address.fragment).items()}
    opened = safe_parse_webapp_init_data(TOKEN, launch["tgWebAppData"])
    assert address._replace(fragment="").geturl() == "https://a.b/app/cards/7?x=1"
    assert opened.user is not None
    assert (opened.user.id, opened.user.first_name) == (1001, "Анна")
    assert opened.auth_date == clock.time
    assert {"tgWebAppVersion", "tgWebAppThemeParams", "tgWebAppPlatform"} <= set(launch)


async def test_other_buttons_open_nothing(bot: Bot, anna: Person) -> None:
    """Only web_app buttons come with init data."""
    await bot.send_message(1001, "Your card", reply_markup=CARD)

    with pytest.raises(SandboxError, match="opens no Mini App"):
        await anna.open_app("Pay")


@given(first_name=st.text(min_size=1), token=st.from_regex(r"\A[0-9]{1,10}:[\w-]{1,35}\Z"))
def test_signature_holds_for_any_name_and_only_for_its_token(first_name: str, token: str) -> None:
    """Names are the person's own choice: nothing in them may break the check."""
    user = {"id": 7, "is_bot": False, "first_name": first_name}
    data = init_data(token=token, user=user, query_id="AA7", at=Clock()())

    assert check_webapp_signature(token, data)
    assert not check_webapp_signature(f"{token}x", data)
