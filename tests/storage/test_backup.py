"""Backups: whole, private, never over something else, and no way to use an old button."""

from collections.abc import Callable
from pathlib import Path

import pytest

from purser.services import create_services
from services.checkout_life import CheckoutExpiredError, Opening, Way
from services.codes import CodeExpiredError
from services.conversations import Conversation
from services.ids import new_id
from services.offers import OfferExpiredError
from services.vault import Vault
from storage.backups import BackupError
from storage.sqlite.backup import back_up, restore
from storage.sqlite.migrate import SchemaError
from storage.sqlite.store import open_store
from tests.books import outside, query
from tests.cast import ANN, PHONE, Cast


async def test_copy_is_one_private_file(cast: Cast, path: Path, tmp_path: Path) -> None:
    """It can be carried away as it is; nobody else on the machine reads it."""
    ann = await cast.join()
    await cast.fund(ann, 100_00)
    copy = tmp_path / "kept" / "copy.db"
    copy.parent.mkdir()

    back_up(path, copy)

    assert [each.name for each in copy.parent.iterdir()] == ["copy.db"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert query(copy, "PRAGMA journal_mode") == [("delete",)]
    assert query(copy, "SELECT count(*) FROM transactions") == [(1,)]


async def test_restored_wallet_answers_no_old_code_or_button(
    cast: Cast, path: Path, tmp_path: Path, vault: Vault
) -> None:
    """What was confirmed after the copy was made must not be confirmed again from it."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments, offers = cast.services.payments, []
    for key in ("confirmed", "open"):
        invoice = await cast.invoice(shop, 10_00)
        made = await payments.offer(holder=ann, invoice_id=invoice.id, key=key)
        offers.append(made.offer.id)
    await payments.confirm(holder=ann, offer_id=offers[0])
    code = await cast.code()
    await cast.services.visitors.expect(telegram_id=ANN, conversation=Conversation("code"))
    copy, restored = tmp_path / "copy.db", tmp_path / "restored.db"
    back_up(path, copy)

    restore(copy, restored)

    async with open_store(restored) as store:
        services = create_services(store=store, vault=vault, now=cast.clock, new_id=new_id)
        again = Cast(services, store, cast.clock)
        with pytest.raises((OfferExpiredError, CodeExpiredError)):
            await services.payments.prove(holder=ann, offer_id=offers[0], typed=code)
        with pytest.raises(OfferExpiredError):
            await services.payments.confirm(holder=ann, offer_id=offers[1])
        visitor = await services.visitors.find(telegram_id=ANN)
        await again.deliver()  # the expiries that are due now
        assert await again.available(ann) == 100_00
        assert await again.faults() == []
        cast.clock.advance(minutes=20)
        await again.pay(ann, await again.invoice(shop, 10_00))
    assert visitor.conversation.expects == ""
    assert query(restored, "SELECT count(*) FROM codes WHERE state = 'sent'") == [(0,)]


async def test_restored_wallet_goes_on_with_no_old_checkout(
    cast: Cast, path: Path, tmp_path: Path, vault: Vault
) -> None:
    """Neither by its code nor by a new one: what was paid since must not be paid again."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    invoice = await cast.invoice(shop, 10_00, phone=None)
    checkout = await cast.services.checkouts.by_phone(
        opening=Opening(invoice.id, "a browser"), phone=PHONE, way=Way.CODE
    )
    code = await cast.code()
    copy, restored = tmp_path / "copy.db", tmp_path / "restored.db"
    back_up(path, copy)

    restore(copy, restored)

    async with open_store(restored) as store:
        services = create_services(store=store, vault=vault, now=cast.clock, new_id=new_id)
        theirs = {"checkout_id": checkout.id, "browser": "a browser"}
        with pytest.raises(CheckoutExpiredError):
            await services.checkouts.prove(**theirs, typed=code)
        with pytest.raises(CheckoutExpiredError):
            await services.checkouts.resend(**theirs)
        assert await Cast(services, store, cast.clock).available(ann) == 100_00


async def test_nothing_is_overwritten_and_nothing_half_made_is_left(
    cast: Cast, path: Path, tmp_path: Path
) -> None:
    """Yesterday's copy is worth more than today's mistake."""
    folder = tmp_path / "kept"
    folder.mkdir()
    copy, no_wallet, foreign = (folder / name for name in ("copy.db", "text", "foreign.db"))
    back_up(path, copy)
    before = copy.read_bytes()
    no_wallet.write_text("this is no database at all\n" * 99, "utf-8")
    with outside(foreign) as raw:
        raw.execute("CREATE TABLE somebody_elses (a)")

    attempts: list[tuple[Callable[[], None], type[Exception]]] = [
        (lambda: back_up(path, copy), BackupError),
        (lambda: restore(copy, path), BackupError),
        (lambda: back_up(folder / "nothing", folder / "new"), BackupError),
        (lambda: restore(folder / "nothing", folder / "new"), BackupError),
        (lambda: restore(no_wallet, folder / "new"), BackupError),
        (lambda: restore(foreign, folder / "new"), SchemaError),
    ]
    for attempt, refusal in attempts:
        with pytest.raises(refusal):
            attempt()

    assert copy.read_bytes() == before
    assert sorted(each.name for each in folder.iterdir()) == ["copy.db", "foreign.db", "text"]


async def test_copy_that_was_cut_short_before_is_made_anew(
    cast: Cast, path: Path, tmp_path: Path
) -> None:
    """A backup that was killed leaves a part, which is in nobody's way."""
    copy = tmp_path / "copy.db"
    copy.with_name("copy.db.part").write_bytes(b"half")

    back_up(path, copy)

    with outside(copy) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert not copy.with_name("copy.db.part").exists()
