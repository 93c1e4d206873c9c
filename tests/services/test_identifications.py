"""Who a holder is: said step by step, decided by an operator, seen by few, deleted on request."""

import asyncio
from datetime import timedelta

import pytest

from services.holders import Holder
from services.identification_life import (
    RETENTION,
    DeclineReasonError,
    IdentificationChangedError,
    IdentificationIncompleteError,
    IdentificationNotFoundError,
    IdentificationState,
)
from services.identifications import Identifications
from services.identity_review import IdentityReview
from services.ids import new_id
from services.levels import Level
from services.personal_data import PersonalDataError
from services.states import StateError
from services.vault import Vault
from storage.book import BookTables
from storage.engines import AnyStore
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.clock import TestClock

JANE = {
    "surname": "Doe",
    "given_name": "Jane",
    "patronymic": "",
    "birth_date": "28.02.1990",
    "document": "passport_ru",
    "number": "45 10 123456",
    "address": "1 Test street, Testville",
}


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await cast.join()


@pytest.fixture
def said(cast: Cast) -> Identifications:
    return cast.services.identifications


@pytest.fixture
def review(cast: Cast) -> IdentityReview:
    return cast.services.identity_review


async def submit(said: Identifications, holder: Holder, **other: str) -> str:
    """Say everything and give it to the operators; its id."""
    shown = await said.begin(holder=holder)
    for field, typed in (JANE | other).items():
        shown = await said.keep(holder=holder, field=field, typed=typed)
    submitted = await said.submit(holder=holder, version=shown.identification.version)
    return submitted.id


async def approve(said: Identifications, review: IdentityReview, holder: Holder) -> str:
    identification = await submit(said, holder)
    await review.approve(identification_id=identification, operator="telegram 1")
    return identification


def told(cast: Cast) -> list[str]:
    """What went to the operators, and what to the holder about this."""
    names = [each.payload.get("notice", each.kind) for each in cast.sent]
    return [name for name in names if name.startswith("identification")]


async def level(cast: Cast, holder: Holder) -> Level:
    return (await cast.services.wallets.get(holder=holder.id)).level


async def kept(store: AnyStore) -> list[tuple[str, bool, bool]]:
    """The state of every row, and whether it holds data and what finds the document."""

    def view(book: BookTables) -> list[tuple[str, bool, bool]]:
        rows = book.identifications._connection.execute(
            "SELECT * FROM identifications ORDER BY state"
        )
        return [
            (row["state"], row["data"] is not None, row["document"] is not None) for row in rows
        ]

    return await store.read(view)


async def events(store: AnyStore, identification: str) -> list[tuple[str, str, str]]:
    steps = await store.read(lambda book: book.steps.of(f"identification/{identification}"))
    return [(each.event, each.actor, each.reason) for each in steps]


async def test_an_operator_who_approves_raises_the_level(
    cast: Cast, ann: Holder, said: Identifications, review: IdentityReview, store: AnyStore
) -> None:
    """Every step is noted: who said, who looked, who decided."""
    identification = await submit(said, ann)
    [waiting] = await review.waiting()
    opened = await review.open(identification_id=waiting.id, operator="telegram 1")
    await review.approve(identification_id=waiting.id, operator="telegram 1")
    await cast.deliver()

    assert opened.data.fields["number"] == "4510123456"
    assert (opened.holder.id, opened.twins) == (ann.id, 0)
    assert await level(cast, ann) is Level.PERSON
    assert sorted(told(cast)) == ["identification", "identification_waits"]
    assert await review.waiting() == []
    assert await events(store, identification) == [
        ("begin", "holder", ""),
        ("submit", "holder", ""),
        ("open", "operator", "telegram 1"),
        ("approve", "operator", "telegram 1"),
    ]


async def test_who_is_declined_is_told_why_and_corrects_it(
    cast: Cast, ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    """What was right need not be typed again."""
    identification = await submit(said, ann)
    await review.decline(
        identification_id=identification, operator="telegram 1", reason="  The  address is old "
    )
    declined = await said.known(holder=ann)
    draft = await said.begin(holder=ann)
    again = await said.keep(holder=ann, field="address", typed="2 Test street, Testville")
    await said.submit(holder=ann, version=again.identification.version)
    opened = await review.open(identification_id=identification, operator="telegram 1")

    assert declined is not None
    assert declined.identification.state is IdentificationState.DECLINED
    assert declined.identification.reason == "The address is old"
    assert draft.data.missing is None
    assert opened.data.fields["address"] == "2 Test street, Testville"
    assert opened.identification.reason == ""
    assert await level(cast, ann) is Level.PHONE


async def test_the_same_document_in_two_wallets_is_shown_to_the_operator(
    cast: Cast, ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    """Two wallets may be one person's, and may be a thief's: the operator decides."""
    bob = await cast.join(BOB, OTHER_PHONE)
    await approve(said, review, ann)
    second = await submit(said, bob, surname="Roe", number="4510 123456")

    opened = await review.open(identification_id=second, operator="telegram 1")

    assert opened.twins == 1


async def test_nothing_incomplete_is_given_to_the_operators(
    ann: Holder, said: Identifications
) -> None:
    shown = await said.begin(holder=ann)
    await said.keep(holder=ann, field="surname", typed="Doe")

    with pytest.raises(IdentificationIncompleteError) as refusal:
        await said.submit(holder=ann, version=shown.identification.version)

    assert refusal.value.values == {"field": "given_name"}


async def test_a_field_that_cannot_be_changes_nothing(ann: Holder, said: Identifications) -> None:
    await said.begin(holder=ann)
    await said.keep(holder=ann, field="surname", typed="Doe")

    with pytest.raises(PersonalDataError):
        await said.keep(holder=ann, field="surname", typed="D03")

    known = await said.known(holder=ann)
    assert known is not None
    assert known.data.fields == {"surname": "Doe"}


async def test_another_kind_of_document_has_another_number(
    ann: Holder, said: Identifications
) -> None:
    await said.begin(holder=ann)
    await said.keep(holder=ann, field="document", typed="passport_ru")
    await said.keep(holder=ann, field="number", typed="4510123456")

    changed = await said.keep(holder=ann, field="document", typed="passport")

    assert "number" not in changed.data.fields


async def test_what_waits_or_is_approved_is_not_written_over(
    ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    await submit(said, ann)
    with pytest.raises(StateError):
        await said.begin(holder=ann)
    with pytest.raises(IdentificationNotFoundError):
        await said.keep(holder=ann, field="surname", typed="Roe")
    [waiting] = await review.waiting()
    await review.approve(identification_id=waiting.id, operator="telegram 1")

    with pytest.raises(StateError):
        await said.begin(holder=ann)


async def test_submitted_twice_is_submitted_once(
    cast: Cast, ann: Holder, said: Identifications
) -> None:
    shown = await said.begin(holder=ann)
    for field, typed in JANE.items():
        await said.keep(holder=ann, field=field, typed=typed)
    version = shown.identification.version

    await asyncio.gather(*(said.submit(holder=ann, version=version) for _ in range(4)))
    await cast.deliver()

    assert told(cast) == ["identification_waits"]


async def test_a_button_of_an_older_version_decides_nothing(
    ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    """Declined and corrected meanwhile: the operator has not seen what it says now."""
    await submit(said, ann)
    [first] = await review.waiting()
    await review.decline(identification_id=first.id, operator="1", reason="blurred")
    again = await said.begin(holder=ann)
    await said.submit(holder=ann, version=again.identification.version)

    with pytest.raises(IdentificationChangedError):
        await review.approve(identification_id=first.id, operator="1", version=first.version)
    with pytest.raises(IdentificationChangedError):
        await said.submit(holder=ann, version=0)


async def test_two_operators_at_once_decide_once(
    ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    identification = await submit(said, ann)

    outcomes = await asyncio.gather(
        review.approve(identification_id=identification, operator="1"),
        review.decline(identification_id=identification, operator="2", reason="no"),
        said.delete(holder=ann),
        return_exceptions=True,
    )

    known = await said.known(holder=ann)
    decided = [each for each in outcomes[:2] if not isinstance(each, BaseException)]
    assert len(decided) <= 1
    assert known is None or known.identification.state in (
        IdentificationState.APPROVED,
        IdentificationState.DECLINED,
    )


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
async def test_nobody_is_declined_without_a_reason(
    ann: Holder, said: Identifications, review: IdentityReview, reason: str
) -> None:
    identification = await submit(said, ann)

    with pytest.raises(DeclineReasonError):
        await review.decline(identification_id=identification, operator="1", reason=reason)


async def test_what_is_decided_or_gone_is_not_shown_to_an_operator(
    ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    """Once decided, nobody has a reason to look."""
    identification = await approve(said, review, ann)

    with pytest.raises(IdentificationChangedError):
        await review.open(identification_id=identification, operator="1")
    with pytest.raises(IdentificationNotFoundError):
        await review.open(identification_id="f" * 32, operator="1")


# Deletion


async def test_what_was_never_approved_is_deleted_at_once(
    cast: Cast, ann: Holder, said: Identifications, store: AnyStore
) -> None:
    await cast.fund(ann, 100_00)
    await submit(said, ann)

    deletion = await said.delete(holder=ann)

    assert deletion.kept_until is None
    assert await kept(store) == [("withdrawn", False, False)]
    assert await said.known(holder=ann) is None


async def test_what_no_money_rests_on_is_deleted_at_once(
    cast: Cast, ann: Holder, said: Identifications, review: IdentityReview, clock: TestClock
) -> None:
    await cast.fund(ann, 100_00)
    clock.advance(minutes=1)
    await approve(said, review, ann)

    deletion = await said.delete(holder=ann)

    assert deletion.kept_until is None
    assert await level(cast, ann) is Level.PHONE


async def test_the_law_keeps_the_data_of_who_has_spent_and_then_they_go(
    cast: Cast,
    ann: Holder,
    said: Identifications,
    review: IdentityReview,
    store: AnyStore,
    clock: TestClock,
) -> None:
    """The level falls at once; the data are nobody's to see, and go by themselves."""
    identification = await approve(said, review, ann)
    await cast.fund(ann, 100_00)

    deletion = await said.delete(holder=ann)
    again = await said.delete(holder=ann)
    fallen = await level(cast, ann)
    clock.advance(days=1826)
    await cast.deliver()
    before = await kept(store)
    clock.advance(days=1)
    await cast.deliver()

    assert deletion.kept_until == again.kept_until == clock()
    assert fallen is Level.PHONE
    assert before == [("withdrawn", True, True)]
    assert await kept(store) == [("withdrawn", False, False)]
    assert (await events(store, identification))[-1] == ("erase", "wallet", "")
    assert await said.delete(holder=ann) == type(deletion)(None)


async def test_no_retention_is_what_the_operator_says_it_is(
    cast: Cast,
    ann: Holder,
    review: IdentityReview,
    store: AnyStore,
    vault: Vault,
    clock: TestClock,
) -> None:
    """Where another law holds."""
    said = Identifications(
        store=store, vault=vault, now=clock, new_id=new_id, retention=timedelta(0)
    )
    await approve(said, review, ann)
    await cast.fund(ann, 100_00)

    deletion = await said.delete(holder=ann)

    assert deletion.kept_until is None
    assert timedelta(days=5 * 365 + 2) == RETENTION


async def test_after_a_deletion_it_can_be_said_anew(
    cast: Cast, ann: Holder, said: Identifications, review: IdentityReview
) -> None:
    await approve(said, review, ann)
    await cast.fund(ann, 100_00)
    await said.delete(holder=ann)

    identification = await submit(said, ann)
    opened = await review.open(identification_id=identification, operator="1")
    await review.approve(identification_id=identification, operator="1")

    assert opened.twins == 0
    assert await level(cast, ann) is Level.PERSON


async def test_a_draft_left_alone_is_deleted_the_next_day(
    cast: Cast, ann: Holder, said: Identifications, store: AnyStore, clock: TestClock
) -> None:
    await said.begin(holder=ann)
    await said.keep(holder=ann, field="surname", typed="Doe")
    clock.advance(days=1)

    await cast.deliver()

    assert await kept(store) == [("withdrawn", False, False)]


async def test_what_moved_on_is_not_deleted_with_the_draft(
    cast: Cast, ann: Holder, said: Identifications, store: AnyStore, clock: TestClock
) -> None:
    await submit(said, ann)
    clock.advance(days=1)

    await cast.deliver()

    assert await kept(store) == [("submitted", True, True)]


async def test_what_was_declined_and_left_alone_is_deleted(
    cast: Cast,
    ann: Holder,
    said: Identifications,
    review: IdentityReview,
    store: AnyStore,
    clock: TestClock,
) -> None:
    identification = await submit(said, ann)
    await review.decline(identification_id=identification, operator="1", reason="blurred")
    clock.advance(days=30)

    await cast.deliver()

    assert await kept(store) == [("withdrawn", False, False)]


async def test_work_about_nobody_does_nothing(said: Identifications, ann: Holder) -> None:
    await said.erase(identification_id="f" * 32, version=0)

    assert await said.known(holder=ann) is None
    assert (await said.delete(holder=ann)).kept_until is None


async def test_nothing_of_it_is_in_the_database_in_clear(
    ann: Holder, said: Identifications, review: IdentityReview, store: AnyStore
) -> None:
    """Not in its row, nor in what is noted for ever."""
    identification = await submit(said, ann)
    await review.open(identification_id=identification, operator="1")
    await review.decline(
        identification_id=identification, operator="1", reason="Doe is not your name"
    )

    def everything(book: BookTables) -> str:
        tables = ("due_work", "history", "operations")
        rows = [
            list(row)
            for name in tables
            for row in book.steps._connection.execute(f"SELECT * FROM {name}")
        ]
        kept = book.steps._connection.execute("SELECT data FROM identifications").fetchall()
        return repr(rows) + repr([bytes(row[0]) for row in kept])

    stored = await store.read(everything)
    assert not any(secret in stored for secret in ("Doe", "Jane", "4510123456", "Testville"))
