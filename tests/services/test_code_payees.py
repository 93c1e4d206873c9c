"""Whom a payment code means: by requisites only, and never by the name it gives itself."""

from dataclasses import replace

import pytest

from purser.catalogue_file import sample
from sandbox.bills import BILLS
from services.account_fields import Field, Keep
from services.catalogue import Connection, Provider, Requisite
from services.code_payees import filled, payees
from services.money import RUB, Money
from services.payment_codes import Bill, read

ACCOUNT = Field("account", {"en": "Account"}, keep=Keep.DIGITS, code_keys=("PersAcc", "Contract"))
READING = Field("reading", {"en": "Reading"}, keep=Keep.METER, code_keys=("CounterVal",))
NOTE = Field("note", {"en": "Note"})

LIGHT = Provider(
    "light",
    1,
    "utilities",
    {"en": "City Light"},
    "💡",
    (ACCOUNT, READING, NOTE),
    RUB,
    Money(100, RUB),
    Money(10_000_00, RUB),
    Connection("osmp"),
    requisites=(Requisite(inn="7701234567", account="4" * 20, bic="044525225"),),
)
BILL = Bill(
    "gost",
    "City Light",
    inn="7701234567",
    account="4" * 20,
    bic="044525225",
    fields={"PersAcc": "77-12", "CounterVal": "1234.5", "Purpose": "light"},
)


def provider(name: str, *requisites: Requisite) -> Provider:
    return replace(LIGHT, id=name, requisites=requisites)


def test_payee_has_all_that_its_requisites_say() -> None:
    """One wrong digit of the account, the bank or the tax number, and it is somebody else."""
    assert payees(BILL, [LIGHT]) == [LIGHT]
    assert payees(replace(BILL, account="5" * 20), [LIGHT]) == []
    assert payees(replace(BILL, bic="044525226"), [LIGHT]) == []
    assert payees(replace(BILL, inn=""), [LIGHT]) == []


def test_the_name_in_the_code_decides_nothing() -> None:
    """Anybody can print any name."""
    stranger = Bill("gost", "City Light", inn="1", account="5" * 20, bic="044525225")

    assert payees(stranger, [LIGHT]) == []
    assert payees(replace(BILL, payee="Somebody"), [LIGHT]) == [LIGHT]


def test_a_bank_alone_names_nobody() -> None:
    """Nor do requisites that are empty."""
    bank = provider("bank", Requisite(bic="044525225"))

    assert payees(BILL, [bank, provider("empty", Requisite()), provider("none")]) == []


def test_the_most_exact_wins() -> None:
    """A company with a service of its own account, and one for everything else."""
    company = provider("company", Requisite(inn="7701234567"))

    assert payees(BILL, [company, LIGHT]) == [LIGHT]
    assert payees(replace(BILL, account="6" * 20), [company, LIGHT]) == [company]


def test_two_services_of_one_account_are_both_meant() -> None:
    """The person says which."""
    heat = replace(LIGHT, id="heat")

    assert payees(BILL, [LIGHT, heat]) == [LIGHT, heat]


def test_merchants_are_known_by_scheme_and_number() -> None:
    """The same number in another scheme is another shop."""
    shop = provider("shop", Requisite(merchant="old/1"), Requisite(merchant="ru.wallet/7"))
    code = Bill("emv", "SHOP", merchants=("x/1", "ru.wallet/7"))

    assert payees(code, [shop, LIGHT]) == [shop]
    assert payees(replace(code, merchants=("x/7",)), [shop, LIGHT]) == []


def test_fields_are_filled_in_their_kept_form() -> None:
    """By the names that the field says; what the code does not give is not there."""
    assert filled(LIGHT, BILL) == {"account": "7712", "reading": "1234.5"}


def test_other_names_of_a_field_are_tried_in_turn() -> None:
    """Whatever the case of their letters."""
    bill = replace(BILL, fields={"PersAcc": "", "CONTRACT": "5"})

    assert filled(LIGHT, bill) == {"account": "5"}


def test_values_that_do_not_fit_are_asked_for() -> None:
    """A reading of letters is no reading."""
    bill = replace(BILL, fields={"PersAcc": "7712", "CounterVal": "many"})

    assert filled(LIGHT, bill) == {"account": "7712"}


@pytest.mark.parametrize(
    ("paper", "provider_id", "fields"),
    [
        ("electricity", "gorsvet", {"account": "4501120377"}),
        ("fine", "traffic-fines", {"uin": "18810177261120123456"}),
        ("internet", "severlink", {"contract": "4501203"}),
        ("stranger", None, {}),
    ],
)
def test_sandbox_s_paper_is_for_the_sample_catalogue(
    paper: str, provider_id: str | None, fields: dict[str, str]
) -> None:
    """What lies about in the sandbox can be paid there, but for one."""
    code = next(each.code for each in BILLS if each.id == paper)
    catalogue = sample(sandbox="http://127.0.0.1:1/provider")

    wanted = read(code, bot_username="")
    assert isinstance(wanted, Bill)
    found = payees(wanted, catalogue.providers)

    assert [each.id for each in found] == ([provider_id] if provider_id else [])
    assert [filled(each, wanted) for each in found] == ([fields] if provider_id else [])
