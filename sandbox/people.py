"""The people who play: their Telegram accounts and their phones."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import phonenumbers

ADDED_ID_MIN = 10_000_000
"""Ids below are the ready people's; added people's are made from their numbers."""


_READY = (
    (1001, "Анна", "Смирнова", "anna_s", "+79161234501", "ru"),
    (1002, "John", "Miller", "john_m", "+14155550132", "en"),
    (1003, "પ્રિયા", "પટેલ", "priya_p", "+919876543210", "gu"),
    (1004, "عمر", "حسن", "omar_h", "+971501234567", "ar"),
    (1005, "Elif", "Yılmaz", "elif_y", "+905321234567", "tr"),
    (1006, "रोहन", "शर्मा", "rohan_s", "+919812345678", "hi"),
)
"""Id, first and last name, user name, phone, language."""


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with one phone and one Telegram account on it."""

    id: int
    first_name: str
    phone: str
    language_code: str
    last_name: str | None = None
    username: str | None = None
    is_reachable: bool = True
    has_blocked_bot: bool = False

    def as_user(self) -> dict[str, Any]:
        """The account as Telegram tells bots about it."""
        user = {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {name: value for name, value in user.items() if value is not None}

    def as_chat(self) -> dict[str, Any]:
        """The private chat with this person, as Telegram tells bots about it."""
        user = self.as_user()
        names = ("id", "first_name", "last_name", "username")
        return {"type": "private", **{name: user[name] for name in names if name in user}}


class PersonError(Exception):
    """This person cannot be added, or does not exist."""


class People:
    """Everybody the sandbox knows, in the order they came."""

    def __init__(self) -> None:
        self._by_id = {person.id: person for person in ready_people()}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_id.values())

    def find(self, person_id: int) -> Person | None:
        """The person with this Telegram id, if there is one."""
        return self._by_id.get(person_id)

    def with_username(self, username: str) -> Person | None:
        """The person called @*username*, if there is one."""
        wanted = username.removeprefix("@").casefold()
        return next((p for p in self if (p.username or "").casefold() == wanted), None)

    def with_phone(self, phone: str) -> Person | None:
        """The owner of *phone*, written with or without a plus."""
        digits = _digits(phone)
        return next((p for p in self if _digits(p.phone) == digits), None)

    def add(
        self,
        *,
        first_name: str,
        phone: str,
        language_code: str = "en",
        last_name: str | None = None,
        username: str | None = None,
    ) -> Person:
        """A new person; the same number always gets the same Telegram id.

        A wallet's database outlives the sandbox, so ids must not depend on the
        order in which people were added.

        Raises:
            PersonError: The number is no phone number, or is somebody's already, or
                the name is empty or the user name taken.
        """
        number = _e164(phone)
        if not first_name.strip():
            raise PersonError("a person needs a first name")
        if self.with_phone(number) is not None:
            raise PersonError(f"{number} belongs to somebody already")
        if username and self.with_username(username) is not None:
            raise PersonError(f"@{username} belongs to somebody already")
        person = Person(
            id=_id_of(number),
            first_name=first_name.strip(),
            last_name=last_name or None,
            username=username or None,
            language_code=language_code,
            phone=number,
        )
        self._by_id[person.id] = person
        return person


def ready_people() -> list[Person]:
    """One person for each language the wallet speaks; fresh objects each time."""
    return [
        Person(
            id=person_id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            phone=phone,
            language_code=language,
        )
        for person_id, first_name, last_name, username, phone, language in _READY
    ]


def _e164(phone: str) -> str:
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException as exc:
        raise PersonError(f"{phone} is not a phone number with a country code") from exc
    if not phonenumbers.is_valid_number(number):
        raise PersonError(f"{phone} is not a number that can exist")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def _id_of(phone: str) -> int:
    digest = hashlib.sha256(phone.encode()).digest()
    return ADDED_ID_MIN + int.from_bytes(digest[:4])
