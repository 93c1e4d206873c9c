"""Races about joining: whose a number is, and what is sent to it."""

from collections.abc import Callable
from datetime import timedelta

from services.codes import SENT_PER_HOUR_MAX
from services.joining import CODES_PER_DAY_MAX
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage

_WRONG = "no digits"


@alike
async def two_accounts_prove_one_number(stage: Stage) -> Race:
    """The first who proves it has the wallet, and the other none."""
    phone = stage.phone()
    people = [await _begun(stage, phone) for _ in range(2)]
    return Race(
        await _prove(stage, stage.first, people[0]),
        await _prove(stage, stage.second, people[1]),
        _left(stage, phone),
    )


@alike
async def one_account_proves_twice(stage: Stage) -> Race:
    """One wallet, one card, one sending of its details."""
    phone = stage.phone()
    telegram_id = await _begun(stage, phone)
    return Race(
        await _prove(stage, stage.first, telegram_id),
        await _prove(stage, stage.second, telegram_id),
        _left(stage, phone),
    )


@alike
async def one_contact_twice(stage: Stage) -> Race:
    """An update that two processes were given sends one code."""
    phone, telegram_id = stage.phone(), stage.telegram_id()
    return both(stage, lambda each: _begin(each, telegram_id, phone, "tap"), _left(stage, phone))


@alike
async def one_account_shares_two_numbers(stage: Stage) -> Race:
    """The codes of one day are counted for the account, whatever it shares."""
    telegram_id = stage.telegram_id()
    for number in range(CODES_PER_DAY_MAX - 1):
        await _begin(stage.first, telegram_id, stage.phone(), f"{number}")()
    stage.rows("DELETE FROM joinings WHERE telegram_id = %s RETURNING code_id", telegram_id)
    return Race(
        _begin(stage.first, telegram_id, stage.phone(), "a"),
        _begin(stage.second, telegram_id, stage.phone(), "b"),
        lambda: stage.seen("codes", "subject", f"telegram/{telegram_id}", "state"),
    )


@alike
async def two_accounts_ask_for_the_last_code(stage: Stage) -> Race:
    """Nine went to the number within the hour, whoever asked, and ten is the most."""
    phone = stage.phone()
    for _ in range(SENT_PER_HOUR_MAX - 1):
        await _begun(stage, phone)
    first, second = stage.telegram_id(), stage.telegram_id()
    return Race(
        _begin(stage.first, first, phone, "a"),
        _begin(stage.second, second, phone, "b"),
        lambda: stage.seen("codes", "phone", phone, "state"),
    )


async def prove_and_begin_again(stage: Stage) -> Race:
    """Who has joined is not half joining as well."""
    phone = stage.phone()
    telegram_id = await _begun(stage, phone)
    stage.second.clock.now = stage.first.clock.now + timedelta(minutes=1)
    return Race(
        await _prove(stage, stage.first, telegram_id),
        _begin(stage.second, telegram_id, phone, "again"),
        _left(stage, phone),
    )


async def prove_and_give_up(stage: Stage) -> Race:
    """The SMS is reported lost while its code is typed."""
    phone = stage.phone()
    telegram_id = await _begun(stage, phone)
    code_id = stage.rows("SELECT code_id FROM joinings WHERE telegram_id = %s", telegram_id)[0][0]

    async def give_up() -> str:
        await stage.second.services.joinery.give_up(code_id=code_id)
        return "given up"

    return Race(await _prove(stage, stage.first, telegram_id), give_up, _left(stage, phone))


async def open_and_prove(stage: Stage) -> Race:
    """The operator opens the wallet of somebody who is joining."""
    phone = stage.phone()
    telegram_id = await _begun(stage, phone)

    async def open_wallet() -> str:
        return (await stage.second.services.wallets.open(phone=phone)).state.value

    return Race(await _prove(stage, stage.first, telegram_id), open_wallet, _left(stage, phone))


async def _begun(stage: Stage, phone: str) -> int:
    telegram_id = stage.telegram_id()
    await _begin(stage.first, telegram_id, phone, "begin")()
    return telegram_id


def _begin(process: Process, telegram_id: int, phone: str, key: str) -> Act:
    async def begin() -> object:
        joining = await process.services.joinery.begin(
            telegram_id=telegram_id,
            contact_user_id=telegram_id,
            phone=phone,
            language="en",
            key=f"{key}:{telegram_id}",
        )
        return joining.phone == phone

    return begin


async def _prove(stage: Stage, process: Process, telegram_id: int) -> Act:
    [[code_id]] = stage.rows("SELECT code_id FROM joinings WHERE telegram_id = %s", telegram_id)
    digits = await stage.digits_of(code_id)

    async def prove() -> object:
        joined = await process.services.joinery.prove(telegram_id=telegram_id, typed=digits)
        return joined.holder.telegram_id == telegram_id

    return prove


def _left(stage: Stage, phone: str) -> Callable[[], object]:
    def left() -> object:
        holders = stage.seen("holders", "phone", phone, "id")
        return (
            stage.seen("holders", "phone", phone, "state, telegram_id IS NULL"),
            [stage.seen("cards", "holder", holder, "state") for (holder,) in holders],
            [stage.seen("reveals", "holder", holder, "seen_at IS NULL") for (holder,) in holders],
            stage.seen("joinings", "phone", phone, "language"),
            stage.seen("codes", "phone", phone, "state, wrong"),
        )

    return left


PEOPLE: tuple[Scene, ...] = (
    two_accounts_prove_one_number,
    one_account_proves_twice,
    one_contact_twice,
    one_account_shares_two_numbers,
    two_accounts_ask_for_the_last_code,
    prove_and_begin_again,
    prove_and_give_up,
    open_and_prove,
)
