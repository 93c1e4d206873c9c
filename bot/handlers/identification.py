"""Personal data, step by step: each answer is taken out of the chat and kept sealed.

What was typed is not in the conversation that the bot remembers, which says only what is
asked; it is shown once more, whole, before it goes to the operators.
"""

from bot.buttons import Button, Press, Rows
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.holders import Holder
from services.identification_life import Shown
from services.identifications import Identifications
from services.personal_data import (
    ADDRESS_LENGTH_MIN,
    DOCUMENTS,
    FIELDS,
    OPTIONAL,
    shown_number,
)


async def begin(holder: Holder, words: Words, identifications: Identifications) -> Screen:
    """[Give personal data]: the first thing that was not said yet."""
    return _next(words, await identifications.begin(holder=holder))


async def take(
    holder: Holder,
    words: Words,
    visitor: Visitor,
    typed: str,
    identifications: Identifications,
) -> Screen:
    """An answer."""
    field = visitor.conversation.data["field"]
    shown = await identifications.keep(holder=holder, field=field, typed=typed)
    return _next(words, shown)


async def ask_again(
    holder: Holder, words: Words, visitor: Visitor, identifications: Identifications
) -> Screen:
    """The same question, after an answer that cannot be."""
    shown = await identifications.begin(holder=holder)
    return _ask(words, shown, visitor.conversation.data["field"])


async def choose(
    holder: Holder, words: Words, press: Press, identifications: Identifications
) -> Screen:
    """A kind of document, or nothing where nothing is needed."""
    typed = DOCUMENTS[press.version] if press.id == "document" else ""
    shown = await identifications.keep(holder=holder, field=press.id, typed=typed)
    return _next(words, shown)


async def go_to(
    holder: Holder, words: Words, press: Press, identifications: Identifications
) -> Screen:
    """[Back], or a field that is to be corrected."""
    return _ask(words, await identifications.begin(holder=holder), press.id)


async def review(holder: Holder, words: Words, identifications: Identifications) -> Screen:
    """All of it, before it goes."""
    return _next(words, await identifications.begin(holder=holder))


async def correct(holder: Holder, words: Words, identifications: Identifications) -> Screen:
    """[Correct]: which field?"""
    await identifications.begin(holder=holder)
    rows = tuple((Button(words.plain(f"field-{_key(name)}"), "identgo", name),) for name in FIELDS)
    back = (Button(words.plain("button-back"), "identall"),)
    return Screen(words("identification-correct"), (*rows, back))


async def submit(
    holder: Holder, words: Words, press: Press, identifications: Identifications
) -> Screen:
    """[Send]: an operator looks at it."""
    await identifications.submit(holder=holder, version=press.version)
    rows = ((Button(words.plain("button-to-limits"), "mylimits"), home_button(words)),)
    return Screen(words("identification-sent"), rows, ends_question=True)


def data_lines(words: Words, fields: dict[str, str]) -> str:
    """Every field as it was said, for who may see it."""
    return "\n".join(
        words("identification-line", name=words.plain(f"field-{_key(name)}"), value=value)
        for name, value in _shown(words, fields).items()
    )


def _next(words: Words, shown: Shown) -> Screen:
    missing = shown.data.missing
    return _review(words, shown) if missing is None else _ask(words, shown, missing)


def _ask(words: Words, shown: Shown, field: str) -> Screen:
    document = shown.data.fields.get("document", "")
    said = _shown(words, {field: shown.data.fields.get(field, ""), "document": document})
    text = words(
        f"identification-ask-{_key(field)}",
        step=FIELDS.index(field) + 1,
        steps=len(FIELDS),
        document=document,
        minimum=ADDRESS_LENGTH_MIN,
    )
    blocks = [text]
    if shown.data.fields.get(field):
        blocks.append(words("identification-said", value=said[field]))
    rows: Rows = ()
    if field == "document":
        rows = tuple(
            (Button(words.plain(f"document-{_key(name)}"), "identset", field, place),)
            for place, name in enumerate(DOCUMENTS)
        )
    if field in OPTIONAL:
        rows = ((Button(words.plain("button-no-patronymic"), "identset", field),),)
    question = None if field == "document" else Question("identification", {"field": field})
    return Screen(
        "\n\n".join(blocks),
        (*rows, _back(words, shown, field)),
        question,
        ends_question=question is None,
    )


def _back(words: Words, shown: Shown, field: str) -> tuple[Button, ...]:
    """To the field before; from the first to the limits; from a correction to all of it."""
    if shown.data.missing is None:
        return (Button(words.plain("button-back"), "identall"),)
    place = FIELDS.index(field)
    if place == 0:
        return (Button(words.plain("button-back"), "mylimits"),)
    return (Button(words.plain("button-back"), "identgo", FIELDS[place - 1]),)


def _review(words: Words, shown: Shown) -> Screen:
    text = words("identification-review")
    rows = (
        (
            Button(
                words.plain("button-send-data"),
                "identsend",
                version=shown.identification.version,
                style="success",
            ),
        ),
        (
            Button(words.plain("button-correct-data"), "identfix"),
            Button(words.plain("button-back"), "mylimits"),
        ),
    )
    said = data_lines(words, dict(shown.data.fields))
    return Screen(f"{text}\n\n{said}", rows, ends_question=True)


def _shown(words: Words, fields: dict[str, str]) -> dict[str, str]:
    """Values as people write them."""
    shown = dict(fields)
    document = fields.get("document", "")
    if document:
        shown["document"] = words.plain(f"document-{_key(document)}")
        shown |= (
            {"number": shown_number(document, fields["number"])} if fields.get("number") else {}
        )
    if fields.get("birth_date"):
        year, month, day = fields["birth_date"].split("-")
        shown["birth_date"] = f"{day}.{month}.{year}"
    if "patronymic" in fields and not fields["patronymic"]:
        shown["patronymic"] = "—"
    return shown


def _key(name: str) -> str:
    return name.replace("_", "-")


def add_to(routes: Routes) -> None:
    """The routes of personal data."""
    routes.button("ident", begin)
    routes.button("identset", choose)
    routes.button("identgo", go_to)
    routes.button("identall", review)
    routes.button("identfix", correct)
    routes.button("identsend", submit)
    routes.question("identification", take, again=ask_again)
