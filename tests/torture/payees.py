"""The providers of the tortured wallet, and the catalogue that names them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payee:
    """A provider of the catalogue."""

    id: str
    name: str
    payers_fee_minor: int = 0
    """What its payers bear above the amount."""
    own_fee_minor: int = 0
    """What it leaves to the wallet of each amount."""
    is_forgetful: bool = False
    """Whether it calls a repeat of what it credited a duplicate, as if it were an error."""


PAYEES = (
    Payee("lamps", "Lamps", own_fee_minor=50),
    Payee("games", "Games", payers_fee_minor=101, is_forgetful=True),
)


def catalogue(address: str) -> str:
    """The catalogue of all payees as a file, with the billing at *address*."""
    head = '[[category]]\nid = "things"\nname = { en = "Things" }\n'
    return head + "".join(_terms(each, address) for each in PAYEES)


def _terms(payee: Payee, address: str) -> str:
    fee = payee.payers_fee_minor or payee.own_fee_minor
    bearer = "payer" if payee.payers_fee_minor else "provider"
    return f"""
[[provider]]
id = "{payee.id}"
category = "things"
name = {{ en = "{payee.name}" }}
minimum = 10
maximum = 5000
commission = {{ fixed = {fee // 100}.{fee % 100:02d}, borne_by = "{bearer}" }}

[[provider.fields]]
name = "account"
label = {{ en = "Account" }}
keep = "compact"
pattern = "[a-z0-9]{{4,20}}"
example = "acct00001"

[provider.connection]
kind = "osmp"
url = "{address}/billing/{payee.id}"
pay_seconds = 4
check_seconds = 4
"""
