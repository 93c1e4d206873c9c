"""/pay: categories, the providers of one, search, and a whole payment in one line.

What comes after a provider was chosen is in `orders`.
"""

from bot.buttons import Button, Press
from bot.desk import Desk
from bot.formats import clean
from bot.handlers.order_screens import HOME_ZONE
from bot.handlers.orders import go_on
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.account_fields import AccountFieldError
from services.catalogue import Category, Provider
from services.conversations import Visitor
from services.errors import InvalidRequestError
from services.holders import Holder
from services.money import Money, parse_amount

PAGE_SIZE = 8
FOUND_MAX = 8
"""Buttons of a list that a phone shows without scrolling."""

CATEGORIES_OF_ROW = 2
NAME_LENGTH_MAX = 34
"""Of a provider's name on a button: more does not fit on a phone."""

NAME_WORDS_MAX = 5
"""So many words of one line are tried as a provider's name."""

LINE_LENGTH_MAX = 200
_WORDS_WITH_AMOUNT = 3
"""A name, an account and an amount."""


async def begin(holder: Holder, words: Words, argument: str, key: str, desk: Desk) -> Screen:
    """`/pay`: the categories; `/pay steam mylogin 500` and `/pay game` in one line."""
    said = argument[:LINE_LENGTH_MAX].split()
    if not said:
        return await _menu(words, desk)
    for count in range(min(len(said), NAME_WORDS_MAX), 0, -1):
        provider = await desk.catalogue.named(" ".join(said[:count]))
        if provider is not None:
            return await _filled(holder, words, key, provider.id, said[count:], desk)
    name, rest = _name_and_rest(said)
    return await _found_screen(words, name, rest, desk)


async def menu(holder: Holder, words: Words, desk: Desk) -> Screen:  # noqa: ARG001  # only for holders
    """[Pay]: the categories."""
    return await _menu(words, desk)


async def open_category(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """A category: its first providers."""
    return await _category(holder, words, press.id, None, desk)


async def turn(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """[Next]: those of the category below the one that the button names."""
    last = await desk.catalogue.provider(press.id)
    return await _category(holder, words, last.category, last.id, desk)


async def choose(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """A provider was chosen; what was said after its name in one line goes on with it."""
    asked = visitor.conversation
    rest = asked.data.get("rest", "") if asked.expects == "pay_search" else ""
    return await _filled(holder, words, key, press.id, rest.split(), desk)


async def ask(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Search]: for whom?"""
    back = Button(words.plain("button-back"), "paymenu")
    return Screen(words("pay-ask"), ((back, home_button(words)),), Question("pay_search"))


async def search(holder: Holder, words: Words, typed: str, desk: Desk) -> Screen:  # noqa: ARG001  # only for holders
    """The typed words: who is called something like that."""
    return await _found_screen(words, typed[:LINE_LENGTH_MAX], "", desk)


async def take_number(
    holder: Holder, visitor: Visitor, words: Words, typed: str, key: str, desk: Desk
) -> Screen:
    """A number typed in the category of mobile operators: whose is it?"""
    return await _of_number(holder, words, visitor.conversation.data["category"], typed, key, desk)


async def my_number(holder: Holder, words: Words, press: Press, key: str, desk: Desk) -> Screen:
    """[My number] in that category."""
    return await _of_number(holder, words, press.id, holder.phone, key, desk)


async def ask_number(holder: Holder, visitor: Visitor, words: Words, desk: Desk) -> Screen:
    """The category again, after a number that was none."""
    return await _category(holder, words, visitor.conversation.data["category"], None, desk)


async def _menu(words: Words, desk: Desk) -> Screen:
    found = await desk.catalogue.categories()
    buttons = [_category_button(words, each) for each in found]
    rows = [
        tuple(buttons[place : place + CATEGORIES_OF_ROW])
        for place in range(0, len(buttons), CATEGORIES_OF_ROW)
    ]
    if found:
        rows.append(
            (
                Button(words.plain("button-search"), "payfind"),
                Button(words.plain("button-favourites"), "favs"),
            )
        )
    rows.append((Button(words.plain("button-scheduled"), "scheds"),))
    invoices = Button(words.plain("button-all-invoices"), "bills")
    rows.append((invoices, home_button(words)))
    return Screen(words("pay-title" if found else "pay-nobody"), tuple(rows))


def _category_button(words: Words, category: Category) -> Button:
    return Button(f"{category.icon} {category.name(words.language)}", "paycat", category.id)


async def _category(
    holder: Holder, words: Words, category_id: str, after: str | None, desk: Desk
) -> Screen:
    """Providers of a category, below the one of the id *after*."""
    contents = await desk.catalogue.contents()
    found = contents.in_category(category_id)
    category = next((each for each in contents.categories if each.id == category_id), None)
    if category is None or not found:  # it was emptied since the button was drawn
        return await _menu(words, desk)
    ids = [each.id for each in found]
    start = ids.index(after) + 1 if after in ids else 0
    shown = found[start : start + PAGE_SIZE]
    rows: list[tuple[Button, ...]] = [(provider_button(words, each),) for each in shown]
    turning = []
    if start:
        turning.append(Button(words.plain("button-first-page"), "paycat", category_id))
    if start + PAGE_SIZE < len(found):
        turning.append(Button(words.plain("button-next-page"), "paynext", shown[-1].id))
    rows.append(tuple(turning))
    lines = [
        words("pay-category", icon=category.icon, name=category.name(words.language)),
    ]
    question = None
    if any(each.prefixes for each in found):
        lines.append(words("pay-type-number"))
        question = Question("pay_number", {"category": category_id})
        if holder.phone.startswith(HOME_ZONE):
            rows.insert(0, (Button(words.plain("button-my-number"), "paymine", category_id),))
    rows.append((Button(words.plain("button-back"), "paymenu"), home_button(words)))
    return Screen("\n\n".join(lines), tuple(rows), question)


def provider_button(words: Words, provider: Provider) -> Button:
    """The button that begins a payment to a provider."""
    name = clean(provider.name(words.language))[:NAME_LENGTH_MAX]
    return Button(f"{provider.picture} {name}", "payto", provider.id)


async def _found_screen(words: Words, name: str, rest: str, desk: Desk) -> Screen:
    """Who may be meant by *name*; where nobody is, the categories under a word about it.

    *rest*, what was said after the name, waits for the choice.
    """
    found = await desk.catalogue.search(name, words.language, FOUND_MAX)
    data = {"rest": rest} if rest else {}
    if not found:
        screen = await _menu(words, desk)
        nothing = words("pay-found-nothing", text=name)
        return Screen(f"{nothing}\n\n{screen.text}", screen.rows, Question("pay_search", data))
    rows = tuple((provider_button(words, each),) for each in found)
    last = (
        Button(words.plain("button-all-categories"), "paymenu"),
        home_button(words),
    )
    return Screen(words("pay-found", text=name), (*rows, last), Question("pay_search", data))


async def _of_number(
    holder: Holder, words: Words, category_id: str, typed: str, key: str, desk: Desk
) -> Screen:
    operators = [each for each in await desk.catalogue.providers(category_id) if each.prefixes]
    if operators:
        operators[0].fields[0].read(typed)  # says what is wrong with what is no number
    provider = await desk.catalogue.of_phone(typed)
    if provider is None:
        screen = await _category(holder, words, category_id, None, desk)
        return screen.under(words("pay-number-unknown", number=typed))
    fields = {provider.fields[0].name: typed}
    return await go_on(holder, words, key, await desk.payable(provider.id), fields, None, desk)


async def _filled(
    holder: Holder, words: Words, key: str, provider_id: str, rest: list[str], desk: Desk
) -> Screen:
    """The provider with the account, and the amount, that were said after its name."""
    provider = await desk.payable(provider_id)
    account, amount = _account_and_amount(provider, rest)
    fields = {provider.fields[0].name: account} if account else {}
    return await go_on(holder, words, key, provider, fields, amount, desk)


def _account_and_amount(provider: Provider, rest: list[str]) -> tuple[str, Money | None]:
    """What the words after a name say: an account, and at its end perhaps an amount.

    The groups of a long number may look like an amount: what is an account only as a whole
    is one.
    """
    whole = " ".join(rest)
    if len(rest) > 1:
        account, amount = " ".join(rest[:-1]), _amount(provider, rest[-1])
        if amount is not None and (
            _is_account(provider, account) or not _is_account(provider, whole)
        ):
            return account, amount
    return whole, None


def _amount(provider: Provider, text: str) -> Money | None:
    try:
        return parse_amount(text, provider.currency)
    except InvalidRequestError:
        return None


def _is_account(provider: Provider, text: str) -> bool:
    try:
        provider.fields[0].read(text)
    except AccountFieldError:
        return False
    return True


def _name_and_rest(said: list[str]) -> tuple[str, str]:
    """Words that name nobody for certain: the last two are account and amount, if one is."""
    if len(said) >= _WORDS_WITH_AMOUNT and said[-1].replace(",", "").replace(".", "").isdigit():
        return " ".join(said[:-2]), " ".join(said[-2:])
    return " ".join(said), ""


def add_to(routes: Routes) -> None:
    """The routes of the catalogue."""
    routes.command("pay", begin)
    routes.button("paymenu", menu)
    routes.button("paycat", open_category)
    routes.button("paynext", turn)
    routes.button("payto", choose)
    routes.button("payfind", ask)
    routes.button("paymine", my_number)
    routes.question("pay_search", search, again=ask)
    routes.question("pay_number", take_number, again=ask_number)
