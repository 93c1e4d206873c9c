"""The sentences of pages that shops' customers see: in more languages than the chat."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path

from bot.texts import FALLBACK, Texts, Words

PAGE_LOCALES = Path(__file__).parent / "page_locales"


class PageTexts:
    """Words for the gateway, which has none of its own."""

    def __init__(self, *, zone: tzinfo = UTC) -> None:
        """*zone*: in which times are shown."""
        self._texts = Texts(zone=zone, folder=PAGE_LOCALES)

    @property
    def languages(self) -> tuple[str, ...]:
        """All that are spoken."""
        return self._texts.languages

    def __call__(self, wanted: Sequence[str]) -> Words:
        """The words of the first of *wanted* that is spoken, or English."""
        spoken = (each for each in wanted if each in self._texts.languages)
        return self._texts.words_for(next(spoken, FALLBACK))
