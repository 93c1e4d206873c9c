"""What happens every hour: head and reserves go out, old rows go, rates and registries come."""

from datetime import datetime, timedelta

import structlog

from purser.registry_folder import put
from purser.wallet import Wallet
from services.clock import EPOCH
from services.due import Handler, Work
from services.errors import UnavailableError
from services.rates import RateNotUnderstoodError

logger = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)


class Hourly:
    """Due work that asks for itself again; each hour is done once, by any worker."""

    def __init__(self, *, wallet: Wallet, send_head: Handler | None) -> None:
        """*send_head* sends the chain head to the operators; None where there is no bot."""
        self._wallet = wallet
        self._send_head = send_head

    async def begin(self) -> None:
        """Ask for the hour that runs, unless it was asked for."""
        await self._ask(self._wallet.now(), due_at=self._wallet.now())

    async def __call__(self, work: Work) -> None:
        """Do the hour's work; the next hour is asked for first, whatever fails."""
        following = self._wallet.now() + HOUR
        await self._ask(following, due_at=_start(following))
        await self._wallet.services.inbox.forget()
        await self._wallet.services.housekeeping.forget_done()
        await self._wallet.services.deliveries.forget()
        await self._wallet.services.emails.forget()
        await self._wallet.services.limits.forget()
        await self._wallet.services.checkouts.forget()
        await self._wallet.services.reserves.release()
        await self._fetch_rates()
        await self._make_registries()
        if self._send_head is not None:
            await self._send_head(work)

    async def _fetch_rates(self) -> None:
        if not self._wallet.settings.banks:
            return
        from gateway.rates import fetch  # noqa: PLC0415  # imported when first used

        for source in self._wallet.settings.banks:
            try:
                await self._wallet.services.rates.keep(quotes=await fetch(source))
            except (UnavailableError, RateNotUnderstoodError) as exc:
                logger.warning("rates were not fetched", source=source, error=str(exc))

    async def _make_registries(self) -> None:
        """Of the days that are over; also put into the operator's folder, where there is one."""
        made = await self._wallet.services.registries.make()
        for registry in made:
            logger.info("registry", name=registry.name, digest=registry.digest)
        if made and self._wallet.settings.registries is not None:
            for registry in made:
                put(registry, self._wallet.settings.registries)

    async def _ask(self, at: datetime, *, due_at: datetime) -> None:
        key = f"hourly:{_start(at):%Y-%m-%dT%H}"
        # Created when it is due: its lifetime would be over before its first retry.
        work = Work(key, "hourly", "hourly", {}, due_at, due_at, priority=9)
        await self._wallet.store.write(lambda book: book.due.add(work))


def _start(at: datetime) -> datetime:
    return at - (at - EPOCH) % HOUR
