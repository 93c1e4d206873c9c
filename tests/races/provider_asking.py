"""Races of who asks a provider, and of who says what became of a payment."""

from services.connections import Answer, Outcome
from services.due import TryAgainError
from services.holders import Holder
from services.provider_life import ProviderPaymentState
from services.provider_sending import ASKED_FOR
from tests.catalogue import STEAM
from tests.races.pausing import Act, outcome
from tests.races.provider_payments import left
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage

SILENCE = Answer(Outcome.UNKNOWN, "timeout")
NO_SUCH_ACCOUNT = Answer(Outcome.REFUSED, "account_not_found", "5")


@alike
async def two_workers_ask(stage: Stage) -> Race:
    """A lease was lost: the provider may be asked twice, the money moves once."""
    holder, payment_id = await _sent(stage)
    return both(stage, lambda each: send(each, payment_id), left(stage, [holder]))


async def ask_and_resolve(stage: Stage) -> Race:
    """The operator knows that it was credited while a worker asks."""
    holder, payment_id = await _sent(stage)
    resolved = resolve(stage.second, payment_id, paid=True)
    return Race(send(stage.first, payment_id), resolved, left(stage, [holder]))


async def two_who_say_otherwise(stage: Stage) -> Race:
    """The registry lists what the operator gives back: one of them is told of the other."""
    holder, payment_id = await _lost(stage)
    return Race(
        resolve(stage.first, payment_id, paid=True, actor="registry"),
        resolve(stage.second, payment_id, paid=False),
        left(stage, [holder]),
    )


@alike
async def two_files_that_confirm_it(stage: Stage) -> Race:
    """The same registry is read by two people at once."""
    holder, payment_id = await _lost(stage)
    return both(
        stage,
        lambda each: resolve(each, payment_id, paid=True, actor="registry"),
        left(stage, [holder]),
    )


@alike
async def two_troubles_of_one_provider(stage: Stage) -> Race:
    """Both are counted, also where they are the first."""
    people, payments = await _two_sent(stage)
    stage.billing.pays.extend([SILENCE] * 2)
    return Race(
        send(stage.first, payments[0]),
        send(stage.second, payments[1]),
        lambda: (left(stage, people)(), stage.seen("breakers", "provider", STEAM.id, "troubles")),
    )


@alike
async def two_who_find_out(stage: Stage) -> Race:
    """After the pause of a provider that is down one payment is tried, and the other waits."""
    _, payments = await _two_sent(stage)
    stage.raw.execute(_DOWN, {"provider": STEAM.id})
    stage.billing.pays.append(SILENCE)
    return Race(
        send(stage.first, payments[0]),
        send(stage.second, payments[1]),
        lambda: stage.seen("breakers", "provider", STEAM.id, "pauses, is_tried"),
    )


_DOWN = """
    INSERT INTO breakers (provider, troubles, since, pauses, until, is_tried)
    VALUES (%(provider)s, 5, 0, 1, 1, 0)
    ON CONFLICT (provider) DO UPDATE
    SET troubles = 5, since = 0, pauses = 1, until = 1, is_tried = 0
"""


def send(process: Process, payment_id: str) -> Act:
    """Have the provider asked once, and tell how the payment stands then."""

    async def ask() -> str:
        try:
            sent = await process.services.provider_sending.send(payment_id=payment_id)
        except TryAgainError as exc:
            return f"again: {exc}"
        return sent.state.value

    return ask


def resolve(process: Process, payment_id: str, *, paid: bool, actor: str = "operator") -> Act:
    """Say what became of it."""

    async def say() -> str:
        resolved = await process.services.provider_sending.resolve(
            payment_id=payment_id, paid=paid, reason="asked by telephone", actor=actor
        )
        return resolved.state.value

    return say


async def _sent(stage: Stage) -> tuple[Holder, str]:
    """Somebody with a payment that the provider is to be asked for."""
    stage.billing.pays.clear()
    stage.raw.execute("DELETE FROM breakers")
    holder = await stage.person()
    return holder, await stage.order_sent(holder)


async def _two_sent(stage: Stage) -> tuple[list[Holder], list[str]]:
    people, payments = [], []
    for _ in range(2):
        holder, payment_id = await _sent(stage)
        people.append(holder)
        payments.append(payment_id)
    return people, payments


async def _lost(stage: Stage) -> tuple[Holder, str]:
    """Somebody with a payment that nobody can tell any more."""
    holder, payment_id = await _sent(stage)
    stage.billing.pays.append(SILENCE)
    await outcome(send(stage.first, payment_id))
    began = stage.first.clock.now
    stage.first.clock.now = began + ASKED_FOR
    assert await outcome(send(stage.first, payment_id)) == ProviderPaymentState.UNKNOWN.value
    stage.first.clock.now = began
    return holder, payment_id


PROVIDER_ASKING: tuple[Scene, ...] = (
    two_workers_ask,
    ask_and_resolve,
    two_who_say_otherwise,
    two_files_that_confirm_it,
    two_troubles_of_one_provider,
    two_who_find_out,
)
