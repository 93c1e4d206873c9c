"""Bills, refunds and refusals as QIWI's clients read them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from gateway.bills.amounts import written
from gateway.bills.times import millis, seconds
from gateway.pay_urls import Links
from services.invoices import Invoice, InvoiceState, changed_at
from services.key_pairs import FreshPair
from services.merchants import Merchant
from services.money import Money
from services.refunds import Refund

SERVICE = "invoicing-api"
STATUSES: Mapping[InvoiceState, str] = {
    InvoiceState.WAITING: "WAITING",
    InvoiceState.AUTHORISED: "WAITING",
    InvoiceState.PAID: "PAID",
    InvoiceState.REFUNDED_IN_PART: "PAID",
    InvoiceState.REFUNDED: "PAID",
    InvoiceState.REJECTED: "REJECTED",
    InvoiceState.EXPIRED: "EXPIRED",
}
"""A bill that was given back stays paid: its refunds say the rest."""


def bill_facts(invoice: Invoice, merchant: Merchant, links: Links) -> dict[str, Any]:
    """A bill; what was not sent with it is left out, for some clients stumble over it."""
    content = invoice.content
    facts: dict[str, Any] = {
        "siteId": merchant.site_id,
        "billId": invoice.reference,
        "amount": amount_facts(invoice.amount),
        "status": {
            "value": STATUSES[invoice.state],
            "changedDateTime": millis(changed_at(invoice)),
        },
    }
    if content.get("customer"):
        facts["customer"] = content["customer"]
    if "custom_fields" in content:
        facts["customFields"] = content["custom_fields"]
    if "comment" in content:
        facts["comment"] = content["comment"]
    facts["creationDateTime"] = millis(invoice.created_at)
    facts["expirationDateTime"] = seconds(invoice.expires_at)
    facts["payUrl"] = links.page(invoice.id)
    return facts


def amount_facts(amount: Money) -> dict[str, str]:
    """An amount: text with its two decimals, which is what is signed."""
    return {"currency": amount.currency.code, "value": written(amount)}


def refund_facts(refund: Refund, *, is_full: bool) -> dict[str, Any]:
    """A refund; half of the clients read `dateTime`, the others `datetime`."""
    at = millis(refund.created_at)
    return {
        "amount": amount_facts(refund.amount),
        "datetime": at,
        "dateTime": at,
        "refundId": refund.reference,
        "status": "FULL" if is_full else "PARTIAL",
    }


def pair_facts(fresh: FreshPair) -> dict[str, Any]:
    """Both forms in which QIWI answered a new key pair, in one."""
    public_key, secret_key = fresh.pair.public_key, fresh.secret_key
    return {
        "PublicKey": public_key,
        "SecretKey": secret_key,
        "result": {"publicKey": public_key, "secretKey": secret_key},
    }


def error_facts(
    code: str, says: str, at: datetime, request_id: str, cause: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A refusal: all keys are there, and all but `cause` are text."""
    facts: dict[str, Any] = {
        "serviceName": SERVICE,
        "errorCode": code,
        "description": says,
        "userMessage": says,
        "dateTime": millis(at),
        "traceId": request_id,
    }
    return facts | ({"cause": {name: [why] for name, why in cause.items()}} if cause else {})


def json_response(
    facts: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """*facts* as JSON, kept by nobody on the way."""
    body = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    kept = {"Cache-Control": "no-store"} | dict(headers or {})
    return Response(body, status, kept, "application/json")
