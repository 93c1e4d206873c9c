"""The way back to the shop: an address that it has registered, or its signed form."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from gateway.robokassa.returns import return_form
from services.checkout_life import Look
from services.return_addresses import origin_of
from services.robokassa_shops import RobokassaShops

_SUCCESS = ("paid", "authorised", "refunded", "refunded_in_part")
_SIGNED_INTERFACE = "robokassa"
_ORDER_INTERFACE = "pull"
"""Whose shops are told the order's number in the address."""


@dataclass(frozen=True, slots=True)
class Return:
    """Where a payer goes back to."""

    url: str
    method: str = "GET"
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a policy names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class Returns:
    """Finds the way back of an invoice that has ended."""

    def __init__(self, *, robokassa: RobokassaShops) -> None:
        self._robokassa = robokassa

    async def of(self, look: Look) -> Return | None:
        """The shop's address for the state that the invoice is in; None where it has none."""
        if look.invoice.interface == _SIGNED_INTERFACE:
            return await self._signed(look)
        url = look.success_url if look.state in _SUCCESS else look.fail_url
        if url is None:
            return None
        invoice = look.invoice
        if invoice.interface == _ORDER_INTERFACE and invoice.reference is not None:
            url = _with(url, "order", invoice.reference)
        return Return(url)

    async def _signed(self, look: Look) -> Return | None:
        """The shop's settings, or what it signed with the order, with what it expects there."""
        found = await self._robokassa.of_merchant(merchant_id=look.merchant.id)
        form = None if found is None else return_form(*found, look.invoice)
        if form is None or origin_of(form.url) is None:
            return None
        if form.method == "GET":
            return Return(form.address)
        return Return(form.url, form.method, tuple(form.fields))


def _with(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = "&".join(each for each in (parts.query, urlencode({name: value})) if each)
    return urlunsplit(parts._replace(query=query))
