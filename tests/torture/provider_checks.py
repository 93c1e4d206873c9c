"""Payments to providers after the storm: with the billing, the registries and the screens."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from purser.wallet import Wallet, open_wallet
from tests.torture.crowd import Crowd
from tests.torture.engines import Engine
from tests.torture.outside import Outside
from tests.torture.payees import PAYEES, Payee
from tests.torture.processes import command, command_json

_PAYMENTS = """
    SELECT p.id, p.txn, p.provider, p.account, p.amount, p.given, p.state, p.reason,
        h.state AS hold_state, h.amount AS held
    FROM provider_payments AS p LEFT JOIN holds AS h ON h.id = p.hold
"""
_ASKED_NOBODY = {"cancelled", "expired", "provider_down"}
"""Reasons of an end before the provider was asked."""

_MAY_DIFFER = {"late"}
"""Clocks jump here by hours: the wallet's day of a payment need not be the provider's."""


@dataclass(frozen=True, slots=True)
class Made:
    """A payment as the wallet has it."""

    id: str
    txn: int
    provider: str
    account: str
    amount: int
    given: int
    state: str
    reason: str
    hold_state: str | None
    held: int | None


class ProviderChecks:
    """What is wrong becomes a violation in the records."""

    def __init__(self, engine: Engine, outside: Outside, crowd: Crowd) -> None:
        self._engine = engine
        self._records = outside.records
        self._billing = outside.billing
        self._crowd = crowd

    async def reconcile(self) -> None:
        """Settle by the payees' files what nobody could tell, and by the operator the rest."""
        made = await self._made()
        await self._check_waiting(made)
        files = [(payee, self._file(payee)) for payee in PAYEES]
        await asyncio.gather(*(self._settle(made, *each) for each in files))
        if all(each.state != "unknown" for each in made):
            return  # nothing was settled by that: another look would find the same
        left = [each for each in await self._made() if each.state == "unknown"]
        await asyncio.gather(*(self._give_back(each) for each in left))
        await asyncio.gather(*(self._compare(*each) for each in files))

    async def in_the_books(self, wallet: Wallet) -> None:
        """Paid is credited once, given back is not credited, and everybody was told."""
        made = await _read(wallet)
        for each in made:
            self._check_with_billing(each)
            self._check_screens(each)
        known = {each.txn for each in made}
        for txn in self._billing.credited.keys() - known:
            self._wrong(f"{txn} was credited and is no payment")
        for errand in self._records.errands:
            numbers = errand.on_its_way | errand.paid | errand.not_paid
            lost = numbers - {str(txn) for txn in known}
            if lost:
                self._wrong(f"{errand.account} was told of {lost}, which is no payment")
            if len(errand.paid) > 1:
                self._wrong(f"{errand.account} was paid more than once: {errand.paid}")

    async def _check_waiting(self, made: list[Made]) -> None:
        """What nobody can tell is held, in full, and the operator is told its name."""
        lost = [each for each in made if each.state == "unknown"]
        self._records.faults["providers: nobody could tell"] += len(lost)
        for each in lost:
            if (each.hold_state, each.held) != ("held", each.given):
                self._wrong(f"{each.txn} is unknown and its hold {each.hold_state} {each.held}")
        waiting = await self._command("payment", "waiting", "--limit", "10000")
        named = {each["id"] for each in waiting}
        if named != {each.id for each in lost}:
            self._wrong(f"unknown are {[each.id for each in lost]}, and waiting are {named}")

    async def _settle(self, made: list[Made], payee: Payee, file: Path | None) -> None:
        if file is None:
            return
        found = await self._reconciled(payee, file, "--resolve")
        lost = {each.id: each for each in made if each.state == "unknown"}
        listed = {
            each.id
            for each in lost.values()
            if each.provider == payee.id and each.txn in self._billing.credited
        }
        if set(found["resolved"]) != listed:
            self._wrong(f"{payee.name} lists {listed} and {found['resolved']} were settled")
        for each in found["differences"]:
            is_open = each["kind"] == "unconfirmed" and each["payment"] in lost.keys() - listed
            if each["kind"] not in _MAY_DIFFER and not is_open:
                self._wrong(f"{payee.name}: {each}")

    async def _compare(self, payee: Payee, file: Path | None) -> None:
        """After all is settled nothing is different."""
        if file is None:
            return
        for each in (await self._reconciled(payee, file))["differences"]:
            if each["kind"] not in _MAY_DIFFER:
                self._wrong(f"{payee.name}, when all is settled: {each}")

    async def _give_back(self, lost: Made) -> None:
        """The payee does not list it: the operator says that it failed."""
        words = ("payment", "resolve", lost.id, "--failed", "--reason", "not in the list")
        code, _, errors = await command(self._engine.environment, self._engine.folder, *words)
        if code:
            self._wrong(f"{lost.txn} could not be resolved: {errors}")

    def _check_with_billing(self, made: Made) -> None:
        credit = self._billing.credited.get(made.txn)
        if made.state not in ("done", "failed"):
            self._wrong(f"{made.txn} is still {made.state}")
        elif made.state == "failed" and (credit is not None or made.hold_state == "held"):
            self._wrong(f"{made.txn} failed, its hold is {made.hold_state}, credited: {credit}")
        elif made.state == "done" and (
            credit is None
            or (credit.payee, credit.account, credit.minor)
            != (made.provider, made.account, made.amount)
            or made.hold_state != "captured"
        ):
            self._wrong(f"{made.txn} is done, its hold is {made.hold_state}, credited: {credit}")

    def _check_screens(self, made: Made) -> None:
        """Its payer saw how it ended, and nothing else."""
        people = {each.person.phone: each for each in self._crowd.people}
        errand = next(each for each in self._records.errands if each.account == made.account)
        people[errand.phone].look_for_end(errand)
        number = str(made.txn)
        said = {"done": number in errand.paid, "failed": number in errand.not_paid}
        must_be_told = made.state in said and made.reason not in _ASKED_NOBODY
        if must_be_told and not said[made.state]:
            self._wrong(f"{number} is {made.state} and {errand.phone} was never told")
        if any(is_said and state != made.state for state, is_said in said.items()):
            self._wrong(
                f"{number} is {made.state} and {errand.phone} was told otherwise: {errand}"
            )

    def _file(self, payee: Payee) -> Path | None:
        """The payee's list of all it ever credited; None where that is nothing."""
        text = self._billing.registry(payee)
        path = self._engine.folder / f"{payee.id}.csv"
        path.write_text(text, "utf-8", newline="")
        return path if text else None

    async def _reconciled(self, payee: Payee, file: Path, *more: str) -> Any:
        return await self._command("reconcile", str(file), "--provider", payee.id, *more)

    async def _command(self, *words: str) -> Any:
        return await command_json(self._engine.environment, self._engine.folder, *words)

    async def _made(self) -> list[Made]:
        async with open_wallet(self._engine.load_settings()) as wallet:
            return await _read(wallet)

    def _wrong(self, what: str) -> None:
        self._records.violation(what)


async def _read(wallet: Wallet) -> list[Made]:
    rows = await wallet.store.read(lambda book: book.connection.execute(_PAYMENTS, {}).fetchall())
    return [Made(*(row[place] for place in range(len(Made.__slots__)))) for row in rows]
