"""Where a payer goes back to after an order, with what the shop expects there.

The addresses are the shop's settings or were signed by it with the order.  What is sent
there proves nothing of the payment: shops are told of it by ResultURL.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.robokassa.signatures import result_signature
from gateway.robokassa.values import sum_text
from services.invoices import Invoice, InvoiceState
from services.robokassa_shops import Passwords, RobokassaShop

CULTURE = "ru"
"""Where the order names none; some shops refuse a return without one."""

_RECEIVED = frozenset(
    {
        InvoiceState.AUTHORISED,
        InvoiceState.PAID,
        InvoiceState.REFUNDED_IN_PART,
        InvoiceState.REFUNDED,
    }
)


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """How a browser goes back to the shop."""

    url: str
    method: str
    """GET or POST."""
    fields: list[tuple[str, str]]

    @property
    def address(self) -> str:
        """The address of a GET, with the fields in it."""
        joint = "&" if "?" in self.url else "?"
        return f"{self.url}{joint}{urlencode(self.fields)}"


def return_form(shop: RobokassaShop, passwords: Passwords, invoice: Invoice) -> ReturnForm | None:
    """The way back to SuccessURL, or FailURL where it was not paid; None: the shop has none.

    An order's own address goes before the shop's setting.
    """
    is_received = invoice.state in _RECEIVED
    kind = "success" if is_received else "fail"
    content = invoice.content
    own = content.get(f"{kind}_url2")
    url = own or getattr(shop, f"{kind}_url")
    if not url:
        return None
    method = content.get(f"{kind}_method2", "GET") if own else getattr(shop, f"{kind}_method")
    shp = [(name, value) for name, value in content.get("shp", [])]
    out_sum = sum_text(invoice.amount, is_test=invoice.is_test)
    fields = [("OutSum", out_sum), ("InvId", content["inv_id"])]
    if is_received:
        password = passwords.test_first if invoice.is_test else passwords.first
        signature = result_signature(out_sum, content["inv_id"], password, shp, shop.algorithm)
        fields.append(("SignatureValue", signature))
    fields.append(("Culture", content.get("culture", CULTURE)))
    return ReturnForm(url, method, fields + shp)
