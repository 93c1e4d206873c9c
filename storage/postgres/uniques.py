"""Values of which there is one, claimed in the table `uniques`.

A sharded PostgreSQL keeps a unique key only on the column that a table is distributed by,
so every other one is claimed by the row that has it.  A value claimed by another row is a
unique violation: the use case is run again, and finds that row.
"""

from services.card_details import Reveal
from services.card_rules import OPEN_STATES, Card
from services.cash_payments import CashPayment
from services.emails import Email, EmailState
from services.holders import Holder
from services.invoices import Invoice
from services.offers import Offer
from services.payment_links import Link
from services.payments import Payment, PaymentState
from services.provider_life import ProviderPayment
from services.topups import TopUp
from storage.cards import CardTable, RevealTable
from storage.cash_payments import CashPaymentTables
from storage.emails import EmailTable
from storage.holders import HolderTable
from storage.invoices import InvoiceTable
from storage.links import LinkTable
from storage.offers import OfferTable
from storage.payments import PaymentTable
from storage.provider_payments import ProviderPaymentTable
from storage.rows import Connection
from storage.topups import TopUpTable

_CLAIM = "INSERT INTO uniques (name, value, id) VALUES (:name, :value, :id)"
_CLAIM_ONCE = """
    INSERT INTO uniques (name, value, id)
    SELECT CAST(:name AS text), CAST(:value AS text), CAST(:id AS text)
    WHERE NOT EXISTS (SELECT 1 FROM uniques WHERE name = :name AND value = :value AND id = :id)
"""
_CONFIRMED_MAILBOX = "SELECT mailbox FROM emails WHERE id = :id AND state = 'confirmed'"
_FREE = "DELETE FROM uniques WHERE name = :name AND value = :value AND id = :id"
# Who pays ends the offers of all others for the invoice: in any other order those who pay
# it at one moment would wait for one another.
_LOCK_INVOICE = """
    SELECT id FROM invoices WHERE id = (
        SELECT substr(subject, 9) FROM offers WHERE id = :id AND kind = 'payment'
    ) /* lock invoices */
"""


_PAYS = (PaymentState.AUTHORISED, PaymentState.DONE)


def claim(connection: Connection, name: str, value: str, row_id: str) -> None:
    """Have *value* for the row; its failure is seen at the latest by the commit."""
    connection.execute(_CLAIM, {"name": name, "value": value, "id": row_id})


class PostgresCards(CardTable):
    """One open card for each number."""

    def add(self, card: Card, *, number: bytes, index: bytes) -> None:
        super().add(card, number=number, index=index)
        claim(self._connection, "cards.number_index", index.hex(), card.id)

    def change(self, card: Card, *, was: int) -> bool:
        if card.state not in OPEN_STATES:
            self._free_number(card.id)
        return super().change(card, was=was)

    def _free_number(self, card_id: str) -> None:
        row = self._connection.execute(
            "SELECT number_index FROM cards WHERE id = :id", {"id": card_id}
        ).fetchone()
        if row is not None and row[0] is not None:
            values = {"name": "cards.number_index", "value": row[0].hex(), "id": card_id}
            self._connection.execute(_FREE, values)


class PostgresCashPayments(CashPaymentTables):
    """One for each receipt of a terminal, and one for each invoice."""

    def add(self, payment: CashPayment) -> None:
        super().add(payment)
        receipt = f"{payment.terminal}/{payment.receipt}"
        claim(self._connection, "cash_payments.receipt", receipt, payment.id)
        claim(self._connection, "cash_payments.invoice", payment.invoice, payment.id)


class PostgresEmails(EmailTable):
    """One for each key, and one confirmed for each mailbox."""

    def add(self, email: Email) -> None:
        super().add(email)
        claim(self._connection, "emails.key", email.key, email.id)

    def change(self, email: Email) -> None:
        row = self._connection.execute(_CONFIRMED_MAILBOX, {"id": email.id}).fetchone()
        super().change(email)
        if row is not None:
            values = {"name": "emails.mailbox", "value": row[0].hex(), "id": email.id}
            self._connection.execute(_FREE, values)
        if email.state is EmailState.CONFIRMED and email.index is not None:
            claim(self._connection, "emails.mailbox", email.index.hex(), email.id)


class PostgresHolders(HolderTable):
    """One for each phone, and for each Telegram account."""

    def add(self, holder: Holder) -> None:
        super().add(holder)
        claim(self._connection, "holders.phone", holder.phone, holder.id)
        self._claim_telegram(holder)

    def change(self, holder: Holder) -> None:
        row = self._connection.execute(
            "SELECT telegram_id FROM holders WHERE id = :id", {"id": holder.id}
        ).fetchone()
        super().change(holder)
        if row is not None and row[0] not in (None, holder.telegram_id):
            values = {"name": "holders.telegram_id", "value": str(row[0]), "id": holder.id}
            self._connection.execute(_FREE, values)
        self._claim_telegram(holder)

    def _claim_telegram(self, holder: Holder) -> None:
        if holder.telegram_id is not None:
            values = {
                "name": "holders.telegram_id",
                "value": str(holder.telegram_id),
                "id": holder.id,
            }
            self._connection.execute(_CLAIM_ONCE, values)


class PostgresInvoices(InvoiceTable):
    """One for each reference of a merchant."""

    def add(self, invoice: Invoice) -> None:
        super().add(invoice)
        if invoice.reference is not None:
            claim(self._connection, "invoices.reference", _reference(invoice), invoice.id)

    def free_reference(self, invoice: Invoice) -> None:
        super().free_reference(invoice)
        values = {"name": "invoices.reference", "value": _reference(invoice), "id": invoice.id}
        self._connection.execute(_FREE, values)


class PostgresLinks(LinkTable):
    """One for each payment that agreed to one."""

    def add(self, link: Link) -> None:
        super().add(link)
        claim(self._connection, "links.invoice", link.invoice, link.id)


class PostgresOffers(OfferTable):
    """One for each key; an invoice is locked before the offers to pay it, as all do."""

    def find(self, offer_id: str) -> Offer | None:
        self._connection.execute(_LOCK_INVOICE, {"id": offer_id})
        return super().find(offer_id)

    def add(self, offer: Offer) -> None:
        super().add(offer)
        claim(self._connection, "offers.key", offer.key, offer.id)


class PostgresPayments(PaymentTable):
    """One for each offer, and one that is done for each invoice."""

    def add(self, payment: Payment) -> None:
        super().add(payment)
        claim(self._connection, "payments.offer", payment.offer, payment.id)

    def change(self, payment: Payment, *, was: PaymentState) -> bool:
        if was is PaymentState.HELD and payment.state in _PAYS:
            claim(self._connection, "payments.invoice", payment.invoice, payment.id)
        if was is PaymentState.AUTHORISED and payment.state is PaymentState.FAILED:
            values = {"name": "payments.invoice", "value": payment.invoice, "id": payment.id}
            self._connection.execute(_FREE, values)
        return super().change(payment, was=was)


class PostgresProviderPayments(ProviderPaymentTable):
    """One for each offer, and for each transaction number."""

    def add(self, payment: ProviderPayment) -> None:
        super().add(payment)
        claim(self._connection, "provider_payments.offer", payment.offer, payment.id)
        claim(self._connection, "provider_payments.txn", str(payment.txn), payment.id)


class PostgresReveals(RevealTable):
    """One for each key."""

    def add(self, reveal: Reveal) -> None:
        super().add(reveal)
        claim(self._connection, "reveals.key", reveal.key, reveal.id)


class PostgresTopUps(TopUpTable):
    """One for each receipt of a terminal."""

    def add(self, topup: TopUp) -> None:
        super().add(topup)
        value = f"{topup.terminal}/{topup.receipt}"
        claim(self._connection, "topups.receipt", value, topup.id)


def _reference(invoice: Invoice) -> str:
    return f"{invoice.merchant}/{invoice.reference}"
