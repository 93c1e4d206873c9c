"""Where an invoice is paid: in the chat, or on the wallet's own page."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services import invoices
from services.invoices import Invoice

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that a shop shows its customers, as buttons or QR codes."""

    bot_username: str
    pages: str
    """Where the gateway's pages can be reached, without a slash at the end."""

    def chat(self, invoice_id: str) -> str:
        """Opens the bot at that invoice and no more."""
        return f"https://t.me/{self.bot_username}?start=bill_{invoice_id}"

    def page(self, invoice_id: str) -> str:
        """The wallet's own page.

        Clients of QIWI's add parameters with `&` and cut the last 36 characters off.
        """
        return f"{self.pages}/form/?invoice_uid={uuid_of(invoice_id)}"


def uuid_of(an_id: str) -> str:
    """An id as others' software writes it, with hyphens."""
    return str(UUID(an_id))


def id_of(text: str) -> str | None:
    """The id that *text* names, with hyphens or without; None where it is none."""
    bare = text.strip().lower().replace("-", "")
    return bare if _ID.fullmatch(bare) else None


def invoice_facts(invoice: Invoice, links: Links) -> dict[str, Any]:
    """What a merchant is told of *invoice*, with its links."""
    addresses = {"pay_url": links.chat(invoice.id), "page_url": links.page(invoice.id)}
    return invoices.facts(invoice) | addresses
