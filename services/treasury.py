"""The operator's side of exchange: what is taken for it, and how far the positions may go.

Every change is a step in the life of the pair or the currency, so it can be told later who
was asked which price and why.
"""

import re
from dataclasses import dataclass, replace
from typing import Protocol

from services import exchange
from services.clock import Clock
from services.errors import InvalidRequestError
from services.exchange_terms import POINTS_MAX, Position, StatedTerms, pair_key
from services.history import Step, Steps
from services.money import Currency, Money, currency, plain
from services.store import Store

ALL = "*"
"""Names the terms of every pair that has none of its own."""

_PERCENT = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?\s*%")


class TermsNotUnderstoodError(InvalidRequestError):
    """Not a pair, or not a share in percent within bounds.  Values: maximum (percent)."""

    code = "exchange_terms_not_understood"


@dataclass(frozen=True, slots=True)
class Change:
    """What the operator wants to be different; None stays as it is."""

    spread_points: int | None = None
    fee_points: int | None = None
    fee_fixed: Money | None = None
    is_on: bool | None = None


class Book(exchange.Book, Protocol):
    """The part of the book that the treasury needs."""

    @property
    def steps(self) -> Steps: ...


class Treasury:
    """What the operator decides about exchange, and sees of it."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def state(self, *, pair: str, change: Change) -> StatedTerms:
        """Change what is taken for a pair such as `USD/RUB`, or for `*`, from now on.

        Offers that are open keep what they say.

        Raises:
            TermsNotUnderstoodError: *pair* is none, or a share is out of bounds.
            CurrencyUnknownError: A currency of the pair is not known.
        """
        at, key = self._now(), _pair(pair)
        for points in (change.spread_points, change.fee_points):
            if points is not None and not 0 <= points <= POINTS_MAX:
                raise TermsNotUnderstoodError(maximum=POINTS_MAX // 100)

        def work(book: Book) -> StatedTerms:
            before = {each.pair: each for each in book.exchanges.stated_terms()}
            stated = _changed(before.get(key, StatedTerms(key)), change)
            book.exchanges.state_terms(stated)
            step = Step("state", _state(stated), "operator", at, _said(stated))
            book.steps.add(f"exchange_pair/{key}", step)
            return stated

        return await self._store.write(work)

    async def terms(self) -> list[StatedTerms]:
        """What was stated, by pair; `*` is for those without their own."""
        return await self._store.read(lambda book: book.exchanges.stated_terms())

    async def limit(
        self,
        *,
        of: Currency,
        short: Money | None = None,
        long: Money | None = None,
        free: frozenset[str] = frozenset(),
    ) -> list[Position]:
        """How far below and above zero the position of *of* may go; None stays as it is.

        *free* names the sides, `short` or `long`, that have no limit any more.  Returns all
        positions.

        An exchange that would pass a limit is refused before it is held.  Set below where
        the position is, a limit stops what leads further away, and no way back.
        """
        at = self._now()

        def work(book: Book) -> list[Position]:
            known = {each.currency: each for each in book.exchanges.all_positions()}
            before = known.get(of)
            below = (
                None if "short" in free else short or (None if before is None else before.short)
            )
            above = None if "long" in free else long or (None if before is None else before.long)
            book.exchanges.limit(of, below, above)
            reason = f"short {_bound(below)}, long {_bound(above)}"
            book.steps.add(f"position/{of.code}", Step("limit", "set", "operator", at, reason))
            return book.exchanges.all_positions()

        return await self._store.write(work)

    async def positions(self) -> list[Position]:
        """Those that were ever used, or have a limit, by currency."""
        return await self._store.read(lambda book: book.exchanges.all_positions())


def parse_points(text: str) -> int:
    """A share such as `0.5%` in basis points: at most two digits after the point.

    Raises:
        TermsNotUnderstoodError: It is not written so, or is more than half.
    """
    match = _PERCENT.fullmatch(text.strip())
    points = 0 if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if match is None or points > POINTS_MAX:
        raise TermsNotUnderstoodError(maximum=POINTS_MAX // 100)
    return points


def percent(points: int) -> str:
    """Basis points as the operator writes them: `0.5%`."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


def _pair(text: str) -> str:
    if text == ALL:
        return ALL
    one, slash, other = text.partition("/")
    if not slash or one == other:
        raise TermsNotUnderstoodError(maximum=POINTS_MAX // 100)
    return pair_key(currency(one), currency(other))


def _changed(stated: StatedTerms, change: Change) -> StatedTerms:
    fields = {
        "spread_points": change.spread_points,
        "fee_points": change.fee_points,
        "fee_fixed": change.fee_fixed,
        "is_on": change.is_on,
    }
    wanted = {name: value for name, value in fields.items() if value is not None}
    return replace(stated, **wanted)  # type: ignore[arg-type]  # by the names above


def _state(stated: StatedTerms) -> str:
    return "off" if stated.is_on is False else "on"


def _said(stated: StatedTerms) -> str:
    """All that holds now, for whoever asks later."""
    spread, fee, fixed = stated.spread_points, stated.fee_points, stated.fee_fixed
    parts = [
        f"spread {percent(spread)}" if spread is not None else "",
        f"fee {percent(fee)}" if fee is not None else "",
        f"fixed {fixed}" if fixed is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def _bound(amount: Money | None) -> str:
    return "any" if amount is None else plain(amount)
