"""Races about links: a shop charges while the payer ends it, or while it charges again."""

from collections.abc import Callable

from services.holders import Holder
from services.invoices import Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


async def ended_while_it_is_charged(stage: Stage) -> Race:
    """Charged before it ended, or not at all; never after."""
    shop, holder, parent = await _agreed(stage)
    [link] = await stage.first.services.payment_links.listed(holder=holder)

    async def end() -> str:
        ended = await stage.second.services.payment_links.end(holder=holder, link_id=link.id)
        return ended.state.value

    return Race(_charge(stage.first, shop, parent, "2"), end, _left(stage, shop, holder))


@alike
async def one_number_charged_twice(stage: Stage) -> Race:
    """Of a request that was sent twice at once one charges, and both are told the same."""
    shop, holder, parent = await _agreed(stage)
    return both(stage, lambda each: _charge(each, shop, parent, "2"), _left(stage, shop, holder))


@alike
async def one_accepted_charge_made_twice(stage: Stage) -> Race:
    """Two workers have it, one of them for longer than its lease."""
    shop, holder, parent = await _agreed(stage)
    wish = Wish(Money(50_00, RUB), "A month", reference="2", interface="robokassa")
    child = await stage.first.services.link_charges.accept(
        merchant=shop, parent=parent.reference or "", wish=wish
    )

    def act(process: Process) -> Act:
        async def make() -> None:
            await process.services.link_charges.make(invoice_id=child.id)

        return make

    return both(stage, act, _left(stage, shop, holder))


async def charge_and_another_payment(stage: Stage) -> Race:
    """Ninety roubles are enough for one of both."""
    shop, holder, parent = await _agreed(stage)
    offer_id = await stage.offered(holder, await stage.invoice(shop))

    async def confirm() -> str:
        payments = stage.second.services.payments
        return (await payments.confirm(holder=holder, offer_id=offer_id)).offer.state.value

    return Race(_charge(stage.first, shop, parent, "2"), confirm, _left(stage, shop, holder))


async def charged_while_the_wallet_is_locked(stage: Stage) -> Race:
    """Nobody is charged who has locked the wallet."""
    shop, holder, parent = await _agreed(stage)

    async def lock() -> str:
        return (await stage.second.services.wallets.lock(holder=holder)).state.value

    return Race(_charge(stage.first, shop, parent, "2"), lock, _left(stage, shop, holder))


async def _agreed(stage: Stage) -> tuple[Merchant, Holder, Invoice]:
    """Somebody with 90 roubles left whom the shop may charge."""
    shop, holder = await stage.shop(), await stage.person()
    wish = Wish(Money(10_00, RUB), "A month", reference="1", content={"recurring": True})
    parent = await stage.first.services.invoices.create(merchant=shop, wish=wish)
    offer_id = await stage.confirmed(holder, parent)
    await stage.first.services.payments.prove(
        holder=holder, offer_id=offer_id, typed=await stage.digits(offer_id)
    )
    return shop, holder, parent


def _charge(process: Process, shop: Merchant, parent: Invoice, number: str) -> Act:
    wish = Wish(Money(50_00, RUB), "A month", reference=number)

    async def charge() -> str:
        made = await process.services.payment_links.charge(merchant=shop, parent=parent, wish=wish)
        return made.state.value

    return charge


def _left(stage: Stage, shop: Merchant, holder: Holder) -> Callable[[], object]:
    def left() -> object:
        return (
            stage.seen("invoices", "merchant", shop.id, "reference, state, version"),
            stage.seen("links", "holder", holder.id, "state, used_at IS NOT NULL"),
            stage.account(shop.owner),
            stage.account(holder.owner),
        )

    return left


LINKS: tuple[Scene, ...] = (
    ended_while_it_is_charged,
    one_number_charged_twice,
    one_accepted_charge_made_twice,
    charge_and_another_payment,
    charged_while_the_wallet_is_locked,
)
