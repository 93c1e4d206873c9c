"""What the wallet has acknowledged: who was told what, to be held against the books."""

from collections import Counter, defaultdict
from itertools import groupby
from typing import NamedTuple

from services.cash_payments import CashPayment
from services.checkout_life import Checkout
from services.invoices import Capture, Invoice
from services.payments import Payment, PaymentState, Proposal
from services.payout_life import Payout, PayoutState
from services.provider_payments import ProviderProposal
from storage.sqlite.book import SqliteBook
from tests.simulation.trace import Trace


class Moved(NamedTuple):
    """Money that somebody was told has moved.

    What a shop is paid and gives back is its own and its fee's together: `merchant/<id>`.
    """

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
        self._charging = set[str]()
        """Ids of the invoices that are charged without anybody's waiting for it."""
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
        self._bought("payments", payment, invoice.id)

    def bought(self, checkout: Checkout) -> None:
        """Somebody was told at a shop's page that the wallet has paid."""
        payment = self._by_key(f"checkout:{checkout.id}")
        if payment is None:
            self._trace.wrong(f"checkout {checkout.id} was paid by nothing")
        elif payment.state is PaymentState.DONE:
            self._bought("payments at the page", payment, checkout.invoice)
        else:
            self.counted["payments at the page"] += 1
            self.told("payments", payment.id, "authorised", "done", "failed")

    def charged(self, invoice: Invoice) -> None:
        """A shop was told that it has charged a wallet by its link."""
        payment = self._book.payments.find(invoice.payment or "")
        if payment is None:
            self._trace.wrong(f"invoice {invoice.id} was charged from nobody")
            return
        self._bought("charges", payment, invoice.id)

    def accepted(self, invoice: Invoice) -> None:
        """A shop was told that a wallet will be charged; what became of it, it asks later."""
        self.counted["charges accepted"] += 1
        self._charging.add(invoice.id)

    def paid_in_cash(self, payment: CashPayment) -> None:
        """A terminal was told that the banknotes in it have paid an invoice."""
        moved = Moved(
            f"terminal/{payment.terminal}:main:RUB",
            f"merchant/{payment.merchant}",
            payment.amount.minor,
        )
        self.money("cash payments", f"cash_payment:{payment.id}", moved)
        self.state("invoices", payment.invoice, "paid")

    def paid_out(self, payout: Payout) -> None:
        """The operator sees that a shop's money is on its way, has arrived, or came back."""
        owner, minor = f"merchant/{payout.merchant}", payout.amount.minor
        balance, aside, bank = f"{owner}:main:RUB", f"{owner}:payouts:RUB", "system:bank:RUB"
        self.money("payouts", f"payout:{payout.id}", Moved(balance, aside, minor))
        if payout.state is PayoutState.PREPARED:
            return
        paid, returned = f"payout_paid:{payout.id}", f"payout_returned:{payout.id}"
        was_paid = self._book.ledger.posted(paid) is not None
        if was_paid:
            self.money("payouts paid", paid, Moved(aside, bank, minor))
        self.told("payouts", payout.id, "paid", "returned")
        if payout.state is PayoutState.RETURNED:
            source = bank if was_paid else aside
            self.money("payouts returned", returned, Moved(source, balance, minor))
            self.state("payouts", payout.id, "returned")

    def authorised(self, proposal: Proposal) -> None:
        """Somebody was told that money is held for a shop; the shop may have let it go since."""
        payment, invoice = proposal.payment, proposal.invoice
        if payment is None or invoice.capture is not Capture.LATER:
            self._trace.wrong(f"{proposal.offer.id} holds money for nobody")
            return
        if ("payments", payment.id) not in self.states:
            self.counted["authorisations"] += 1
        self.told("payments", payment.id, "authorised", "done", "failed")

    def captured(self, invoice: Invoice) -> None:
        """A shop was told that it has the money that was held for it."""
        payment = self._book.payments.find(invoice.payment or "")
        if payment is None:
            self._trace.wrong(f"invoice {invoice.id} was captured from nobody")
            return
        if payment.amount != invoice.amount:
            self._trace.wrong(f"{payment.amount} was taken for {invoice.id}: {invoice.amount}")
        self._bought("captures", payment, invoice.id)

    def released(self, held: Invoice) -> None:
        """A shop was told that what was held for it is the payer's again."""
        self.counted["releases"] += 1
        self.state("payments", held.payment or "", "failed")
        self.state("invoices", held.id, "rejected")

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
            *(
                f"{key} moved money and nobody asked"
                for key in kept
                if key not in self.moved and not self._may_be_unheard(key)
            ),
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

    def _bought(self, what: str, payment: Payment, invoice_id: str) -> None:
        shop = f"merchant/{payment.merchant}"
        moved = Moved(payment.account, shop, payment.amount.minor)
        self.money(what, f"payment:{payment.id}", moved)
        self.state("payments", payment.id, "done")
        self.state("invoices", invoice_id, "paid", "refunded_in_part", "refunded")

    def _by_key(self, offer_key: str) -> Payment | None:
        """The payment that was made under a key of its offer."""
        rows = self._book.connection.execute(
            "SELECT payments.id FROM payments JOIN offers ON offers.id = offer WHERE key = ?",
            (offer_key,),
        )
        found = rows.fetchone()
        return None if found is None else self._book.payments.find(found[0])

    def _may_be_unheard(self, key: str) -> bool:
        """Charged later, or put aside by an operator who got no answer."""
        kind, _, payment_id = key.partition(":")
        if kind == "payout":
            return True
        payment = self._book.payments.find(payment_id) if kind == "payment" else None
        return payment is not None and payment.invoice in self._charging

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


_FEES = "system:fees:RUB"
_BETWEEN_MANY = Moved("", "", 0)


def journal(book: SqliteBook) -> list[tuple[str, Moved]]:
    """Every transaction, but those that pay providers, or that nobody in particular is told of."""
    rows = book.connection.execute(
        "SELECT key, kind, debit, credit, amount FROM transactions JOIN transfers USING (position)"
        " WHERE kind NOT IN ('provider_payment', 'reserve') ORDER BY position"
    )
    found = []
    for key, legs in groupby(rows, key=lambda row: str(row[0])):
        moves = [
            Moved(_side(kind, debit), _side(kind, credit), minor)
            for _, kind, debit, credit, minor in legs
        ]
        shares = [each for each in moves if _FEES not in each] or moves
        sides = {each._replace(minor=sum(each.minor for each in moves)) for each in shares}
        found.append((key, sides.pop() if len(sides) == 1 else _BETWEEN_MANY))
    return found


def _side(kind: str, account: str) -> str:
    is_shops = kind in ("payment", "cash_payment", "refund") and account.startswith("merchant/")
    return account.partition(":")[0] if is_shops else account


def _ids(book: SqliteBook, table: str) -> set[str]:
    return {row[0] for row in book.connection.execute(f"SELECT id FROM {table}")}


def _count(book: SqliteBook, table: str) -> int:
    return len(_ids(book, table))
