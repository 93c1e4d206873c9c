"""The wire to the wallet's gateway, shared by shop, terminal and desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

ANSWER_WITHIN_SECONDS = 20


class WalletUnreachableError(Exception):
    """No answer came: the wallet is down, starting, or slow. The outcome is unknown."""


@dataclass(frozen=True, slots=True)
class WalletAnswer:
    """An answer of the gateway, whatever it is."""

    status: int
    body: bytes
    location: str = ""
    """Where it sends a browser."""

    @property
    def is_ok(self) -> bool:
        """Any 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004


class Wallet:
    """HTTP client of the gateway; its connections open on first use."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
        json: Any = None,
        data: bytes | Mapping[str, str] | None = None,
    ) -> WalletAnswer:
        """Ask once; nothing is retried, as the caller must know what happened.

        Raises:
            WalletUnreachableError: No whole answer in time.
        """
        try:
            async with self._connected().request(
                method,
                self._base_url + path,
                headers=headers,
                params=params,
                json=json,
                data=data,
                allow_redirects=False,
            ) as answer:
                location = answer.headers.get("Location", "")
                return WalletAnswer(answer.status, await answer.read(), location)
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise WalletUnreachableError(
                f"the wallet does not answer ({type(exc).__name__})"
            ) from exc

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session
