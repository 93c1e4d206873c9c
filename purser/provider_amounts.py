"""Reading the amounts of a provider's terms: bounds, usual ones, commission."""

from purser.checked_toml import Table, decimal_text, meant
from services.commission import WHOLE_MILLIONTHS, BorneBy, Commission, Tier
from services.money import AMOUNT_MINOR_MAX, CURRENCIES, RUB, Currency, Money

_PERCENT_DIGITS = 4


def currency_of(table: Table) -> Currency:
    """The currency in which a provider is paid."""
    code = table.text("currency", default="RUB")
    if code in CURRENCIES:
        return CURRENCIES[code]
    table.wrong("currency", f"`{code}` is no currency{meant(code, CURRENCIES)}; as in `RUB`")
    return RUB


def bounds(table: Table, currency: Currency) -> tuple[Money, Money, Money | None]:
    """The least and the most that is taken, and the step between, if there is one."""
    least = _amount(table, "minimum", currency)
    most = _amount(table, "maximum", currency)
    step = _amount(table, "step", currency) if "step" in table else None
    for key in ("minimum", "maximum"):
        if key not in table:
            table.wrong(key, f"`{key}` is missing: give an amount, such as {key} = 100")
    minimum = least or Money(1, currency)
    maximum = most or Money(max(minimum.minor, AMOUNT_MINOR_MAX // 2), currency)
    if minimum.minor > maximum.minor:
        table.wrong("minimum", f"`minimum`, {minimum}, is above `maximum`, {maximum}")
    if step is not None and (minimum.minor % step.minor or maximum.minor % step.minor):
        table.wrong("step", f"`minimum` and `maximum` are whole steps of `step`, {step}")
    return minimum, maximum, step


def _amount(table: Table, key: str, currency: Currency) -> Money | None:
    """An amount above zero; None where none is given."""
    minor = _minor(table, key, currency)
    if minor == 0:
        table.wrong(key, f"`{key}` is above zero")
    return Money(minor, currency) if minor else None


def _minor(table: Table, key: str, currency: Currency) -> int | None:
    text = table.decimal(key)
    if text is None:
        return None
    minor = _scaled(text, currency.exponent)
    if minor is None or minor > AMOUNT_MINOR_MAX:
        digits = currency.exponent
        table.wrong(key, f"`{key}`: {currency.code} has {digits} digits after the point at most")
        return None
    return minor


def _scaled(text: str, digits: int) -> int | None:
    """A decimal text as a whole number of its last digit; None where it has more of them."""
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if not text or len(fraction) > digits or len(whole) > len(str(AMOUNT_MINOR_MAX)):
        return None
    return int((whole or "0") + fraction.ljust(digits, "0"))


def usual(table: Table, currency: Currency) -> tuple[Money, ...]:
    """Amounts that people often pay."""
    found = table.value("usual")
    if found is None:
        return ()
    if not isinstance(found, list):
        table.wrong("usual", "`usual` is a list of amounts: [100, 500]")
        return ()
    read = []
    for place, each in enumerate(found):
        minor = _scaled(decimal_text(each) or "", currency.exponent)
        if not minor or minor > AMOUNT_MINOR_MAX:
            table.document.problem((*table.path, "usual", place), f"{each!r} is no amount")
        else:
            read.append(Money(minor, currency))
    return tuple(read)


def commission(table: Table, least: Money) -> Commission:
    """The commission, which must leave something of the *least* amount."""
    found = table.table("commission")
    if found is None:
        return Commission()
    currency = least.currency
    read = Commission(
        millionths=_millionths(found),
        fixed_minor=_minor(found, "fixed", currency) or 0,
        minimum_minor=_minor(found, "minimum", currency) or 0,
        maximum_minor=_minor(found, "maximum", currency),
        tiers=tuple(_tier(each, currency) for each in found.tables("tiers")),
        borne_by=BorneBy(found.choice("borne_by", BorneBy, default=BorneBy.PAYER)),
    )
    found.finish()
    obstacle = read.obstacle(least)
    if obstacle is not None:
        table.wrong("commission", f"`commission`: {obstacle}")
    return read


def _tier(table: Table, currency: Currency) -> Tier:
    above = _amount(table, "above", currency)
    if "above" not in table:
        table.wrong("above", "`above` is missing: the amount from which on this rate is taken")
    tier = Tier(0 if above is None else above.minor, _millionths(table))
    table.finish()
    return tier


def _millionths(table: Table) -> int:
    text = table.decimal("percent")
    if text is None:
        return 0
    found = _scaled(text, _PERCENT_DIGITS)
    if found is None or found > WHOLE_MILLIONTHS:
        table.wrong("percent", "`percent` is from 0 to 100, with at most 4 digits after the point")
        return 0
    return found
