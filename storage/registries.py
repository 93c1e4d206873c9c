"""Daily registries as they were sent: `services.registries.StoredRegistries`."""

from datetime import date

from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Money
from services.registries import Registry
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO registries
        (provider, day, number, name, currency, payments, total, content, digest, made_at)
    VALUES
        (:provider, :day, :number, :name, :currency, :payments, :total, :content, :digest,
         :made_at)
"""
_OF = "SELECT * FROM registries WHERE provider = :provider AND day = :day ORDER BY number"
_DAYS = "SELECT DISTINCT day FROM registries WHERE provider = :provider AND day >= :since"


class RegistryTable:
    """The table `registries`; a day is ISO 8601."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, provider: str, day: date) -> list[Registry]:
        values = {"provider": provider, "day": day.isoformat()}
        return [_registry(row) for row in self._connection.execute(_OF, values)]

    def days(self, provider: str, since: date) -> set[date]:
        values = {"provider": provider, "since": since.isoformat()}
        return {date.fromisoformat(row["day"]) for row in self._connection.execute(_DAYS, values)}

    def add(self, registry: Registry) -> None:
        values = {
            "provider": registry.provider,
            "day": registry.day.isoformat(),
            "number": registry.number,
            "name": registry.name,
            "currency": registry.total.currency.code,
            "payments": registry.payments,
            "total": registry.total.minor,
            "content": registry.content,
            "digest": registry.digest,
            "made_at": to_micros(registry.made_at),
        }
        self._connection.execute(_ADD, values)


def _registry(row: Row) -> Registry:
    return Registry(
        provider=row["provider"],
        day=date.fromisoformat(row["day"]),
        number=row["number"],
        name=row["name"],
        payments=row["payments"],
        total=Money(row["total"], CURRENCIES[row["currency"]]),
        content=row["content"],
        digest=row["digest"],
        made_at=from_micros(row["made_at"]),
    )
