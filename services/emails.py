"""The holder's e-mail address: asked for in the chat, confirmed by a link that is mailed.

The link's token is not stored: it follows from the row and a key, and only its digest is
kept, so neither the database nor a waiting mail has it.  One address confirms one wallet:
else one mailbox would raise the limits of any number of them.
"""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from services import holders, level_changes
from services.clock import Clock
from services.due import Work
from services.email_addresses import EmailAddress, read_email
from services.errors import NotFoundError, RefusedError
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.level_changes import update_level
from services.rate_limits import Asked, Rate, StoredLimits
from services.states import advance
from services.store import Store
from services.vault import DataKeys, Vault

LIFETIME = timedelta(hours=24)
"""How long the link of a mail confirms."""

MAILS = Rate(burst=5, every=timedelta(hours=4))
"""Of one wallet, and to one address whoever asks for it."""


class EmailState(StrEnum):
    """Awaiting the link; confirmed; or over, and then nothing of the address is kept."""

    AWAITING = "awaiting"
    CONFIRMED = "confirmed"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ERASED = "erased"


TRANSITIONS = {
    (EmailState.AWAITING, "confirm"): EmailState.CONFIRMED,
    (EmailState.AWAITING, "replace"): EmailState.REPLACED,
    (EmailState.AWAITING, "expire"): EmailState.EXPIRED,
    (EmailState.AWAITING, "erase"): EmailState.ERASED,
    (EmailState.CONFIRMED, "replace"): EmailState.REPLACED,
    (EmailState.CONFIRMED, "erase"): EmailState.ERASED,
}
OPEN = frozenset({EmailState.AWAITING, EmailState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Email:
    """One asking for confirmation, and what became of it."""

    id: str
    holder: str
    key: str
    """What asked for it; the same asks once."""
    digest: bytes
    """Of the link's token."""
    asked_at: datetime
    expires_at: datetime
    state: EmailState = EmailState.AWAITING
    address: bytes | None = None
    """Sealed; None when it is over."""
    index: bytes | None = None
    """A keyed hash of the mailbox; None when it is over."""
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is to be sent now."""

    address: EmailAddress
    language: str
    token: str


class EmailThrottledError(RefusedError):
    """Too many mails for this wallet or address.  Values: retry_at."""

    code = "email_throttled"


class EmailConfirmedError(RefusedError):
    """This address is confirmed already.  Values: address."""

    code = "email_confirmed"


class EmailTakenError(RefusedError):
    """The address confirms another wallet already."""

    code = "email_taken"


class EmailLinkUnknownError(NotFoundError):
    """No mail of ours has this link."""

    code = "email_link_unknown"


class EmailLinkExpiredError(RefusedError):
    """The link is too old.  Values: hours."""

    code = "email_link_expired"


class EmailLinkReplacedError(RefusedError):
    """A newer mail has taken the place of the one with this link, or it was all deleted."""

    code = "email_link_replaced"


class StoredEmails(level_changes.Proofs, Protocol):
    """What storage keeps of e-mail addresses."""

    def add(self, email: Email) -> None:
        """Keep a new one."""

    def find(self, email_id: str) -> Email | None:
        """The one of that id, or None."""

    def with_digest(self, digest: bytes) -> Email | None:
        """The one whose token has that digest, or None."""

    def with_key(self, key: str) -> Email | None:
        """The one that *key* asked for, or None."""

    def open_of(self, holder: str) -> list[Email]:
        """Those of *holder* that await their link or are confirmed, oldest first."""

    def confirmed_with(self, index: bytes) -> Email | None:
        """The confirmed one of that mailbox, or None."""

    def change(self, email: Email) -> None:
        """Keep all that may change of it."""

    def overdue(self, at: datetime, limit: int) -> list[Email]:
        """Those that still await a link which has expired by then."""


class Book(level_changes.Book, Protocol):
    """The part of the book that e-mail addresses need."""

    @property
    def emails(self) -> StoredEmails: ...
    @property
    def data_keys(self) -> DataKeys: ...
    @property
    def rate_limits(self) -> StoredLimits: ...


class Emails:
    """Asking for an address, and confirming it."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    async def ask(self, *, holder: Holder, typed: str, key: str) -> EmailAddress:
        """Mail a link to the address that was typed; repeated with its *key*, only once.

        A confirmed address stays until the new one is confirmed; links sent before are void.

        Raises:
            EmailNotUnderstoodError: It is no address.
            EmailConfirmedError: It is this holder's confirmed one.
            EmailThrottledError: Too many mails.
        """
        address = read_email(typed)
        at = self._now()
        email_id = self._new_id(at)
        index = self._vault.digest("email mailbox", address.mailbox)

        def work(book: Book) -> EmailAddress:
            asking = holders.current(book, holder.id)
            if book.emails.with_key(key) is not None:
                return address
            standing = book.emails.open_of(asking.id)
            if any(e.index == index and e.state is EmailState.CONFIRMED for e in standing):
                raise EmailConfirmedError(address=address.shown)
            _throttle(book, asking.id, index, at)
            for each in standing:
                if each.state is EmailState.AWAITING:
                    _close(book, each, "replace")
            sealed = self._vault.seal(
                book.data_keys, address.wire, table="emails", row=email_id, field="address"
            )
            digest = _digest(self._token(email_id, asking.id))
            email = Email(
                email_id,
                asking.id,
                key,
                digest,
                at,
                at + LIFETIME,
                address=sealed,
                index=index,
            )
            book.emails.add(email)
            book.steps.add(f"email/{email_id}", Step("ask", email.state.value, "holder", at))
            book.due.add(_mailing(email))
            return address

        return await self._store.write(work)

    async def letter(self, *, email_id: str) -> Letter | None:
        """The mail to be sent; None when it is not wanted any more."""
        at = self._now()

        def view(book: Book) -> Letter | None:
            email = book.emails.find(email_id)
            if email is None or email.state is not EmailState.AWAITING or at >= email.expires_at:
                return None
            holder = holders.current(book, email.holder)
            address = self._opened(book, email)
            return Letter(address, holder.language, self._token(email.id, email.holder))

        return await self._store.read(view)

    async def confirm(self, *, token: str) -> EmailAddress:
        """The link was followed and its button pressed; pressed again, it says the same.

        Raises:
            EmailLinkUnknownError: No link of ours.
            EmailLinkExpiredError, EmailLinkReplacedError: One that does not count any more.
            EmailTakenError: The address confirms another wallet.
        """
        at, digest = self._now(), _digest(token)

        def work(book: Book) -> EmailAddress:
            known = book.emails.with_digest(digest)
            if known is None:
                raise EmailLinkUnknownError
            holder = holders.current(book, known.holder)  # one decides at a time
            email = book.emails.find(known.id) or known
            if email.state is EmailState.CONFIRMED:
                return self._opened(book, email)
            if email.state is EmailState.EXPIRED or at >= email.expires_at:
                raise EmailLinkExpiredError(hours=LIFETIME // timedelta(hours=1))
            if email.state is not EmailState.AWAITING or email.index is None:
                raise EmailLinkReplacedError
            if book.emails.confirmed_with(email.index) not in (None, email):
                raise EmailTakenError
            self._replace_confirmed(book, holder, at)
            state = advance(TRANSITIONS, email.state, "confirm")
            confirmed = replace(email, state=state, confirmed_at=at)
            book.emails.change(confirmed)
            subject = f"email/{email.id}"
            book.steps.add(subject, Step("confirm", state.value, "holder", at))
            update_level(book, holder.id, "holder", at)
            holders.notify(book, holder.id, "email", subject, at, key=subject, priority=5)
            return self._opened(book, confirmed)

        return await self._store.write(work)

    async def known(self, *, holder: Holder) -> tuple[EmailAddress | None, EmailAddress | None]:
        """The confirmed address, and the one whose link is awaited."""
        at = self._now()

        def view(book: Book) -> tuple[EmailAddress | None, EmailAddress | None]:
            found = {each.state: each for each in book.emails.open_of(holder.id)}
            confirmed = found.get(EmailState.CONFIRMED)
            awaiting = found.get(EmailState.AWAITING)
            if awaiting is not None and at >= awaiting.expires_at:
                awaiting = None
            return (
                None if confirmed is None else self._opened(book, confirmed),
                None if awaiting is None else self._opened(book, awaiting),
            )

        return await self._store.read(view)

    async def erase(self, *, holder: Holder) -> None:
        """Delete every address of *holder*; the level falls with it."""
        at = self._now()

        def work(book: Book) -> None:
            current = holders.current(book, holder.id)
            for each in book.emails.open_of(current.id):
                closed = _close(book, each, "erase")
                step = Step("erase", closed.state.value, "holder", at)
                book.steps.add(f"email/{each.id}", step)
            update_level(book, current.id, "holder", at)

        await self._store.write(work)

    async def forget(self, *, limit: int = 1000) -> None:
        """Delete addresses that nobody confirmed in time, and who asked how often long ago."""
        at = self._now()

        def work(book: Book) -> None:
            for each in book.emails.overdue(at, limit):
                _close(book, each, "expire")
            book.rate_limits.forget(at)

        await self._store.write(work)

    def _replace_confirmed(self, book: Book, holder: Holder, at: datetime) -> None:
        for each in book.emails.open_of(holder.id):
            if each.state is EmailState.CONFIRMED:
                closed = _close(book, each, "replace")
                step = Step("replace", closed.state.value, "holder", at)
                book.steps.add(f"email/{each.id}", step)

    def _token(self, email_id: str, holder: str) -> str:
        secret = self._vault.digest("email confirmation", email_id, holder)
        return base64.urlsafe_b64encode(secret).decode().rstrip("=")

    def _opened(self, book: Book, email: Email) -> EmailAddress:
        if email.address is None:
            raise ValueError(f"email {email.id} is not kept any more")
        text = self._vault.open(
            book.data_keys, email.address, table="emails", row=email.id, field="address"
        )
        local, _, domain = text.rpartition("@")
        return EmailAddress(local, domain)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _close(book: Book, email: Email, event: str) -> Email:
    """What is over keeps neither the address nor what would find it."""
    state = advance(TRANSITIONS, email.state, event)
    closed = replace(email, state=state, address=None, index=None)
    book.emails.change(closed)
    return closed


def _throttle(book: Book, holder: str, index: bytes, at: datetime) -> None:
    asked = Asked.of(MAILS, at)
    for whose in (holder, index.hex()):
        wait = book.rate_limits.take(f"email:{whose}", asked)
        if wait:
            raise EmailThrottledError(retry_at=at + timedelta(microseconds=wait))


def _mailing(email: Email) -> Work:
    return Work(
        key=f"mail:{email.id}",
        kind="mail",
        lane="mail",
        payload={"email": email.id},
        due_at=email.asked_at,
        created_at=email.asked_at,
        priority=2,
    )
