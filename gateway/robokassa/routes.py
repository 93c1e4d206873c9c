"""The addresses of the interface: found whatever the case of their letters."""

import re
from typing import Any

from gateway.robokassa.charges import Charges
from gateway.robokassa.edge import Robokassa
from gateway.robokassa.page import OrderPages
from gateway.robokassa.webservice import WebService
from gateway.routes import Route

SERVICE = "/Merchant/WebService/Service.asmx"


class AnyCaseRoute(Route):
    """A route whose path is taken in letters of either case, and with a slash at its end."""

    def __init__(self, path: str, endpoint: Any, *, methods: list[str]) -> None:
        super().__init__(path, endpoint, methods=methods)
        pattern = self.path_regex.pattern.removesuffix("$")
        self.path_regex = re.compile(f"{pattern}/?$", re.IGNORECASE)
        self.begins = "/"  # in whatever case the rest is


def routes(edge: Robokassa) -> list[Route]:
    """Payers' pages, shops' calls, and the web service."""
    pages, charges, service = OrderPages(edge), Charges(edge), WebService(edge)
    both, posted = ["GET", "POST"], ["POST"]
    return [
        AnyCaseRoute("/Merchant/Index.aspx", pages.index, methods=both),
        AnyCaseRoute("/Index.aspx", pages.index, methods=both),
        AnyCaseRoute("/Merchant/Indexjson.aspx", pages.index_json, methods=posted),
        AnyCaseRoute("/Merchant/Index/{id}", pages.show, methods=["GET"]),
        AnyCaseRoute("/Merchant/Payment/CoFPayment", pages.saved, methods=both),
        AnyCaseRoute("/Merchant/Payment/CreateV2", pages.split, methods=both),
        AnyCaseRoute("/Merchant/Payment/Confirm", charges.confirm, methods=posted),
        AnyCaseRoute("/Merchant/Payment/Cancel", charges.cancel, methods=posted),
        AnyCaseRoute("/Merchant/Recurring", charges.recurring, methods=posted),
        AnyCaseRoute(f"{SERVICE}/OpStateExt", service.state, methods=both),
        AnyCaseRoute(f"{SERVICE}/GetCurrencies", service.currencies, methods=both),
        AnyCaseRoute(f"{SERVICE}/GetPaymentMethods", service.methods, methods=both),
        AnyCaseRoute(f"{SERVICE}/CalcOutSumm", service.out_sum, methods=both),
    ]
