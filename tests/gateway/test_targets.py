"""Addresses that outgoing requests may have, in every spelling that leads inside."""

import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.targets import (
    PublicResolver,
    TargetRefusedError,
    WebhookUrlError,
    check_webhook_url,
    is_public,
    open_session,
)

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104  # refused, not bound
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook",
        "https://127.0.0.1/hook",
        "https://127.1/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://2130706433/",
        "https://0/",
        "https://①②⑦.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://10.0.0.1:8443/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://shop.local/",
        "https://metadata.google.internal/",
        "https://shop/",
        "https://shop.example:22/",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://shop.example/#part",
        "https://shop.example/ hook",
        "https://shop.example/\nhook",
        "https:///hook",
        "https://",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "shop.example/hook",
        "https://[::1/",
        "https://shop.example/" + "x" * 2048,
        "",
    ],
)
def test_refused_as_written(url: str) -> None:
    with pytest.raises(WebhookUrlError) as refused:
        check_webhook_url(url, allow_private=False)

    assert refused.value.values["problem"]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/hook?a=1",
        "https://shop.example:8443/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://xn--e1afmkfd.xn--p1ai/",
    ],
)
def test_accepted_as_written(url: str) -> None:
    check_webhook_url(url, allow_private=False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://shop/hook"])
def test_private_where_the_operator_allows_it(url: str) -> None:
    check_webhook_url(url, allow_private=True)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://u:p@127.0.0.1/", ""])
def test_not_everything_even_then(url: str) -> None:
    with pytest.raises(WebhookUrlError):
        check_webhook_url(url, allow_private=True)


class Names(AbstractResolver):
    """Gives the same addresses to every name."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for each in self.addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def test_every_address_of_a_name_must_be_public() -> None:
    """One inside among many is how a name is made to lead inside."""
    assert await PublicResolver(Names("8.8.8.8", "1.1.1.1")).resolve("shop.example")

    with pytest.raises(TargetRefusedError):
        await PublicResolver(Names("8.8.8.8", "10.0.0.1")).resolve("shop.example")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/"])
async def test_socket_is_the_last_look(url: str) -> None:
    """An address in the URL passes no resolver; it is stopped when the socket is made."""
    async with open_session(allow_private=False, total_seconds=5, connect_seconds=5) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as refused:
            await session.get(url)

    assert isinstance(refused.value.os_error, TargetRefusedError)
