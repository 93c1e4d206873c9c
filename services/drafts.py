"""Drafts: what a person has filled in so far of a payment to a provider.

A draft lives in the conversation, as text under a few keys.  It names the version of the
terms that it was begun under, for these may change while somebody looks for a bill.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from services.account_fields import AccountFieldError, Field
from services.catalogue import Provider
from services.errors import InvalidRequestError, RefusedError
from services.money import Money
from services.provider_life import Order

BYTES_MAX = 3000
"""Of all that a draft keeps: a conversation is one small row, written with every answer."""

MARK_SHIFT = 8
"""Of 32 bits: what is left takes five characters of a button."""

_FIELD = "field:"


class DraftLostError(RefusedError):
    """Nothing is being filled in any more, or something else is."""

    code = "draft_lost"


class DraftTooLargeError(InvalidRequestError):
    """More was typed than is remembered between two answers."""

    code = "draft_too_large"


@dataclass(frozen=True, slots=True)
class Draft:
    """The beginning of an order."""

    provider: str
    version: int
    fields: dict[str, str] = field(default_factory=dict)
    """Those that were answered, in their kept form; an optional one may be empty."""
    minor: int | None = None
    """The amount in the provider's currency, where it was said before its turn."""
    sums: tuple[int, ...] = ()
    """The amounts that were offered for choosing."""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Self:
        """The draft that a conversation holds.

        Raises:
            DraftLostError: It holds none.
        """
        if not {"provider", "version"} <= data.keys():
            raise DraftLostError
        fields = {
            key.removeprefix(_FIELD): value for key, value in data.items() if key[:6] == _FIELD
        }
        minor = int(data["minor"]) if "minor" in data else None
        sums = tuple(int(each) for each in data.get("sums", "").split())
        return cls(data["provider"], int(data["version"]), fields, minor, sums)

    @classmethod
    def begun(
        cls, provider: Provider, typed: Mapping[str, str], amount: Money | None = None
    ) -> tuple[Self, AccountFieldError | None]:
        """A draft with those of the *typed* fields that are values, and what is wrong first.

        An *amount* in another currency than the provider's is asked for anew.
        """
        draft, refusal = cls(provider.id, provider.version), None
        for each in provider.fields:
            if each.name in typed:
                try:
                    draft = draft.answered(each, typed[each.name])
                except AccountFieldError as exc:  # it is asked then
                    refusal = refusal or exc
        if amount is not None and amount.currency == provider.currency:
            draft = replace(draft, minor=amount.minor)
        return draft, refusal

    @property
    def data(self) -> dict[str, str]:
        """What a conversation keeps of it.

        Raises:
            DraftTooLargeError: It is more than a conversation may hold.
        """
        kept = {"provider": self.provider, "version": str(self.version)}
        kept |= {f"{_FIELD}{name}": value for name, value in self.fields.items()}
        if self.minor is not None:
            kept["minor"] = str(self.minor)
        if self.sums:
            kept["sums"] = " ".join(str(each) for each in self.sums)
        if sum(len(f"{key}{value}".encode()) for key, value in kept.items()) > BYTES_MAX:
            raise DraftTooLargeError
        return kept

    def answered(self, asked: Field, typed: str) -> Self:
        """The draft with the answer to one field.

        Raises:
            AccountFieldError: It is no value of the field.
        """
        return replace(self, fields=self.fields | {asked.name: asked.read(typed)})

    def missing(self, provider: Provider) -> Field | None:
        """The field that is asked next, or None where all are answered."""
        return next((each for each in provider.fields if each.name not in self.fields), None)

    def first(self, count: int, provider: Provider) -> Self:
        """The draft with the answers to the first *count* fields, and no amount."""
        names = [each.name for each in provider.fields[:count]]
        kept = {name: self.fields[name] for name in names if name in self.fields}
        return replace(self, fields=kept, minor=None, sums=())

    def mark(self, minor: int | None = None) -> int:
        """A number that tells drafts apart, small enough for a button.

        A button of a screen that is out of date is known by it: its amount was another one.
        """
        stated = repr((self.provider, self.version, sorted(self.fields.items()), self.sums, minor))
        return zlib.crc32(stated.encode()) >> MARK_SHIFT

    def account(self, provider: Provider) -> str:
        """The first of the fields, or empty."""
        return self.fields.get(provider.fields[0].name, "")

    def order(self, amount: Money) -> Order:
        """What is wanted, now that nothing is missing."""
        return Order(self.provider, self.fields, amount)
