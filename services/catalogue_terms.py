"""A provider's terms as JSON, for keeping them and for telling whether they have changed."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from services.account_fields import Field, Keep
from services.catalogue import Category, Connection, Discount, Provider, Requisite
from services.commission import BorneBy, Commission, Tier
from services.money import CURRENCIES, Currency, Money
from services.opening_hours import Hours, Span


def content_of(provider: Provider) -> dict[str, Any]:
    """All that a version fixes: everything but its number and whether it can be paid now."""
    plain = {name: list(getattr(provider, name)) for name in ("prefixes", "aliases")} | {
        name: getattr(provider, name) for name in ("category", "names", "picture", "service")
    }
    return plain | {
        "fields": [asdict(each) for each in provider.fields],
        "currency": provider.currency.code,
        "minimum": provider.minimum.minor,
        "maximum": provider.maximum.minor,
        "step": None if provider.step is None else provider.step.minor,
        "usual": [each.minor for each in provider.usual],
        "commission": asdict(provider.commission),
        "hours": None if provider.hours is None else asdict(provider.hours),
        "connection": asdict(provider.connection),
        "discount": None if provider.discount is None else asdict(provider.discount),
        "requisites": [asdict(each) for each in provider.requisites],
    }


def terms_text(provider: Provider) -> str:
    """The content as one text, the same for the same content."""
    return canonical(content_of(provider))


def category_text(category: Category) -> str:
    """What is kept of a category, but for its place."""
    return canonical({"names": category.names, "icon": category.icon})


def canonical(content: object) -> str:
    """JSON in one form only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """What tells two contents apart."""
    return hashlib.sha256(text.encode()).hexdigest()


def category_from(category_id: str, position: int, text: str) -> Category:
    """The category that `category_text` has written."""
    content = json.loads(text)
    return Category(category_id, content["names"], content["icon"], position)


def provider_from(provider_id: str, version: int, text: str, *, is_open: bool) -> Provider:
    """The terms that `terms_text` has written."""
    content = json.loads(text)
    currency = CURRENCIES[content["currency"]]
    step, hours, discount = content["step"], content["hours"], content["discount"]
    return Provider(
        id=provider_id,
        version=version,
        category=content["category"],
        names=content["names"],
        picture=content["picture"],
        fields=tuple(_field(each) for each in content["fields"]),
        currency=currency,
        minimum=Money(content["minimum"], currency),
        maximum=Money(content["maximum"], currency),
        connection=Connection(**content["connection"]),
        commission=_commission(content["commission"]),
        step=None if step is None else Money(step, currency),
        usual=_amounts(content["usual"], currency),
        hours=None if hours is None else _hours(hours),
        prefixes=tuple(content["prefixes"]),
        aliases=tuple(content["aliases"]),
        service=content["service"],
        discount=None if discount is None else _discount(discount),
        requisites=tuple(Requisite(**each) for each in content["requisites"]),
        is_open=is_open,
    )


def _field(content: dict[str, Any]) -> Field:
    keys = tuple(content["code_keys"])
    return Field(**content | {"keep": Keep(content["keep"]), "code_keys": keys})


def _commission(content: dict[str, Any]) -> Commission:
    tiers = tuple(Tier(**each) for each in content["tiers"])
    return Commission(**content | {"tiers": tiers, "borne_by": BorneBy(content["borne_by"])})


def _hours(content: dict[str, Any]) -> Hours:
    spans = (Span(tuple(each["days"]), each["opens"], each["closes"]) for each in content["spans"])
    return Hours(content["zone"], tuple(spans))


def _discount(content: dict[str, Any]) -> Discount:
    steps = tuple((days, percent) for days, percent in content["steps"])
    return Discount(content["field"], steps)


def _amounts(minors: list[int], currency: Currency) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for minor in minors)
