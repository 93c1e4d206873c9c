"""Cash terminals by OSMP: the same transaction is sent until it is answered, and then again."""

import asyncio
import base64

import aiohttp

from sandbox.terminal.osmp import OsmpAnswer, Outcome, parse_answer
from tests.torture.outside import Outside
from tests.torture.records import Cash

ANSWER_SECONDS_MAX = 8
PAUSE_SECONDS_MAX = 1.0
REPEAT_SHARE = 0.4
_DIFFERENT_SHARE = 0.1


class Terminal:
    """One machine with its login."""

    def __init__(
        self,
        outside: Outside,
        http: aiohttp.ClientSession,
        gateway: str,
        login: str,
        password: str,
    ) -> None:
        self._outside = outside
        self._http = http
        self._url = f"{gateway}/osmp"
        basic = base64.b64encode(f"{login}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}"}

    async def take(self, cash: Cash) -> None:
        """See the cash through until the wallet says that it is credited."""
        await self._until_known("check", cash)
        paid = await self._until_known("pay", cash)
        if paid.outcome is not Outcome.DONE or not paid.prv_txn:
            self._wrong(cash, f"was refused: {paid.result} {paid.comment}")
            return
        cash.number = paid.prv_txn
        self._outside.records.acknowledge()
        if self._outside.random.random() < REPEAT_SHARE:
            again = await self._until_known("pay", cash)
            if (again.outcome, again.prv_txn) != (Outcome.DONE, cash.number):
                self._wrong(cash, f"is {cash.number}, then {again.prv_txn} {again.result}")
        if self._outside.random.random() < _DIFFERENT_SHARE:
            other = await self._until_known("pay", cash, more_minor=100)
            if other.outcome is Outcome.DONE:
                self._wrong(cash, "was taken again with another sum")

    async def _until_known(self, command: str, cash: Cash, *, more_minor: int = 0) -> OsmpAnswer:
        params = {
            "command": command,
            "txn_id": cash.receipt,
            "account": cash.phone,
            "sum": f"{(cash.amount_minor + more_minor) // 100}.00",
        }
        while True:
            try:
                async with self._http.get(
                    self._url, params=params, headers=self._headers,
                    timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX),
                ) as answer:  # fmt: skip
                    said = parse_answer(await answer.read())
                if said.outcome is not Outcome.UNKNOWN:
                    return said
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                self._outside.records.faults["osmp: no answer"] += 1
            await asyncio.sleep(self._outside.random.uniform(0.1, PAUSE_SECONDS_MAX))

    def _wrong(self, cash: Cash, what: str) -> None:
        self._outside.records.violation(f"receipt {cash.receipt} {what}")
