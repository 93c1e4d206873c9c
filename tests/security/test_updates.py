"""Whatever is posted to the webhook as an update: kept or refused, handled, and never a fault.

On both engines: what one database takes, another may refuse.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import pytest
from aiogram import Bot
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.edge import BotEdge, create_bot_edge
from bot.handlers import all_routes
from bot.routes import Routes
from bot.texts import Texts
from gateway.app import create_app
from purser.services import Services
from services.conversations import Conversation
from services.vault import Vault
from storage.engines import AnyStore
from tests.cast import ANN, Cast
from tests.clock import TestClock
from tests.gateway.conftest import TELEGRAM_SECRET, client_of, gateway_settings
from tests.telegram import TOKEN, Telegram

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
NUMBERS = count(1)
COMMANDS: Routes = all_routes()

person = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}
chat = {"id": ANN, "type": "private"}
words = (
    st.text(max_size=60)
    | st.sampled_from(["", "\0", "a\0b", "%", "_", "'", "\\", "1" * 4096, "\u202e", "000000"])
    | st.from_regex(r"\A[0-9., ]{0,12}\Z")
)
texts = words | st.builds(
    lambda name, argument: f"/{name} {argument}", st.sampled_from([*COMMANDS.commands, "x"]), words
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def message(**fields: Any) -> dict[str, Any]:
    told = {"message_id": 1, "date": NOW, "chat": chat, "from": person}
    return {"message": told | fields}


contacts = st.fixed_dictionaries(
    {"phone_number": words, "first_name": words},
    optional={"user_id": st.sampled_from([ANN, ANN + 1, 0])},
)
presses = st.text(max_size=64) | st.sampled_from(["home::0:AAAAAAAAAAAAAAAA", ":::", "\0"])
honest = (
    texts.map(lambda text: message(text=text))
    | contacts.map(lambda contact: message(contact=contact))
    | presses.map(
        lambda data: {
            "callback_query": {
                "id": "1",
                "from": person,
                "chat_instance": "1",
                "data": data,
                **message(text="..."),
            }
        }
    )
    | st.sampled_from(["kicked", "member"]).map(
        lambda status: {
            "my_chat_member": {
                "chat": chat,
                "from": person,
                "date": NOW,
                "old_chat_member": {"status": "member", "user": person},
                "new_chat_member": {"status": status, "user": person, "until_date": 0},
            }
        }
    )
)
"""Shaped as Telegram's, with anything that a person can put in."""

kinds = st.sampled_from(["message", "callback_query", "my_chat_member", "update_id", "poll"])
anything = st.dictionaries(kinds, json_values | honest, max_size=3)


class Line:
    """From the webhook's route to the last handler."""

    def __init__(self, client: httpx.AsyncClient, edge: BotEdge, services: Services) -> None:
        self._client = client
        self._edge = edge
        self._services = services

    async def post(self, update: dict[str, Any]) -> int:
        """The status; everything that follows has been handled."""
        answer = await self._client.post(
            "/telegram/webhook",
            content=json.dumps(update).encode(),
            headers={"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET},
        )
        await self._edge.feeder.idle()
        return answer.status_code

    async def failed(self) -> list[str]:
        """The errors of updates that were set aside."""
        return [each.error for each in await self._services.inbox.set_aside(limit=1000)]


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def at_once(_: float) -> None:
    """A pause that is not waited for."""
    await asyncio.sleep(0)


@pytest.fixture
async def line(
    services: Services, store: AnyStore, vault: Vault, clock: TestClock, cast: Cast
) -> AsyncIterator[Line]:
    """Ann has a wallet, and her chat is behind the gateway."""
    await cast.join()
    edge = create_bot_edge(
        bot=Bot(TOKEN, session=Telegram()),
        services=services,
        vault=vault,
        texts=Texts(),
        now=clock,
        username="purser_bot",
        sleep=at_once,
    )
    await edge.feeder.start()
    app = create_app(
        **gateway_settings(services, store, clock),
        telegram_secret=TELEGRAM_SECRET,
        receive=edge.receive_webhook,
    )
    async with client_of(app) as client:
        with capture_logs():  # what is set aside is logged at length
            yield Line(client, edge, services)
    await edge.feeder.close()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(honest, min_size=1, max_size=6))
@example([message(text="/history"), message(text="\0")])
@example([message(text=f"/start bill_{'0' * 32}\0")])
async def test_whatever_a_person_sends_is_answered(line: Line, sent: list[dict[str, Any]]) -> None:
    """No text, contact or press makes a handler fail, so none is set aside."""
    statuses = [await line.post({"update_id": next(NUMBERS)} | each) for each in sent]

    assert statuses == [200] * len(sent)
    assert await line.failed() == []


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(anything | json_values.filter(lambda value: isinstance(value, dict)))
@example({"update_id": 2**63})
@example({"message": {"from": {"id": 2**63}}})
@example({"message": {"from": {"id": -1}, "chat": {"id": 2**70}}})
@example({"callback_query": []})
@example(message(text="/start\ud800"))
async def test_any_object_is_taken_or_refused(line: Line, update: dict[str, Any]) -> None:
    """An update that no client ever sent is no reason to lose the next one."""
    status = await line.post({"update_id": next(NUMBERS)} | update)
    after = await line.post({"update_id": next(NUMBERS)} | message(text="/balance"))

    assert status in {200, 400}
    assert after == 200


QUESTIONS = st.sampled_from(
    ["history_search", "receipt", "unlock_code", "payment_code", "contact"]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(QUESTIONS, words)
@example("history_search", "a\0b")
@example("history_search", "%'\\\\_")
@example("receipt", "\0")
@example("receipt", "\u0661" * 20)
async def test_whatever_answers_a_question(
    line: Line, services: Services, question: str, text: str
) -> None:
    """What is typed where the wallet asked for something goes on into a service."""
    asked = Conversation(question, {"offer": "0" * 32})
    await services.visitors.expect(telegram_id=ANN, conversation=asked)

    status = await line.post({"update_id": next(NUMBERS)} | message(text=text))

    assert status == 200
    assert await line.failed() == []
