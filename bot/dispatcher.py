"""The chat's one dispatcher: one handler for messages, one for presses, one for blocking.

They look the answer up in the dictionaries of `Routes` instead of asking filter after
filter, which is the largest cost of an update when handlers are many.  A refusal of a
service is put into words here, once, for all of them.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User

from bot.buttons import Buttons
from bot.desk import Desk
from bot.documents.documents import Documents
from bot.formats import escaped
from bot.handlers import all_routes
from bot.pictures import Picture, Pictures, picture_of
from bot.routes import QuestionRoute, Route, Routes
from bot.screens import Screen, home_button
from bot.stage import ALERT_LENGTH_MAX, ANSWERED, Act, Stage
from bot.texts import Texts, Words
from bot.wallet import SERVICES, WalletServices
from services import payment_codes
from services.clock import Clock
from services.conversations import Visitor, Visitors
from services.errors import WalletError
from services.holders import NotJoinedError, Wallets, nearest_language
from services.vault import Vault

logger = structlog.get_logger(__name__)

PRIVATE = "private"
OVER = frozenset(
    {
        "card_not_found",
        "favourite_not_found",
        "invoice_changed",
        "invoice_expired",
        "invoice_not_found",
        "invoice_rejected",
        "offer_expired",
        "offer_not_found",
        "offer_withdrawn",
        "provider_not_found",
        "provider_payment_not_found",
        "terms_changed",
    }
)
"""Refusals after which the pressed screen has nothing left to press.

Not that it is paid: a tap that comes late may be on what has become the receipt.
"""

PER_UPDATE = frozenset(
    {
        "argument",
        "contact",
        "holder",
        "key",
        "language_code",
        "picture",
        "press",
        "typed",
        "update_id",
        "visitor",
        "words",
    }
)
"""What a handler may name besides services: who acted, and what the update says."""


class Chat:
    """From an update to a screen."""

    def __init__(
        self,
        *,
        routes: Routes,
        provided: Mapping[str, Any],
        texts: Texts,
        buttons: Buttons,
        username: str | None,
    ) -> None:
        self._routes = routes
        self._provided = provided
        self._texts = texts
        self._buttons = buttons
        self._username = username
        self._visitors: Visitors = provided["visitors"]
        self._wallets: Wallets = provided["wallets"]
        self._stage = Stage(visitors=self._visitors, buttons=buttons)

    async def on_message(self, message: Message, event_update: Update, bot: Bot) -> None:
        """A command, an answer, a shared contact, or anything else that was written."""
        user = message.from_user
        picture = picture_of(message, bot)
        if user is None or not _is_own_word(message, user, picture):
            return
        if message.chat.type != PRIVATE:
            await self._point_to_private(message, user)
            return
        visitor = await self._visitors.find(telegram_id=user.id)
        if visitor.conversation.data.get(ANSWERED) == str(event_update.update_id):
            return  # answered and shown before the crash that brings it again
        route, asked = self._answering(message, visitor)
        act = Act(
            bot,
            visitor,
            self._words(visitor, user),
            event_update.update_id,
            typed=message.message_id if asked is not None else None,
        )
        text = (message.text or "").replace("\0", "")  # which not every database takes
        values = self._values(act, user) | {
            "argument": text.partition(" ")[2].strip(),
            "contact": message.contact,
            "picture": picture,
            "typed": text.strip(),
        }
        await self._run(act, route, asked, values)

    async def on_query(self, query: CallbackQuery, event_update: Update, bot: Bot) -> None:
        """A pressed inline button."""
        user, message = query.from_user, query.message
        visitor = await self._visitors.find(telegram_id=user.id)
        act = Act(
            bot,
            visitor,
            self._words(visitor, user),
            event_update.update_id,
            query=query.id,
            pressed=None if message is None else message.message_id,
        )
        is_elsewhere = message is not None and message.chat.type != PRIVATE
        if is_elsewhere or query.inline_message_id is not None:
            await self._stage.answer(act, act.words.plain("private-only"))
            return
        press = self._buttons.read(user.id, query.data or "")
        if press is None or press.action not in self._routes.buttons:
            await self._stage.answer(act, act.words.plain("button-forged"))
            return
        route = self._routes.buttons[press.action]
        await self._run(act, route, None, self._values(act, user) | {"press": press})

    async def on_member(self, event: ChatMemberUpdated) -> None:
        """The person has blocked the bot, or let it in again."""
        if event.chat.type != PRIVATE:
            return
        visitor = await self._visitors.find(telegram_id=event.from_user.id)
        if visitor.holder is not None:
            reachable = event.new_chat_member.status not in ("kicked", "left")
            await self._wallets.set_reachable(holder=visitor.holder, reachable=reachable)

    async def _run(
        self,
        act: Act,
        route: Route,
        asked: QuestionRoute | None,
        values: dict[str, Any],
    ) -> None:
        try:
            screen = await route.call(values)
        except NotJoinedError:
            screen = await self._routes.others["stranger"].call(values)
        except WalletError as error:
            await self._refuse(act, error, asked, values)
            return
        await self._stage.answer(act)
        await self._stage.show(act, screen)

    async def _refuse(
        self, act: Act, error: WalletError, asked: QuestionRoute | None, values: dict[str, Any]
    ) -> None:
        """Say what is wrong: over the pressed button, above the question, or as a message."""
        logger.info("refused", code=error.code, update=act.update_id)
        text = act.words.error(error)
        screen = Screen(escaped(text), ((home_button(act.words),),))
        if act.query is not None:
            is_short = len(text) <= ALERT_LENGTH_MAX
            await self._stage.answer(act, text if is_short else None)
            if is_short and error.code not in OVER:
                return
        elif asked is not None:
            screen = await self._ask_again(asked, values, screen)
        await self._stage.show(act, screen)

    async def _ask_again(
        self, asked: QuestionRoute, values: dict[str, Any], refusal: Screen
    ) -> Screen:
        try:
            question = await asked.again.call(values)
        except WalletError:  # there is nothing left to ask
            return refusal
        return question.under(refusal.text)

    async def _point_to_private(self, message: Message, user: User) -> None:
        if (message.text or "").startswith("/"):
            words = self._texts.words_for(nearest_language(user.language_code))
            link = f"https://t.me/{self._username}" if self._username else ""
            with suppress(AiogramError):  # the group may not let us write
                await message.answer(words("group-only", link=link), parse_mode="HTML")

    def _answering(self, message: Message, visitor: Visitor) -> tuple[Route, QuestionRoute | None]:
        """What answers *message*, and the question that it answers, if it does."""
        if message.contact is not None:
            return self._routes.others["contact"], None
        if message.photo or message.document is not None:
            return self._routes.others["picture"], None
        text = message.text or ""
        if text.startswith("/"):
            name = text[1:].partition(" ")[0].partition("@")[0].lower()
            return self._routes.commands.get(name, self._routes.others["unknown"]), None
        if payment_codes.is_code(text):  # also in the midst of a question: it answers none
            return self._routes.others["code"], None
        asked = self._routes.questions.get(visitor.conversation.expects) if text else None
        return (asked.answer if asked else self._routes.others["unknown"]), asked

    def _words(self, visitor: Visitor, user: User) -> Words:
        if visitor.holder is not None:
            return self._texts.words_for(visitor.holder.language)
        chosen = visitor.conversation.language or nearest_language(user.language_code)
        return self._texts.words_for(chosen)

    def _values(self, act: Act, user: User) -> dict[str, Any]:
        return {
            **self._provided,
            "argument": "",
            "contact": None,
            "holder": act.visitor.holder,
            "key": f"update:{act.update_id}",
            "language_code": user.language_code,
            "picture": None,
            "press": None,
            "typed": "",
            "update_id": act.update_id,
            "visitor": act.visitor,
            "words": act.words,
        }


def create_dispatcher(
    *,
    services: WalletServices,
    vault: Vault,
    texts: Texts,
    now: Clock,
    operators: frozenset[int] = frozenset(),
    username: str | None = None,
    app_url: str | None = None,
) -> Dispatcher:
    """Wire the handlers to the services they name; *app_url* is where the gateway is.

    Raises:
        TypeError: A handler names what nobody provides.
    """
    provided: dict[str, Any] = {name: getattr(services, name) for name in SERVICES}
    provided |= {
        "app_url": app_url or "",
        "bot_username": username or "",
        "documents": Documents(vault=vault, address=app_url, wallet=services.receipts.issuer.name),
        "desk": Desk(
            catalogue=services.catalogue,
            favourites=services.favourites,
            payments=services.provider_payments,
            wallets=services.wallets,
            now=now,
            zone=texts.zone,
        ),
        "now": now,
        "operators": operators,
        "pictures": Pictures(now=now, bot_username=username or ""),
        "texts": texts,
    }
    routes = all_routes()
    routes.check(frozenset(provided) | PER_UPDATE)
    chat = Chat(
        routes=routes,
        provided=provided,
        texts=texts,
        buttons=Buttons(vault),
        username=username,
    )
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.message.register(chat.on_message)
    dispatcher.callback_query.register(chat.on_query)
    dispatcher.my_chat_member.register(chat.on_member)
    return dispatcher


def _is_own_word(message: Message, user: User, picture: Picture | None) -> bool:
    """Written by the person, here and now: not passed on, not by a bot or for a channel.

    A picture may be passed on: somebody's bill is paid by somebody else.
    """
    is_passed_on = message.forward_origin is not None and picture is None
    is_foreign = message.via_bot is not None or message.sender_chat is not None
    return not (user.is_bot or is_passed_on or is_foreign)
