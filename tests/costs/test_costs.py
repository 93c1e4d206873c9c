"""The cost of every command and call, counted; one that grows fails here and is argued for."""

import asyncio
import re
import tempfile
from pathlib import Path

import pytest
from starlette.routing import Route
from structlog.testing import capture_logs

from bench.commands import live, open_world
from bench.tally import Cost
from bot.handlers import all_routes
from tests.costs.table import COSTS

KINDS = ("statements", "commits", "calls of the Bot API")
NOT_COUNTED = {"/docs", "/openapi.json", "/docs/oauth2-redirect", "/metrics", "/readyz"} | {
    "/partner/bill/v1/{id}",
    "/api/v2/prv/{id}",
}
"""Pages that read nothing of a wallet's, or whose answers are kept for a moment; and what is
said where there is nothing."""

Counted = tuple[dict[str, Cost], list[str]]


@pytest.fixture(scope="module")
def counted() -> Counted:
    """The story of the second person (nothing is drawn for the first time), and refusals."""

    async def lived() -> Counted:
        with tempfile.TemporaryDirectory() as made:
            async with open_world(Path(made)) as world:
                await live(world, 1)
                with capture_logs() as logs:
                    rows = await live(world, 2)
        return rows, [each["code"] for each in logs if each["event"] == "refused"]

    return asyncio.run(lived())


@pytest.mark.parametrize("step", COSTS)
def test_step_costs_what_it_did(counted: Counted, step: str) -> None:
    """A look-up too many in a handler is thousands a second for all who use it."""
    cost = counted[0][step]
    now = (cost.statements, cost.commits, cost.calls)
    grown = [
        f"{step}: {is_now} {kind}, {was} before"
        for kind, is_now, was in zip(KINDS, now, COSTS[step], strict=True)
        if is_now > was
    ]

    assert not grown, "\n".join((*grown, *cost.sql))
    assert now == COSTS[step], f"{step} is cheaper now: write {now} in tests/costs/table.py"


def test_story_goes_as_it_should(counted: Counted) -> None:
    """A step that is refused is cheap, and would say nothing of what it costs."""
    rows, refused = counted

    assert refused == ["code_wrong"] * 3
    assert set(rows) == set(COSTS)


def test_every_answer_of_the_chat_is_counted() -> None:
    """A new command, button or question comes with its cost."""
    routes = all_routes()
    wanted = (
        {f"/{name}" for name in routes.commands}
        | {f"[{action}]" for action in routes.buttons}
        | {f"answer to {name}" for name in routes.questions if name != "contact"}
    )

    assert wanted <= set(COSTS)


async def test_every_call_of_the_gateway_is_counted(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        app = world.gateway

    pages = {each.path for each in app.routes if isinstance(each, Route)}
    paths = pages | set(app.openapi()["paths"])
    found = {re.sub(r"{\w+(:path)?}", "{id}", path) for path in paths}
    calls = [step for step in COSTS if step.startswith(("DELETE", "GET", "PATCH", "POST", "PUT"))]
    assert found - NOT_COUNTED == {step.split()[1].rstrip(",") for step in calls}
