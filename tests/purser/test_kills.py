"""kill -9 of the whole server between a tap and its answer: each payment once, none lost.

Telegram goes on living meanwhile, as it does: what the server had not confirmed is
delivered again when it is back.
"""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import Awaitable, Callable

import aiohttp

from sandbox.client import Chat, Person, Sandbox
from tests.purser.conftest import Command
from tests.purser.test_serving import free_port, joined, outside, ready, started

STEPS = ("Pay", "Confirm", "code")


async def test_payment_survives_a_kill_after_every_step(purser: Command) -> None:
    """After the tap on Pay, after Confirm, after the code: the receipt comes all the same."""
    port = free_port()
    gateway = f"http://127.0.0.1:{port}"
    async with outside(gateway) as telegram:
        environment = {
            "PURSER_BOT_TOKEN": "1000000001:secret-of-the-bot",
            "PURSER_BOT_API_URL": telegram,
            "PURSER_HTTP_PORT": str(port),
            "PURSER_SMS_URL": f"{telegram}/sandbox/sms?phone={{phone}}&text={{text}}",
            "PURSER_RATES_URL": "operator:",
        }
        with contextlib.ExitStack() as children:

            async def live() -> subprocess.Popen[str]:
                child = children.enter_context(started(purser, "run", **environment))
                await ready(child, gateway)
                return child

            alive = [await live()]

            async def kill_and_live() -> None:
                alive[-1].kill()
                alive[-1].wait()
                alive.append(await live())

            await joined(telegram)
            key = await _funded_with_a_shop(purser)
            async with Sandbox(telegram, wait_seconds=60) as sandbox:
                anna = await sandbox.person("anna_s")
                for _ in await anna.sms():  # those of joining
                    await anna.next_sms()
                for number, kill_after in enumerate((*STEPS, None)):
                    await _pay(anna, gateway, key, f"Order {number}", kill_after, kill_and_live)
    audit = await asyncio.to_thread(purser.json, "verify")
    shown = await asyncio.to_thread(purser.json, "holder", "show", "+79161234501")

    assert audit["faults"] == []
    assert audit["transactions"] == 1 + len(STEPS) + 1
    assert shown["balances"][0]["posted"]["minor"] == 1000_00 - 4 * 10_00
    assert shown["balances"][0]["held"]["minor"] == 0


async def _funded_with_a_shop(purser: Command) -> str:
    await asyncio.to_thread(
        purser.ok, "holder", "credit", "+79161234501", "1000", "RUB", "--reason", "test"
    )
    shop = await asyncio.to_thread(purser.json, "merchant", "add", "--name", "Shop")
    return str(shop["secret_key"])


async def _pay(
    anna: Person,
    gateway: str,
    key: str,
    order: str,
    kill_after: str | None,
    kill_and_live: Callable[[], Awaitable[None]],
) -> None:
    """An invoice, and its payment with a kill after one of the steps."""

    async def done(step: str) -> None:
        if step == kill_after:
            await kill_and_live()

    await _issue(gateway, key, order)
    await anna.wait_for(lambda chat: chat.find(order), what=order)
    await anna.press("Оплатить")
    await done("Pay")
    await anna.wait_for(lambda chat: chat.button("Подтвердить"))
    await anna.press("Подтвердить")
    await done("Confirm")
    await anna.say(await anna.next_code())
    await done("code")
    await anna.wait_for(lambda chat: _receipt(chat, order), what="the receipt")


def _receipt(chat: Chat, order: str) -> bool:
    return any("Оплачено" in each.text and order in each.text for each in chat.messages)


async def _issue(gateway: str, key: str, order: str) -> None:
    body = {"amount": {"minor": 1000, "currency": "RUB"}, "phone": "+79161234501"}
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": order}
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"{gateway}/api/v1/invoices", json=body | {"description": order}, headers=headers
        ) as answer,
    ):
        assert answer.status == 201, json.dumps(await answer.json())
