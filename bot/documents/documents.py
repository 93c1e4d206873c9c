"""The documents as files that the chat and the command line hand out."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from bot.documents import receipts, spending, statements
from bot.documents.typesetting import Typesetter
from bot.texts import Words
from services.receipt_facts import Receipt
from services.signed_files import sign
from services.spending import Spending
from services.statements import Statement
from services.vault import Vault

PAGE = "/receipt"
"""Where the gateway checks codes."""


class Format(StrEnum):
    """What a statement can be."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class File:
    """Bytes and what to call them, in ASCII: not every system keeps other letters."""

    name: str
    content: bytes


class Documents:
    """Makes them; the same facts in the same language are the same bytes."""

    def __init__(self, *, vault: Vault, address: str | None, wallet: str) -> None:
        """*address*: where the gateway can be reached from outside, if it can."""
        self._vault = vault
        self._page = None if address is None else f"{address}{PAGE}"
        self._wallet = wallet
        self._typesetter = Typesetter()

    async def receipt(self, words: Words, receipt: Receipt) -> File:
        """The signed PDF of a receipt."""
        sheet = receipts.sheet_of(words, receipt, self._page)
        body = await receipts.render(self._typesetter, sheet)
        return File(f"receipt-{receipt.code}.pdf", sign(body, self._vault))

    async def statement(self, words: Words, statement: Statement, form: Format) -> File:
        """A statement.

        Raises:
            StatementTooLongError: It has too many entries for a PDF.
        """
        period, of = statement.period, statement.opening.currency.code
        name = f"statement-{of}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{form.value}"
        match form:
            case Format.PDF:
                made = await statements.render_pdf(self._typesetter, words, statement)
            case Format.CSV:
                made = await asyncio.to_thread(statements.as_csv, statement)  # may be a second
            case Format.JSON:
                made = await asyncio.to_thread(statements.as_json, statement)
        return File(name, made)

    async def spending(self, words: Words, found: Spending) -> File:
        """The picture of a month."""
        made = await spending.render(self._typesetter, words, found, self._wallet)
        return File(f"spending-{found.month:%Y-%m}.png", made)
