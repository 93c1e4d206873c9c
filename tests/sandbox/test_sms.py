"""The SMS centre as the wallet meets it."""

import aiohttp
import pytest

from sandbox.client import NothingHappenedError, Person, Sandbox
from tests.sandbox.conftest import Served


async def send(served: Served, phone: str, text: str) -> int:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{served.url}/sandbox/sms", params={"phone": phone, "text": text}) as answer,
    ):
        return answer.status


async def test_delivered_to_the_owner_of_the_number(served: Served, anna: Person) -> None:
    """In any alphabet, in order, each taken once by a script that waits."""
    assert await send(served, anna.phone, "Код 48213. Никому не говорите, +7 916") == 200
    assert await send(served, anna.phone, "Second") == 200

    assert await anna.next_code() == "48213"
    assert await anna.next_sms() == "Second"
    assert len(await anna.sms()) == 2


async def test_unreachable_numbers_are_final(served: Served, anna: Person) -> None:
    """404: the wallet must not go on trying."""
    await anna.set_reachable(reachable=False)

    assert await send(served, anna.phone, "code") == 404
    assert await send(served, "+79990000000", "code") == 404
    await anna.set_reachable(reachable=True)
    assert await send(served, anna.phone, "code") == 200


async def test_centre_out_of_order(served: Served, sandbox: Sandbox, anna: Person) -> None:
    """503 as often as ordered: the wallet tries again."""
    await sandbox.fail_sms(1)

    assert [await send(served, anna.phone, "code") for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(("phone", "text"), [("", "x"), ("+79161234501", ""), ("+7", "x" * 1601)])
async def test_nonsense_is_refused(served: Served, phone: str, text: str) -> None:
    """A number, and a text of at most ten parts."""
    assert await send(served, phone, text) == 400


async def test_waiting_in_vain_says_what_for(served: Served) -> None:
    """A failed script must explain itself."""
    async with Sandbox(served.url, wait_seconds=0.05) as sandbox:
        anna = await sandbox.person(1001)
        await anna.say("hello")
        await send(served, anna.phone, "no digits")

        with pytest.raises(NothingHappenedError, match="no code in"):
            await anna.next_code()
        with pytest.raises(NothingHappenedError, match=r"(?s)Welcome.*me: hello"):
            await anna.expect("Welcome")
        with pytest.raises(NothingHappenedError, match="no SMS"):
            await anna.next_sms()
