"""Cash terminals and agents: who may bring money in, and for how much they are good.

A terminal's account goes below zero by the cash it took and has not handed over; its
floor is the bond that it is good for.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.clock import Clock
from services.errors import RefusedError
from services.history import Step, Steps
from services.ids import NewId
from services.ledger import Account, Ledger, account_id
from services.money import RUB, Currency
from services.store import Store
from services.vault import Vault

BOND_MINOR = 1_000_000_00
"""How much uncollected cash a terminal is good for, unless the operator says otherwise."""


class TerminalState(StrEnum):
    """A disabled terminal's password is refused."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A machine or a counter that takes cash."""

    id: str
    name: str
    login: str
    currency: Currency
    created_at: datetime
    state: TerminalState = TerminalState.ACTIVE

    @property
    def owner(self) -> str:
        """The name that the terminal's account goes by."""
        return f"terminal/{self.id}"


@dataclass(frozen=True, slots=True)
class TerminalCredentials:
    """A terminal with its password, as it is shown once."""

    terminal: Terminal
    password: str


class TerminalRefusedError(RefusedError):
    """Unknown login, wrong password, or the terminal is disabled."""

    code = "terminal_refused"


class StoredTerminals(Protocol):
    """What storage keeps of terminals."""

    def add(self, terminal: Terminal, *, password: bytes) -> None:
        """Keep a new one with the keyed hash of its password."""

    def with_login(self, login: str) -> tuple[Terminal, bytes] | None:
        """The terminal of that login and its password's hash, or None."""

    def find(self, terminal_id: str) -> Terminal | None:
        """The terminal of that id, or None."""

    def take_turn(self, terminal_id: str) -> None:
        """Have what rests on its bond decided one at a time, until this is done."""

    def takes(self, currency: Currency) -> bool:
        """Whether cash in *currency* can be brought to any that is active."""

    def listed(self) -> list[Terminal]:
        """All, by name."""

    def change_password(self, terminal_id: str, password: bytes) -> None:
        """Keep another hash."""


class Book(Protocol):
    """The part of the book that terminals need."""

    @property
    def terminals(self) -> StoredTerminals: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def steps(self) -> Steps: ...


class Terminals:
    """The operator's side of terminals, and the check of their passwords."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    async def add(
        self, *, name: str, currency: Currency = RUB, bond_minor: int = BOND_MINOR
    ) -> TerminalCredentials:
        """A new terminal, good for *bond_minor* of cash that it has not handed over."""
        at = self._now()
        login = f"terminal-{secrets.token_hex(4)}"
        terminal = Terminal(self._new_id(at), name.strip() or login, login, currency, at)
        password = secrets.token_urlsafe(24)

        def work(book: Book) -> TerminalCredentials:
            book.terminals.add(terminal, password=self._digest(login, password))
            account = account_id(terminal.owner, currency)
            book.ledger.open(Account(account, terminal.owner, currency, at, -bond_minor))
            book.steps.add(terminal.owner, Step("add", terminal.state.value, "operator", at))
            return TerminalCredentials(terminal, password)

        return await self._store.write(work)

    async def rotate(self, *, terminal: Terminal) -> TerminalCredentials:
        """A new password; the one before is good no longer."""
        password = secrets.token_urlsafe(24)
        digest = self._digest(terminal.login, password)
        await self._store.write(lambda book: book.terminals.change_password(terminal.id, digest))
        return TerminalCredentials(terminal, password)

    async def listed(self) -> list[Terminal]:
        """All, by name."""
        return await self._store.read(lambda book: book.terminals.listed())

    async def authenticate(self, *, login: str, password: str) -> Terminal:
        """Whose login and password that is.

        Raises:
            TerminalRefusedError: Nobody's, or of a disabled terminal.
        """
        found = await self._store.read(lambda book: book.terminals.with_login(login))
        digest = self._digest(login, password)
        # Compared also when there is no such login, so that both take as long.
        expected = bytes(len(digest)) if found is None else found[1]
        if not secrets.compare_digest(expected, digest) or found is None:
            raise TerminalRefusedError
        if found[0].state is TerminalState.DISABLED:
            raise TerminalRefusedError
        return found[0]

    def _digest(self, login: str, password: str) -> bytes:
        return self._vault.digest("terminal password", login, password)
