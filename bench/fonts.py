"""Makes the fonts of the documents again, from the packages that publish Noto.

Run once for a new version of the fonts, by hand, with fonttools installed:

    npm pack @expo-google-fonts/noto-sans @expo-google-fonts/noto-sans-arabic \
        @expo-google-fonts/noto-sans-devanagari @expo-google-fonts/noto-sans-gujarati
    for each in *.tgz; do mkdir ${each%.tgz} && tar xzf $each -C ${each%.tgz}; done
    python bench/fonts.py .

Each font keeps the characters of `KEPT` and what is needed to join and stack them; all
that the fonts can show together is written to `covered.txt`, a range a line, since typst
shows nothing and says nothing where a glyph is missing.
"""

import sys
from itertools import pairwise
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[1] / "bot" / "documents" / "fonts"

_SPACES = [*range(0x2000, 0x2010), 0x202F, 0x25CC]
"""With the joiners; the dotted circle carries marks that stand alone."""

KEPT = {
    "NotoSans": [
        *range(0x20, 0x7F),
        *range(0xA0, 0x250),  # Latin with the letters of Europe and Turkey
        *range(0x2B0, 0x370),
        *range(0x370, 0x530),  # Greek and Cyrillic
        *range(0x1E80, 0x1F00),  # Welsh and Vietnamese
        *range(0x2000, 0x2070),
        *range(0x20A0, 0x20D0),  # currency signs
        *range(0x2100, 0x2150),
        *range(0x2190, 0x2194),
        *range(0x2200, 0x2270),
        0x25A1,
        0x25CC,
        0xFFFD,
    ],
    "NotoSansArabic": [*range(0x600, 0x700), *range(0x750, 0x780), 0xFDFC, *_SPACES],
    "NotoSansDevanagari": [*range(0x900, 0x980), 0x20B9, *_SPACES],
    "NotoSansGujarati": [*range(0xA80, 0xB00), 0x964, 0x965, 0x20B9, *_SPACES],
}
CUTS = ("400Regular", "700Bold")


def main(packages: Path) -> None:
    """Write the fonts and what they cover."""
    covered: set[int] = set()
    for family, kept in KEPT.items():
        cuts = [_subset(packages, family, cut, kept) for cut in CUTS]
        covered |= set.intersection(*cuts)
    lines = [f"{first:04X} {last:04X}" for first, last in _ranges(sorted(covered))]
    (FOLDER / "covered.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _subset(packages: Path, family: str, cut: str, kept: list[int]) -> set[int]:
    (source,) = packages.glob(f"*/package/{cut}/{family}_{cut}.ttf")
    options = subset.Options(
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = subset.load_font(str(source), options)
    wanted = subset.Subsetter(options)
    wanted.populate(unicodes=kept)
    wanted.subset(font)
    target = FOLDER / f"{family}-{cut[3:]}.ttf"
    subset.save_font(font, str(target), options)
    return set(TTFont(target).getBestCmap())


def _ranges(points: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of *points*, which are in order."""
    ends = [one for one, other in pairwise(points) if other != one + 1] + points[-1:]
    starts = points[:1] + [other for one, other in pairwise(points) if other != one + 1]
    return list(zip(starts, ends, strict=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
