"""QIWI's interfaces put together: the bill API, its form without API, and the pull interface."""

from dataclasses import dataclass

from gateway.bills import edge as bill_edge
from gateway.bills import form as bill_form
from gateway.bills.edge import Bills
from gateway.bills.form import BillForm
from gateway.bills.pages import OPENED, TOLD, LinkedBills, Words
from gateway.limits import Buckets
from gateway.pay_urls import Links
from gateway.pull import edge as pull_edge
from gateway.pull import pages as pull_pages
from gateway.pull.edge import Pull
from gateway.pull.pages import OldBills, PullPages
from gateway.routes import Route
from services.clock import Clock
from services.invoices import Invoices
from services.key_pairs import KeyPairs
from services.merchants import Merchants
from services.pull_shops import PullShops
from services.rate_limits import RateLimits
from services.refunds import Refunds


@dataclass(frozen=True, slots=True)
class Qiwi:
    """What they work with."""

    invoices: Invoices
    key_pairs: KeyPairs
    merchants: Merchants
    pull_shops: PullShops
    refunds: Refunds
    links: Links
    now: Clock
    words: Words
    shared: RateLimits
    per_key: Buckets
    failures: Buckets
    allow_private: bool = False
    """Whether notifications may go into the machine's own network."""


def routes(shops: Qiwi) -> list[Route]:
    """All addresses that QIWI had for shops, but for the bill's page itself."""
    bills = Bills(
        invoices=shops.invoices,
        key_pairs=shops.key_pairs,
        merchants=shops.merchants,
        refunds=shops.refunds,
        links=shops.links,
        now=shops.now,
        per_key=shops.per_key,
        failures=shops.failures,
        allow_private=shops.allow_private,
    )
    linked = LinkedBills(
        bills=bills,
        links=shops.links,
        words=shops.words,
        opened=Buckets(shops.shared, "bill-links", OPENED),
        told=Buckets(shops.shared, "bill-links-told", TOLD),
    )
    pull = Pull(
        invoices=shops.invoices,
        pull_shops=shops.pull_shops,
        refunds=shops.refunds,
        now=shops.now,
        per_key=shops.per_key,
        failures=shops.failures,
    )
    old_bills = OldBills(invoices=shops.invoices, pull_shops=shops.pull_shops)
    return [
        *bill_edge.routes(bills),
        *bill_form.routes(BillForm(linked=linked, key_pairs=shops.key_pairs, now=shops.now)),
        *pull_edge.routes(pull),
        *pull_pages.routes(PullPages(old_bills=old_bills, linked=linked, now=shops.now)),
    ]
