"""What comes with a request: the invoice, the browser's secret, and whether a form is ours.

A browser holds one secret in a cookie that no script sees and no other site's form brings
along.  Each form carries a keyed hash of it and of the invoice, so a form that somebody else
wrote is refused however it was sent.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from gateway.pay_urls import Links, id_of

FIELDS_MAX = 40
TEXT_MAX = 2000
SOURCES = frozenset({"qw", "card"})
_NAMES = {
    "invoice_uid": "invoice_uid",
    "invoiceUid": "invoice_uid",
    "lang": "lang",
    "successUrl": "successUrl",
    "success_url": "successUrl",
    "failUrl": "failUrl",
    "fail_url": "failUrl",
    "paySource": "paySource",
    "pay_source": "paySource",
    "allowedPaySources": "allowedPaySources",
}
"""Of the address: each name that shops write, and the one it has from here on."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class FormRefusedError(Exception):
    """Not a form of ours, or its browser has lost its secret.

    Not a `WalletError`: it says nothing of the wallet.
    """


@dataclass(frozen=True, slots=True)
class Cookie:
    """Where a browser keeps its secret."""

    name: str
    is_secure: bool

    @classmethod
    def of(cls, links: Links) -> "Cookie":
        """As the pages' own address allows it: a `__Host-` cookie can be set by us alone."""
        is_secure = links.pages.startswith("https://")
        return cls("__Host-purser" if is_secure else "purser-checkout", is_secure)

    def read(self, request: Request) -> str | None:
        """The browser's secret, if it has one."""
        held = request.cookies.get(self.name, "")
        return held if _SECRET.fullmatch(held) else None

    def give(self, response: Response, browser: str) -> None:
        """Have the browser keep its secret until it is closed."""
        response.set_cookie(
            self.name, browser, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )


def new_browser() -> str:
    """A secret that nobody can guess."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def kept(params: Mapping[str, str]) -> dict[str, str]:
    """The parameters that this page's forms and links carry on."""
    found: dict[str, str] = {}
    for name, value in params.items():
        known = _NAMES.get(name)
        if known is not None and value and len(value) <= TEXT_MAX:
            found.setdefault(known, value)
    if not _LANGUAGE.fullmatch(found.get("lang", "xx")):
        del found["lang"]
    return found


def invoice_of(params: Mapping[str, str]) -> str | None:
    """The invoice that the parameters name, or None."""
    return id_of(params.get("invoice_uid", ""))


def sources_of(params: Mapping[str, str], content: Mapping[str, object]) -> frozenset[str]:
    """What the shop wants it paid with: the wallet's number, its card; both if it says neither."""
    fields = content.get("custom_fields")
    named = fields.get("paySourcesFilter") if isinstance(fields, dict) else None
    wanted = params.get("allowedPaySources") or (named if isinstance(named, str) else "")
    return (SOURCES & {each.strip() for each in wanted.split(",")}) or SOURCES


async def fields_of(request: Request) -> dict[str, str]:
    """A form's fields, if the form can be ours.

    Raises:
        FormRefusedError: Another site sent it, or it is none.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormRefusedError
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise FormRefusedError
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        raise FormRefusedError from None
