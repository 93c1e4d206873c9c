"""What is to be told of invoices of any interface."""

from typing import Any

import pytest

from services.due import Handler, TryAgainError, Work
from services.invoices import Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.robokassa_shops import Passwords, RobokassaShop
from tests.cast import PHONE, Cast

OK = b'{"error":"0"}'
"""How shops of the bill API say that they have it."""

ORDER = {
    "inv_id": "450009",
    "email": "ann@example.org",
    "shp": [["shp_label", "Вася & co"], ["Shp_merchant_id", "1"]],
}
"""What an invoice of Robokassa's interface keeps."""


async def issue(cast: Cast, shop: Merchant, interface: str, **wish: Any) -> Invoice:
    """An invoice of 100.26 roubles to Ann."""
    asked: dict[str, Any] = {"reference": "450009", "phone": PHONE, "content": {}} | wish
    return await cast.services.invoices.create(
        merchant=shop, wish=Wish(Money(100_26, RUB), "A book", interface=interface, **asked)
    )


async def paid(cast: Cast, shop: Merchant, interface: str, **wish: Any) -> list[Work]:
    """What is to be told of such an invoice that was paid."""
    invoice = await issue(cast, shop, interface, **wish)
    ann = await cast.join()
    await cast.fund(ann, 200_00)
    await cast.pay(ann, invoice)
    return await news(cast)


async def news(cast: Cast) -> list[Work]:
    await cast.deliver()
    return [work for work in cast.sent if work.kind != "notice"]


async def refused(handler: Handler, work: Work) -> str:
    with pytest.raises(TryAgainError) as again:
        await handler(work)
    return str(again.value)


async def robo_shop(
    cast: Cast, shop: Merchant, **settings: Any
) -> tuple[RobokassaShop, Passwords]:
    """The shop speaks Robokassa's interface, with SHA-256."""
    fresh = await cast.services.robokassa_shops.add(
        merchant_id=shop.id, login="demo", algorithm="sha256", **settings
    )
    return fresh.shop, fresh.passwords
