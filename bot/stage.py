"""Where screens are shown: one living message for each task.

A pressed button changes its own message; a command gets a new one; a typed answer is taken
out of the chat and changes the message that asked.  Where that message is gone or too old,
a new one takes its place.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.buttons import Buttons
from bot.screens import Attachment, Screen
from bot.texts import Words
from services.conversations import Conversation, Visitor, Visitors

logger = structlog.get_logger(__name__)

ALERT_LENGTH_MAX = 200
"""Source: Bot API, answerCallbackQuery, text."""

DECORATION_SECONDS = 5
"""How long an answer to a press may take; it is decoration and may be lost."""

ANSWERED = "answered"
"""In a conversation: the update that answered last."""

SENT = "sent"
"""In a conversation: the update for which a file was sent last."""

_HTML = "HTML"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did just now, and where in the chat."""

    bot: Bot
    visitor: Visitor
    words: Words
    update_id: int
    query: str | None = None
    """Of a pressed button."""
    pressed: int | None = None
    """The message with that button."""
    typed: int | None = None
    """The message that answers a question."""

    @property
    def changes(self) -> int | None:
        """The message that the next screen takes the place of."""
        return self.pressed if self.typed is None else self.visitor.conversation.screen


class Stage:
    """Shows screens, and remembers what they ask."""

    def __init__(self, *, visitors: Visitors, buttons: Buttons) -> None:
        self._visitors = visitors
        self._buttons = buttons

    async def answer(self, act: Act, text: str | None = None) -> None:
        """Stop the pressed button's clock, with an alert where there is *text*."""
        if act.query is None:
            return
        with suppress(AiogramError):
            await act.bot.answer_callback_query(
                act.query,
                text=text,
                show_alert=text is not None,
                request_timeout=DECORATION_SECONDS,
            )

    async def show(self, act: Act, screen: Screen) -> None:
        """Show *screen* where the person acted."""
        if act.typed is not None:
            with suppress(AiogramError):
                await act.bot.delete_message(act.visitor.telegram_id, act.typed)
        if screen.attachment is not None:
            await self._hand_over(act, screen)
            return
        shown = await self._put(act, screen)
        await self._remember(act, screen, shown)

    async def send(self, bot: Bot, person: int, screen: Screen, words: Words) -> int:
        """Show *screen* in a new message; returns its id."""
        if screen.preface:
            await bot.send_message(
                person, screen.preface, parse_mode=_HTML, reply_markup=ReplyKeyboardRemove()
            )
        keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None
        keyboard = self._buttons.keyboard(person, screen.rows)
        if screen.keyboard is not None:
            keyboard = _contact_keyboard(words)
        if screen.attachment is not None:
            return await _send_file(bot, person, screen, screen.attachment, keyboard)
        sent = await bot.send_message(
            person,
            screen.text,
            parse_mode=_HTML,
            reply_markup=keyboard,
            protect_content=screen.is_protected or None,
            link_preview_options=_NO_PREVIEW,
        )
        return sent.message_id

    async def _hand_over(self, act: Act, screen: Screen) -> None:
        """Send a file, once for each update: after a crash the same one may come again."""
        known, note = act.visitor.conversation, {SENT: str(act.update_id)}
        if known.data.get(SENT) == note[SENT]:
            return
        await self.send(act.bot, act.visitor.telegram_id, screen, act.words)
        noted = replace(known, data=known.data | note)
        await self._visitors.expect(telegram_id=act.visitor.telegram_id, conversation=noted)

    async def _put(self, act: Act, screen: Screen) -> int:
        person = act.visitor.telegram_id
        is_anew = screen.keyboard is not None or screen.preface or screen.is_protected
        if act.changes is None or is_anew:
            return await self.send(act.bot, person, screen, act.words)
        try:
            await act.bot.edit_message_text(
                screen.text,
                chat_id=person,
                message_id=act.changes,
                parse_mode=_HTML,
                reply_markup=self._buttons.keyboard(person, screen.rows),
                link_preview_options=_NO_PREVIEW,
            )
        except TelegramBadRequest as exc:
            if "not modified" not in exc.message:
                logger.info("a screen is shown anew", reason=exc.message)
                return await self.send(act.bot, person, screen, act.words)
        return act.changes

    async def _remember(self, act: Act, screen: Screen, shown: int) -> None:
        """Keep what is asked now; a question lives as long as the screen that asks it."""
        known = act.visitor.conversation
        wanted = known
        if screen.question is not None:
            question = screen.question
            asked = Conversation(question.name, question.data, shown, known.language)
            if asked != replace(known, data=_unmarked(known.data)):
                wanted = replace(asked, data=asked.data | _answered(act))
        elif known.expects and (screen.ends_question or act.changes == known.screen):
            wanted = Conversation(data=_answered(act), language=known.language)
        if wanted != known:
            await self._visitors.expect(telegram_id=act.visitor.telegram_id, conversation=wanted)


def _answered(act: Act) -> dict[str, str]:
    """Which update gave the last answer: after a crash the same one may come once more."""
    return {} if act.typed is None else {ANSWERED: str(act.update_id)}


def _unmarked(data: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in data.items() if key not in (ANSWERED, SENT)}


async def _send_file(
    bot: Bot,
    person: int,
    screen: Screen,
    attachment: Attachment,
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None,
) -> int:
    file = BufferedInputFile(attachment.content, attachment.name)
    if attachment.is_picture:
        sent = await bot.send_photo(
            person, file, caption=screen.text, parse_mode=_HTML, reply_markup=keyboard
        )
    else:
        sent = await bot.send_document(
            person, file, caption=screen.text, parse_mode=_HTML, reply_markup=keyboard
        )
    return sent.message_id


def _contact_keyboard(words: Words) -> ReplyKeyboardMarkup:
    share = KeyboardButton(text=words.plain("button-share-contact"), request_contact=True)
    return ReplyKeyboardMarkup(keyboard=[[share]], resize_keyboard=True, one_time_keyboard=True)
