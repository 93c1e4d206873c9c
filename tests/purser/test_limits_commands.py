"""`purser limits` and `purser identification`, from outside: a process and what it prints."""

import asyncio
from pathlib import Path

from purser.settings import load_settings
from purser.wallet import open_wallet
from tests.purser.conftest import Command

PHONE = "+79161234567"
JANE = {
    "surname": "Doe",
    "given_name": "Jane",
    "patronymic": "",
    "birth_date": "28.02.1990",
    "document": "passport_ru",
    "number": "4510123456",
    "address": "1 Test street, Testville",
}


def submit(database: Path) -> str:
    """A holder of that database gives personal data; the id of what waits."""

    async def give() -> str:
        settings = load_settings({}, database_url=f"sqlite:///{database}")
        async with open_wallet(settings) as wallet:
            holder = await wallet.services.wallets.find(phone=PHONE)
            said = wallet.services.identifications
            shown = await said.begin(holder=holder)
            for field, typed in JANE.items():
                await said.keep(holder=holder, field=field, typed=typed)
            sent = await said.submit(holder=holder, version=shown.identification.version)
            return sent.id

    return asyncio.run(give())


def test_limits_are_listed_stated_and_reset(purser: Command) -> None:
    purser.ok("migrate")
    stated = purser.json("limits", "set", "phone", "RUB", "day", "5000.50")
    counted = purser.ok("limits", "set", "email", "USD", "day_count", "3", "--kind", "exchange")
    lifted = purser.json("limits", "set", "phone", "USD", "payment", "none")
    closed = purser.json("limits", "set", "phone", "RUB", "payment", "0", "--kind", "exchange")
    listed = purser.json("limits", "list")
    text = purser.ok("limits", "list")
    reset = purser.ok("limits", "reset", "phone", "RUB", "day")

    assert (stated["limit"], stated["is_stated"]) == ("5000.50", True)
    assert counted == "email USD exchange day_count: 3\n"
    assert lifted["limit"] == "none"
    assert closed["limit"] == "0.00"
    assert {stated["limit"], lifted["limit"], "15000.00"} <= {each["limit"] for each in listed}
    assert "phone   RUB any       day          5000.50 (stated)" in text
    assert reset == "phone RUB any day: 15000.00\n"


def test_what_is_no_limit_is_refused(purser: Command) -> None:
    """In one line, and the program ends with 1."""
    for words, code in (
        (("phone", "RUB", "day", "much"), "amount_not_understood"),
        (("phone", "RUB", "day_count", "some"), "limit_value"),
        (("phone", "XXX", "day", "1"), "currency_unknown"),
        (("phone", "RUB", "day", "1", "--kind", "gambling"), "limit_rule_unknown"),
    ):
        done = purser("limits", "set", *words)
        assert (done.returncode, code in done.stderr) == (1, True), done.stderr


def test_identifications_are_looked_at_and_decided(purser: Command) -> None:
    """The list names nobody; who looks at the data is noted."""
    purser.ok("holder", "add", PHONE)
    empty = purser.ok("identification", "list")
    waiting = submit(purser.database)
    listed = purser.ok("identification", "list")
    shown = purser.json("identification", "show", waiting)
    declined = purser.ok("identification", "decline", waiting, "--reason", "blurred")
    again = purser("identification", "approve", waiting)

    assert empty == "nobody waits\n"
    assert waiting in listed
    assert "Doe" not in listed
    assert (shown["surname"], shown["phone"], shown["other_wallets_with_it"]) == ("Doe", PHONE, 0)
    assert declined == "declined\n"
    assert (again.returncode, "identification_changed" in again.stderr) == (1, True)


def test_an_identification_is_approved(purser: Command) -> None:
    purser.ok("holder", "add", PHONE)

    assert purser.ok("identification", "approve", submit(purser.database)) == "approved\n"
    assert "person" in purser.ok("holder", "show", PHONE)
