"""Messages that come by themselves: an invoice, money that came, a card's details.

The waiting work names what to tell of; what is said is read when it is sent, so a message
that was held up never says what is no longer so.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter

from bot.buttons import Button
from bot.formats import Markup, escaped
from bot.handlers.checkouts import asked_screen
from bot.handlers.joining import greeting
from bot.handlers.links import charge_screen
from bot.handlers.provider_screens import proposal_screen
from bot.handlers.schedule_screens import missed_screen, reminder_screen
from bot.screens import Screen, home_button
from bot.sending import is_gone, priority
from bot.stage import Stage
from bot.texts import Texts, Words
from services.books import Books
from services.card_details import CardDetails
from services.checkouts import Checkouts
from services.conversations import Conversation, Visitors
from services.due import GiveUpError, Handler, TryAgainError, Work
from services.history import History
from services.holders import Holder, Wallets
from services.identification_life import IdentificationState
from services.identifications import Identifications
from services.invoices import Invoices, InvoiceState
from services.payment_links import PaymentLinks
from services.payments import Payments
from services.phones import masked
from services.provider_payments import ProviderPayments
from services.refunds import Refunds
from services.schedules import Schedules
from services.topups import TopUps

logger = structlog.get_logger(__name__)

Say = Callable[[Words, Holder, str], Awaitable[Screen | None]]


class Notices:
    """The handlers of waiting work that end in the chat."""

    def __init__(
        self,
        *,
        bot: Bot,
        stage: Stage,
        texts: Texts,
        operators: frozenset[int],
        app_url: str | None,
        books: Books,
        card_details: CardDetails,
        checkouts: Checkouts,
        history: History,
        identifications: Identifications,
        invoices: Invoices,
        payment_links: PaymentLinks,
        payments: Payments,
        provider_payments: ProviderPayments,
        refunds: Refunds,
        schedules: Schedules,
        topups: TopUps,
        visitors: Visitors,
        wallets: Wallets,
    ) -> None:
        self._bot = bot
        self._stage = stage
        self._texts = texts
        self._operators = operators
        self._app_url = app_url
        self._books = books
        self._card_details = card_details
        self._checkouts = checkouts
        self._history = history
        self._identifications = identifications
        self._invoices = invoices
        self._payment_links = payment_links
        self._payments = payments
        self._provider_payments = provider_payments
        self._refunds = refunds
        self._schedules = schedules
        self._topups = topups
        self._visitors = visitors
        self._wallets = wallets
        self._says: dict[str, Say] = {
            "invoice": self._invoice,
            "topup": self._topup,
            "provider_payment": self._provider_payment,
            "schedule": self._schedule,
            "schedule_missed": self._schedule_missed,
            "refund": self._refund,
            "charge": self._charge,
            "hold_ended": self._hold_ended,
            "correction": self._correction,
            "card": self._card,
            "checkout": self._checkout,
            "email": self._email,
            "identification": self._identification,
        }

    def handlers(self) -> dict[str, Handler]:
        """By the kind of the work."""
        return {
            "notice": _by_priority(self.tell),
            "joining_failed": _by_priority(self.tell_unreachable),
            "chain_head": _by_priority(self.tell_head),
            "identification_waits": _by_priority(self.tell_waiting),
        }

    async def tell(self, work: Work) -> None:
        """Tell a holder of something, unless it has become pointless."""
        holder = await self._wallets.get(holder=work.payload["holder"])
        if holder.telegram_id is None:  # has not come to the chat yet
            return
        words = self._texts.words_for(holder.language)
        subject = work.payload["subject"].partition("/")[2]
        screen = await self._says[work.payload["notice"]](words, holder, subject)
        if screen is None:
            return
        try:
            await self._deliver(holder.telegram_id, screen, words)
        except GiveUpError:
            await self._wallets.set_reachable(holder=holder, reachable=False)
            raise

    async def tell_unreachable(self, work: Work) -> None:
        """The code could not be delivered: joining starts again, for the same invoice."""
        person: int = work.payload["telegram_id"]
        words = self._texts.words_for(work.payload["language"])
        known = (await self._visitors.find(telegram_id=person)).conversation
        came_for = known.data.get("came_for")
        screen = greeting(words, came_for)
        text = words("join-unreachable")
        shown = await self._deliver(person, Screen(text, keyboard=screen.keyboard), words)
        question = screen.question
        await self._visitors.expect(
            telegram_id=person,
            conversation=Conversation(
                "" if question is None else question.name,
                {} if question is None else question.data,
                shown,
                known.language,
            ),
        )

    async def tell_head(self, work: Work) -> None:  # noqa: ARG002  # the head is read now
        """Send the signed end of the journal to every operator."""
        head = await self._books.head()
        code = Markup(f"<code>{escaped(json.dumps(asdict(head)))}</code>")
        await self._tell_operators(lambda words: Screen(words("operator-chain-head", head=code)))

    async def tell_waiting(self, work: Work) -> None:  # noqa: ARG002  # the list says which
        """Tell every operator that personal data wait to be checked; not whose."""

        def say(words: Words) -> Screen:
            open_list = Button(words.plain("button-identifications"), "opidents")
            return Screen(words("notice-identification-waits"), ((open_list,),))

        await self._tell_operators(say)

    async def _tell_operators(self, say: Callable[[Words], Screen]) -> None:
        refused = None
        for operator in sorted(self._operators):
            language = await self._language_of(operator)
            words = self._texts.words_for(language)
            try:
                await self._deliver(operator, say(words), words)
            except GiveUpError as exc:  # the others get it all the same
                refused = exc
        if refused is not None:
            raise refused

    async def _language_of(self, person: int) -> str:
        holder = (await self._visitors.find(telegram_id=person)).holder
        return "en" if holder is None else holder.language

    async def _deliver(self, person: int, screen: Screen, words: Words) -> int:
        """Send it, and say in the worker's words what became of it.

        Raises:
            TryAgainError: Telegram could not take it now.
            GiveUpError: The person has blocked the bot, or is not there.
        """
        try:
            return await self._stage.send(self._bot, person, screen, words)
        except TelegramRetryAfter as exc:
            raise TryAgainError("flood", after=timedelta(seconds=exc.retry_after)) from exc
        except AiogramError as exc:
            if is_gone(exc):
                raise GiveUpError(exc.message) from exc
            raise TryAgainError(type(exc).__name__) from exc

    async def _invoice(self, words: Words, holder: Holder, subject: str) -> Screen | None:
        invoice = await self._invoices.view(holder=holder, invoice_id=subject)
        if invoice.state is not InvoiceState.WAITING:
            return None
        text = words(
            "notice-invoice",
            payee=invoice.merchant_name,
            amount=invoice.amount,
            description=invoice.description or words.plain("nothing-said"),
            until=invoice.expires_at,
        )
        buttons = (
            Button(words.plain("button-pay"), "pay", invoice.id, style="success"),
            Button(words.plain("button-view"), "bill", invoice.id),
            Button(words.plain("button-refuse"), "refuse", invoice.id),
        )
        return Screen(text, (buttons,))

    async def _checkout(self, words: Words, holder: Holder, subject: str) -> Screen | None:
        invoice = await self._checkouts.asked(holder=holder, checkout_id=subject)
        return asked_screen(words, invoice)

    async def _topup(self, words: Words, holder: Holder, subject: str) -> Screen:
        topup = await self._topups.view(holder=holder, topup_id=subject)
        text = words(
            "notice-topup",
            amount=topup.amount,
            terminal=topup.terminal_name,
            receipt=topup.receipt,
        )
        return Screen(text, ((home_button(words),),))

    async def _provider_payment(self, words: Words, holder: Holder, subject: str) -> Screen:
        shown = await self._provider_payments.receipt(holder=holder, payment_id=subject)
        return proposal_screen(words, holder, shown)

    async def _schedule(self, words: Words, holder: Holder, subject: str) -> Screen | None:
        reminder = await self._schedules.reminder(holder=holder, occurrence_id=subject)
        return reminder_screen(words, reminder)

    async def _schedule_missed(self, words: Words, holder: Holder, subject: str) -> Screen | None:
        page = await self._schedules.missed(holder=holder, schedule_id=subject)
        return None if page is None else missed_screen(words, page)

    async def _refund(self, words: Words, holder: Holder, subject: str) -> Screen:
        refund = await self._refunds.view(holder=holder, refund_id=subject)
        text = words(
            "notice-refund",
            payee=refund.merchant_name,
            amount=refund.amount,
            currency=refund.amount.currency,
        )
        buttons = (Button(words.plain("button-refunds"), "refunds"), home_button(words))
        return Screen(text, (buttons,))

    async def _charge(self, words: Words, holder: Holder, subject: str) -> Screen:
        """A shop has charged the wallet by a link."""
        link_id, _, invoice_id = subject.partition("/")
        charged = await self._payment_links.charged(
            holder=holder, link_id=link_id, invoice_id=invoice_id
        )
        return charge_screen(words, charged)

    async def _hold_ended(self, words: Words, holder: Holder, subject: str) -> Screen:
        """What was held for a merchant: it took it, or some of it, or let it go."""
        shown = await self._payments.receipt(holder=holder, payment_id=subject)
        payment, invoice = shown.payment, shown.invoice
        if payment is None:
            raise ValueError(f"payment {subject} is missing")
        text = words(
            "notice-hold-captured" if shown.is_paid else "notice-hold-released",
            payee=invoice.merchant_name,
            amount=payment.given,
            description=invoice.description or words.plain("nothing-said"),
        )
        return Screen(text, ((home_button(words),),))

    async def _correction(self, words: Words, holder: Holder, subject: str) -> Screen:
        operation, _ = await self._history.open(holder=holder.id, operation_id=subject)
        text = words("notice-correction", amount=operation.amount, reason=operation.title)
        return Screen(text, ((home_button(words),),))

    async def _email(self, words: Words, holder: Holder, subject: str) -> Screen:
        del holder, subject
        limits = Button(words.plain("button-to-limits"), "mylimits")
        return Screen(words("notice-email"), ((limits, home_button(words)),))

    async def _identification(self, words: Words, holder: Holder, subject: str) -> Screen | None:
        shown = await self._identifications.known(holder=holder)
        if shown is None or shown.identification.id != subject:
            return None
        state = shown.identification.state
        if state is IdentificationState.APPROVED:
            limits = Button(words.plain("button-to-limits"), "mylimits")
            return Screen(words("notice-identification-approved"), ((limits, home_button(words)),))
        if state is not IdentificationState.DECLINED:
            return None
        correct = Button(words.plain("button-correct-data"), "ident", style="primary")
        text = words("notice-identification-declined", reason=shown.identification.reason)
        return Screen(text, ((correct, home_button(words)),))

    async def _card(self, words: Words, holder: Holder, subject: str) -> Screen | None:
        card = await self._card_details.announced(reveal_id=subject)
        if card is None:
            return None
        key = "notice-card" if self._app_url else "notice-card-no-page"
        text = words(key, last_four=card.last_four, phone=masked(holder.phone))
        page = Button(
            words.plain("button-open-card-page"),
            style="primary",
            page=f"{self._app_url}/app/cards/{subject}?lang={holder.language}",
        )
        rows = ((page,),) if self._app_url else ()
        return Screen(text, rows, is_protected=True)


def _by_priority(handler: Handler) -> Handler:
    """Send as urgently as the work is: money goes ahead of the rest."""

    async def handle(work: Work) -> None:
        with priority(work.priority):
            await handler(work)

    return handle
