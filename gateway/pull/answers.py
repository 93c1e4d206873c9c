"""What the pull interface answers: codes and objects, as JSON or XML."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from gateway.bills.amounts import written
from services.invoices import Invoice, InvoiceState
from services.refunds import Refund

STATUSES: Mapping[InvoiceState, str] = {
    InvoiceState.WAITING: "waiting",
    InvoiceState.AUTHORISED: "waiting",
    InvoiceState.PAID: "paid",
    InvoiceState.REFUNDED_IN_PART: "paid",
    InvoiceState.REFUNDED: "paid",
    InvoiceState.REJECTED: "rejected",
    InvoiceState.EXPIRED: "expired",
}
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = ("text/json", "application/json", "text/xml", "application/xml")


def bill_facts(invoice: Invoice) -> dict[str, Any]:
    """A bill."""
    return {
        "bill_id": invoice.reference,
        "amount": written(invoice.amount),
        "ccy": invoice.amount.currency.code,
        "status": STATUSES[invoice.state],
        "error": 0,
        "user": f"tel:{invoice.phone}" if invoice.phone else "",
        "comment": invoice.content.get("comment", invoice.description),
    }


def refund_facts(refund: Refund) -> dict[str, Any]:
    """A refund: the wallet pays it at once."""
    return {
        "refund_id": refund.reference,
        "amount": written(refund.amount),
        "status": "success",
        "error": 0,
    }


def answer(
    request: Request,
    code: int,
    facts: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A result with *facts*, as the request's Accept wishes; JSON where it wishes nothing."""
    content = {"result_code": code, **facts}
    kind = _kind(request.headers.get("accept", ""))
    if kind.endswith("xml"):
        text = f'<?xml version="1.0" encoding="UTF-8"?><response>{_xml(content)}</response>'
    else:
        text = json.dumps({"response": content}, ensure_ascii=False)
    kept = {"Cache-Control": "no-store"} | dict(headers or {})
    return Response(text.encode("utf-8", "replace"), status, kept, f"{kind}; charset=utf-8")


def _kind(accepted: str) -> str:
    found = (each for each in _TYPES if each in accepted.lower())
    return next(found, _TYPES[0])


def _xml(facts: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_xml(each) if isinstance(each, Mapping) else _clean(each)}</{name}>"
        for name, each in facts.items()
    )


def _clean(value: object) -> str:
    return escape(_NOT_XML.sub("", str(value)))
