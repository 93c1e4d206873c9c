"""Links: a payer lets a shop charge the wallet again, until they end it.

Paying an invoice that says so is the consent, for what paid it.  A charge is an invoice of
its own, issued and paid in one transaction: within the holder's limits and balance, never
from a locked wallet, once for each number of the shop's.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services import holders, invoices, sources
from services.clock import Clock
from services.errors import NotFoundError, RefusedError
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.invoices import Invoice, Invoices, InvoiceState, ReferenceUsedError, Wish
from services.merchants import Merchant
from services.sources import ACCOUNT, Rules, Source
from services.store import Store

PAGE_MAX = 100
LINK = "link"
"""In the content of an invoice: by which link it was charged."""


class LinkState(StrEnum):
    """An ended one stays ended; a new one takes a new consent."""

    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Link:
    """A holder's consent to be charged by a shop."""

    id: str
    holder: str
    merchant: str
    merchant_name: str
    source: str
    """What is charged, as payments name it: `account/<currency>` or `card/<id>`."""
    invoice: str
    """Whose payment agreed to it."""
    created_at: datetime
    state: LinkState = LinkState.ACTIVE
    used_at: datetime | None = None
    """When it was charged last."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Some links of a shop, newest first, and where the next page starts."""

    links: list[Link]
    next: str | None


@dataclass(frozen=True, slots=True)
class Charged:
    """What a holder is told of one charge."""

    link: Link
    invoice: Invoice


class LinkNotFoundError(NotFoundError):
    """Nobody agreed to be charged again by that payment, or it is somebody else's."""

    code = "link_not_found"


class LinkEndedError(RefusedError):
    """The payer has ended it: nothing is charged by it any more.  Values: ended_at."""

    code = "link_ended"


class StoredLinks(Protocol):
    """What storage keeps of links."""

    def add(self, link: Link) -> None:
        """Keep a new one."""

    def find(self, link_id: str) -> Link | None:
        """The link of that id, or None."""

    def of_invoice(self, invoice_id: str) -> Link | None:
        """The one that the payment of that invoice agreed to, or None."""

    def of_holder(self, holder: str) -> list[Link]:
        """Those of *holder* that can be charged, newest first."""

    def of_merchant(self, merchant: str, *, before: str | None, limit: int) -> list[Link]:
        """The shop's, newest first."""

    def change(self, link: Link) -> None:
        """Keep all that may change of it."""


class Book(invoices.Book, sources.Book, Protocol):
    """The part of the book that links need."""

    @property
    def links(self) -> StoredLinks: ...


class Paying(Protocol):
    """What pays an invoice without asking: `services.payments`."""

    def pay_now(
        self,
        book: Any,  # payments know links, so links cannot name the book of payments
        *,
        holder: Holder,
        invoice_id: str,
        source: Source,
        key: str,
        ids: tuple[str, str],
        at: datetime,
    ) -> object:
        """Pay it at once, or raise what forbids it; *key* pays once."""


def agree(
    book: Book, *, holder_id: str, invoice: Invoice, source: str, link_id: str, at: datetime
) -> Link:
    """The holder pays *invoice* from the source of that name, and may be charged again.

    An account is kept with its currency, for the next charge may be in another one.
    """
    if source == ACCOUNT:
        source = f"{ACCOUNT}/{invoice.amount.currency.code}"
    link = Link(
        link_id, holder_id, invoice.merchant, invoice.merchant_name, source, invoice.id, at
    )
    book.links.add(link)
    _note(book, link, "agree", "holder", at, invoice.id)
    return link


def end_unpaid(book: Book, invoice: Invoice, at: datetime) -> None:
    """The payment that agreed to a link came to nothing: so does the link."""
    link = book.links.of_invoice(invoice.id)
    if link is not None and link.state is LinkState.ACTIVE:
        ended = replace(link, state=LinkState.ENDED, ended_at=at)
        book.links.change(ended)
        _note(book, ended, "end", "wallet", at, invoice.id)


class PaymentLinks:
    """Both sides of links: whom the payer lets charge, and charging."""

    def __init__(
        self,
        *,
        store: Store[Book],
        now: Clock,
        new_id: NewId,
        rules: Rules,
        issuing: Invoices,
        paying: Paying,
    ) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id
        self._rules = rules
        self._issuing = issuing
        self._paying = paying

    async def listed(self, *, holder: Holder) -> list[Link]:
        """Whom *holder* lets charge the wallet, newest first."""
        return await self._store.read(lambda book: book.links.of_holder(holder.id))

    async def view(self, *, holder: Holder, link_id: str) -> Link:
        """One of *holder*'s links, also an ended one.

        Raises:
            LinkNotFoundError: *holder* has none such.
        """
        return await self._store.read(lambda book: _theirs(book, holder, link_id))

    async def charged(self, *, holder: Holder, link_id: str, invoice_id: str) -> Charged:
        """The link and what was charged by it.

        Raises:
            LinkNotFoundError: *holder* has no such link.
            InvoiceNotFoundError: Its shop has no such invoice.
        """

        def view(book: Book) -> Charged:
            link = _theirs(book, holder, link_id)
            return Charged(link, invoices.of_merchant(book, link.merchant, invoice_id))

        return await self._store.read(view)

    async def end(self, *, holder: Holder, link_id: str) -> Link:
        """The shop charges no more; again is the same.  It learns of it by its next charge.

        Raises:
            LinkNotFoundError: *holder* has none such.
        """
        at = self._now()

        def work(book: Book) -> Link:
            link = _theirs(book, holder, link_id)
            if link.state is LinkState.ENDED:
                return link
            ended = replace(link, state=LinkState.ENDED, ended_at=at)
            book.links.change(ended)
            _note(book, ended, "end", "holder", at)
            return ended

        return await self._store.write(work)

    async def page(
        self, *, merchant: Merchant, before: str | None = None, limit: int = 20
    ) -> LinkPage:
        """The shop's links, newest first; *before* is the last page's `next`."""
        most = min(limit, PAGE_MAX)
        found = await self._store.read(
            lambda book: book.links.of_merchant(merchant.id, before=before, limit=most + 1)
        )
        return LinkPage(found[:most], found[most - 1].id if len(found) > most else None)

    async def of_invoice(self, *, merchant: Merchant, reference: str) -> Link:
        """The link that the payment of the shop's invoice of that number agreed to.

        Raises:
            LinkNotFoundError: There is none.
        """

        def view(book: Book) -> Link:
            parent = book.invoices.with_reference(merchant.id, reference)
            if parent is None:
                raise LinkNotFoundError
            return _of_parent(book, merchant, parent)

        return await self._store.read(view)

    async def charge(self, *, merchant: Merchant, parent: Invoice, wish: Wish) -> Invoice:
        """Issue what is wished and pay it by the link of *parent*: all of it, or nothing.

        *parent* is the invoice whose payment agreed, or one that was charged by the same
        link.  An invoice of that link that waits under the number of *wish* is paid; one that is
        over is returned as it is, so a repeat charges nothing.

        Raises:
            LinkNotFoundError, LinkEndedError: Nobody agreed, or not any more.
            InsufficientFundsError, LimitExceededError, WalletLockedError, SourceUnknownError,
                MerchantDisabledError, ReferenceUsedError and the others of paying an invoice.
        """
        at = self._now()
        ids = (self._new_id(at), self._new_id(at))
        link = await self._store.read(lambda book: _of_parent(book, merchant, parent))
        content = {**wish.content, LINK: link.id}
        content.pop("recurring", None)  # one consent makes one link
        creating = self._issuing.creating(merchant=merchant, wish=replace(wish, content=content))

        def work(book: Book) -> Invoice:
            known = _to_charge(book, link.id)
            child = creating(book)
            if child.content.get(LINK) != link.id:  # it may be a consent that nobody gave
                raise ReferenceUsedError(invoice=child.id)
            if child.state is not InvoiceState.WAITING:
                return child
            if known.state is LinkState.ENDED:
                raise LinkEndedError(ended_at=known.ended_at)
            return self._pay(book, known, child, ids, at)

        return await self._store.write(work)

    def _pay(
        self, book: Book, link: Link, child: Invoice, ids: tuple[str, str], at: datetime
    ) -> Invoice:
        holder = holders.current(book, link.holder)
        source = sources.named(book, self._rules, holder, link.source, child.amount, at)
        self._paying.pay_now(
            book,
            holder=holder,
            invoice_id=child.id,
            source=source,
            key=f"link:{link.id}:{child.id}",
            ids=ids,
            at=at,
        )
        used = replace(link, used_at=at)
        book.links.change(used)
        _note(book, used, "charge", "merchant", at, child.id)
        subject = f"charge/{link.id}/{child.id}"
        holders.notify(book, holder.id, "charge", subject, at, key=subject, priority=2)
        return invoices.of_merchant(book, link.merchant, child.id)


def _of_parent(book: Book, merchant: Merchant, parent: Invoice) -> Link:
    charged_by = parent.content.get(LINK)
    found = book.links.find(charged_by) if charged_by else book.links.of_invoice(parent.id)
    if found is None or found.merchant != merchant.id:
        raise LinkNotFoundError
    return found


def _to_charge(book: Book, link_id: str) -> Link:
    """The link as it is now; nobody ends or charges it meanwhile."""
    found = book.links.find(link_id)
    if found is None:
        raise LinkNotFoundError
    return found


def _theirs(book: Book, holder: Holder, link_id: str) -> Link:
    found = book.links.find(link_id)
    if found is None or found.holder != holder.id:
        raise LinkNotFoundError
    return found


def _note(book: Book, link: Link, event: str, actor: str, at: datetime, reason: str = "") -> None:
    book.steps.add(f"link/{link.id}", Step(event, link.state.value, actor, at, reason))
