"""People and shops of a test: joined, funded and invoiced through the real services."""

from dataclasses import dataclass, field
from datetime import timedelta

from purser.services import Services
from services.catalogue_imports import CatalogueFile
from services.due import Handler, Work, Worker
from services.emails import Letter
from services.holders import Holder
from services.invoices import Invoice, Wish
from services.ledger import account_id
from services.merchants import Merchant
from services.money import RUB, Currency, Money
from services.provider_life import Order, ProviderPayment
from services.short_messages import ShortMessage
from services.terminals import Terminal
from storage.engines import AnyStore
from tests.catalogue import CATEGORIES, PROVIDERS, Billing
from tests.clock import TestClock

PHONE = "+79161234567"
OTHER_PHONE = "+79261234567"
ANN, BOB = 7, 8


@dataclass
class Cast:
    """Acts on the services as the edges do, and keeps what went out."""

    services: Services
    store: AnyStore
    clock: TestClock
    billing: Billing = field(default_factory=Billing)
    """The billing system of every provider."""
    sms: list[ShortMessage] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    sent: list[Work] = field(default_factory=list)
    """Notices and webhooks that were due."""

    async def deliver(self) -> None:
        """Do all the work that is due now."""
        await self.worker().drain()

    def worker(self) -> Worker:
        """A worker that keeps messages instead of sending them."""
        services = self.services

        async def offer(work: Work) -> None:
            await services.offer_expiry.expire(offer_id=work.payload["offer"])

        async def invoice(work: Work) -> None:
            await services.invoices.expire(invoice_id=work.payload["invoice"])

        async def authorisation(work: Work) -> None:
            await services.authorisations.expire(invoice_id=work.payload["invoice"])

        async def card(work: Work) -> None:
            await services.cards.expire(card_id=work.payload["card"])

        async def pay(work: Work) -> None:
            await services.provider_sending.send(payment_id=work.payload["payment"])

        async def charge(work: Work) -> None:
            await services.link_charges.make(invoice_id=work.payload["invoice"])

        async def schedule(work: Work) -> None:
            await services.due_schedules.act(work=work)

        async def erase(work: Work) -> None:
            await services.identifications.erase(
                identification_id=work.payload["identification"], version=work.payload["version"]
            )

        handlers: dict[str, Handler] = {
            "sms_code": self._sms,
            "sms_card": self._sms,
            "notice": self._keep,
            "webhook": self._keep,
            "bill_notification": self._keep,
            "pull_notification": self._keep,
            "robokassa_result": self._keep,
            "robokassa_result2": self._keep,
            "joining_failed": self._keep,
            "expire_offer": offer,
            "expire_authorisation": authorisation,
            "expire_invoice": invoice,
            "expire_card": card,
            "erase_identification": erase,
            "identification_waits": self._keep,
            "mail": self._mail,
            "pay_provider": pay,
            "charge_link": charge,
            "schedule": schedule,
        }
        always = timedelta(days=10_000)
        lifetimes = dict.fromkeys(handlers, always)
        return Worker(store=self.store, now=self.clock, handlers=handlers, lifetimes=lifetimes)

    async def code(self) -> str:
        """The digits of the newest code, as the SMS says them."""
        await self.deliver()
        codes = [each for each in self.sms if each.template.startswith("code_")]
        return str(codes[-1].values["code"])

    async def join(self, telegram_id: int = ANN, phone: str = PHONE) -> Holder:
        """A person with a wallet and a card."""
        await self.services.joinery.begin(
            telegram_id=telegram_id, contact_user_id=telegram_id, phone=phone, language="en"
        )
        joined = await self.services.joinery.prove(
            telegram_id=telegram_id, typed=await self.code()
        )
        return joined.holder

    async def fund(self, holder: Holder, minor: int, of: Currency = RUB) -> None:
        """Money from the operator."""
        await self.services.wallets.correct(
            phone=holder.phone, amount=Money(minor, of), reason="test"
        )

    async def shop(self, name: str = "Shop") -> Merchant:
        """A merchant whose webhook is kept in `sent`."""
        made = await self.services.merchants.add(
            name=name, currency=RUB, webhook_url="https://shop.example/hook"
        )
        return made.merchant

    async def terminal(self, bond_minor: int = 10_000_00) -> Terminal:
        """A cash terminal."""
        made = await self.services.terminals.add(name="Lobby", bond_minor=bond_minor)
        return made.terminal

    async def invoice(
        self, shop: Merchant, minor: int, phone: str | None = PHONE, of: Currency = RUB
    ) -> Invoice:
        """An invoice to a number, or open."""
        wish = Wish(Money(minor, of), "A book", phone=phone)
        return await self.services.invoices.create(merchant=shop, wish=wish)

    async def pay(self, holder: Holder, invoice: Invoice, source: str = "account") -> str:
        """Offer, confirm, code; the payment's id."""
        payments = self.services.payments
        offer = await payments.offer(
            holder=holder, invoice_id=invoice.id, source=source, key=f"pay:{invoice.id}:{source}"
        )
        await payments.confirm(holder=holder, offer_id=offer.offer.id)
        paid = await payments.prove(
            holder=holder, offer_id=offer.offer.id, typed=await self.code()
        )
        assert paid.payment is not None
        return paid.payment.id

    async def open_catalogue(self) -> None:
        """The providers of `tests.catalogue` can be paid from now on."""
        file = CatalogueFile(CATEGORIES, PROVIDERS)
        await self.services.catalogue_imports.import_(file=file)

    async def pay_provider(
        self, holder: Holder, wanted: Order, source: str = "account", key: str = "pay"
    ) -> ProviderPayment:
        """Offer, confirm, code; the payment as it is before the provider is asked."""
        payments = self.services.provider_payments
        made = await payments.offer(holder=holder, order=wanted, source=source, key=key)
        await payments.confirm(holder=holder, offer_id=made.offer.id)
        paid = await payments.prove(holder=holder, offer_id=made.offer.id, typed=await self.code())
        assert paid.payment is not None
        return paid.payment

    async def available(self, holder: Holder, of: Currency = RUB) -> int:
        """What *holder* may spend, in minor units."""
        wallet = await self.services.wallets.show(holder=holder)
        return next(each.available.minor for each in wallet.balances if each.posted.currency == of)

    async def posted(self, owner: str, of: Currency = RUB) -> int:
        """What is on the account of *owner*, a shop for one, in minor units."""
        account = account_id(owner, of)
        found = await self.store.read(lambda book: book.ledger.balance(account))
        return 0 if found is None else found.posted.minor

    async def faults(self) -> list[str]:
        """What is wrong with the books, by name and row."""
        audit = await self.services.books.audit()
        return [f"{fault.name} {fault.row}" for fault in audit.faults]

    async def _sms(self, work: Work) -> None:
        opened = await self.services.short_messages.open(work=work)
        if opened is not None:
            self.sms.append(opened)

    async def _mail(self, work: Work) -> None:
        letter = await self.services.emails.letter(email_id=work.payload["email"])
        if letter is not None:
            self.letters.append(letter)

    async def _keep(self, work: Work) -> None:
        self.sent.append(work)
