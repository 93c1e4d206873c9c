"""`purser merchant people`, from outside."""

from tests.purser.conftest import Command


def test_operator_says_who_acts_for_a_shop(purser: Command) -> None:
    """Added, given another role, removed; whoever is not there is said."""
    shop = purser.json("merchant", "add", "--name", "Shop")
    people = ("merchant", "people")

    added = purser.json(*people, "add", shop["id"], "101", "--role", "owner")
    purser.ok(*people, "add", shop["id"], "102", "--role", "viewer")
    purser.ok(*people, "add", shop["id"], "102", "--role", "manager")
    listed = purser.json(*people, "list", shop["id"])
    purser.ok(*people, "remove", shop["id"], "101")

    assert (added["telegram_id"], added["role"]) == (101, "owner")
    assert [(each["telegram_id"], each["role"]) for each in listed] == [
        (101, "owner"),
        (102, "manager"),
    ]
    assert purser.ok(*people, "list", shop["id"]).strip() == "102  manager"
    again = purser(*people, "remove", shop["id"], "101")
    assert (again.returncode, "merchant_person_not_found" in again.stderr) == (1, True)
