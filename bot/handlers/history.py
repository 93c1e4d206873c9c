"""/history: a list with filters and search; each line opens with every step of its life.

A filter travels in its button as one number, and the words that were searched for in the
conversation, for a button has no room for them.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.buttons import Button, Press, Rows
from bot.formats import clean
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.clock import Clock
from services.conversations import Visitor
from services.errors import InvalidRequestError
from services.history import History, Operation, Page, Step, Wanted
from services.holders import Holder
from services.money import DEFAULT_CURRENCIES, Currency, Money, currency, parse_amount
from services.receipt_facts import is_finished

KINDS = (None, "payment", "topup", "refund", "correction", "exchange", "provider_payment")
CURRENCIES_MAX = 9
"""As many can be told apart by one digit of a button."""
PERIODS = (None, 7, 30, 365)
"""Days back."""
PAPERS = {
    "done": "button-receipt",
    "held": "button-enter-code",
    "sent": "button-open-payment",
    "unknown": "button-open-payment",
}
"""What more there is to a payment or an exchange, by its state."""
_PAPER_OF = {"payment": "receipt", "exchange": "exreceipt", "provider_payment": "pprec"}
"""The button that leads there, by kind."""
_CREDITED = "0"
"""The code by which a payee says yes: the next step says it in words."""

_FIRST = ("kind", "currency", "period", "text")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed, as places in the tables above."""

    kind: int = 0
    currency: int = 0
    period: int = 0
    text: int = 0
    """1 where the list is what a search found."""

    @property
    def packed(self) -> int:
        """One number for a button."""
        return int(f"{self.text}{self.period}{self.currency}{self.kind}")

    def next(self, name: str, currencies: tuple[Currency, ...]) -> "Filter":
        """The filter that one more tap on *name* leads to."""
        table = _limits(currencies)[_FIRST.index(name)]
        return replace(self, **{name: (getattr(self, name) + 1) % table})


def unpack(number: int, currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES) -> Filter:
    """The filter that *number* stands for; what it does not know is no filter."""
    text, period, currency, kind = (int(digit) for digit in f"{number:04d}"[-4:])
    places = zip((kind, currency, period, text), _limits(currencies), strict=True)
    return Filter(*(place if place < limit else 0 for place, limit in places))


async def show(
    holder: Holder, visitor: Visitor, words: Words, now: Clock, history: History
) -> Screen:
    """`/history`: everything, newest first."""
    return await _list(holder, visitor, words, now, history, Filter(), None)


async def turn(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    press: Press,
    now: Clock,
    history: History,
) -> Screen:
    """A filter, or an older page of what is listed."""
    chosen = unpack(press.version, history.currencies)
    return await _list(holder, visitor, words, now, history, chosen, press.id or None)


async def ask(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Search]: for what?"""
    back = Button(words.plain("button-back"), "hist")
    return Screen(words("history-ask"), ((back,),), Question("history_search"))


async def search(holder: Holder, words: Words, typed: str, now: Clock, history: History) -> Screen:
    """The typed words: what has them in its name or note."""
    return await _page(holder, words, now, history, Filter(text=1), None, typed)


async def open_one(holder: Holder, words: Words, press: Press, history: History) -> Screen:
    """One line, with every step of its life."""
    operation, steps = await history.open(holder=holder.id, operation_id=press.id)
    text = f"{_facts(words, operation)}\n\n{words('history-steps')}\n" + "\n".join(
        step_line(words, operation.kind, each) for each in steps
    )
    back = Button(words.plain("button-back"), "hist", version=press.version)
    if operation.kind in _PAPER_OF and operation.state in PAPERS:
        leads_to = _PAPER_OF[operation.kind]
        paper = Button(words.plain(PAPERS[operation.state]), leads_to, operation.id)
        return Screen(text, ((paper, back), (*_document(words, operation), home_button(words))))
    return Screen(text, (_document(words, operation), (back, home_button(words))))


def _document(words: Words, operation: Operation) -> tuple[Button, ...]:
    """Of what is finished there is a receipt."""
    if not is_finished(operation):
        return ()
    return (Button(words.plain("button-pdf-receipt"), "doc", operation.id),)


async def _list(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    now: Clock,
    history: History,
    chosen: Filter,
    before: str | None,
) -> Screen:
    if not chosen.text:
        return await _page(holder, words, now, history, chosen, before, None)
    typed = visitor.conversation.data.get("text")
    if typed is None:  # something else was asked since, and the words are gone
        return await ask(holder, words)
    return await _page(holder, words, now, history, chosen, before, typed)


async def _page(
    holder: Holder,
    words: Words,
    now: Clock,
    history: History,
    chosen: Filter,
    before: str | None,
    typed: str | None,
) -> Screen:
    days = PERIODS[chosen.period]
    wanted = Wanted(
        kind=KINDS[chosen.kind],
        currency=_currency(history.currencies, chosen),
        since=None if days is None else now() - timedelta(days=days),
        text=typed,
    )
    page = await history.page(holder=holder.id, wanted=wanted, before=before)
    title: str = words("history-title") if typed is None else words("history-found", text=typed)
    lines = [_line(words, each) for each in page.operations] or [words("history-none")]
    question = None if typed is None else Question("history_search", {"text": typed})
    rows = _rows(words, page, chosen, before, history.currencies)
    return Screen("\n\n".join((title, "\n".join(lines))), rows, question)


def _limits(currencies: tuple[Currency, ...]) -> tuple[int, ...]:
    """How many places each table has, in the order of `Filter`."""
    return (len(KINDS), 1 + len(currencies[:CURRENCIES_MAX]), len(PERIODS), 2)


def _currency(currencies: tuple[Currency, ...], chosen: Filter) -> Currency | None:
    return currencies[chosen.currency - 1] if chosen.currency else None


def _rows(
    words: Words,
    page: Page,
    chosen: Filter,
    before: str | None,
    currencies: tuple[Currency, ...],
) -> Rows:
    lines = tuple(
        (Button(_label(words, each), "op", each.id, chosen.packed),) for each in page.operations
    )
    turning = []
    if before:
        turning.append(Button(words.plain("button-newest"), "hist", "", chosen.packed))
    if page.next:
        turning.append(Button(words.plain("button-older"), "hist", page.next, chosen.packed))
    return (
        *lines,
        tuple(turning),
        _filters(words, chosen, currencies),
        (
            Button(words.plain("button-statement"), "statement"),
            Button(words.plain("button-spending"), "spending"),
        ),
        _last_row(words, chosen),
    )


def _filters(words: Words, chosen: Filter, currencies: tuple[Currency, ...]) -> tuple[Button, ...]:
    kind, of = KINDS[chosen.kind], _currency(currencies, chosen)
    names = {
        "kind": words.plain("filter-kind", kind=kind or "all"),
        "currency": words.plain("filter-currency", currency=of.code if of else "all"),
        "period": words.plain("filter-period", days=str(PERIODS[chosen.period] or "all")),
    }
    return tuple(
        Button(text, "hist", "", chosen.next(name, currencies).packed)
        for name, text in names.items()
    )


def _last_row(words: Words, chosen: Filter) -> tuple[Button, ...]:
    if chosen.text:
        everything = Button(words.plain("button-show-all"), "hist")
        return (everything, home_button(words))
    return (Button(words.plain("button-search"), "find"), home_button(words))


def _line(words: Words, operation: Operation) -> str:
    return words(
        "history-line",
        day=words.day(operation.at),
        amount=operation.amount,
        title=operation.title or kind_name(words, operation),
        state=operation.state,
    )


def _label(words: Words, operation: Operation) -> str:
    name = clean(operation.title)[:NAME_LENGTH_MAX] or kind_name(words, operation)
    return words.plain(
        "history-button", amount=operation.amount, title=name, state=operation.state
    )


def _facts(words: Words, operation: Operation) -> str:
    lines = [
        words("history-kind", kind=kind_name(words, operation), amount=operation.amount),
        words("history-state", state=_state(words, operation)),
        words("history-at", at=operation.at),
    ]
    if operation.title:
        lines.insert(1, words("history-title-line", title=operation.title))
    if operation.note:
        lines.append(words("history-note", kind=operation.kind, note=_note(operation)))
    return "\n".join(lines)


def _state(words: Words, operation: Operation) -> str:
    """Its state as it is said of such a thing, or of any."""
    state = _key(operation.state)
    own = f"state-{_key(operation.kind)}-{state}"
    return words(own if words.has(own) else f"state-{state}")


def _note(operation: Operation) -> str | Money:
    """What was kept beside it: of an exchange, what is got."""
    return _stated(operation.note) if operation.kind == "exchange" else operation.note


def kind_name(words: Words, operation: Operation) -> str:
    """`Payment`, `Top-up` ..., in words."""
    return words.plain(f"kind-{_key(operation.kind)}")


def step_line(words: Words, kind: str, step: Step) -> str:
    """One step: when, what happened, and why where that was kept."""
    key = f"step-{_key(kind)}-{_key(step.event)}"
    what = words(key if words.has(key) else "step-other")
    line = words("step-line", at=step.at, what=what)
    said = step.reason.partition(" ")[0] if step.event == "ask" else step.reason
    reason = f"reason-{_key(said)}"  # of an answer the payee's own code comes after it
    if words.has(reason):
        return f"{line} — {words(reason)}"
    if not step.reason or (step.event == "ask" and step.reason == _CREDITED):
        return line
    return f"{line} — {words('step-note', note=_stated(step.reason))}"


def _key(name: str) -> str:
    return name.replace("_", "-")


def _stated(text: str) -> str | Money:
    """What was kept as text; an amount is written as the language writes it."""
    try:
        number, code = text.split(" ")
        return parse_amount(number, currency(code))
    except (ValueError, InvalidRequestError):
        return text


def add_to(routes: Routes) -> None:
    """The routes of the history."""
    routes.command("history", show)
    routes.button("hist", turn)
    routes.button("find", ask)
    routes.button("op", open_one)
    routes.question("history_search", search, again=ask)
