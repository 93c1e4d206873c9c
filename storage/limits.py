"""Limits and what was used of them: `services.limits.StoredLimits`."""

from services.levels import Level
from services.limit_rules import Rule, RuleKey, RuleName
from services.limits import CountedUse, Standing, Use
from services.money import CURRENCIES, Currency, Money
from storage.rows import Connection, Row

_TAKE_TURN = "SELECT id FROM holders WHERE id = :id /* lock holders */"
_STANDING = """
    SELECT level, currency, kind, rule, value, NULL AS period, NULL AS used, NULL AS times
    FROM limit_rules WHERE currency = :currency
    UNION ALL
    SELECT NULL, currency, kind, NULL, NULL, period, amount, times
    FROM limit_uses
    WHERE holder = :holder AND currency = :currency AND period IN (:day, :month)
"""
_USE = """
    INSERT INTO limit_uses (holder, currency, kind, period, amount, times)
    VALUES (:holder, :currency, :kind, :month, :amount, 1),
        (:holder, :currency, :kind, :day, :amount, 1)
    ON CONFLICT (holder, currency, kind, period) DO UPDATE
    SET amount = limit_uses.amount + excluded.amount, times = limit_uses.times + 1
"""
_GIVE_BACK = """
    UPDATE limit_uses
    SET amount = CASE WHEN amount > :amount THEN amount - :amount ELSE 0 END,
        times = CASE WHEN times > 1 THEN times - 1 ELSE 0 END
    WHERE holder = :holder AND currency = :currency AND kind = :kind
      AND period IN (:month, :day)
"""
_STATED = "SELECT * FROM limit_rules ORDER BY currency, level, kind, rule"
_STATED_OF = "SELECT * FROM limit_rules WHERE currency = :currency"
_USES = "SELECT * FROM limit_uses WHERE holder = :holder AND period IN (:day, :month)"
_STATE = """
    INSERT INTO limit_rules (level, currency, kind, rule, value)
    VALUES (:level, :currency, :kind, :rule, :value)
    ON CONFLICT (level, currency, kind, rule) DO UPDATE SET value = excluded.value
"""
_UNSTATE = """
    DELETE FROM limit_rules
    WHERE level = :level AND currency = :currency AND kind = :kind AND rule = :rule
    RETURNING rule
"""
_FORGET = """
    DELETE FROM limit_uses WHERE (holder, currency, kind, period) IN (
        SELECT holder, currency, kind, period FROM limit_uses
        WHERE period < :before ORDER BY period LIMIT :limit
    ) RETURNING period
"""


class LimitTables:
    """The tables `limit_rules` and `limit_uses`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self, holder: str) -> None:
        self._connection.execute(_TAKE_TURN, {"id": holder})

    def standing(self, holder: str, of: Currency, day: int, month: int) -> Standing:
        values = {"holder": holder, "currency": of.code, "day": day, "month": month}
        rules, uses = [], []
        for row in self._connection.execute(_STANDING, values):
            if row["period"] is None:
                rules.append(_rule(row))
            else:
                uses.append(CountedUse(of, row["kind"], row["period"], _use(row["used"], row)))
        return Standing(rules, uses)

    def use(self, holder: str, kind: str, amount: Money, day: int, month: int) -> None:
        self._connection.execute(_USE, _counted(holder, kind, amount, day, month))

    def give_back(self, holder: str, kind: str, amount: Money, day: int, month: int) -> None:
        self._connection.execute(_GIVE_BACK, _counted(holder, kind, amount, day, month))

    def stated(self, of: Currency | None = None) -> list[Rule]:
        if of is None:
            return [_rule(row) for row in self._connection.execute(_STATED)]
        return [_rule(row) for row in self._connection.execute(_STATED_OF, {"currency": of.code})]

    def uses(self, holder: str, day: int, month: int) -> list[CountedUse]:
        values = {"holder": holder, "day": day, "month": month}
        return [
            CountedUse(
                CURRENCIES[row["currency"]], row["kind"], row["period"], _use(row["amount"], row)
            )
            for row in self._connection.execute(_USES, values)
        ]

    def state(self, rule: Rule) -> None:
        self._connection.execute(_STATE, _named(rule.key) | {"value": rule.value})

    def unstate(self, key: RuleKey) -> bool:
        return self._connection.execute(_UNSTATE, _named(key)).fetchone() is not None

    def forget(self, before: int, *, limit: int) -> int:
        values = {"before": before, "limit": limit}
        return len(self._connection.execute(_FORGET, values).fetchall())


def _counted(holder: str, kind: str, amount: Money, day: int, month: int) -> dict[str, str | int]:
    return {
        "holder": holder,
        "currency": amount.currency.code,
        "kind": kind,
        "amount": amount.minor,
        "day": day,
        "month": month,
    }


def _named(key: RuleKey) -> dict[str, str | int | None]:
    return {
        "level": key.level.value,
        "currency": key.currency.code,
        "kind": key.kind,
        "rule": key.name.value,
    }


def _rule(row: Row) -> Rule:
    key = RuleKey(
        Level(row["level"]), CURRENCIES[row["currency"]], row["kind"], RuleName(row["rule"])
    )
    return Rule(key, row["value"], is_stated=True)


def _use(amount: int, row: Row) -> Use:
    return Use(amount, row["times"])
