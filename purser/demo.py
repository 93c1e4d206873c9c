"""`purser demo`: the story, played over the sandbox's wire, with the books at the end.

Nothing here calls the wallet: people press buttons, the shop and the terminal speak their
protocols, and what is printed is what came back.
"""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import typer

from purser import logs
from purser.merchants_story import merchants
from purser.paying_story import pay
from purser.sandboxing import HOST, new_sandbox_settings, sandboxed
from sandbox.client import Person, Sandbox


class Story:
    """The people of the story, and what is told of it."""

    def __init__(self, sandbox: Sandbox, john: Person, anna: Person, folder: Path) -> None:
        """*folder*: where the wallet is, and what belongs to the story."""
        self.sandbox = sandbox
        self.folder = folder
        self.john = john
        self.anna = anna
        self.orders: dict[str, dict[str, Any]] = {}

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        typer.secho(f"\n{title}", bold=True)

    def tell(self, what: str) -> None:
        """One step."""
        typer.echo(f"  {what}")

    async def command(self, *words: str) -> None:
        """What the operator types beside the running wallet, and the last line of the answer.

        Raises:
            RuntimeError: It failed.
        """
        self.tell(f"$ purser {' '.join(words)}")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "purser", *words,
            env=os.environ | {"PURSER_DATABASE_URL": f"sqlite:///{self.folder / DATABASE}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(output.decode())
        for line in output.decode().strip().splitlines()[-1:]:
            typer.secho(f"    {line}", fg="cyan")

    async def hear(self, person: Person, text: str) -> None:
        """Wait until the bot says *text* to *person*, and tell its first lines."""
        message = await person.expect(text)
        lines = [line for line in message.text.splitlines() if line.strip()]
        typer.secho(f"    bot → {person.first_name}: {' / '.join(lines[:5])}", fg="green")


async def join(story: Story) -> None:
    """A phone number, a code, a wallet and a card."""
    story.chapter("Joining")
    for person in (story.john, story.anna):
        story.tell(f"{person.first_name} writes /start and shares the own number {person.phone}")
        await person.say("/start")
        await person.reply()
        await person.share_contact()
        code = await person.next_code()
        story.tell(f"an SMS brings the code {code}; {person.first_name} types it")
        await person.say(code)
        card_sms = await person.next_sms()
        story.tell(f"the card's details come by themselves: {_masked(card_sms)}")
    await story.john.say("/balance")
    await story.hear(story.john, "RUB")


async def topup(story: Story) -> None:
    """Cash at a terminal."""
    story.chapter("Cash in")
    receipt = await story.sandbox.terminal.top_up(story.john.phone, [1000, 500])
    story.tell(f"the terminal takes 1000 and 500 roubles, receipt {receipt['txn_id']}")
    await story.hear(story.john, "1,500")
    again = await story.sandbox.terminal.repeat()
    story.tell(f"the terminal sends it again: result {again['result']}, nothing is added")
    await story.john.say("/topup")
    await story.hear(story.john, receipt["txn_id"])


async def invoice(story: Story) -> None:
    """A shop's invoice, paid once."""
    story.chapter("An invoice")
    shop = story.sandbox.shop
    order = await shop.sell(1_250_00, "Wireless headphones", phone=story.john.phone)
    story.orders["headphones"] = order
    story.tell("the shop issues an invoice of 1250 roubles through the merchant API")
    await story.hear(story.john, "Wireless headphones")
    await story.john.press("Pay")
    await story.hear(story.john, "Please check")
    await story.john.press("Confirm")
    code = await story.john.next_code()
    story.tell(f"John confirms; the SMS says {code}")
    await story.john.say(code)
    await story.hear(story.john, "Paid")
    paid = await shop.wait_told(order["reference"], "paid")
    story.tell(f"the shop hears it by a signed webhook: {paid['invoice']['state']}")


async def cards(story: Story) -> None:
    """Freeze, re-issue."""
    story.chapter("Cards")
    john = story.john
    await john.say("/cards")
    await john.press("••••")
    await story.hear(john, "Card")
    await john.press("Freeze")
    await story.hear(john, "frozen")
    await john.press("To the card")
    await john.press("Unfreeze")
    await story.hear(john, "active again")
    await john.press("To the card")
    await john.press("Re-issue")
    await story.hear(john, "Re-issue card")
    await john.press("Re-issue it")
    await story.hear(john, "The old one is gone")
    story.tell(f"the new number comes by SMS: {_masked(await john.next_sms())}")


async def refund(story: Story) -> None:
    """A part comes back."""
    story.chapter("A refund")
    order = story.orders["headphones"]
    await story.sandbox.shop.refund(order["reference"], 250_00, "one ear was missing")
    story.tell("the shop gives 250 roubles back")
    await story.hear(story.john, "gave back")
    await story.john.say("/refunds")
    await story.hear(story.john, "250")
    await story.john.say("/history")
    await story.hear(story.john, "History")
    history = await story.john.reply()
    for button in history.buttons[:4]:
        story.tell(f"      [ {button.text} ]")


async def lock(story: Story) -> None:
    """Everything stops at once, and a code opens it again."""
    story.chapter("Lock")
    john = story.john
    await john.say("/lock")
    await story.hear(john, "locked")
    await john.press("Unlock")
    code = await john.next_code()
    story.tell(f"unlocking needs a code: {code}")
    await john.say(code)
    await story.hear(john, "unlocked")


CHAPTERS: dict[str, Callable[[Story], Awaitable[None]]] = {
    "join": join,
    "topup": topup,
    "invoice": invoice,
    "cards": cards,
    "refund": refund,
    "lock": lock,
    "pay": pay,
    "merchants": merchants,
}
"""Each stands on those before it, but for those that name what they stand on."""

STANDS_ON = {"pay": ("join", "topup"), "merchants": ("join",)}
DATABASE = "sandbox.db"


def play(chapter: str) -> None:
    """Play up to *chapter*, or `all`, on a wallet of its own, and print the books."""
    logs.set_up(None, level=logs.WARNING)
    asyncio.run(_play(chapter))


async def _play(chapter: str) -> None:
    with tempfile.TemporaryDirectory(prefix="purser-") as made:
        folder = Path(made)
        async with (
            own_sandbox(folder, has_catalogue=False) as address,
            Sandbox(address) as sandbox,
        ):
            people = await sandbox.person("john_m"), await sandbox.person("anna_s")
            story = Story(sandbox, *people, folder)
            for name in chapters_to(chapter):
                await CHAPTERS[name](story)
            _print_books(await sandbox.ledger())


def chapters_to(chapter: str) -> list[str]:
    """What is played for *chapter*, in order."""
    if chapter in STANDS_ON:
        return [*STANDS_ON[chapter], chapter]
    names = list(CHAPTERS)
    return names if chapter == "all" else names[: names.index(chapter) + 1]


@asynccontextmanager
async def own_sandbox(
    folder: Path | None = None, *, has_catalogue: bool = True
) -> AsyncIterator[str]:
    """A sandbox on a free port and a database that goes with it; gives its address."""
    with tempfile.TemporaryDirectory(prefix="purser-") as made:
        port = _free_port()
        database = (folder or Path(made)) / DATABASE
        settings = new_sandbox_settings(port=port, database=str(database))
        async with sandboxed(settings, has_catalogue=has_catalogue) as (_, run):
            up = asyncio.Event()

            async def tell() -> None:
                up.set()

            running = asyncio.ensure_future(run(tell))
            waiting = asyncio.ensure_future(up.wait())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                waiting.cancel()
                await running
            try:
                yield f"http://{HOST}:{port}"
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


def _print_books(desk: dict[str, Any]) -> None:
    typer.secho("\nThe books", bold=True)
    ledger = desk.get("ledger", desk)
    for total in ledger["totals"]:
        parts = (
            f"{name} {_units(total[f'{name}_minor'])}"
            for name in ("holders", "merchants", "terminals", "providers", "system")
            if f"{name}_minor" in total
        )
        typer.echo(f"  {total['currency']}: {', '.join(parts)}; sum {total['posted_minor']}")
    for transaction in reversed(ledger["transactions"]):
        for each in transaction["transfers"]:
            typer.echo(
                f"  {transaction['position']:>3} {transaction['kind']:16} "
                f"{_units(each['amount_minor']):>10} {each['currency']}"
                f"  {_short(each['debit'])} → {_short(each['credit'])}"
            )
    typer.echo(f"  head {ledger['head']['position']} {ledger['head']['hash'][:16]}…")
    faults = ledger["faults"]
    typer.echo(f"  faults: {faults or 'none'}")


def _units(minor: int) -> str:
    sign, rest = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def _short(account: str) -> str:
    owner, name, currency = account.split(":")
    kind, _, key = owner.partition("/")
    return ":".join(filter(None, (f"{kind}/{key[-6:]}" if key else kind, name, currency)))


def _masked(sms: str) -> str:
    """The SMS with its card number hidden, for a terminal has a scroll-back."""
    return " ".join(logs.scrub(sms).split())


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
