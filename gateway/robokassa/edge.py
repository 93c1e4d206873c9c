"""What every part of Robokassa's interface works with, and how it finds the shop."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from gateway.addresses import address_of
from gateway.languages import wanted
from gateway.limits import Buckets
from gateway.pay_urls import Links
from gateway.robokassa.errors import (
    BAD_PARAMETER,
    BAD_SIGNATURE,
    SHOP_UNKNOWN,
    OrderRefusedError,
    Words,
    number_of,
    refuse,
)
from gateway.robokassa.fields import Fields, FieldsError, read_fields
from services.authorisations import Authorisations
from services.clock import Clock
from services.errors import WalletError
from services.invoices import Invoices
from services.link_charges import LinkCharges
from services.merchants import Merchant
from services.rate_limits import Rate
from services.robokassa_shops import Passwords, RobokassaShop, RobokassaShops

VISITS = Rate(30, timedelta(seconds=1))
"""Orders opened from one address: a busy network at once, and then one a second."""

LANGUAGES = ("en", "ru")
_GUESSES = (SHOP_UNKNOWN, BAD_SIGNATURE)


@dataclass(frozen=True, slots=True)
class Call:
    """What a shop calls with; whether it is the shop's is yet to be looked at."""

    fields: Fields
    shop: RobokassaShop
    passwords: Passwords
    address: str
    """Where it comes from."""

    @property
    def merchant(self) -> Merchant:
        """Whose shop it names."""
        return self.shop.merchant


@dataclass(frozen=True, slots=True)
class Robokassa:
    """The services behind the interface, and how often they may be asked."""

    shops: RobokassaShops
    invoices: Invoices
    authorisations: Authorisations
    charges: LinkCharges
    links: Links
    words: Words
    now: Clock
    per_key: Buckets
    """Of each shop's own calls."""
    failures: Buckets
    visits: Buckets
    """Of each address that opens orders: payers do not use up what their shop may ask."""

    async def fields_of(self, request: Request) -> Fields:
        """The fields of *request*.

        Raises:
            OrderRefusedError: 30.
        """
        try:
            return await read_fields(request)
        except FieldsError as exc:
            refuse(BAD_PARAMETER, str(exc))

    async def shop_of(self, fields: Fields) -> tuple[RobokassaShop, Passwords]:
        """Whose login that is.

        Raises:
            ShopUnknownError: Nobody's.
        """
        return await self.shops.by_login(login=fields["MerchantLogin"].strip())

    async def call_of(self, request: Request) -> Call:
        """What *request* asks, and of which shop.

        Raises:
            OrderRefusedError: 30.
            ShopUnknownError: There is no such shop.
        """
        fields = await self.fields_of(request)
        shop, passwords = await self.shop_of(fields)
        request.state.caller = shop.merchant.id
        return Call(fields, shop, passwords, address_of(request))

    async def refused(
        self, request: Request, error: OrderRefusedError | WalletError
    ) -> OrderRefusedError:
        """*error* by Robokassa's number; guesses are counted.

        Raises:
            TooManyRequestsError: From there they were too many.
        """
        refused = error
        if isinstance(refused, WalletError):
            refused = OrderRefusedError(number_of(refused))
        if refused.number in _GUESSES:
            await self.failures.take(address_of(request))
        return refused


def language_of(request: Request, fields: Fields | None) -> str:
    """The one that the shop names in `Culture`, else the browser's."""
    named = wanted(request, "" if fields is None else fields["Culture"])
    return next((each for each in named if each in LANGUAGES), LANGUAGES[0])
