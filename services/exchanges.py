"""Exchange between a holder's own accounts: offer, confirmation, code, and both sides at once.

The offer keeps its rate until it expires.  Confirming holds what is given and takes up its
room in the wallet's position; so what was promised can be kept whoever exchanges meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services import exchange, holders, ledger, limits, offers, sources
from services.clock import Clock
from services.confirming import Confirming, Shown
from services.errors import WalletError
from services.exchange import Conversion, ExchangePairError
from services.history import Operation, Step
from services.holders import Holder
from services.ids import NewId
from services.ledger import AccountNotFoundError, Balance, Transaction, account_id
from services.money import DEFAULT_CURRENCIES, Currency, Money
from services.offers import Offer, OfferState
from services.rates import Price
from services.sources import Rules, Source
from services.store import Store
from services.vault import Vault

KIND = "exchange"
"""Of offers and operations, and of spending as the limits count it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a holder wants exchanged; the amount is of either side."""

    gives: Currency
    gets: Currency
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.currency not in (self.gives, self.gets):
            raise ValueError(f"{self.amount} is of neither side")


@dataclass(frozen=True, slots=True)
class ExchangeProposal(Shown):
    """Everything an offer to exchange states, and what has become of it."""

    conversion: Conversion
    balance: Balance
    """The account that gives, as it is now."""

    @property
    def is_done(self) -> bool:
        """Whether the money has moved: the proposal is a receipt now."""
        return self.offer.state is OfferState.USED


class Book(sources.Book, Protocol):
    """The part of the book that exchanges need."""


class Exchanges(Confirming[Book, ExchangeProposal]):
    """What a holder does to exchange money between own accounts."""

    kind = KIND
    purpose = KIND

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        rules: Rules,
        currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES,
    ) -> None:
        """*currencies*: those of the wallets, which may be exchanged for one another."""
        super().__init__(store=store, vault=vault, now=now, new_id=new_id)
        self._rules = rules
        self._currencies = currencies

    async def offer(self, *, holder: Holder, wish: Wish, key: str) -> ExchangeProposal:
        """State what would be given and got, at which rate; nothing is reserved yet.

        Repeated with the same *key* it returns the first.

        Raises:
            ExchangePairError: The two are not exchanged here.
            RateMissingError, RateStaleError: There is no rate, or an old one.
            ExchangeLimitError: The wallet's position would pass its limit.
            ExchangeTooSmallError, AmountOutOfRangeError: Too little, or too much.
            InsufficientFundsError, LimitExceededError, WalletLockedError: It cannot be given.
            BalanceLimitError: The wallet may not hold so much of what it would get.
            KeyReusedError: *key* made an offer for something or somebody else.
        """
        at = self._now()
        offer_id = self._new_id(at)
        subject = f"pair/{wish.gives.code}/{wish.gets.code}"

        def work(book: Book) -> ExchangeProposal:
            first = offers.made_before(book, key, holder.id, self.kind, subject)
            if first is not None:
                return self._show(book, holder, first)
            conversion = self._priced(book, wish, at)
            source = _source(book, holder, conversion)
            sources.may_spend(book, self._rules, holder, KIND, source, at)
            limits.room_for(book, self._rules.limits, holder, conversion.gets)
            until = sources.offer_end(self._rules, source, at)
            content = conversion.content()
            offer = Offer(offer_id, holder.id, key, self.kind, subject, content, at, until)
            return ExchangeProposal(offers.keep(book, offer), conversion, source.balance)

        return await self._store.write(work)

    async def price(
        self, *, holder: Holder, gives: Currency, gets: Currency
    ) -> tuple[Price, Money]:
        """The rate at which *gives* would be exchanged now, and how much of it is available.

        Raises:
            ExchangePairError, RateMissingError, RateStaleError: It cannot be exchanged now.
        """
        at = self._now()

        def view(book: Book) -> tuple[Price, Money]:
            self._exchanged(gives, gets)
            price = exchange.price(book, self._rules.exchange, gives, gets, at)
            balance = book.ledger.balance(account_id(holder.owner, gives))
            return price, Money(0, gives) if balance is None else balance.available

        return await self._store.read(view)

    async def receipt(self, *, holder: Holder, exchange_id: str) -> ExchangeProposal:
        """An exchange with all that its offer stated.

        Raises:
            OfferNotFoundError: *holder* has no such exchange.
        """

        def view(book: Book) -> ExchangeProposal:
            offer = offers.theirs(book, holder.id, exchange_id, self.kind)
            return self._show(book, holder, offer)

        return await self._store.read(view)

    def _priced(self, book: Book, wish: Wish, at: datetime) -> Conversion:
        self._exchanged(wish.gives, wish.gets)
        terms = self._rules.exchange
        if wish.amount.currency == wish.gives:
            return exchange.to_give(book, terms, wish.amount, wish.gets, at)
        return exchange.to_get(book, terms, wish.amount, wish.gives, at)

    def _exchanged(self, gives: Currency, gets: Currency) -> None:
        if not {gives, gets} <= set(self._currencies):
            raise ExchangePairError(pair=f"{gives.code}/{gets.code}")

    def _show(self, book: Book, holder: Holder, offer: Offer) -> ExchangeProposal:
        conversion = Conversion.from_content(offer.content)
        return ExchangeProposal(offer, conversion, _source(book, holder, conversion).balance)

    def _hold(
        self, book: Book, holder: Holder, shown: ExchangeProposal, new_id: str, at: datetime
    ) -> ExchangeProposal:
        del new_id  # the exchange is its offer, under the same id
        source = _source(book, holder, shown.conversion)
        limits.room_for(book, self._rules.limits, holder, shown.conversion.gets)
        sources.reserve(
            book,
            self._rules,
            holder,
            KIND,
            source,
            hold_id=shown.offer.id,
            cause=_subject(shown),
            until=shown.offer.expires_at,
            at=at,
        )
        _record(book, shown, "hold", "held", "holder", at)
        return shown

    def _needs_code(self, shown: ExchangeProposal) -> bool:
        return self._rules.need_code(shown.conversion.gives)

    def _named(self, holder: Holder, shown: ExchangeProposal) -> dict[str, str]:
        del holder  # amounts are the same in every language
        gives, gets = shown.conversion.gives, shown.conversion.gets
        return {
            "minor": str(gives.minor),
            "currency": gives.currency.code,
            "gets_minor": str(gets.minor),
            "gets_currency": gets.currency.code,
        }

    def _obstacle(
        self, book: Book, holder: Holder, shown: ExchangeProposal, at: datetime
    ) -> WalletError | None:
        del at
        try:
            current = holders.active(book, holder.id)
            limits.room_for(book, self._rules.limits, current, shown.conversion.gets)
        except WalletError as exc:  # nothing was written yet
            return exc
        return None

    def _carry_out(self, book: Book, shown: ExchangeProposal, at: datetime) -> ExchangeProposal:
        """Both sides and the fee in one transaction."""
        offer, conversion = shown.offer, shown.conversion
        holder = holders.active(book, offer.holder)
        target = holders.ensure_account(book, holder, conversion.gets.currency, at)
        source = _source(book, holder, conversion)
        transfers = sources.moves(book, source, [(target, conversion.gets)], at)
        posting = Transaction(f"exchange:{offer.id}", KIND, _subject(shown), at, transfers)
        ledger.capture(book.ledger, offer.id, posting)
        sources.note_exchange(book, source, holder.id, _subject(shown), at)
        done = replace(shown, offer=offers.move(book, offer, "use"))
        _record(book, done, "settle", "done", "holder", at)
        return done

    def _drop(
        self, book: Book, shown: ExchangeProposal, event: str, reason: str, at: datetime
    ) -> ExchangeProposal:
        was = shown.offer.state
        dropped = replace(shown, offer=offers.move(book, shown.offer, event))
        if was is OfferState.CONFIRMED:
            sources.let_go(
                book,
                self._rules,
                shown.offer.holder,
                KIND,
                shown.offer.id,
                at=at,
                expired=event == "expire",
            )
            _record(book, dropped, "fail", "failed", "wallet", at, reason)
        return dropped


def _source(book: Book, holder: Holder, conversion: Conversion) -> Source:
    of = conversion.gives.currency
    balance = book.ledger.balance(account_id(holder.owner, of))
    if balance is None:
        raise AccountNotFoundError(currency=of.code)
    name = f"{sources.ACCOUNT}/{of.code}"
    return Source(name, balance, conversion.gives, conversion=conversion)


def _subject(shown: ExchangeProposal) -> str:
    return f"exchange/{shown.offer.id}"


def _record(
    book: Book,
    shown: ExchangeProposal,
    event: str,
    state: str,
    actor: str,
    at: datetime,
    reason: str = "",
) -> None:
    """A step of the exchange's life, and its line of the history."""
    conversion, offer = shown.conversion, shown.offer
    book.steps.add(_subject(shown), Step(event, state, actor, at, reason))
    book.operations.put(
        Operation(
            id=offer.id,
            holder=offer.holder,
            kind=KIND,
            subject=_subject(shown),
            amount=-conversion.gives,
            state=state,
            title=f"{conversion.gives.currency.code} → {conversion.gets.currency.code}",
            note=str(conversion.gets),
            at=offer.created_at,
        )
    )
