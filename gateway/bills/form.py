"""`/create`: a bill without the API, from a link or a form with the shop's public key."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from gateway.bills.amounts import AmountMissingError, rounded_down
from gateway.bills.pages import TROUBLES, LinkedBills
from gateway.bills.reading import COMMENT_LENGTH_MAX, INTERFACE, VALUE_LENGTH_MAX, check_id, shown
from gateway.bills.refusals import invalid
from gateway.bills.times import clipped, parse_time
from gateway.form_fields import form_fields
from gateway.routes import Route
from services.clock import Clock
from services.invoices import Wish
from services.key_pairs import KeyPairs
from services.merchants import Merchant
from services.return_addresses import URL_LENGTH_MAX

KEY_LENGTH_MAX = 200
CUSTOM_FIELDS_MAX = 20
_CUSTOM = re.compile(r"customFields\[([^\[\]]{1,64})\]")
_CUSTOMER = ("phone", "email", "account")


class BillForm:
    """The page behind `/create`."""

    def __init__(self, *, linked: LinkedBills, key_pairs: KeyPairs, now: Clock) -> None:
        self._linked = linked
        self._key_pairs = key_pairs
        self._now = now

    async def open(self, request: Request) -> Response:
        """Make the bill and lead to its page; again, with the same billId, to the same one."""
        fields: dict[str, str] = {}
        try:
            fields = await form_fields(request)
            public_key = fields.get("publicKey", "")[:KEY_LENGTH_MAX]
            merchant = await self._key_pairs.by_public_key(public_key=public_key)
            wish = read_link(fields, merchant, self._now())
            invoice = await self._linked.issue(request, merchant, wish)
        except AmountMissingError:
            return self._linked.ask_amount(request, fields)
        except TROUBLES as exc:
            return self._linked.trouble(request, exc)
        return self._linked.to_page(invoice.id)


def read_link(fields: Mapping[str, str], merchant: Merchant, at: datetime) -> Wish:
    """The bill that a link asks for, in the shop's own currency.

    `lifetime` is UTC where it names no zone: so clients write it.  The bill may send the
    payer back to `successUrl` only if the page finds that the shop has registered it.

    Raises:
        BillRefusedError, NotReadError, WalletError: It is not one, and why.
    """
    bill_id = fields.get("billId") or str(uuid4())
    check_id("billId", bill_id)
    amount = rounded_down(fields.get("amount"), merchant.currency)
    lifetime, comment = fields.get("lifetime", ""), fields.get("comment", "")
    if len(comment) > COMMENT_LENGTH_MAX:
        raise invalid("comment", "a text of up to 255 characters is possible")
    return Wish(
        amount,
        shown(comment),
        phone=fields.get("phone", "").strip() or None,
        reference=bill_id,
        expires_at=clipped(parse_time(lifetime, UTC) if lifetime else None, at),
        interface=INTERFACE,
        content=_content(fields, comment),
    )


def routes(form: BillForm) -> list[Route]:
    """`GET` and `POST /create`."""
    return [Route("/create", form.open, methods=["GET", "POST"])]


def _content(fields: Mapping[str, str], comment: str) -> dict[str, Any]:
    customer = {name: fields[name] for name in _CUSTOMER if fields.get(name)}
    named = ((_CUSTOM.fullmatch(name), text) for name, text in fields.items())
    custom = [(match[1], text) for match, text in named if match is not None]
    texts = [*customer.values(), *(text for _, text in custom)]
    if len(custom) > CUSTOM_FIELDS_MAX or any(len(each) > VALUE_LENGTH_MAX for each in texts):
        raise invalid("customFields", "too many, or longer than 255 characters")
    success_url = fields.get("successUrl", "")[:URL_LENGTH_MAX]
    parts = {
        "comment": comment,
        "customer": customer,
        "custom_fields": dict(custom),
        "success_url": success_url,
    }
    return {name: part for name, part in parts.items() if part}
