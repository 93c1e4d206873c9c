"""The catalogue's file: all that is wrong with it at once, on the right line."""

import contextlib
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purser.catalogue_file import TomlProblemsError, read, read_file, sample, sample_text
from services.account_fields import Keep
from services.catalogue import LANGUAGES, Provider, Requisite
from services.commission import BorneBy, Commission, Tier
from services.money import RUB, USD, Money

ROOT = Path(__file__).parents[2]
SANDBOX = "http://127.0.0.1:8080"

GOOD = """\
[[category]]
id = "games"
name = { en = "Games", ru = "Игры" }

[field.login]
label = { en = "Login" }
keep = "compact"

[[provider]]
id = "steam"
category = "games"
name = { en = "Steam" }
fields = ["login"]
minimum = 50
maximum = 15000
connection = { kind = "osmp", url = "https://pay.example/osmp" }
"""
LAST = GOOD.count("\n")


def problems(text: str) -> list[str]:
    """What is wrong with *text*, without the file's name."""
    with pytest.raises(TomlProblemsError) as refused:
        read(text, "c.toml")
    return [line.removeprefix("c.toml:") for line in str(refused.value).splitlines()]


def replaced(text: str, key: str, line: str) -> str:
    """*text* with *line* in place of the one of *key*."""
    return re.sub(rf"(?m)^{key} = .*$", lambda _: line, text)


def provider(*lines: str, **changed: str) -> Provider:
    """The provider of `GOOD` with more *lines*, and with others in place of its own."""
    text = GOOD
    for key, line in changed.items():
        text = replaced(text, key, line)
    return read(text + "\n".join(lines), "c.toml").providers[0]


def test_what_a_small_file_says() -> None:
    file = read(GOOD, "c.toml")

    assert [each.names for each in file.categories] == [{"en": "Games", "ru": "Игры"}]
    (one,) = file.providers
    assert (one.minimum, one.maximum) == (Money(50_00, RUB), Money(15_000_00, RUB))
    assert (one.commission, one.step, one.hours) == (Commission(), None, None)
    assert (one.fields[0].name, one.fields[0].keep) == ("login", Keep.COMPACT)
    assert one.connection.settings == {"url": "https://pay.example/osmp"}
    assert one.is_open


def test_amounts_are_read_exactly_whether_as_numbers_or_as_texts() -> None:
    """0.1 is no binary fraction here."""
    one = provider(
        'currency = "USD"',
        "step = 0.10",
        'usual = ["0.3", 1]',
        "commission = { percent = 0.0001, fixed = 0.07, maximum = '0.29' }",
        minimum='minimum = "0.2"',
        maximum="maximum = 99.9",
    )

    assert (one.minimum.minor, one.maximum.minor) == (20, 9990)
    assert one.step == Money(10, USD)
    assert [each.minor for each in one.usual] == [30, 100]
    assert one.commission == Commission(millionths=1, fixed_minor=7, maximum_minor=29)


def test_commission_with_everything() -> None:
    one = provider(
        'commission = { percent = 2.5, minimum = 10, maximum = 99, borne_by = "provider",'
        " tiers = [{ above = 1000, percent = 1 }, { above = 5000, percent = 0 }] }"
    )

    assert one.commission == Commission(
        25_000, 0, 10_00, 99_00, (Tier(1000_00, 10_000), Tier(5000_00, 0)), BorneBy.PROVIDER
    )


def test_hours_discount_prefixes_and_requisites() -> None:
    one = provider(
        'hours = { zone = "Asia/Kolkata", open = ["mon-fri 09:00-18:30", "sat,sun 22:00-24:00"] }',
        'discount = { field = "date", within = [{ days = 10, percent = 50 }] }',
        'prefixes = ["916", "9020-9022"]',
        'requisites = [{ inn = "7707083893" }, { merchant = "ru.example/9" }]',
        "closed = true",
        fields='fields = [{ name = "phone", label = { en = "Phone" }, keep = "phone" },'
        ' { name = "date", label = { en = "Date" }, keep = "date" }]',
    )

    assert one.hours is not None
    assert [(each.days, each.opens, each.closes) for each in one.hours.spans] == [
        ((0, 1, 2, 3, 4), 540, 1110),
        ((5, 6), 1320, 1440),
    ]
    assert one.discount is not None
    assert one.discount.percent({"date": "2026-11-01"}, date(2026, 11, 2)) == 50
    assert one.prefixes == ("916", "9020", "9021", "9022")
    assert one.requisites == (Requisite(inn="7707083893"), Requisite(merchant="ru.example/9"))
    assert not one.is_open


def test_week_that_goes_over_its_end() -> None:
    one = provider('hours = { open = ["sat-mon 10:00-12:00"] }')

    assert one.hours is not None
    assert one.hours.spans[0].days == (0, 5, 6)


def test_field_is_taken_over_with_changes() -> None:
    one = provider(
        fields='fields = [{ like = "login", name = "player", pattern = "[0-9]{5}" }, "login"]'
    )

    first, second = one.fields
    assert (first.name, first.pattern, first.keep) == ("player", "[0-9]{5}", Keep.COMPACT)
    assert first.labels == second.labels == {"en": "Login"}


def test_category_of_an_earlier_import_need_not_be_repeated() -> None:
    text = GOOD.partition("[field.login]")
    rest = text[1] + text[2]

    assert "there is no category `games`" in problems(rest)[0]
    assert read(rest, "c.toml", known=["games"]).providers[0].category == "games"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("minumum = 5", "`minumum` is unknown here: did you mean `minimum`?"),
        ("surprise = 5", "`surprise` is unknown here"),
        ('currency = "RBU"', "`RBU` is no currency: did you mean `RUB`?"),
        ('currency = "gold"', "`gold` is no currency"),
        ("step = 7", "whole steps"),
        ("step = 0", "above zero"),
        ("step = 0.001", "RUB has 2 digits after the point"),
        ("step = -5", "is a number"),
        ("step = true", "is a number"),
        ("usual = 5", "`usual` is a list"),
        ("usual = [10]", "10.00 RUB is none of the amounts"),
        ('usual = ["x"]', "'x' is no amount"),
        ("commission = 5", "`commission` is a table"),
        ("commission = { percent = 101 }", "from 0 to 100"),
        ("commission = { percent = 0.00001 }", "4 digits"),
        ("commission = { percnt = 1 }", "did you mean `percent`?"),
        ("commission = { fixed = 51 }", "of the least amount, 50.00 RUB, it leaves nothing"),
        ("commission = { minimum = 5, maximum = 4 }", "its maximum is below its minimum"),
        ('commission = { borne_by = "payor" }', "did you mean `payer`?"),
        ("commission = { tiers = [{ percent = 1 }] }", "`above` is missing"),
        ("commission = { tiers = [1] }", "`tiers` is a list of tables"),
        ('hours = { open = ["9-18"] }', "`9-18`: write it as in"),
        ('hours = { open = ["mon 25:00-26:00"] }', "write it as in"),
        ('hours = { open = ["mon 24:30-25:00"] }', "write it as in"),
        ('hours = { open = ["mon 09:00-09:00"] }', "write it as in"),
        ('hours = { zone = "Moscow", open = ["mon 9:00-18:00"] }', "is no time zone"),
        ("hours = { }", "give the times"),
        ('prefixes = ["916"]', "only where the first field is a phone number"),
        ('discount = { field = "login" }', "is no field of this provider with keep"),
        ('requisites = [{ inn = "12" }]', "`inn` is 10 or 12 digits"),
        ('requisites = [{ bic = "044525225" }]', "give `inn`, `account` or `merchant`"),
        ('service = "a/b"', "it names a file"),
        ('picture = "' + "x" * 17 + '"', "at most 16 characters"),
        ("picture = 5", "put it in quotes"),
        ("closed = 1", "`closed` is true or false"),
        ("aliases = [5]", "`aliases` is a list of texts"),
        ('aliases = [""]', "a text of 1 to 64 characters"),
    ],
)
def test_what_is_wrong_with_one_more_line(line: str, says: str) -> None:
    found = problems(GOOD + line + "\n")

    assert any(each.startswith(f"{LAST + 1}: ") and says in each for each in found)
    assert len(found) <= 2


@pytest.mark.parametrize(
    ("key", "line", "says"),
    [
        ("id", 'id = "Steam!"', "small Latin letters, digits"),
        ("category", 'category = "gmes"', "did you mean `games`?"),
        ("name", 'name = { ru = "Стим" }', "needs English"),
        ("name", 'name = { en = "Steam", de = "Dampf" }', "`de` is no language here"),
        ("name", 'name = "Steam"', "`name` is a table"),
        ("name", 'name = { en = "St\\u202eeam" }', "one line of at most 64"),
        ("fields", "fields = []", "a list of 1 to 10 fields"),
        ("fields", 'fields = ["logn"]', "there is no [field.logn]: did you mean `login`?"),
        ("fields", 'fields = ["login", "login"]', "`login` is there twice"),
        ("fields", "fields = [5]", "a field is the name of one"),
        ("fields", 'fields = [{ like = "login", optional = true }]', "never optional"),
        ("fields", 'fields = [{ like = "login", name = "A b" }]', "a letter first"),
        ("fields", 'fields = [{ like = "login", pattern = "(a+)+" }]', "too many repeats"),
        ("fields", 'fields = [{ like = "login", keep = "digit" }]', "did you mean `digits`?"),
        ("fields", 'fields = [{ like = "login", check = "lun" }]', "did you mean `luhn`?"),
        ("fields", 'fields = [{ like = "login", shortest = 9, longest = 8 }]', "is above"),
        ("fields", 'fields = [{ like = "login", longest = 65 }]', "from 1 to 64"),
        ("fields", 'fields = [{ like = "login", mask = "+7" }]', "`mask` has a `_`"),
        ("fields", 'fields = [{ like = "login", keep = "digits", example = "x" }]', "example"),
        ("fields", 'fields = [{ like = "login", code_keys = ["a b"] }]', "payment codes"),
        ("fields", 'fields = [{ name = "login" }]', "`label` is missing"),
        ("fields", 'fields = [{ like = "login", lable = { en = "x" } }]', "did you mean `label`?"),
        ("minimum", "minimum = 20000", "is above `maximum`"),
        ("maximum", "maximum = 99999999999999999999", "digits after the point"),
        ("connection", 'connection = { kind = "osmpp", url = "x" }', "did you mean `osmp`?"),
        ("connection", 'connection = { kind = "osmp" }', "`url`: field required"),
        ("connection", 'connection = { kind = "osmp", url = "ftp://x" }', "http"),
        (
            "connection",
            'connection = { kind = "osmp", url = "sandbox:/x" }',
            "in the sandbox alone",
        ),
        ("connection", "connection = 5", "`connection` is a table"),
        (
            "connection",
            'connection = { kind = "osmp", url = "https://a.example/", pasword_file = "x" }',
            "did you mean `password_file`?",
        ),
        (
            "connection",
            'connection = { kind = "osmp", url = "https://a.example/", password = "hush" }',
            "no secrets here",
        ),
        (
            "connection",
            'connection = { kind = "osmp", url = "https://a.example/", fields = { d = "x" } }',
            "there is no field `x`",
        ),
    ],
)
def test_what_is_wrong_with_a_line(key: str, line: str, says: str) -> None:
    """It is told once, and on its own line."""
    start, found, rest = GOOD.partition("[[provider]]")
    text = start + found + replaced(rest, key, line)
    number = text[: text.index(line)].count("\n") + 1

    found_problems = problems(text)

    assert any(each.startswith(f"{number}: ") and says in each for each in found_problems)
    assert not any("hush" in each for each in found_problems)


@pytest.mark.parametrize("key", ["id", "category", "name", "fields", "minimum", "connection"])
def test_what_is_missing_is_named_where_it_should_be(key: str) -> None:
    start, found, rest = GOOD.partition("[[provider]]")
    text = start + found + re.sub(rf"(?m)^{key} = .*\n", "", rest)

    assert any(each.startswith("9: ") and f"`{key}`" in each for each in problems(text))


def test_all_problems_are_told_at_once_in_the_order_of_lines() -> None:
    text = GOOD.replace("50", "0").replace("Games", "") + "step = []\nsurprise = 1\n"

    lines = [int(each.partition(":")[0]) for each in problems(text)]

    assert lines == sorted(lines)
    assert {14, LAST + 1, LAST + 2} <= set(lines)


def test_mistake_in_a_shared_field_is_told_once_and_where_it_stands() -> None:
    """Not at each of the forty providers that name it."""
    text = GOOD.replace('keep = "compact"', 'keep = "compakt"')
    twice = text + GOOD[GOOD.index("[[provider]]") :].replace('"steam"', '"other"')

    assert problems(twice) == [problems(text)[0]]
    assert problems(text)[0].startswith("7: `compakt` is no keep: did you mean `compact`?")


def test_two_of_one_id_are_refused() -> None:
    twice = GOOD + GOOD.replace("[field.login]", "[field.other]")

    found = problems(twice)

    assert [each.partition(": ")[2] for each in found] == [
        "there is another category `games` above: one id each",
        "there is another provider `steam` above: one id each",
    ]


def test_two_operators_do_not_share_a_prefix() -> None:
    first = GOOD.replace("compact", "phone") + 'prefixes = ["910-919"]\n'
    second = first[first.index("[[provider]]") :].replace('"steam"', '"other"')

    assert "numbers that begin with 910 are `steam`'s already" in problems(first + second)[0]


@pytest.mark.parametrize("prefix", ["91a", "919-910", "91-919", "", "0-99999"])
def test_prefixes_that_are_none(prefix: str) -> None:
    text = GOOD.replace("compact", "phone") + f'prefixes = ["{prefix}"]\n'

    assert problems(text)[0].startswith(f"{LAST + 1}: ")


@pytest.mark.parametrize(
    "within",
    [
        "",
        "{ days = 10 }",
        "{ days = 10, percent = 100 }",
        "{ days = 10, percent = 9 }, { days = 5, percent = 5 }",
        "{ days = 10, percent = 5 }, { days = 30, percent = 5 }",
    ],
)
def test_discounts_that_are_none(within: str) -> None:
    text = GOOD.replace("compact", "date")
    text += f'discount = {{ field = "login", within = [{within}] }}\n'

    assert problems(text)[0].startswith(f"{LAST + 1}: ")


def test_file_that_is_no_toml_says_where() -> None:
    with pytest.raises(TomlProblemsError, match=r"c\.toml:1: no TOML"):
        read("name = ", "c.toml")


def test_file_that_cannot_be_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(b"# fine\nname = '\xd0'")

    with pytest.raises(TomlProblemsError, match=r"c\.toml:2: not UTF-8"):
        read_file(path)

    path.write_bytes(b"#" * 5_000_000)
    with pytest.raises(TomlProblemsError, match="split it"):
        read_file(path)


def test_mark_at_the_files_start_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(GOOD, "utf-8-sig")

    assert read_file(path) == read(GOOD, "c.toml")


@given(st.data())
def test_any_damage_ends_in_a_catalogue_or_in_problems(data: st.DataObject) -> None:
    """And never in a traceback."""
    lines = GOOD.splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    value = data.draw(
        st.sampled_from(["5", "-1", "1.5", "true", '""', '"x"', "[]", "[1]", "{}", "{ a = 1 }"])
        | st.sampled_from(["1979-05-27", "inf", '["x"]', "[[]]", "[{ en = 'x' }]", "10:00:00"])
    )
    key, found, _ = lines[place].partition(" = ")
    lines[place] = f"{key} = {value}" if found else value
    with contextlib.suppress(TomlProblemsError):
        read("\n".join(lines), "c.toml")


# The catalogue that ships


def test_sample_is_whole() -> None:
    file = sample(sandbox=SANDBOX)
    named = {each.category for each in file.providers}

    assert len(file.categories) >= 8
    assert len(file.providers) >= 40
    assert named == {each.id for each in file.categories}, "a category without providers"
    assert all(set(each.names) == set(LANGUAGES) for each in file.categories)
    for each in file.providers:
        assert set(each.names) == set(LANGUAGES), each.id
        assert each.picture
        for field in each.fields:
            assert set(field.labels) == set(LANGUAGES), (each.id, field.name)


def test_sample_reaches_nobody_but_the_sandbox() -> None:
    file = sample(sandbox=SANDBOX)

    assert {each.connection.settings["url"] for each in file.providers} == {
        f"{SANDBOX}/provider/{each.id}" for each in file.providers
    }
    with pytest.raises(TomlProblemsError, match="in the sandbox alone"):
        read(sample_text(), "sample.toml")


def test_sample_has_an_example_of_every_field() -> None:
    """So that each pattern and check digit has taken something."""
    fields = tomllib.loads(sample_text())["field"]

    assert [name for name, each in fields.items() if "example" not in each] == []


def test_sample_shows_what_there_is() -> None:
    providers = {each.id: each for each in sample(sandbox=SANDBOX).providers}

    assert providers["steam"].fields[0].read("mylogin") == "mylogin"
    assert providers["dragon-isles"].currency == USD
    assert {each.commission.borne_by for each in providers.values()} == set(BorneBy)
    assert any(each.discount is not None for each in providers.values())
    assert any(each.commission.tiers for each in providers.values())
    assert any(each.hours is not None for each in providers.values())
    assert all(
        each.commission == Commission() and each.minimum == Money(10_00, RUB)
        for each in providers.values()
        if each.category == "charity"
    )


# What the document says


def documented() -> list[str]:
    return re.findall(
        r"```toml\n(.*?)```", (ROOT / "docs/catalogue.md").read_text("utf-8"), re.DOTALL
    )


@pytest.mark.parametrize("text", documented())
def test_examples_of_the_document_are_catalogues(text: str) -> None:
    assert read(text, "catalogue.md").providers


def test_document_names_every_key() -> None:
    """A key that nobody reads of is not there."""
    document = (ROOT / "docs/catalogue.md").read_text("utf-8")
    sources = "".join(
        (ROOT / "purser" / f"{name}.py").read_text("utf-8")
        for name in ("catalogue_file", "provider_terms", "provider_amounts", "provider_fields")
    )
    keys = set(re.findall(r"(?:table|own|found)\.\w+\(\s*\"(\w+)\"", sources))

    assert len(keys) > 30
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", document)] == []
    assert [each for each in Keep if f"`{each.value}`" not in document] == []
