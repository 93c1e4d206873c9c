"""Payments to a provider as the books have them, written there directly."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.ledger import account_id
from services.money import Money
from services.provider_life import ProviderPayment, ProviderPaymentState
from storage.book import BookTables
from tests.catalogue import STEAM

TXN = 1_700_000_000_000_000_000


def payment(
    number: int,
    at: datetime,
    *,
    minor: int = 500_00,
    account: str = "ann_2026",
    state: ProviderPaymentState = ProviderPaymentState.DONE,
) -> ProviderPayment:
    """One to a game, settled a second after it was sent where it is settled."""
    amount = Money(minor, STEAM.currency)
    is_settled = state in (ProviderPaymentState.DONE, ProviderPaymentState.FAILED)
    return ProviderPayment(
        id=f"{number:032x}",
        txn=TXN + number,
        holder="h",
        offer=f"{number:032x}",
        provider=STEAM.id,
        version=1,
        account=account,
        fields={"login": account},
        payee="",
        source=account_id("holder/h", STEAM.currency),
        card=None,
        amount=amount,
        commission=Money(0, STEAM.currency),
        total=amount,
        given=amount,
        created_at=at - timedelta(seconds=1),
        state=state,
        hold=f"{number:032x}",
        sent_at=at - timedelta(seconds=1),
        settled_at=at if is_settled else None,
    )


def add(book: BookTables, *payments: ProviderPayment) -> None:
    """Keep them."""
    for each in payments:
        book.provider_payments.add(replace(each))
