"""Every service of the wallet, built once on one store."""

from dataclasses import dataclass

from services.answers import FirstAnswers
from services.books import Books
from services.card_details import CardDetails
from services.cards import Cards
from services.clock import Clock
from services.conversations import Keeper, Visitors
from services.due import DeadWork, Housekeeping
from services.history import History
from services.holders import Wallets
from services.ids import NewId
from services.inbox import Inbox
from services.invoices import Invoices
from services.joining import Joinery
from services.merchants import Merchants
from services.payments import Payments
from services.rates import ExchangeRates
from services.refunds import Refunds
from services.short_messages import ShortMessages
from services.store import Store
from services.terminals import Terminals
from services.topups import TopUps
from services.vault import Vault
from storage.book import BookTables


@dataclass(frozen=True, slots=True)
class Services:
    """What the edges are given; they take the ones they need by name."""

    answers: FirstAnswers
    books: Books
    card_details: CardDetails
    cards: Cards
    dead_work: DeadWork
    history: History
    housekeeping: Housekeeping
    inbox: Inbox
    invoices: Invoices
    joinery: Joinery
    merchants: Merchants
    payments: Payments
    rates: ExchangeRates
    refunds: Refunds
    short_messages: ShortMessages
    terminals: Terminals
    topups: TopUps
    visitors: Visitors
    wallets: Wallets


def create_services(
    *,
    store: Store[BookTables],
    vault: Vault,
    now: Clock,
    new_id: NewId,
    code_from_minor: dict[str, int] | None = None,
    keeper: Keeper | None = None,
) -> Services:
    """Build them all; *code_from_minor* as `Payments` takes it, *keeper* as `Visitors`."""
    details = CardDetails(store=store, vault=vault, now=now, new_id=new_id)
    joinery = Joinery(store=store, vault=vault, now=now, new_id=new_id)
    return Services(
        answers=FirstAnswers(store=store, now=now),
        books=Books(store=store, vault=vault),
        card_details=details,
        cards=Cards(store=store, vault=vault, now=now, new_id=new_id),
        dead_work=DeadWork(store=store, now=now),
        history=History(store=store),
        housekeeping=Housekeeping(store=store, now=now),
        inbox=Inbox(store=store, now=now),
        invoices=Invoices(store=store, now=now, new_id=new_id),
        joinery=joinery,
        merchants=Merchants(store=store, vault=vault, now=now, new_id=new_id),
        payments=Payments(
            store=store, vault=vault, now=now, new_id=new_id, code_from_minor=code_from_minor
        ),
        rates=ExchangeRates(store=store, now=now),
        refunds=Refunds(store=store, now=now, new_id=new_id),
        short_messages=ShortMessages(
            store=store, vault=vault, now=now, details=details, joinery=joinery
        ),
        terminals=Terminals(store=store, vault=vault, now=now, new_id=new_id),
        topups=TopUps(store=store, now=now, new_id=new_id),
        visitors=Visitors(store=store, now=now, keeper=keeper),
        wallets=Wallets(store=store, vault=vault, now=now, new_id=new_id),
    )
