"""Terminals: `services.terminals.StoredTerminals`."""

from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Currency
from services.terminals import Terminal, TerminalState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO terminals (id, name, login, password, currency, state, created_at)
    VALUES (:id, :name, :login, :password, :currency, :state, :created_at)
"""
_WITH_LOGIN = "SELECT * FROM terminals WHERE login = :login"
_FIND = "SELECT * FROM terminals WHERE id = :id"
_TAKES = """
    SELECT id FROM terminals WHERE currency = :currency AND state = :active LIMIT 1
"""
_TAKE_TURN = f"{_FIND} /* lock terminals */"
_LISTED = "SELECT * FROM terminals ORDER BY name, id"
_CHANGE_PASSWORD = "UPDATE terminals SET password = :password WHERE id = :id"  # noqa: S105


class TerminalTable:
    """The table `terminals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, terminal: Terminal, *, password: bytes) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": terminal.id,
                "name": terminal.name,
                "login": terminal.login,
                "password": password,
                "currency": terminal.currency.code,
                "state": terminal.state.value,
                "created_at": to_micros(terminal.created_at),
            },
        )

    def with_login(self, login: str) -> tuple[Terminal, bytes] | None:
        row = self._connection.execute(_WITH_LOGIN, {"login": login}).fetchone()
        return None if row is None else (_terminal(row), row["password"])

    def find(self, terminal_id: str) -> Terminal | None:
        row = self._connection.execute(_FIND, {"id": terminal_id}).fetchone()
        return None if row is None else _terminal(row)

    def take_turn(self, terminal_id: str) -> None:
        self._connection.execute(_TAKE_TURN, {"id": terminal_id})

    def takes(self, currency: Currency) -> bool:
        values = {"currency": currency.code, "active": TerminalState.ACTIVE.value}
        return self._connection.execute(_TAKES, values).fetchone() is not None

    def listed(self) -> list[Terminal]:
        return [_terminal(row) for row in self._connection.execute(_LISTED)]

    def change_password(self, terminal_id: str, password: bytes) -> None:
        self._connection.execute(_CHANGE_PASSWORD, {"id": terminal_id, "password": password})


def _terminal(row: Row) -> Terminal:
    return Terminal(
        id=row["id"],
        name=row["name"],
        login=row["login"],
        currency=CURRENCIES[row["currency"]],
        created_at=from_micros(row["created_at"]),
        state=TerminalState(row["state"]),
    )
