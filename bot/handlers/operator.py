"""/operator: what the operators look at first: totals, faults, and what could not be done."""

from bot.buttons import Button, Rows
from bot.formats import Markup
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.books import Audit, Books, Total
from services.conversations import Visitor
from services.due import DeadWork
from services.exchange_terms import Position
from services.identity_review import IdentityReview
from services.inbox import Inbox
from services.money import Money
from services.treasury import Treasury

SHOWN_MAX = 5


async def show(
    visitor: Visitor,
    words: Words,
    operators: frozenset[int],
    books: Books,
    dead_work: DeadWork,
    inbox: Inbox,
    treasury: Treasury,
    identity_review: IdentityReview,
) -> Screen:
    """`/operator`, for those the settings name; nobody else learns that it exists."""
    rows: Rows = ((home_button(words),),) if visitor.holder else ()
    if visitor.telegram_id not in operators:
        return Screen(words("not-understood"), rows)
    audit = await books.audit()
    dead = await dead_work.listed(limit=SHOWN_MAX)
    aside = await inbox.set_aside(limit=SHOWN_MAX)
    positions = await treasury.positions()
    blocks = [words("operator-title"), *_audit(words, audit)]
    if positions:
        blocks.append("\n".join(_position(words, each) for each in positions))
    blocks.append(
        "\n".join(
            [words("operator-dead", count=len(dead), most=SHOWN_MAX)]
            + [words("operator-line", name=each.kind, error=each.error) for each in dead]
        )
    )
    blocks.append(
        "\n".join(
            [words("operator-aside", count=len(aside), most=SHOWN_MAX)]
            + [
                words("operator-line", name=str(each.update_id), error=each.error)
                for each in aside
            ]
        )
    )
    rows = ((Button(words.plain("button-op-shops"), "opshops"),), *rows)
    waiting = await identity_review.waiting(limit=1)
    if waiting:
        blocks.append(words("review-waiting"))
        rows = ((Button(words.plain("button-identifications"), "opidents"),), *rows)
    return Screen("\n\n".join(blocks), rows)


def _audit(words: Words, audit: Audit) -> list[str]:
    found = [words("operator-books", transactions=audit.transactions, faults=len(audit.faults))]
    found += [
        words("operator-fault", name=each.name, row=each.row) for each in audit.faults[:SHOWN_MAX]
    ]
    return [
        "\n".join(_total(words, each) for each in audit.totals),
        "\n".join(found),
        words(
            "operator-head",
            position=audit.head.position,
            hash=Markup(f"<code>{audit.head.hash[:16]}</code>"),
        ),
    ]


def _total(words: Words, total: Total) -> str:
    return words(
        "operator-total",
        currency=total.currency,
        holders=Money(total.holders_minor, total.currency),
        merchants=Money(total.merchants_minor, total.currency),
        terminals=Money(total.terminals_minor, total.currency),
        providers=Money(total.providers_minor, total.currency),
        system=Money(total.system_minor, total.currency),
        held=Money(total.held_minor, total.currency),
    )


def _position(words: Words, position: Position) -> str:
    """What exchange has bought less what it has sold, and how far it may go."""
    return words(
        "operator-position",
        position=position.posted,
        least="any" if position.short is None else words.money(-position.short),
        most="any" if position.long is None else words.money(position.long),
    )


def add_to(routes: Routes) -> None:
    """The operators' one command."""
    routes.command("operator", show)
