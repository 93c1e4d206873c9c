"""What is refused, with QIWI's codes.

Source of the codes: QIWI's documents of bills; where they name no HTTP status, and for what
they do not know, the choice is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.bills.amounts import AmountMissingError, AmountZeroError, NotReadError
from gateway.bills.times import TimeNotUnderstoodError
from services import errors
from services.invoices import InvoiceNotFoundError, InvoiceTimesError, ReferenceUsedError
from services.key_pairs import KeyPairNameError
from services.ledger import InsufficientFundsError
from services.merchants import ScopeMissingError
from services.money import (
    AmountNotUnderstoodError,
    AmountOutOfRangeError,
    CurrencyUnknownError,
)
from services.refunds import (
    NotPaidError,
    RefundNotFoundError,
    RefundReferenceUsedError,
    RefundTooLargeError,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, a code of QIWI's and a sentence."""

    status: int
    code: str
    says: str
    cause: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with which field."""


class BillRefusedError(Exception):
    """Not a `WalletError`: only this edge refuses so."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.says)
        self.refusal = refusal


UNREADABLE = Refusal(400, "http.message.conversion.failed", "The body is not a JSON object")
NO_URL = Refusal(404, "http.url.not.found", "There is nothing at this address")
NO_METHOD = Refusal(405, "http.method.not.supported", "This address does not take that method")
NOT_FOUND = Refusal(404, "api.invoice.not.found", "Invoice not found")
NO_SCOPE = Refusal(403, "auth.forbidden", "The key is not good for this")
TOO_MANY = Refusal(429, "http.too.many.requests", "Too many requests; come back later")
INTERNAL = Refusal(500, "internal.error", "Something went wrong here")

REFUSALS: Mapping[type[errors.WalletError], Refusal] = {
    InvoiceNotFoundError: NOT_FOUND,
    ReferenceUsedError: Refusal(
        409, "api.invoice.already.exists", "A bill with this billId and another amount exists"
    ),
    RefundNotFoundError: Refusal(404, "api.refund.not.found", "Refund not found"),
    RefundReferenceUsedError: Refusal(
        409, "api.refund.already.exists", "A refund with this refundId and another amount exists"
    ),
    RefundTooLargeError: Refusal(
        400, "refund.incorrect.amount", "More than what is left of the bill, or another currency"
    ),
    NotPaidError: Refusal(
        400, "refund.incorrect.amount", "The bill is not paid, there is nothing to give back"
    ),
    InsufficientFundsError: Refusal(
        409, "api.refund.insufficient.funds", "Your balance does not hold that much"
    ),
    ScopeMissingError: NO_SCOPE,
    errors.NotFoundError: NOT_FOUND,
    errors.InvalidRequestError: Refusal(400, "validation.error", "Validation error"),
    errors.ConflictError: Refusal(409, "api.already.exists", "It was used for something else"),
    errors.RefusedError: Refusal(409, "api.operation.refused", "Not possible as things stand"),
    errors.UnavailableError: Refusal(503, "internal.error", "Not at the moment; try again"),
}
"""Of the nearest ancestor of an error."""

CAUSES: Mapping[type[Exception], tuple[str, str]] = {
    AmountMissingError: ("amount.value", "an amount is needed"),
    AmountNotUnderstoodError: ("amount.value", "not a number"),
    AmountOutOfRangeError: ("amount.value", "more than can be paid"),
    AmountZeroError: ("amount.value", "nothing is left of it, rounded down"),
    CurrencyUnknownError: ("amount.currency", "no currency that is known here"),
    InvoiceTimesError: ("expirationDateTime", "in the past"),
    KeyPairNameError: ("keysPairName", "empty, too long, or cannot be shown"),
    TimeNotUnderstoodError: ("expirationDateTime", "not a date with a time"),
}


def refusal_of(error: errors.WalletError | NotReadError) -> Refusal:
    """What *error* is to QIWI's clients."""
    if isinstance(error, NotReadError):
        return _invalid(*CAUSES[type(error)])
    found = next(REFUSALS[each] for each in type(error).__mro__ if each in REFUSALS)
    cause = CAUSES.get(type(error))
    if cause is None or found.code != "validation.error":
        return found
    return _invalid(*cause)


def invalid(field_name: str, why: str) -> BillRefusedError:
    """A field that is not as it must be, to be raised."""
    return BillRefusedError(_invalid(field_name, why))


def _invalid(field_name: str, why: str) -> Refusal:
    says = f"Validation error: {field_name}: {why}"
    return Refusal(400, "validation.error", says, {field_name: why})
