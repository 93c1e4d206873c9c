"""OSMP as a client: the wallet asks a provider's billing system to check and to pay.

HTTPS GET or POST, an XML answer within a minute.  A provider keys on `txn_id` and has no
reversal, so only what certainly was not credited is said to be so.

Source: the QIWI (OSMP) provider protocol, https://developer.qiwi.com/ru/qd-qiwi-provider-protocol/
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from pydantic import Field, ValidationInfo, field_validator
from yarl import URL

from gateway.providers.kinds import Settings
from gateway.providers.osmp_answers import CODES, read
from gateway.targets import malformed, may_be_public
from services.connections import Answer, Asked, Connection, Outcome
from services.money import Money, plain

logger = structlog.get_logger(__name__)

ACCOUNT_LENGTH_MAX = 200
ANSWER_BYTES_MAX = 64 * 1024
CONNECT_SECONDS_MAX = 10
PAY_SECONDS = 50
"""The protocol gives a minute; a handler of waiting work has one for all that it does."""
PAY_SECONDS_MAX = 55
CHECK_SECONDS = 20
"""A person waits for it in the chat."""

_ANSWERED = range(200, 300)
_MOVED = range(300, 400)
_NOT_TAKEN = {401: "login_refused", 407: "login_refused", 429: "too_many_requests"}
"""Said before anything is done.  Not 403 nor 404: some front ends put them on the way back."""

_FORM = "application/x-www-form-urlencoded"


class OsmpSettings(Settings):
    """`connection = { kind = "osmp", url = "https://…" }` and what else a provider needs."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    login: str = ""
    """Of HTTP Basic authentication; empty where there is none."""
    password_file: str = Field("", validate_default=True)
    """Where its password is: never in the catalogue itself."""
    charset: Literal["utf-8", "windows-1251"] = "utf-8"
    """In which the request is written."""
    pay_seconds: int = Field(PAY_SECONDS, ge=1, le=PAY_SECONDS_MAX)
    check_seconds: int = Field(CHECK_SECONDS, ge=1, le=PAY_SECONDS_MAX)
    parameters: dict[str, str] = Field(default_factory=dict)
    """Sent with every request as they are, such as `prv_id`."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Account fields that are sent too: parameter = field, such as `data1 = "meter"`."""
    payee: tuple[str, ...] = ("disp1", "name")
    """Fields of the answer that may hold the account owner's name."""
    codes: dict[str, str] = Field(default_factory=dict)
    """Result codes that mean something else here: `later`, `unknown`, or the name of a refusal."""

    @field_validator("url")
    @classmethod
    def _good_url(cls, value: str) -> str:
        problem = _problem_of(value)
        if problem:
            raise ValueError(problem)
        return value

    @field_validator("password_file")
    @classmethod
    def _whole_login(cls, value: str, info: ValidationInfo) -> str:
        if bool(value) != bool(info.data.get("login")):
            raise ValueError("login and password_file belong together")
        return value

    @field_validator("codes")
    @classmethod
    def _good_codes(cls, value: dict[str, str]) -> dict[str, str]:
        for code, meaning in value.items():
            if not code.isascii() or not code.isdigit() or int(code) == 0:
                raise ValueError(f"{code!r} is no code of a refusal")
            if not meaning.isidentifier() or meaning in (Outcome.DONE, Outcome.REFUSED):
                raise ValueError(f"{code}: `later`, `unknown`, or the name of a refusal")
        return value

    def connect(self, session: aiohttp.ClientSession) -> Connection:
        password = Path(self.password_file).read_text("utf-8").strip() if self.login else ""
        return Osmp(session=session, settings=self, password=password)


class Osmp:
    """The line to one provider."""

    def __init__(
        self, *, session: aiohttp.ClientSession, settings: OsmpSettings, password: str = ""
    ) -> None:
        self._session = session
        self._settings = settings
        self._codes = dict(CODES) | _overrides(settings.codes)
        self._headers = {}
        if settings.login:
            pair = f"{settings.login}:{password}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"

    async def check(self, asked: Asked) -> Answer:
        """Always with a sum: without one some billings refuse, and some say nothing."""
        return await self._ask(asked, {"command": "check"}, self._settings.check_seconds)

    async def pay(self, asked: Asked) -> Answer:
        at = asked.at.astimezone(ZoneInfo(self._settings.zone))
        start = {"command": "pay", "txn_date": f"{at:%Y%m%d%H%M%S}"}
        return await self._ask(asked, start, self._settings.pay_seconds)

    async def _ask(self, asked: Asked, start: dict[str, str], seconds: int) -> Answer:
        amount = with_point(asked.amount)
        sent = start | {"txn_id": str(asked.txn), "account": asked.account, "sum": amount}
        sent |= self._settings.parameters
        sent |= {name: asked.fields.get(of, "") for name, of in self._settings.fields.items()}
        try:
            form = urlencode(sent, encoding=self._settings.charset, errors="strict")
        except UnicodeEncodeError:
            form = ""
        if not form or len(asked.account) > ACCOUNT_LENGTH_MAX:
            return Answer(Outcome.REFUSED, "account_format")
        said = await self._request(form, seconds)
        if isinstance(said, Answer):
            return said
        return read(
            said,
            txn=asked.txn,
            amount=amount,
            codes=self._codes,
            payee=self._settings.payee,
        )

    async def _request(self, form: str, seconds: int) -> bytes | Answer:
        """The body of the answer, or what became of the request instead."""
        timeout = aiohttp.ClientTimeout(
            total=seconds, connect=min(CONNECT_SECONDS_MAX, seconds / 2)
        )
        url, data, headers = self._settings.url, None, self._headers
        if self._settings.method == "GET":
            url = f"{url}{'&' if '?' in url else '?'}{form}"
        else:
            content = f"{_FORM}; charset={self._settings.charset}"
            data, headers = form.encode(), headers | {"Content-Type": content}
        try:
            async with self._session.request(
                self._settings.method,
                URL(url, encoded=True),
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                return await self._answered(answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Answer(Outcome.LATER, "unreachable")
        except TimeoutError:
            return Answer(Outcome.UNKNOWN, "timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer(Outcome.UNKNOWN, "cut_off")

    async def _answered(self, answer: aiohttp.ClientResponse) -> bytes | Answer:
        status = answer.status
        if status in _NOT_TAKEN:
            logger.error("provider takes no request", host=answer.url.host, status=status)
            return Answer(Outcome.LATER, _NOT_TAKEN[status], code=f"HTTP {status}")
        if status in _MOVED:
            return Answer(Outcome.UNKNOWN, "redirected", code=f"HTTP {status}")
        if status not in _ANSWERED:
            return Answer(Outcome.UNKNOWN, "http_error", code=f"HTTP {status}")
        body = b""
        while part := await answer.content.read(ANSWER_BYTES_MAX + 1):
            body += part
            if len(body) > ANSWER_BYTES_MAX:
                answer.close()
                return Answer(Outcome.UNKNOWN, "too_long")
        return body


def with_point(amount: Money) -> str:
    """As OSMP writes a sum: a point and two decimals, more only where the currency has more."""
    text = plain(amount)
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _overrides(codes: Mapping[str, str]) -> dict[int, tuple[Outcome, str]]:
    meanings = {"later": (Outcome.LATER, "busy"), "unknown": (Outcome.UNKNOWN, "unknown_code")}
    return {
        int(code): meanings.get(meaning, (Outcome.REFUSED, meaning))
        for code, meaning in codes.items()
    }


def _problem_of(url: str) -> str | None:
    """Why requests cannot go there; the operator's own network is nobody else's business."""
    problem = malformed(url)
    if problem is not None:
        return problem
    parts = URL(url)
    if parts.scheme == "http" and may_be_public(parts.host or ""):
        return "https is needed where the host is not of the own network"
    return None
