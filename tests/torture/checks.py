"""After the storm: is everything true that was acknowledged, and is the money all there?"""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from purser.wallet import Wallet, open_wallet
from services.due import Work
from tests.torture.backups import posted_keys
from tests.torture.crowd import Crowd
from tests.torture.engines import Engine
from tests.torture.outside import Outside
from tests.torture.payees import PAYEES
from tests.torture.people import money_of
from tests.torture.processes import command_json
from tests.torture.provider_checks import ProviderChecks
from tests.torture.records import Records, Sale

_UPDATES = "SELECT update_id, state FROM inbox"
_PAID = {"paid", "refunded_in_part", "refunded"}
_HARMLESS_DEAD = {"sms_code", "sms_card", "joining_failed"}
"""May be too late to be of use when the storm is over."""


@dataclass(frozen=True, slots=True)
class Found:
    """Money in minor units: what came in from outside, and what is in the books."""

    before_minor: int
    after_minor: int


class Checks:
    """What is wrong becomes a violation in the records."""

    def __init__(self, engine: Engine, outside: Outside, crowd: Crowd) -> None:
        self._engine = engine
        self._outside = outside
        self._records: Records = outside.records
        self._crowd = crowd
        self._providers = ProviderChecks(engine, outside, crowd)

    async def reconcile(self) -> None:
        """What is unknown is settled, as it would be in the morning; people are told of it."""
        await self._providers.reconcile()

    async def while_it_runs(self) -> None:
        """What people and shops see now."""
        async with open_wallet(self._engine.load_settings()) as wallet:
            await self._providers.in_the_books(wallet)
        paid = await self._paid_sales()
        self._check_receipts(paid)
        self._check_webhooks(paid)
        await self._check_balances(paid)

    async def in_the_books(self) -> Found:
        """What the operator's commands say of the books, and each operation in them."""
        environment, folder = self._engine.environment, self._engine.folder
        audit = await command_json(environment, folder, "verify")
        for fault in audit["faults"]:
            self._wrong(f"purser verify: {fault}")
        settings = self._engine.load_settings()
        self._check_keys(await posted_keys(settings))
        async with open_wallet(settings) as wallet:
            self._check_dead(await wallet.services.dead_work.listed())
            await self._check_updates(wallet)
        return self._check_totals(audit["totals"])

    async def _paid_sales(self) -> list[Sale]:
        """The invoices that are paid, as their shops are told."""
        paid = []
        for sale in self._records.sales:
            if not sale.invoice:
                continue
            shown = await self._crowd.shops[sale.shop].state(sale)
            if shown.get("state") in _PAID:
                paid.append(sale)
            elif sale.receipts:
                self._wrong(f"{sale.order} has a receipt and is {shown.get('state')}")
            refunded = shown.get("refunded", {}).get("minor")
            if refunded != sum(sale.refunds.values()):
                self._wrong(f"{sale.order}: {refunded} refunded, {sale.refunds} acknowledged")
        return paid

    def _check_receipts(self, paid: list[Sale]) -> None:
        for sale in paid:
            for somebody in self._crowd.people:
                somebody.look_for_receipt(sale)
            numbers = {each for seen in sale.receipts.values() for each in seen}
            if len(sale.receipts) != 1 or len(numbers) != 1:
                self._wrong(f"{sale.order} is paid and its receipts are {sale.receipts}")
            if sale.is_taken_back:
                self._wrong(f"{sale.order} was taken back and is paid")

    def _check_webhooks(self, paid: list[Sale]) -> None:
        taken = self._outside.receivers.taken
        due = [("invoice.paid", sale.invoice, sale.shop) for sale in paid]
        for sale in self._records.sales:
            due += [("refund.paid", number, sale.shop) for number in sale.refunds]
            if sale.is_taken_back:
                due.append(("invoice.rejected", sale.invoice, sale.shop))
        for event, thing, shop in due:
            if not taken[event, thing][shop]:
                self._wrong(f"shop {shop} never heard of {event} {thing}")
        known = {(event, thing) for event, thing, _ in due}
        for event, thing in taken:
            if (event, thing) not in known:
                self._wrong(f"a shop heard of {event} {thing}, which nobody saw")

    async def _check_balances(self, paid: list[Sale]) -> None:
        """Every person asks; the answer also shows that all they did before is handled."""
        expected = self._expected(paid)
        people = self._crowd.joined
        answers = await asyncio.gather(*(somebody.balance() for somebody in people))
        for somebody, text in zip(people, answers, strict=True):
            phone = somebody.person.phone
            if text is None:
                self._wrong(f"{phone} asks for the balance and gets no answer")
                continue
            minor, is_reserved = money_of(text)
            if minor != expected[phone] or is_reserved:
                self._wrong(f"{phone} should have {expected[phone]} and is shown {text!r}")

    def _expected(self, paid: list[Sale]) -> dict[str, int]:
        expected: dict[str, int] = defaultdict(int, self._records.credits)
        for cash in self._records.cash:
            expected[cash.phone] += cash.amount_minor if cash.number else 0
        for sale in paid:
            for phone in sale.receipts:
                expected[phone] -= sale.amount_minor - sum(sale.refunds.values())
        for errand in self._records.errands:
            expected[errand.phone] -= errand.total_minor * len(errand.paid)
        return expected

    def _check_keys(self, posted: Counter[str]) -> None:
        """Acknowledged things are there once, and nothing is there that nobody asked for."""
        for key in self._records.acknowledged():
            if posted[key] != 1:
                self._wrong(f"{key} was acknowledged and is {posted[key]} times in the books")
        for cash in self._records.cash:
            if cash.number is not None and not _has_topup(posted, cash.number):
                self._wrong(f"receipt {cash.receipt} was credited and is not in the books")
        counted = Counter(key.partition(":")[0] for key in posted.elements())
        expected = Counter(
            payment=sum(1 for sale in self._records.sales if sale.receipts),
            refund=sum(len(sale.refunds) for sale in self._records.sales),
            topup=sum(1 for cash in self._records.cash if cash.number is not None),
            correction=len(self._records.credits),
            provider_payment=sum(len(errand.paid) for errand in self._records.errands),
        )
        if counted != +expected:
            self._wrong(f"the books have {dict(counted)}, outside saw {dict(expected)}")

    def _check_dead(self, given_up: list[Work]) -> None:
        for dead in given_up:
            if dead.kind in _HARMLESS_DEAD:
                self._records.faults[f"given up: {dead.kind}"] += 1
            else:
                self._wrong(f"given up: {dead.key}: {dead.error}")

    async def _check_updates(self, wallet: Wallet) -> None:
        """Every update that Telegram was rid of is in the inbox, and handled."""
        kept = await wallet.store.read(
            lambda book: book.connection.execute(_UPDATES, {}).fetchall()
        )
        states = {row[0]: row[1] for row in kept}
        api = self._outside.bot_api
        for number in api.polled.given | api.posted.taken:
            state = states.get(number, "lost")
            if state != "done":
                self._wrong(f"update {number} is {state}")

    def _check_totals(self, totals: list[dict[str, Any]]) -> Found:
        roubles = next(each for each in totals if each["currency"] == "RUB")
        owed, fees = self._providers_minor()
        if roubles["providers_minor"] != owed:
            self._wrong(f"providers are owed {owed} and have {roubles['providers_minor']}")
        after = roubles["holders_minor"] + roubles["merchants_minor"]
        after += roubles["providers_minor"] + fees
        before = self._records.credited_minor
        if after != before:
            self._wrong(f"{before} came in and {after} is there")
        if any(each["posted_minor"] for each in totals):
            self._wrong(f"the accounts do not sum to zero: {totals}")
        if roubles["held_minor"]:
            self._wrong(f"{roubles['held_minor']} is still reserved")
        return Found(before, after)

    def _providers_minor(self) -> tuple[int, int]:
        """What the providers must have of all that they credited, and the wallet's fees of it."""
        by_id = {payee.id: payee for payee in PAYEES}
        credited = self._outside.billing.credited.values()
        own = sum(by_id[each.payee].own_fee_minor for each in credited)
        payers = sum(by_id[each.payee].payers_fee_minor for each in credited)
        return sum(each.minor for each in credited) - own, own + payers

    def _wrong(self, what: str) -> None:
        self._records.violation(what)


def _has_topup(posted: Counter[str], number: str) -> bool:
    """A terminal is given the second half of the id as a decimal number."""
    return any(key.startswith("topup:") and int(key[-16:], 16) == int(number) for key in posted)
