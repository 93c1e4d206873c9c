"""Every service of the wallet, built once on one store."""

from dataclasses import dataclass
from datetime import timedelta

from services.answers import FirstAnswers
from services.books import Books
from services.card_details import CardDetails
from services.cards import Cards
from services.catalogue import Catalogue
from services.catalogue_imports import CatalogueImports
from services.clock import Clock
from services.connections import Connections, unconnected
from services.conversations import Keeper, Visitors
from services.due import DeadWork, Housekeeping
from services.emails import Emails
from services.exchanges import Exchanges
from services.favourites import Favourites
from services.history import History
from services.holders import Wallets
from services.identification_life import RETENTION
from services.identifications import Identifications
from services.identity_review import IdentityReview
from services.ids import NewId
from services.inbox import Inbox
from services.invoices import Invoices
from services.joining import Joinery
from services.limits import Limits
from services.merchants import Merchants
from services.money import DEFAULT_CURRENCIES, Currency
from services.offers import OfferExpiry
from services.payments import Payments
from services.provider_payments import ProviderPayments
from services.provider_sending import ProviderSending
from services.rates import ExchangeRates
from services.receipt_facts import WALLET_NAME, Issuer
from services.receipts import Receipts
from services.reconciliation import Reconciler
from services.refunds import Refunds
from services.registries import Registries
from services.schedule_offers import ScheduleOffers
from services.schedule_running import DueSchedules
from services.schedules import Schedules
from services.short_messages import ShortMessages
from services.sources import Rules
from services.spending import SpendingReports
from services.statements import Statements
from services.store import Store
from services.terminals import Terminals
from services.topups import TopUps
from services.treasury import Treasury
from services.vault import Vault
from storage.book import BookTables


@dataclass(frozen=True, slots=True)
class Services:
    """What the edges are given; they take the ones they need by name."""

    answers: FirstAnswers
    books: Books
    card_details: CardDetails
    cards: Cards
    catalogue: Catalogue
    catalogue_imports: CatalogueImports
    dead_work: DeadWork
    due_schedules: DueSchedules
    emails: Emails
    exchanges: Exchanges
    favourites: Favourites
    history: History
    housekeeping: Housekeeping
    identifications: Identifications
    identity_review: IdentityReview
    inbox: Inbox
    invoices: Invoices
    joinery: Joinery
    limits: Limits
    merchants: Merchants
    offer_expiry: OfferExpiry
    payments: Payments
    provider_payments: ProviderPayments
    provider_sending: ProviderSending
    rates: ExchangeRates
    receipts: Receipts
    reconciler: Reconciler
    refunds: Refunds
    registries: Registries
    schedule_offers: ScheduleOffers
    schedules: Schedules
    short_messages: ShortMessages
    spending: SpendingReports
    statements: Statements
    terminals: Terminals
    topups: TopUps
    treasury: Treasury
    visitors: Visitors
    wallets: Wallets


def create_services(
    *,
    store: Store[BookTables],
    vault: Vault,
    now: Clock,
    new_id: NewId,
    connections: Connections = unconnected,
    rules: Rules | None = None,
    currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES,
    keeper: Keeper | None = None,
    retention: timedelta = RETENTION,
    wallet_name: str = WALLET_NAME,
) -> Services:
    """Build them all; *keeper* as `Visitors` takes it, default *rules* where None is given."""
    rules = rules or Rules()
    issuer = Issuer(wallet_name, str(rules.limits.zone))
    payments = Payments(store=store, vault=vault, now=now, new_id=new_id, rules=rules)
    provider_payments = ProviderPayments(
        store=store, vault=vault, now=now, new_id=new_id, rules=rules, connections=connections
    )
    sending = ProviderSending(store=store, now=now, rules=rules, connections=connections)
    details = CardDetails(store=store, vault=vault, now=now, new_id=new_id)
    joinery = Joinery(store=store, vault=vault, now=now, new_id=new_id, currencies=currencies)
    exchanges = Exchanges(
        store=store, vault=vault, now=now, new_id=new_id, rules=rules, currencies=currencies
    )
    return Services(
        answers=FirstAnswers(store=store, now=now),
        books=Books(store=store, vault=vault),
        card_details=details,
        cards=Cards(store=store, vault=vault, now=now, new_id=new_id),
        catalogue=Catalogue(store=store),
        catalogue_imports=CatalogueImports(store=store, now=now),
        dead_work=DeadWork(store=store, now=now),
        due_schedules=DueSchedules(store=store, now=now, paying=provider_payments),
        emails=Emails(store=store, vault=vault, now=now, new_id=new_id),
        exchanges=exchanges,
        favourites=Favourites(store=store, now=now, new_id=new_id),
        history=History(store=store, currencies=currencies),
        housekeeping=Housekeeping(store=store, now=now),
        identifications=Identifications(
            store=store, vault=vault, now=now, new_id=new_id, retention=retention
        ),
        identity_review=IdentityReview(store=store, vault=vault, now=now),
        inbox=Inbox(store=store, now=now),
        invoices=Invoices(store=store, now=now, new_id=new_id),
        joinery=joinery,
        limits=Limits(store=store, now=now, terms=rules.limits),
        merchants=Merchants(store=store, vault=vault, now=now, new_id=new_id),
        offer_expiry=OfferExpiry(
            store=store,
            now=now,
            holding={
                "exchange": exchanges.expire,
                "payment": payments.expire,
                "provider_payment": provider_payments.expire,
            },
        ),
        payments=payments,
        provider_payments=provider_payments,
        provider_sending=sending,
        rates=ExchangeRates(store=store, now=now, currencies=currencies),
        receipts=Receipts(store=store, vault=vault, issuer=issuer),
        reconciler=Reconciler(store=store, resolve=sending.resolve),
        refunds=Refunds(store=store, now=now, new_id=new_id),
        registries=Registries(store=store, now=now),
        schedule_offers=ScheduleOffers(
            store=store, vault=vault, now=now, new_id=new_id, rules=rules
        ),
        schedules=Schedules(store=store, now=now, zone=str(rules.limits.zone)),
        short_messages=ShortMessages(
            store=store, vault=vault, now=now, details=details, joinery=joinery
        ),
        spending=SpendingReports(store=store, now=now, issuer=issuer, currencies=currencies),
        statements=Statements(store=store, now=now, issuer=issuer),
        terminals=Terminals(store=store, vault=vault, now=now, new_id=new_id),
        topups=TopUps(store=store, now=now, new_id=new_id, terms=rules.limits),
        treasury=Treasury(store=store, now=now),
        visitors=Visitors(store=store, now=now, keeper=keeper),
        wallets=Wallets(store=store, vault=vault, now=now, new_id=new_id, currencies=currencies),
    )
