"""Every sentence the wallet says, from the Fluent files: one folder for each language.

Nothing but the folder is needed for one more language.  Values are written by `Formats`
and escaped here, at the last step, so no handler has to think of it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import structlog

from bot.formats import Formats, Markup, clean, escaped
from bot.sentences import Sentences, TextsError
from services.account_fields import in_language
from services.errors import WalletError
from services.money import Currency, Money

__all__ = ["FALLBACK", "Texts", "TextsError", "Words"]

logger = structlog.get_logger(__name__)

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"
_ISOLATES = str.maketrans("", "", "\u2068\u2069")


class Words:
    """The sentences of one language."""

    def __init__(self, language: str, sentences: Sentences, formats: Formats) -> None:
        self.language = language
        self.sentences = sentences
        self._formats = formats

    def __call__(self, key: str, **values: object) -> Markup:
        """The sentence *key* as HTML."""
        return Markup(self._say(key, {name: self._html(each) for name, each in values.items()}))

    def plain(self, key: str, **values: object) -> str:
        """The sentence *key* without markup: for buttons, alerts and commands."""
        return self._say(key, {name: self._shown(each) for name, each in values.items()})

    def error(self, error: WalletError) -> str:
        """What is wrong and what to do about it, without markup."""
        return self.plain(f"error-{error.code.replace('_', '-')}", **error.values)

    def sms(self, template: str, values: Mapping[str, object]) -> str:
        """An SMS: no marks of direction, which some phones show as boxes."""
        key = f"sms-{template.replace('_', '-')}"
        return self.plain(key, **values).translate(_ISOLATES)

    def mail(self, template: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Subject and text of a mail, with no marks of direction inside its links."""
        subject = self.plain(f"mail-{template}-subject", **values)
        text = self.plain(f"mail-{template}-text", **values)
        return subject.translate(_ISOLATES), text.translate(_ISOLATES)

    def money(self, amount: Money) -> str:
        """*amount* as this language writes it."""
        return self._formats.money(amount)

    def decimal(self, text: str) -> str:
        """A decimal text, such as a rate, as this language writes it."""
        return self._formats.decimal(text)

    def day(self, at: datetime) -> str:
        """The day of *at* as this language writes it."""
        return self._formats.day(at)

    def time(self, at: datetime) -> str:
        """The time of day of *at* as this language writes it."""
        return self._formats.time(at)

    def has(self, key: str) -> bool:
        """Whether there is a sentence *key*."""
        return key in self.sentences

    def zone(self, at: datetime) -> str:
        """The zone that times are shown in, as it is called at *at*."""
        return self._formats.zone(at)

    def _html(self, value: object) -> object:
        shown = self._shown(value) if not isinstance(value, str) else value
        return escaped(shown) if isinstance(shown, str) else shown

    def _shown(self, value: object) -> object:
        match value:
            case Money():
                return self._formats.money(value)
            case date():
                return self._formats.when(value)
            case Currency():
                return value.code
            case int():
                return value
            case dict():  # a name by language
                return clean(in_language(value, self.language))
            case _:
                return clean(str(value))

    def _say(self, key: str, values: dict[str, object]) -> str:
        text, errors = self.sentences.say(key, values)
        if errors:
            logger.error("a sentence lacks a value", key=key, language=self.language)
        return text


class Texts:
    """All languages; each file is compiled and checked when it is first spoken."""

    def __init__(self, *, zone: tzinfo = UTC, folder: Path = LOCALES) -> None:
        """*zone*: in which times are shown."""
        folders = sorted(each for each in folder.iterdir() if each.is_dir())
        self._folders = {each.name: each for each in folders}
        self._words: dict[str, Words] = {}
        self.zone = zone
        """In which times are shown."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there is a folder for."""
        return tuple(self._folders)

    def words_for(self, language: str) -> Words:
        """The sentences of *language*; the fallback's where it is not spoken.

        Raises:
            TextsError: It has no sentences, or one of them twice.
        """
        name = language if language in self._folders else FALLBACK
        if name not in self._words:
            sentences = Sentences(self._folders[name])
            self._words[name] = Words(name, sentences, Formats(name, self.zone))
        return self._words[name]

    def compose(self, language: str, template: str, values: Mapping[str, object]) -> str:
        """The text of an SMS."""
        return self.words_for(language).sms(template, values)

    def mail(self, language: str, template: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Subject and text of a mail."""
        return self.words_for(language).mail(template, values)

    def error(self, language: str, error: WalletError) -> str:
        """What to tell somebody about *error*, without markup."""
        return self.words_for(language).error(error)

    def words(self, language: str, prefix: str) -> dict[str, str]:
        """The sentences without values whose keys start with *prefix*, without markup."""
        words = self.words_for(language)
        keys = words.sentences.keys()
        return {key: words.plain(key) for key in keys if key.startswith(prefix)}
