"""Where outgoing requests may go: not to the machine itself, nor into its network.

A merchant names the address that the wallet calls, so it is looked at three times: as it
is written, as it resolves (every address of the name), and once more when the socket is
made, which is the address that is really connected to.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.errors import InvalidRequestError

URL_LENGTH_MAX = 2048
PORTS = frozenset({80, 443, 8080, 8443})
_LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp")

_NEVER = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT: neither private nor global to Python
        "192.0.0.0/24",  # protocol assignments, of which Python calls some global
        "192.88.99.0/24",  # 6to4 relays
        "64:ff9b::/96",  # NAT64: an IPv4 address inside
        "64:ff9b:1::/48",
        "2002::/16",  # 6to4: an IPv4 address inside
        "2001::/32",  # Teredo: an IPv4 address inside
        "::/96",  # IPv4-compatible: an IPv4 address inside
        "fec0::/10",  # site-local
    )
)
"""What `is_global` lets through and should not. Source: IANA special-purpose registries."""


class WebhookUrlError(InvalidRequestError):
    """No webhook can be sent to that address.  Values: problem."""

    code = "webhook_url"


class TargetRefusedError(OSError):
    """An address that may not be connected to; an OSError, as a failed connection is."""


def check_webhook_url(url: str, *, allow_private: bool) -> None:
    """Look at a webhook's address as it is written, before it is kept or called.

    Raises:
        WebhookUrlError: It is no address that a webhook may have, and why.
    """
    problem = _problem_of(url, allow_private=allow_private)
    if problem is not None:
        raise WebhookUrlError(problem=problem)


def is_public(address: str) -> bool:
    """Whether *address* is one on the open internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return _is_open(found)


def open_session(
    *,
    allow_private: bool,
    total_seconds: float,
    connect_seconds: float,
    resolver: AbstractResolver | None = None,
) -> aiohttp.ClientSession:
    """A client that connects to public addresses only, unless *allow_private*.

    It keeps no cookies, knows no proxy, unpacks nothing and looks names up anew each time, by
    the system's *resolver* where none is given.
    """
    connector = aiohttp.TCPConnector(
        resolver=resolver if allow_private else PublicResolver(resolver),
        socket_factory=None if allow_private else _public_socket,
        use_dns_cache=False,
        limit=64,
        limit_per_host=8,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=total_seconds, connect=connect_seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": "Purser"},
    )


class PublicResolver(AbstractResolver):
    """Refuses a name when any of its addresses is not public."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(each["host"]) for each in found):
            raise TargetRefusedError("the name leads to an address that is not public")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _public_socket(found: AddrInfoType) -> socket.socket:
    """The socket for an address as `getaddrinfo` gives it; the last look at it."""
    family, kind, protocol, _, address = found
    if not is_public(str(address[0])):
        raise TargetRefusedError("the address is not public")
    return socket.socket(family, kind, protocol)


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _NEVER)


def malformed(url: str) -> str | None:
    """Why *url* is no plain http or https address, or None; where it leads is not asked."""
    if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        return "plain ASCII without spaces is needed"
    try:
        parts = URL(url)
        has_host = bool(parts.host)
    except ValueError:
        return "it is not an address"
    if parts.scheme not in ("http", "https") or not has_host:
        return "an http or https address is needed"
    if parts.user is not None or parts.password is not None or parts.fragment:
        return "no user, password or fragment may be in it"
    return None


def _problem_of(url: str, *, allow_private: bool) -> str | None:
    problem = malformed(url)
    if problem is not None or allow_private:
        return problem
    parts = URL(url)
    return _closed(parts.scheme, parts.host or "", parts.port)


def _closed(scheme: str, host: str, port: int | None) -> str | None:
    """Why nothing is sent there, where only the open internet is allowed."""
    if scheme != "https":
        return "https is needed"
    if port not in PORTS:
        return "the port may be 443, 80, 8443 or 8080"
    return None if may_be_public(host) else "the host is not public"


def may_be_public(host: str) -> bool:
    """Whether the host, as written, is a public address or a name that could be one's."""
    name = host.rstrip(".").lower()
    if any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES):
        return False
    written = _as_number(name)
    return ("." in name or ":" in name) if written is None else is_public(written)


def _as_number(name: str) -> str | None:
    """The address that *name* spells, in any way that the system's resolver reads."""
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))  # 127.1, 0x7f.1, 2130706433, 0177.0.0.1
    except OSError:
        return None
