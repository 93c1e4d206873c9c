"""/settings: the language, and whether new invoices are told of."""

from bot.buttons import Button, Press
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Texts, Words
from services.holders import Holder, Wallets
from services.phones import masked


async def show(holder: Holder, words: Words, texts: Texts) -> Screen:
    """`/settings`."""
    return _screen(words, holder, texts)


async def speak(holder: Holder, press: Press, texts: Texts, wallets: Wallets) -> Screen:
    """A language: the answer is in it already."""
    changed = await wallets.set_language(holder=holder, language=press.id)
    return _screen(texts.words_for(changed.language), changed, texts)


async def notices(
    holder: Holder, words: Words, press: Press, texts: Texts, wallets: Wallets
) -> Screen:
    """Messages about new invoices, on or off."""
    changed = await wallets.set_notices(holder=holder, wanted=press.id == "on")
    return _screen(words, changed, texts)


def _screen(words: Words, holder: Holder, texts: Texts) -> Screen:
    lines = (
        words("settings-title"),
        words("settings-phone", phone=masked(holder.phone)),
        words("settings-language", language=words.plain("language-name")),
        words("settings-notices-on" if holder.notices else "settings-notices-off"),
    )
    languages = tuple(
        Button(texts.words_for(each).plain("language-name"), "speak", each)
        for each in texts.languages
        if each != words.language
    )
    switch = "off" if holder.notices else "on"
    rows = (
        languages,
        (Button(words.plain(f"button-notices-{switch}"), "notices", switch),),
        (home_button(words),),
    )
    return Screen("\n".join(lines), rows)


def add_to(routes: Routes) -> None:
    """The routes of the settings."""
    routes.command("settings", show)
    routes.button("settings", show)
    routes.button("speak", speak)
    routes.button("notices", notices)
