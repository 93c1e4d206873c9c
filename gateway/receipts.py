"""The public page that checks a receipt by its code.

It tells a stranger no more than the paper in his hand does, and what became of the payment
since.  Codes cannot be guessed (sixty bits) nor listed, and every look takes a permit before
anything is looked up, so that trying is slow too.
"""

import base64
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from html import escape
from typing import Any, Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.addresses import address_of
from gateway.languages import LANGUAGE, wanted
from gateway.limits import Buckets, TooManyRequestsError
from gateway.routes import Route
from services.rate_limits import Rate
from services.receipts import Checked, ReceiptNotFoundError, Receipts

LOOKS = Rate(30, timedelta(seconds=2))
"""From one address: a page of receipts at once, and then one every two seconds."""

TYPED_MAX = 64

_STYLE = """
:root{color-scheme:light dark;--ink:#17212b;--quiet:#5d6b78;--card:#f3f6f8;--page:#fff;
--good:#12715b;--bad:#a3342c}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--quiet:#9aa7b3;--card:#1d2731;
--page:#121920;--good:#4cc3a0;--bad:#f08a80}}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.45 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.35rem;margin:.2rem 0 .6rem}
h1.genuine{color:var(--good)}h1.missing,h1.busy{color:var(--bad)}
p,dt{color:var(--quiet)}
dl{background:var(--card);border-radius:.7rem;padding:.4rem 1rem;margin:1.2rem 0}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.4rem 0}
dd{margin:0;text-align:end;overflow-wrap:anywhere}dd.strong{font-weight:700}
form{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1.5rem}
label{flex-basis:100%;color:var(--quiet);font-size:.9rem}
input{flex:1;min-width:12rem}
input,button{font:inherit;padding:.55rem .8rem;border-radius:.5rem;border:1px solid var(--quiet);
background:var(--page);color:var(--ink)}
button{background:var(--good);border-color:var(--good);color:var(--page);font-weight:600}
"""
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Vary": "Accept-Language",
}
"""No script at all, nothing from elsewhere, in no search engine."""


class Words(Protocol):
    """Says what the page says: see `bot/documents/pages.py`."""

    def __call__(
        self, wanted: Sequence[str], state: str, checked: Checked | None = None
    ) -> dict[str, Any]:
        """Heading, explanation and lines, in the first of the *wanted* languages it speaks."""


class ReceiptPage:
    """The page and its form."""

    def __init__(self, *, receipts: Receipts, words: Words, looks: Buckets) -> None:
        self._receipts = receipts
        self._words = words
        self._looks = looks

    async def ask(self, request: Request) -> Response:
        """`GET /receipt`: the form, and the way from it to the code's own address."""
        typed = request.query_params.get("code", "").strip()
        if typed:
            to = f"/receipt/{quote(typed[:TYPED_MAX], safe='')}"
            lang = request.query_params.get("lang", "")
            to += f"?lang={lang}" if LANGUAGE.fullmatch(lang) else ""
            return RedirectResponse(to, 303, HEADERS)
        return self._page(request, 200, "ask")

    async def show(self, request: Request) -> Response:
        """`GET /receipt/{code}`: whether there is such a receipt, and what it says."""
        try:
            await self._looks.take(address_of(request))
        except TooManyRequestsError as exc:
            return self._page(request, 429, "busy", headers={"Retry-After": str(exc.retry_after)})
        try:
            checked = await self._receipts.check(code=request.path_params["code"])
        except ReceiptNotFoundError:
            return self._page(request, 404, "missing")
        return self._page(request, 200, "genuine", checked)

    def _page(
        self,
        request: Request,
        status: int,
        state: str,
        checked: Checked | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        said = self._words(wanted(request), state, checked)
        named = request.query_params.get("lang", "")
        kept = named if LANGUAGE.fullmatch(named) else ""
        html = _html(said, state, kept)
        return Response(html, status, HEADERS | (headers or {}), "text/html")


def routes(page: ReceiptPage) -> list[Route]:
    """The page and its form."""
    return [
        Route("/receipt", page.ask, methods=["GET"]),
        Route("/receipt/{code}", page.show, methods=["GET"]),
    ]


def _html(said: dict[str, Any], state: str, language: str) -> str:
    lines = "".join(
        f"<div><dt>{escape(label)}</dt>"
        f"<dd{' class=strong' if is_strong else ''}><bdi>{escape(value)}</bdi></dd></div>"
        for label, value, is_strong in said["lines"]
    )
    facts = f"<dl>{lines}</dl>" if lines else ""
    kept = f"<input type=hidden name=lang value={language}>" if language else ""
    return (
        f'<!doctype html><html lang="{said["language"]}" dir="{said["direction"]}"><head>'
        '<meta charset="utf-8"><meta name="robots" content="noindex,nofollow">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(said['title'])}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1 class="{state}">{escape(said["heading"])}</h1>'
        f"<p>{escape(said['explain'])}</p>{facts}"
        f'<form action="/receipt"><label for="code">{escape(said["ask"])}</label>{kept}'
        f'<input id="code" name="code" maxlength="{TYPED_MAX}" autocomplete="off" required>'
        f"<button>{escape(said['look'])}</button></form></main></body></html>"
    )
