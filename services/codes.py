"""One-time codes: proof that a person holds the phone, for one thing and no other.

A code is not stored: it follows from a key and what it confirms, so neither the database
nor a waiting SMS has it, and another purpose, subject or content is another code.  Wrong
tries count for the phone as well as for the code, so asking for new codes buys no tries.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

from services.due import DueWork, Work
from services.errors import NotFoundError, RefusedError, WalletError
from services.history import Step, Steps
from services.vault import Vault

DIGITS = 6
LIFETIME = timedelta(minutes=5)
TRIES_MAX = 5
WRONG_PER_DAY_MAX = 20
"""For one phone. Source: NIST SP 800-63B-4 asks for 100 in all; a day is shorter."""
WRONG_PER_MONTH_MAX = 80
"""For one phone, and for one Telegram account that joins: no code is sent past it.

With what one day may add to it, fewer than 100 guesses in 30 days: one in 10,000.
"""
SENT_PER_HOUR_MAX = 10
CHECKOUT = "checkout"
"""The purpose of codes that anybody has sent by typing a number into a shop's page.

They are counted apart: nobody uses up, or shuts off, the codes that the phone's owner needs.
"""
STRANGERS_SENT_PER_HOUR_MAX = 3
STRANGERS_WRONG_PER_DAY_MAX = 10
STRANGERS_WRONG_PER_MONTH_MAX = 20
RESENT_MAX = 3
RESEND_AFTER = timedelta(seconds=30)
_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
_PERSON = "telegram/"
"""How subjects begin that are a person and no offer."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How much is allowed to one phone, of codes that are counted together."""

    sent_per_hour: int
    wrong_per_day: int
    wrong_per_month: int


_OWNERS = _Bounds(SENT_PER_HOUR_MAX, WRONG_PER_DAY_MAX, WRONG_PER_MONTH_MAX)
_STRANGERS = _Bounds(
    STRANGERS_SENT_PER_HOUR_MAX, STRANGERS_WRONG_PER_DAY_MAX, STRANGERS_WRONG_PER_MONTH_MAX
)


class CodeState(StrEnum):
    """Sent, then one of the others for good."""

    SENT = "sent"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was sent; the digits follow from it and the key."""

    id: str
    phone: str
    purpose: str
    """`join`, `payment`, `unlock` ...: also names the text of the SMS."""
    subject: str
    content: bytes
    """Digest of what it confirms; when that changes, the code is another."""
    sent_at: datetime
    expires_at: datetime
    state: CodeState = CodeState.SENT
    wrong: int = 0

    def digits(self, vault: Vault) -> str:
        """What the SMS says."""
        return vault.digits(
            "one-time code",
            DIGITS,
            self.id,
            self.phone,
            self.purpose,
            self.subject,
            self.content.hex(),
        )


class CodeWrongError(RefusedError):
    """Not the code that was sent.  Values: tries_left."""

    code = "code_wrong"


class CodeExpiredError(RefusedError):
    """The code came too late, or another has taken its place."""

    code = "code_expired"


class CodeExhaustedError(RefusedError):
    """Wrong too often; this code is dead.  Values: tries."""

    code = "code_exhausted"


class CodeThrottledError(RefusedError):
    """Too many codes or wrong tries for this phone or person.  Values: retry_at, rule."""

    code = "code_throttled"


class CodeNotFoundError(NotFoundError):
    """No code is awaited here."""

    code = "code_not_found"


class Codes(Protocol):
    """What storage keeps of codes."""

    def add(self, code: Code) -> None:
        """Keep a new one."""

    def find(self, code_id: str) -> Code | None:
        """The code, or None."""

    def change(self, code_id: str, *, state: CodeState, wrong: int) -> None:
        """Keep what became of it."""

    def since(self, phone: str, at: datetime) -> list[Code]:
        """Those sent to *phone* after *at*, oldest first."""


class Book(Protocol):
    """The part of the book that codes need."""

    @property
    def codes(self) -> Codes: ...
    @property
    def due(self) -> DueWork: ...
    @property
    def steps(self) -> Steps: ...


def content_of(text: str) -> bytes:
    """The digest that binds a code to what it confirms."""
    return sha256(text.encode()).digest()


def send(
    book: Book,
    *,
    code_id: str,
    phone: str,
    purpose: str,
    subject: str,
    content: bytes,
    language: str,
    at: datetime,
    values: dict[str, str] | None = None,
    key: str | None = None,
    is_decoy: bool = False,
) -> Code:
    """Send a new code; those sent for *subject* before are void.

    *values* are what the text of the SMS names beside the code (payee, amount); *key* is
    what asked for it, by which `was_sent` knows it.  A decoy is kept and counted like any
    other and nobody gets it: who typed a number does not learn whether it has a wallet.

    Raises:
        CodeThrottledError: Too many codes, or too many wrong tries, for this phone.
    """
    recent = _together(book, phone, purpose, at)
    _throttle(recent, subject, _bounds(purpose), at)
    for name in _counted_for(phone, purpose, subject):
        _refuse_guesser(book, name, _bounds(purpose), at)
    for earlier in recent:
        if earlier.subject == subject and earlier.state is CodeState.SENT:
            book.codes.change(earlier.id, state=CodeState.VOID, wrong=earlier.wrong)
    code = Code(code_id, phone, purpose, subject, content, at, at + LIFETIME)
    book.codes.add(code)
    if key is not None:
        book.steps.add(f"code-key/{key}", Step("ask", code.state.value, "holder", at, code.id))
    payload: dict[str, Any] = {
        "code": code.id,
        "language": language,
        "values": values or {},
    }
    payload |= {"is_decoy": True} if is_decoy else {}
    book.due.add(Work(f"code:{code.id}", "sms_code", f"sms/{phone}", payload, at, at, priority=1))
    return code


def was_sent(book: Book, code_id: str | None, key: str | None) -> bool:
    """Whether *key* asked for that code before."""
    asked = [] if key is None else book.steps.of(f"code-key/{key}")
    return any(step.reason == code_id for step in asked)


def check(
    book: Book,
    vault: Vault,
    *,
    code_id: str | None,
    typed: str,
    content: bytes,
    at: datetime,
    key: str | None = None,
) -> WalletError | None:
    """Accept *typed* once, or count it as wrong; None means accepted.

    The refusal is returned and not raised, for the count must be kept.  *key* is what the
    try came with: the same one again is no other try.
    """
    code = None if code_id is None else book.codes.find(code_id)
    if code is None:
        return CodeNotFoundError()
    trial = None if key is None else f"code-try/{code.id}/{key}"
    if trial is not None and book.steps.of(trial):
        return _wrong(code)
    refusal = _unusable(book, code, content, at)
    if refusal is not None:
        if isinstance(refusal, CodeExpiredError) and code.state is CodeState.SENT:
            # A try that began earlier, and that nobody waits for, must not succeed later.
            book.codes.change(code.id, state=CodeState.EXPIRED, wrong=code.wrong)
        return refusal
    if hmac.compare_digest(code.digits(vault).encode(), typed.strip().encode()):
        book.codes.change(code.id, state=CodeState.ACCEPTED, wrong=code.wrong)
        return None
    if trial is not None:
        book.steps.add(trial, Step("try", "wrong", "holder", at))
    return _count_wrong(book, code, at)


def forgive(book: Book, phone: str, at: datetime) -> None:
    """The operator has heard why: what was wrong this month counts no more, but for today's."""
    for name in (phone, f"{CHECKOUT}/{phone}"):
        book.steps.add(_wrong_codes(name), Step("forgive", "forgiven", "operator", at))


def _unusable(book: Book, code: Code, content: bytes, at: datetime) -> WalletError | None:
    """Why no try counts any more, if so: the code is over, or the phone had too many."""
    if code.state is CodeState.EXHAUSTED:
        return CodeExhaustedError(tries=TRIES_MAX)
    if code.state is not CodeState.SENT or at >= code.expires_at or code.content != content:
        return CodeExpiredError()
    recent = _together(book, code.phone, code.purpose, at)
    if sum(each.wrong for each in recent) >= _bounds(code.purpose).wrong_per_day:
        return CodeThrottledError(retry_at=_first_wrong(recent) + _DAY, rule="wrong")
    return None


def void(book: Book, code_id: str | None) -> None:
    """What the code confirms is not wanted any more."""
    code = None if code_id is None else book.codes.find(code_id)
    if code is not None and code.state is CodeState.SENT:
        book.codes.change(code.id, state=CodeState.VOID, wrong=code.wrong)


def _count_wrong(book: Book, code: Code, at: datetime) -> WalletError:
    for name in _counted_for(code.phone, code.purpose, code.subject):
        book.steps.add(_wrong_codes(name), Step("try", "wrong", "holder", at))
    counted = replace(code, wrong=code.wrong + 1)
    state = CodeState.SENT if counted.wrong < TRIES_MAX else CodeState.EXHAUSTED
    book.codes.change(code.id, state=state, wrong=counted.wrong)
    return _wrong(counted)


def _wrong(code: Code) -> WalletError:
    if code.wrong < TRIES_MAX:
        return CodeWrongError(tries_left=TRIES_MAX - code.wrong)
    return CodeExhaustedError(tries=TRIES_MAX)


def _together(book: Book, phone: str, purpose: str, at: datetime) -> list[Code]:
    """The codes of the last day that are counted together with those of *purpose*."""
    recent = book.codes.since(phone, at - _DAY)
    return [each for each in recent if (each.purpose == CHECKOUT) == (purpose == CHECKOUT)]


def _bounds(purpose: str) -> _Bounds:
    return _STRANGERS if purpose == CHECKOUT else _OWNERS


def _throttle(recent: list[Code], subject: str, bounds: _Bounds, at: datetime) -> None:
    if sum(each.wrong for each in recent) >= bounds.wrong_per_day:
        raise CodeThrottledError(retry_at=_first_wrong(recent) + _DAY, rule="wrong")
    for_subject = [each for each in recent if each.subject == subject]
    # One sent later than now was sent before the clock was set back.
    if for_subject and timedelta(0) <= at - for_subject[-1].sent_at < RESEND_AFTER:
        raise CodeThrottledError(retry_at=for_subject[-1].sent_at + RESEND_AFTER, rule="resend")
    if len(for_subject) > RESENT_MAX:
        raise CodeThrottledError(retry_at=for_subject[0].sent_at + _DAY, rule="subject")
    last_hour = [each for each in recent if each.sent_at > at - _HOUR]
    if len(last_hour) >= bounds.sent_per_hour:
        raise CodeThrottledError(retry_at=last_hour[0].sent_at + _HOUR, rule="hour")


def _refuse_guesser(book: Book, name: str, bounds: _Bounds, at: datetime) -> None:
    """Over days and weeks: a guesser may have patience."""
    wrong: list[datetime] = []
    for step in book.steps.of(_wrong_codes(name)):
        if step.event == "forgive":
            wrong.clear()
        elif step.at > at - _MONTH:
            wrong.append(step.at)
    most = bounds.wrong_per_month
    if len(wrong) >= most:
        raise CodeThrottledError(retry_at=wrong[-most] + _MONTH, rule="wrong")


def _counted_for(phone: str, purpose: str, subject: str) -> list[str]:
    """Whom a wrong try is counted for."""
    if purpose == CHECKOUT:
        return [f"{CHECKOUT}/{phone}"]
    return [phone, subject] if subject.startswith(_PERSON) else [phone]


def _wrong_codes(name: str) -> str:
    return f"wrong-codes/{name}"


def _first_wrong(recent: list[Code]) -> datetime:
    return next(each.sent_at for each in recent if each.wrong)
