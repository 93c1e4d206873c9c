"""Schemathesis on our own OpenAPI document: examples, boundaries, fuzzing, and chains of calls.

The longer run is by hand: `schemathesis run http://.../openapi.json -n 1000 --checks all`,
without `positive_data_acceptance`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.app import create_app
from gateway.limits import Limits
from purser.services import Services
from purser.web import serving_http
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import Shop, gateway_settings
from tests.security.conftest import UNBOUNDED

EXAMPLES = 25
LEFT_OUT = "positive_data_acceptance"
"""Our rules are narrower than a schema can say: 1.0 is no amount, and a text can be shown."""

PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")


@pytest.fixture
async def address(services: Services, store: AnyStore, clock: TestClock) -> AsyncIterator[str]:
    """With the patience that everybody is given: the machine of the tests may be busy."""
    limits = Limits(per_key=UNBOUNDED, failures=UNBOUNDED)
    app = create_app(**gateway_settings(services, store, clock), limits=limits)
    async with serving_http(app, host="127.0.0.1", port=0) as opened:
        yield opened


async def test_any_call_is_answered_as_documented(
    address: str, shop: Shop, tmp_path: Path
) -> None:
    """No 5xx, no undocumented status, body or header, no call that gets by without its key."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"),
        *("run", f"{address}/openapi.json"),
        *("--header", f"Authorization: {shop.bearer['Authorization']}"),
        *("--checks", "all", "--exclude-checks", LEFT_OUT),
        *("--max-examples", str(EXAMPLES), "--generation-deterministic"),
        *("--continue-on-failure", "--no-color"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()

    assert process.returncode == 0, printed
    assert [phase for phase in PHASES if f"✅ {phase}" not in printed.replace("  ", " ")] == []
