"""Payment codes of tests, and how they are read or refused."""

import pytest

from services import emv_codes
from services.payment_code_errors import PaymentCodeError
from services.payment_codes import Bill, Wanted, read

INVOICE = "0123456789abcdef0123456789abcdef"
LIGHT = {
    "Name": "АО «Горсвет»",
    "PersonalAcc": "40702810900000012345",
    "BankName": "ПАО БАНК",
    "BIC": "044525225",
    "CorrespAcc": "30101810400000000225",
    "Sum": "123450",
    "Purpose": "За свет; ноябрь 2026, л/с=77",
    "PayeeINN": "7701234567",
    "PersAcc": "00771234",
}
SHOP = (
    "00020101021226360017ru.wallet.example01117900123456752045411530364354071234.50"
    "5802RU5907SHOP N16006MOSCOW62080104INV763045A08"
)


def said(data: bytes | str) -> Wanted:
    return read(data, bot_username="purser_bot")


def bill(data: bytes | str) -> Bill:
    wanted = said(data)
    assert isinstance(wanted, Bill)
    return wanted


def refusal(data: bytes | str) -> tuple[str, object]:
    with pytest.raises(PaymentCodeError) as caught:
        said(data)
    return caught.value.why, caught.value.values["field"]


def gost(**changed: str) -> str:
    fields = LIGHT | changed
    return "|".join(["ST00012", *(f"{name}={value}" for name, value in fields.items())])


def signed(stated: str) -> str:
    data = f"{stated}6304".encode("utf-8", "surrogatepass")
    return f"{stated}6304{emv_codes.checksum(data)}"
