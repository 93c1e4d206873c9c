"""Drafts: what is filled in survives the conversation, and nothing else gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.account_fields import AccountFieldError
from services.drafts import BYTES_MAX, Draft, DraftLostError, DraftTooLargeError
from services.money import RUB, USD, Money
from services.provider_life import Order
from tests.catalogue import LIGHT, STEAM


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(max_size=30), max_size=6
    ),
    st.none() | st.integers(0, 10**15),
    st.lists(st.integers(1, 10**15), max_size=6).map(tuple),
)
def test_conversation_gives_back_what_it_was_given(
    fields: dict[str, str], minor: int | None, sums: tuple[int, ...]
) -> None:
    """Whatever else the conversation keeps beside it."""
    draft = Draft("steam", 3, fields, minor, sums)

    assert Draft.of(draft.data | {"twin": "1", "answered": "17"}) == draft


def test_conversation_about_something_else_holds_none() -> None:
    for data in ({}, {"offer": "1"}, {"provider": "steam"}):
        with pytest.raises(DraftLostError):
            Draft.of(data)


def test_too_much_is_refused_at_the_byte() -> None:
    """Letters of other scripts count as the bytes that they are."""
    empty = Draft("steam", 1, {"login": ""})
    kept = sum(len(key) + len(value) for key, value in empty.data.items())
    most = BYTES_MAX - kept

    assert Draft("steam", 1, {"login": "x" * most}).data
    for text in ("x" * (most + 1), "я" * (most // 2 + 1)):
        with pytest.raises(DraftTooLargeError):
            _ = Draft("steam", 1, {"login": text}).data


def test_fields_are_asked_in_their_order() -> None:
    draft = Draft(LIGHT.id, LIGHT.version)
    asked = []
    for typed in ("1234567890", "12,50", ""):
        missing = draft.missing(LIGHT)
        assert missing is not None
        asked.append(missing.name)
        draft = draft.answered(missing, typed)

    assert asked == ["account", "day", "night"]
    assert draft.missing(LIGHT) is None
    assert draft.order(Money(1, RUB)) == Order(
        "light", {"account": "1234567890", "day": "12.5", "night": ""}, Money(1, RUB)
    )


def test_going_back_forgets_what_came_after() -> None:
    """The amount too: it was said of something else perhaps."""
    fields = {"account": "1234567890", "day": "1", "night": "2"}
    draft = Draft(LIGHT.id, 1, fields, 500)

    assert draft.first(1, LIGHT) == Draft(LIGHT.id, 1, {"account": "1234567890"})
    assert draft.first(0, LIGHT).fields == {}
    assert draft.first(3, LIGHT).minor is None
    assert draft.account(LIGHT) == "1234567890"
    assert Draft(LIGHT.id, 1).account(LIGHT) == ""


def test_beginning_takes_what_is_right_and_says_what_is_not() -> None:
    """Of two wrong ones the first; what the provider does not ask is dropped."""
    typed = {"account": "12", "day": "a lot", "night": "7", "colour": "red"}

    draft, refusal = Draft.begun(LIGHT, typed, Money(300, RUB))

    assert draft == Draft("light", 1, {"night": "7"}, 300)
    assert isinstance(refusal, AccountFieldError)
    assert refusal.values["name"] == "account"
    assert Draft.begun(STEAM, {"login": "ann"}) == (Draft("steam", 1, {"login": "ann"}), None)


def test_amount_in_another_currency_is_asked_for_anew() -> None:
    """A hundred dollars are not a hundred roubles."""
    draft, _ = Draft.begun(STEAM, {"login": "ann"}, Money(100_00, USD))

    assert draft.minor is None


def test_marks_tell_drafts_apart() -> None:
    """A button of another account, or of other amounts, is not of this screen."""
    draft = Draft("steam", 1, {"login": "ann"}, None, (100, 200))
    others = (
        Draft("steam", 2, {"login": "ann"}, None, (100, 200)),
        Draft("steam", 1, {"login": "bob"}, None, (100, 200)),
        Draft("steam", 1, {"login": "ann"}, None, (100, 300)),
    )

    assert draft.mark() == Draft("steam", 1, {"login": "ann"}, 5, (100, 200)).mark()
    assert draft.mark(1) != draft.mark(2)
    assert draft.mark() not in {each.mark() for each in others}
    assert draft.mark() < 36**5
