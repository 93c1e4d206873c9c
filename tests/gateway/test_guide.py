"""The merchant's guide is run as it is written."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import httpx

from gateway.webhooks import signed_headers
from purser.services import Services
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, rub

GUIDE = (Path(__file__).parents[2] / "docs" / "merchant.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


async def run(client: httpx.AsyncClient, script: str, **environment: str) -> list[Any]:
    """The JSON answers of a block's `curl` commands, asked as curl would.

    Not by curl itself: a machine that runs the tests need not have it.
    """
    text = Template(script.replace("\\\n", " ")).substitute(environment)
    commands = [shlex.split(each) for each in re.split(r"^curl ", text, flags=re.MULTILINE)[1:]]
    answers = [await curl(client, words) for words in commands]
    assert all(each.is_success for each in answers), [each.text for each in answers]
    return [each.json() for each in answers]


async def curl(client: httpx.AsyncClient, words: list[str]) -> httpx.Response:
    headers, content, method, url = {}, None, None, ""
    rest = iter(words)
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            content = next(rest)
        elif word == "-X":
            method = next(rest)
        elif word != "--fail-with-body":
            url = word
    method = method or ("GET" if content is None else "POST")
    return await client.request(method, url, headers=headers, content=content)


async def test_commands_of_the_guide(client: httpx.AsyncClient, shop: Shop, paid: str) -> None:
    """From the first invoice to a refund."""
    _, ask, look, cancel, refund = blocks("sh")
    known = {"WALLET": "http://wallet.test", "KEY": shop.key, "PAID": paid}

    [issued] = await run(client, ask, **known)
    [repeated] = await run(client, ask, **known)
    by_reference, waiting = await run(client, look, **known)
    [cancelled] = await run(client, cancel, **known, INVOICE=issued["id"])
    [refunded] = await run(client, refund, **known)

    assert repeated == issued
    assert issued["amount"] == rub(125000)
    assert by_reference["items"] == waiting["items"] == [issued]
    assert cancelled["state"] == "rejected"
    assert refunded["amount"] == rub(25000)
    assert (await shop.get(f"{INVOICES}/{paid}")).json()["refunded"] == rub(25000)


async def test_check_of_the_guide(services: Services, clock: TestClock, shop: Shop) -> None:
    """It takes what the wallet signs, and nothing that was changed or is old."""
    [source] = blocks("python")
    names: dict[str, Callable[..., bool]] = {}
    exec(source, names)  # noqa: S102  # that is the test
    check = names["is_the_wallets"]
    body = '{"цена": 1}'.encode()
    _, key = await services.merchants.webhook(merchant_id=shop.merchant.id)
    headers = signed_headers(key=key, event_id="webhook:1", body=body, at=clock())
    now = clock().timestamp()

    assert check(shop.webhook_secret, headers, body, now)
    assert not check(shop.webhook_secret, headers, body + b" ", now)
    assert not check(shop.webhook_secret, headers, body, now + 301)
    assert not check(shop.webhook_secret, headers | {"webhook-id": "webhook:2"}, body, now)
    assert not check("whsec_AAAA", headers, body, now)


def test_json_of_the_guide() -> None:
    assert [json.loads(each)["type"] for each in blocks("json")] == ["invoice.paid"]
