"""Pays as fast as it can until it is killed; `test_crash.py` starts it."""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from purser.services import create_services
from services.clock import system_clock
from services.ids import new_id
from services.invoices import Wish
from services.limit_rules import UNLIMITED, LimitTerms
from services.money import AMOUNT_MINOR_MAX, RUB, Money
from services.sources import Rules
from services.vault import Vault
from storage.sqlite.store import open_store

CALLERS = 8


async def main(path: Path, shop: str, life: str) -> None:
    vault = Vault(bytes.fromhex(os.environ["PURSER_TEST_MASTER"]))
    async with open_store(path) as store:
        services = create_services(
            store=store,
            vault=vault,
            now=system_clock,
            new_id=new_id,
            rules=Rules(
                limits=LimitTerms(shipped=UNLIMITED),
                code_from_minor={"RUB": AMOUNT_MINOR_MAX + 1},
            ),
        )
        merchant = await services.merchants.get(merchant_id=shop)
        holders = [
            await services.wallets.find(phone=phone) for phone in ("+79161234567", "+79261234567")
        ]
        numbers = count()

        async def caller() -> None:
            for number in numbers:
                holder = holders[number % 2]
                wish = Wish(Money(1 + number % 7, RUB), "tea", phone=holder.phone)
                invoice = await services.invoices.create(merchant=merchant, wish=wish)
                offer = await services.payments.offer(
                    holder=holder, invoice_id=invoice.id, key=f"{life}-{number}"
                )
                paid = await services.payments.confirm(holder=holder, offer_id=offer.offer.id)
                if paid.payment is not None:
                    os.write(1, f"{paid.payment.id}\n".encode())

        await asyncio.gather(*(caller() for _ in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
