"""What the public page says of a receipt, in the first language of the reader's that we speak."""

from collections.abc import Sequence
from typing import Any

from bot.documents.receipts import public_lines
from bot.documents.writing import is_rtl
from bot.formats import clean
from bot.texts import FALLBACK, Texts, Words
from services.receipts import Checked


class ReceiptPages:
    """Words for the gateway, which has none of its own."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(
        self, wanted: Sequence[str], state: str, checked: Checked | None = None
    ) -> dict[str, Any]:
        """The page in *state*: `genuine` with what was *checked*, `missing`, `busy` or `ask`."""
        spoken = (each for each in wanted if each in self._texts.languages)
        words = self._texts.words_for(next(spoken, FALLBACK))
        title = words.plain("receipt-page-title")
        page: dict[str, Any] = {
            "language": words.language,
            "direction": "rtl" if is_rtl(words.language) else "ltr",
            "title": title,
            "heading": title if state == "ask" else words.plain(f"receipt-page-{state}"),
            "explain": "",
            "lines": [],
            "ask": words.plain("receipt-page-ask"),
            "look": words.plain("receipt-page-look"),
        }
        if checked is not None:
            return page | _found(words, checked)
        if state != "ask":
            page["explain"] = words.plain(f"receipt-page-{state}-explain")
        return page


def _found(words: Words, checked: Checked) -> dict[str, Any]:
    receipt = checked.receipt
    lines = public_lines(words, receipt, checked.given_back)
    return {
        "explain": words.plain("receipt-page-explain", wallet=receipt.issuer.name),
        "lines": [(line.label, clean(line.value), line.is_strong) for line in lines],
    }
