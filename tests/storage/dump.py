"""`python -m tests.storage.dump`: a filled database of this version, for later upgrades."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from purser.services import create_services
from services.checkout_life import Opening, Way
from services.connections import Answer, Outcome
from services.deliveries import Delivery
from services.deliveries import Outcome as Delivered
from services.ids import new_id
from services.invoices import Capture, Invoice, Wish
from services.merchant_people import Role
from services.merchant_terms import TermsChange
from services.merchants import Merchant
from services.money import RUB, USD, Money
from services.robokassa_invoices import Kind, Order
from services.vault import Vault
from storage.sqlite.migrate import migrations
from storage.sqlite.store import open_store
from tests.cast import ANN, PHONE, Cast
from tests.catalogue import STEAM, Billing, order
from tests.clock import TestClock
from tests.conftest import MASTER
from tests.storage.test_audit import story

HOOK = "https://shop.example/hook"


async def fill(path: Path) -> None:
    """Something of everything, as the audit's tests tell it."""
    vault, clock = Vault(MASTER), TestClock()
    async with open_store(path) as store:
        key = vault.new_data_key(new_id(clock()), clock())
        await store.write(lambda book: book.data_keys.add(key))
        billing = Billing()
        services = create_services(
            store=store, vault=vault, now=clock, new_id=new_id, connections=billing.connections
        )
        cast = Cast(services, store, clock, billing)
        await story(cast)
        await paying(cast)
        await shops(cast)


async def paying(cast: Cast) -> None:
    """A game that is paid, one on its way, an exchange, a favourite, a receipt."""
    ann = await cast.services.wallets.find(phone=PHONE)
    await cast.deliver()
    await cast.open_catalogue()
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    paid = await cast.pay_provider(ann, order(50_00), key="game")
    await cast.deliver()
    cast.billing.pays.append(Answer(Outcome.UNKNOWN, "timeout"))
    await cast.pay_provider(ann, order(60_00, login="another"), key="silent")
    await cast.deliver()
    shop = (await cast.services.merchants.listed())[0]
    await cast.pay(ann, await cast.invoice(shop, 1_00, of=USD), "account/RUB")
    await cast.services.favourites.save(holder=ann, provider_id=STEAM.id, fields=paid.fields)
    await cast.services.receipts.issue(holder=ann, operation_id=paid.id)


async def shops(cast: Cast) -> None:
    """A shop with everything that connects one, and each way that its money goes."""
    await cast.deliver()
    shop = await _connected(cast)
    await _ordered(cast, shop)
    ann = await cast.services.wallets.find(phone=PHONE)
    recurring = Wish(Money(20_00, RUB), "A month", reference="1", content={"recurring": True})
    first = await cast.services.invoices.create(merchant=shop, wish=recurring)
    await cast.pay(ann, first)
    charge = Wish(Money(5_00, RUB), "One more", reference="2")
    links = cast.services.payment_links
    await links.charge(merchant=shop, parent=first, wish=charge)
    await cast.services.refunds.refund(
        merchant=shop, invoice_id=first.id, amount=Money(1_00, RUB), reference="R1"
    )
    later = Wish(Money(9_00, RUB), "A deposit", None, "3", None, "bill", capture=Capture.LATER)
    await cast.pay(ann, await cast.services.invoices.create(merchant=shop, wish=later))
    await _at_the_page_and_the_terminal(cast, shop)


async def _connected(cast: Cast) -> Merchant:
    services = cast.services
    shop = (await services.merchants.listed())[0]
    payee = {"name": "Shop", "account": "40702810900000000001"}
    change = TermsChange(millionths=25_000, reserve_days=7, payee=payee)
    await services.key_pairs.create(merchant_id=shop.id, name="Bills", notify_url=HOOK)
    await services.return_addresses.add(merchant_id=shop.id, url="https://shop.example/thanks")
    await services.merchant_people.add(merchant_id=shop.id, telegram_id=ANN, role=Role.OWNER)
    await services.pull_shops.set_up(merchant_id=shop.id, notify_url=HOOK)
    await services.robokassa_shops.add(merchant_id=shop.id, login="shop", result_url=HOOK)
    await services.signing_keys.certificate(name="robokassa")
    await services.merchant_agreements.state(merchant_id=shop.id, change=change)
    await services.payouts.prepare()
    return shop


async def _ordered(cast: Cast, shop: Merchant) -> Invoice:
    """By Robokassa's invoice service, paid, with a receipt; and one attempt to tell of it."""
    services, at = cast.services, cast.clock()
    ann = await services.wallets.find(phone=PHONE)
    order = Order(Kind.ONE_TIME, Money(3_00, RUB), "Tea", "", Capture.AT_ONCE, "7", None, {})
    issued = await services.robokassa_invoices.issue(merchant=shop, order=order)
    invoice = await services.invoices.view(holder=ann, invoice_id=issued.id)
    await cast.pay(ann, invoice)
    await services.fiscal_receipts.attach(
        merchant=shop, number="F1", reference="7", minor=3_00, content="{}"
    )
    delivery = Delivery(
        id=services.deliveries.new_id(),
        merchant=shop.id,
        work=f"robokassa_result:{invoice.id}:2",
        kind="robokassa_result",
        about=f"invoice/{invoice.id}",
        url=HOOK,
        attempt=1,
        status=503,
        outcome=Delivered.AGAIN,
        detail="HTTP 503",
        answer="busy",
        millis=12,
        at=at,
    )
    await services.deliveries.note(delivery=delivery)
    return invoice


async def _at_the_page_and_the_terminal(cast: Cast, shop: Merchant) -> None:
    """A code that is waited for in a browser, and banknotes."""
    open_to_all = await cast.invoice(shop, 4_00, phone=None)
    await cast.services.checkouts.by_phone(
        opening=Opening(open_to_all.id, "a browser"), phone=PHONE, way=Way.CODE
    )
    invoice = await cast.invoice(shop, 6_00, phone=None)
    number = await cast.services.cash_payments.number(invoice_id=invoice.id)
    terminal = (await cast.services.terminals.listed())[0]
    await cast.services.cash_payments.pay(
        terminal=terminal, receipt="18", number=number, amount=invoice.amount
    )


def main() -> None:
    """Write the dump beside the tests that read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.db"
        asyncio.run(fill(path))
        with closing(sqlite3.connect(path)) as raw:
            dump = "\n".join(_tables_first(list(raw.iterdump())))
    target = Path(__file__).parent / "databases" / f"{migrations()[-1].version:04d}.sql"
    target.write_text(f"{dump}\n", "utf-8")


def _tables_first(lines: list[str]) -> list[str]:
    """Triggers and indexes after the rows, which would meet them otherwise."""
    late = ("CREATE TRIGGER", "CREATE INDEX", "CREATE UNIQUE INDEX")
    body = [line for line in lines if not line.startswith(late) and line != "COMMIT;"]
    return [*body, *(line for line in lines if line.startswith(late)), "COMMIT;"]


if __name__ == "__main__":
    main()
