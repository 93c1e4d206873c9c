"""Mail out: channels, and what the waiting work of mail becomes."""

from gateway.mail.channels import (
    MailChannel,
    MailUrlError,
    OutgoingMail,
    UndeliverableError,
    create_mail_channel,
)

__all__ = [
    "MailChannel",
    "MailUrlError",
    "OutgoingMail",
    "UndeliverableError",
    "create_mail_channel",
]
