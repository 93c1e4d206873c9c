"""Every service of the wallet, built once on one store."""

from dataclasses import dataclass
from datetime import timedelta

from services.answers import FirstAnswers
from services.authorisations import Authorisations
from services.books import Books
from services.card_details import CardDetails
from services.cards import Cards
from services.cash_payments import CashPayments
from services.catalogue import Catalogue
from services.catalogue_imports import CatalogueImports
from services.checkouts import Checkouts
from services.clock import Clock
from services.closings import Closings
from services.connections import Connections, unconnected
from services.conversations import Keeper, Visitors
from services.deliveries import Deliveries, Probe, unprobed
from services.due import DeadWork, Housekeeping
from services.emails import Emails
from services.exchanges import Exchanges
from services.favourites import Favourites
from services.fiscal_receipts import FiscalReceipts
from services.history import History
from services.holders import Wallets
from services.identification_life import RETENTION
from services.identifications import Identifications
from services.identity_review import IdentityReview
from services.ids import NewId
from services.inbox import Inbox
from services.invoices import Invoices
from services.joining import Joinery
from services.key_pairs import KeyPairs
from services.limits import Limits
from services.link_charges import LinkCharges
from services.merchant_money import MerchantMoney
from services.merchant_people import MerchantPeople
from services.merchant_terms import Agreements
from services.merchants import Merchants
from services.money import DEFAULT_CURRENCIES, Currency
from services.offers import OfferExpiry
from services.order_reconciliation import OrderReconciler
from services.payment_links import PaymentLinks
from services.payments import Payments
from services.payouts import Payouts
from services.provider_payments import ProviderPayments
from services.provider_sending import ProviderSending
from services.pull_shops import PullShops
from services.rates import ExchangeRates
from services.receipt_facts import WALLET_NAME, Issuer
from services.receipts import Receipts
from services.reconciliation import Reconciler
from services.refunds import Refunds
from services.registries import Registries
from services.return_addresses import ReturnAddresses
from services.robokassa_invoices import RobokassaInvoices
from services.robokassa_refunds import RobokassaRefunds
from services.robokassa_shops import RobokassaShops
from services.schedule_offers import ScheduleOffers
from services.schedule_running import DueSchedules
from services.schedules import Schedules
from services.settlements import Reserves
from services.short_messages import ShortMessages
from services.signing_keys import SigningKeys
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
    authorisations: Authorisations
    books: Books
    card_details: CardDetails
    cards: Cards
    cash_payments: CashPayments
    catalogue: Catalogue
    catalogue_imports: CatalogueImports
    checkouts: Checkouts
    closings: Closings
    dead_work: DeadWork
    deliveries: Deliveries
    due_schedules: DueSchedules
    emails: Emails
    exchanges: Exchanges
    favourites: Favourites
    fiscal_receipts: FiscalReceipts
    history: History
    housekeeping: Housekeeping
    identifications: Identifications
    identity_review: IdentityReview
    inbox: Inbox
    invoices: Invoices
    joinery: Joinery
    key_pairs: KeyPairs
    limits: Limits
    link_charges: LinkCharges
    merchant_agreements: Agreements
    merchant_money: MerchantMoney
    merchant_people: MerchantPeople
    merchants: Merchants
    offer_expiry: OfferExpiry
    order_reconciler: OrderReconciler
    payment_links: PaymentLinks
    payments: Payments
    payouts: Payouts
    provider_payments: ProviderPayments
    provider_sending: ProviderSending
    pull_shops: PullShops
    rates: ExchangeRates
    receipts: Receipts
    reconciler: Reconciler
    refunds: Refunds
    registries: Registries
    robokassa_invoices: RobokassaInvoices
    robokassa_refunds: RobokassaRefunds
    robokassa_shops: RobokassaShops
    reserves: Reserves
    return_addresses: ReturnAddresses
    schedule_offers: ScheduleOffers
    schedules: Schedules
    short_messages: ShortMessages
    signing_keys: SigningKeys
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
    probe: Probe = unprobed,
    rules: Rules | None = None,
    currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES,
    keeper: Keeper | None = None,
    retention: timedelta = RETENTION,
    wallet_name: str = WALLET_NAME,
) -> Services:
    """Build them all; *keeper* as `Visitors` takes it, default *rules* where None is given."""
    rules = rules or Rules()
    issuer = Issuer(wallet_name, str(rules.limits.zone))
    issuing = Invoices(store=store, now=now, new_id=new_id)
    refunding = Refunds(store=store, now=now, new_id=new_id)
    robokassa_shops = RobokassaShops(store=store, vault=vault, now=now)
    payments = Payments(store=store, vault=vault, now=now, new_id=new_id, rules=rules)
    charging = PaymentLinks(
        store=store, now=now, new_id=new_id, rules=rules, issuing=issuing, paying=payments
    )
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
        authorisations=Authorisations(store=store, now=now, rules=rules),
        books=Books(store=store, vault=vault),
        card_details=details,
        cards=Cards(store=store, vault=vault, now=now, new_id=new_id),
        cash_payments=CashPayments(store=store, now=now, new_id=new_id),
        catalogue=Catalogue(store=store),
        catalogue_imports=CatalogueImports(store=store, now=now),
        checkouts=Checkouts(
            store=store,
            vault=vault,
            now=now,
            new_id=new_id,
            rules=rules,
            paying=payments,
            currencies=currencies,
        ),
        closings=Closings(store=store, now=now, zone=str(rules.limits.zone)),
        dead_work=DeadWork(store=store, now=now),
        deliveries=Deliveries(store=store, now=now, new_id=new_id, probe=probe),
        due_schedules=DueSchedules(store=store, now=now, paying=provider_payments),
        emails=Emails(store=store, vault=vault, now=now, new_id=new_id),
        exchanges=exchanges,
        favourites=Favourites(store=store, now=now, new_id=new_id),
        fiscal_receipts=FiscalReceipts(store=store, now=now),
        history=History(store=store, currencies=currencies),
        housekeeping=Housekeeping(store=store, now=now),
        identifications=Identifications(
            store=store, vault=vault, now=now, new_id=new_id, retention=retention
        ),
        identity_review=IdentityReview(store=store, vault=vault, now=now),
        inbox=Inbox(store=store, now=now),
        invoices=issuing,
        joinery=joinery,
        key_pairs=KeyPairs(store=store, vault=vault, now=now, new_id=new_id),
        limits=Limits(store=store, now=now, terms=rules.limits),
        link_charges=LinkCharges(store=store, now=now, issuing=issuing, links=charging),
        merchant_people=MerchantPeople(store=store, now=now),
        merchant_agreements=Agreements(store=store, now=now),
        merchant_money=MerchantMoney(store=store, now=now, zone=str(rules.limits.zone)),
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
        order_reconciler=OrderReconciler(store=store, zone=str(rules.limits.zone)),
        payment_links=charging,
        payments=payments,
        payouts=Payouts(store=store, now=now, new_id=new_id, terms=rules.exchange),
        provider_payments=provider_payments,
        provider_sending=sending,
        pull_shops=PullShops(store=store, vault=vault, now=now),
        rates=ExchangeRates(store=store, now=now, currencies=currencies),
        receipts=Receipts(store=store, vault=vault, issuer=issuer),
        reconciler=Reconciler(store=store, resolve=sending.resolve),
        refunds=refunding,
        registries=Registries(store=store, now=now),
        robokassa_invoices=RobokassaInvoices(
            store=store, now=now, new_id=new_id, issuing=issuing, numbers=robokassa_shops
        ),
        robokassa_refunds=RobokassaRefunds(store=store, now=now, refunding=refunding),
        robokassa_shops=robokassa_shops,
        reserves=Reserves(store=store, now=now),
        return_addresses=ReturnAddresses(store=store),
        schedule_offers=ScheduleOffers(
            store=store, vault=vault, now=now, new_id=new_id, rules=rules
        ),
        schedules=Schedules(store=store, now=now, zone=str(rules.limits.zone)),
        short_messages=ShortMessages(
            store=store, vault=vault, now=now, details=details, joinery=joinery
        ),
        signing_keys=SigningKeys(store=store, vault=vault, now=now),
        spending=SpendingReports(store=store, now=now, issuer=issuer, currencies=currencies),
        statements=Statements(store=store, now=now, issuer=issuer),
        terminals=Terminals(store=store, vault=vault, now=now, new_id=new_id),
        topups=TopUps(store=store, now=now, new_id=new_id, terms=rules.limits),
        treasury=Treasury(store=store, now=now),
        visitors=Visitors(store=store, now=now, keeper=keeper),
        wallets=Wallets(store=store, vault=vault, now=now, new_id=new_id, currencies=currencies),
    )
