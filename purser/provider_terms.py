"""Reading one provider of a catalogue file, with everything that its terms must hold to."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from purser import provider_amounts, provider_fields
from purser.checked_toml import Table, listed, meant
from services.account_fields import Field, Keep
from services.catalogue import (
    PREFIX_LENGTH_MAX,
    Connection,
    Discount,
    Provider,
    Requisite,
)
from services.errors import WalletError
from services.money import AMOUNT_MINOR_MAX
from services.opening_hours import DAYS, MINUTES_OF_DAY, Hours, Span

SANDBOX = "sandbox:/"
"""How addresses of the pretend providers begin."""

_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
_PREFIXES = re.compile(r"([0-9]{1,10})(?:-([0-9]{1,10}))?")
_RANGE_MAX = 1000
_INN = re.compile(r"[0-9]{10}|[0-9]{12}")
_ACCOUNT = re.compile(r"[0-9]{20}")
_BIC = re.compile(r"[0-9]{9}")
_SERVICE = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What of the file, and of where it is read, each of its providers may lean on."""

    categories: set[str]
    templates: dict[str, Table]
    """Fields that several providers share, by name."""
    sandbox: str | None


def provider(
    table: Table, reading: Reading, *, provider_id: str, category: str, names: dict[str, str]
) -> Provider:
    """The terms that *table* states; what is wrong with them is noted in its document."""
    currency = provider_amounts.currency_of(table)
    minimum, maximum, step = provider_amounts.bounds(table, currency)
    fields = provider_fields.fields(table, reading.templates)
    read = Provider(
        id=provider_id,
        version=0,
        category=category,
        names=names,
        picture=table.text("picture", default="", most=16),
        fields=fields,
        currency=currency,
        minimum=minimum,
        maximum=maximum,
        connection=_connection(table, reading.sandbox, fields),
        commission=provider_amounts.commission(table, minimum),
        step=step,
        usual=provider_amounts.usual(table, currency),
        hours=_hours(table),
        prefixes=_prefixes(table, fields),
        aliases=tuple(table.texts("aliases")),
        service=table.text("service", default=""),
        discount=_discount(table, fields),
        requisites=tuple(_requisite(each) for each in table.tables("requisites")),
        is_open=not table.flag("closed"),
    )
    _check_whole(table, read)
    return read


def _hours(table: Table) -> Hours | None:
    found = table.table("hours")
    if found is None:
        return None
    zone = found.text("zone", default="Europe/Moscow")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        found.wrong("zone", f"`{zone}` is no time zone; as in `Europe/Moscow`")
    spans = []
    for place, text in enumerate(found.texts("open")):
        span = _span(text)
        if span is None:
            what = f"`{text}`: write it as in `mon-fri 09:00-18:00` or `sat,sun 10:00-14:00`"
            found.document.problem((*found.path, "open", place), what)
        else:
            spans.append(span)
    if not found.value("open"):
        found.wrong("open", 'give the times: open = ["mon-fri 09:00-18:00"]')
    found.finish()
    return Hours(zone, tuple(spans)) if spans else None


def _span(text: str) -> Span | None:
    days, _, times = text.strip().lower().partition(" ")
    opens, _, closes = times.replace(" ", "").partition("-")
    read_days, read_opens, read_closes = _days(days), _minutes(opens), _minutes(closes)
    if not read_days or read_opens is None or read_closes is None:
        return None
    is_span = read_opens < MINUTES_OF_DAY and read_opens != read_closes
    return Span(read_days, read_opens, read_closes) if is_span else None


def _days(text: str) -> tuple[int, ...] | None:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        found.update((start + each) % 7 for each in range((end - start) % 7 + 1))
    return tuple(sorted(found))


def _minutes(text: str) -> int | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return minutes if minutes <= MINUTES_OF_DAY else None


def _prefixes(table: Table, fields: tuple[Field, ...]) -> tuple[str, ...]:
    texts = table.texts("prefixes")
    if texts and (not fields or fields[0].keep is not Keep.PHONE):
        table.wrong("prefixes", 'only where the first field is a phone number, keep = "phone"')
    found: list[str] = []
    for place, text in enumerate(texts):
        read = _range(text)
        if read is None:
            what = f"`{text}`: digits such as `916`, or a range such as `910-919`"
            table.document.problem((*table.path, "prefixes", place), what)
        else:
            found += read
    return tuple(dict.fromkeys(found))


def _range(text: str) -> list[str] | None:
    match = _PREFIXES.fullmatch(text)
    if match is None:
        return None
    first, last = match[1], match[2] or match[1]
    is_range = len(first) == len(last) <= PREFIX_LENGTH_MAX and int(first) <= int(last)
    if not is_range or int(last) - int(first) >= _RANGE_MAX:
        return None
    return [f"{each:0{len(first)}}" for each in range(int(first), int(last) + 1)]


def _discount(table: Table, fields: tuple[Field, ...]) -> Discount | None:
    found = table.table("discount")
    if found is None:
        return None
    name = found.text("field")
    dates = [each.name for each in fields if each.keep is Keep.DATE]
    if name not in dates:
        found.wrong("field", f'`{name}` is no field of this provider with keep = "date"')
    steps = [_step(each) for each in found.tables("within")]
    if not steps:
        found.wrong("within", "give the steps: within = [{ days = 30, percent = 25 }]")
    if any(sooner[0] >= later[0] or sooner[1] <= later[1] for sooner, later in pairwise(steps)):
        found.wrong("within", "more days with fewer percent each: the soonest step first")
    found.finish()
    return Discount(name, tuple(steps))


def _step(table: Table) -> tuple[int, int]:
    for key in ("days", "percent"):
        if key not in table:
            table.wrong(key, f"`{key}` is missing")
    step = (
        table.number("days", default=1, least=0, most=3660),
        table.number("percent", default=1, least=1, most=99),
    )
    table.finish()
    return step


def _requisite(table: Table) -> Requisite:
    read = Requisite(
        inn=_matching(table, "inn", _INN, "10 or 12 digits"),
        account=_matching(table, "account", _ACCOUNT, "20 digits"),
        bic=_matching(table, "bic", _BIC, "9 digits"),
        merchant=table.text("merchant", default=""),
    )
    if not (read.inn or read.account or read.merchant):
        table.document.problem(table.path, "give `inn`, `account` or `merchant`")
    table.finish()
    return read


def _matching(table: Table, key: str, form: re.Pattern[str], says: str) -> str:
    text = table.text(key, default="")
    if text and form.fullmatch(text) is None:
        table.wrong(key, f"`{key}` is {says}")
    return text


def _connection(table: Table, sandbox: str | None, fields: tuple[Field, ...]) -> Connection:
    found = table.table("connection")
    if found is None:
        if "connection" not in table:
            what = 'connection = { kind = "osmp", url = "https://…" }'
            table.wrong("connection", f"`connection` is missing: {what}")
        return Connection("")
    kind = found.text("kind")
    settings = {name: each for name, each in found.all().items() if name != "kind"}
    settings |= _address(found, settings.get("url"), sandbox)
    if kind:
        _check_connection(found, kind, settings)
    sent = settings.get("fields")
    for parameter, name in sent.items() if isinstance(sent, dict) else ():
        if name not in [each.name for each in fields]:
            place = (*found.path, "fields", parameter)
            found.document.problem(place, f"there is no field `{name}` of this provider")
    return Connection(kind, settings)


def _address(table: Table, url: Any, sandbox: str | None) -> dict[str, str]:
    """The address of a pretend provider in place of what the file calls it."""
    if not isinstance(url, str) or not url.startswith(SANDBOX):
        return {}
    if sandbox is None:
        table.wrong("url", f"`{SANDBOX}` is in the sandbox alone: give the provider's own address")
    return {"url": f"{sandbox or 'http://127.0.0.1'}/provider/{url.removeprefix(SANDBOX)}"}


def _check_connection(table: Table, kind: str, settings: dict[str, Any]) -> None:
    from gateway.providers import KINDS, problems  # noqa: PLC0415  # brings the HTTP client

    for name, what in problems(kind, settings).items():
        if name == "kind":
            table.wrong("kind", f"`{kind}` is no kind of connection{meant(kind, KINDS)}; {what}")
        elif name == "password":
            table.wrong(name, "no secrets here: put it into a file, password_file = '/run/…'")
        elif name in settings and name not in KINDS[kind].model_fields:
            known = KINDS[kind].model_fields
            slip = meant(name, known)
            table.wrong(name, f"`{name}` is unknown to `{kind}`{slip}; {listed(known)}")
        else:
            place = (*table.path, *name.split("."))
            table.document.problem(place, f"`{name}`: {what[0].lower()}{what[1:]}")


def _check_whole(table: Table, read: Provider) -> None:
    """What only shows when all is put together."""
    if read.charge(read.maximum).total.minor > AMOUNT_MINOR_MAX:
        table.wrong("maximum", f"`maximum` with its commission is above {AMOUNT_MINOR_MAX} units")
    for place, amount in enumerate(read.usual):
        try:
            read.amount_checked(amount)
        except WalletError:
            path = (*table.path, "usual", place)
            table.document.problem(path, f"{amount} is none of the amounts that are taken")
    if read.service and _SERVICE.fullmatch(read.service) is None:
        table.wrong("service", "`service`: Latin letters, digits, `-` and `_`: it names a file")
