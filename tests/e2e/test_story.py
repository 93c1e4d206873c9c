"""The story from outside: Telegram, SMS, shop and terminal over their own protocols."""

import pytest

from purser.demo import CHAPTERS, chapters_to, play
from sandbox.client import Person, Sandbox


def test_demo_plays_to_its_end_with_right_books(capsys: pytest.CaptureFixture[str]) -> None:
    """What a stranger runs first must work, and its books must close."""
    play("all")

    told = capsys.readouterr().out
    assert "faults: none" in told
    chapters = ("Joining", "Cash in", "An invoice", "A refund", "Lock", "Paying for things")
    assert all(word in told for word in (*chapters, "Shops connect"))
    assert told.count("genuine: every byte") == 3
    assert "differences: 0" in told
    assert "x-api-signature-sha256" in told
    assert told.count("believes the signature") == 6
    assert "9900 10" not in told
    assert "990010" not in told


def test_chapters_can_be_played_alone() -> None:
    """`purser demo invoice` plays up to the invoice, `purser demo pay` what it needs."""
    names = ["join", "topup", "invoice", "cards", "refund", "lock", "pay", "merchants"]
    assert list(CHAPTERS) == names
    assert chapters_to("invoice") == ["join", "topup", "invoice"]
    assert chapters_to("pay") == ["join", "topup", "pay"]
    assert chapters_to("merchants") == ["join", "merchants"]


async def joined(person: Person) -> None:
    """Through the chat, as everybody joins."""
    await person.say("/start")
    await person.reply()
    await person.share_contact()
    await person.say(await person.next_code())
    await person.next_sms()


async def test_open_invoice_leads_a_stranger_through_joining_and_back(
    sandbox: Sandbox, john: Person
) -> None:
    """A shop's link reaches people who never heard of the wallet (A5)."""
    order = await sandbox.shop.sell(99_00, "Coffee")
    link = order["invoice"]["pay_url"]

    await john.start(link.partition("?start=")[2])
    await john.reply()
    await john.share_contact()
    await john.say(await john.next_code())

    message = await john.expect("Coffee")
    assert message.button("Pay") is not None


async def test_unreachable_number_leaves_nothing_half_open(sandbox: Sandbox, john: Person) -> None:
    """No wallet may exist for a phone that nobody can be reached at (A3)."""
    await john.set_reachable(reachable=False)
    await john.say("/start")
    await john.reply()
    await john.share_contact()

    await john.expect("could not be delivered")

    ledger = await sandbox.ledger()
    accounts = ledger.get("ledger", ledger)["accounts"]
    assert not [each for each in accounts if each["owner"].startswith("holder/")]


async def test_two_people_cannot_pay_one_open_invoice(
    sandbox: Sandbox, john: Person, anna: Person
) -> None:
    """The second is told, and has the reserved money back at once (D9)."""
    for person in (john, anna):
        await joined(person)
        await sandbox.terminal.top_up(person.phone, [500])
    order = await sandbox.shop.sell(100_00, "Ticket")
    payload = order["invoice"]["pay_url"].partition("?start=")[2]
    codes = {}
    for person, pay, confirm in ((john, "Pay", "Confirm"), (anna, "Оплатить", "Подтвердить")):
        await person.start(payload)
        await person.expect("Ticket")  # the first screen has a button of that name, too
        await person.press(pay)
        await person.press(confirm)
        codes[person.id] = await person.next_code()

    await john.say(codes[john.id])
    await john.expect("Paid")
    await anna.say(codes[anna.id])
    await anna.reply()

    ledger = await sandbox.ledger()
    found = ledger.get("ledger", ledger)
    payments = [each for each in found["transactions"] if each["kind"] == "payment"]
    assert len(payments) == 1
    assert all(each["held_minor"] == 0 for each in found["accounts"])
    assert found["faults"] == []


async def test_telegram_out_of_order_loses_no_receipt(sandbox: Sandbox, john: Person) -> None:
    """429 and 502 in the middle of a payment: the money moves once and the receipt comes."""
    await joined(john)
    await sandbox.terminal.top_up(john.phone, [500])
    await sandbox.shop.sell(100_00, "Tea", phone=john.phone)
    await john.expect("Tea")
    await john.press("Pay")
    await john.press("Confirm")
    code = await john.next_code()
    await sandbox.fail("editMessageText", count=1, code=429, retry_after=1)
    await sandbox.fail("editMessageText", count=1, code=502)

    await john.say(code)

    await john.expect("Paid")
    found = await sandbox.ledger()
    ledger = found.get("ledger", found)
    assert [each["kind"] for each in ledger["transactions"]].count("payment") == 1
