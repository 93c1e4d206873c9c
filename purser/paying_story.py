"""The chapter of `purser demo` about paying: catalogue, provider, exchange, schedule, documents.

Told like the others over the sandbox's wire; what the operator does is done by the real
commands, beside the wallet that serves.
"""

import tempfile
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from purser.sandboxing import catalogue_text
from sandbox.chat_view import Chat, Message

if TYPE_CHECKING:
    from purser.demo import Story

FINE = "18810177261120123456"
PLAYER = "mylogin"
MONTH_DAYS = 31
ZONE = ZoneInfo("Europe/Moscow")


async def pay(story: "Story") -> None:
    """A game, a fine, a dollar invoice, three months of a schedule; documents and registry."""
    story.chapter("Paying for things")
    await _import(story)
    await _top_up(story)
    await _game(story)
    await _fine(story)
    await _dollars(story)
    await _schedule(story)
    await _documents(story)
    await _reconcile(story)


async def _import(story: "Story") -> None:
    file = story.folder / "catalogue.toml"
    file.write_text(catalogue_text(), "utf-8")
    await story.command("provider", "import", str(file), "--sandbox", story.sandbox.base_url)


async def _top_up(story: "Story") -> None:
    await story.sandbox.terminal.top_up(story.john.phone, [5000, 2000])
    await story.hear(story.john, "7,000")


async def _game(story: "Story") -> None:
    john = story.john
    story.tell(f"John writes /pay steam {PLAYER} 500")
    await john.say(f"/pay steam {PLAYER} 500")
    await story.hear(john, "Please check")
    await _confirm(story)
    await story.hear(john, "✅ Paid")


async def _fine(story: "Story") -> None:
    """Credited at once, and not confirmed for an hour."""
    john = story.john
    order = {"mood": "silent", "service": "traffic-fines", "command": "pay", "count": 1}
    await story.sandbox.post("provider/moods", order)
    decree = await _today(story) - timedelta(days=4)
    story.tell("a fine, while the police's billing system does not answer")
    await john.say(f"/pay traffic-fines {FINE} 1000")
    await john.expect("Date of the decree")
    await john.say(f"{decree:%d.%m.%Y}")
    await story.hear(john, "less")
    await john.press("with the discount")
    await story.hear(john, "Please check")
    await _confirm(story)
    await story.hear(john, "has not confirmed")
    story.tell("an hour later the wallet asks again, with the same number")
    await story.sandbox.leap(hours=1)
    await story.hear(john, "✅ Paid")


async def _dollars(story: "Story") -> None:
    john, shop = story.john, story.sandbox.shop
    order = await shop.sell(20_00, "Imported book", currency="USD", phone=john.phone)
    story.tell("a shop asks for 20 dollars; John has roubles only")
    await story.hear(john, "Imported book")
    await john.press("Pay")
    await story.hear(john, "Please check")
    await _confirm(story)
    await story.hear(john, "Paid")
    told = await shop.wait_told(order["reference"], "paid")
    story.tell(f"the shop hears: {told['invoice']['state']}")


async def _schedule(story: "Story") -> None:
    """Three months go by; each is paid once."""
    john = story.john
    day = (await _today(story)).day
    await john.say(f"/pay steam {PLAYER} 100")
    await _once_more(story)
    await john.expect("Please check")
    await _confirm(story)
    await john.expect("✅ Paid")
    await john.press("Repeat monthly")
    await john.press("Every month")
    await john.expect("which day")
    await john.say(str(day))
    await john.press("100.00")
    await john.press("Pay by itself")
    await john.press("110.00")
    await john.expect("month in all")
    await john.press("110.00")
    await story.hear(john, "pays by itself")
    await _confirm(story)
    await john.expect("Scheduled")
    for number in range(1, 4):
        version = (await john.chat()).version
        now = await story.sandbox.leap(days=MONTH_DAYS)
        story.tell(f"month {number}: {now[:10]}")
        await john.wait_for(partial(_is_paid, version))
        await story.hear(john, "✅ Paid")


async def _documents(story: "Story") -> None:
    """A receipt that anybody can check, with the wallet or without it."""
    kept = Path(tempfile.mkdtemp(prefix="purser-demo-"))
    john = story.john
    await john.say("/receipt")
    await john.expect("receipt")
    buttons = [each.text for each in (await john.reply()).buttons if "Home" not in each.text]
    listed = list(dict.fromkeys(buttons))  # several may look alike
    for number, text in enumerate(listed[:3], 1):
        await john.say("/receipt")
        await john.press(text)
        message = await _document(story)
        path = kept / f"{number}-{message.raw['content']['document']['file_name']}"
        path.write_bytes(await story.sandbox.download(f"files/{_file_id(message)}"))
        await story.command("receipt", "verify", str(path))


async def _reconcile(story: "Story") -> None:
    """What the provider has in its books is what the wallet has in its own."""
    today = await _today(story)
    file = story.folder / f"QIWI_steam_{today:%Y%m%d}1.csv"
    path = f"provider/registry/steam?day={today:%Y-%m-%d}"
    file.write_bytes(await story.sandbox.download(path))
    await story.command("reconcile", str(file), "--provider", "steam")


async def _confirm(story: "Story") -> None:
    john = story.john
    await john.press("Confirm")
    code = await john.next_code()
    story.tell(f"John confirms and types the code {code}")
    await john.say(code)


async def _once_more(story: "Story") -> None:
    """The wallet asks, where it looks like a payment that was just made."""
    message = await story.john.reply()
    if message.button("again") is not None:
        await story.john.press("again")


async def _document(story: "Story") -> Message:
    """The newest document that came since the last act."""
    john = story.john
    chat = await john.wait_for(
        lambda chat: any(
            "document" in each.raw["content"] and each.version > john.acted_at
            for each in chat.from_bot
        ),
        what="a document",
    )
    found = [each for each in chat.from_bot if "document" in each.raw["content"]]
    return found[-1]


def _file_id(message: Message) -> str:
    return str(message.raw["content"]["document"]["file_id"])


def _is_paid(version: int, chat: Chat) -> bool:
    return chat.find("✅ Paid", after=version) is not None


async def _today(story: "Story") -> date:
    """The day in the wallet's zone, by the sandbox's clock."""
    now = datetime.fromisoformat((await story.sandbox.get("clock"))["now"])
    return now.astimezone(ZONE).date()
