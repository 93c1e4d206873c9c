"""The worker, with the handlers of every kind of waiting work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.edge import BotEdge
from bot.texts import Texts
from gateway.mail import create_mail_channel
from gateway.mail.delivery import MailDelivery
from gateway.pay_urls import Links
from gateway.sms import create_channel
from gateway.sms.delivery import SmsDelivery
from purser.hourly import Hourly
from purser.notifying import LIFETIMES as NOTIFYING_LIFETIMES
from purser.notifying import PAUSES, create_notifications
from purser.wallet import Wallet
from services.due import Handler, TryAgainError, Work, Worker

_ALWAYS = timedelta(days=36500)
LIFETIMES = NOTIFYING_LIFETIMES | {
    "schedule": _ALWAYS,  # the handler itself sees what was missed
    "sms_code": timedelta(hours=1),  # the handler itself sees when the code is too old
    "sms_card": timedelta(minutes=10),
    "joining_failed": timedelta(hours=1),
    "notice": timedelta(days=1),
    "expire_offer": _ALWAYS,
    "expire_authorisation": _ALWAYS,
    "expire_invoice": _ALWAYS,
    "expire_card": _ALWAYS,
    "erase_identification": _ALWAYS,
    "identification_waits": timedelta(days=3),
    "mail": timedelta(hours=24),
    "hourly": timedelta(hours=1),
    "charge_link": timedelta(days=1),  # then its invoice expires
    "pay_provider": _ALWAYS,  # the handler itself sees when it was asked for long enough
}
"""How long after it was asked for each kind is still tried."""


@asynccontextmanager
async def working(
    wallet: Wallet,
    *,
    edge: BotEdge,
    texts: Texts,
    links: Links,
    pages: str | None = None,
) -> AsyncIterator[Worker]:
    """A worker that is woken by the commits of this process; its clients are closed after.

    *pages*: where the gateway's pages can be reached.
    """
    channel = create_channel(wallet.settings.sms_url)
    notifications = create_notifications(
        wallet.services,
        now=wallet.now,
        links=links,
        allow_private=wallet.settings.allow_private_webhooks,
    )
    sms = SmsDelivery(
        short_messages=wallet.services.short_messages, compose=texts.compose, channel=channel
    )
    mail = MailDelivery(
        emails=wallet.services.emails,
        compose=texts.mail,
        channel=create_mail_channel(wallet.settings.mail_url),
        pages=pages,
    )
    hourly = Hourly(wallet=wallet, send_head=edge.handlers["chain_head"])
    worker = Worker(
        store=wallet.store,
        now=wallet.now,
        handlers=edge.handlers
        | expiries(wallet)
        | paying(wallet)
        | schedules(wallet)
        | {"sms_code": sms, "sms_card": sms, "mail": mail}
        | notifications.handlers
        | {"hourly": hourly},
        lifetimes=LIFETIMES,
        pauses=PAUSES,
    )
    wallet.store.on_due_work = worker.wake
    await hourly.begin()
    try:
        yield worker
    finally:
        await channel.close()
        await notifications.close()


def expiries(wallet: Wallet) -> dict[str, Handler]:
    """What ends by itself when its time is over."""
    services = wallet.services

    async def offer(work: Work) -> None:
        _ended(await services.offer_expiry.expire(offer_id=work.payload["offer"]))

    async def invoice(work: Work) -> None:
        _ended(await services.invoices.expire(invoice_id=work.payload["invoice"]))

    async def authorisation(work: Work) -> None:
        invoice_id = work.payload["invoice"]
        _ended(await services.authorisations.expire(invoice_id=invoice_id))

    async def card(work: Work) -> None:
        _ended(await services.cards.expire(card_id=work.payload["card"]))

    async def identification(work: Work) -> None:
        await services.identifications.erase(
            identification_id=work.payload["identification"], version=work.payload["version"]
        )

    return {
        "expire_offer": offer,
        "expire_authorisation": authorisation,
        "expire_invoice": invoice,
        "expire_card": card,
        "erase_identification": identification,
    }


def paying(wallet: Wallet) -> dict[str, Handler]:
    """Payments that providers are asked to credit, and saved wallets that shops charge."""

    async def pay(work: Work) -> None:
        await wallet.services.provider_sending.send(payment_id=work.payload["payment"])

    async def charge(work: Work) -> None:
        await wallet.services.link_charges.make(invoice_id=work.payload["invoice"])

    return {"pay_provider": pay, "charge_link": charge}


def schedules(wallet: Wallet) -> dict[str, Handler]:
    """What falls due by the holders' schedules."""

    async def act(work: Work) -> None:
        await wallet.services.due_schedules.act(work=work)

    return {"schedule": act}


def _ended(is_over: bool) -> None:  # noqa: FBT001
    """Money that was reserved must not stay so because the clock was set back just now."""
    if not is_over:
        raise TryAgainError("its time has not come")
