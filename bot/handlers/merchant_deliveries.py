"""What a shop was told and what failed, in the chat of its people: a test, sending again."""

from bot.buttons import Button, Press
from bot.handlers.merchant import shop_button
from bot.handlers.merchant_keys import mark
from bot.routes import Routes
from bot.screens import Screen
from bot.texts import Words
from services.conversations import Visitor
from services.deliveries import Deliveries, Delivery
from services.due import Work, WorkNotFoundError
from services.merchant_people import Employment, MerchantPeople, Right

FAILED_MAX = 5
"""Of what failed, so many of the newest are shown, each with its button."""

SHOWN_MAX = 5
ANSWER_SHOWN_MAX = 80


async def show(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    deliveries: Deliveries,
) -> Screen:
    """[Notifications]: what failed, and the newest attempts."""
    employed = await merchant_people.look(
        merchant_id=press.id, telegram_id=visitor.telegram_id, right=Right.SEE
    )
    return await _page(words, employed, deliveries)


async def test(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    deliveries: Deliveries,
) -> Screen:
    """[Send a test]: what the shop said to each message."""
    employed = await merchant_people.act(
        merchant_id=press.id,
        telegram_id=visitor.telegram_id,
        right=Right.TRADE,
        what="test notifications",
    )
    made = await deliveries.test(merchant=employed.merchant)
    lines = [words("deliveries-tested"), *(_line(words, each) for each in made)]
    back = Button(words.plain("button-merchant-deliveries"), "mnotes", press.id)
    return Screen("\n\n".join(lines), ((back, shop_button(words, press.id)),))


async def resend(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    deliveries: Deliveries,
) -> Screen:
    """[Send again]: one of those that failed."""
    employed = await merchant_people.act(
        merchant_id=press.id,
        telegram_id=visitor.telegram_id,
        right=Right.TRADE,
        what="send a notification again",
    )
    failed = await deliveries.failed(merchant=employed.merchant)
    wanted = [each for each in failed if mark(each.key) == press.version]
    if len(wanted) != 1:
        raise WorkNotFoundError
    await deliveries.resend(merchant=employed.merchant, key=wanted[0].key)
    screen = await _page(words, employed, deliveries)
    return screen.under(words("delivery-resent"))


async def _page(words: Words, employed: Employment, deliveries: Deliveries) -> Screen:
    shop = employed.merchant
    failed = await deliveries.failed(merchant=shop)
    page = await deliveries.page(merchant=shop, limit=SHOWN_MAX)
    blocks: list[str] = [words("deliveries-title")]
    if failed:
        blocks.append(words("deliveries-failed", count=len(failed)))
        blocks += [_failed(words, each) for each in failed[:FAILED_MAX]]
    blocks.append(words("deliveries-newest" if page.deliveries else "deliveries-none"))
    blocks += [_line(words, each) for each in page.deliveries]
    rows = []
    if employed.may(Right.TRADE):
        rows = [
            (
                Button(
                    words.plain("button-delivery-resend", number=number),
                    "mresend",
                    shop.id,
                    mark(each.key),
                ),
            )
            for number, each in enumerate(failed[:FAILED_MAX], start=1)
        ]
        rows.append((Button(words.plain("button-delivery-test"), "mtest", shop.id),))
    return Screen("\n\n".join(blocks), (*rows, (shop_button(words, shop.id),)))


def _failed(words: Words, work: Work) -> str:
    return words(
        "delivery-failed", kind=work.kind, at=work.created_at, why=work.error[:ANSWER_SHOWN_MAX]
    )


def _line(words: Words, delivery: Delivery) -> str:
    text = words(
        "delivery-line",
        outcome=delivery.outcome.value,
        kind=delivery.kind,
        at=delivery.at,
        status=str(delivery.status or "—"),
        detail=delivery.detail,
    )
    if not delivery.answer:
        return text
    return f"{text}\n{words('delivery-answer', answer=delivery.answer[:ANSWER_SHOWN_MAX])}"


def add_to(routes: Routes) -> None:
    """The routes of what a shop is told."""
    routes.button("mnotes", show)
    routes.button("mtest", test)
    routes.button("mresend", resend)
