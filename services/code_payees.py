"""Who of the catalogue a payment code means, and what of it fills in that provider's fields.

The money goes to whom the catalogue says, by its connection; an account in a code only
chooses among those.
"""

from collections.abc import Iterable

from services.account_fields import AccountFieldError
from services.catalogue import Provider, Requisite
from services.payment_codes import Bill


def payees(bill: Bill, providers: Iterable[Provider]) -> list[Provider]:
    """The providers whose requisites *bill* names; the most exactly named ones only.

    More than one where several services of one company have the same requisites.
    """
    exactness = [
        (max((_matched(bill, requisite) for requisite in each.requisites), default=0), each)
        for each in providers
    ]
    best = max((parts for parts, _ in exactness), default=0)
    return [each for parts, each in exactness if parts and parts == best]


def filled(provider: Provider, bill: Bill) -> dict[str, str]:
    """The provider's fields as the code gives them; those it does not give are not there.

    A value that is none of its field is left out too: the person is asked for it.
    """
    said = {name.casefold(): value for name, value in bill.fields.items() if value}
    fields = {}
    for field in provider.fields:
        given = (said.get(key.casefold(), "") for key in field.code_keys)
        typed = next((each for each in given if each), None)
        if typed is None:
            continue
        try:
            fields[field.name] = field.read(typed)
        except AccountFieldError:
            continue
    return fields


def _matched(bill: Bill, requisite: Requisite) -> int:
    """How many parts of *requisite* the bill has; 0 where it lacks one of them."""
    pairs = [
        (requisite.inn, (bill.inn,)),
        (requisite.account, (bill.account,)),
        (requisite.bic, (bill.bic,)),
        (requisite.merchant, bill.merchants),
    ]
    compared = [(wanted, said) for wanted, said in pairs if wanted]
    names_nobody = not (requisite.inn or requisite.account or requisite.merchant)
    if names_nobody or any(wanted not in said for wanted, said in compared):
        return 0
    return len(compared)
