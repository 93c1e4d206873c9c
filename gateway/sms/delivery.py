"""The handler of waiting SMS: opened, put into words and handed over, all in one moment."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from gateway.sms.channels import Channel, OutgoingSms, UnreachableError
from services.due import GiveUpError, Work
from services.short_messages import ShortMessages

logger = structlog.get_logger(__name__)

Compose = Callable[[str, str, Mapping[str, Any]], str]
"""The text of an SMS, by language, template and values."""


class SmsDelivery:
    """Handles the kinds `sms_code` and `sms_card`."""

    def __init__(
        self, *, short_messages: ShortMessages, compose: Compose, channel: Channel
    ) -> None:
        self._short_messages = short_messages
        self._compose = compose
        self._channel = channel

    async def __call__(self, work: Work) -> None:
        """Send one SMS, if it is still wanted.

        Raises:
            TryAgainError: The channel could not take it now.
            GiveUpError: The number takes no messages, or the code died on the way.
        """
        message = await self._short_messages.open(work=work)
        if message is None:
            await self._not_wanted(work)
            return
        code = message.values.get("code")
        sms = OutgoingSms(
            phone=message.phone,
            text=self._compose(message.language, message.template, message.values),
            code=None if code is None else str(code),
        )
        try:
            await self._channel.send(sms)
        except UnreachableError as exc:
            await self._short_messages.unreachable(work=work)
            raise GiveUpError(f"the number cannot be reached: {exc}") from None

    async def _not_wanted(self, work: Work) -> None:
        """Used or replaced meanwhile: good.  Too old after failed tries: never delivered."""
        if work.attempts:
            await self._short_messages.unreachable(work=work)
            raise GiveUpError("it could not be delivered in time")
