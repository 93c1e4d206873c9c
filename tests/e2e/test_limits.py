"""Limits from outside: an address is confirmed by a mail, a person by an operator."""

import re

import aiohttp

from sandbox.client import Person, Sandbox

LINK = re.compile(r"http://\S+/identification/email/\S+")


async def joined(person: Person) -> None:
    """Through the chat, as everybody joins."""
    await person.say("/start")
    await person.reply()
    await person.share_contact()
    await person.say(await person.next_code())
    await person.next_sms()


async def test_a_mailed_link_raises_the_limits(sandbox: Sandbox, john: Person) -> None:
    """Over real SMTP and HTTP: typed, mailed, opened by a scanner, pressed by its reader."""
    await joined(john)
    await john.say("/limits")
    await john.expect("15,000")
    await john.press("Confirm e-mail")
    await john.expect("Your e-mail address")
    await john.say("john@example.com")
    await john.expect("A mail is on its way")
    letter = await sandbox.mail_to("john@example.com")
    found = LINK.search(letter["text"])
    assert found is not None

    async with aiohttp.ClientSession() as browser:
        async with browser.get(found[0]) as opened:
            page = await opened.text()
        await john.say("/limits")
        before = await john.expect("We know your phone number")
        async with browser.post(found[0]) as pressed:
            done = await pressed.text()

    await john.expect("Your address is confirmed")
    await john.press("To the limits")
    await john.expect("60,000")
    assert "Confirm the address" in page
    assert "The address is confirmed" in done
    assert "15,000" in before.text


async def test_an_operator_approves_a_person(sandbox: Sandbox, anna: Person, john: Person) -> None:
    """The sandbox's first person runs the wallet; what was typed is gone from the chat."""
    del sandbox
    await joined(john)
    await john.say("/limits")
    await john.press("Give personal data")
    for answer, follows in (("Doe", "given name"), ("John", "patronymic")):
        await john.say(answer)
        await john.expect(follows)
    await john.press("I have none")
    await john.expect("date of birth")
    await john.say("28.02.1990")
    await john.expect("Which one do you have?")
    await john.press("another country")
    await john.expect("Six to nine")
    await john.say("AB1234567")
    await john.expect("Where you live")
    await john.say("1 Test street, Testville")
    await john.expect("Is all of this right?")
    await john.press("Send for checking")
    await john.expect("An operator checks it")
    chat = await john.chat()

    await anna.press("🪪")
    await anna.expect("На проверке")
    await anna.press("🪪")
    await anna.expect("AB1234567")
    await anna.press("Принять")  # her Telegram is Russian
    await john.expect("Your personal data are accepted")
    await john.press("To the limits")
    await john.expect("600,000")

    assert chat.find("AB1234567", after=0) is None
