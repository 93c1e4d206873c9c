"""`telegram-gateway://TOKEN@host`: codes by Telegram's own verification messages.

It carries codes of 4 to 8 digits and nothing else, so a card's details need another
channel.

Source: https://core.telegram.org/gateway/api, sendVerificationMessage.
"""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp

from gateway.sms.channels import OutgoingSms, SmsUrlError, UnreachableError
from services.due import TryAgainError

HOST = "gatewayapi.telegram.org"
TOTAL_SECONDS_MAX = 20
TTL_SECONDS = 300
"""Not delivered within the code's life, it is not delivered at all."""

ANSWER_BYTES_MAX = 64 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DEAD_NUMBER = ("PHONE_NUMBER_",)
"""How the errors start that say that the number will never do."""


class TelegramGatewayChannel:
    """Sends codes to the Telegram account of a number."""

    def __init__(self, *, token: str, base: str, total_seconds: float = TOTAL_SECONDS_MAX) -> None:
        self._token = token
        self._base = base
        self._timeout = aiohttp.ClientTimeout(total=total_seconds)
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def from_url(cls, url: str) -> "TelegramGatewayChannel":
        """The channel that a setting names; plain http for a double on this machine.

        Raises:
            SmsUrlError: There is no token in it.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or HOST, parts.port
        except ValueError:
            raise SmsUrlError("telegram-gateway: the host or port cannot be read") from None
        if not parts.username:
            raise SmsUrlError("telegram-gateway: a token is needed, telegram-gateway://TOKEN@host")
        scheme = "http" if host in _LOOPBACK else "https"
        base = f"{scheme}://{host}" + (f":{port}" if port else "")
        return cls(token=unquote(parts.username), base=base)

    async def send(self, sms: OutgoingSms) -> None:
        if sms.code is None:
            raise UnreachableError("Telegram's gateway carries codes only")
        asked = {"phone_number": sms.phone, "code": sms.code, "ttl": TTL_SECONDS}
        answer = await self._ask("sendVerificationMessage", asked)
        if answer.get("ok") is True:
            return
        error = str(answer.get("error", "UNKNOWN"))[:64]
        if error.startswith(_DEAD_NUMBER):
            raise UnreachableError(error)
        raise TryAgainError(f"Telegram's gateway: {error}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._session.post(
                f"{self._base}/{method}", json=asked, headers=headers, allow_redirects=False
            ) as response:
                answer = json.loads(await response.content.read(ANSWER_BYTES_MAX))
        except TimeoutError:
            raise TryAgainError("Telegram's gateway does not answer in time") from None
        except (aiohttp.ClientError, ValueError) as exc:
            raise TryAgainError(f"Telegram's gateway: {type(exc).__name__}") from None
        return answer if isinstance(answer, dict) else {}
