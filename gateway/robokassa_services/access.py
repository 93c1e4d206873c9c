"""Who asks Robokassa's services, and how they are answered."""

from collections.abc import Mapping
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.limits import Buckets
from gateway.robokassa_services.tokens import (
    Fields,
    Number,
    Token,
    read_token,
    written,
)
from services.money import Money, plain
from services.robokassa_shops import Passwords, RobokassaShop, RobokassaShops, ShopUnknownError

JSON = "application/json"


class NotGenuineError(Exception):
    """The request is signed with another password, or by nobody that is known."""


class Access:
    """Knows a shop by its signature, and counts how often it asks."""

    def __init__(self, *, shops: RobokassaShops, per_key: Buckets, failures: Buckets) -> None:
        self._shops = shops
        self._per_key = per_key
        self._failures = failures

    async def named(self, request: Request, login: str) -> tuple[RobokassaShop, Passwords]:
        """The shop of that login, whose signature is yet to be looked at.

        Raises:
            NotGenuineError: There is none.
            TooManyRequestsError: That too often from one address.
        """
        try:
            return await self._shops.by_login(login=login)
        except ShopUnknownError:
            await self.refuse(request, "The shop's login is not known here")

    async def of_merchant(self, merchant_id: str) -> tuple[RobokassaShop, Passwords] | None:
        """The merchant's shop, or None where it does not speak the interface."""
        return await self._shops.of_merchant(merchant_id=merchant_id)

    async def by_token(self, request: Request) -> tuple[RobokassaShop, Fields]:
        """The shop that signed the token of *request* with its first password, and what it asks.

        Raises:
            TokenNotUnderstoodError: The body is no token.
            NotGenuineError: Nobody signed it.
            TooManyRequestsError: Too often.
        """
        token = read_token(await request.body())
        login = token.payload.text("MerchantLogin")
        shop, passwords = await self.named(request, login)
        await self.admit(request, shop, token, f"{login}:{passwords.first}")
        return shop, token.payload

    async def admit(self, request: Request, shop: RobokassaShop, token: Token, key: str) -> None:
        """Let *shop* in, if *key* signed the token.

        Raises:
            NotGenuineError: It did not.
            TooManyRequestsError: Too often.
        """
        if not token.is_signed(key, shop.algorithm):
            await self.refuse(request, "The signature of the token is wrong")
        await self.count(request, shop)

    async def count(self, request: Request, shop: RobokassaShop) -> None:
        """One request of *shop*, which has proved who it is.

        Raises:
            TooManyRequestsError: Too often.
        """
        await self._per_key.take(shop.merchant.id)
        request.state.caller = shop.merchant.id

    async def refuse(self, request: Request, reason: str) -> NoReturn:
        """Count a failure of whoever asks, and raise it.

        Raises:
            NotGenuineError: With *reason*.
            TooManyRequestsError: There were too many from one address.
        """
        await self._failures.take(address_of(request))
        raise NotGenuineError(reason)


def answer(members: Mapping[str, Any], status: int = 200) -> Response:
    """*members* as JSON; sums are written as numbers, and exactly."""
    headers = {"Cache-Control": "no-store"}
    return Response(written(dict(members)), status, headers, JSON)


def number(amount: Money) -> Number:
    """An amount as a JSON number."""
    return Number(plain(amount))
