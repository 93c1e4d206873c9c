"""`log:`: SMS into the log, so that the wallet can be tried without an SMS centre."""

import structlog

from gateway.sms.channels import OutgoingSms
from services.phones import masked

logger = structlog.get_logger(__name__)


class LogChannel:
    """For trying out only: who reads the log can use the codes.

    A card's details are never written, not even here.
    """

    async def send(self, sms: OutgoingSms) -> None:
        text = "(not shown: card details)" if sms.code is None else sms.text
        logger.warning(
            "SMS written to the log and not sent: set PURSER_SMS_URL",
            phone=masked(sms.phone),
            text=text,
        )

    async def close(self) -> None:
        """Nothing is open."""
