"""`/identification/email/{token}`: the page that a mailed link opens.

Mail scanners follow every link, so opening it confirms nothing and looks nothing up; the
page's button does.  The token is in the path of nobody's log and in no `Referer`.
"""

import re
from collections.abc import Callable
from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.errors import status_of
from gateway.limits import Buckets
from gateway.routes import Route
from services.emails import EmailLinkUnknownError, Emails
from services.errors import WalletError

Words = Callable[[str, str], dict[str, str]]
"""The sentences of a language whose keys start with a prefix."""

PREFIX = "email-page-"
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
}
"""No script at all, nothing sent elsewhere, framed by nobody."""

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PAGE = Template("""<!doctype html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="stylesheet" href="/identification/page.css">
</head>
<body>
<main data-test="$state">
  <h1>$title</h1>
  <p role="status">$text</p>
  $form
</main>
</body>
</html>
""")
_FORM = Template('<form method="post"><button type="submit">$button</button></form>')
_STYLE = """:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { max-width: 26rem; padding: 2rem 1.25rem; }
h1 { font-size: 1.4rem; margin: 0 0 .75rem; }
button { width: 100%; padding: .85rem; border: 0; border-radius: .75rem; font: inherit;
  font-weight: 600; color: #fff; background: #0f766e; cursor: pointer; }
button:focus-visible { outline: 3px solid #14b8a6; outline-offset: 2px; }
"""


class EmailPage:
    """The page and its button."""

    def __init__(self, *, emails: Emails, words: Words, failures: Buckets) -> None:
        self._emails = emails
        self._words = words
        self._failures = failures

    async def show(self, request: Request) -> Response:
        """`GET`: the same for every token, whether there is such a one or not."""
        words = self._words(_language(request), PREFIX)
        form = _FORM.substitute(button=escape(words[f"{PREFIX}button"]))
        return _page(request, words, "ask", form=form)

    async def confirm(self, request: Request) -> Response:
        """`POST`: the address is its reader's.

        Raises:
            TooManyRequestsError: From here links were guessed too often.
        """
        words = self._words(_language(request), PREFIX)
        try:
            await self._emails.confirm(token=request.path_params["token"])
        except EmailLinkUnknownError as exc:
            await self._failures.take(address_of(request))
            return _page(request, words, exc.code, 404)
        except WalletError as exc:
            return _page(request, words, exc.code, status_of(type(exc)))
        return _page(request, words, "done")


def routes(page: EmailPage) -> list[Route]:
    """The page, its button, and how it looks."""

    async def style(_: Request) -> Response:
        return Response(_STYLE, media_type="text/css")

    path = "/identification/email/{token}"
    return [
        Route("/identification/page.css", style, methods=["GET"]),
        Route(path, page.show, methods=["GET"]),
        Route(path, page.confirm, methods=["POST"]),
    ]


def _page(
    request: Request, words: dict[str, str], state: str, status: int = 200, form: str = ""
) -> Response:
    language = _language(request)
    known = f"{PREFIX}{state.replace('_', '-')}"
    text = words.get(known, words.get(f"{PREFIX}failed", ""))
    html = _PAGE.substitute(
        language=language,
        direction="rtl" if language in _RIGHT_TO_LEFT else "ltr",
        title=escape(words[f"{PREFIX}title"]),
        state=escape(state),
        text=escape(text),
        form=form,
    )
    return Response(html, status, PAGE_HEADERS, "text/html")


def _language(request: Request) -> str:
    """The one that the mail names, or else the browser's first."""
    named = request.query_params.get("lang") or request.headers.get("accept-language", "")
    found = _LANGUAGE.match(named.strip().lower())
    return found[0] if found else "en"
