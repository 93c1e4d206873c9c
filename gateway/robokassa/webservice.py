"""The XML web service: what became of an operation, and what can be paid with.

Every answer is 200 and says its own code.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from gateway.languages import wanted
from gateway.notifications.robokassa import INC_CURR_LABEL, PAYMENT_METHOD
from gateway.robokassa.edge import Call, Robokassa
from gateway.robokassa.errors import BAD_SIGNATURE as GUESS
from gateway.robokassa.errors import OrderRefusedError
from gateway.robokassa.orders import reference_of
from gateway.robokassa.signatures import is_signed, joined
from gateway.robokassa.values import MOSCOW, read_number, read_sum, sum_text
from gateway.xml_text import attributes, element
from services.errors import WalletError
from services.invoices import Invoice, InvoiceNotFoundError, InvoiceState, changed_at
from services.merchants import MerchantState
from services.money import AMOUNT_MINOR_MAX, Money
from services.robokassa_shops import ShopUnknownError

OK, BAD_SIGNATURE, NO_SHOP, NO_OPERATION, INTERNAL = 0, 1, 2, 3, 1000
STATES: Mapping[InvoiceState, int] = {
    InvoiceState.WAITING: 5,
    InvoiceState.REJECTED: 10,
    InvoiceState.EXPIRED: 10,
    InvoiceState.AUTHORISED: 20,
    InvoiceState.PAID: 100,
    InvoiceState.REFUNDED_IN_PART: 100,
    InvoiceState.REFUNDED: 100,
}
"""A refund does not change it; its own service says what became of that."""

DESCRIPTIONS = {
    OK: "",
    BAD_SIGNATURE: "The signature is wrong",
    NO_SHOP: "The shop is not known here, or takes no payments at present",
    NO_OPERATION: "There is no such operation",
    INTERNAL: "The request cannot be read",
}
NAMES = {"en": "Wallet in Telegram", "ru": "Кошелёк в Telegram"}
NAMESPACE = "http://merchant.roboxchange.com/WebService/"

Answering = Callable[[Call, str], Awaitable[str]]
"""The inside of an answer, and what the wallet is called in it."""


class ServiceRefusedError(Exception):
    """The service answers with a code alone."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class WebService:
    """The calls of the service."""

    def __init__(self, edge: Robokassa) -> None:
        self._edge = edge

    async def state(self, request: Request) -> Response:
        """`OpStateExt`: what became of an operation, for who knows the second password."""
        return await self._answer(request, "OperationStateResponse", self._state)

    async def currencies(self, request: Request) -> Response:
        """`GetCurrencies`: there is one."""
        return await self._answer(request, "CurrenciesList", self._currencies)

    async def methods(self, request: Request) -> Response:
        """`GetPaymentMethods`: there is one."""
        return await self._answer(request, "PaymentMethodsList", self._methods)

    async def out_sum(self, request: Request) -> Response:
        """`CalcOutSumm`: what the shop gets of what a payer pays: all, less its own tariff."""
        return await self._answer(request, "CalcSummsResponseData", self._out_sum)

    async def _answer(self, request: Request, root: str, answering: Answering) -> Response:
        try:
            inside = _result(OK) + await self._inside(request, answering)
        except ServiceRefusedError as exc:
            inside = _result(exc.code)
        except (OrderRefusedError, WalletError) as exc:
            refused = await self._edge.refused(request, exc)
            inside = _result(_code_of(exc, refused))
        xml = (
            f'<?xml version="1.0" encoding="utf-8"?><{root} xmlns="{NAMESPACE}">{inside}</{root}>'
        )
        return Response(xml, headers={"Cache-Control": "no-store"}, media_type="text/xml")

    async def _inside(self, request: Request, answering: Answering) -> str:
        call = await self._edge.call_of(request)
        if call.merchant.state is MerchantState.DISABLED:
            raise ServiceRefusedError(NO_SHOP)
        named = wanted(request, call.fields["Language"])
        language = next((each for each in named if each in NAMES), "en")
        return await answering(call, NAMES[language])

    async def _state(self, call: Call, name: str) -> str:
        is_test = _is_test(call)
        await self._edge.per_key.take(call.merchant.id)
        number = read_number(call.fields["InvId"])
        if number is None:
            raise ServiceRefusedError(NO_OPERATION)
        reference = reference_of(number, is_test=is_test)
        invoice = await self._edge.invoices.with_reference(
            merchant=call.merchant, reference=reference
        )
        return _operation(invoice, self._edge.now(), name)

    async def _currencies(self, call: Call, name: str) -> str:
        least, most = (
            sum_text(Money(minor, call.merchant.currency), is_test=True)
            for minor in (1, AMOUNT_MINOR_MAX)
        )
        currency = attributes(
            Label=INC_CURR_LABEL,
            Alias=PAYMENT_METHOD,
            Name=name,
            MinValue=least,
            MaxValue=most,
        )
        group = attributes(Code="EMoney", Description=name)
        return f"<Groups><Group{group}><Items><Currency{currency}/></Items></Group></Groups>"

    async def _methods(self, call: Call, name: str) -> str:  # noqa: ARG002  # as the others
        method = attributes(Code=PAYMENT_METHOD, Description=name)
        return f"<Methods><Method{method}/></Methods>"

    async def _out_sum(self, call: Call, name: str) -> str:  # noqa: ARG002  # as the others
        fields = call.fields
        base = joined((fields["MerchantLogin"], fields["IncSum"], call.passwords.first))
        if not is_signed(base, fields["SignatureValue"], call.shop.algorithm):
            raise OrderRefusedError(GUESS)
        await self._edge.per_key.take(call.merchant.id)
        amount = read_sum(fields["IncSum"], call.merchant.currency)
        return element("OutSum", sum_text(amount, is_test=True))


def _is_test(call: Call) -> bool:
    """By which of the second passwords it is signed.

    Raises:
        OrderRefusedError: By neither.
    """
    fields, passwords = call.fields, call.passwords
    for password, is_test in ((passwords.second, False), (passwords.test_second, True)):
        base = joined((fields["MerchantLogin"], fields["InvId"], password))
        if is_signed(base, fields["SignatureValue"], call.shop.algorithm):
            return is_test
    raise OrderRefusedError(GUESS)


def _operation(invoice: Invoice, now: datetime, method: str) -> str:
    """State, sums and the shop's own fields."""
    out_sum = sum_text(invoice.amount, is_test=invoice.is_test)
    key = invoice.payment or (invoice.id if invoice.is_test and invoice.paid_at else "")
    method_code = element("Code", PAYMENT_METHOD) + element("Description", method)
    own = "".join(
        f"<Field>{element('Name', name)}{element('Value', value)}</Field>"
        for name, value in invoice.content.get("shp", [])
    )
    return (
        f"<State>{element('Code', str(STATES[invoice.state]))}"
        f"{element('RequestDate', _moment(now))}"
        f"{element('StateDate', _moment(changed_at(invoice)))}</State>"
        f"<Info>{element('IncCurrLabel', INC_CURR_LABEL)}{element('IncSum', out_sum)}"
        f"{element('IncAccount', '')}<PaymentMethod>{method_code}</PaymentMethod>"
        f"{element('OutCurrLabel', invoice.amount.currency.code)}{element('OutSum', out_sum)}"
        f"{element('OpKey', key)}{element('BankCardRRN', '')}</Info>"
        f"<UserField>{own}</UserField>"
    )


def _result(code: int) -> str:
    inside = element("Code", str(code)) + element("Description", DESCRIPTIONS[code])
    return f"<Result>{inside}</Result>"


def _code_of(error: OrderRefusedError | WalletError, refused: OrderRefusedError) -> int:
    if isinstance(error, ShopUnknownError):
        return NO_SHOP
    if isinstance(error, InvoiceNotFoundError):
        return NO_OPERATION
    return BAD_SIGNATURE if refused.number == GUESS else INTERNAL


def _moment(at: datetime) -> str:
    """Moscow's time with seven digits of a second, as .NET writes it."""
    local = at.astimezone(MOSCOW)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond:06d}0+03:00"
