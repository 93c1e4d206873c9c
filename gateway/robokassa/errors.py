"""Why an order is refused, by Robokassa's numbers, and how it is said to whom."""

from collections.abc import Callable
from typing import NoReturn

from starlette.responses import Response

from gateway.checkout.page import problem_page
from services import errors
from services.authorisations import CaptureAmountError, NotAuthorisedError
from services.errors import WalletError
from services.invoices import (
    InvoiceExpiredError,
    InvoiceNotFoundError,
    InvoicePaidError,
    InvoiceTimesError,
    ReferenceUsedError,
)
from services.merchants import MerchantDisabledError
from services.money import CurrencyUnknownError
from services.payment_links import LinkEndedError, LinkNotFoundError
from services.robokassa_shops import ShopUnknownError

Words = Callable[[str, str], dict[str, str]]
"""The sentences of a language whose keys start with a prefix."""

PREFIX = "robokassa-page-"
SHOP_INACTIVE, SHOP_UNKNOWN, BAD_SIGNATURE, BAD_PARAMETER, BAD_SUM = 25, 26, 29, 30, 31
TIME_OVER, NO_RECURRING, BAD_RECURRING, PAID_BEFORE, NOT_STARTED = 33, 34, 35, 40, 41
INVOICE_UNKNOWN, NO_HOLD, BAD_HOLD = 53, 64, 65

_NUMBERS: dict[type[WalletError], int] = {
    ShopUnknownError: SHOP_UNKNOWN,
    MerchantDisabledError: SHOP_INACTIVE,
    ReferenceUsedError: PAID_BEFORE,
    InvoiceExpiredError: TIME_OVER,
    InvoiceTimesError: TIME_OVER,
    CurrencyUnknownError: BAD_PARAMETER,
    LinkEndedError: NO_RECURRING,
    LinkNotFoundError: BAD_RECURRING,
    InvoiceNotFoundError: INVOICE_UNKNOWN,
    InvoicePaidError: PAID_BEFORE,
    CaptureAmountError: BAD_SUM,
    NotAuthorisedError: BAD_HOLD,
    errors.UnavailableError: NOT_STARTED,
    WalletError: BAD_PARAMETER,
}
"""Of what a service refuses, by its nearest ancestor."""


class OrderRefusedError(Exception):
    """The order is not taken: Robokassa's number of the reason, and what it is about."""

    def __init__(self, number: int, detail: str = "") -> None:
        super().__init__(number, detail)
        self.number = number
        self.detail = detail
        """A field's name or a few English words, for the shop's developer."""


def number_of(error: WalletError) -> int:
    """The number of what a service refused."""
    return next(_NUMBERS[ancestor] for ancestor in type(error).__mro__ if ancestor in _NUMBERS)


def refuse(number: int, detail: str = "") -> NoReturn:
    """Raise the refusal of that number."""
    raise OrderRefusedError(number, detail)


def sentence(words: Words, language: str, refused: OrderRefusedError) -> str:
    """What is wrong and what to do about it, in that language."""
    said = words(language, PREFIX).get(f"{PREFIX}{refused.number}", "")
    return f"{said} {refused.detail}".strip()


def error_page(words: Words, language: str, refused: OrderRefusedError) -> Response:
    """The page that a payer sees instead of the order: 400, with the number in its heading.

    Robokassa's own answers 200; a status that says so keeps caches and monitors right.
    """
    title = words(language, PREFIX).get(f"{PREFIX}title", "")
    heading = f"{title} ({refused.number})".strip()
    return problem_page(language, heading, sentence(words, language, refused), 400)
