"""`log:`: mail into the log, so that the wallet can be tried without a mail server."""

import structlog

from gateway.mail.channels import OutgoingMail

logger = structlog.get_logger(__name__)


class LogMail:
    """For trying out only: who reads the log can follow the links."""

    async def send(self, mail: OutgoingMail) -> None:
        logger.warning(
            "mail written to the log and not sent: set PURSER_MAIL_URL",
            subject=mail.subject,
            text=mail.text,
        )
