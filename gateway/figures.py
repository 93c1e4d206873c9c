"""The wallet's figures as gauges: money, what waits, and since when.

They are read again when they are old and somebody looks.  A look never waits long for the
database, and one that does not answer makes the gauges go away, not the page.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from services.books import Total
from services.clock import Clock
from services.figures import Backlog, Figures, Pulse, Stocks

logger = structlog.get_logger(__name__)

T = TypeVar("T")

PULSE_EVERY = timedelta(seconds=5)
STOCKS_EVERY = timedelta(seconds=60)
COST = 100
"""What takes a second is read at most so many seconds later again: one percent of the time."""

WAIT_SECONDS_MAX = 3
"""Of a look for figures; Prometheus itself waits for 10 seconds unless told otherwise."""

PAYMENT_STATES = ("held", "done", "failed")
UPDATE_STATES = ("due", "dead")
PROVIDER_STATES = ("sent", "unknown")
_SECOND = timedelta(seconds=1)


class Kept(Generic[T]):
    """Something that is read when it is asked for, but not too often and once at a time."""

    def __init__(
        self, read: Callable[[], Awaitable[T]], *, now: Clock, every: timedelta, name: str
    ) -> None:
        self._read = read
        self._now = now
        self._every = every
        self._name = name
        self._value: T | None = None
        self._read_at = self._good_until = now() - every
        self._reading: asyncio.Task[None] | None = None

    async def get(self, *, wait: float = WAIT_SECONDS_MAX) -> T | None:
        """The newest there is after at most *wait* seconds; None where it cannot be read."""
        if self._reading is None and self._is_old():
            self._reading = asyncio.create_task(self._read_anew())
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=wait)
        return self._value

    def age(self) -> timedelta:
        """How old the newest is."""
        return max(self._now() - self._read_at, timedelta(0))

    def _is_old(self) -> bool:
        return not self._read_at <= self._now() < self._good_until  # nor from the future

    async def _read_anew(self) -> None:
        started = self._now()
        cost = timedelta(0)
        try:
            self._value = await self._read()
            cost = COST * (self._now() - started)
        except Exception as exc:  # noqa: BLE001  # the page must stand when the database is away
            logger.warning("figures cannot be read", figures=self._name, error=type(exc).__name__)
            self._value = None
        self._read_at = started
        self._good_until = self._now() + max(self._every, cost)
        self._reading = None


class FigureGauges:
    """Registers them, and sets them at each look."""

    def __init__(self, figures: Figures, *, now: Clock, registry: CollectorRegistry) -> None:
        self._now = now
        self._figures = figures
        self._pulse = Kept(self._read_pulse, now=now, every=PULSE_EVERY, name="pulse")
        self._stocks = Kept(figures.stocks, now=now, every=STOCKS_EVERY, name="stocks")
        self._up = Gauge(
            "purser_database_up",
            "Whether the last look at the database was answered.",
            registry=registry,
        )
        self._age = Gauge(
            "purser_figures_age_seconds",
            "How old the figures are.",
            ("figures",),
            registry=registry,
        )
        self._money = _MoneyGauges(registry)
        self._waiting = _WaitingGauges(registry)

    async def refresh(self) -> None:
        """Look again where it is time to."""
        pulse, stocks = await asyncio.gather(self._pulse.get(), self._stocks.get())
        self._up.set(pulse is not None)
        self._age.labels("pulse").set(self._pulse.age() / _SECOND)
        self._age.labels("stocks").set(self._stocks.age() / _SECOND)
        self._waiting.show(pulse, self._now)
        self._money.show(stocks)

    async def _read_pulse(self) -> Pulse:
        """Adds what moved as soon as it is read: the look that asked may not wait for it."""
        pulse = await self._figures.pulse()
        self._money.add(pulse)
        return pulse


class _MoneyGauges:
    """In minor units: kopecks, cents."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._balances = Gauge(
            "purser_balances_minor",
            "What all accounts of an owner's kind hold, posted.",
            ("currency", "owner"),
            registry=registry,
        )
        self._imbalance = Gauge(
            "purser_imbalance_minor",
            "Sum of all accounts of a currency; anything but 0 is wrong.",
            ("currency",),
            registry=registry,
        )
        self._held = Gauge(
            "purser_held_minor", "Reserved by open holds.", ("currency",), registry=registry
        )
        self._moved = Counter(
            "purser_moved_minor",
            "Transferred between accounts, by the kind of transaction.",
            ("kind", "currency"),
            registry=registry,
        )
        self._transfers = Counter(
            "purser_transfers",
            "Transfers, by the kind of transaction.",
            ("kind", "currency"),
            registry=registry,
        )
        self._payments = Gauge(
            "purser_recent_payments",
            "Payments begun in the last ten minutes.",
            ("state",),
            registry=registry,
        )
        self._invoices = Gauge(
            "purser_waiting_invoices", "Invoices that may be paid.", registry=registry
        )

    def add(self, pulse: Pulse) -> None:
        """Count what moved."""
        for each in pulse.moved:
            self._transfers.labels(each.kind, each.currency.code).inc(each.transfers)
            self._moved.labels(each.kind, each.currency.code).inc(each.minor)

    def show(self, stocks: Stocks | None) -> None:
        """Show what there is; nothing is shown of what is not known."""
        for gauge in (self._balances, self._imbalance, self._held, self._payments):
            gauge.clear()
        if stocks is None:
            self._invoices.set(float("nan"))
            return
        for total in stocks.totals:
            self._total(total)
        for state in PAYMENT_STATES:
            self._payments.labels(state).set(stocks.payments.get(state, 0))
        self._invoices.set(stocks.invoices_waiting)

    def _total(self, total: Total) -> None:
        code = total.currency.code
        self._imbalance.labels(code).set(total.posted_minor)
        self._held.labels(code).set(total.held_minor)
        for owner, minor in (
            ("holders", total.holders_minor),
            ("merchants", total.merchants_minor),
            ("terminals", total.terminals_minor),
            ("providers", total.providers_minor),
            ("system", total.system_minor),
        ):
            self._balances.labels(code, owner).set(minor)


class _WaitingGauges:
    """Work, updates and holds that wait, and how long the oldest has."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._work = Gauge(
            "purser_due_work",
            "Work whose time has come (due) or that was given up (dead).",
            ("kind", "state"),
            registry=registry,
        )
        self._work_age = Gauge(
            "purser_due_work_age_seconds",
            "How long the oldest due work of a kind is late.",
            ("kind",),
            registry=registry,
        )
        self._dead = Gauge("purser_dead_work", "Work given up on.", registry=registry)
        self._updates = Gauge(
            "purser_inbox_updates",
            "Updates to be handled (due) or set aside (dead).",
            ("state",),
            registry=registry,
        )
        self._updates_age = Gauge(
            "purser_inbox_age_seconds", "How long the oldest update waits.", registry=registry
        )
        self._holds = Gauge("purser_open_holds", "Holds that reserve money.", registry=registry)
        self._holds_late = Gauge(
            "purser_hold_overdue_seconds",
            "How long ago the first open hold should have ended.",
            registry=registry,
        )
        self._providers = Gauge(
            "purser_provider_payments",
            "Payments that a provider has not answered for good: sent, or unknown to all.",
            ("state",),
            registry=registry,
        )
        self._providers_age = Gauge(
            "purser_provider_payment_age_seconds",
            "How long ago the oldest of them was made.",
            ("state",),
            registry=registry,
        )
        self._down = Gauge(
            "purser_provider_down_seconds",
            "Since when a provider has answered nothing, of those that are down.",
            ("provider",),
            registry=registry,
        )
        self._unsealed = Gauge(
            "purser_unsealed_transactions",
            "Transactions without a place in the chain.",
            registry=registry,
        )
        self._position = Gauge(
            "purser_chain_position", "Of the newest transaction in the chain.", registry=registry
        )

    def show(self, pulse: Pulse | None, now: Clock) -> None:
        """Show what waits; nothing is shown of what is not known."""
        by_name = (
            self._work,
            self._work_age,
            self._updates,
            self._providers,
            self._providers_age,
            self._down,
        )
        for gauge in by_name:
            gauge.clear()
        if pulse is None:
            for each in (
                self._dead,
                self._updates_age,
                self._holds,
                self._holds_late,
                self._unsealed,
                self._position,
            ):
                each.set(float("nan"))
            return
        for backlog in pulse.due:
            self._work.labels(backlog.name, "due").set(backlog.number)
            self._work_age.labels(backlog.name).set(_late(backlog, now))
        for backlog in pulse.dead:
            self._work.labels(backlog.name, "dead").set(backlog.number)
        self._dead.set(sum(each.number for each in pulse.dead))
        found = {each.name: each for each in pulse.updates}
        for state in UPDATE_STATES:
            self._updates.labels(state).set(found.get(state, _NOTHING).number)
        self._updates_age.set(_late(found.get("due", _NOTHING), now))
        asked = {each.name: each for each in pulse.providers}
        for state in PROVIDER_STATES:
            self._providers.labels(state).set(asked.get(state, _NOTHING).number)
            self._providers_age.labels(state).set(_late(asked.get(state, _NOTHING), now))
        for backlog in pulse.down:
            self._down.labels(backlog.name).set(_late(backlog, now))
        self._holds.set(pulse.holds.number)
        self._holds_late.set(_late(pulse.holds, now))
        self._unsealed.set(pulse.unsealed)
        self._position.set(pulse.position)


_NOTHING = Backlog("", 0)


def _late(backlog: Backlog, now: Clock) -> float:
    """Seconds since the oldest's time; 0 where that is still to come."""
    at = now()
    return max((at - (backlog.oldest_at or at)) / _SECOND, 0)
