"""How a checkout asks the holder, so that nobody learns by it who has a wallet.

A code that is for nobody is kept, counted and compared like one that is sent.
"""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from services import checkout_prices, codes
from services.card_details import security_code
from services.card_rules import OPEN_STATES, Card
from services.checkout_life import (
    ASKS_PER_HOUR_MAX,
    CARD_TRIES_PER_DAY_MAX,
    MUTED,
    Book,
    CardTextError,
    Checkout,
    CheckoutState,
    TypedCard,
)
from services.codes import CodeExhaustedError, CodeExpiredError, CodeThrottledError, CodeWrongError
from services.errors import WalletError
from services.history import Step
from services.holders import Holder
from services.invoices import Invoice
from services.vault import Vault

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NUMBER_DIGITS, _EXPIRY_DIGITS, _CODE_DIGITS = 16, 4, 3


def send_code(
    book: Book,
    checkout: Checkout,
    invoice: Invoice,
    holder: Holder | None,
    code_id: str,
    at: datetime,
    *,
    is_again: bool = False,
) -> Checkout:
    """Have a code sent; where no more may be sent now, the payer does not notice.

    Raises:
        CodeThrottledError: It is asked for again within half a minute: of the last asking,
            for the last code may be none.
    """
    asked_at = datetime.fromisoformat(checkout.content["code_at"])
    if is_again and timedelta(0) <= at - asked_at < codes.RESEND_AFTER:
        raise CodeThrottledError(retry_at=asked_at + codes.RESEND_AFTER, rule="resend")
    sent = replace(checkout, content=checkout.content | {"code_at": at.isoformat()})
    try:
        codes.send(
            book,
            code_id=code_id,
            phone=checkout.content["phone"],
            purpose=codes.CHECKOUT,
            subject=f"checkout/{checkout.id}",
            content=checkout.digest,
            language="en" if holder is None else holder.language,
            at=at,
            values=_named(checkout, invoice),
            is_decoy=holder is None,
        )
    except CodeThrottledError:  # before anything was written
        return sent
    return replace(sent, code_id=code_id)


def tried(
    book: Book, vault: Vault, checkout: Checkout, typed: str, at: datetime
) -> WalletError | None:
    """Why *typed* is refused, if it is: as far as this checkout's own tries tell it."""
    if at >= datetime.fromisoformat(checkout.content["code_at"]) + codes.LIFETIME:
        return CodeExpiredError()
    refusal = codes.check(
        book,
        vault,
        code_id=checkout.code_id,
        typed=typed,
        content=checkout.digest,
        at=at,
    )
    if refusal is None:
        return None
    wrong = checkout.wrong + 1
    is_over = wrong >= codes.TRIES_MAX
    state = CheckoutState.FAILED if is_over else CheckoutState.OPEN
    book.checkouts.change(replace(checkout, wrong=wrong, state=state))
    if is_over:
        return CodeExhaustedError(tries=codes.TRIES_MAX)
    return CodeWrongError(tries_left=codes.TRIES_MAX - wrong)


def read_card(card: TypedCard) -> TypedCard:
    """The card in bare digits; checked as far as no wallet is needed for it.

    Raises:
        CardTextError: No card is written so.
    """
    number = "".join(card.number.split()).replace("-", "")
    parts = ((number, _NUMBER_DIGITS), (card.expires, _EXPIRY_DIGITS), (card.code, _CODE_DIGITS))
    if not all(each.isascii() and each.isdigit() and len(each) == many for each, many in parts):
        raise CardTextError
    return TypedCard(number, card.expires, card.code)


def right_card(
    book: Book, vault: Vault, typed: TypedCard, index: bytes, at: datetime
) -> Card | None:
    """The card, if all that was typed is its own; wrong tries count for its number.

    After `CARD_TRIES_PER_DAY_MAX` of them it is right no more that day, and nobody is told.
    """
    card = book.cards.with_index(index)
    counter = 1 if card is None else card.code_counter
    code = security_code(vault, typed.number, typed.expires, counter)
    is_right = hmac.compare_digest(code.encode(), typed.code.encode())
    tries = f"card-tries/{index.hex()}"
    wrong = [step for step in book.steps.of(tries) if step.at > at - _DAY]
    if len(wrong) >= CARD_TRIES_PER_DAY_MAX:
        return None
    if card is None or not is_right or typed.expires != card.expires:
        book.steps.add(tries, Step("try", "wrong", "stranger", at))
        return None
    is_open = card.state in OPEN_STATES and at < card.expires_at
    return card if is_open and card.currency == checkout_prices.OF_CARDS else None


def may_ask(book: Book, holder: Holder, at: datetime) -> bool:
    """Whether the holder is asked in the chat once more; if so, it is counted."""
    known = book.steps.of(_asks(holder))
    asked = [step for step in known if step.event == "ask" and step.at > at - _HOUR]
    is_muted = any(step.event == "mute" and step.at > at - MUTED for step in known)
    if is_muted or len(asked) >= ASKS_PER_HOUR_MAX:
        return False
    book.steps.add(_asks(holder), Step("ask", "asked", "stranger", at))
    return True


def mute(book: Book, holder: Holder, at: datetime) -> None:
    """Nobody asks the holder in the chat for `MUTED`."""
    book.steps.add(_asks(holder), Step("mute", "muted", "holder", at))


def _asks(holder: Holder) -> str:
    return f"checkout-asks/{holder.id}"


def _named(checkout: Checkout, invoice: Invoice) -> dict[str, str]:
    """What the SMS says beside the code."""
    named = {
        "payee": invoice.merchant_name,
        "minor": str(invoice.amount.minor),
        "currency": invoice.amount.currency.code,
    }
    cost = checkout.cost
    if checkout.conversion is not None:
        named |= {"cost_minor": str(cost.minor), "cost_currency": cost.currency.code}
    return named
