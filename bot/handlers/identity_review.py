"""Operators look at personal data: what waits, whose it is, yes or no with a reason."""

from bot.buttons import Button, Press, Rows
from bot.handlers.identification import data_lines
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.identity_review import IdentityReview
from services.phones import masked

LISTED_MAX = 10


async def listed(
    visitor: Visitor, words: Words, operators: frozenset[int], identity_review: IdentityReview
) -> Screen:
    """[Identifications]: those that wait, oldest first."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    waiting = await identity_review.waiting(limit=LISTED_MAX)
    rows: Rows = tuple(
        (
            Button(
                words.plain("review-line", at=each.submitted_at or each.created_at),
                "opident",
                each.id,
            ),
        )
        for each in waiting
    )
    return Screen(words("review-title", count=len(waiting)), (*rows, _home(words, visitor)))


async def view(
    visitor: Visitor,
    words: Words,
    press: Press,
    operators: frozenset[int],
    identity_review: IdentityReview,
) -> Screen:
    """The data of one; that this operator saw them is noted."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    shown = await identity_review.open(identification_id=press.id, operator=_name(visitor))
    found = shown.identification
    text = words(
        "review-open",
        phone=masked(shown.holder.phone),
        at=found.submitted_at or found.created_at,
        twins=shown.twins,
    )
    rows = (
        (
            Button(words.plain("button-approve"), "opyes", found.id, found.version, "success"),
            Button(words.plain("button-decline"), "opno", found.id, found.version, "danger"),
        ),
        (Button(words.plain("button-back"), "opidents"),),
    )
    return Screen(f"{text}\n\n{data_lines(words, dict(shown.data.fields))}", rows)


async def approve(
    visitor: Visitor,
    words: Words,
    press: Press,
    operators: frozenset[int],
    identity_review: IdentityReview,
) -> Screen:
    """[Approve]."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    await identity_review.approve(
        identification_id=press.id, operator=_name(visitor), version=press.version
    )
    return Screen(words("review-approved"), (_list(words, visitor),))


async def ask_reason(
    visitor: Visitor, words: Words, press: Press, operators: frozenset[int]
) -> Screen:
    """[Decline]: why?"""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    return _reason(words, press.id, press.version)


async def ask_reason_again(visitor: Visitor, words: Words) -> Screen:
    """The same question, after a reason that was too long."""
    data = visitor.conversation.data
    return _reason(words, data["id"], int(data["version"]))


async def decline(
    visitor: Visitor,
    words: Words,
    typed: str,
    operators: frozenset[int],
    identity_review: IdentityReview,
) -> Screen:
    """The typed reason; the holder is told it."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    data = visitor.conversation.data
    await identity_review.decline(
        identification_id=data["id"],
        operator=_name(visitor),
        reason=typed,
        version=int(data["version"]),
    )
    return Screen(words("review-declined"), (_list(words, visitor),), ends_question=True)


def _reason(words: Words, identification: str, version: int) -> Screen:
    data = {"id": identification, "version": str(version)}
    back = Button(words.plain("button-back"), "opident", identification)
    return Screen(words("review-ask-reason"), ((back,),), Question("decline_reason", data))


def _name(visitor: Visitor) -> str:
    """What the operator is noted as."""
    return f"telegram {visitor.telegram_id}"


def _list(words: Words, visitor: Visitor) -> tuple[Button, ...]:
    return (Button(words.plain("button-identifications"), "opidents"), *_home(words, visitor))


def _home(words: Words, visitor: Visitor) -> tuple[Button, ...]:
    return (home_button(words),) if visitor.holder else ()


def _nothing(words: Words, visitor: Visitor) -> Screen:
    """Who is no operator any more learns nothing."""
    return Screen(words("not-understood"), (_home(words, visitor),), ends_question=True)


def add_to(routes: Routes) -> None:
    """The routes of the review."""
    routes.button("opidents", listed)
    routes.button("opident", view)
    routes.button("opyes", approve)
    routes.button("opno", ask_reason)
    routes.question("decline_reason", decline, again=ask_reason_again)
