"""The chapter of `purser demo` about shops: one order through each interface.

The shop's plugins speak to the wallet over HTTP and know nothing of it but an address and
their keys; what is printed is what they sent and what came back.
"""

from typing import TYPE_CHECKING, Any

import typer

from sandbox.browser import Browser

if TYPE_CHECKING:
    from purser.demo import Story

_GOODS = {"amount_minor": 1250_00, "currency": "RUB"}


async def merchants(story: "Story") -> None:
    """Our API, bills, Robokassa: a payment, a hold, a test, a refund."""
    story.chapter("Shops connect")
    await story.sandbox.terminal.top_up(story.john.phone, [5000, 2000])
    await story.hear(story.john, "7,000")
    await _own(story)
    await _bill(story)
    await _pull(story)
    await _link(story)
    await _hold(story)
    await _test(story)
    await _cash(story)


async def _own(story: "Story") -> None:
    story.chapter("Our own API, paid in the chat")
    john, shop = story.john, story.sandbox.shop
    order = await shop.sell(990_00, "Headphones", phone=john.phone)
    await story.hear(john, "Headphones")
    await _pay_in_chat(story)
    told = await shop.wait_told(order["reference"], "paid")
    story.tell(f"the shop is told by a signed webhook: {told['invoice']['state']}")
    _print_words(await story.sandbox.get("shop"), order["reference"])


async def _bill(story: "Story") -> None:
    story.chapter("QIWI's bill API, paid on the wallet's page with a number and a code")
    order = await _sell(story, "bill", "A book")
    await _pay_on_page(story, order["page"])
    await _told(story, "bill", order["number"], "PAID")
    await _ask(story, "bill", order["number"], "refund", amount_minor=250_00)
    await story.hear(story.john, "gave back")
    _print_words((await story.sandbox.get("plugins"))["bill"], order["number"])


async def _pull(story: "Story") -> None:
    story.chapter("QIWI's older pull API: the bill comes into the chat")
    john = story.john
    order = await _sell(story, "pull", "A map", phone=john.phone)
    await story.hear(john, "A map")
    await _pay_in_chat(story)
    await _told(story, "pull", order["number"], "paid")
    _print_words((await story.sandbox.get("plugins"))["pull"], order["number"])


async def _link(story: "Story") -> None:
    story.chapter("Robokassa's payment page, confirmed in the chat")
    order = await _sell(story, "robokassa", "A lamp")
    async with Browser() as browser:
        page = await browser.open(order["page"])
        story.tell(f"the link leads to {page.url.partition('?')[0]}: {page.text[:60]}")
        await browser.submit("/form/start", phone=story.john.phone, way="chat")
        await story.hear(story.john, "A lamp")
        await _pay_in_chat(story)
        await _told(story, "robokassa", order["number"], "paid")
        await browser.open(order["page"])
        await browser.open(page.url)
        back = await browser.follow("return")
        story.tell(f"and back to the shop: {back.text[:60]}")
    await _ask(story, "robokassa", order["number"], "refund", amount_minor=250_00)
    await story.hear(story.john, "gave back")
    _print_words((await story.sandbox.get("plugins"))["robokassa"], order["number"])


async def _hold(story: "Story") -> None:
    story.chapter("Robokassa: the money is held, and taken in part")
    order = await _sell(story, "robokassa", "A hotel", hold=True)
    await _pay_on_page(story, order["page"])
    await _told(story, "robokassa", order["number"], "held")
    taken = await _ask(story, "robokassa", order["number"], "capture", amount_minor=1000_00)
    story.tell(f"the shop takes 1000 of 1250: {taken['state']}; the rest is John's again")
    await story.hear(story.john, "held")
    _print_words((await story.sandbox.get("plugins"))["robokassa"], order["number"])


async def _test(story: "Story") -> None:
    story.chapter("Robokassa: a test order, which moves no money")
    order = await _sell(story, "robokassa", "A trial", test=True)
    async with Browser() as browser:
        page = await browser.open(order["page"])
        story.tell(f"the page says: {page.text[:70]}")
        await browser.follow("test-pay")
    await _told(story, "robokassa", order["number"], "paid")


async def _cash(story: "Story") -> None:
    story.chapter("An invoice paid with banknotes, by somebody without a wallet")
    order = await _sell(story, "bill", "A bicycle bell")
    async with Browser() as browser:
        await browser.open(order["page"])
        page = await browser.submit("/form/terminal")
    number = page.text.partition("no change.")[2].split()[:2]
    story.tell(f"the page gives the number to type at a terminal: {' '.join(number)}")
    receipt = await story.sandbox.terminal.pay_invoice("".join(number))
    story.tell(f"the terminal prints: {receipt['sum']} roubles, {receipt['comment']}")
    await _told(story, "bill", order["number"], "PAID")


async def _sell(story: "Story", plugin: str, description: str, **more: Any) -> dict[str, Any]:
    goods = {**_GOODS, "description": description, **more}
    order = await story.sandbox.post(f"plugins/{plugin}/orders", goods)
    story.tell(f"order {order['number']}: {order['amount']} {order['currency']}, {description}")
    story.tell(f"the customer is sent to {order['page']}")
    return order


async def _pay_in_chat(story: "Story") -> None:
    john = story.john
    await john.press("Pay")
    await john.expect("Please check")
    await john.press("Confirm")
    await john.say(await john.next_code())
    await story.hear(john, "Paid")


async def _pay_on_page(story: "Story", page: str) -> None:
    john = story.john
    async with Browser() as browser:
        await browser.open(page)
        await browser.submit("/form/start", phone=john.phone)
        code = await john.next_code()
        story.tell(f"John types his number, and the code {code} from the SMS")
        paid = await browser.submit("/form/code", code=code)
        story.tell(f"the page says: {paid.text[:80]}")


async def _told(story: "Story", plugin: str, number: str, state: str) -> None:
    """Wait until the shop's plugin was told."""
    await story.sandbox.wait_plugin(plugin, number, state)
    story.tell(f"the shop is told, and believes the signature: {state}")


async def _ask(story: "Story", plugin: str, number: str, what: str, **body: Any) -> dict[str, Any]:
    return await story.sandbox.post(f"plugins/{plugin}/orders/{number}/{what}", body)


def _print_words(said: dict[str, Any], number: str) -> None:
    """What was said about one order, oldest first."""
    for word in reversed(said["words"]):
        if number not in word["address"] + word["body"] + word["answer"]:
            continue
        arrow = "wallet → shop" if word["from_wallet"] else "shop → wallet"
        typer.secho(f"    {arrow}  {word['method']} {word['address']}", fg="cyan")
        for name, value in word["headers"].items():
            typer.echo(f"        {name}: {value}")
        for text in (word["body"], f"→ {word['status']} {word['answer']}"):
            if text:
                typer.echo(f"        {text}")
