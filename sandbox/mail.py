"""The post office: takes mail by SMTP for everybody, and shows it to whoever looks.

Addresses are nobody's in particular: one list, newest last, as a catch-all mailbox has it.
"""

import asyncio
import email
import email.policy
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.changes import Changes

KEPT = 200
BYTES_MAX = 1024 * 1024
HOST_NAME = "post.sandbox.invalid"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that came."""

    id: int
    to: str
    sender: str
    subject: str
    text: str
    at: str


class PostOffice:
    """An SMTP server whose mailboxes are all open."""

    def __init__(self, *, now: Callable[[], datetime], changes: Changes) -> None:
        self._now = now
        self._changes = changes
        self._letters: deque[Letter] = deque(maxlen=KEPT)
        self._failures = 0
        self._server: asyncio.Server | None = None

    @property
    def letters(self) -> list[Letter]:
        """Oldest first."""
        return list(self._letters)

    def fail_next(self, count: int) -> None:
        """Put off the next *count* mails, as a busy server does."""
        self._failures = count

    async def listen(self, listener: socket.socket) -> None:
        """Take mail at *listener* from now on; it stays its owner's to close."""

        def protocol() -> SMTP:
            return SMTP(self, hostname=HOST_NAME, data_size_limit=BYTES_MAX)

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(protocol, sock=listener.dup())

    async def close(self) -> None:
        """Take no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """One mail, as aiosmtpd hands it over; the answer goes to who sent it."""
        if self._failures:
            self._failures -= 1
            return "451 Too busy, come again"
        self._keep(envelope)
        return "250 Delivered"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        text = "" if body is None else str(body.get_content())
        self._letters.append(
            Letter(
                id=self._changes.touch("mail"),
                to=", ".join(envelope.rcpt_tos),
                sender=str(message["From"] or envelope.mail_from or ""),
                subject=str(message["Subject"] or ""),
                text=text.replace("\r\n", "\n").strip(),
                at=self._now().isoformat(),
            )
        )
