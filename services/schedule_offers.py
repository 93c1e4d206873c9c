"""Making and changing a schedule: offered, confirmed, and proved where it may pay by itself.

Leave to pay without asking is given once, with a code; whatever widens it asks for another.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services import calendars, holders, offers, schedule_life, schedule_pages, sources
from services.calendars import Every
from services.catalogue import Charge, Provider, ProviderNotFoundError
from services.clock import Clock
from services.confirming import Confirming, Shown
from services.errors import InvalidRequestError, RefusedError, WalletError
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.money import AMOUNT_MINOR_MAX, Money
from services.offers import Offer, OfferState
from services.schedule_life import (
    Book,
    Mode,
    Schedule,
    ScheduleChangedError,
    ScheduleState,
    Wish,
)
from services.schedule_pages import SchedulePage
from services.sources import Rules
from services.store import Store
from services.vault import Vault

SCHEDULES_MOST = 30
"""That one holder may have at once."""

BEFORE_MOST = {Every.MONTH: 14, Every.WEEK: 3, Every.ONCE: 30}
"""How many days ahead a reminder may come, so that none comes before the last one is over."""


@dataclass(frozen=True, slots=True)
class ScheduleProposal(Shown):
    """Everything an offer to pay on schedule states, and what has become of it."""

    wish: Wish
    provider: Provider
    charge: Charge | None
    """What it costs today; None where the amount is asked each time."""
    page: SchedulePage | None = None
    """What was made or changed, once it was."""
    changes: Schedule | None = None
    """What the offer would change; None where it is new."""


class TooManySchedulesError(RefusedError):
    """The holder has as many as are allowed.  Values: maximum."""

    code = "too_many_schedules"


class ScheduleWishError(InvalidRequestError):
    """What pays by itself needs an amount and limits, and only that has them."""

    code = "schedule_wish"


class ScheduleLimitError(InvalidRequestError):
    """The limits would never let it be paid.  Values: cost."""

    code = "schedule_limit"


class ReminderTooEarlyError(InvalidRequestError):
    """The reminder would come before the time before it was over.  Values: most."""

    code = "reminder_too_early"


class ScheduleOverError(InvalidRequestError):
    """There is no such day to come."""

    code = "schedule_over"


class ScheduleOffers(Confirming[Book, ScheduleProposal]):
    """From what a holder wishes to a schedule."""

    kind = "schedule"
    purpose = "schedule"

    def __init__(
        self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId, rules: Rules
    ) -> None:
        super().__init__(store=store, vault=vault, now=now, new_id=new_id)
        self._rules = rules

    async def offer(
        self,
        *,
        holder: Holder,
        wish: Wish,
        key: str,
        changes: Schedule | None = None,
        version: int = 0,
    ) -> ScheduleProposal:
        """State what would be done and when; repeated with the same *key* it is the first.

        *changes* is the schedule that is to become so, *version* of which was looked at.

        Raises:
            ProviderNotFoundError, AccountFieldError and what else the provider says to the
                fields and the amount.
            SourceUnknownError, RateMissingError, RateStaleError: It cannot be paid from there.
            ScheduleWishError, ScheduleLimitError, ReminderTooEarlyError, ScheduleOverError:
                It makes no sense so.
            TooManySchedulesError: There are too many.
            ScheduleNotFoundError, ScheduleChangedError: What was to be changed is not so.
        """
        at = self._now()
        offer_id = self._new_id(at)
        subject = f"provider/{wish.provider}" if changes is None else f"schedule/{changes.id}"

        def work(book: Book) -> ScheduleProposal:
            first = offers.made_before(book, key, holder.id, self.kind, subject)
            if first is not None:
                return self._show(book, holder, first)
            if changes is None:
                _room(book, holder)
            else:
                schedule_life.theirs(book, holder.id, changes.id, version=version)
            wanted = self._sound(book, holder, wish, at)
            content = _content(wanted, changes, version)
            until = at + offers.LIFETIME
            offer = Offer(offer_id, holder.id, key, self.kind, subject, content, at, until)
            return self._show(book, holder, offers.keep(book, offer))

        return await self._store.write(work)

    async def cost(self, *, holder: Holder, wish: Wish) -> Money:
        """What would leave its source today.

        Raises:
            ProviderNotFoundError, SourceUnknownError, RateMissingError, RateStaleError: It
                cannot be paid from there.
            ScheduleWishError: It has no amount.
        """
        at = self._now()

        def view(book: Book) -> Money:
            provider = _provider(book, wish)
            if wish.amount is None:
                raise ScheduleWishError
            total = provider.charge(wish.amount).total
            return sources.named(book, self._rules, holder, wish.source, total, at).cost

        return await self._store.read(view)

    def _sound(self, book: Book, holder: Holder, wish: Wish, at: datetime) -> Wish:
        """*wish* in the provider's own form, if it can ever be paid so."""
        provider, rule = _provider(book, wish), wish.rule
        if calendars.following(rule, at) is None:
            raise ScheduleOverError
        earliest = before_most(rule.every, rule.day)
        if not 0 <= wish.before <= earliest:
            raise ReminderTooEarlyError(most=earliest)
        is_auto = wish.mode is Mode.AUTO
        limits = (wish.most, wish.most_month)
        if is_auto != all(limits) or is_auto != any(limits) or (is_auto and wish.before):
            raise ScheduleWishError
        asked = schedule_life.asked_each_time(provider)
        if is_auto and (asked or wish.amount is None):
            raise ScheduleWishError
        kept = [each for each in provider.fields if each not in asked]
        fields = {each.name: each.read(wish.fields.get(each.name, "")) for each in kept}
        wanted = replace(wish, fields=fields)
        if wish.amount is not None:
            provider.amount_checked(wish.amount)
        if is_auto and wish.amount is not None:
            total = provider.charge(wish.amount).total
            source = sources.named(book, self._rules, holder, wish.source, total, at)
            _affordable(wanted, source.cost)
        return wanted

    def _show(self, book: Book, holder: Holder, offer: Offer) -> ScheduleProposal:
        wish = Wish.from_content(offer.content["wish"])
        provider = book.catalogue.provider(wish.provider)
        if provider is None:
            raise ValueError(f"offer {offer.id} is about no provider")
        changed = offer.content["changes"]
        known = book.schedules.find(holder.id, changed or offer.id)
        is_used = offer.state is OfferState.USED
        return ScheduleProposal(
            offer=offer,
            wish=wish,
            provider=provider,
            charge=None if wish.amount is None else provider.charge(wish.amount),
            page=schedule_pages.page(book, known) if known and is_used else None,
            changes=known if changed else None,
        )

    def _hold(
        self, book: Book, holder: Holder, shown: ScheduleProposal, new_id: str, at: datetime
    ) -> ScheduleProposal:
        del new_id  # no money is held
        refusal = self._obstacle(book, holder, shown, at)
        if refusal is not None:
            raise refusal
        return shown

    def _needs_code(self, shown: ScheduleProposal) -> bool:
        wish = shown.wish
        if wish.mode is not Mode.AUTO:
            return False
        return shown.changes is None or _widens(shown.changes.wish, wish)

    def _named(self, holder: Holder, shown: ScheduleProposal) -> dict[str, str]:
        most = shown.wish.most
        if most is None:
            raise ValueError(f"offer {shown.offer.id} needs no code")
        return {
            "payee": shown.provider.name(holder.language),
            "minor": str(most.minor),
            "currency": most.currency.code,
        }

    def _obstacle(
        self, book: Book, holder: Holder, shown: ScheduleProposal, at: datetime
    ) -> WalletError | None:
        try:
            holders.active(book, holder.id)
            if shown.changes is None:
                _room(book, holder)
            else:
                _unchanged(book, holder, shown)
            self._sound(book, holder, shown.wish, at)
        except WalletError as exc:  # nothing was written yet
            return exc
        return None

    def _carry_out(self, book: Book, shown: ScheduleProposal, at: datetime) -> ScheduleProposal:
        offer, known = shown.offer, shown.changes
        used = offers.move(book, offer, "use")
        if known is None:
            made = Schedule(offer.id, offer.holder, shown.wish, at)
            book.schedules.add(made)
            step = Step("make", made.state.value, "holder", at)
            book.steps.add(f"schedule/{made.id}", step)
        else:
            schedule_life.let_go(book, known, "changed", at)
            made = schedule_life.change(book, replace(known, wish=shown.wish), "change", at)
        if made.state is ScheduleState.ACTIVE:
            schedule_life.plan(book, made, at, at)
        return replace(shown, offer=used, page=schedule_pages.page(book, made))

    def _drop(
        self, book: Book, shown: ScheduleProposal, event: str, reason: str, at: datetime
    ) -> ScheduleProposal:
        del reason, at
        return replace(shown, offer=offers.move(book, shown.offer, event))


def make_reminder(
    book: Book, holder: Holder, schedule_id: str, wish: Wish, at: datetime
) -> Schedule:
    """A schedule that moves no money, made at one tap; again is the same.

    Raises:
        TooManySchedulesError: There are too many.
    """
    known = book.schedules.find(holder.id, schedule_id)
    if known is not None:
        return known
    _room(book, holder)
    made = Schedule(schedule_id, holder.id, wish, at)
    book.schedules.add(made)
    book.steps.add(f"schedule/{made.id}", Step("make", made.state.value, "holder", at))
    schedule_life.plan(book, made, at, at)
    return made


def before_most(every: Every, day: int) -> int:
    """How many days ahead a reminder may come."""
    return BEFORE_MOST.get(every, day - 1)


def month_most(every: Every, day: int, most: Money) -> Money:
    """The limit of a month that suggests itself: that it costs *most* each time."""
    times = {Every.MONTH: 1, Every.WEEK: 5, Every.ONCE: 1}.get(every, -(-31 // day))
    return replace(most, minor=min(most.minor * times, AMOUNT_MINOR_MAX))


def _provider(book: Book, wish: Wish) -> Provider:
    """Also outside its hours: it is paid another day."""
    provider = book.catalogue.provider(wish.provider)
    if provider is None or not provider.is_open:
        raise ProviderNotFoundError
    return provider


def _content(wish: Wish, changes: Schedule | None, version: int) -> dict[str, Any]:
    return {
        "wish": wish.content(),
        "changes": "" if changes is None else changes.id,
        "version": version,
    }


def _room(book: Book, holder: Holder) -> None:
    """Raise where there are too many; the holder's row keeps others from adding meanwhile."""
    book.holders.find(holder.id)
    if len(book.schedules.of_holder(holder.id)) >= SCHEDULES_MOST:
        raise TooManySchedulesError(maximum=SCHEDULES_MOST)


def _unchanged(book: Book, holder: Holder, shown: ScheduleProposal) -> None:
    content = shown.offer.content
    known = schedule_life.theirs(book, holder.id, content["changes"])
    if known.version != content["version"]:
        raise ScheduleChangedError


def _affordable(wish: Wish, cost: Money) -> None:
    """The limits are of the currency that leaves, and let it be paid at least once."""
    for limit in (wish.most, wish.most_month):
        if limit is None or limit.currency != cost.currency or limit.minor < cost.minor:
            raise ScheduleLimitError(cost=cost)


def _widens(known: Wish, wanted: Wish) -> bool:
    """Whether more may leave, or elsewhere, than the last code has allowed."""
    if known.mode is not Mode.AUTO or known.source != wanted.source:
        return True
    if (known.provider, known.fields) != (wanted.provider, wanted.fields):
        return True
    pairs = (
        (known.amount, wanted.amount),
        (known.most, wanted.most),
        (known.most_month, wanted.most_month),
    )
    return any(
        old is None or new is None or new.currency != old.currency or new.minor > old.minor
        for old, new in pairs
    )
