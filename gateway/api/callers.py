"""Who calls the merchant API, and what its endpoints work with."""

from dataclasses import dataclass

from gateway.limits import Buckets
from gateway.pay_urls import Links
from gateway.targets import check_webhook_url
from services.answers import FirstAnswers
from services.authorisations import Authorisations
from services.closings import Closings
from services.deliveries import Deliveries
from services.invoices import Invoices
from services.key_pairs import KeyPairs
from services.merchant_money import MerchantMoney
from services.merchants import Caller, KeyRefusedError, Merchants
from services.payment_links import PaymentLinks
from services.payouts import Payouts
from services.refunds import Refunds
from services.return_addresses import ReturnAddresses

KEY_LENGTH_MAX = 512
"""Longer than any key is; what is cut off makes it another, which is nobody's."""

_SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class MerchantApi:
    """What the endpoints of the merchant API work with."""

    answers: FirstAnswers
    invoices: Invoices
    authorisations: Authorisations
    refunds: Refunds
    payment_links: PaymentLinks
    merchant_money: MerchantMoney
    payouts: Payouts
    closings: Closings
    deliveries: Deliveries
    key_pairs: KeyPairs
    return_addresses: ReturnAddresses
    merchants: Merchants
    links: Links
    per_key: Buckets
    failures: Buckets
    allow_private_webhooks: bool

    def check_url(self, url: str | None) -> None:
        """Refuse an address at which no shop can be told of anything.

        Raises:
            WebhookUrlError: It is one.
        """
        if url is not None:
            check_webhook_url(url, allow_private=self.allow_private_webhooks)

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


def bearer_key(header: str) -> str:
    """The key in an `Authorization` header; empty where there is none."""
    scheme, _, key = header.partition(" ")
    return key if scheme.lower() == _SCHEME else ""
