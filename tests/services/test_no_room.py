"""Paying while the disk is full: refused, nothing half done, and it goes on by itself."""

import pytest

from services.store import NotCommittedError
from storage.sqlite.connection import Connection
from storage.sqlite.store import SqliteStore
from tests.cast import Cast

_FILL = """
    INSERT INTO rates (base, quote, at, source, rate)
    VALUES ('XXX', 'YYY', abs(random()), :text, '1')
"""


def _writer(cast: Cast) -> Connection:
    assert isinstance(cast.store, SqliteStore)
    return cast.store._writer


async def limit_pages(cast: Cast, more: int) -> None:
    """Let the file grow by *more* pages and no further."""
    [pages] = await _writer(cast).run(lambda raw: raw.execute("PRAGMA page_count").fetchone())
    text = f"PRAGMA max_page_count = {pages + more}"
    await _writer(cast).run(lambda raw: raw.execute(text).fetchall())


async def fits(cast: Cast, text: str) -> bool:
    """Whether one more row with *text* could be kept."""
    try:
        await cast.store.write(lambda book: book.connection.execute(_FILL, {"text": text}))
    except NotCommittedError:
        return False
    return True


async def fill(cast: Cast) -> None:
    """Leave no page free, and little room in those that there are."""
    await limit_pages(cast, 0)
    for length in (20_000, 2_000, 200):
        while await fits(cast, "x" * length):
            pass


@pytest.mark.parametrize("engine", ["sqlite"])  # whose disk can be made to seem full
async def test_full_disk_refuses_whole_steps_and_heals(cast: Cast) -> None:
    """What was refused left nothing, and is done with the same key when there is room."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments = cast.services.payments
    invoices = [(await cast.invoice(shop, 1_00)).id for _ in range(2)]

    async def offer(number: int) -> str:
        invoice = invoices[number % 2]
        key = f"u{number}"
        return (await payments.offer(holder=ann, invoice_id=invoice, key=key)).offer.id

    first = await offer(0)
    await payments.confirm(holder=ann, offer_id=first)
    code = await cast.code()
    await fill(cast)
    refused = None
    for number in range(1, 200):
        try:
            await offer(number)
        except NotCommittedError:
            refused = number
            break
    assert refused is not None
    kept = await cast.store.read(lambda book: book.offers.with_key(f"u{refused}"))
    available = await cast.available(ann)
    await limit_pages(cast, 3000)
    again = await payments.confirm(holder=ann, offer_id=await offer(refused))
    paid = await payments.prove(holder=ann, offer_id=first, typed=code)

    assert kept is None
    assert available == 99_00
    assert again.payment is not None
    assert paid.is_paid
    assert await cast.faults() == []
