"""`smtp://` and `smtps://`: mail by the operator's mail server, a connection for each.

Over a network the connection is encrypted and the server's certificate is checked, or
nothing is sent: the link in a mail raises limits.
"""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

import structlog

from gateway.mail.channels import MailUrlError, OutgoingMail, UndeliverableError
from services.clock import Clock, system_clock
from services.due import TryAgainError
from services.email_addresses import EmailNotUnderstoodError, read_email

logger = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 30
PORTS = {"smtp": 587, "smtps": 465}
"""Source: RFC 8314, 3.3 (submission with STARTTLS, and with TLS from the start)."""

_FOR_GOOD = 500
"""Source: RFC 5321, 4.2.1: 5yz is a permanent negative answer."""

_TLS = ("starttls", "never")


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """A mail server that takes our mail."""

    host: str
    port: int
    sender: str
    is_tls: bool
    """From the first byte."""
    starts_tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    now: Clock = system_clock

    @classmethod
    def from_url(cls, url: str) -> Self:
        """`smtp://user:password@host:587?from=wallet@example.com`.

        Raises:
            MailUrlError: Something is missing, or would send mail in clear over a network.
        """
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            port = parts.port or PORTS[parts.scheme]
            sender = read_email(query.pop("from", "")).wire
        except ValueError:
            raise MailUrlError("the port is no number") from None
        except EmailNotUnderstoodError:
            raise MailUrlError("`?from=` must name the address that mail comes from") from None
        tls = query.pop("tls", "never" if _is_here(parts.hostname or "") else "starttls")
        if not parts.hostname or parts.path.strip("/") or query or tls not in _TLS:
            raise MailUrlError(
                "smtp://user:password@host:587?from=ADDRESS, and `&tls=never` on this machine"
            )
        if parts.scheme == "smtp" and tls == "never" and not _is_here(parts.hostname):
            raise MailUrlError("without TLS mail goes no further than this machine")
        return cls(
            host=parts.hostname,
            port=port,
            sender=sender,
            is_tls=parts.scheme == "smtps",
            starts_tls=parts.scheme == "smtp" and tls == "starttls",
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )

    async def send(self, mail: OutgoingMail) -> None:
        """Hand it to the server; what it says of the address decides."""
        import aiosmtplib  # noqa: PLC0415  # not before there is mail

        try:
            await aiosmtplib.send(
                self._message(mail),
                sender=self.sender,
                recipients=[mail.to],
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.is_tls,
                start_tls=self.starts_tls,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as exc:
            if all(each.code >= _FOR_GOOD for each in exc.recipients):
                raise UndeliverableError(str(exc.recipients[0].code)) from None
            raise TryAgainError("the address takes no mail now") from None
        except (aiosmtplib.SMTPException, OSError) as exc:
            # Not what it says: a server's answer may quote the address.
            logger.warning("the mail server did not take it", error=type(exc).__name__)
            raise TryAgainError(type(exc).__name__) from None

    def _message(self, mail: OutgoingMail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self.now())
        message["Message-ID"] = f"<{mail.id}@{self.sender.rpartition('@')[2]}>"
        # Source: RFC 3834, 5: nobody's machine shall answer.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="base64" if not mail.text.isascii() else "7bit")
        return message


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
