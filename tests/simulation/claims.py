"""What the wallet has acknowledged: who was told what, to be held against the books."""

from collections import Counter, defaultdict
from typing import NamedTuple

from services.payments import Proposal
from services.provider_payments import ProviderProposal
from storage.sqlite.book import SqliteBook
from tests.simulation.trace import Trace


class Moved(NamedTuple):
    """Money that somebody was told has moved."""

    debit: str
    credit: str
    minor: int


class Claims:
    """Looks into the books at the moment of each acknowledgement, and once more at the end."""

    def __init__(self, book: SqliteBook, trace: Trace) -> None:
        self._book = book
        self._trace = trace
        self.moved = dict(journal(book))
        """By the key of the transaction; what the template brought is here too."""
        self.states: dict[tuple[str, str], set[str]] = {}
        """By table and id, in which states a row may be that was acknowledged."""
        self.invoices = _ids(book, "invoices")
        self.cards = _count(book, "cards")
        """How many there must be at least: each was acknowledged."""
        self.counted = Counter[str]()
        self.wrong_codes: defaultdict[str, set[str]] = defaultdict(set)
        """By phone, the keys of the tries that were told to be wrong."""

    def money(self, what: str, key: str, moved: Moved) -> None:
        """Somebody was told that *moved* happened under *key*."""
        self.counted[what] += 1
        self._trace.note(f"acknowledged {key}: {moved.minor}")
        before = self.moved.setdefault(key, moved)
        if before != moved:
            self._trace.wrong(f"{key} was told as {before} and as {moved}")
        posted = self._book.ledger.posted(key)
        if posted is None:
            self._trace.wrong(f"{key} was acknowledged and is not in the journal")

    def paid(self, proposal: Proposal) -> None:
        """Somebody holds the receipt of *proposal*."""
        payment, invoice = proposal.payment, proposal.invoice
        if payment is None or invoice.payment != payment.id:
            self._trace.wrong(f"a receipt of {proposal.offer.id} without a payment")
            return
        target = f"merchant/{payment.merchant}:main:{payment.amount.currency.code}"
        moved = Moved(payment.account, target, payment.amount.minor)
        self.money("payments", f"payment:{payment.id}", moved)
        self.state("payments", payment.id, "done")
        self.state("invoices", invoice.id, "paid", "refunded_in_part", "refunded")

    def sent(self, shown: ProviderProposal) -> None:
        """Somebody was told that a provider is being asked, or has been."""
        if shown.payment is None:
            self._trace.wrong(f"{shown.offer.id} was sent without a payment")
            return
        if ("provider_payments", shown.payment.id) not in self.states:
            self.counted["payments to providers"] += 1
        self.told("provider_payments", shown.payment.id, "sent", "unknown", "done", "failed")
        if shown.is_done:
            self.state("provider_payments", shown.payment.id, "done")

    def told(self, table: str, row: str, *states: str) -> None:
        """The same as `state` of states that are not all final."""
        before = self.states.setdefault((table, row), set(states))
        if not before & set(states) or self._state_of(table, row) not in before:
            self._trace.wrong(f"{table} {row} was acknowledged as {states} and is not")

    def state(self, table: str, row: str, *states: str) -> None:
        """Somebody was told that this row is in one of *states*; they are final."""
        before = self.states.setdefault((table, row), set(states))
        before &= set(states)
        if self._state_of(table, row) not in before:
            self._trace.wrong(f"{table} {row} was acknowledged as {states} and is not")

    def issued(self, invoice_id: str) -> None:
        """A shop was told the id of its new invoice."""
        self.counted["invoices"] += 1
        self.invoices.add(invoice_id)
        if self._state_of("invoices", invoice_id) is None:
            self._trace.wrong(f"invoice {invoice_id} was acknowledged and is not there")

    def carded(self) -> None:
        """Somebody was told of a new card."""
        self.counted["cards"] += 1
        self.cards += 1

    def wrong_code(self, phone: str, key: str) -> None:
        """Somebody was told that the code was wrong."""
        self.wrong_codes[phone].add(key)

    def broken(self) -> list[str]:
        """What was told and is not so, and money that moved without anybody being told."""
        kept = dict(journal(self._book))
        return [
            *(f"{key} was acknowledged and is gone" for key in self.moved if key not in kept),
            *(f"{key} moved money and nobody asked" for key in kept if key not in self.moved),
            *(
                f"{key} was told as {moved} and is {kept[key]}"
                for key, moved in self.moved.items()
                if key in kept and kept[key] != moved
            ),
            *(
                f"{table} {row} was told to be {states}"
                for (table, row), states in self.states.items()
                if self._state_of(table, row) not in states
            ),
            *(
                f"invoice {each} is not what was told"
                for each in sorted(self.invoices ^ _ids(self._book, "invoices"))
            ),
            *self._miscounted(),
        ]

    def _miscounted(self) -> list[str]:
        cards = _count(self._book, "cards")
        wrong = [f"{cards} cards, {self.cards} were told of"] if cards != self.cards else []
        rows = self._book.connection.execute("SELECT phone, sum(wrong) FROM codes GROUP BY phone")
        counted = {row[0]: row[1] for row in rows}
        return wrong + [
            f"{len(keys)} tries of {phone} were told to be wrong, {counted.get(phone)} are counted"
            for phone, keys in self.wrong_codes.items()
            if counted.get(phone, 0) < len(keys)
        ]

    def _state_of(self, table: str, row: str) -> str | None:
        found = self._book.connection.execute(f"SELECT state FROM {table} WHERE id = ?", (row,))
        state = found.fetchone()
        return None if state is None else str(state[0])


def journal(book: SqliteBook) -> list[tuple[str, Moved]]:
    """Every transaction of one transfer: all but those that pay providers, and a commission."""
    rows = book.connection.execute(
        "SELECT key, debit, credit, amount FROM transactions JOIN transfers USING (position)"
        " WHERE kind <> 'provider_payment'"
    )
    return [(row[0], Moved(*row[1:])) for row in rows]


def _ids(book: SqliteBook, table: str) -> set[str]:
    return {row[0] for row in book.connection.execute(f"SELECT id FROM {table}")}


def _count(book: SqliteBook, table: str) -> int:
    return len(_ids(book, table))
