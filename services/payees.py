"""Names of account owners as others may see them: enough to notice a slip, not to learn a name."""

import unicodedata

WORDS_MAX = 4
_HIDDEN = "***"


def masked_name(name: str) -> str:
    """The first letter of each word: «Иванов Пётр» is «И*** П.»; empty where there is no letter.

    It may be a person's or a firm's, in any script; what is no word is left out.
    """
    letters = [each for each in map(_first_letter, name.split()) if each][:WORDS_MAX]
    return " ".join(
        f"{letter}{_HIDDEN if place == 0 else '.'}" for place, letter in enumerate(letters)
    )


def _first_letter(word: str) -> str:
    """With the marks that belong to it, which in Indian scripts are half of the letter."""
    for place, character in enumerate(word):
        if unicodedata.category(character).startswith("L"):
            marks = place + 1
            while marks < len(word) and unicodedata.category(word[marks]).startswith("M"):
                marks += 1
            return word[place:marks].upper()
    return ""
