"""Who has paid, or may be paying, for one time of a schedule: the keys that pay it once.

Another key is used only when nothing can come of the one before.  So nothing is paid twice,
however often, late or at once the work is done.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services import calendars, offers
from services.offers import OfferState
from services.provider_life import ProviderPayment, ProviderPaymentState
from services.schedule_life import KEPT_IN_VIEW, WAITING, Book, Occurrence, Schedule


@dataclass(frozen=True, slots=True)
class Attempt:
    """What has become of the newest attempt to pay for an occurrence."""

    is_open: bool = False
    """An offer waits for its code, its money held."""
    payment: ProviderPayment | None = None
    is_by_hand: bool = False
    """Paid otherwise than by the schedule or its reminder."""
    is_proved: bool = False
    """By a code of the holder's."""

    @property
    def is_live(self) -> bool:
        """Whether it may pay, or has paid: no other may be begun."""
        return self.is_open or self.has_paid

    @property
    def has_paid(self) -> bool:
        """Whether the money is on its way or there."""
        return self.payment is not None and self.payment.state is not ProviderPaymentState.FAILED


def attempted(book: Book, occurrence: Occurrence) -> Attempt:
    """What has become of the newest attempt to pay for *occurrence*."""
    offer = book.offers.with_key(occurrence.key)
    if offer is None:
        return Attempt()
    payment = book.provider_payments.of_offer(offer.id)
    is_open = offer.state is OfferState.CONFIRMED
    return Attempt(is_open, payment, is_proved=offer.code_id is not None)


def paid(book: Book, schedule: Schedule, occurrence: Occurrence) -> Attempt:
    """The same, or what the holder has paid otherwise since being told, before the next time."""
    attempt = attempted(book, occurrence)
    provider = book.catalogue.provider(schedule.wish.provider)
    if attempt.is_live or occurrence.state not in WAITING or provider is None:
        return attempt
    account = schedule.wish.fields.get(provider.fields[0].name, "")
    following = calendars.following(schedule.wish.rule, occurrence.at)
    for each in book.provider_payments.to_account(
        schedule.holder, provider.id, account, occurrence.changed_at
    ):
        is_late = following is not None and each.created_at >= following.at
        if not is_late and not _is_scheduled(book, each):
            return Attempt(payment=each, is_by_hand=True)
    return attempt


def fresh_attempt(book: Book, occurrence: Occurrence) -> Occurrence:
    """*occurrence* with a key that can still pay.

    An offer that holds nothing is withdrawn, so that nothing can come of it any more.  Where
    no offer was made the key stays: whoever may just be making it pays under the same.
    """
    offer = book.offers.with_key(occurrence.key)
    if offer is None or attempted(book, occurrence).is_live:
        return occurrence
    if offer.state is OfferState.OPEN:
        offers.move(book, offer, "withdraw")
    return replace(occurrence, attempt=occurrence.attempt + 1)


def spent_without_asking(book: Book, schedule: Schedule, at: datetime) -> int:
    """What left by itself in the local month of *at*, in minor units of the month's limit.

    Whoever has noted it, or has come to: what was paid without a code counts.  What was
    refused does not, nor what left in another currency, by leave that was given before.
    """
    since, until = calendars.month_of(at, schedule.wish.rule.zone)
    found = book.schedules.occurrences(schedule.holder, schedule.id, limit=KEPT_IN_VIEW)
    attempts = (attempted(book, each) for each in found)
    paid_so = (each.payment for each in attempts if each.has_paid and not each.is_proved)
    limit = schedule.wish.most_month
    return sum(
        each.given.minor
        for each in paid_so
        if each is not None
        and since <= each.created_at < until
        and limit is not None
        and each.given.currency == limit.currency
    )


def _is_scheduled(book: Book, payment: ProviderPayment) -> bool:
    """Whether it was paid for some time of a schedule."""
    offer = book.offers.find(payment.offer)
    return offer is not None and offer.key.startswith("schedule:")
