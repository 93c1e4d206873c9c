"""The link by which an invoice is paid: it opens the bot at that invoice and no more."""

from typing import Any

from services import invoices
from services.invoices import Invoice


def pay_url(bot_username: str, invoice_id: str) -> str:
    """The link that a shop shows its customer, as a button or a QR code."""
    return f"https://t.me/{bot_username}?start=bill_{invoice_id}"


def invoice_facts(invoice: Invoice, bot_username: str) -> dict[str, Any]:
    """What a merchant is told of *invoice*, with its link."""
    return invoices.facts(invoice) | {"pay_url": pay_url(bot_username, invoice.id)}
