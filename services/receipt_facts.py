"""What a receipt states: read once from the books, and from then on as it was.

Every number of the offer is here, and nothing that is still to change; a later refund has
a receipt of its own.  Phone, card and account are masked: a receipt is made to be shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

from services import provider_life, refunds, topups
from services.account_fields import in_language
from services.catalogue import Provider
from services.commission import BorneBy
from services.errors import NotFoundError
from services.exchange import Conversion
from services.history import Operation
from services.money import Money, currency
from services.phones import masked
from services.provider_life import ProviderPayment

FINISHED = {
    "payment": "done",
    "provider_payment": "done",
    "exchange": "done",
    "topup": "credited",
    "refund": "paid",
    "correction": "done",
}
"""By the kind of operation, the state in which it has a receipt."""

WALLET_NAME = "Purser"
"""Of a wallet whose operator has named it otherwise nowhere."""

_HIDDEN = "\u2022"
_FIRST_MAX, _LAST_MAX = 2, 4


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose receipts these are, and by whose clocks."""

    name: str = WALLET_NAME
    """What people know the wallet as."""
    zone: str = "UTC"
    """IANA name of the time zone in which times are stated."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One of the fields by which a provider knows what was paid."""

    labels: dict[str, str]
    value: str

    def label(self, language: str) -> str:
        """What it is called in *language*, else in English."""
        return in_language(self.labels, language)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that is stated of one finished operation."""

    code: str
    """By which anybody can check it: see `services/receipt_codes.py`."""
    holder: str
    operation: str
    kind: str
    subject: str
    issuer: Issuer
    begun_at: datetime
    done_at: datetime
    other: dict[str, str]
    """Name of the other side, by language; empty where there is none."""
    moved: Money
    """Signed: what left the account, or came to it."""
    amount: Money
    """What it is about, in the other side's currency: paid, credited, given back or got."""
    total: Money
    """The amount with the payer's commission."""
    phone: str
    """Of the holder, masked."""
    commission: Money | None = None
    """None where none could be taken."""
    borne_by: str = BorneBy.PAYER.value
    conversion: Conversion | None = None
    card: str = ""
    """Last digits of the card that paid; empty where the account did."""
    purpose: str = ""
    details: tuple[Detail, ...] = ()
    """The first is the account, masked."""
    payee: str = ""
    """The name that the provider gave for the account."""
    txn: str = ""
    """The number under which the provider or the terminal knows it from us."""
    provider_txn: str = ""
    """The provider's own number."""

    def name(self, language: str) -> str:
        """The other side in *language*, else in English."""
        return in_language(self.other, language)

    def content(self) -> dict[str, Any]:
        """What storage keeps of it."""
        return {
            "code": self.code,
            "holder": self.holder,
            "operation": self.operation,
            "kind": self.kind,
            "subject": self.subject,
            "issuer": {"name": self.issuer.name, "zone": self.issuer.zone},
            "begun_at": self.begun_at.isoformat(),
            "done_at": self.done_at.isoformat(),
            "other": self.other,
            "moved": _kept(self.moved),
            "amount": _kept(self.amount),
            "total": _kept(self.total),
            "phone": self.phone,
            "commission": None if self.commission is None else _kept(self.commission),
            "borne_by": self.borne_by,
            "conversion": None if self.conversion is None else self.conversion.content(),
            "card": self.card,
            "purpose": self.purpose,
            "details": [{"labels": each.labels, "value": each.value} for each in self.details],
            "payee": self.payee,
            "txn": self.txn,
            "provider_txn": self.provider_txn,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Self:
        """The receipt that `content` gave."""
        commission, conversion = content["commission"], content["conversion"]
        read: dict[str, Any] = {
            "issuer": Issuer(**content["issuer"]),
            "begun_at": datetime.fromisoformat(content["begun_at"]),
            "done_at": datetime.fromisoformat(content["done_at"]),
            "moved": _money(content["moved"]),
            "amount": _money(content["amount"]),
            "total": _money(content["total"]),
            "commission": None if commission is None else _money(commission),
            "conversion": None if conversion is None else Conversion.from_content(conversion),
            "details": tuple(Detail(**each) for each in content["details"]),
        }
        return cls(**content | read)


class NoReceiptError(NotFoundError):
    """It is not finished, or nothing was moved: there is no receipt of it."""

    code = "no_receipt"


class Book(provider_life.Book, refunds.Book, topups.Book, Protocol):
    """The part of the book that receipts are read from."""


def is_finished(operation: Operation) -> bool:
    """Whether there can be a receipt of it."""
    return FINISHED.get(operation.kind) == operation.state


def read(book: Book, operation: Operation, *, code: str, issuer: Issuer) -> Receipt:
    """The receipt of *operation*, from what the books have of it.

    Raises:
        NoReceiptError: It is not finished, or of a kind that has none.
    """
    if not is_finished(operation):
        raise NoReceiptError
    holder = book.holders.find(operation.holder)
    steps = book.steps.of(operation.subject)
    known: dict[str, Any] = {
        "code": code,
        "holder": operation.holder,
        "operation": operation.id,
        "kind": operation.kind,
        "subject": operation.subject,
        "issuer": issuer,
        "begun_at": steps[0].at if steps else operation.at,
        "done_at": _finished_at(operation, [(each.state, each.at) for each in steps]),
        "other": {},
        "moved": operation.amount,
        "amount": Money(abs(operation.amount.minor), operation.amount.currency),
        "total": Money(abs(operation.amount.minor), operation.amount.currency),
        "phone": "" if holder is None else masked(holder.phone),
    }
    return Receipt(**known | _READERS[operation.kind](book, operation))


def partly(text: str) -> str:
    """*text* with its middle hidden, character for character: enough to know one's own by."""
    first, last = min(_FIRST_MAX, len(text) // 4), min(_LAST_MAX, len(text) // 3)
    middle = text[first : len(text) - last]
    hidden = "".join(_HIDDEN if each.isalnum() else each for each in middle)
    return text[:first] + hidden + text[len(text) - last :]


def _finished_at(operation: Operation, steps: list[tuple[str, datetime]]) -> datetime:
    """When it came to the state in which it is finished, for the first time."""
    return next((at for state, at in steps if state == operation.state), operation.at)


def _payment(book: Book, operation: Operation) -> dict[str, Any]:
    payment = book.payments.find(operation.id)
    invoice = None if payment is None else book.invoices.find(payment.invoice)
    if payment is None or invoice is None:
        raise NoReceiptError
    return {
        "other": {"en": invoice.merchant_name},
        "purpose": invoice.description,
        "amount": payment.amount,
        "total": payment.amount,
        "conversion": _conversion(book, operation),
        "card": _card(book, payment.card),
    }


def _provider_payment(book: Book, operation: Operation) -> dict[str, Any]:
    payment = book.provider_payments.find(operation.id)
    provider = (
        None if payment is None else book.catalogue.provider(payment.provider, payment.version)
    )
    if payment is None or provider is None:
        raise NoReceiptError
    charge = provider.charge(payment.amount)
    return {
        "other": provider.names,
        "amount": payment.amount,
        "total": payment.total,
        "commission": charge.commission,
        "borne_by": charge.borne_by.value,
        "conversion": _conversion(book, operation),
        "card": _card(book, payment.card),
        "details": _details(provider, payment),
        "payee": payment.payee,
        "txn": str(payment.txn),
        "provider_txn": payment.provider_txn,
    }


def _details(provider: Provider, payment: ProviderPayment) -> tuple[Detail, ...]:
    values = [(each, payment.fields.get(each.name, "")) for each in provider.fields]
    shown = [
        Detail(field.labels, field.shown(value if place else partly(value)))
        for place, (field, value) in enumerate(values)
    ]
    return tuple(each for each in shown if each.value)


def _exchange(book: Book, operation: Operation) -> dict[str, Any]:
    conversion = _conversion(book, operation)
    if conversion is None:
        raise NoReceiptError
    return {"amount": conversion.gets, "total": conversion.gets, "conversion": conversion}


def _topup(book: Book, operation: Operation) -> dict[str, Any]:
    topup = book.topups.find(operation.id)
    if topup is None:
        raise NoReceiptError
    return {"other": {"en": topup.terminal_name}, "txn": topup.receipt}


def _refund(book: Book, operation: Operation) -> dict[str, Any]:
    del book
    return {"other": {"en": operation.title}, "purpose": operation.note}


def _correction(book: Book, operation: Operation) -> dict[str, Any]:
    del book
    return {"purpose": operation.title}


_READERS: dict[str, Callable[[Book, Operation], dict[str, Any]]] = {
    "payment": _payment,
    "provider_payment": _provider_payment,
    "exchange": _exchange,
    "topup": _topup,
    "refund": _refund,
    "correction": _correction,
}


def _conversion(book: Book, operation: Operation) -> Conversion | None:
    found = book.exchanges.find(operation.subject)
    return None if found is None else found.conversion


def _card(book: Book, card_id: str | None) -> str:
    card = None if card_id is None else book.cards.find(card_id)
    return "" if card is None else card.last_four


def _kept(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency.code}


def _money(kept: dict[str, Any]) -> Money:
    return Money(kept["minor"], currency(kept["currency"]))
