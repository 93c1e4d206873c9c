"""The services that paying a provider takes, in one hand."""

from dataclasses import dataclass
from datetime import date, tzinfo

from services.catalogue import (
    Catalogue,
    Provider,
    ProviderClosedError,
    ProviderNotFoundError,
)
from services.clock import Clock
from services.favourites import Favourites
from services.holders import Wallets
from services.provider_payments import ProviderPayments


@dataclass(frozen=True, slots=True)
class Desk:
    """The services that filling in a payment takes, and whose calendar counts."""

    catalogue: Catalogue
    favourites: Favourites
    payments: ProviderPayments
    wallets: Wallets
    now: Clock
    zone: tzinfo

    def today(self) -> date:
        """The day in the operator's zone."""
        return self.now().astimezone(self.zone).date()

    async def payable(self, provider_id: str) -> Provider:
        """The present terms of a provider that takes payments now.

        Raises:
            ProviderNotFoundError: There is none such, or it was withdrawn.
            ProviderClosedError: It is outside its hours.
        """
        provider, at = await self.catalogue.provider(provider_id), self.now()
        if not provider.is_open:
            raise ProviderNotFoundError
        hours = provider.hours
        if hours is not None and not hours.open_at(at):
            raise ProviderClosedError(provider=provider.names, opens_at=hours.opens_at(at))
        return provider
