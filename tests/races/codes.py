"""Races about one-time codes, and about the settings and the lock of one wallet."""

from collections.abc import Callable

from services.codes import SENT_PER_HOUR_MAX, WRONG_PER_DAY_MAX
from services.holders import Holder
from tests.races.pausing import Act, outcome
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage

_WRONG = "no digits"


@alike
async def the_last_guess_twice(stage: Stage) -> Race:
    """Four were wrong; one more is looked at."""
    holder, offer_id = await _asked(stage)
    for number in range(4):
        await outcome(_guess(stage.first, holder, offer_id, f"{number}"))
    return Race(
        _guess(stage.first, holder, offer_id, "a"),
        _guess(stage.second, holder, offer_id, "b"),
        _codes_left(stage, holder),
    )


async def guess_and_the_right_code(stage: Stage) -> Race:
    """A wrong one and the right one at once."""
    holder, offer_id = await _asked(stage)
    digits = await stage.digits(offer_id)

    async def prove() -> str:
        payments = stage.second.services.payments
        told = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return told.offer.state.value

    left = _codes_left(stage, holder)
    return Race(_guess(stage.first, holder, offer_id, "a"), prove, left)


@alike
async def the_same_guess_twice(stage: Stage) -> Race:
    """An update that two processes were given is one guess."""
    holder, offer_id = await _asked(stage)
    return both(
        stage, lambda each: _guess(each, holder, offer_id, "tap"), _codes_left(stage, holder)
    )


@alike
async def the_last_guess_of_a_day(stage: Stage) -> Race:
    """Two codes of one phone, and one guess left for both."""
    holder, first = await _asked(stage)
    second = await _another(stage, holder)
    _have_guessed(stage, holder, WRONG_PER_DAY_MAX - 1)
    return Race(
        _guess(stage.first, holder, first, "a"),
        _guess(stage.second, holder, second, "b"),
        _codes_left(stage, holder),
    )


@alike
async def the_last_code_of_an_hour(stage: Stage) -> Race:
    """Nine were sent, and ten is the most."""
    holder, _ = await _asked(stage)
    for _ in range(SENT_PER_HOUR_MAX - 2):
        await _another(stage, holder)
    offers = [await _another(stage, holder, confirms=False) for _ in range(2)]

    def act(process: Process, offer_id: str) -> Act:
        async def confirm() -> str:
            told = await process.services.payments.confirm(holder=holder, offer_id=offer_id)
            return told.offer.state.value

        return confirm

    left = _codes_left(stage, holder)
    return Race(act(stage.first, offers[0]), act(stage.second, offers[1]), left)


@alike
async def one_question_to_unlock(stage: Stage) -> Race:
    """An update that two processes were given sends one code."""
    holder = await stage.person()
    await stage.first.services.wallets.lock(holder=holder)

    def act(process: Process) -> Act:
        async def ask() -> str:
            offer = await process.services.wallets.ask_unlock(holder=holder, key=f"u:{holder.id}")
            return offer.state.value

        return ask

    return Race(act(stage.first), act(stage.second), _codes_left(stage, holder))


async def lock_and_language(stage: Stage) -> Race:
    """Two settings of one wallet: neither undoes the other."""
    holder = await stage.person()

    async def lock() -> str:
        return (await stage.first.services.wallets.lock(holder=holder)).state.value

    async def speak() -> str:
        wallets = stage.second.services.wallets
        return (await wallets.set_language(holder=holder, language="ru")).language

    return Race(lock, speak, _codes_left(stage, holder))


async def forgive_and_guess(stage: Stage) -> Race:
    """The operator forgives while one more is wrong."""
    holder, offer_id = await _asked(stage)

    async def forgive() -> str:
        await stage.second.services.wallets.forgive_wrong_codes(phone=holder.phone)
        return "forgiven"

    left = _codes_left(stage, holder)
    return Race(_guess(stage.first, holder, offer_id, "a"), forgive, left)


async def _asked(stage: Stage) -> tuple[Holder, str]:
    """Somebody who was asked for a code, and the offer."""
    holder = await stage.person()
    return holder, await _another(stage, holder)


async def _another(stage: Stage, holder: Holder, *, confirms: bool = True) -> str:
    invoice = await stage.invoice(await stage.shop(), 1_00, holder)
    ask = stage.confirmed if confirms else stage.offered
    return await ask(holder, invoice)


def _have_guessed(stage: Stage, holder: Holder, count: int) -> None:
    """So many guesses of today were wrong, at codes that are over."""
    for number in range(0, count, 5):
        wrong = min(count - number, 5)
        stage.rows(
            "INSERT INTO codes SELECT id || %s, phone, purpose, 'old', content, 'void', %s,"
            " sent_at, expires_at FROM codes WHERE phone = %s ORDER BY id LIMIT 1 RETURNING id",
            f"-{number}",
            wrong,
            holder.phone,
        )


def _guess(process: Process, holder: Holder, offer_id: str, key: str) -> Act:
    async def guess() -> str:
        payments = process.services.payments
        told = await payments.prove(
            holder=holder, offer_id=offer_id, typed=_WRONG, key=f"{key}:{offer_id}"
        )
        return told.offer.state.value

    return guess


def _codes_left(stage: Stage, holder: Holder) -> Callable[[], object]:
    def left() -> object:
        wrong = f"wrong-codes/{holder.phone}"
        return (
            sorted(stage.seen("codes", "phone", holder.phone, "state, wrong")),
            stage.seen("offers", "holder", holder.id, "state"),
            stage.seen("holders", "id", holder.id, "state, language"),
            stage.seen("history", "subject", wrong, "step"),
            stage.account(holder.owner),
        )

    return left


CODES: tuple[Scene, ...] = (
    the_last_guess_twice,
    guess_and_the_right_code,
    the_same_guess_twice,
    the_last_guess_of_a_day,
    the_last_code_of_an_hour,
    one_question_to_unlock,
    lock_and_language,
    forgive_and_guess,
)
