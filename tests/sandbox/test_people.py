"""Who there is to play."""

import phonenumbers
import pytest

from sandbox.client import Sandbox, SandboxError
from sandbox.people import People, PersonError, ready_people


def test_ready_people_have_numbers_that_exist() -> None:
    """The wallet checks numbers; ours must pass."""
    people = ready_people()

    numbers = [phonenumbers.parse(person.phone) for person in people]

    assert all(map(phonenumbers.is_valid_number, numbers))
    assert {person.language_code for person in people} == {"ru", "en", "gu", "ar", "tr", "hi"}
    assert [person.id for person in people] == [1001, 1002, 1003, 1004, 1005, 1006]


def test_same_number_gets_the_same_id_in_any_order() -> None:
    """A wallet's database outlives the sandbox."""
    one, other = People(), People()
    other.add(first_name="Oleg", phone="+79031234568")

    vera = one.add(first_name="Vera", phone="+7 903 123-45-67")
    again = other.add(first_name="Vera", phone="+79031234567")

    assert vera.id == again.id
    assert vera.phone == "+79031234567"


@pytest.mark.parametrize(
    ("first_name", "phone", "username"),
    [
        ("Vera", "89031234567", None),
        ("Vera", "+7000", None),
        ("Vera", "+79161234501", None),
        (" ", "+79031234567", None),
        ("Vera", "+79031234567", "ANNA_S"),
    ],
)
def test_impossible_people_are_refused(first_name: str, phone: str, username: str | None) -> None:
    """No country code, no such number, taken, nameless, name taken."""
    with pytest.raises(PersonError):
        People().add(first_name=first_name, phone=phone, username=username)


async def test_adding_over_the_wire(sandbox: Sandbox) -> None:
    """The new person is found by any name."""
    vera = await sandbox.add_person("Vera", "+79031234567", language_code="ru", username="vera")

    assert (await sandbox.person("+79031234567")).id == vera.id
    assert (await sandbox.person("vera")).facts["language_code"] == "ru"
    with pytest.raises(LookupError):
        await sandbox.person("nobody")
    with pytest.raises(SandboxError, match="belongs to somebody already"):
        await sandbox.add_person("Vera", "+79031234567")
    with pytest.raises(SandboxError, match="Extra inputs"):
        await sandbox.post("people", {"first_name": "V", "phone": "+79031234569", "shoe": "37"})


async def test_person_in_a_path_may_be_named_in_any_way(sandbox: Sandbox) -> None:
    """By id, number or user name; 404 for nobody."""
    for name in ("1001", "+79161234501", "anna_s"):
        assert (await sandbox.get(f"people/{name}/chat"))["messages"] == []
    with pytest.raises(SandboxError, match="404"):
        await sandbox.get("people/nobody/chat")
