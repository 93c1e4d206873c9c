"""Connections by the catalogue: the wallet's client and the sandbox's billing system together."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway import providers
from gateway.providers import ProviderConnections, create_connections
from sandbox.provider.moods import CREDITS_NOTHING, Mood, Order
from sandbox.world import World
from services.catalogue import Connection, Provider
from services.connections import Answer, Asked, Outcome
from services.money import RUB, Money
from services.payees import masked_name
from tests.catalogue import STEAM
from tests.sandbox.conftest import Clock, listening, make_app

DOCUMENT = Path(__file__).parents[2] / "docs" / "providers.md"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ASKED = Asked(17, "ann_2026", Money(500_00, RUB), AT, {"login": "ann_2026"})


@pytest.fixture
async def connections() -> AsyncIterator[ProviderConnections]:
    made = create_connections()
    yield made
    await made.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    app = make_app(Clock(), base_url="http://127.0.0.1:9")
    async with listening(app) as url:
        app.state.world.base_url = url
        yield app.state.world
        await app.state.world.close()


def steam(url: str, **settings: Any) -> Provider:
    settings = {"url": url, "pay_seconds": 1, "check_seconds": 1} | settings
    return replace(STEAM, connection=Connection("osmp", settings))


@pytest.mark.parametrize("mood", [mood for mood in Mood if mood is not Mood.RANDOM])
async def test_no_mood_makes_the_wallet_believe_what_is_not_so(
    connections: ProviderConnections, world: World, mood: Mood
) -> None:
    """Done only where it was credited; refused or later only where it was not."""
    world.billing.moods.order(Order(mood, seconds=0.01, code=7))
    line = connections(steam(f"{world.base_url}/provider/steam"))

    answers = [await line.pay(ASKED), await line.pay(ASKED)]

    credited = len(world.billing.credits())
    assert credited == (mood not in CREDITS_NOTHING)
    assert answers[0].outcome is not Outcome.DONE or credited
    assert answers[0].outcome not in (Outcome.REFUSED, Outcome.LATER) or not credited


async def test_check_brings_a_name(connections: ProviderConnections, world: World) -> None:
    """Which the chat masks."""
    line = connections(steam(f"{world.base_url}/provider/steam", method="POST"))

    answer = await line.check(ASKED)

    assert answer.outcome is Outcome.DONE
    assert answer.payee
    assert masked_name(answer.payee) != answer.payee


async def test_password_is_read_from_its_file(
    connections: ProviderConnections, world: World, tmp_path: Path
) -> None:
    """Each time, so that it can be changed without a restart; without the file nobody is asked."""
    file = tmp_path / "password"
    url = f"{world.base_url}/provider/steam"
    terms = steam(url, login="purser", password_file=str(file))

    without = await connections(terms).pay(ASKED)
    file.write_text("sesame\n")
    given = await connections(terms).pay(ASKED)

    assert (without.outcome, without.reason) == (Outcome.LATER, "not_connected")
    assert given.outcome is Outcome.DONE


@pytest.mark.parametrize(
    "connection", [Connection("pigeon"), Connection("osmp", {"url": "http://example.com/"})]
)
async def test_provider_that_cannot_be_reached_credits_nothing(
    connections: ProviderConnections, connection: Connection
) -> None:
    """A catalogue of an older version may name what is not there any more."""
    answer = await connections(replace(STEAM, connection=connection)).pay(ASKED)

    assert (answer.outcome, answer.reason) == (Outcome.LATER, "not_connected")


async def test_kind_of_the_document_works(
    connections: ProviderConnections, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever writes another kind begins with what is written there."""
    code = re.search(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert code is not None
    kind: dict[str, Any] = {}
    exec(code[1], kind)  # noqa: S102  # our own document
    monkeypatch.setitem(providers.KINDS, "folder", kind["FolderSettings"])
    settings = {"path": str(tmp_path)}
    line = connections(replace(STEAM, connection=Connection("folder", settings)))

    answers = [await line.check(ASKED), await line.pay(ASKED), await line.pay(ASKED)]
    (tmp_path / "17.done").touch()

    assert [each.outcome for each in answers] == [Outcome.DONE, Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert await line.pay(ASKED) == Answer(Outcome.DONE)
    assert (tmp_path / "17.asked").read_text("utf-8") == "ann_2026\t500.00 RUB\n"
    assert providers.problems("folder", settings) == {}
    assert set(providers.problems("folder", {"path": ""})) == {"path"}


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Иванов Пётр", "И*** П."),
        ("иванов пётр сергеевич", "И*** П. С."),
        ("Madonna", "M***"),
        ("ООО «Ромашка»", "О*** Р."),
        ("राज कुमार", "रा*** कु."),
        ("ليلى حسن", "ل*** ح."),
        ("a b c d e f", "A*** B. C. D."),
        ("42 / 7", ""),
        ("", ""),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    """Enough to see that it is somebody else's account."""
    assert masked_name(name) == masked
