"""The sentences of the checkout's page: in six languages alike, and every one that is used."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import gateway.checkout.screens
from bot.page_texts import PAGE_LOCALES, PageTexts
from services.money import RUB, USD, Money

LANGUAGES = ("ar", "en", "gu", "hi", "ru", "tr")


class Arguments(Visitor):
    """Collects what a sentence names."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  # the parser's name
        self.names.add(node.id.name)


def sentences(language: str) -> dict[str, set[str]]:
    """The keys of a language and what each sentence names."""
    found: dict[str, set[str]] = {}
    for path in sorted((PAGE_LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(entry, ast.Junk), entry.content
            if isinstance(entry, ast.Message):
                arguments = Arguments()
                arguments.visit(entry)
                found[entry.id.name] = arguments.names
    return found


def test_six_languages() -> None:
    assert PageTexts().languages == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_sentences(language: str) -> None:
    """A key that is missing would be a page that breaks in one language only."""
    assert sentences(language) == sentences("en")
    PageTexts()([language]).sentences.check()


def test_every_sentence_is_said_and_every_said_one_is_there() -> None:
    """States and errors are put together from their codes."""
    package = Path(gateway.checkout.screens.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in package.glob("*.py"))
    known = set(sentences("en"))
    said = set(
        re.findall(
            r"(?:say|plain|_problem|_exchanged)\(\s*(?:request, |frame, )?[\"']([a-z-]+)[\"']",
            source,
        )
    )

    assert said - known - {f"{each}-explain" for each in ("missing", "stale", "busy")} == set()
    rest = known - said
    made = (
        "state-",
        "error-",
        "way-",
        "missing",
        "stale",
        "busy",
        "code-sent",
        "cost",
        "from-exchanged-",
    )
    assert [each for each in rest if not each.startswith(made)] == []


def test_the_first_language_that_is_spoken() -> None:
    texts = PageTexts()

    assert texts(["de", "tr", "en"]).language == "tr"
    assert texts([]).language == "en"
    assert "1.250,00" in texts(["tr"]).plain("code-pay", amount=Money(1250_00, RUB))


def test_the_sign_of_a_currency_stays_with_its_letters() -> None:
    """At the end of an Arabic line `US$` would be shown as `$US`."""
    arabic, english = PageTexts()(["ar"]), PageTexts()(["en"])
    assert arabic.money(Money(14_99, USD)).endswith("US$\u200e")
    assert arabic.money(Money(14_99, RUB)).endswith("RUB")
    assert english.money(Money(14_99, USD)) == "$14.99"


def test_a_time_says_in_which_zone_it_is() -> None:
    """A page is read from anywhere, unlike a chat."""
    words = PageTexts(zone=ZoneInfo("Europe/Moscow"))(["en"])
    assert words.zone(datetime(2026, 11, 24, tzinfo=UTC)) == "GMT+03:00"
