"""Version 1 of the merchant API: every endpoint, and the document that describes them."""

from functools import cache
from typing import Any

from gateway.api import deliveries, documents, invoices, keys, links, money, refunds, shop
from gateway.api.endpoints import Endpoint

VERSION = "1"
TITLE = "Purser merchant API"
DESCRIPTION = """
Issue invoices to phone numbers or to whoever has the link, hear of their payment by a
signed webhook, take held money or release it, charge again who agreed to it, and give money
back.  See what the shop has, what it was told and what it answered; make and revoke keys.

Amounts are whole minor units with a currency; times are RFC 3339 in UTC.  Issuing and
refunding carry an `Idempotency-Key`: sent again, they get the first answer, to the byte.
All else may be repeated as it is, but for making a key and sending a test.  Refusals are
problem details (RFC 9457) with a stable `code`.
"""

ENDPOINTS: tuple[Endpoint, ...] = (
    *invoices.ENDPOINTS,
    *refunds.ENDPOINTS,
    *links.ENDPOINTS,
    *money.ENDPOINTS,
    *deliveries.ENDPOINTS,
    *keys.ENDPOINTS,
    *shop.ENDPOINTS,
)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made when it is first asked for."""
    return documents.document(
        ENDPOINTS, title=TITLE, version=VERSION, description=DESCRIPTION.strip()
    )
