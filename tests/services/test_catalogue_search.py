"""Search over names: what people really type finds what they mean."""

import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purser.catalogue_file import sample
from services.catalogue import Contents
from services.catalogue_search import Index, Phrase


@pytest.fixture(scope="module")
def contents() -> Contents:
    """The catalogue that ships."""
    file = sample(sandbox="http://127.0.0.1")
    return Contents(1, list(file.categories), list(file.providers))


def first(contents: Contents, text: str, language: str = "en") -> str | None:
    return next((each.id for each in contents.search(text, language, 1)), None)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("steam", "steam"),
        ("STEAM", "steam"),
        ("staem", "steam"),
        ("stem", "steam"),
        ("steaam", "steam"),
        ("stean", "steam"),
        ("ste", "steam"),
        ("drakon isles", "dragon-isles"),
        ("isles dragon", "dragon-isles"),
        ("dragonisles", "dragon-isles"),
        ("tank yrad", "tank-yard"),
        ("trafic fines", "traffic-fines"),
        ("unversity", "north-university"),
        ("universtiy of the north", "north-university"),
        ("kindergarden", "ladybird"),
        ("electrisity", "gorsvet"),
        ("telefone city", "city-phone"),
    ],
)
def test_english(contents: Contents, typed: str, found: str) -> None:
    assert first(contents, typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("стим", "steam"),
        ("стиам", "steam"),
        ("острова дроконов", "dragon-isles"),
        ("звездный канвой", "star-convoy"),
        ("веселая ферма", "merry-farm"),
        ("вёсёлая фирма", "merry-farm"),
        ("электричиство", "gorsvet"),
        ("элетроэнергия", "gorsvet"),
        ("электроэнер", "gorsvet"),
        ("гибд", "traffic-fines"),
        ("штрафы гибдд", "traffic-fines"),
        ("штраф парковка", "parking-fines"),
        ("кап ремонт", "repair-fund"),
        ("садек", "ladybird"),
        ("школа", "school-meals"),
        ("проездной метро", "metrocard"),
        ("гос пошлина", "state-duty"),
        ("приют для жывотных", "paws"),
    ],
)
def test_russian(contents: Contents, typed: str, found: str) -> None:
    assert first(contents, typed, "ru") == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("स्टीम", "steam"),
        ("सटीम", "steam"),
        ("ड्रैगन", "dragon-isles"),
        ("ड्रेगन आइल्स", "dragon-isles"),
        ("बिजलि", "gorsvet"),
        ("मरम्मत", "repair-fund"),
        ("मेटरोकार्ड", "metrocard"),
        ("विश्वविद्यालय", "north-university"),
    ],
)
def test_hindi(contents: Contents, typed: str, found: str) -> None:
    assert first(contents, typed, "hi") == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ستيم", "steam"),
        ("سيتم", "steam"),
        ("جزر التنين", "dragon-isles"),
        ("تنين", "dragon-isles"),
        ("كهرباء", "gorsvet"),
        ("الكهربا", "gorsvet"),
        ("الكَهْرَباء", "gorsvet"),
        ("بطاقه المترو", "metrocard"),
        ("مخالفات المرور", "traffic-fines"),
        ("مخلفات المرور", "traffic-fines"),
        ("جامعة", "north-university"),
    ],
)
def test_arabic(contents: Contents, typed: str, found: str) -> None:
    """With and without the article, vowel points, and the letters that are mixed up."""
    assert first(contents, typed, "ar") == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("yildiz", "star-convoy"),
        ("YILDIZ KONVOYU", "star-convoy"),
        ("cocuk", "childs-heart"),
        ("સ્ટીમ", "steam"),
        ("વીજળી", "gorsvet"),
    ],
)
def test_turkish_and_gujarati(contents: Contents, typed: str, found: str) -> None:
    assert first(contents, typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ыеуфь", "steam"),
        ("ЫЕУФЬ", "steam"),
        ("cnbv", "steam"),
        ("ujhcdtn", "gorsvet"),
        ("'ktrnhj'ythubz", "gorsvet"),
        ("ufp", "sever-gas"),
    ],
)
def test_wrong_keyboard_layout(contents: Contents, typed: str, found: str) -> None:
    assert first(contents, typed) == found


@pytest.mark.parametrize("typed", ["gorsvet", "горсвет", "Gorswet", "горсвед", "gorsvit"])
def test_other_alphabet(contents: Contents, typed: str) -> None:
    """A name is written as it sounds, in either alphabet."""
    assert first(contents, typed) == "gorsvet"


@pytest.mark.parametrize("typed", ["", " ", "xyzzy", "!!!", "\u202e", "10%", "нетакого"])
def test_what_nobody_is_called_finds_nobody(contents: Contents, typed: str) -> None:
    assert contents.search(typed, "en", 5) == []
    assert contents.named(typed) is None


def test_category_finds_all_that_is_in_it(contents: Contents) -> None:
    found = {each.id for each in contents.search("игры", "ru", 50)}

    assert found >= {each.id for each in contents.in_category("games")}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("steam", "steam"),
        ("staem", "steam"),
        ("ыеуфь", "steam"),
        ("tax", "tax"),
        ("traffic police fines", "traffic-fines"),
        ("fines", None),
        ("интернет", None),
        ("mobile", None),
        ("park", None),
        ("st", None),
    ],
)
def test_what_can_only_be_one(contents: Contents, typed: str, meant: str | None) -> None:
    """A payment typed in one line goes to whom it names, and to nobody by chance."""
    found = contents.named(typed)

    assert (found and found.id) == meant


def index_of(**names: str) -> Index:
    return Index({key: [Phrase(name, "en", 100)] for key, name in names.items()})


def keys(index: Index, text: str) -> list[str]:
    return [each.key for each in index.find(text)]


def test_better_matches_come_first() -> None:
    index = index_of(typo="Sunlifht", whole="Sunlight", beginning="Sunlights", none="Moonlamp")

    assert keys(index, "sunlight") == ["whole", "beginning"]
    assert keys(index, "sunlihgt")[0] == "whole"


def test_whole_name_is_meant_though_others_begin_with_it() -> None:
    index = index_of(one="Steam", other="Steam Deck Shop")

    assert index.clear("steam") == "one"
    assert index.clear("steam deck shop") == "other"
    assert index.clear("stea") is None


def test_name_in_ones_own_language_comes_first() -> None:
    index = Index({"tr": [Phrase("Kart", "tr", 100)], "en": [Phrase("Kart", "en", 100)]})

    assert [each.key for each in index.find("kart", "en")] == ["en", "tr"]
    assert [each.key for each in index.find("kart", "tr")] == ["tr", "en"]


def test_words_that_fit_nothing_are_let_pass_only_where_nothing_fits_all() -> None:
    index = index_of(one="Blue Lamp", other="Blue Water")

    assert keys(index, "blue lamp") == ["one"]
    assert keys(index, "pay for blue water please") == ["other", "one"]
    assert index.clear("pay for blue water please") is None


def test_short_words_forgive_nothing() -> None:
    """Else every short word would find every other."""
    index = index_of(one="VTB", other="MTS")

    assert keys(index, "mtc") == []


ALPHABET = "aeionrstlk"


@given(
    st.text(ALPHABET, min_size=4, max_size=12),
    st.integers(0, 10),
    st.sampled_from(["drop", "swap", "change", "double"]),
)
def test_one_mistake_is_always_forgiven(word: str, place: int, mistake: str) -> None:
    """Wherever it is, in words of four letters and more."""
    at = place % (len(word) - 1)
    typed = {
        "drop": word[:at] + word[at + 1 :],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "change": word[:at] + "z" + word[at + 1 :],
        "double": word[:at] + word[at] + word[at:],
    }[mistake]
    index = Index({"it": [Phrase(word, "en", 100)]})

    assert len(typed) < 4 or keys(index, typed) == ["it"]


@given(st.text(max_size=120), st.text(max_size=10))
def test_any_text_may_be_asked_for(contents: Contents, text: str, language: str) -> None:
    found = contents.search(text, language, 5)

    assert len(found) <= 5


def test_search_in_a_thousand_providers_is_quick() -> None:
    """About half a millisecond; the bound leaves room for a slow machine."""
    chance = random.Random(7)  # noqa: S311  # no secret
    words = [
        "".join(chance.choices("оаеинтсрвлкмдпу", k=chance.randint(5, 10))) for _ in range(5000)
    ]
    index = Index(
        {
            str(number): [Phrase(" ".join(chance.sample(words, 2)), "ru", 100)]
            for number in range(1000)
        }
    )
    typed = [word[:2] + word[3] + word[2] + word[4:] for word in words[:60]]
    spent = []
    for text in typed:
        started = process_time()
        index.find(text)
        spent.append(process_time() - started)

    assert sorted(spent)[len(spent) // 2] < 0.01
