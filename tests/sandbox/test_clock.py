"""The pretended world's clock: it is moved ahead by the control API, and never back."""

import pytest

from sandbox.client import Sandbox, SandboxError
from tests.sandbox.conftest import Served


async def test_time_passes_at_once(served: Served, sandbox: Sandbox) -> None:
    """The answer says what time it is then, and so does the world."""
    before = served.world.now()

    said = await sandbox.leap(days=30, hours=2)

    assert said == "2026-12-24T10:00:00+00:00"
    assert (await sandbox.get("clock"))["now"] == said
    assert (served.world.now() - before).days == 30


@pytest.mark.parametrize("asked", [{"days": -1}, {"days": 401}, {"days": 1.5}, {"years": 1}])
async def test_time_goes_neither_back_nor_by_anything_odd(
    served: Served, sandbox: Sandbox, asked: dict[str, float]
) -> None:
    """The clock stays where it was."""
    before = served.world.now()

    with pytest.raises(SandboxError) as refused:
        await sandbox.post("clock", asked)

    assert refused.value.status == 400
    assert served.world.now() == before
