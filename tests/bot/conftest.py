"""The whole chat on the real storage: dispatcher, waiting work, SMS, a shop."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from aiogram import Bot, Dispatcher

from bot.dispatcher import create_dispatcher
from bot.edge import create_notices
from bot.texts import Texts
from purser.services import Services
from services.due import Handler, Work, Worker
from services.emails import Letter
from services.invoices import Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Currency, Money
from services.vault import Vault
from storage.engines import AnyStore
from tests.catalogue import stock
from tests.conftest import TestClock
from tests.telegram import TOKEN, Phone, Telegram

OPERATOR = 99
APP_URL = "https://wallet.example"
ALWAYS = timedelta(days=10_000)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
async def bot(telegram: Telegram) -> Bot:
    return Bot(TOKEN, session=telegram)


@pytest.fixture
def dispatcher(services: Services, vault: Vault, texts: Texts, clock: TestClock) -> Dispatcher:
    return create_dispatcher(
        services=services,
        vault=vault,
        texts=texts,
        now=clock,
        operators=frozenset({OPERATOR}),
        username="purser_bot",
    )


@pytest.fixture
def phone(telegram: Telegram, dispatcher: Dispatcher) -> Phone:
    return Phone(telegram, dispatcher)


@pytest.fixture
def other(telegram: Telegram, dispatcher: Dispatcher) -> Phone:
    return Phone(telegram, dispatcher, 8, number="+79167654321", language="ru")


class Outside:
    """What happens around the chat: SMS come, shops issue, cash arrives, time passes."""

    def __init__(self, services: Services, worker: Worker) -> None:
        self.services = services
        self.sms: list[tuple[str, str]] = []
        self.letters: list[Letter] = []
        self.unreachable: set[str] = set()
        self._worker = worker
        self._numbers = count(1)
        self._merchant: Merchant | None = None

    async def mail(self, work: Work) -> None:
        """Keep a mail that is to be sent."""
        letter = await self.services.emails.letter(email_id=work.payload["email"])
        if letter is not None:
            self.letters.append(letter)

    async def settle(self) -> None:
        """Do all the work that is due."""
        await self._worker.drain()

    async def code(self) -> str:
        """The digits of the newest SMS with a code."""
        await self.settle()
        return next(text.split()[0] for _, text in reversed(self.sms) if text[:6].isdigit())

    async def join(self, phone: Phone) -> None:
        """Through the chat, as everybody does."""
        await phone.say("/start")
        await phone.share_contact()
        await phone.say(await self.code())
        await self.settle()

    async def merchant(self, *, name: str = "Corner Shop") -> Merchant:
        """A shop in roubles."""
        return (await self.services.merchants.add(name=name, currency=RUB)).merchant

    async def credit(self, phone: Phone, minor: int, of: Currency = RUB) -> None:
        """Money from the operator."""
        await self.services.wallets.correct(
            phone=phone.number, amount=Money(minor, of), reason="a gift"
        )
        await self.settle()  # its message comes before whatever is done next

    async def invoice(
        self,
        phone: Phone | None,
        minor: int = 125_000,
        *,
        description: str = "Headphones",
        merchant: Merchant | None = None,
        of: Currency = RUB,
    ) -> Invoice:
        """An invoice for *phone*, or an open one."""
        if self._merchant is None:
            self._merchant = await self.merchant()
        wish = Wish(Money(minor, of), description, None if phone is None else phone.number)
        return await self.services.invoices.create(merchant=merchant or self._merchant, wish=wish)

    async def to_code(self, phone: Phone) -> None:
        """From an invoice to the question for the code."""
        await phone.press("Pay")
        await phone.press("Confirm")

    async def pay(self, phone: Phone) -> Invoice:
        """From an invoice to its receipt, from the account."""
        issued = await self.invoice(phone)
        await self.settle()
        await self.to_code(phone)
        await phone.say(await self.code())
        return issued


@pytest.fixture
async def outside(
    store: AnyStore,
    services: Services,
    bot: Bot,
    vault: Vault,
    texts: Texts,
    clock: TestClock,
) -> Outside:
    notices = create_notices(
        bot=bot,
        services=services,
        vault=vault,
        texts=texts,
        operators=frozenset({OPERATOR}),
        app_url=APP_URL,
    )
    handlers: dict[str, Handler] = notices.handlers()
    worker = Worker(store=store, now=clock, handlers=handlers, lifetimes={"pay_provider": ALWAYS})
    around = Outside(services, worker)

    async def sms(work: Work) -> None:
        message = await services.short_messages.open(work=work)
        if message is None:
            return
        if message.phone in around.unreachable:
            await services.short_messages.unreachable(work=work)
            return
        text = texts.compose(message.language, message.template, message.values)
        around.sms.append((message.phone, text))

    async def expire_offer(work: Work) -> None:
        await services.offer_expiry.expire(offer_id=work.payload["offer"])

    async def pay_provider(work: Work) -> None:
        await services.provider_sending.send(payment_id=work.payload["payment"])

    async def schedule(work: Work) -> None:
        await services.due_schedules.act(work=work)

    async def expire_invoice(work: Work) -> None:
        await services.invoices.expire(invoice_id=work.payload["invoice"])

    async def nothing(_: Work) -> None:
        await asyncio.sleep(0)

    handlers |= {
        "sms_code": sms,
        "sms_card": sms,
        "expire_offer": expire_offer,
        "expire_invoice": expire_invoice,
        "pay_provider": pay_provider,
        "schedule": schedule,
        "expire_card": nothing,
        "mail": around.mail,
        "webhook": nothing,
    }
    return around


@pytest.fixture
async def payer(phone: Phone, outside: Outside) -> Phone:
    """Somebody with 2,000 roubles and an unpaid invoice of 1,250."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    await outside.settle()
    await outside.invoice(phone)
    await outside.settle()
    return phone


@pytest.fixture
async def shopper(phone: Phone, outside: Outside, services: Services) -> Phone:
    """Somebody with 2,000 roubles, in a wallet whose catalogue can be paid."""
    await stock(services)
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    return phone
