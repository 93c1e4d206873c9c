"""The e-mail address: typed in the chat, confirmed by the link that is mailed to it."""

from bot.buttons import Button
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.emails import LIFETIME, Emails
from services.holders import Holder


async def ask(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Confirm e-mail]: which address?"""
    back = Button(words.plain("button-back"), "mylimits")
    return Screen(words("email-ask"), ((back,),), Question("email"))


async def take(holder: Holder, words: Words, typed: str, key: str, emails: Emails) -> Screen:
    """The typed address: a mail is on its way."""
    address = await emails.ask(holder=holder, typed=typed, key=key)
    text = words("email-sent", address=address.shown, hours=LIFETIME.days * 24)
    rows = (
        (Button(words.plain("button-other-email"), "email"),),
        (Button(words.plain("button-to-limits"), "mylimits"), home_button(words)),
    )
    return Screen(text, rows)


def add_to(routes: Routes) -> None:
    """The routes of the address."""
    routes.button("email", ask)
    routes.question("email", take, again=ask)
