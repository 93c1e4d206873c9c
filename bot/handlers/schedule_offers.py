"""The offer of a schedule: what it will do, its confirmation, and its code."""

from bot.buttons import Button, Press
from bot.handlers.schedule_screens import facts, page_screen
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.holders import Holder
from services.offers import OfferState
from services.phones import masked
from services.schedule_offers import ScheduleOffers, ScheduleProposal


async def confirm(
    holder: Holder, words: Words, press: Press, schedule_offers: ScheduleOffers
) -> Screen:
    """[Confirm]: it is scheduled, or the code is on its way."""
    proposal = await schedule_offers.confirm(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def send_again(
    holder: Holder, words: Words, press: Press, key: str, schedule_offers: ScheduleOffers
) -> Screen:
    """[Send again]: another code; the one before is void."""
    proposal = await schedule_offers.resend(holder=holder, offer_id=press.id, key=key)
    return proposal_screen(words, holder, proposal)


async def cancel(
    holder: Holder, words: Words, press: Press, schedule_offers: ScheduleOffers
) -> Screen:
    """[Cancel]: nothing was scheduled."""
    proposal = await schedule_offers.withdraw(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def prove(
    holder: Holder,
    words: Words,
    visitor: Visitor,
    typed: str,
    key: str,
    schedule_offers: ScheduleOffers,
) -> Screen:
    """The typed code: the wallet may pay by itself."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await schedule_offers.prove(holder=holder, offer_id=offer_id, typed=typed, key=key)
    return proposal_screen(words, holder, proposal)


async def ask_again(
    holder: Holder, words: Words, visitor: Visitor, schedule_offers: ScheduleOffers
) -> Screen:
    """The question for the code, after a wrong one; what became of the offer if it ended."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await schedule_offers.confirm(holder=holder, offer_id=offer_id)
    return proposal_screen(words, holder, proposal)


def proposal_screen(words: Words, holder: Holder, proposal: ScheduleProposal) -> Screen:
    """An offer of a schedule as it stands now: open, waiting for its code, done or over."""
    is_change = proposal.changes is not None
    if proposal.page is not None:
        said = words("schedule-changed" if is_change else "schedule-made")
        return page_screen(words, proposal.page).under(said)
    match proposal.offer.state:
        case OfferState.OPEN:
            return _offer_screen(words, proposal)
        case OfferState.CONFIRMED:
            return _code_screen(words, holder, proposal)
    text = words("schedule-change-cancelled" if is_change else "schedule-cancelled")
    back = Button(words.plain("button-scheduled"), "scheds")
    return Screen(text, ((back, home_button(words)),), ends_question=True)


def _offer_screen(words: Words, proposal: ScheduleProposal) -> Screen:
    offer, wish = proposal.offer, proposal.wish
    lines = [words("schedule-offer", page=facts(words, proposal.provider, wish))]
    if proposal.charge is not None:
        lines.append(words("schedule-offer-cost", cost=proposal.charge.total))
    lines.append(words("schedule-offer-until", until=offer.expires_at))
    rows = (
        (Button(words.plain("button-confirm"), "schyes", offer.id, style="success"),),
        (Button(words.plain("button-cancel"), "schno", offer.id),),
    )
    return Screen("\n\n".join(lines), rows, ends_question=True)


def _code_screen(words: Words, holder: Holder, proposal: ScheduleProposal) -> Screen:
    text = words(
        "schedule-code",
        provider=proposal.provider.name(words.language),
        most=proposal.wish.most or "",
        phone=masked(holder.phone),
    )
    buttons = (
        Button(words.plain("button-send-again"), "schmor", proposal.offer.id),
        Button(words.plain("button-cancel"), "schno", proposal.offer.id),
    )
    return Screen(text, (buttons,), Question("schedule_code", {"offer": proposal.offer.id}))


def add_to(routes: Routes) -> None:
    """The routes of offers of schedules."""
    routes.button("schyes", confirm)
    routes.button("schno", cancel)
    routes.button("schmor", send_again)
    routes.question("schedule_code", prove, again=ask_again)
