"""Sends a merchant one message within bounds, and notes what came of it.

The address is looked at anew at each attempt: as it is written, as it resolves and as it is
connected to.  Redirects are not followed: they could lead inside, and would carry the news
to somebody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

import aiohttp
from yarl import URL

from gateway.targets import WebhookUrlError, check_webhook_url, open_session
from services.clock import Clock
from services.deliveries import Deliveries, Delivery, Outcome, shown_answer, shown_url
from services.due import RETRY_FIRST, RETRY_MOST, GiveUpError, TryAgainError, Work
from services.merchants import MerchantNotFoundError

CONNECT_SECONDS_MAX = 5
TOTAL_SECONDS_MAX = 10
ANSWER_BYTES_MAX = 64 * 1024
GOOD = range(200, 300)

OpenSession = Callable[..., aiohttp.ClientSession]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop said."""

    status: int
    text: str
    retry_after: str | None = None


def any_success(answer: Answer) -> str | None:
    """Accepted is what has a status of 2xx, whatever it says."""
    return None if answer.status in GOOD else f"HTTP {answer.status}"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a shop."""

    url: str
    query: tuple[tuple[str, str], ...] = ()
    """Added to what the address has of its own."""
    body: bytes | None = None
    """None is a GET."""
    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: Callable[[Answer], str | None] = any_success
    """Why an answer is none that accepts it, or None; GiveUpError where nothing ever will."""
    secrets: tuple[str, ...] = ()
    """The shop's, which must not stay in what is kept of its answer."""


class Way(Protocol):
    """How the shops of one interface are told."""

    async def message(self, work: Work) -> Message | None:
        """What to send, the same at every attempt; None: the shop wants to hear nothing.

        Raises:
            GiveUpError: It can never be sent, and why.
        """


class Sending:
    """The one client of all ways."""

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        now: Clock,
        allow_private: bool = False,
        connect_seconds: float = CONNECT_SECONDS_MAX,
        total_seconds: float = TOTAL_SECONDS_MAX,
        open_session: OpenSession = open_session,
    ) -> None:
        self._deliveries = deliveries
        self._now = now
        self._allow_private = allow_private
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._open_session = open_session
        self._session: aiohttp.ClientSession | None = None

    async def send(self, work: Work, message: Message) -> None:
        """One attempt at a piece of due work, noted.

        Raises:
            TryAgainError: The shop did not take it now.
            GiveUpError: It never will, or its address is none to be called.
        """
        at = self._now()
        answer, failure = await self._attempt(message)
        await self._note(work, message, at, answer, failure)
        if failure is not None:
            raise failure

    async def try_out(self, work: Work, message: Message) -> Delivery:
        """One attempt that is never repeated, noted; what came of it."""
        at = self._now()
        answer, failure = await self._attempt(message)
        last = None if failure is None else GiveUpError(str(failure))
        return await self._note(work, message, at, answer, last)

    async def close(self) -> None:
        """Close what connections there are."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _attempt(
        self, message: Message
    ) -> tuple[Answer | None, TryAgainError | GiveUpError | None]:
        """What the shop said, if it said anything, and why that accepts nothing, if so."""
        answer = None
        try:
            answer = await self._answer(message)
            self._judge(message, answer)
        except (TryAgainError, GiveUpError) as exc:
            return answer, exc
        return answer, None

    async def _answer(self, message: Message) -> Answer:
        try:
            check_webhook_url(message.url, allow_private=self._allow_private)
        except WebhookUrlError as exc:
            raise GiveUpError(f"the address is refused: {exc.values['problem']}") from None
        try:
            return await self._exchange(message)
        except TimeoutError:
            raise TryAgainError("no answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            # The class alone: a message may name what is inside the network.
            raise TryAgainError(f"not delivered: {type(exc).__name__}") from None

    async def _exchange(self, message: Message) -> Answer:
        if self._session is None:
            self._session = self._open_session(
                allow_private=self._allow_private,
                total_seconds=self._total_seconds,
                connect_seconds=self._connect_seconds,
            )
        async with self._session.request(
            "GET" if message.body is None else "POST",
            URL(message.url).extend_query(message.query),
            data=message.body,
            headers=message.headers,
            allow_redirects=False,
        ) as answer:
            text = await _text(answer)
            return Answer(answer.status, text, answer.headers.get("Retry-After"))

    def _judge(self, message: Message, answer: Answer) -> None:
        problem = message.refusal(answer)
        if problem is not None:
            raise TryAgainError(problem, after=retry_delay(answer.retry_after, self._now()))

    async def _note(
        self,
        work: Work,
        message: Message,
        at: datetime,
        answer: Answer | None,
        failure: Exception | None,
    ) -> Delivery:
        delivery = Delivery(
            id=self._deliveries.new_id(),
            merchant=work.payload["merchant"],
            work=work.key,
            kind=work.kind,
            about=about(work),
            url=shown_url(message.url),
            attempt=work.attempts,
            status=None if answer is None else answer.status,
            outcome=_outcome(failure),
            detail="" if failure is None else str(failure),
            answer="" if answer is None else shown_answer(answer.text, message.secrets),
            millis=(self._now() - at) // timedelta(milliseconds=1),
            at=at,
        )
        await self._deliveries.note(delivery=delivery)
        return delivery


class Notifier:
    """The handler of the waiting work of one way."""

    def __init__(self, *, way: Way, sending: Sending) -> None:
        self._way = way
        self._sending = sending

    async def __call__(self, work: Work) -> None:
        """Tell one shop of one event; nothing is done where it wants to hear nothing.

        Raises:
            TryAgainError: The shop did not take it now.
            GiveUpError: It never will, or nothing can be sent.
        """
        try:
            message = await self._way.message(work)
        except MerchantNotFoundError:
            raise GiveUpError("there is no such merchant") from None
        if message is not None:
            await self._sending.send(work, message)


def _outcome(failure: Exception | None) -> Outcome:
    if failure is None:
        return Outcome.DELIVERED
    return Outcome.AGAIN if isinstance(failure, TryAgainError) else Outcome.GIVEN_UP


def about(work: Work) -> str:
    """What a message is about: noun/id."""
    payload = work.payload
    if "invoice" in payload:
        return f"invoice/{payload['invoice']}"
    return f"{payload['type'].partition('.')[0]}/{payload['data']['id']}"


def retry_delay(text: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After asks to wait, within what is sensible; None if it says nothing.

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    if text is None:
        return None
    wished = text.strip()
    if wished.isascii() and wished.isdigit():
        wait = timedelta(seconds=min(int(wished[:9]), RETRY_MOST // timedelta(seconds=1)))
    else:
        try:
            at = parsedate_to_datetime(wished)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return max(RETRY_FIRST, min(wait, RETRY_MOST))


async def _text(answer: aiohttp.ClientResponse) -> str:
    """A short body, so that the connection can be used again; of a long one its beginning.

    UTF-8 whatever it says it is: what counts in an answer is ASCII.
    """
    parts, left = [], ANSWER_BYTES_MAX
    while left > 0 and (part := await answer.content.read(left)):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        answer.close()
    return b"".join(parts).decode(errors="replace")
