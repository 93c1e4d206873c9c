"""Terms of merchants: `services.merchant_terms.StoredTerms`."""

import json
from dataclasses import asdict
from typing import Any

from services.clock import EPOCH, from_micros, to_micros
from services.commission import BorneBy, Commission, Tier
from services.merchant_terms import MerchantTerms
from services.money import CURRENCIES
from storage.rows import Connection, Row

_OF = "SELECT * FROM merchant_terms WHERE merchant = :merchant"
_PUT = """
    INSERT INTO merchant_terms
        (merchant, tariff, reserve_days, settlement_currency, payee, changed_at)
    VALUES (:merchant, :tariff, :reserve_days, :settlement_currency, :payee, :changed_at)
    ON CONFLICT (merchant) DO UPDATE SET tariff = excluded.tariff,
        reserve_days = excluded.reserve_days,
        settlement_currency = excluded.settlement_currency,
        payee = excluded.payee, changed_at = excluded.changed_at
"""


class TermsTable:
    """The table `merchant_terms`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, merchant_id: str) -> MerchantTerms | None:
        row = self._connection.execute(_OF, {"merchant": merchant_id}).fetchone()
        return None if row is None else _terms(row)

    def put(self, terms: MerchantTerms) -> None:
        self._connection.execute(
            _PUT,
            {
                "merchant": terms.merchant,
                "tariff": _text({code: asdict(each) for code, each in terms.tariffs.items()}),
                "reserve_days": terms.reserve_days,
                "settlement_currency": terms.settlement_currency.code,
                "payee": _text(terms.payee),
                "changed_at": to_micros(terms.changed_at or EPOCH),
            },
        )


def _terms(row: Row) -> MerchantTerms:
    tariffs = json.loads(row["tariff"])
    return MerchantTerms(
        merchant=row["merchant"],
        settlement_currency=CURRENCIES[row["settlement_currency"]],
        tariffs={code: _commission(each) for code, each in tariffs.items()},
        reserve_days=row["reserve_days"],
        payee=json.loads(row["payee"]),
        changed_at=from_micros(row["changed_at"]),
    )


def _commission(content: dict[str, Any]) -> Commission:
    tiers = tuple(Tier(**each) for each in content["tiers"])
    return Commission(**content | {"tiers": tiers, "borne_by": BorneBy(content["borne_by"])})


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
