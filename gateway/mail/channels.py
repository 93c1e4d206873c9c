"""Which channel `PURSER_MAIL_URL` names, and what every channel is."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail, in words."""

    id: str
    """The same for every attempt, so that a mail program shows it once."""
    to: str = field(repr=False)
    """In ASCII, as `EmailAddress.wire`."""
    subject: str
    text: str = field(repr=False)


class UndeliverableError(Exception):
    """The address takes no mail, for good."""


class MailUrlError(ValueError):
    """`PURSER_MAIL_URL` names no channel that there is."""


class MailChannel(Protocol):
    """Takes a mail towards its address."""

    async def send(self, mail: OutgoingMail) -> None:
        """Hand it over.

        Raises:
            UndeliverableError: It will never arrive.
            TryAgainError: It could not be handed over now.
        """


def create_mail_channel(url: str) -> MailChannel:
    """The channel that *url* names.

    Raises:
        MailUrlError: None, and why.
    """
    # Imported here: one brings what the other does not need.
    from gateway.mail.log import LogMail  # noqa: PLC0415
    from gateway.mail.smtp import SmtpMail  # noqa: PLC0415

    scheme = url.partition(":")[0].lower()
    if scheme == "log":
        return LogMail()
    if scheme in ("smtp", "smtps"):
        return SmtpMail.from_url(url)
    raise MailUrlError(
        f"{scheme or 'it'}: `log:` or `smtp://user:password@host:587?from=ADDRESS` is needed"
    )
