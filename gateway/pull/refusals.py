"""What the pull interface refuses: result codes, and the HTTP status beside each.

Source of the codes: QIWI's documents of pull REST v2, which name a status for 0 (200) and
150 (401) only; the others are our choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.bills.amounts import AmountMissingError, AmountZeroError, NotReadError
from gateway.bills.times import TimeNotUnderstoodError
from services import errors
from services.invoices import InvoiceHeldError, InvoicePaidError
from services.money import AmountOutOfRangeError, CurrencyUnknownError
from services.phones import PhoneNotUnderstoodError
from services.pull_shops import PullRefusedError
from services.refunds import RefundTooLargeError

BAD, BUSY, FORBIDDEN, REFUSED, NOT_FOUND, EXISTS = 5, 13, 78, 150, 210, 215
TOO_SMALL, TOO_LARGE, TECHNICAL, BAD_PHONE, MISSING = 241, 242, 300, 303, 341
BAD_CURRENCY, PAID = 1001, 1419


@dataclass(frozen=True, slots=True)
class Refusal:
    """A result code with its status and words."""

    code: int
    status: int
    says: str


class PullFieldError(Exception):
    """Not a `WalletError`: a field of this interface is missing, or is not as it must be."""

    def __init__(self, code: int, says: str) -> None:
        super().__init__(says)
        self.refusal = Refusal(code, 400, says)


TOO_MANY = Refusal(BUSY, 429, "Too many requests, come back later")
FAILED = Refusal(TECHNICAL, 500, "Technical error")
NO_ADDRESS = Refusal(BAD, 404, "There is nothing at this address")
NO_METHOD = Refusal(BAD, 405, "This address does not take that method")

REFUSALS: Mapping[type[Exception], Refusal] = {
    PullRefusedError: Refusal(REFUSED, 401, "Authorization failed"),
    errors.NotFoundError: Refusal(NOT_FOUND, 404, "Invoice not found"),
    errors.ConflictError: Refusal(EXISTS, 409, "It exists with another amount"),
    AmountMissingError: Refusal(MISSING, 400, "amount is missing"),
    AmountZeroError: Refusal(TOO_SMALL, 400, "The amount is too small"),
    AmountOutOfRangeError: Refusal(TOO_LARGE, 400, "The amount is too large"),
    RefundTooLargeError: Refusal(TOO_LARGE, 400, "More than what is left of the invoice"),
    CurrencyUnknownError: Refusal(BAD_CURRENCY, 400, "The currency is not allowed"),
    PhoneNotUnderstoodError: Refusal(BAD_PHONE, 400, "Wrong phone number"),
    InvoicePaidError: Refusal(PAID, 403, "The invoice is paid"),
    InvoiceHeldError: Refusal(PAID, 403, "The invoice is being paid"),
    TimeNotUnderstoodError: Refusal(BAD, 400, "lifetime is not a date with a time"),
    errors.InvalidRequestError: Refusal(BAD, 400, "Incorrect data in the parameters"),
    errors.RefusedError: Refusal(FORBIDDEN, 403, "The operation is forbidden"),
    errors.UnavailableError: Refusal(BUSY, 503, "Busy, try again later"),
}
"""Of the nearest ancestor of an error."""


def refusal_of(error: errors.WalletError | NotReadError) -> Refusal:
    """What *error* is to the pull interface's clients."""
    return next(REFUSALS[each] for each in type(error).__mro__ if each in REFUSALS)
