"""The chat as the composition root runs it: intake, feeder, dispatcher and notices in one."""

import asyncio

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from bot.buttons import Buttons
from bot.dispatcher import create_dispatcher
from bot.feeder import Feeder, Sleep
from bot.intake import Intake
from bot.notices import Notices
from bot.shared_feeder import SharedFeeder
from bot.stage import Stage
from bot.texts import FALLBACK, Texts
from bot.wallet import WalletServices
from services.clock import Clock
from services.due import Handler
from services.vault import Vault

logger = structlog.get_logger(__name__)

COMMANDS = (
    "start",
    "balance",
    "invoices",
    "pay",
    "exchange",
    "topup",
    "cards",
    "limits",
    "history",
    "receipt",
    "refunds",
    "links",
    "merchant",
    "settings",
    "lock",
    "help",
    "cancel",
)
"""In the order of Telegram's menu; only what does something."""


class BotEdge:
    """Everything of the chat that runs."""

    def __init__(
        self,
        *,
        bot: Bot,
        dispatcher: Dispatcher,
        feeder: Feeder,
        intake: Intake,
        notices: Notices,
        texts: Texts,
    ) -> None:
        self.dispatcher = dispatcher
        self.feeder = feeder
        self.handlers: dict[str, Handler] = notices.handlers()
        """Of waiting work, by kind."""
        self._bot = bot
        self._intake = intake
        self._texts = texts

    async def prepare(self) -> None:
        """Tell Telegram the commands in every language; it works without, so no error leaves."""
        for language in (None, *self._texts.languages):
            words = self._texts.words_for(language or FALLBACK)
            commands = [
                BotCommand(command=name, description=words.plain(f"command-{name}"))
                for name in COMMANDS
            ]
            try:
                await self._bot.set_my_commands(
                    commands,
                    scope=BotCommandScopeAllPrivateChats(),
                    language_code=language,
                )
            except AiogramError as exc:
                logger.warning("commands not registered", error=type(exc).__name__)

    async def use_webhook(self, url: str, secret: str) -> None:
        """Have Telegram post updates to *url* with *secret* in its header."""
        await self._intake.use_webhook(url, secret)

    async def run_polling(self) -> None:
        """Handle what was left, then poll until cancelled; what is in hand is finished."""
        try:
            await self.feeder.start()
            await self._intake.poll()
        finally:
            await self.feeder.close()

    async def run_feeder(self) -> None:
        """The same where updates come by webhook."""
        try:
            await self.feeder.start()
            await asyncio.Event().wait()
        finally:
            await self.feeder.close()

    def wake(self) -> None:
        """Some process has kept an update: look at once."""
        self.feeder.wake()

    async def receive_webhook(self, body: bytes) -> bool:
        """One update that Telegram posted; False where *body* is none.

        Raises:
            UnavailableError: It could not be kept; Telegram shall post it again.
        """
        return await self._intake.receive_webhook(body)


def create_bot_edge(
    *,
    bot: Bot,
    services: WalletServices,
    vault: Vault,
    texts: Texts,
    now: Clock,
    operators: frozenset[int] = frozenset(),
    app_url: str | None = None,
    username: str | None = None,
    shares_inbox: bool = False,
    sleep: Sleep = asyncio.sleep,
) -> BotEdge:
    """Build the chat; *app_url* is where the Mini App pages are, if they can be reached.

    One that *shares_inbox* with other processes claims each update before handling it.
    """
    dispatcher = create_dispatcher(
        services=services,
        vault=vault,
        texts=texts,
        now=now,
        operators=operators,
        username=username,
        app_url=app_url,
    )
    feeder = (SharedFeeder if shares_inbox else Feeder)(
        bot=bot,
        dispatcher=dispatcher,
        inbox=services.inbox,
        visitors=services.visitors,
        wallets=services.wallets,
        texts=texts,
        operators=operators,
        sleep=sleep,
    )
    return BotEdge(
        bot=bot,
        dispatcher=dispatcher,
        feeder=feeder,
        intake=Intake(bot=bot, inbox=services.inbox, feeder=feeder, sleep=sleep),
        notices=create_notices(
            bot=bot,
            services=services,
            vault=vault,
            texts=texts,
            operators=operators,
            app_url=app_url,
        ),
        texts=texts,
    )


def create_notices(
    *,
    bot: Bot,
    services: WalletServices,
    vault: Vault,
    texts: Texts,
    operators: frozenset[int] = frozenset(),
    app_url: str | None = None,
) -> Notices:
    """The messages that come by themselves, alone."""
    return Notices(
        bot=bot,
        stage=Stage(visitors=services.visitors, buttons=Buttons(vault)),
        texts=texts,
        operators=operators,
        app_url=app_url,
        books=services.books,
        card_details=services.card_details,
        checkouts=services.checkouts,
        history=services.history,
        identifications=services.identifications,
        invoices=services.invoices,
        payment_links=services.payment_links,
        payments=services.payments,
        provider_payments=services.provider_payments,
        refunds=services.refunds,
        schedules=services.schedules,
        topups=services.topups,
        visitors=services.visitors,
        wallets=services.wallets,
    )
