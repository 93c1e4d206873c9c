"""The sentences: complete in every language, exact in amounts, safe with others' words."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

import gateway
import services
from bot.edge import COMMANDS
from bot.formats import Formats, Markup, clean, escaped
from bot.handlers import all_routes
from bot.handlers.home import LATER
from bot.sentences import Sentences
from bot.texts import LOCALES, Texts, TextsError
from services.errors import WalletError
from services.holders import LANGUAGES
from services.money import CURRENCIES, RUB, USD, Money
from tests.telegram import plain

VALUES: dict[str, object] = {
    "address": "ann@example.com",
    "available": Money(5, RUB),
    "cost": Money(5, RUB),
    "currency": "RUB",
    "day": "2026-11-24",
    "digits": 2,
    "ended_at": datetime(2026, 11, 24, tzinfo=UTC),
    "expired_at": datetime(2026, 11, 24, tzinfo=UTC),
    "field": "Sum",
    "held": Money(5, RUB),
    "hint": "Ten digits",
    "hours": 24,
    "kind": "any",
    "known": "any, invoice",
    "languages": "en, ru",
    "latest": datetime(2026, 11, 24, tzinfo=UTC),
    "least": 1,
    "left": Money(5, RUB),
    "level": "phone",
    "limit": Money(5, RUB),
    "limits": "payment, day",
    "maximum": 5,
    "megabytes": 10,
    "megapixels": 25,
    "minimum": 5,
    "most": 31,
    "needed": Money(5, RUB),
    "opens_at": datetime(2026, 11, 25, tzinfo=UTC),
    "problem": "it is private",
    "provider": {"en": "Steam", "ru": "Стим"},
    "raised_by": "email",
    "resets_at": datetime(2026, 11, 25, tzinfo=UTC),
    "retry_at": datetime(2026, 11, 25, tzinfo=UTC),
    "role": "viewer",
    "rule": "day",
    "scope": "refunds:write",
    "seconds": 5,
    "state": "paid",
    "step": Money(5, RUB),
    "tries": 5,
    "tries_left": 3,
    "until": datetime(2026, 11, 25, tzinfo=UTC),
    "why": "text",
}


class Arguments(Visitor):
    """Collects what a sentence names."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  # the parser's name
        self.names.add(node.id.name)


def sentences(language: str) -> dict[str, set[str]]:
    """The keys of a language and what each sentence names."""
    found: dict[str, set[str]] = {}
    for path in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            if isinstance(entry, ast.Message):
                arguments = Arguments()
                arguments.visit(entry)
                assert entry.id.name not in found, f"{entry.id.name} is there twice"
                found[entry.id.name] = arguments.names
    return found


def all_errors(of: type[WalletError] = WalletError) -> Iterator[type[WalletError]]:
    for package in (services, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for each in of.__subclasses__():
        yield each
        yield from all_errors(each)


def test_every_language_of_the_wallet_has_a_folder(texts: Texts) -> None:
    assert texts.languages == tuple(sorted(LANGUAGES))


@pytest.mark.parametrize("language", [each.name for each in LOCALES.iterdir()])
def test_languages_have_the_same_sentences(language: str) -> None:
    """A key that is missing would be a crash in one language only."""
    assert sentences(language) == sentences("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_its_sentence(texts: Texts, language: str) -> None:
    """With the values that its class promises, and short enough for an alert."""
    known = sentences(language)
    for error in set(all_errors()):
        key = f"error-{error.code.replace('_', '-')}"
        assert key in known, f"{error.__name__} has no sentence"
        promised = re.search(r"Values: ([a-z_, \n]+)", error.__doc__ or "")
        names = set(re.findall(r"[a-z_]+", promised[1])) if promised else set()
        assert known[key] - names <= {"currency", "digits", "maximum"}, key
        said = texts.error(language, error(**VALUES))
        assert 10 < len(said) <= 200
        assert "???" not in said
        assert "<" not in said


def test_errors_have_a_code_each() -> None:
    """The code is what the sentence is found by."""
    codes = [error.code for error in set(all_errors())]

    assert len(codes) == len(set(codes))


def test_every_key_in_the_code_exists() -> None:
    """Keys written out in the handlers; those put together are tested by their screens."""
    known = sentences("en")
    source = "\n".join(path.read_text("utf-8") for path in sorted(LOCALES.parent.rglob("*.py")))
    used = set(re.findall(r'words(?:\.plain)?\(\s*"([a-z-]+)"', source))

    assert used
    assert used - set(known) == set()


def test_every_command_is_described_and_answered() -> None:
    """The menu names what works, and nothing that does not."""
    known, routes = sentences("en"), all_routes()

    assert {key.removeprefix("command-") for key in known if key.startswith("command-")} == set(
        COMMANDS
    )
    assert set(COMMANDS) <= set(routes.commands)
    assert not set(COMMANDS) & set(LATER)


@pytest.mark.parametrize(
    ("language", "amount", "shown"),
    [
        ("ru", Money(125_000, RUB), "1 250,00 ₽"),
        ("en", Money(125_000, RUB), "RUB 1,250.00"),
        ("en", Money(-550, USD), "-$5.50"),
        ("ru", Money(-550, USD), "-5,50 $"),
        ("en", Money(-550, RUB), "-RUB 5.50"),
        ("en", Money(1_234_567, CURRENCIES["KWD"]), "KWD 1,234.567"),
        ("ru", Money(1_234_567, CURRENCIES["JPY"]), "1 234 567 ¥"),
        ("en", Money(100, CURRENCIES["RSD"]), "RSD 1.00"),
        ("en", Money(10**15, USD), "$10,000,000,000,000.00"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(
    language: str, amount: Money, shown: str
) -> None:
    assert plain(Formats(language, UTC).money(amount)) == shown


@given(st.integers(-(10**17), 10**17))
def test_no_digit_of_an_amount_is_lost(minor: int) -> None:
    """Through Decimal and Babel, and back."""
    shown = FORMATS.money(Money(minor, USD))

    assert int(re.sub(r"[^0-9-]", "", shown)) == minor


FORMATS = Formats("en", UTC)


def test_times_are_the_operators() -> None:
    """Whoever reads them lives there."""
    at = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)

    assert plain(Formats("ru", ZoneInfo("Europe/Moscow")).moment(at)) == (
        "25 нояб. 2026 г., 01:30"
    )
    assert plain(Formats("en", UTC).moment(at)) == "Nov 24, 2026, 10:30 PM"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("Shop\u202etxt.exe", "Shoptxt.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("line\nbreak\u2028here", "line break here"),
        ("zero\u200bwidth", "zero width"),
        ("family 👩\u200d👧", "family 👩\u200d👧"),
        ("\ud800", ""),
    ],
)
def test_hidden_characters_are_taken_out(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_markup_is_not_escaped_twice() -> None:
    assert escaped("<b>&") == "&lt;b&gt;&amp;"
    assert escaped(Markup("<b>x</b>")) == "<b>x</b>"


def test_values_are_isolated_and_escaped(texts: Texts) -> None:
    """A name in another direction does not turn the line around it."""
    said = texts.words_for("en")("invoice-title", payee="<i>")

    assert "\u2068&lt;i&gt;\u2069" in said


def test_plurals_follow_the_language(texts: Texts) -> None:
    words = texts.words_for("ru")

    assert "1 счёт</b> ждёт" in plain(words("home-unpaid", count=1))
    assert "3 счёта</b> ждут" in plain(words("home-unpaid", count=3))
    assert "5 счетов</b> ждут" in plain(words("home-unpaid", count=5))


def test_unknown_language_falls_back(texts: Texts) -> None:
    assert texts.words_for("xx").language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "template", ["code_join", "code_payment", "code_schedule", "code_unlock", "card_details"]
)
def test_sms_are_plain(texts: Texts, language: str, template: str) -> None:
    """No marks of direction, no markup, and who is paid."""
    values = {
        "code": "012345",
        "minutes": 5,
        "payee": "A & B",
        "amount": Money(125_000, RUB),
        "number": "9900100000000002",
        "code_start": "7",
    }

    text = texts.compose(language, template, values)

    assert not set(text) & {"\u2068", "\u2069", "<"}
    assert ("9900100000000002" if template == "card_details" else "012345") in text
    assert ("A & B" in text) is (template in ("code_payment", "code_schedule"))
    assert len(text) <= 160


def test_words_of_a_page_come_by_their_prefix(texts: Texts) -> None:
    words = texts.words("ru", "card-page-")

    assert words["card-page-title"] == "Ваша карта"
    assert all(key.startswith("card-page-") for key in words)


def test_missing_value_is_said_in_the_log_and_not_raised(texts: Texts) -> None:
    """One bad sentence must not stop a payment."""
    assert "Invoice from" in texts.words_for("en").plain("invoice-title")


@pytest.mark.parametrize("name", [each.name for each in LOCALES.iterdir() if each.is_dir()])
def test_every_file_of_ours_is_whole(name: str) -> None:
    """Each is compiled when it is first spoken, so here all of them are."""
    Sentences(LOCALES / name).check()


@pytest.mark.parametrize("content", ["broken = {", "a = { $x ->\n}\n", "a = b\na = c\n", ""])
def test_broken_file_is_named_and_said_by_nobody(tmp_path: Path, content: str) -> None:
    """Who writes a language of one's own learns which sentence it is."""
    folder = tmp_path / "en"
    folder.mkdir()
    if content:
        (folder / "x.ftl").write_text(content)

    with pytest.raises(TextsError):
        Texts(folder=tmp_path).words_for("en").sentences.check()
