"""Mail: handed over to a real SMTP server, or put off, or given up with the address."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.mail import MailUrlError, OutgoingMail, UndeliverableError, create_mail_channel
from gateway.mail.delivery import MailDelivery
from gateway.mail.smtp import SmtpMail
from purser.services import Services
from sandbox.changes import Changes
from sandbox.mail import PostOffice
from services.due import GiveUpError, TryAgainError, Work
from tests.cast import Cast
from tests.clock import TestClock

MAIL = OutgoingMail("a1", "ann@xn--80a1acny.xn--p1ai", "Подтвердите адрес", "Ссылка:\nhttps://w/1")


class Strict(PostOffice):
    """A server that knows who has a mailbox."""

    refusal = ""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _: Any, __: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del options
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
async def post(clock: TestClock) -> AsyncIterator[tuple[Strict, int]]:
    office = Strict(now=clock, changes=Changes())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await office.listen(listener)
        yield office, listener.getsockname()[1]
        await office.close()


@pytest.fixture
def channel(post: tuple[Strict, int], clock: TestClock) -> SmtpMail:
    made = SmtpMail.from_url(f"smtp://127.0.0.1:{post[1]}?from=wallet@example.com")
    return replace(made, now=clock)


async def test_a_mail_arrives_as_it_was_written(
    channel: SmtpMail, post: tuple[Strict, int]
) -> None:
    await channel.send(MAIL)

    [letter] = post[0].letters
    assert (letter.to, letter.sender) == (MAIL.to, "wallet@example.com")
    assert (letter.subject, letter.text) == (MAIL.subject, MAIL.text)


async def test_a_busy_server_is_asked_again(channel: SmtpMail, post: tuple[Strict, int]) -> None:
    post[0].fail_next(1)

    with pytest.raises(TryAgainError):
        await channel.send(MAIL)
    await channel.send(MAIL)

    assert len(post[0].letters) == 1


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ("550 No such mailbox", UndeliverableError),
        ("450 Mailbox busy", TryAgainError),
    ],
)
async def test_the_servers_word_on_the_address_decides(
    channel: SmtpMail, post: tuple[Strict, int], refusal: str, error: type[Exception]
) -> None:
    """A mailbox that is not there is not tried for a day."""
    post[0].refusal = refusal

    with pytest.raises(error):
        await channel.send(MAIL)


async def test_nobody_listens(channel: SmtpMail) -> None:
    with pytest.raises(TryAgainError):
        await replace(channel, port=9).send(MAIL)


async def test_nothing_is_sent_in_clear_where_tls_is_wanted(
    channel: SmtpMail, post: tuple[Strict, int]
) -> None:
    """A server that offers none may be somebody in between."""
    for insisting in (replace(channel, starts_tls=True), replace(channel, is_tls=True)):
        with pytest.raises(TryAgainError):
            await insisting.send(MAIL)

    assert post[0].letters == []


def test_the_log_is_a_channel_for_trying_out() -> None:
    assert type(create_mail_channel("log:")).__name__ == "LogMail"


async def test_the_log_says_that_it_is_one() -> None:
    with capture_logs() as logs:
        await create_mail_channel("log:").send(MAIL)

    assert "not sent" in logs[0]["event"]
    assert MAIL.to not in repr(logs)


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://user:p%40ss@mail.example.com?from=w@example.com", 587, (False, True)),
        ("smtps://user:p%40ss@mail.example.com?from=w@example.com", 465, (True, False)),
        ("smtp://user:p%40ss@localhost:2525?from=w@example.com", 2525, (False, False)),
        ("smtp://user:p%40ss@[::1]:25?from=w@example.com&tls=starttls", 25, (False, True)),
    ],
)
def test_what_a_url_means(url: str, port: int, tls: tuple[bool, bool]) -> None:
    channel = create_mail_channel(url)

    assert isinstance(channel, SmtpMail)
    assert (channel.port, channel.is_tls, channel.starts_tls) == (port, *tls)
    assert (channel.user, channel.password, channel.sender) == ("user", "p@ss", "w@example.com")
    assert "p@ss" not in repr(channel)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pigeon://coop",
        "smtp://mail.example.com",
        "smtp://mail.example.com?from=nobody",
        "smtp://mail.example.com:none?from=w@example.com",
        "smtp:///?from=w@example.com",
        "smtp://mail.example.com/path?from=w@example.com",
        "smtp://mail.example.com?from=w@example.com&colour=red",
        "smtp://mail.example.com?from=w@example.com&tls=maybe",
        "smtp://mail.example.com?from=w@example.com&tls=never",
    ],
)
def test_what_names_no_channel_is_refused(url: str) -> None:
    with pytest.raises(MailUrlError):
        create_mail_channel(url)


# The waiting work


class Kept:
    """A channel that keeps what it is given, or refuses it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.mails: list[OutgoingMail] = []
        self._error = error

    async def send(self, mail: OutgoingMail) -> None:
        if self._error is not None:
            raise self._error
        self.mails.append(mail)


def compose(language: str, template: str, values: Any) -> tuple[str, str]:
    return f"{template} {language}", f"{values['link']} {values['hours']}"


async def waiting(cast: Cast, clock: TestClock) -> Work:
    """The work of a mail that was asked for."""
    ann = await cast.join()
    await cast.services.emails.ask(holder=ann, typed="ann@example.com", key="1")
    found = await cast.store.write(
        lambda book: book.due.claim(now=clock(), until=clock(), limit=99, lane_max=99)
    )
    return next(each for each in found if each.kind == "mail")


async def test_the_link_leads_to_the_wallets_page(
    cast: Cast, services: Services, clock: TestClock
) -> None:
    channel = Kept()
    deliver = MailDelivery(
        emails=services.emails, compose=compose, channel=channel, pages="https://w.example"
    )

    await deliver(await waiting(cast, clock))

    [mail] = channel.mails
    link, hours = mail.text.split()
    token = link.removeprefix("https://w.example/identification/email/").removesuffix("?lang=en")
    assert (mail.to, mail.subject, hours) == ("ann@example.com", "confirm en", "24")
    assert (await services.emails.confirm(token=token)).wire == "ann@example.com"


async def test_what_is_not_wanted_any_more_is_not_sent(
    cast: Cast, services: Services, clock: TestClock
) -> None:
    channel = Kept()
    work = await waiting(cast, clock)
    clock.advance(hours=24)

    await MailDelivery(
        emails=services.emails, compose=compose, channel=channel, pages="https://w.example"
    )(work)

    assert channel.mails == []


@pytest.mark.parametrize(
    ("pages", "error", "why"),
    [
        (None, None, "no public address"),
        ("https://w.example", UndeliverableError("550"), "takes no mail"),
    ],
)
async def test_what_cannot_arrive_is_given_up(
    cast: Cast,
    services: Services,
    clock: TestClock,
    pages: str | None,
    error: Exception | None,
    why: str,
) -> None:
    deliver = MailDelivery(
        emails=services.emails, compose=compose, channel=Kept(error), pages=pages
    )

    with pytest.raises(GiveUpError, match=why):
        await deliver(await waiting(cast, clock))
