"""/limits: what may be spent and kept, how much of it is used, and how to be allowed more."""

from bot.buttons import Button, Press, Rows
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.email_addresses import EmailAddress
from services.emails import Emails
from services.holders import Holder, Wallets
from services.identification_life import Identification, IdentificationState, Shown
from services.identifications import Identifications
from services.levels import Level
from services.limit_rules import ANY
from services.limits import LimitLine, Limits
from services.money import Currency, Money

BAR_CELLS = 10
FULL, EMPTY = "▓", "░"


async def show(
    holder: Holder,
    words: Words,
    limits: Limits,
    wallets: Wallets,
    emails: Emails,
    identifications: Identifications,
    app_url: str,
) -> Screen:
    """`/limits`: those of the main currency."""
    currencies = wallets.currencies
    lines = (await limits.show(holder=holder, currencies=currencies[:1]))[currencies[0]]
    known = await emails.known(holder=holder), await identifications.known(holder=holder)
    return _screen(words, holder, currencies[0], currencies, lines, known, app_url)


async def of_currency(
    holder: Holder,
    words: Words,
    press: Press,
    limits: Limits,
    wallets: Wallets,
    emails: Emails,
    identifications: Identifications,
    app_url: str,
) -> Screen:
    """Those of another currency."""
    currencies = wallets.currencies
    of = next((each for each in currencies if each.code == press.id), currencies[0])
    lines = (await limits.show(holder=holder, currencies=[of]))[of]
    known = await emails.known(holder=holder), await identifications.known(holder=holder)
    return _screen(words, holder, of, currencies, lines, known, app_url)


async def ask_deletion(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Delete my data]: what goes, and what the law keeps."""
    rows = (
        (Button(words.plain("button-delete-data"), "forgetyes", style="danger"),),
        (Button(words.plain("button-back"), "mylimits"),),
    )
    return Screen(words("limits-delete-ask"), rows)


async def delete(
    holder: Holder, words: Words, emails: Emails, identifications: Identifications
) -> Screen:
    """[Delete]: all that can be deleted is, and the level falls."""
    await emails.erase(holder=holder)
    deletion = await identifications.delete(holder=holder)
    if deletion.kept_until is None:
        text = words("limits-deleted")
    else:
        text = words("limits-deleted-later", until=words.day(deletion.kept_until))
    return Screen(text, (_back(words),), ends_question=True)


def bar(used: int, limit: int) -> str:
    """How full it is, in ten cells: nothing used is empty, and only all of it is full."""
    if limit <= 0 or used >= limit:
        return FULL * BAR_CELLS
    filled = min(max(used * BAR_CELLS // limit, 1 if used else 0), BAR_CELLS - 1)
    return FULL * filled + EMPTY * (BAR_CELLS - filled)


Known = tuple[tuple[EmailAddress | None, EmailAddress | None], Shown | None]


def _screen(
    words: Words,
    holder: Holder,
    of: Currency,
    currencies: tuple[Currency, ...],
    lines: list[LimitLine],
    known: Known,
    app_url: str,
) -> Screen:
    (confirmed, awaiting), shown = known
    identification = None if shown is None else shown.identification
    blocks = [
        words("limits-title-of", currency=of),
        *(_line(words, each) for each in lines),
        "" if lines else words("limits-none"),
        _level(words, holder, confirmed, awaiting, identification),
    ]
    rows: Rows = (
        tuple(Button(each.code, "mylimits", each.code) for each in currencies if each != of),
        *_raising(words, holder, confirmed, identification, app_url),
        (Button(words.plain("button-card-limits"), "cards"), home_button(words)),
    )
    return Screen("\n\n".join(each for each in blocks if each), rows)


def _line(words: Words, line: LimitLine) -> str:
    key = line.rule.key
    name = words.plain(f"limit-rule-{key.name.replace('_', '-')}")
    if key.kind != ANY:
        name = words.plain("limit-rule-of-kind", name=name, kind=key.kind)
    if line.resets_at is None and not _number(line.used) and key.name == "payment":
        return words("limit-line-payment", name=name, limit=line.limit)
    return words(
        "limit-line",
        name=name,
        bar=bar(_number(line.used), _number(line.limit)),
        used=line.used,
        limit=line.limit,
        left=line.left,
        resets="never" if line.resets_at is None else "at",
        at="" if line.resets_at is None else line.resets_at,
    )


def _number(value: Money | int) -> int:
    return value.minor if isinstance(value, Money) else value


def _level(
    words: Words,
    holder: Holder,
    confirmed: EmailAddress | None,
    awaiting: EmailAddress | None,
    identification: Identification | None,
) -> str:
    lines = [words("limits-level", level=holder.level.value)]
    if confirmed is not None:
        lines.append(words("limits-email-confirmed", address=confirmed.masked))
    if awaiting is not None:
        lines.append(words("limits-email-awaiting", address=awaiting.shown))
    if identification is not None:
        state = identification.state.value
        lines.append(words(f"limits-person-{state}", reason=identification.reason))
    elif holder.level is not Level.PERSON:
        lines.append(words("limits-raise"))
    return "\n".join(lines)


def _raising(
    words: Words,
    holder: Holder,
    confirmed: EmailAddress | None,
    identification: Identification | None,
    app_url: str,
) -> Rows:
    """What raises the level, and what takes the data back."""
    rows: Rows = ()
    if app_url:  # else nobody could follow the link
        name = "button-confirm-email" if confirmed is None else "button-change-email"
        rows += ((Button(words.plain(name), "email"),),)
    state = None if identification is None else identification.state
    writable = (None, IdentificationState.DRAFT, IdentificationState.DECLINED)
    if holder.level is not Level.PERSON and state in writable:
        name = "button-give-data" if state is None else "button-go-on-data"
        rows += ((Button(words.plain(name), "ident"),),)
    if confirmed is not None or identification is not None:
        rows += ((Button(words.plain("button-delete-my-data"), "forget"),),)
    return rows


def _back(words: Words) -> tuple[Button, ...]:
    return (Button(words.plain("button-to-limits"), "mylimits"), home_button(words))


def add_to(routes: Routes) -> None:
    """The routes of limits."""
    routes.command("limits", show)
    routes.button("mylimits", of_currency)
    routes.button("forget", ask_deletion)
    routes.button("forgetyes", delete)
