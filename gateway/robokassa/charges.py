"""What a shop does with an order by itself: take what is held, let it go, charge again.

Answered in plain text: `true`, or `OK` and the number; anything else is a refusal.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.robokassa import values
from gateway.robokassa.edge import LANGUAGES, Call, Robokassa
from gateway.robokassa.errors import (
    BAD_HOLD,
    BAD_RECURRING,
    BAD_SIGNATURE,
    INVOICE_UNKNOWN,
    NO_HOLD,
    NO_RECURRING,
    SHOP_INACTIVE,
    OrderRefusedError,
    refuse,
    sentence,
)
from gateway.robokassa.orders import (
    find_order_match,
    read_order,
    receipt_ways,
    reference_of,
    start_of,
)
from gateway.robokassa.signatures import Slots
from services.errors import WalletError
from services.invoices import Capture, Invoice, InvoiceState
from services.merchants import MerchantState

Deed = Callable[[Call], Awaitable[str]]
DONE = "true"
_RECEIVED = (InvoiceState.PAID, InvoiceState.REFUNDED_IN_PART, InvoiceState.REFUNDED)


class Charges:
    """A shop's own calls."""

    def __init__(self, edge: Robokassa) -> None:
        self._edge = edge

    async def confirm(self, request: Request) -> Response:
        """`Confirm`: take what is held, or less of it."""
        return await self._answer(request, self._confirm)

    async def cancel(self, request: Request) -> Response:
        """`Cancel`: let go what is held."""
        return await self._answer(request, self._cancel)

    async def recurring(self, request: Request) -> Response:
        """`Recurring`: charge a saved wallet; what became of it is told by ResultURL."""
        return await self._answer(request, self._recurring)

    async def _answer(self, request: Request, deed: Deed) -> Response:
        edge = self._edge
        try:
            call = await edge.call_of(request)
            if call.merchant.state is MerchantState.DISABLED:
                refuse(SHOP_INACTIVE)
            return PlainTextResponse(await deed(call))
        except (OrderRefusedError, WalletError) as exc:
            refused = await edge.refused(request, exc)
            says = sentence(edge.words, LANGUAGES[0], refused)
            return PlainTextResponse(f"error {refused.number}: {says}", 400)

    async def _confirm(self, call: Call) -> str:
        fields, merchant = call.fields, call.merchant
        if fields["Receipt"]:  # also keeps a payer's own signature from being used here
            values.read_receipt(fields["Receipt"])
        ways = [*receipt_ways(fields), ("",)]
        is_test = _is_test(call, ways, start_of(fields))
        invoice = await self._invoice(call, is_test=is_test)
        amount = values.read_sum(fields["OutSum"], invoice.amount.currency)
        if not is_test:
            await self._edge.authorisations.capture(
                merchant=merchant, invoice_id=invoice.id, amount=amount
            )
        elif invoice.state not in _RECEIVED:
            refuse(BAD_HOLD)
        return DONE

    async def _cancel(self, call: Call) -> str:
        # The sum's slot is empty, whatever is posted.
        start = call.fields["MerchantLogin"], "", call.fields["InvId"]
        is_test = _is_test(call, [()], start)
        invoice = await self._invoice(call, is_test=is_test)
        if is_test:
            await self._edge.invoices.cancel(merchant=call.merchant, invoice_id=invoice.id)
        else:
            await self._edge.authorisations.release(merchant=call.merchant, invoice_id=invoice.id)
        return DONE

    async def _recurring(self, call: Call) -> str:
        edge, fields, shop = self._edge, call.fields, call.shop
        order = read_order(fields, shop, call.passwords, edge.now(), has_receipt_slot=True)
        if order.capture is Capture.LATER:
            refuse(NO_HOLD)
        if not shop.allows_recurring or not shop.may_charge_from(call.address):
            refuse(NO_RECURRING)
        previous = values.read_number(fields["PreviousInvoiceID"])
        if previous is None:
            refuse(BAD_RECURRING)
        await edge.per_key.take(shop.merchant.id)
        number = order.number
        if number is None:
            number = await edge.shops.next_number(merchant=shop.merchant)
        wish = order.wish(number)
        content = {**wish.content, "parent": str(previous)}
        content.pop("recurring", None)
        await edge.charges.accept(
            merchant=shop.merchant,
            parent=reference_of(previous, is_test=order.is_test),
            wish=replace(wish, content=content),
        )
        return f"OK{number}"

    async def _invoice(self, call: Call, *, is_test: bool) -> Invoice:
        await self._edge.per_key.take(call.merchant.id)
        number = values.read_number(call.fields["InvId"])
        if number is None:
            refuse(INVOICE_UNKNOWN)
        return await self._edge.invoices.with_reference(
            merchant=call.merchant, reference=reference_of(number, is_test=is_test)
        )


def _is_test(call: Call, ways: list[Slots], start: Slots) -> bool:
    """By which of the first passwords it is signed.

    Raises:
        OrderRefusedError: 29, by neither.
    """
    passwords = call.passwords
    for password, is_test in ((passwords.first, False), (passwords.test_first, True)):
        try:
            find_order_match(call.fields, call.shop, password, [ways], start)
        except OrderRefusedError:
            continue
        return is_test
    raise OrderRefusedError(BAD_SIGNATURE)
