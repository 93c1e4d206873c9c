"""The handler of waiting mail: opened, put into words and handed over, all in one moment."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.mail.channels import MailChannel, OutgoingMail, UndeliverableError
from services.due import GiveUpError, Work
from services.emails import LIFETIME, Emails

Compose = Callable[[str, str, Mapping[str, Any]], tuple[str, str]]
"""Subject and text of a mail, by language, template and values."""

CONFIRM = "confirm"


class MailDelivery:
    """Handles the kind `mail`."""

    def __init__(
        self, *, emails: Emails, compose: Compose, channel: MailChannel, pages: str | None
    ) -> None:
        """*pages*: the address at which the gateway's pages are."""
        self._emails = emails
        self._compose = compose
        self._channel = channel
        self._pages = pages

    async def __call__(self, work: Work) -> None:
        """Send one mail, if it is still wanted.

        Raises:
            TryAgainError: The channel could not take it now.
            GiveUpError: The address takes no mail, or nobody could follow the link.
        """
        letter = await self._emails.letter(email_id=work.payload["email"])
        if letter is None:
            return
        if self._pages is None:
            raise GiveUpError("the wallet has no public address")
        link = f"{self._pages}/identification/email/{letter.token}?lang={letter.language}"
        values = {"link": link, "hours": LIFETIME.days * 24}
        subject, text = self._compose(letter.language, CONFIRM, values)
        mail = OutgoingMail(work.payload["email"], letter.address.wire, subject, text)
        try:
            await self._channel.send(mail)
        except UndeliverableError as exc:
            raise GiveUpError(f"the address takes no mail: {exc}") from None
