"""The copied wallets that growth is measured on are wallets: nothing is wrong with them."""

from contextlib import closing
from pathlib import Path

from bench import filling
from bench.write_path import bench_services
from storage.sqlite import audit
from storage.sqlite.store import open_store


async def test_copied_wallets_pass_the_audit_and_pay(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    template = await filling.begin(path)
    for holders in (20, 30):
        filling.grow(path, template, holders)

    async with open_store(path) as store:
        services = bench_services(store)
        last = await store.read(lambda book: book.holders.of_phone(filling.phone_of(30)))
        assert last is not None
        [waiting] = (await services.invoices.waiting(holder=last)).invoices
        offer = await services.payments.offer(holder=last, invoice_id=waiting.id, key="k")
        paid = await services.payments.confirm(holder=last, offer_id=offer.offer.id)

    assert paid.is_paid
    with closing(filling.connect(path)) as connection:
        assert list(audit.faults(connection)) == []
        assert connection.execute("SELECT count(*) FROM transfers").fetchone()[0] == 30 * 5 + 1
