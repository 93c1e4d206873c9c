"""Who is there and what was asked: kept, so that a restart in mid-payment goes on."""

from purser.services import Services
from services.conversations import QUIET, Conversation
from tests.cast import ANN, BOB, Cast


async def test_stranger_and_holder_are_told_apart(cast: Cast) -> None:
    """One look-up for each update; nothing is asked of either yet."""
    holder = await cast.join()
    visitors = cast.services.visitors

    known, stranger = [await visitors.find(telegram_id=each) for each in (ANN, BOB)]

    assert (known.holder, known.conversation) == (holder, QUIET)
    assert (stranger.holder, stranger.conversation) == (None, QUIET)


async def test_question_waits_for_its_own_person(services: Services) -> None:
    """Or one person's code would be read as another's answer."""
    asked = Conversation("code", {"offer": "1", "title": "Чай «Ирис»"}, screen=44, language="ru")
    await services.visitors.expect(telegram_id=ANN, conversation=asked)

    mine, other = [
        (await services.visitors.find(telegram_id=each)).conversation for each in (ANN, BOB)
    ]

    assert (mine, other) == (asked, QUIET)


async def test_new_question_takes_the_place_of_the_old(services: Services) -> None:
    """A message answers what is on the screen, not what was there before."""
    for conversation in (Conversation("code"), Conversation("limit", screen=5), QUIET):
        await services.visitors.expect(telegram_id=ANN, conversation=conversation)

    assert (await services.visitors.find(telegram_id=ANN)).conversation == QUIET
