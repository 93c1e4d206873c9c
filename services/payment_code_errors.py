"""Why a payment code is not taken, and how its texts are cleaned; used by all its readers."""

import unicodedata

from services.errors import InvalidRequestError

_FIELD_LENGTH_MAX = 40
_NOT_SHOWN = ("Cc", "Cs")


class PaymentCodeError(InvalidRequestError):
    """The code is none that can be paid, or is broken.  Values: why, field.

    Why: charset, checksum, currency, cut, doubled, fee, field, header, long, missing,
    other_bot, phone, sum, text or url.  The field is the one that is wrong, where one is.
    """

    code = "payment_code"

    def __init__(self, *, why: str, field: str = "", **values: object) -> None:
        super().__init__(why=why, field=field[:_FIELD_LENGTH_MAX], **values)
        self.why = why


def cleaned(text: str) -> str:
    """*text* without control characters, which no database or chat should be given."""
    shown = [" " if unicodedata.category(char) in _NOT_SHOWN else char for char in text]
    return "".join(shown).strip()
