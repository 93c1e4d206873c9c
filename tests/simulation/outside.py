"""Who the wallet sends to: phones, shops' webhooks and Telegram, all of them unreliable."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gateway.notifications.ways import handlers as notifications
from gateway.pay_urls import Links
from gateway.sms.channels import OutgoingSms, UnreachableError
from gateway.sms.delivery import SmsDelivery
from purser.services import Services
from services.clock import Clock
from services.due import GiveUpError, Handler, TryAgainError, Work
from services.errors import UnavailableError
from services.holders import Holder
from tests.simulation.faults import Faults
from tests.simulation.receivers import HANGS_SECONDS, Posting, Receivers
from tests.simulation.trace import Trace


class Outside:
    """Everybody who hears from the wallet by itself."""

    def __init__(
        self, *, faults: Faults, trace: Trace, clock: Clock, receivers: Receivers
    ) -> None:
        self._faults = faults
        self._trace = trace
        self._clock = clock
        self._receivers = receivers
        self.sms: defaultdict[str, list[OutgoingSms]] = defaultdict(list)
        """What arrived, by phone number."""
        self.over = set[str]()
        """Keys of the work whose handler came to its end: nothing more is to be done."""

    def handlers(self, services: Services) -> dict[str, Handler]:
        """What one process does with waiting work."""
        sms = SmsDelivery(
            short_messages=services.short_messages, compose=_in_words, channel=_Phones(self)
        )
        links = Links("wallet_bot", "https://wallet.example")
        posting = Posting(self._receivers, services, self._clock)
        told = notifications(services, sending=posting, links=links, now=self._clock)
        kinds: dict[str, Handler] = {
            "sms_code": sms,
            "sms_card": sms,
            "webhook": told["webhook"],
            "bill_notification": told["bill_notification"],
            "robokassa_result": told["robokassa_result"],
            "robokassa_result2": told["robokassa_result2"],
            "notice": lambda work: self._notice(services, work),
            "joining_failed": lambda work: self.telegram(work.key),
            "expire_offer": lambda work: _offer(services, work),
            "expire_authorisation": lambda work: _authorisation(services, work),
            "expire_invoice": lambda work: _invoice(services, work),
            "expire_card": lambda work: _card(services, work),
            "pay_provider": lambda work: _pay(services, work),
            "charge_link": lambda work: _charge(services, work),
        }
        return {kind: self._watched(handler) for kind, handler in kinds.items()}

    def _watched(self, handler: Handler) -> Handler:
        async def watched(work: Work) -> None:
            try:
                await handler(work)
            except (GiveUpError, TryAgainError, UnavailableError) as exc:
                self._trace.note(f"{work.key}: {type(exc).__name__} {exc}")
                raise
            except Exception as exc:
                self._trace.wrong(f"the handler of {work.key} raised {exc!r}")
                raise
            self.over.add(work.key)
            self._receivers.finish(work)
            self._trace.note(f"{work.key} is over")

        return watched

    async def phone(self, sms: OutgoingSms) -> None:
        """An SMS on its way to its phone."""
        fault = self._faults.first_of("SMS busy", "SMS hangs", "SMS unreachable", "SMS lost")
        if fault == "SMS busy":
            raise TryAgainError(fault)
        if fault == "SMS hangs":
            await asyncio.sleep(HANGS_SECONDS)
        if fault == "SMS unreachable":
            raise UnreachableError(fault)
        if fault != "SMS lost":
            self.sms[sms.phone].append(sms)
        if self._faults.strikes("SMS doubled"):  # it arrived, but the channel does not know
            raise TryAgainError("no receipt")

    async def telegram(self, key: str) -> None:
        """A message on its way to a chat."""
        fault = self._faults.first_of(
            "Telegram floods", "Telegram hangs", "Telegram failed", "Telegram blocked"
        )
        if fault == "Telegram floods":
            raise TryAgainError("flood", after=timedelta(seconds=17))
        if fault == "Telegram hangs":
            await asyncio.sleep(HANGS_SECONDS)
        if fault == "Telegram failed":
            raise TryAgainError(f"{key}: no answer")
        if fault == "Telegram blocked":
            raise GiveUpError("blocked")

    async def _notice(self, services: Services, work: Work) -> None:
        """As the bot does it: read what is told of, send it, note who has blocked us."""
        holder = await services.wallets.get(holder=work.payload["holder"])
        subject = work.payload["subject"].partition("/")[2]
        await _read(services, holder, work.payload["notice"], subject)
        try:
            await self.telegram(work.key)
        except GiveUpError:
            await services.wallets.set_reachable(holder=holder, reachable=False)
            raise


class _Phones:
    """The channel of SMS."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def send(self, sms: OutgoingSms) -> None:
        await self._outside.phone(sms)

    async def close(self) -> None:
        """There is nothing to close."""


def _in_words(language: str, template: str, values: Mapping[str, Any]) -> str:
    return f"{language} {template} {sorted(values)}"


async def _read(services: Services, holder: Holder, notice: str, subject: str) -> None:
    match notice:
        case "invoice":
            await services.invoices.view(holder=holder, invoice_id=subject)
        case "topup":
            await services.topups.view(holder=holder, topup_id=subject)
        case "refund":
            await services.refunds.view(holder=holder, refund_id=subject)
        case "provider_payment":
            await services.provider_payments.receipt(holder=holder, payment_id=subject)
        case "hold_ended":
            await services.payments.receipt(holder=holder, payment_id=subject)
        case "correction":
            await services.history.open(holder=holder.id, operation_id=subject)
        case "charge":
            link, _, invoice = subject.partition("/")
            await services.payment_links.charged(holder=holder, link_id=link, invoice_id=invoice)
        case "checkout":
            await services.checkouts.asked(holder=holder, checkout_id=subject)
        case "card":
            await services.card_details.announced(reveal_id=subject)
        case _:
            raise ValueError(f"nobody knows how to say {notice}")


async def _offer(services: Services, work: Work) -> None:
    _ended(await services.offer_expiry.expire(offer_id=work.payload["offer"]))


async def _authorisation(services: Services, work: Work) -> None:
    _ended(await services.authorisations.expire(invoice_id=work.payload["invoice"]))


async def _invoice(services: Services, work: Work) -> None:
    _ended(await services.invoices.expire(invoice_id=work.payload["invoice"]))


async def _card(services: Services, work: Work) -> None:
    _ended(await services.cards.expire(card_id=work.payload["card"]))


async def _pay(services: Services, work: Work) -> None:
    await services.provider_sending.send(payment_id=work.payload["payment"])


async def _charge(services: Services, work: Work) -> None:
    await services.link_charges.make(invoice_id=work.payload["invoice"])


def _ended(is_over: bool) -> None:  # noqa: FBT001
    if not is_over:
        raise TryAgainError("its time has not come")
