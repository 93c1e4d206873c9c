"""The frame around every page that a payer sees: headers, style, direction, title.

Nothing in it comes from elsewhere and nothing is sent elsewhere.  Words and values are
escaped here, at the last step; what is `Html` already is not escaped again.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Protocol

from starlette.responses import Response

from services.money import Money

STATIC = Path(__file__).parent / "static"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action {actions}; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Vary": "Accept-Language, Cookie",
}
"""Another site is told no address of ours.  `no-referrer` would also hide from ourselves
where a form was sent from."""


def _newest(name: str) -> str:
    """The address of a file: another one when the file is another, so it is kept for ever."""
    return f"/form/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


STYLE_PATH, SCRIPT_PATH = _newest("style.css"), _newest("live.js")


class Html(str):
    """HTML that is ready to be shown: not escaped again."""

    __slots__ = ()


class Words(Protocol):
    """The sentences of one language, as `bot/page_texts.py` has them."""

    @property
    def language(self) -> str: ...

    def plain(self, key: str, **values: object) -> str:
        """The sentence *key* without markup."""

    def money(self, amount: Money) -> str:
        """*amount* as this language writes it."""

    def decimal(self, text: str) -> str:
        """A decimal text, such as a rate, as this language writes it."""

    def zone(self, at: datetime) -> str:
        """The zone that times are shown in, as it is called at *at*."""

    def has(self, key: str) -> bool:
        """Whether there is a sentence *key*."""


class Speaks(Protocol):
    """The words of the first language of those wanted that is spoken."""

    @property
    def languages(self) -> Sequence[str]:
        """All that are spoken."""

    def __call__(self, wanted: Sequence[str]) -> Words:
        """The first of *wanted* that is spoken, or English."""


def html(text: str) -> Html:
    """*text* as HTML, unless it is already."""
    return text if isinstance(text, Html) else Html(escape(text))


def page(
    language: str,
    title: str,
    body: Html,
    *,
    status: int = 200,
    refresh_seconds: int = 0,
    posts_to: str | None = None,
    has_script: bool = False,
) -> Response:
    """A whole page; *posts_to* is another origin that a form of it is sent to.

    A browser without JavaScript asks again after *refresh_seconds*; 0 is never.
    """
    refresh = (
        f'<noscript><meta http-equiv="refresh" content="{refresh_seconds}"></noscript>'
        if refresh_seconds
        else ""
    )
    script = f'<script src="{SCRIPT_PATH}" defer></script>' if has_script else ""
    text = (
        f'<!doctype html><html lang="{html(language)}" dir="{direction(language)}"><head>'
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="robots" content="noindex,nofollow">{refresh}<title>{html(title)}</title>'
        f'<link rel="stylesheet" href="{STYLE_PATH}">{script}</head>'
        f"<body><main>{body}</main></body></html>"
    )
    actions = "'self'" if posts_to is None else f"'self' {posts_to}"
    policy = {"Content-Security-Policy": _POLICY.format(actions=actions)}
    return Response(text, status, HEADERS | policy, "text/html")


def problem_page(language: str, title: str, explain: str, status: int) -> Response:
    """A page that says what is wrong, and what to do about it, in plain text."""
    body = Html(f'<h1>{html(title)}</h1><p role="alert">{html(explain)}</p>')
    return page(language, title, body, status=status)


def direction(language: str) -> str:
    """How the language is written: `rtl` or `ltr`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
