"""Amounts and times of a snapshot, as others' interfaces write them."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from services.money import CURRENCIES, Money, plain

_MOSCOW = timezone(timedelta(hours=3))


def decimal(data: Mapping[str, Any]) -> str:
    """The amount with at least two digits after the point; nothing is rounded."""
    whole, _, fraction = plain(Money(data["minor"], CURRENCIES[data["currency"]])).partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def moscow(text: str) -> str:
    """A time of a snapshot in Moscow's, whole seconds: `2026-11-24T12:00:00+03:00`."""
    return datetime.fromisoformat(text).astimezone(_MOSCOW).isoformat(timespec="seconds")
