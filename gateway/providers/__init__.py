"""The providers' side: a connection for each provider of the catalogue, by its kind.

Another kind is one new file with its `Settings`, and a line in `KINDS`; see
`docs/providers.md`.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from pydantic import ValidationError

from gateway.providers.kinds import Settings
from gateway.providers.osmp import OsmpSettings
from services.catalogue import Provider
from services.connections import Connection, Unconnected

logger = structlog.get_logger(__name__)

KINDS: dict[str, type[Settings]] = {"osmp": OsmpSettings}

CONNECTIONS_MAX = 100
CONNECTIONS_PER_HOST_MAX = 12
"""Source: OSMP providers are asked over 10 to 15 connections at once where they are busy."""


def problems(kind: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a connection as a catalogue gives it, by setting; nothing is asked.

    An unknown kind is the problem of `kind`.
    """
    if kind not in KINDS:
        return {"kind": f"one of {', '.join(sorted(KINDS))}"}
    try:
        KINDS[kind].model_validate(settings)
    except ValidationError as exc:
        return {
            ".".join(map(str, each["loc"])): each["msg"].removeprefix("Value error, ")
            for each in exc.errors(include_input=False, include_url=False)
        }
    return {}


class ProviderConnections:
    """Connects to whom the catalogue says, all over one client: `services.connections`."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def __call__(self, provider: Provider) -> Connection:
        """The connection of *provider*; one that asks nobody where its settings are no good."""
        kind, settings = provider.connection.kind, provider.connection.settings
        try:
            return KINDS[kind].model_validate(settings).connect(self._opened())
        except (KeyError, ValidationError, OSError) as exc:
            # Not the message: it may quote what the file holds.
            error = type(exc).__name__
            logger.error("no connection", provider=provider.id, kind=kind, error=error)  # noqa: TRY400
            return Unconnected()

    async def close(self) -> None:
        """Close what connections there are."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = open_session()
        return self._session


def create_connections() -> ProviderConnections:
    """Connections that are opened when they are first needed; `close` them after."""
    return ProviderConnections()


class CutOffError(aiohttp.ClientError):
    """The line was cut after the request may have left."""


async def send_once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep the client from sending a GET again by itself when the line was cut.

    What answers the second time may be "duplicate", and would pass for the first answer to
    a payment that was credited.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise  # nothing has left
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as exc:
        raise CutOffError(type(exc).__name__) from exc


def open_session() -> aiohttp.ClientSession:
    """A client that sends each request once, over a connection of its own.

    One that was kept may have been closed by the peer meanwhile, and nobody could tell that
    from a line that was cut.
    """
    connector = aiohttp.TCPConnector(
        limit=CONNECTIONS_MAX, limit_per_host=CONNECTIONS_PER_HOST_MAX, force_close=True
    )
    return aiohttp.ClientSession(
        connector=connector,
        middlewares=(send_once,),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": "Purser", "Accept-Encoding": "identity"},
    )
