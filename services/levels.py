"""How well the wallet knows its holder; what may be spent depends on it."""

from enum import StrEnum


class Level(StrEnum):
    """In rising order: a number proved by a code, an e-mail address, a person's data."""

    PHONE = "phone"
    EMAIL = "email"
    PERSON = "person"

    @property
    def higher(self) -> tuple["Level", ...]:
        """The levels above, the next one first."""
        order = tuple(Level)
        return order[order.index(self) + 1 :]


def level_of(*, has_email: bool, is_person: bool) -> Level:
    """What has been proved, as a level: the person's data count without an address too."""
    if is_person:
        return Level.PERSON
    return Level.EMAIL if has_email else Level.PHONE
