"""The merchant's guide is run as it is written."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from gateway.webhooks import signed_headers
from purser.services import Services
from purser.web import serving_http
from services.holders import Holder
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, rub

GUIDE = (Path(__file__).parents[2] / "docs" / "merchant.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The gateway on a real socket."""
    async with serving_http(app, host="127.0.0.1", port=0) as served:
        yield served


async def run(script: str, **environment: str) -> list[Any]:
    """The JSON answers of a block's commands."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-ec", script),
        env={"PATH": os.environ["PATH"]} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, (output, errors)
    decoder, text, found = json.JSONDecoder(), output.decode(), []
    while text:
        answer, end = decoder.raw_decode(text)
        found.append(answer)
        text = text[end:].strip()
    return found


async def test_commands_of_the_guide(address: str, shop: Shop, paid: str, ann: Holder) -> None:
    """From the first invoice to a refund, by curl."""
    _, ask, look, cancel, refund = blocks("sh")
    known = {"WALLET": address, "KEY": shop.key, "PAID": paid}

    [issued] = await run(ask, **known)
    [repeated] = await run(ask, **known)
    by_reference, waiting = await run(look, **known)
    [cancelled] = await run(cancel, **known, INVOICE=issued["id"])
    [refunded] = await run(refund, **known)

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
