"""E-mail: the link that was mailed confirms one address of one wallet, once and in time."""

import asyncio
from datetime import datetime

import pytest

from services.email_addresses import EmailNotUnderstoodError
from services.emails import (
    EmailConfirmedError,
    EmailLinkExpiredError,
    EmailLinkReplacedError,
    EmailLinkUnknownError,
    Emails,
    EmailTakenError,
    EmailThrottledError,
)
from services.holders import Holder
from services.levels import Level
from storage.book import BookTables
from storage.engines import AnyStore
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.clock import TestClock

ADDRESS, OTHER_ADDRESS = "ann@example.com", "ann@other.example"


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await cast.join()


@pytest.fixture
def emails(cast: Cast) -> Emails:
    return cast.services.emails


async def token(cast: Cast, holder: Holder, address: str = ADDRESS, key: str = "") -> str:
    """The token of the link that was mailed to *address*."""
    asked = key or f"{holder.id}:{address}:{len(cast.letters)}"
    await cast.services.emails.ask(holder=holder, typed=address, key=asked)
    await cast.deliver()
    return cast.letters[-1].token


async def level(cast: Cast, holder: Holder) -> Level:
    return (await cast.services.wallets.get(holder=holder.id)).level


async def kept(store: AnyStore) -> list[tuple[str, bool, bool]]:
    """The state of every row, and whether it holds an address and what finds it."""

    def view(book: BookTables) -> list[tuple[str, bool, bool]]:
        rows = book.emails._connection.execute("SELECT * FROM emails ORDER BY state")
        return [
            (row["state"], row["address"] is not None, row["mailbox"] is not None) for row in rows
        ]

    return await store.read(view)


async def test_the_mailed_link_raises_the_level(cast: Cast, ann: Holder, emails: Emails) -> None:
    link = await token(cast, ann)
    before = await level(cast, ann)

    confirmed = await emails.confirm(token=link)
    await cast.deliver()

    assert cast.letters[-1].address.wire == ADDRESS
    assert (before, await level(cast, ann)) == (Level.PHONE, Level.EMAIL)
    assert confirmed.shown == ADDRESS
    assert await emails.known(holder=ann) == (confirmed, None)
    assert cast.sent[-1].payload["notice"] == "email"


async def test_a_link_pressed_again_changes_nothing(
    cast: Cast, ann: Holder, emails: Emails
) -> None:
    """Browsers repeat; so do people."""
    link = await token(cast, ann)

    pressed = await asyncio.gather(*(emails.confirm(token=link) for _ in range(5)))
    await cast.deliver()

    assert len(set(pressed)) == 1
    assert sum(each.payload.get("notice") == "email" for each in cast.sent) == 1


async def test_asked_again_by_the_same_update_one_mail_goes_out(
    cast: Cast, ann: Holder, emails: Emails
) -> None:
    for _ in range(3):
        await emails.ask(holder=ann, typed=ADDRESS, key="update:1")
    await cast.deliver()

    assert len(cast.letters) == 1


async def test_a_link_is_good_for_a_day(
    cast: Cast, ann: Holder, emails: Emails, clock: TestClock
) -> None:
    link = await token(cast, ann)
    clock.advance(hours=24)

    with pytest.raises(EmailLinkExpiredError):
        await emails.confirm(token=link)
    await emails.forget()
    with pytest.raises(EmailLinkExpiredError):
        await emails.confirm(token=link)

    assert await emails.known(holder=ann) == (None, None)
    assert await level(cast, ann) is Level.PHONE


async def test_an_address_nobody_confirmed_is_forgotten(
    cast: Cast, ann: Holder, emails: Emails, store: AnyStore, clock: TestClock
) -> None:
    """It may be a stranger's, mistyped."""
    await token(cast, ann)
    clock.advance(hours=24)

    await emails.forget()

    assert await kept(store) == [("expired", False, False)]


async def test_only_the_newest_link_counts(cast: Cast, ann: Holder, emails: Emails) -> None:
    """Who mistyped the address first must not have a stranger confirm it later."""
    old = await token(cast, ann, OTHER_ADDRESS)
    new = await token(cast, ann)

    with pytest.raises(EmailLinkReplacedError):
        await emails.confirm(token=old)
    await emails.confirm(token=new)

    assert await level(cast, ann) is Level.EMAIL


async def test_a_confirmed_address_stays_until_the_next_is_confirmed(
    cast: Cast, ann: Holder, emails: Emails, store: AnyStore
) -> None:
    await emails.confirm(token=await token(cast, ann))
    link = await token(cast, ann, OTHER_ADDRESS)
    confirmed, awaiting = await emails.known(holder=ann)
    await emails.confirm(token=link)
    changed, none = await emails.known(holder=ann)

    assert confirmed is not None
    assert awaiting is not None
    assert changed is not None
    assert (confirmed.wire, awaiting.wire) == (ADDRESS, OTHER_ADDRESS)
    assert (changed.wire, none) == (OTHER_ADDRESS, None)
    assert await kept(store) == [("confirmed", True, True), ("replaced", False, False)]


async def test_one_address_confirms_one_wallet(cast: Cast, ann: Holder, emails: Emails) -> None:
    """Only who reads its mail learns that it is taken; asking for it says nothing."""
    bob = await cast.join(BOB, OTHER_PHONE)
    links = [await token(cast, ann), await token(cast, bob, ADDRESS.upper())]

    outcomes = await asyncio.gather(
        *(emails.confirm(token=each) for each in links), return_exceptions=True
    )

    assert sum(isinstance(each, EmailTakenError) for each in outcomes) == 1
    assert {await level(cast, ann), await level(cast, bob)} == {Level.PHONE, Level.EMAIL}


async def test_an_address_given_up_is_free_for_another_wallet(
    cast: Cast, ann: Holder, emails: Emails
) -> None:
    bob = await cast.join(BOB, OTHER_PHONE)
    await emails.confirm(token=await token(cast, ann))
    await emails.erase(holder=ann)

    await emails.confirm(token=await token(cast, bob))

    assert (await level(cast, ann), await level(cast, bob)) == (Level.PHONE, Level.EMAIL)


async def test_deleting_leaves_nothing_of_it(
    cast: Cast, ann: Holder, emails: Emails, store: AnyStore
) -> None:
    await emails.confirm(token=await token(cast, ann))
    awaiting = await token(cast, ann, OTHER_ADDRESS)

    await emails.erase(holder=ann)

    with pytest.raises(EmailLinkReplacedError):
        await emails.confirm(token=awaiting)
    assert await kept(store) == [("erased", False, False)] * 2
    assert await level(cast, ann) is Level.PHONE
    assert await emails.known(holder=ann) == (None, None)


async def test_a_mail_is_not_sent_when_it_has_become_pointless(
    cast: Cast, ann: Holder, emails: Emails
) -> None:
    await emails.ask(holder=ann, typed=ADDRESS, key="1")
    await emails.erase(holder=ann)

    await cast.deliver()

    assert cast.letters == []


async def test_mails_are_few(cast: Cast, ann: Holder, emails: Emails, clock: TestClock) -> None:
    """Nobody fills a stranger's mailbox through us, with one wallet or with many."""
    bob = await cast.join(BOB, OTHER_PHONE)
    for number in range(5):
        await emails.ask(holder=ann, typed=ADDRESS, key=f"ann:{number}")

    with pytest.raises(EmailThrottledError) as own:
        await emails.ask(holder=ann, typed=OTHER_ADDRESS, key="ann:6")
    with pytest.raises(EmailThrottledError):
        await emails.ask(holder=bob, typed=ADDRESS, key="bob:1")
    await emails.ask(holder=bob, typed=OTHER_ADDRESS, key="bob:2")
    retry_at = own.value.values["retry_at"]
    assert isinstance(retry_at, datetime)
    clock.now = retry_at
    await emails.ask(holder=ann, typed=ADDRESS, key="ann:7")


async def test_the_confirmed_address_is_not_asked_for_again(
    cast: Cast, ann: Holder, emails: Emails
) -> None:
    await emails.confirm(token=await token(cast, ann))

    with pytest.raises(EmailConfirmedError):
        await emails.ask(holder=ann, typed=ADDRESS, key="again")


@pytest.mark.parametrize("guess", ["", "x", "A" * 43, "\ud800", "👛" * 20])
async def test_a_guessed_link_is_nobodys(emails: Emails, guess: str, ann: Holder) -> None:
    del ann
    with pytest.raises(EmailLinkUnknownError):
        await emails.confirm(token=guess)


async def test_what_is_no_address_is_refused(cast: Cast, ann: Holder, emails: Emails) -> None:
    with pytest.raises(EmailNotUnderstoodError):
        await emails.ask(holder=ann, typed="ann at home", key="1")


async def test_neither_address_nor_token_is_in_the_database(
    cast: Cast, ann: Holder, store: AnyStore
) -> None:
    link = await token(cast, ann, key="update:1")

    def everything(book: BookTables) -> str:
        tables = ("emails", "due_work", "history")
        return repr(
            [
                [list(row) for row in book.emails._connection.execute(f"SELECT * FROM {name}")]
                for name in tables
            ]
        )

    stored = await store.read(everything)
    assert link not in stored
    assert "example.com" not in stored
