"""`purser verify` on payments to providers, exchange, limits and schedules, on both engines.

One story is played and found right; then one fact after another is changed behind the
wallet's back, with every guard taken down, and put back again.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from bench.servers import PostgresServer
from services.books import Fault
from services.connections import Answer, Outcome
from services.exchanges import Wish
from services.money import RUB, USD, Money
from storage.audit_paying import CHECKS
from storage.postgres.audit import faults as postgres_faults
from storage.postgres.connection import PostgresConnection, connect
from storage.sqlite.audit import faults as sqlite_faults
from storage.sqlite.engine import sqlite3
from tests.books import empty
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.catalogue import DRAGONS, order
from tests.services.scheduling import auto, make, until
from tests.storage.test_audit import lacking

PLAIN = "(SELECT id FROM provider_payments WHERE state = 'done' AND commission > 0 LIMIT 1)"
CORRUPTIONS: dict[str, tuple[str, set[tuple[str, str, int | None]]]] = {
    "another amount left than the payment says": (
        f"UPDATE provider_payments SET given = given + 7, total = total + 7 WHERE id = {PLAIN}",
        {
            ("provider_payment_unposted", "provider_payments ", 7),
            ("provider_payment_torn", "provider_payments ", 7),
            ("provider_payment_illegal", "provider_payments ", 7),
            ("provider_operation_wrong", "provider_payments ", 0),
        },
    ),
    "a payment is given back that the provider was paid for": (
        "UPDATE provider_payments SET state = 'failed' WHERE state = 'done'",
        {("provider_payment_not_done", "provider_payments ", 500_00)},
    ),
    "money on its way is not held": (
        (
            "UPDATE holds SET state = 'released' WHERE id IN"
            " (SELECT hold FROM provider_payments WHERE state = 'sent')"
        ),
        {("provider_payment_unheld", "provider_payments ", 462_50)},
    ),
    "a total without a commission": (
        f"UPDATE provider_payments SET commission = 0 WHERE id = {PLAIN}",
        {("provider_payment_illegal", "provider_payments ", 15_00)},
    ),
    "terms that never were": (
        "UPDATE provider_payments SET version = 99",
        {("provider_payment_orphaned", "provider_payments ", 5_00)},
    ),
    "somebody else's offer": (
        "UPDATE offers SET holder = (SELECT max(id) FROM holders) WHERE kind = 'provider_payment'",
        {("provider_payment_orphaned", "provider_payments ", 500_00)},
    ),
    "nobody asks any more": (
        "DELETE FROM due_work WHERE kind = 'pay_provider' AND state = 'due'",
        {("provider_payment_forgotten", "provider_payments ", 462_50)},
    ),
    "the provider was owed more": (
        f"UPDATE provider_payments SET amount = amount + 1, total = total + 1 WHERE id = {PLAIN}",
        {
            ("provider_underpaid", "provider_payments ", 1),
            ("provider_payment_torn", "provider_payments ", 1),
        },
    ),
    "the commission went to somebody else": (
        (
            "UPDATE transfers SET credit = 'system:' || 'suspense:RUB'"
            " WHERE credit = 'system:' || 'fees:RUB' AND amount = 1500"
        ),
        {("provider_payment_torn", "provider_payments ", 15_00)},
    ),
    "the history knows nothing of it": (
        "DELETE FROM operations WHERE kind = 'provider_payment'",
        {("provider_operation_wrong", "provider_payments ", 0)},
    ),
    "the history says it is done": (
        "UPDATE operations SET state = 'done' WHERE kind = 'provider_payment'",
        {("provider_operation_wrong", "provider_payments ", 0)},
    ),
    "more was sold than was noted": (
        "UPDATE exchanges SET gets = gets - 1",
        {("exchange_unposted", "exchanges exchange/", -1), ("exchange_wrong", "exchanges pay", 0)},
    ),
    "less was bought than was noted": (
        "UPDATE exchanges SET fee = fee - 1",
        {("exchange_unposted", "exchanges exchange/", 0)},
    ),
    "an exchange without its rate": (
        "DELETE FROM exchanges",
        {
            ("exchange_unnoted", "transactions exchange:", 10_00),
            ("exchange_unnoted", "transactions payment:", 1_00),
        },
    ),
    "an exchange for another payer": (
        "UPDATE exchanges SET holder = 'x' WHERE cause LIKE 'payment/%'",
        {("exchange_wrong", "exchanges payment/", 0)},
    ),
    "an exchange that the history does not know": (
        "DELETE FROM operations WHERE kind = 'exchange' AND state = 'done'",
        {("exchange_operation_wrong", "exchanges exchange/", 0)},
    ),
    "a reservation for nothing": (
        "UPDATE exchange_reservations SET hold = 'none'",
        {("exchange_reservation_orphaned", "exchange_reservations none", 1_00)},
    ),
    "a reservation of another currency": (
        "UPDATE exchange_reservations SET bought_currency = 'USD'",
        {("exchange_reservation_orphaned", "exchange_reservations ", 1_00)},
    ),
    "a day's counter is lowered": (
        (
            "UPDATE limit_uses SET amount = amount - 5, times = times - 1"
            " WHERE kind = 'provider' AND period % 100 <> 0"
        ),
        {("limit_day_wrong", "limit_uses ", None)},
    ),
    "a month's counter is raised": (
        "UPDATE limit_uses SET amount = amount + 9 WHERE kind = 'exchange'",
        {("limit_overcounted", "limit_uses ", 9)},
    ),
    "an invoice is counted twice": (
        "UPDATE limit_uses SET amount = 2 * amount WHERE kind = 'invoice'",
        {("limit_overcounted", "limit_uses ", None)},
    ),
    "counters forget a payment": (
        "UPDATE limit_uses SET amount = amount - 3 WHERE kind = 'provider'",
        {("limit_uncounted", "limit_uses ", 3)},
    ),
    "counters forget an exchange": (
        "UPDATE limit_uses SET amount = 1 WHERE kind = 'exchange'",
        {("limit_uncounted", "limit_uses ", None)},
    ),
    "a period is paid twice": (
        (
            "UPDATE offers SET key = (SELECT key || ':2' FROM offers WHERE key LIKE 'schedule:%')"
            " WHERE key = 'plain'"
        ),
        {("schedule_paid_twice", "schedules ", 515_00)},
    ),
    "somebody else's schedule": (
        "UPDATE schedules SET holder = 'x'",
        {("schedule_foreign", "provider_payments ", 515_00)},
    ),
    "an occurrence says another cost": (
        "UPDATE schedule_occurrences SET cost = cost + 1 WHERE cost > 0",
        {("schedule_occurrence_unpaid", "schedule_occurrences ", 515_01)},
    ),
}


async def story(cast: Cast) -> None:
    """One of each: with commission, exchanged, on its way, reserved, by itself."""
    services = cast.services
    await cast.open_catalogue()
    ann, bob, shop = await cast.join(), await cast.join(BOB, OTHER_PHONE), await cast.shop()
    await cast.fund(ann, 4_000_00)
    await cast.fund(bob, 4_000_00)
    await services.rates.set(pair="USD/RUB", rate="92.50")
    schedule = await make(cast, ann, auto())
    await until(cast, "2026-11-25")
    assert schedule
    await cast.pay_provider(bob, order(), key="plain")
    await cast.pay(bob, await cast.invoice(shop, 1_00, OTHER_PHONE, USD), "account/RUB")
    done = await services.exchanges.offer(
        holder=ann, wish=Wish(RUB, USD, Money(10_00, USD)), key="done"
    )
    await services.exchanges.confirm(holder=ann, offer_id=done.offer.id)
    await services.exchanges.prove(holder=ann, offer_id=done.offer.id, typed=await cast.code())
    await cast.pay_provider(bob, order(5_00, DRAGONS), "account/RUB", key="exchanged")
    await cast.deliver()
    cast.billing.pays.append(Answer(Outcome.UNKNOWN, "timeout"))
    await cast.pay_provider(bob, order(5_00, DRAGONS), "account/RUB", key="on its way")
    await cast.deliver()
    await services.treasury.limit(of=USD, short=Money(1_000_00, USD))
    held = await services.exchanges.offer(
        holder=ann, wish=Wish(RUB, USD, Money(1_00, USD)), key="held"
    )
    await services.exchanges.confirm(holder=ann, offer_id=held.offer.id)


Change = Callable[[str], AbstractContextManager[list[Fault]]]


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database(request: pytest.FixtureRequest, engine: str, path: Path) -> Iterator[str]:
    """A database of the test's own, whose guards it may take down."""
    if engine == "sqlite":
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    empty(server.url)
    yield server.create("audited", template="purser")
    server.drop("audited")


@contextmanager
def unguarded(engine: str, database: str, path: Path) -> Iterator[Change]:
    """Changes one fact, finds what is wrong, and changes it back."""
    if engine == "sqlite":
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            yield _in_file(file)
    else:
        with closing(connect(database)) as raw:
            raw.execute("SET session_replication_role = replica")
            checks = "SELECT conrelid::regclass AS of, conname FROM pg_constraint"
            for table, name in raw.execute(
                f"{checks} WHERE contype = 'c' AND connamespace = 'public'::regnamespace".encode()
            ).fetchall():
                raw.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
            yield _on_server(raw)


def _in_file(file: sqlite3.Connection) -> Change:
    file.row_factory = sqlite3.Row
    file.execute("PRAGMA ignore_check_constraints = ON")
    file.execute("PRAGMA foreign_keys = OFF")
    for (name,) in file.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        file.execute(f"DROP TRIGGER {name}")

    @contextmanager
    def change(statement: str) -> Iterator[list[Fault]]:
        file.execute("BEGIN")
        assert file.execute(statement).rowcount > 0, statement
        yield list(sqlite_faults(file))
        file.execute("ROLLBACK")

    return change


def _on_server(raw: object) -> Change:
    connection = PostgresConnection(raw, locks=False)  # type: ignore[arg-type]

    @contextmanager
    def change(statement: str) -> Iterator[list[Fault]]:
        raw.execute(b"BEGIN")  # type: ignore[attr-defined]
        assert raw.execute(statement.encode()).rowcount > 0, statement  # type: ignore[attr-defined]
        yield list(postgres_faults(connection))
        raw.execute(b"ROLLBACK")  # type: ignore[attr-defined]

    return change


async def test_each_change_is_named_with_its_row_and_amount(
    cast: Cast, engine: str, database: str, path: Path
) -> None:
    """Nothing is wrong at first; and each check finds what it is for."""
    await story(cast)
    right = await cast.faults()
    overlooked, found = {}, set()

    with unguarded(engine, database, path) as change:
        for what, (statement, expected) in CORRUPTIONS.items():
            with change(statement) as faults:
                found |= {each.name for each in faults}
                missing = lacking(faults, expected)
                if missing:
                    overlooked[what] = (missing, [(f.name, f.row, f.amount_minor) for f in faults])

    assert right == []
    assert overlooked == {}
    assert {*CHECKS, "limit_uncounted"} <= found
