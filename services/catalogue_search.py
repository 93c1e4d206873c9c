"""Finding by name with mistakes forgiven: in any language, alphabet and keyboard layout.

All words are brought to one plain form, in which Cyrillic is written in Latin letters.  A
word asked for fits a word known whole, by its beginning, or with one mistake, in long words
two: letters that are missing, wrong, too many or in the wrong order.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

TEXT_LENGTH_MAX = 100
WORDS_MAX = 8
"""What is longer is not looked at: it is no name."""

WHOLE, BEGINNING, ONE_MISTAKE, TWO_MISTAKES = 100, 90, 70, 50
OTHER_LAYOUT = 5
"""What is taken off for text that was typed with the wrong keyboard layout."""

CLEAR_LEAD = 15
"""By how much the best must lead to be what was meant."""

_CANDIDATES_MAX = 40
_ONE_MISTAKE_FROM, _TWO_MISTAKES_FROM = 4, 7
"""Letters that a word must have to be forgiven mistakes; a shorter one would fit anything."""

_MISTAKES_MAX = 2


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name of something: in a language, or in none; and how much it counts, to 100."""

    text: str
    language: str
    weight: int
    is_own: bool = True
    """Whether it names the thing itself, and not all of its kind."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, and how well it fits: 100 is a name as it stands."""

    key: str
    score: int
    fit: int
    """The same, whatever kind of name it was."""
    is_whole: bool
    """Whether every word that was asked for has fitted."""


class Index:
    """Names to search in; made once for each version of the catalogue."""

    def __init__(self, phrases: Mapping[str, Iterable[Phrase]]) -> None:
        """*phrases*: the names of each thing, by its key."""
        self._keys = list(phrases)
        self._known: dict[str, dict[int, tuple[int, str]]] = {}
        self._own: dict[str, set[int]] = {}
        """Who is called exactly that."""
        for place, of_one in enumerate(phrases.values()):
            for phrase in of_one:
                self._add(place, phrase)
        self._words = sorted(self._known)
        self._with_pair: dict[str, list[int]] = {}
        for number, word in enumerate(self._words):
            for pair in set(_pairs(word)):
                self._with_pair.setdefault(pair, []).append(number)

    def find(self, text: str, language: str = "") -> list[Hit]:
        """What is called something like *text*, the best first.

        Words that fit nothing are let pass only where nothing fits them all.
        """
        best: dict[int, Hit] = {}
        for words, minus in _readings(text):
            for place, hit in self._hits(words, minus, language):
                if place not in best or (hit.is_whole, hit.score) > _rank(best[place]):
                    best[place] = hit
        whole = {place: hit for place, hit in best.items() if hit.is_whole}
        ranked = sorted((whole or best).items(), key=lambda each: (-each[1].score, each[0]))
        return [hit for _, hit in ranked]

    def clear(self, text: str) -> str | None:
        """The key of what *text* can only mean; None where nothing stands out."""
        for words, _ in _readings(text):
            named = self._own.get("".join(words), set())
            if len(named) == 1:
                return self._keys[next(iter(named))]
        hits = [hit for hit in self.find(text) if hit.is_whole]
        if not hits:
            return None
        others = max((hit.fit for hit in hits[1:]), default=0)
        return hits[0].key if hits[0].fit - others >= CLEAR_LEAD else None

    def _add(self, place: int, phrase: Phrase) -> None:
        words = _words(phrase.text)
        joined = ["".join(words)] if len(words) > 1 else []
        if phrase.is_own:
            self._own.setdefault("".join(words), set()).add(place)
        for word in (*words, *joined):
            of_word = self._known.setdefault(word, {})
            # a word that is all of a name counts more than one among others
            weight = phrase.weight - (0 if len(words) == 1 or word in joined else 2)
            if of_word.get(place, (0, ""))[0] < weight:
                of_word[place] = (weight, phrase.language)

    def _hits(self, words: Sequence[str], minus: int, language: str) -> Iterator[tuple[int, Hit]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for word in words:
            # A word that is right may be another form of what stands beside the next one.
            like = self._like(word, is_alone=len(words) == 1)
            for place, scored in self._scored(like, language).items():
                found.setdefault(place, []).append(scored)
        for place, scores in found.items():
            score, fit = (sum(each) // len(words) - minus for each in zip(*scores, strict=True))
            yield place, Hit(self._keys[place], score, fit, is_whole=len(scores) == len(words))

    def _scored(self, like: dict[str, int], language: str) -> dict[int, tuple[int, int]]:
        best: dict[int, tuple[int, int]] = {}
        for word, fit in like.items():
            for place, (weight, of_language) in self._known[word].items():
                score = fit * weight // 100 + (of_language == language)
                best[place] = max(best.get(place, (0, 0)), (score, fit))
        return best

    def _like(self, asked: str, *, is_alone: bool) -> dict[str, int]:
        """The known words that *asked* may mean, and how well each fits."""
        found = dict(self._beginning_with(asked))
        allowed = _mistakes_allowed(asked)
        if allowed and not (is_alone and WHOLE in found.values()):
            mistakes_in = _Mistakes(asked)
            for word in self._candidates(asked, allowed):
                mistakes = mistakes_in(word)
                if mistakes <= allowed:
                    fit = ONE_MISTAKE if mistakes == 1 else TWO_MISTAKES
                    found[word] = max(found.get(word, 0), fit)
        return found

    def _beginning_with(self, asked: str) -> Iterator[tuple[str, int]]:
        for number in range(bisect_left(self._words, asked), len(self._words)):
            word = self._words[number]
            if not word.startswith(asked):
                return
            yield word, WHOLE if word == asked else BEGINNING - min(len(word) - len(asked), 10)

    def _candidates(self, asked: str, allowed: int) -> list[str]:
        """Words that share most pairs of letters with *asked*, and are not too short for it."""
        shared: Counter[int] = Counter()
        pairs = set(_pairs(asked))
        for pair in pairs:
            shared.update(self._with_pair.get(pair, ()))
        # A mistake spoils at most three pairs; of the others all are shared.
        least, shortest = max(len(pairs) - 3 * allowed, 1), len(asked) - allowed
        likely = [
            (count, -number)
            for number, count in shared.items()
            if count >= least and len(self._words[number]) >= shortest
        ]
        return [self._words[-number] for _, number in nlargest(_CANDIDATES_MAX, likely)]


def _rank(hit: Hit) -> tuple[bool, int]:
    return hit.is_whole, hit.score


def _readings(text: str) -> Iterator[tuple[list[str], int]]:
    """What *text* may have been meant to say: as typed, and with the other layout."""
    typed = text[:TEXT_LENGTH_MAX]
    for each, minus in ((typed, 0), (_swapped(typed), OTHER_LAYOUT)):
        words = _words(each)[:WORDS_MAX]
        if words:
            yield words, minus
        if len(words) > 1:
            yield ["".join(words)], minus + 1


_ARTICLE = re.compile(r"^(?:و?ال|لل)(?=\w{3})")
"""Arabic writes "the", "and the" and "for the" together with the word."""


@lru_cache(maxsize=100)
def _words(text: str) -> list[str]:
    plain = _plain(text)
    words = "".join(each if _is_of_word(each) else " " for each in plain).split()
    return [_ARTICLE.sub("", word) for word in words]


def _is_of_word(character: str) -> bool:
    """A letter, a digit, or a sign that belongs to a letter, as Indian vowels do."""
    return character.isalnum() or unicodedata.category(character) in ("Mn", "Mc")


def _plain(text: str) -> str:
    """Small letters without accents; Cyrillic in Latin letters, Arabic without variants."""
    decomposed = unicodedata.normalize("NFKD", text.replace("İ", "i")).casefold()
    bare = (each for each in decomposed if not _is_accent(each))
    digits = (str(unicodedata.decimal(each)) if each.isdecimal() else each for each in bare)
    return "".join(digits).translate(_PLAIN)


def _is_accent(character: str) -> bool:
    """An accent or an Arabic vowel point; Indian vowel signs are more than that."""
    return "\u0300" <= character <= "\u036f" or "\u064b" <= character <= "\u0655"


def _pairs(word: str) -> list[str]:
    edged = f"^{word}$"
    return [edged[place : place + 2] for place in range(len(edged) - 1)]


def _mistakes_allowed(word: str) -> int:
    if len(word) < _ONE_MISTAKE_FROM:
        return 0
    return 1 if len(word) < _TWO_MISTAKES_FROM else _MISTAKES_MAX


class _Mistakes:
    """Counts the mistakes in a word that was asked for, if it was meant as another.

    Insertions, deletions, changes and swaps of neighbours count one each.  One pass over
    the other word gives the count against each of its beginnings, so a word that was not
    typed to its end costs nothing more.

    Source: H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit
    distances, Nordic Journal of Computing 10 (2003).
    """

    def __init__(self, asked: str) -> None:
        self._length = len(asked)
        self._all = (1 << len(asked)) - 1
        self._places: dict[str, int] = {}
        for place, letter in enumerate(asked):
            self._places[letter] = self._places.get(letter, 0) | 1 << place

    def __call__(self, word: str) -> int:
        """Against the whole *word*, or one more against its best beginning of about its length."""
        about = self._length + _MISTAKES_MAX
        distances = self._against_beginnings(word[:about])
        to_end = distances[-1] + max(len(word) - about, 0)
        return min(to_end, 1 + min(distances[self._length - 2 : self._length + 1], default=to_end))

    def _against_beginnings(self, word: str) -> list[int]:
        """The distance to the first letter of *word*, to its first two, and so on."""
        every, top = self._all, 1 << (self._length - 1)
        up, down, zero, before = every, 0, 0, 0  # differences of neighbours in the table
        distance, found = self._length, []
        for letter in word:
            here = self._places.get(letter, 0)
            swapped = ((~zero & here) << 1) & before
            zero = ((((here & up) + up) ^ up) | here | down | swapped) & every
            right, left = (down | ~(zero | up)) & every, zero & up
            distance += bool(right & top) - bool(left & top)
            right, left = (right << 1) | 1, left << 1
            up, down = (left | ~(zero | right)) & every, right & zero & every
            before = here
            found.append(distance)
        return found


_LAYOUTS = (
    "`qwertyuiop[]asdfghjkl;'zxcvbnm,.",
    "ёйцукенгшщзхъфывапролджэячсмитьбю",
)
_OTHER_LAYOUT = str.maketrans(_LAYOUTS[0] + _LAYOUTS[1], _LAYOUTS[1] + _LAYOUTS[0])


def _swapped(text: str) -> str:
    """What the same keys give with the other of the English and the Russian layout."""
    return text.casefold().translate(_OTHER_LAYOUT)


_PLAIN = str.maketrans(
    dict(
        zip(
            "абвгдежзиклмнопрстуфхцчшщъыьэюяіїґєұүқғһңөә",
            (
                *("a", "b", "v", "g", "d", "e", "zh", "z", "i", "k", "l", "m", "n", "o", "p", "r"),
                *("s", "t", "u", "f", "h", "c", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya"),
                *("i", "i", "g", "e", "u", "u", "k", "g", "h", "n", "o", "a"),
            ),
            strict=True,
        )
    )
    | {"ı": "i", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": "", "’": "", "'": "", "ʼ": ""}
)
