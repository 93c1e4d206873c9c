"""Which channel `PURSER_SMS_URL` names, and what every channel is."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """One SMS, in words."""

    phone: str
    """E.164."""
    text: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    """The one-time code in it; None where it carries something else."""


class UnreachableError(Exception):
    """The number takes no messages, or not of this kind by this channel; for good."""


class SmsUrlError(ValueError):
    """`PURSER_SMS_URL` names no channel that there is."""


class Channel(Protocol):
    """Takes a message towards a phone."""

    async def send(self, sms: OutgoingSms) -> None:
        """Hand it over.

        Raises:
            UnreachableError: It will never arrive.
            TryAgainError: It could not be handed over now.
        """

    async def close(self) -> None:
        """Close what connections there are."""


def create_channel(url: str) -> Channel:
    """The channel that *url* names.

    Raises:
        SmsUrlError: None, and why.
    """
    # Imported here: each brings what the others do not need.
    from gateway.sms.http import HttpChannel  # noqa: PLC0415
    from gateway.sms.log import LogChannel  # noqa: PLC0415
    from gateway.sms.telegram_gateway import TelegramGatewayChannel  # noqa: PLC0415

    scheme = url.partition(":")[0].lower()
    if scheme == "log":
        return LogChannel()
    if scheme in ("http", "https"):
        return HttpChannel(url)
    if scheme == "telegram-gateway":
        return TelegramGatewayChannel.from_url(url)
    if scheme == "smpp":
        from gateway.sms.smpp import SmppChannel  # noqa: PLC0415

        return SmppChannel.from_url(url)
    raise SmsUrlError(
        f"{scheme or 'it'}: `log:`, `https://...{{phone}}...{{text}}`"
        " `smpp://user:password@host` or `telegram-gateway://TOKEN@host` is needed"
    )
