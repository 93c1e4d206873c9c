"""`/api/v1/balance`, `/payouts` and `/closings`: what the shop has, and how it came to that."""

from datetime import date, datetime
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from gateway.api.bodies import AMOUNT, AmountShown
from gateway.api.endpoints import Call, Endpoint, shown
from services.closings import Closing as ServiceClosing
from services.closings import Purse as ServicePurse
from services.invoices import amount_facts, time_fact
from services.merchant_files import closing_file
from services.merchant_money import CurrencyBalance as ServiceBalance
from services.payout_life import Payout as ServicePayout
from services.payout_life import PayoutState
from services.payouts import PAGE_MAX

CSV = "text/csv"
_NONE: JsonDict = {"minor": 0, "currency": "RUB"}
_BALANCE: JsonDict = {"available": AMOUNT, "reserved": _NONE, "in_payout": _NONE}
_PAYOUT: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a74",
    "batch": "0190f6a2c3d47e8f9a0b1c2d3e4f5a75",
    "amount": AMOUNT,
    "taken": AMOUNT,
    "state": "paid",
    "reason": "",
    "created_at": "2026-11-24T08:00:00Z",
    "settled_at": "2026-11-25T08:00:00Z",
}
_PURSE: JsonDict = {"balance_minor": 0, "reserve_minor": 0, "in_payout_minor": 0}
_CLOSING: JsonDict = {
    "day": "2026-11-23",
    "time_zone": "Europe/Moscow",
    "currency": "RUB",
    "opening": _PURSE,
    "entries": [],
    "totals": [],
    "closing": _PURSE,
}


class CurrencyBalance(BaseModel):
    """What the shop has in one currency."""

    available: AmountShown = Field(description="Refunds are made from it, and payouts.")
    reserved: AmountShown = Field(description="Promised, and not yet given.")
    in_payout: AmountShown = Field(description="On its way to your bank.")

    model_config = ConfigDict(extra="forbid")


class Balance(BaseModel):
    """What the shop has, its own currency first."""

    items: list[CurrencyBalance]
    settlement_currency: str = Field(description="In which payouts are made.")
    reserve_days: int = Field(description="How long the net of a payment is promised.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"items": [_BALANCE], "settlement_currency": "RUB", "reserve_days": 0}]
        },
    )


class PayoutFilter(BaseModel):
    """How many payouts to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(20, ge=1, le=PAGE_MAX)


class Payout(BaseModel):
    """Money on its way to the shop's bank, or there."""

    id: str
    batch: str
    amount: AmountShown = Field(description="What the bank pays.")
    taken: AmountShown = Field(description="What left the balance.")
    state: PayoutState
    reason: str = Field(description="Why it came back.")
    created_at: datetime
    settled_at: datetime | None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PAYOUT]})


class PayoutList(BaseModel):
    """Payouts, newest first."""

    items: list[Payout]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_PAYOUT]}]}
    )


class Purse(BaseModel):
    """What is on the shop's three accounts of a currency, or what moved on them."""

    balance_minor: int
    reserve_minor: int
    in_payout_minor: int

    model_config = ConfigDict(extra="forbid")


class ClosingEntry(BaseModel):
    """What one transaction did."""

    at: datetime
    kind: str = Field(description="`payment`, `refund`, `reserve`, `payout` ...")
    subject: str = Field(description="What it was for, as `noun/id`.")
    invoice_id: str | None
    reference: str | None = Field(description="Your own number of the invoice.")
    gross_minor: int = Field(description="What was paid or refunded, the fee included.")
    fee_minor: int = Field(description="Negative where it was given back.")
    moved: Purse

    model_config = ConfigDict(extra="forbid")


class ControlTotal(BaseModel):
    """All entries of one kind, added up."""

    kind: str
    count: int
    gross_minor: int
    fee_minor: int
    moved: Purse

    model_config = ConfigDict(extra="forbid")


class Closing(BaseModel):
    """One currency of a day: from one balance to the next."""

    day: date
    time_zone: str = Field(description="Whose day it is.")
    currency: str
    opening: Purse
    entries: list[ClosingEntry]
    totals: list[ControlTotal]
    closing: Purse

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_CLOSING]})


class ClosingList(BaseModel):
    """A day's closings, one for each currency, the shop's own first."""

    items: list[Closing]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_CLOSING]}]}
    )


async def balance(call: Call[None]) -> Response:
    """What you have, by currency."""
    found = await call.api.merchant_money.show(merchant_id=call.merchant.id)
    terms = found.terms
    return shown(
        {
            "items": [_balance_facts(each) for each in found.balances],
            "settlement_currency": terms.settlement_currency.code,
            "reserve_days": terms.reserve_days,
        }
    )


async def payouts(call: Call[PayoutFilter]) -> Response:
    """What went to your bank, newest first."""
    found = await call.api.payouts.listed(merchant_id=call.merchant.id, limit=call.sent.limit)
    return shown({"items": [_payout_facts(each) for each in found]})


async def closing(call: Call[None]) -> Response:
    """All that moved your money on a day that is over, with control totals.

    With `Accept: text/csv` it is a file for accountants.
    """
    day = _day(call.named("day"))
    found = await call.api.closings.of_day(merchant_id=call.merchant.id, day=day)
    if CSV in call.request.headers.get("accept", ""):
        name = f'attachment; filename="closing-{day}.csv"'
        return Response(closing_file(found), media_type=CSV, headers={"Content-Disposition": name})
    return shown({"items": [_closing_facts(each) for each in found]})


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day, of no zone
    except ValueError:
        why = "Input should be a day as in 2026-11-23"
        raise RequestValidationError([{"loc": ("path", "day"), "msg": why}]) from None


def _balance_facts(found: ServiceBalance) -> dict[str, Any]:
    return {
        "available": amount_facts(found.available),
        "reserved": amount_facts(found.reserved),
        "in_payout": amount_facts(found.in_payout),
    }


def _payout_facts(payout: ServicePayout) -> dict[str, Any]:
    return {
        "id": payout.id,
        "batch": payout.batch,
        "amount": amount_facts(payout.amount),
        "taken": amount_facts(payout.taken),
        "state": payout.state.value,
        "reason": payout.reason,
        "created_at": time_fact(payout.created_at),
        "settled_at": None if payout.settled_at is None else time_fact(payout.settled_at),
    }


def _closing_facts(found: ServiceClosing) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "time_zone": found.zone,
        "currency": found.currency.code,
        "opening": _purse_facts(found.opening),
        "entries": [
            {
                "at": time_fact(each.at),
                "kind": each.kind,
                "subject": each.subject,
                "invoice_id": each.invoice,
                "reference": each.reference,
                "gross_minor": each.gross_minor,
                "fee_minor": each.fee_minor,
                "moved": _purse_facts(each.moved),
            }
            for each in found.entries
        ],
        "totals": [
            {
                "kind": each.kind,
                "count": each.count,
                "gross_minor": each.gross_minor,
                "fee_minor": each.fee_minor,
                "moved": _purse_facts(each.moved),
            }
            for each in found.totals
        ],
        "closing": _purse_facts(found.closing),
    }


def _purse_facts(purse: ServicePurse) -> dict[str, Any]:
    return {
        "balance_minor": purse.balance,
        "reserve_minor": purse.reserve,
        "in_payout_minor": purse.in_payout,
    }


ENDPOINTS = (
    Endpoint(
        name="get_balance",
        method="GET",
        path="/balance",
        scope="money:read",
        run=balance,
        summary="Get your balance",
        gives=Balance,
    ),
    Endpoint(
        name="list_payouts",
        method="GET",
        path="/payouts",
        scope="money:read",
        run=payouts,
        summary="List payouts",
        takes=PayoutFilter,
        gives=PayoutList,
    ),
    Endpoint(
        name="get_closing",
        method="GET",
        path="/closings/{day}",
        scope="money:read",
        run=closing,
        summary="Get a day's closing",
        gives=ClosingList,
        formats={"day": "date"},
        gives_file=CSV,
    ),
)
