"""`http(s)://host/path?phone={phone}&text={text}`: an SMS centre's HTTP interface."""

from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from gateway.sms.channels import OutgoingSms, SmsUrlError, UnreachableError
from services.due import TryAgainError

TOTAL_SECONDS_MAX = 20
_TAKEN = range(200, 300)
_REFUSED = range(400, 500)
_NOT_THE_NUMBERS_FAULT = frozenset({401, 403, 407, 408, 425, 429})
"""Wrong credentials or too many at once: the operator's to mend, and no reason to tell
somebody that their number is dead."""


class HttpChannel:
    """Asks by GET: 2xx is taken, 4xx is a number that cannot be reached."""

    def __init__(self, template: str, *, total_seconds: float = TOTAL_SECONDS_MAX) -> None:
        if "{phone}" not in template or "{text}" not in template:
            raise SmsUrlError("{phone} and {text} are needed in the address")
        try:
            host = urlsplit(template).hostname
        except ValueError:
            raise SmsUrlError("the address cannot be read") from None
        if not host:
            raise SmsUrlError("the address has no host")
        self._template = template
        self._timeout = aiohttp.ClientTimeout(total=total_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, sms: OutgoingSms) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.get(self._address(sms), allow_redirects=False) as answer:
                status = answer.status
        except TimeoutError:
            raise TryAgainError("the SMS centre does not answer in time") from None
        except aiohttp.ClientError as exc:
            # Not the message: it names the address, and with it the text.
            raise TryAgainError(f"the SMS centre: {type(exc).__name__}") from None
        if status in _REFUSED and status not in _NOT_THE_NUMBERS_FAULT:
            raise UnreachableError(f"HTTP {status}")
        if status not in _TAKEN:
            raise TryAgainError(f"the SMS centre answers HTTP {status}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _address(self, sms: OutgoingSms) -> URL:
        address = self._template.replace("{phone}", quote(sms.phone, safe=""))
        return URL(address.replace("{text}", quote(sms.text, safe="")), encoded=True)
