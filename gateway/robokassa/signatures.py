"""Signatures of Robokassa's interface: what is joined, how it is hashed, what is accepted.

Clients join the same fields in different encodings and orders.  `find_match` tries the ways
that real ones are known to use and says which of them it was; each is a hash with the
shop's password, so trying several makes a guess no easier.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import new as new_hash
from itertools import product
from urllib.parse import unquote_plus

Shp = Sequence[tuple[str, str]]
"""The shop's own fields, names and values, in the order in which they are signed."""

Slots = tuple[str, ...]
"""What one field adds to the base string: nothing, itself, or two slots for some."""

HASHED_BYTES_MAX = 8 * 1024 * 1024
"""Of all the ways tried for one request; a common one takes some kilobytes."""

DECODINGS_MAX = 2
"""How often a value is decoded once more after the form's own decoding."""


@dataclass(frozen=True, slots=True)
class Match:
    """The way that a request was signed."""

    chosen: tuple[Slots, ...]
    """Of the options of each field, the one that was signed."""
    shp: tuple[tuple[str, str], ...]
    """As they were signed."""


def digest(base: str, algorithm: str, charset: str = "utf-8") -> str:
    """The hash of *base* in lower-case hexadecimal digits."""
    hashing = new_hash(algorithm, base.encode(charset, "replace"), usedforsecurity=False)
    return hashing.hexdigest()


def is_signed(base: str, signature: str, algorithm: str) -> bool:
    """Whether *signature* is that of *base*, in digits of either case."""
    return _same(digest(base, algorithm), signature)


def joined(slots: Sequence[str], shp: Shp = ()) -> str:
    """The base string of *slots* (the password is the last of them) and the shop's fields."""
    return ":".join((*slots, *(f"{name}={value}" for name, value in shp)))


def result_signature(out_sum: str, inv_id: str, password: str, shp: Shp, algorithm: str) -> str:
    """What ResultURL is signed with (the second password), and SuccessURL (the first).

    In upper case: it is documented so, and plugins compare it so.
    """
    return digest(joined((out_sum, inv_id, password), shp), algorithm).upper()


def find_match(
    signature: str,
    *,
    start: Slots,
    options: Sequence[Sequence[Slots]],
    password: str,
    shp: Sequence[Shp],
    algorithm: str,
) -> Match | None:
    """Which way of signing gives *signature*, if any does.

    Args:
        signature: As it was sent.
        start: What comes first, whatever the way.
        options: For each field that follows, its ways, likelier ones first.
        password: Comes after them.
        shp: Ways to write the shop's own fields, which come last.
        algorithm: The shop's.
    """
    left = HASHED_BYTES_MAX
    for chosen in product(*options):
        slots = (*start, *(slot for each in chosen for slot in each), password)
        for order in shp:
            base = joined(slots, order)
            for charset in _charsets(base):
                left -= len(base)
                if left < 0:
                    return None
                if _same(digest(base, algorithm, charset), signature):
                    return Match(chosen, tuple(order))
    return None


def encodings(value: str, raw: str) -> list[str]:
    """*value* as a form's decoding gives it, decoded further, and as it came by the wire."""
    found = [value]
    for _ in range(DECODINGS_MAX):
        found.append(unquote_plus(found[-1]))
    found.append(raw)
    return list(dict.fromkeys(found))


def shp_orders(shp: Shp, raw: Shp = ()) -> list[Shp]:
    """By name whatever its case, by bytes, as received; each also with values as *raw*.

    The official plugins differ: one relies on the first, one sorts by bytes, one not at all.
    """
    ways: list[Shp] = []
    for pairs in (shp, raw):
        ways.append(sorted(pairs, key=lambda pair: pair[0].lower()))
        ways.append(sorted(pairs, key=lambda pair: pair[0].encode()))
        ways.append(pairs)
    kept = [tuple(way) for way in ways if len(way) == len(shp)]
    return list(dict.fromkeys(kept))


def _charsets(base: str) -> Iterator[str]:
    """Old clients hash in the encoding of their pages.

    What it does not have would be hashed as question marks: whoever holds a signed link could
    then write anything of that kind where the shop has written `?`.
    """
    yield "utf-8"
    if not base.isascii() and _fits(base, "cp1251"):
        yield "cp1251"


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _same(expected: str, signature: str) -> bool:
    """Compared in a time that does not depend on where they differ."""
    given = signature.strip().lower().encode("utf-8", "replace")
    return hmac.compare_digest(expected.encode(), given)
