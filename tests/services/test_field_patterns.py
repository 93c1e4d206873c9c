"""Patterns of account fields: what an operator writes is used, and cannot stop the wallet."""

import re
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.field_patterns import LENGTH_MAX, REPEAT_MAX, PatternError, check

PIECES = st.sampled_from(
    (
        *("a", "[a-z]", "[0-9]", r"\d", ".", "a|b", "(a|aa)", "(?:a?)", "x*", "a+", "b?"),
        *("{2}", "{1,3}", "{0,9}", "{2,}", "+", "*", "(", ")", "[", "|"),
    )
)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[0-9]{20}|[0-9]{25}",
        r"\d{10}",
        "[A-Za-z0-9_]{3,32}",
        r"[a-z0-9._+\-]{1,30}@[a-z0-9.\-]{1,40}",
        "(?:RU)?[0-9]{6,12}",
        "[^ ]{1,64}",
        r"[\]\-a]{3}",
        "9[0-9]{9}",
        "(0[1-9]|1[0-2])/[0-9]{2}",
    ],
)
def test_what_account_numbers_need_is_understood(pattern: str) -> None:
    check(pattern)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(a+)+", "too many"),
        ("(a|a)*", "too many"),
        ("a*a*a*a*b", "too many"),
        ("(a|aa)+$", "not needed"),
        ("^a", "not needed"),
        ("(?=a)a", "plain groups"),
        ("(?P<x>a)", "plain groups"),
        (r"(a)\1", "none of what"),
        (r"\b", "none of what"),
        ("\\", "none of what"),
        ("(a", "not closed"),
        ("a)", "closes nothing"),
        ("[a", "not closed"),
        ("[]", "not closed"),
        ("*a", "repeats nothing"),
        ("a**", "one repeat after another"),
        ("a+?", "one repeat after another"),
        ("a{x}", "a repeat is"),
        ("a{5,3}", "a repeat is from"),
        ("a{1,200}", "a repeat is from"),
        ("[z-a]", "no regular expression"),
        ("a" * (LENGTH_MAX + 1), "longer than"),
        ("(" * 12 + "a" + ")" * 12, "groups within"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(pattern: str, says: str) -> None:
    with pytest.raises(PatternError, match=re.escape(says)):
        check(pattern)


@given(st.lists(PIECES, max_size=8).map("".join), st.sampled_from("ab0"))
@example("(a?){12}a{12}", "a")
@example("a{0,64}a{0,64}", "a")
def test_no_pattern_that_is_taken_runs_away(pattern: str, letter: str) -> None:
    """On the value that fits longest and then does not: where such patterns explode."""
    try:
        check(pattern)
    except PatternError:
        return
    compiled = re.compile(pattern)
    started = process_time()

    compiled.fullmatch(letter * (REPEAT_MAX - 1) + "!")

    assert process_time() - started < 0.5


@given(st.text(max_size=40))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        check(text)
    except PatternError:
        return
    assert re.compile(text)
