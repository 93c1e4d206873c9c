"""The post office: takes mail by SMTP as others do, and shows it."""

import socket
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import pytest
from playwright.async_api import async_playwright, expect

from sandbox.client import Sandbox
from sandbox.mail import HOST_NAME, KEPT
from tests.sandbox.conftest import Served
from tests.sandbox.test_page import ARGS, CHROMIUM


@pytest.fixture
async def port(served: Served) -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await served.world.mail.listen(listener)
        yield listener.getsockname()[1]


def letter(text: str = "Здравствуйте", *, html: bool = False) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "wallet@example.com"
    message["To"] = "ann@example.com"
    message["Subject"] = "Подтвердите"
    message.set_content(text, subtype="html" if html else "plain")
    return message


async def send(port: int, message: EmailMessage) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port, start_tls=False)


async def test_mail_is_shown_to_whoever_looks(port: int, sandbox: Sandbox, served: Served) -> None:
    """And who waits for changes hears of it."""
    before = served.world.changes.version

    await send(port, letter())

    [shown] = await sandbox.mail()
    assert (shown["to"], shown["sender"]) == ("ann@example.com", "wallet@example.com")
    assert (shown["subject"], shown["text"]) == ("Подтвердите", "Здравствуйте")
    assert shown["at"].startswith("2026-11-24T08:00")
    assert served.world.changes.since(before) == {"mail": shown["id"]}


async def test_the_server_is_busy_when_told_to_be(port: int, sandbox: Sandbox) -> None:
    await sandbox.post("mail/fail")

    with pytest.raises(aiosmtplib.SMTPDataError) as busy:
        await send(port, letter())
    await send(port, letter())

    assert busy.value.code == 451
    assert len(await sandbox.mail()) == 1


async def test_only_the_newest_are_kept(port: int, sandbox: Sandbox) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    async with client:
        for number in range(KEPT + 1):
            await client.send_message(letter(str(number)))

    shown = await sandbox.mail()
    assert (len(shown), shown[0]["text"], shown[-1]["text"]) == (KEPT, "1", str(KEPT))


async def test_it_says_who_it_is_and_takes_html_too(port: int, sandbox: Sandbox) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    async with client:
        said = await client.ehlo()
        await client.send_message(letter("<b>hello</b>", html=True))

    assert HOST_NAME in said.message
    assert (await sandbox.mail())[0]["text"] == "<b>hello</b>"


@pytest.mark.browser
async def test_the_page_shows_the_mailbox(port: int, served: Served) -> None:
    """Foreign words stay words, the link can be followed, and news comes by itself."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = await browser.new_page(viewport={"width": 1500, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(served.url)
        await page.locator("[data-test=tab-mail]").click()
        await expect(page.locator("[data-test=mail-list]")).to_contain_text("Nothing yet.")

        await send(port, letter("<img src=x> http://127.0.0.1:9/identification/email/t"))

        shown = page.locator("[data-test=letter]")
        await expect(shown).to_contain_text("<img src=x>")
        await expect(shown).to_contain_text("ann@example.com")
        await expect(shown.locator("a")).to_have_attribute(
            "href", "http://127.0.0.1:9/identification/email/t"
        )
        await browser.close()
    assert complaints == []
