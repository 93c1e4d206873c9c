"""Who calls the merchant API, and what the call needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from gateway.addresses import address_of
from gateway.api.models import Scope
from gateway.limits import Buckets
from services.answers import FirstAnswers
from services.invoices import Invoices
from services.merchants import Caller, KeyRefusedError, Merchants, ScopeMissingError
from services.refunds import Refunds

KEY_LENGTH_MAX = 512
"""Longer than any key is; what is cut off makes it another, which is nobody's."""

BEARER = HTTPBearer(
    auto_error=False, description="The merchant's `secret_key`, as `purser merchant add` gave it."
)


@dataclass(frozen=True, slots=True)
class MerchantApi:
    """What the routes of the merchant API work with."""

    answers: FirstAnswers
    invoices: Invoices
    merchants: Merchants
    refunds: Refunds
    bot_username: str
    per_key: Buckets
    failures: Buckets

    async def authenticate(self, key: str, address: str) -> Caller:
        """Whose key that is.

        A right key is served whatever others try from the same address: a shop behind
        the same proxy as a guesser is not locked out.

        Raises:
            KeyRefusedError: Nobody's.
            TooManyRequestsError: Nobody's, and too often from *address*; or the key's
                owner asks too often.
        """
        try:
            caller = await self.merchants.authenticate(secret_key=key[:KEY_LENGTH_MAX])
        except KeyRefusedError:
            await self.failures.take(address)
            raise
        await self.per_key.take(caller.merchant.id)
        return caller


def api_of(request: Request) -> MerchantApi:
    """What `create_app` put together."""
    api: MerchantApi = request.app.state.merchant_api
    return api


Api = Annotated[MerchantApi, Depends(api_of)]


def needs(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the caller, if its key is good for *scope*."""

    async def caller_of(
        request: Request,
        api: Api,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    ) -> Caller:
        key = "" if credentials is None else credentials.credentials
        caller = await api.authenticate(key, address_of(request))
        request.state.caller = caller.merchant.id
        if scope not in caller.scopes:
            raise ScopeMissingError(scope=scope)
        return caller

    return caller_of


Reader = Annotated[Caller, Depends(needs("invoices:read"))]
Issuer = Annotated[Caller, Depends(needs("invoices:write"))]
Refunder = Annotated[Caller, Depends(needs("refunds:write"))]
