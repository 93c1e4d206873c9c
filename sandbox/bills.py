"""Paper bills with payment codes, to be photographed with the pretend phones.

The first three are for providers of the sample catalogue, by their requisites there; the
last is for somebody whom no catalogue knows.
"""

import io
from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill."""

    id: str
    title: str
    payee: str
    note: str
    code: bytes
    """What its square holds, in the charset that the issuer uses."""

    def picture(self) -> bytes:
        """The square as a PNG, with paper around it."""
        drawn = io.BytesIO()
        square = segno.make(self.code, mode="byte", error="m", micro=False)
        square.save(drawn, kind="png", scale=6, border=8, light="white")
        return drawn.getvalue()


def _gost(charset: str, encoding: str, **fields: str) -> bytes:
    """GOST R 56042: a header that names the charset, and fields between bars."""
    named = (f"{name}={value}" for name, value in fields.items())
    return "|".join([f"ST0001{charset}", *named]).encode(encoding)


BILLS = (
    Bill(
        "electricity",
        "Electricity, November",
        "АО «Горсвет»",
        "1,250.40 ₽ · account 4501 1203 77",
        _gost(
            "1",
            "cp1251",
            Name="АО «Горсвет»",
            PersonalAcc="40702810000000000117",
            BankName="ПАО БАНК «ПРИМЕР»",
            BIC="044525999",
            CorrespAcc="30101810400000000999",
            PayeeINN="7700000117",
            Sum="125040",
            Purpose="Электроэнергия за ноябрь 2026",
            PersAcc="4501120377",
        ),
    ),
    Bill(
        "fine",
        "Speeding, 20 km/h over",
        "УФК по г. Москве (Госавтоинспекция)",
        "750.00 ₽ · decree 1881 0177 2611 2012 3456",
        _gost(
            "2",
            "utf-8",
            Name="УФК по г. Москве (Госавтоинспекция)",
            PersonalAcc="03100643000000018800",
            BankName="ГУ БАНКА РОССИИ ПО ЦФО//УФК ПО Г. МОСКВЕ",
            BIC="004525988",
            CorrespAcc="40102810545370000003",
            PayeeINN="7700018800",
            CBC="18811601123010001140",
            Sum="75000",
            Purpose="Штраф по постановлению 18810177261120123456",
            UIN="18810177261120123456",
        ),
    ),
    Bill(
        "internet",
        "Internet, November",
        "SEVERLINK",
        "EMVCo code · 600.00 ₽ · contract 4501203",
        b"00020101021226300017ru.wallet.example01059010152044899530364354066"
        b"00.005802RU5909SEVERLINK6006MOSCOW62210106NOV-17060745012036304E900",
    ),
    Bill(
        "stranger",
        "A bill nobody here knows",
        "ООО «Дальний берег»",
        "9,000.00 ₽ · boat repairs",
        _gost(
            "2",
            "utf-8",
            Name="ООО «Дальний берег»",
            PersonalAcc="40702810900000077777",
            BankName="ПАО БАНК «ПРИМЕР»",
            BIC="044525999",
            CorrespAcc="30101810400000000999",
            PayeeINN="7700077777",
            Sum="900000",
            Purpose="Ремонт лодки",
        ),
    ),
)
