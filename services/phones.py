"""Phone numbers as E.164 text, and how much of one may be shown to others."""

import phonenumbers

from services.errors import InvalidRequestError

_FIRST_SHOWN, _LAST_SHOWN, _HIDDEN_MIN = 5, 4, 3


class PhoneNotUnderstoodError(InvalidRequestError):
    """The text is not a phone number that could be dialled."""

    code = "phone_not_understood"


def parse_phone(text: str, *, region: str | None = None) -> str:
    """A phone number as `+79161234567`.

    Telegram and terminals send the digits alone, so a number of ten digits or more is
    read as an international one; *region* (ISO 3166) is for national ones.

    Raises:
        PhoneNotUnderstoodError: No such number can exist.
    """
    cleaned = text.strip()
    if cleaned.isascii() and cleaned.isdigit() and region is None:
        cleaned = f"+{cleaned}"
    try:
        number = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException:
        raise PhoneNotUnderstoodError from None
    if not phonenumbers.is_possible_number(number):
        raise PhoneNotUnderstoodError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(phone: str) -> str:
    """Enough of *phone* to recognise it by: `+7916***4567`; of a short one, less."""
    last = min(_LAST_SHOWN, max(len(phone) - _FIRST_SHOWN - _HIDDEN_MIN, 0))
    first = min(_FIRST_SHOWN, max(len(phone) - last - _HIDDEN_MIN, 1))
    return f"{phone[:first]}***{phone[len(phone) - last :]}"
