"""One-time codes by themselves: for one thing, one time, a short while and few tries."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from services import codes
from services.codes import (
    LIFETIME,
    RESEND_AFTER,
    RESENT_MAX,
    SENT_PER_HOUR_MAX,
    TRIES_MAX,
    WRONG_PER_DAY_MAX,
    Code,
    CodeExhaustedError,
    CodeExpiredError,
    CodeNotFoundError,
    CodeThrottledError,
    CodeWrongError,
)
from services.errors import WalletError
from services.vault import Vault
from storage.book import BookTables
from tests.books import memory_book
from tests.cast import OTHER_PHONE, PHONE
from tests.clock import TestClock

CONTENT = codes.content_of("60.00 to the shop")


class Desk:
    """Sends and checks codes on one book, numbering them."""

    def __init__(self, book: BookTables, vault: Vault, clock: TestClock) -> None:
        self.book = book
        self._vault = vault
        self._clock = clock
        self._numbers = count()

    def send(self, subject: str = "offer/1", phone: str = PHONE) -> Code:
        return codes.send(
            self.book,
            code_id=f"c{next(self._numbers)}",
            phone=phone,
            purpose="payment",
            subject=subject,
            content=CONTENT,
            language="en",
            at=self._clock(),
        )

    def check(
        self, code: Code, typed: str | None = None, content: bytes = CONTENT
    ) -> WalletError | None:
        """None is accepted; without *typed* it is what the SMS says."""
        return codes.check(
            self.book,
            self._vault,
            code_id=code.id,
            typed=code.digits(self._vault) if typed is None else typed,
            content=content,
            at=self._clock(),
        )

    def wrong(self, code: Code) -> WalletError | None:
        """Try what is not the code."""
        right = code.digits(self._vault)
        return self.check(code, "000000" if right != "000000" else "000001")

    def waste(self, tries: int, phone: str = PHONE) -> None:
        """So many wrong tries, over as many codes as that needs."""
        for number, start in enumerate(range(0, tries, TRIES_MAX)):
            code = self.send(f"waste/{number}", phone)
            for _ in range(min(TRIES_MAX, tries - start)):
                self.wrong(code)


@pytest.fixture
def desk(vault: Vault, clock: TestClock) -> Iterator[Desk]:
    with memory_book() as book:
        yield Desk(book, vault, clock)


def test_code_is_good_once(desk: Desk) -> None:
    """Who reads it over a shoulder a second later has nothing."""
    code = desk.send()

    outcomes = [desk.check(code), desk.check(code)]

    assert outcomes[0] is None
    assert isinstance(outcomes[1], CodeExpiredError)


def test_spaces_around_it_do_not_matter(desk: Desk, vault: Vault) -> None:
    """Phones add them when they copy."""
    code = desk.send()

    assert desk.check(code, f" {code.digits(vault)}\n") is None


@pytest.mark.parametrize("typed", ["", "é", "１２３４５６", "0" * 10_000, "\ud800"])
def test_whatever_is_typed_is_wrong_and_not_an_error(desk: Desk, typed: str) -> None:
    """People paste anything into a chat."""
    refusal = desk.check(desk.send(), typed.encode("utf-8", "replace").decode())

    assert isinstance(refusal, CodeWrongError)


def test_new_code_or_no_more_wish_voids_the_old(desk: Desk, clock: TestClock) -> None:
    """Of two SMS only the newer works, and none after Cancel; other subjects keep theirs."""
    other, old = desk.send("offer/2"), desk.send()
    clock.advance(seconds=RESEND_AFTER.seconds)
    new = desk.send()
    after_new = desk.check(old)
    codes.void(desk.book, new.id)
    after_void = desk.check(new)

    assert isinstance(after_new, CodeExpiredError)
    assert isinstance(after_void, CodeExpiredError)
    assert desk.check(other) is None


def test_code_lives_to_the_second(desk: Desk, clock: TestClock) -> None:
    """As long as the SMS says, and not longer."""
    first, second = desk.send("offer/1"), desk.send("offer/2")
    clock.now += LIFETIME - timedelta(microseconds=1)
    in_time = desk.check(first)
    clock.now += timedelta(microseconds=1)

    assert in_time is None
    assert isinstance(desk.check(second), CodeExpiredError)


def test_changed_content_is_another_thing(desk: Desk) -> None:
    """A code for 60.00 does not confirm 600.00."""
    refusal = desk.check(desk.send(), content=codes.content_of("600.00 to the shop"))

    assert isinstance(refusal, CodeExpiredError)


def test_fifth_wrong_try_kills_it(desk: Desk) -> None:
    """The right one comes too late then, and the answer says how many were left."""
    code = desk.send()

    refusals = [desk.wrong(code) for _ in range(TRIES_MAX)]

    left = [each.values["tries_left"] for each in refusals if isinstance(each, CodeWrongError)]
    assert left == [4, 3, 2, 1]
    assert isinstance(refusals[-1], CodeExhaustedError)
    assert isinstance(desk.check(code), CodeExhaustedError)


def test_phone_has_only_so_many_wrong_tries_a_day(desk: Desk, clock: TestClock) -> None:
    """New codes buy no new tries: not even the right code works, until a day has passed."""
    began = clock()
    waiting = desk.send("offer/1")
    desk.waste(WRONG_PER_DAY_MAX - 1)
    last_chance = desk.send("offer/2")
    still = desk.wrong(last_chance)

    refused = desk.check(waiting)
    with pytest.raises(CodeThrottledError) as unsent:
        desk.send("offer/3")
    clock.now += timedelta(days=1)
    later = desk.send("offer/4")

    assert isinstance(still, CodeWrongError)
    assert isinstance(refused, CodeThrottledError)
    for error in (refused, unsent.value):
        assert error.values == {"retry_at": began + timedelta(days=1), "rule": "wrong"}
    assert desk.check(later) is None


def test_wrong_tries_of_one_phone_are_not_anothers(desk: Desk) -> None:
    """Or anybody could lock anybody out."""
    desk.waste(WRONG_PER_DAY_MAX)

    assert desk.check(desk.send(phone=OTHER_PHONE)) is None


def test_sending_again_waits_and_has_an_end(desk: Desk, clock: TestClock) -> None:
    """Each SMS costs the operator money, and the phone's owner patience."""
    began = clock()
    desk.send()
    clock.now += RESEND_AFTER - timedelta(microseconds=1)
    with pytest.raises(CodeThrottledError) as too_soon:
        desk.send()
    clock.now += timedelta(microseconds=1)
    for _ in range(RESENT_MAX):
        desk.send()
        clock.now += RESEND_AFTER
    with pytest.raises(CodeThrottledError) as too_many:
        desk.send()

    assert too_soon.value.values == {"retry_at": began + RESEND_AFTER, "rule": "resend"}
    assert too_many.value.values == {"retry_at": began + timedelta(days=1), "rule": "subject"}


def test_phone_gets_only_so_many_an_hour(desk: Desk, clock: TestClock) -> None:
    """Whatever they are for: nobody is to be flooded through us."""
    began = clock()
    for number in range(SENT_PER_HOUR_MAX):
        desk.send(f"offer/{number}")
    with pytest.raises(CodeThrottledError) as refused:
        desk.send("offer/more")
    desk.send("offer/more", phone=OTHER_PHONE)
    clock.now += timedelta(hours=1)
    desk.send("offer/more")

    assert refused.value.values == {"retry_at": began + timedelta(hours=1), "rule": "hour"}


def test_nothing_to_check_is_said(desk: Desk, vault: Vault, clock: TestClock) -> None:
    """A code that was typed before any was asked for is not counted against anybody."""
    for code_id in (None, "nothing"):
        refusal = codes.check(
            desk.book, vault, code_id=code_id, typed="1", content=CONTENT, at=clock()
        )
        assert isinstance(refusal, CodeNotFoundError)


def test_codes_of_two_things_differ(desk: Desk, vault: Vault) -> None:
    """They follow from all that they confirm: equal ones are chance."""
    sent = [desk.send(f"offer/{number}") for number in range(SENT_PER_HOUR_MAX)]

    assert len({code.digits(vault) for code in sent}) > SENT_PER_HOUR_MAX // 2


def test_waiting_sms_names_the_code_without_its_digits(
    desk: Desk, vault: Vault, clock: TestClock
) -> None:
    """Who reads the table of waiting work learns no code."""
    code = desk.send()

    [work] = desk.book.due.claim(now=clock(), until=clock(), limit=9, lane_max=9)

    assert (work.kind, work.lane, work.priority) == ("sms_code", f"sms/{PHONE}", 1)
    assert work.payload["code"] == code.id
    assert code.digits(vault) not in json.dumps(work.payload)
