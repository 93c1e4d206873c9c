"""`GET /operator/ledger`: the books as the operator's desk shows them; it changes nothing."""

import asyncio
import hmac
from datetime import datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.addresses import address_of
from gateway.limits import Buckets
from gateway.routes import Route
from services.books import Audit, Books, Fault, SignedHead, Total
from services.clock import Clock
from services.invoices import time_fact
from services.ledger import Balance, Posted

PAGE = 30
AUDIT_KEPT = timedelta(seconds=5)
"""An audit reads every row: whoever asks more often is shown the same one."""

POSITION_MAX = 2**63 - 1


class Desk:
    """Reads the books for those who have the operator's key."""

    def __init__(self, *, books: Books, key: str | None, now: Clock, failures: Buckets) -> None:
        self._books = books
        self._key = None if key is None else key.encode()
        self._now = now
        self._failures = failures
        self._audit: Audit | None = None
        self._audited_at: datetime | None = None
        self._auditing = asyncio.Lock()

    async def ledger(self, request: Request) -> Response:
        """Totals, accounts, transactions, the signed head and what is wrong."""
        await self._admit(request)
        overview = await self._books.overview(before=_before(request), limit=PAGE)
        faults = (await self._audited()).faults
        facts = {
            "totals": [_total(each) for each in overview.totals],
            "accounts": [_account(each) for each in overview.balances],
            "transactions": [_transaction(each) for each in overview.transactions],
            "head": _head(overview.head),
            "faults": [_fault(each) for each in faults],
        }
        return JSONResponse(facts, headers={"Cache-Control": "no-store"})

    async def _admit(self, request: Request) -> None:
        if self._key is None:
            raise HTTPException(404)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        is_right = hmac.compare_digest(given.strip().encode(), self._key)
        if scheme.lower() != "bearer" or not is_right:
            await self._failures.take(address_of(request))
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})

    async def _audited(self) -> Audit:
        async with self._auditing:  # one at a time; the others get its result
            at = self._now()
            if (
                self._audit is None
                or self._audited_at is None
                or not (timedelta(0) <= at - self._audited_at < AUDIT_KEPT)
            ):
                self._audit = await self._books.audit()
                self._audited_at = at
            return self._audit


def routes(desk: Desk) -> list[Route]:
    """The one route."""
    return [Route("/operator/ledger", desk.ledger, methods=["GET"])]


def _before(request: Request) -> int | None:
    text = request.query_params.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19):  # noqa: PLR2004  # of 2**63
        raise HTTPException(422)
    return min(int(text), POSITION_MAX)


def _total(total: Total) -> dict[str, Any]:
    return {
        "currency": total.currency.code,
        "posted_minor": total.posted_minor,
        "held_minor": total.held_minor,
        "holders_minor": total.holders_minor,
        "merchants_minor": total.merchants_minor,
        "terminals_minor": total.terminals_minor,
        "providers_minor": total.providers_minor,
        "system_minor": total.system_minor,
    }


def _account(balance: Balance) -> dict[str, Any]:
    return {
        "id": balance.account,
        "owner": balance.account.partition(":")[0],
        "currency": balance.posted.currency.code,
        "posted_minor": balance.posted.minor,
        "held_minor": balance.held.minor,
        "floor_minor": balance.floor_minor,
    }


def _transaction(posted: Posted) -> dict[str, Any]:
    transaction = posted.transaction
    transfers = [
        {
            "debit": each.debit,
            "credit": each.credit,
            "amount_minor": each.amount.minor,
            "currency": each.amount.currency.code,
        }
        for each in transaction.transfers
    ]
    return {
        "position": posted.position,
        "kind": transaction.kind,
        "key": transaction.key,
        "cause": transaction.cause,
        "at": time_fact(transaction.at),
        "hash": posted.hash.hex(),
        "transfers": transfers,
    }


def _head(head: SignedHead) -> dict[str, Any]:
    """As it was signed: `at` is in microseconds, for the signature is over that."""
    return {
        "position": head.position,
        "hash": head.hash,
        "at": head.at,
        "signature": head.signature,
        "public_key": head.public_key,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "name": fault.name,
        "row": fault.row,
        "amount_minor": fault.amount_minor,
        "detail": fault.detail,
    }
