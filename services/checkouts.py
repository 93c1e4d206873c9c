"""Paying from a shop's page: a number or a card is typed, a code or the chat says yes.

Whoever has an invoice's link may type anybody's number.  So until the right code nothing of
a holder's is held, and no wallet, a locked one, too little money or an invoice for somebody
else look the same; a code that nobody gets is kept and counted like one that is sent.
"""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services import checkout_asking as asking
from services import checkout_prices, codes, holders, invoices, sources
from services.card_numbers import number_index
from services.card_rules import OPEN_STATES
from services.checkout_life import (
    LIFETIME,
    Book,
    Checkout,
    CheckoutExpiredError,
    CheckoutNotFoundError,
    CheckoutState,
    ConsentMissingError,
    Cost,
    Look,
    Opening,
    TypedCard,
    Way,
)
from services.clock import Clock
from services.codes import CodeExhaustedError, CodeExpiredError
from services.errors import WalletError, raise_refusal
from services.holders import Holder
from services.ids import NewId
from services.invoices import Invoice
from services.ledger import account_id
from services.money import Currency
from services.payments import Payments
from services.phones import parse_phone
from services.sources import Rules, Source, SourceUnknownError
from services.store import Store
from services.vault import Vault

KEPT = timedelta(days=2)
"""How long after its end a checkout is kept, with the codes that were sent for it."""

FORGOTTEN_AT_ONCE = 500


class Checkouts:
    """What a payer does on a shop's page."""

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        rules: Rules,
        paying: Payments,
        currencies: tuple[Currency, ...],
    ) -> None:
        """*currencies*: those in which wallets have accounts."""
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id
        self._rules = rules
        self._paying = paying
        self._currencies = currencies

    async def look(
        self, *, invoice_id: str, success_url: str | None = None, fail_url: str | None = None
    ) -> Look:
        """An invoice, what it costs in each currency, and where its payer may return to.

        An address that the merchant has not registered counts as none.

        Raises:
            InvoiceNotFoundError: There is none.
        """
        at = self._now()

        def view(book: Book) -> Look:
            return checkout_prices.look(
                book,
                self._rules,
                invoice_id,
                self._currencies,
                at,
                success_url=success_url,
                fail_url=fail_url,
            )

        return await self._store.read(view)

    async def state(self, *, invoice_id: str) -> str:
        """What has become of the invoice, as `Look.state` says it.

        Raises:
            InvoiceNotFoundError: There is none.
        """
        at = self._now()

        def view(book: Book) -> str:
            return checkout_prices.state_of(*checkout_prices.known(book, invoice_id), at)

        return await self._store.glance(view)

    async def by_phone(self, *, opening: Opening, phone: str, way: Way) -> Checkout:
        """Ask the holder of *phone*, if there is one, by a code or in the chat.

        Raises:
            PhoneNotUnderstoodError: No such number can exist.
            ConsentMissingError: The shop wants to charge again, and that is not agreed to.
            SourceUnknownError, RateMissingError, RateStaleError, ExchangeLimitError: It
                cannot be paid in that currency.
            InvoiceNotFoundError, InvoicePaidError, InvoiceRejectedError,
            InvoiceExpiredError, InvoiceHeldError, InvoiceTestError, MerchantDisabledError:
                Nobody can pay it.
        """
        at = self._now()
        ids = self._new_id(at), self._new_id(at)
        number = parse_phone(phone)

        def work(book: Book) -> Checkout:
            invoice, cost = self._payable(book, opening, at)
            found = book.holders.of_phone(number)
            holder = found if invoice.phone in (None, number) else None
            content = _content(opening, cost, at, to=number, phone=number)
            checkout = self._opened(ids[0], opening, way, holder, content, at)
            if way is Way.CODE:
                checkout = asking.send_code(book, checkout, invoice, holder, ids[1], at)
            elif holder is not None and asking.may_ask(book, holder, at):
                subject = f"checkout/{checkout.id}"
                holders.notify(book, holder.id, "checkout", subject, at, key=subject, priority=1)
            book.checkouts.add(checkout)
            return checkout

        return await self._store.write(work)

    async def by_card(self, *, opening: Opening, card: TypedCard) -> Checkout:
        """Ask the owner of *card*, if all of it is right, by a code to the owner's number.

        Raises:
            CardTextError: No card is written so.
            and as `by_phone` does.
        """
        at = self._now()
        ids = self._new_id(at), self._new_id(at)
        typed = asking.read_card(card)
        index = number_index(self._vault, typed.number)

        def work(book: Book) -> Checkout:
            invoice, cost = self._payable(book, opening, at, by_card=True)
            found = asking.right_card(book, self._vault, typed, index, at)
            owner = None if found is None else book.holders.find(found.holder)
            holder = owner if owner and invoice.phone in (None, owner.phone) else None
            counted = f"card/{index.hex()}" if holder is None else holder.phone
            content = _content(opening, cost, at, to=typed.number[-4:], phone=counted)
            content["card"] = None if found is None else found.id
            checkout = self._opened(ids[0], opening, Way.CARD, holder, content, at)
            checkout = asking.send_code(book, checkout, invoice, holder, ids[1], at)
            book.checkouts.add(checkout)
            return checkout

        return await self._store.write(work)

    async def show(self, *, checkout_id: str, browser: str) -> Checkout:
        """What this browser has under way.

        Raises:
            CheckoutNotFoundError: Nothing of that id.
        """
        return await self._store.read(lambda book: self._theirs(book, checkout_id, browser))

    async def resend(self, *, checkout_id: str, browser: str) -> Checkout:
        """Send another code, if any more may be sent; the one before is void.

        Raises:
            CheckoutNotFoundError, CheckoutExpiredError, CodeExhaustedError: It is over.
            CodeThrottledError: The last one was sent less than half a minute ago.
        """
        at = self._now()
        code_id = self._new_id(at)

        def work(book: Book) -> Checkout:
            checkout = _alive(self._theirs(book, checkout_id, browser), at)
            if checkout.state is CheckoutState.PAID or checkout.way is Way.CHAT:
                return checkout
            invoice, _ = checkout_prices.known(book, checkout.invoice)
            holder = None if checkout.holder is None else book.holders.find(checkout.holder)
            again = asking.send_code(book, checkout, invoice, holder, code_id, at, is_again=True)
            book.checkouts.change(again)
            return again

        return await self._store.write(work)

    async def prove(self, *, checkout_id: str, browser: str, typed: str) -> Checkout:
        """Pay, if *typed* is the code that was sent; what forbids it is said only then.

        Called again after it succeeded, it returns the same.  After a refusal other than
        of the code the same code is good once more: the payer may top up and come back.

        Raises:
            CodeWrongError, CodeExpiredError, CodeExhaustedError: Not the right code.
            CheckoutNotFoundError, CheckoutExpiredError: It is over.
            and whatever `Payments.pay_now` raises.
        """
        at = self._now()
        ids = self._new_id(at), self._new_id(at)

        def work(book: Book) -> Checkout | WalletError:
            checkout = _alive(self._theirs(book, checkout_id, browser), at)
            if checkout.state is CheckoutState.PAID:
                return checkout
            if checkout.way is Way.CHAT:
                raise CheckoutNotFoundError
            # First the invoice, then its payer, then the code: as all who pay.
            checkout_prices.payable(*checkout_prices.known(book, checkout.invoice), at)
            holder = None if checkout.holder is None else book.holders.find(checkout.holder)
            refusal = asking.tried(book, self._vault, checkout, typed, at)
            if refusal is not None or holder is None:
                return refusal or CodeExpiredError()
            self._paying.pay_now(
                book,
                holder=holder,
                invoice_id=checkout.invoice,
                source=_source(book, checkout, holder),
                key=f"checkout:{checkout.id}",
                ids=ids,
                at=at,
            )
            paid = replace(checkout, state=CheckoutState.PAID)
            book.checkouts.change(paid)
            return paid

        return raise_refusal(await self._store.write(work))

    async def asked(self, *, holder: Holder, checkout_id: str) -> Invoice:
        """The invoice that somebody wants *holder* to pay.

        Raises:
            CheckoutNotFoundError: Nobody wants that of this holder.
        """

        def view(book: Book) -> Invoice:
            checkout = book.checkouts.find(checkout_id)
            if checkout is None or checkout.holder != holder.id:
                raise CheckoutNotFoundError
            return invoices.for_holder(book, holder, checkout.invoice)

        return await self._store.read(view)

    async def mute(self, *, holder: Holder) -> None:
        """It was not the holder: nobody asks so in the chat for `MUTED` from now."""
        at = self._now()

        def work(book: Book) -> None:
            asking.mute(book, holder, at)

        await self._store.write(work)

    async def forget(self) -> None:
        """Drop checkouts, and their codes, that ended longer than `KEPT` ago."""
        before = self._now() - KEPT

        def work(book: Book) -> int:
            return book.checkouts.forget(before, limit=FORGOTTEN_AT_ONCE)

        while await self._store.write(work) == FORGOTTEN_AT_ONCE:
            pass

    def form_token(self, *, browser: str, invoice_id: str) -> str:
        """What a form about that invoice carries, if it is this browser's."""
        return self._vault.digest("checkout form", browser, invoice_id).hex()

    def is_form_token(self, *, browser: str, invoice_id: str, token: str) -> bool:
        """Whether *token* is that browser's."""
        right = self.form_token(browser=browser, invoice_id=invoice_id)
        return hmac.compare_digest(right.encode(), token.encode("utf-8", "replace"))

    def _payable(
        self, book: Book, opening: Opening, at: datetime, *, by_card: bool = False
    ) -> tuple[Invoice, Cost]:
        """The invoice and what it costs, if anybody can pay it so."""
        invoice, merchant = checkout_prices.known(book, opening.invoice)
        checkout_prices.payable(invoice, merchant, at)
        if invoice.is_recurring and not opening.agrees:
            raise ConsentMissingError
        of = checkout_prices.OF_CARDS if by_card else opening.of or invoice.amount.currency
        return invoice, checkout_prices.cost(book, self._rules, invoice, of, at)

    def _opened(
        self,
        checkout_id: str,
        opening: Opening,
        way: Way,
        holder: Holder | None,
        content: dict[str, Any],
        at: datetime,
    ) -> Checkout:
        kept = LIFETIME if content["conversion"] is None else self._rules.exchange.lifetime
        return Checkout(
            id=checkout_id,
            invoice=opening.invoice,
            secret=self._secret(opening.browser, checkout_id),
            way=way,
            holder=None if holder is None else holder.id,
            content=content,
            created_at=at,
            expires_at=at + min(LIFETIME, kept),
        )

    def _secret(self, browser: str, checkout_id: str) -> bytes:
        return self._vault.digest("checkout", browser, checkout_id)

    def _theirs(self, book: Book, checkout_id: str, browser: str) -> Checkout:
        checkout = book.checkouts.find(checkout_id)
        right = self._secret(browser, checkout_id)
        if checkout is None or not hmac.compare_digest(checkout.secret, right):
            raise CheckoutNotFoundError
        return checkout


def _alive(checkout: Checkout, at: datetime) -> Checkout:
    """The checkout, if it has not failed and its time is not over."""
    if checkout.state is CheckoutState.FAILED:
        raise CodeExhaustedError(tries=codes.TRIES_MAX)
    if checkout.state is CheckoutState.OPEN and at >= checkout.expires_at:
        raise CheckoutExpiredError
    return checkout


def _content(opening: Opening, cost: Cost, at: datetime, *, to: str, phone: str) -> dict[str, Any]:
    """*to* is what the payer is shown, *phone* whom the codes are counted for."""
    return {
        "code_at": at.isoformat(),
        "to": to,
        "phone": phone,
        "card": None,
        "given": {"minor": cost.amount.minor, "currency": cost.amount.currency.code},
        "conversion": None if cost.conversion is None else cost.conversion.content(),
        "success_url": opening.success_url,
        "fail_url": opening.fail_url,
    }


def _source(book: Book, checkout: Checkout, holder: Holder) -> Source:
    """What pays, at the cost and the rate that the payer has seen.

    Raises:
        SourceUnknownError: The wallet has no such account, or the card is gone.
    """
    account = account_id(holder.owner, checkout.cost.currency)
    card_id = checkout.content["card"]
    card = None if card_id is None else book.cards.find(card_id)
    is_gone = card_id is not None and (card is None or card.state not in OPEN_STATES)
    if is_gone or book.ledger.balance(account) is None:
        raise SourceUnknownError
    return sources.offered(book, checkout.content | {"account": account})
