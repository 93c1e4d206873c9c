"""A browser without JavaScript, for scripts: it opens pages, fills in forms and follows links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp

from sandbox.client import NothingHappenedError

_TEXT_TAGS = frozenset({"script", "style", "svg"})


@dataclass(slots=True)
class Form:
    """A form of a page, with what is filled in already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By their `data-test` name: what pressing them sends."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser shows."""

    url: str
    status: int
    html: str
    text: str
    forms: list[Form]
    links: dict[str, str]
    """By their `data-test` name."""


class Browser:
    """One window, with its cookies."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self.page = Page("about:blank", 0, "", "", [], {})

    async def __aenter__(self) -> Self:
        jar = aiohttp.CookieJar(unsafe=True)  # the sandbox's address is a number
        self._session = aiohttp.ClientSession(cookie_jar=jar)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def open(self, url: str) -> Page:
        """Go to *url*, wherever it sends."""
        return await self._go("GET", url)

    async def submit(self, action: str, **filled: str) -> Page:
        """Fill in the page's form that goes to *action* and send it.

        Raises:
            NothingHappenedError: The page has no such form.
        """
        form = next((each for each in self.page.forms if each.action.endswith(action)), None)
        if form is None:
            raise NothingHappenedError(f"no form to {action} on {self.page.url}: {self.page.text}")
        return await self._go(form.method, form.action, form.fields | filled)

    async def follow(self, name: str) -> Page:
        """Press the link, or the only button of a form, of that `data-test` name.

        Raises:
            NothingHappenedError: The page has none such.
        """
        if name in self.page.links:
            return await self.open(self.page.links[name])
        for form in self.page.forms:
            if name in form.buttons:
                key, value = form.buttons[name]
                pressed = {key: value} if key else {}
                return await self._go(form.method, form.action, form.fields | pressed)
        raise NothingHappenedError(f"no {name} on {self.page.url}: {self.page.text}")

    async def _go(self, method: str, url: str, fields: dict[str, str] | None = None) -> Page:
        if self._session is None:
            raise RuntimeError("use it as: async with Browser() as browser")
        content = {"data" if method == "POST" else "params": fields}
        async with self._session.request(method, url, **content) as answer:  # type: ignore[arg-type]
            html = await answer.text()
            address, status = str(answer.url), answer.status
        reader = _Reader(address)
        reader.feed(html)
        text = " ".join(" ".join(reader.words).split())
        self.page = Page(address, status, html, text, reader.forms, reader.links)
        return self.page


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._hidden = 0
        self._form: Form | None = None
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._hidden += tag in _TEXT_TAGS
        if tag == "form":
            action = urljoin(self._address, given.get("action", ""))
            self._form = Form(action, given.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag == "a" and "data-test" in given:
            self.links[given["data-test"]] = urljoin(self._address, given.get("href", ""))
        elif self._form is not None and tag in ("input", "button"):
            self._take(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _TEXT_TAGS
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @staticmethod
    def _take(form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button":
            form.buttons[given.get("data-test", name)] = (name, value)
        elif given.get("type") not in ("radio", "checkbox") or "checked" in given:
            form.fields[name] = value
