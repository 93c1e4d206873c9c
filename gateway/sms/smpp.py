"""`smpp://user:password@host:port?from=Purser`: an SMS centre over SMPP 3.4.

Each message has a session of its own, in a thread: bind, submit its parts, unbind.  Codes
are few and far between, and a session that is not kept needs no keeping alive.

Source: SMPP 3.4, sections 4.4 (submit_sm) and 5.1.3 (command status).
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from gateway.sms.channels import OutgoingSms, SmsUrlError, UnreachableError
from services.due import TryAgainError

PORT = 2775
SENDER = "Purser"
TIMEOUT_SECONDS = 15
SESSIONS_MAX = 4
_DEAD_NUMBER = frozenset({0x0B, 0x50, 0x51})
"""Command statuses about the destination: address, type or plan of it are not valid."""


@dataclass(frozen=True, slots=True)
class _Centre:
    host: str
    port: int
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"{self.host}:{self.port}"


class SmppChannel:
    """Submits messages to one SMS centre."""

    def __init__(self, centre: _Centre) -> None:
        self._centre = centre
        self._room = asyncio.Semaphore(SESSIONS_MAX)

    @classmethod
    def from_url(cls, url: str) -> "SmppChannel":
        """The channel that a setting names.

        Raises:
            SmsUrlError: Host, user or password are missing.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or PORT
        except ValueError:
            raise SmsUrlError("smpp: the host or port cannot be read") from None
        if not host or not parts.username or parts.password is None:
            raise SmsUrlError("smpp: smpp://user:password@host:port is needed")
        sender = parse_qs(parts.query).get("from", [SENDER])[0]
        return cls(_Centre(host, port, unquote(parts.username), unquote(parts.password), sender))

    async def send(self, sms: OutgoingSms) -> None:
        async with self._room:
            await asyncio.to_thread(_submit, self._centre, sms)

    async def close(self) -> None:
        """Nothing is kept open."""


def _submit(centre: _Centre, sms: OutgoingSms) -> None:
    client = smpplib.client.Client(
        centre.host, centre.port, timeout=TIMEOUT_SECONDS, allow_unknown_opt_params=True
    )
    try:
        client.connect()
        client.bind_transceiver(system_id=centre.user, password=centre.password)
        _submit_parts(client, centre, sms)
        client.unbind()
    except smpplib.exceptions.PDUError as exc:
        status = exc.args[1] if len(exc.args) > 1 else 0
        if status in _DEAD_NUMBER:
            raise UnreachableError(f"SMPP status {status}") from None
        raise TryAgainError(f"the SMS centre refuses: SMPP status {status}") from None
    except (smpplib.exceptions.ConnectionError, OSError) as exc:
        # Not the message: a library may put what it was sending into it.
        raise TryAgainError(f"the SMS centre: {type(exc).__name__}") from None
    finally:
        client.disconnect()


def _submit_parts(client: smpplib.client.Client, centre: _Centre, sms: OutgoingSms) -> None:
    parts, coding, esm_class = smpplib.gsm.make_parts(sms.text)
    for part in parts:
        client.send_message(
            source_addr_ton=smpplib.consts.SMPP_TON_ALNUM,
            source_addr_npi=smpplib.consts.SMPP_NPI_UNK,
            source_addr=centre.sender,
            dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
            dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
            destination_addr=sms.phone.removeprefix("+"),
            short_message=part,
            data_coding=coding,
            esm_class=esm_class,
            registered_delivery=False,
        )
        client.read_once(auto_send_enquire_link=False)
