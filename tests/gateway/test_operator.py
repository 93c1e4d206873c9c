"""The operator's desk: the books, for those who have the key."""

from dataclasses import replace

import httpx
import pytest

from gateway.app import create_app
from purser.services import Services
from services.books import Audit, Books, Fault, SignedHead, is_genuine
from services.holders import Holder
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import OPERATOR_KEY, Shop, client_of, gateway_settings, rub

LEDGER = "/operator/ledger"
ALLOWED = {"Authorization": f"Bearer {OPERATOR_KEY}"}


async def test_ledger(client: httpx.AsyncClient, shop: Shop, paid: str, ann: Holder) -> None:
    """Totals that sum to nothing, who holds what, and how it came about."""
    await shop.post(f"/api/v1/invoices/{paid}/refunds", {"amount": rub(25000)}, "r")

    answer = await client.get(LEDGER, headers=ALLOWED)

    books = answer.json()
    [roubles] = [each for each in books["totals"] if each["currency"] == "RUB"]
    assert (roubles["posted_minor"], roubles["held_minor"]) == (0, 0)
    assert (roubles["holders_minor"], roubles["merchants_minor"]) == (400_000, 100_000)
    assert roubles["system_minor"] == -500_000
    account = next(each for each in books["accounts"] if each["owner"] == ann.owner)
    assert set(account) == {
        *("id", "owner", "currency", "posted_minor", "held_minor", "floor_minor")
    }
    assert books["transactions"][0]["kind"] == "refund"
    assert books["transactions"][0]["transfers"][0]["amount_minor"] == 25_000
    assert books["transactions"][0]["hash"] == books["head"]["hash"]
    assert is_genuine(SignedHead(**books["head"]))
    assert books["faults"] == []


async def test_pages(client: httpx.AsyncClient, paid: str) -> None:
    newest = (await client.get(LEDGER, headers=ALLOWED)).json()["transactions"]

    older = await client.get(LEDGER, params={"before": newest[0]["position"]}, headers=ALLOWED)
    first = await client.get(LEDGER, params={"before": 1}, headers=ALLOWED)

    assert older.json()["transactions"] == newest[1:]
    assert first.json()["transactions"] == []


@pytest.mark.parametrize("before", ["x", "-1", "1.0", "9" * 20, "٣"])
async def test_odd_positions(client: httpx.AsyncClient, before: str) -> None:
    answer = await client.get(LEDGER, params={"before": before}, headers=ALLOWED)

    assert answer.status_code == 422


async def test_position_past_the_last(client: httpx.AsyncClient) -> None:
    answer = await client.get(LEDGER, params={"before": "9" * 19}, headers=ALLOWED)

    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer ключ", "Basic operator-key"])
async def test_without_the_key(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get(LEDGER, headers={b"Authorization": header.encode()})

    assert answer.status_code == 401


async def test_merchants_key_is_not_the_operators(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await client.get(LEDGER, headers=shop.bearer)).status_code == 401


async def test_switched_off(services: Services, store: AnyStore, clock: TestClock) -> None:
    settings = gateway_settings(services, store, clock) | {"operator_key": None}
    async with client_of(create_app(**settings)) as client:
        for header in (ALLOWED, {"Authorization": "Bearer "}, {}):
            assert (await client.get(LEDGER, headers=header)).status_code == 404


async def test_audit_is_kept_for_a_while(
    client: httpx.AsyncClient, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the desk is looked at, every row is read once in five seconds."""
    audits = 0
    audit = Books.audit

    async def counted(self: Books, *, anchor: SignedHead | None = None) -> Audit:
        nonlocal audits
        audits += 1
        return await audit(self, anchor=anchor)

    monkeypatch.setattr(Books, "audit", counted)
    for _ in range(5):
        await client.get(LEDGER, headers=ALLOWED)
    assert audits == 1

    clock.advance(seconds=5)
    await client.get(LEDGER, headers=ALLOWED)
    assert audits == 2


async def test_faults_are_named(
    client: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the audit finds is on the desk, with its row and by how much."""
    sound = await services.books.audit()
    fault = Fault("balance_wrong", "accounts 1", -5, "5 too little")

    async def unsound(_: Books) -> Audit:
        return replace(sound, faults=[fault])

    monkeypatch.setattr(Books, "audit", unsound)

    assert (await client.get(LEDGER, headers=ALLOWED)).json()["faults"] == [
        {
            "name": "balance_wrong",
            "row": "accounts 1",
            "amount_minor": -5,
            "detail": "5 too little",
        }
    ]
