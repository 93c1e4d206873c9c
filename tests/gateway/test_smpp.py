"""SMPP against a small SMS centre on a real socket."""

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from gateway.sms import OutgoingSms, SmsUrlError, UnreachableError, create_channel
from services.due import TryAgainError

BIND, SUBMIT, UNBIND, RESPONSE = 0x09, 0x04, 0x06, 0x80000000


@dataclass
class Centre:
    """Takes binds with the right password, and keeps what is submitted."""

    status: int = 0
    binds: list[tuple[str, str]] = field(default_factory=list)
    submitted: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length, command, _, sequence = struct.unpack(">IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
                status, answer = self._answer(command, body)
                head = struct.pack(">IIII", 16 + len(answer), command | RESPONSE, status, sequence)
                writer.write(head + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, command: int, body: bytes) -> tuple[int, bytes]:
        if command == BIND:
            user, password = body.split(b"\0")[:2]
            self.binds.append((user.decode(), password.decode()))
            return (0 if password == b"pass" else 0x0E), b"centre\0"
        if command == SUBMIT:
            self.submitted.append(body)
            return self.status, b"id-1\0"
        return 0, b""


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    made = Centre()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def url(centre: Centre, password: str = "pass") -> str:
    return f"smpp://user:{password}@127.0.0.1:{centre.port}?from=Club"


async def test_code_is_submitted(centre: Centre) -> None:
    """With the sender's name, to the international number, in the right alphabet."""
    channel = create_channel(url(centre))
    await channel.send(OutgoingSms("+79161234567", "123456 is your code"))
    await channel.close()

    [body] = centre.submitted
    assert centre.binds == [("user", "pass")]
    assert b"\x05\x00Club\0" in body  # alphanumeric sender
    assert b"\x01\x0179161234567\0" in body  # international, ISDN
    assert body.endswith(b"123456 is your code")


async def test_long_russian_text_goes_in_parts(centre: Centre) -> None:
    """Seventy letters fit into one part; the phone puts the parts together again."""
    text = "Код 123456. Никому его не говорите: мы никогда не спрашиваем. " * 2

    await create_channel(url(centre)).send(OutgoingSms("+79161234567", text))

    assert len(centre.submitted) == 2
    assert "Код 123456".encode("utf-16-be") in centre.submitted[0]


@pytest.mark.parametrize(
    ("status", "error"), [(0x0B, UnreachableError), (0x14, TryAgainError), (0x58, TryAgainError)]
)
async def test_refusals_are_told_apart(
    centre: Centre, status: int, error: type[Exception]
) -> None:
    """A number that cannot be ends the joining; a full queue is tried again."""
    centre.status = status

    with pytest.raises(error) as refused:
        await create_channel(url(centre)).send(OutgoingSms("+79161234567", "123456 secret"))

    assert "123456" not in str(refused.value)


async def test_wrong_password_and_absent_centre_are_tried_again(centre: Centre) -> None:
    """Both are the operator's to mend; the person's number is not to blame."""
    with pytest.raises(TryAgainError):
        await create_channel(url(centre, "wrong")).send(OutgoingSms("+79161234567", "x"))
    with pytest.raises(TryAgainError):
        await create_channel("smpp://u:p@127.0.0.1:9").send(OutgoingSms("+79161234567", "x"))


@pytest.mark.parametrize("text", ["smpp:", "smpp://host", "smpp://user@host", "smpp://u:p@h:x"])
def test_address_without_credentials_is_refused(text: str) -> None:
    """At the start, and not when the first code is due."""
    with pytest.raises(SmsUrlError):
        create_channel(text)
