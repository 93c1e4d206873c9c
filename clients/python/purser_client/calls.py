"""One request to the wallet: sent, repeated where that is safe, and read."""

import http.client
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from purser_client.errors import ProblemError, UnreachableError

PREFIX = "/api/v1"
PAUSE_SECONDS = 0.5
"""Before the second try; twice as long before each further one."""

WAIT_SECONDS_MAX = 30
"""Of what a wallet that is asked too often may demand; more is given back as the refusal."""

_AGAIN = frozenset({502, 503, 504})


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Where the wallet is, the shop knows: its key goes nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Calls:
    """Sends requests with a shop's key."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout_seconds: float,
        tries: int,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"no address of a wallet: {url}")
        self._url = url.rstrip("/")
        self._key = key
        self._timeout_seconds = timeout_seconds
        self._tries = tries
        self._pause = pause
        self._opener = urllib.request.build_opener(_NoRedirects)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        may_repeat: bool = True,
        accepts: str = "application/json",
    ) -> Any:
        """The answer's JSON, or its text where it is none.

        Raises:
            ProblemError: The wallet refuses.
            UnreachableError: It did not answer, at the last try neither.
        """
        wanted = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        url = f"{self._url}{PREFIX}{path}" + (f"?{urlencode(wanted)}" if wanted else "")
        headers = {"Authorization": f"Bearer {self._key}", "Accept": accepts}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        if key is not None:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(url, content, headers, method=method)  # noqa: S310  # see __init__
        return self._answer(request, self._tries if may_repeat else 1)

    def _answer(self, request: urllib.request.Request, tries: int) -> Any:
        for number in range(1, tries + 1):
            pause = PAUSE_SECONDS * 2 ** (number - 1)
            try:
                return self._once(request)
            except ProblemError as exc:
                wait = _wait_seconds(exc, pause)
                if wait is None or number == tries:
                    raise
            except (OSError, http.client.HTTPException) as exc:
                if number == tries:
                    reason = exc.reason if isinstance(exc, URLError) else exc
                    raise UnreachableError(f"{type(exc).__name__}: {reason}") from exc
                wait = pause
            self._pause(wait)
        raise ValueError("tries must be at least 1")

    def _once(self, request: urllib.request.Request) -> Any:
        try:
            with self._opener.open(request, timeout=self._timeout_seconds) as answer:
                content, kind = answer.read(), answer.headers.get_content_type()
        except HTTPError as exc:
            with exc:
                raise ProblemError(exc.code, _problem(exc)) from None
        return json.loads(content) if kind == "application/json" else content.decode()


def _problem(error: HTTPError) -> dict[str, Any]:
    """What the refusal says; a proxy's says nothing."""
    try:
        problem = json.loads(error.read())
    except ValueError:
        problem = None
    facts = problem if isinstance(problem, dict) else {}
    return facts | {"retry_after": error.headers.get("Retry-After")}


def _wait_seconds(problem: ProblemError, pause: float) -> float | None:
    """How long to wait before the next try; None where it would not help."""
    if problem.status in _AGAIN:
        return pause
    if problem.status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    named = problem.values["retry_after"] or ""
    seconds = int(named) if named.isdecimal() else pause
    return seconds if seconds <= WAIT_SECONDS_MAX else None
