"""The SMS centre: takes messages by HTTP and puts them into people's inboxes."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.changes import Changes
from sandbox.people import People, Person

KEPT_PER_PERSON = 200
TEXT_LENGTH_MAX = 1600
"""Ten parts of 153 characters and some: no centre takes more."""


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message in an inbox."""

    id: int
    text: str
    at: datetime


class UnreachableError(Exception):
    """Nobody will ever get a message at this number."""


class SmsCentre:
    """Delivers at once or not at all."""

    def __init__(self, *, people: People, now: Callable[[], datetime], changes: Changes) -> None:
        self._people = people
        self._now = now
        self._changes = changes
        self._failures = 0
        self._inboxes: dict[int, deque[Sms]] = defaultdict(lambda: deque(maxlen=KEPT_PER_PERSON))

    def deliver(self, *, phone: str, text: str) -> Sms:
        """Put *text* into the inbox of the owner of *phone*.

        Raises:
            UnreachableError: Nobody has the number, or their phone is switched off.
        """
        person = self._people.with_phone(phone)
        if person is None or not person.is_reachable:
            raise UnreachableError(phone)
        sms = Sms(self._changes.touch(f"sms:{person.id}"), text, self._now())
        self._inboxes[person.id].append(sms)
        return sms

    def inbox(self, person: Person) -> list[Sms]:
        """Oldest first."""
        return list(self._inboxes[person.id])

    def fail_next(self, count: int) -> None:
        """Be out of order for the next *count* messages."""
        self._failures = count

    def is_out_of_order(self) -> bool:
        """Whether this message meets a failure that was ordered, which is then used up."""
        if self._failures == 0:
            return False
        self._failures -= 1
        return True


def routes(centre: SmsCentre) -> list[Route]:
    """The centre's side towards the wallet."""

    async def send(request: Request) -> Response:
        phone = request.query_params.get("phone", "")
        text = request.query_params.get("text", "")
        if not phone or not 0 < len(text) <= TEXT_LENGTH_MAX:
            return PlainTextResponse("phone and text are needed\n", 400)
        if centre.is_out_of_order():
            return PlainTextResponse("try again later\n", 503)
        try:
            sms = centre.deliver(phone=phone, text=text)
        except UnreachableError:
            return PlainTextResponse("no such subscriber\n", 404)
        return PlainTextResponse(f"{sms.id}\n")

    return [Route("/sandbox/sms", send, methods=["GET"])]
