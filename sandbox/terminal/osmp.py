"""OSMP from the terminal's side: ask, and understand whatever comes back.

Answers are read by tag and not by order, and the content type is not trusted: real
front ends send text/html.
"""

import base64
import html
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.wallet import Wallet, WalletUnreachableError

_OK = 0
_TO_REPEAT = {1, 90}
"""Not an outcome yet; every other code but 0 is final."""


class Outcome(StrEnum):
    """What the terminal may print."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OsmpAnswer:
    """An answer, or what stood in for one."""

    outcome: Outcome
    result: int | None
    comment: str
    prv_txn: str | None = None
    sum: str | None = None


class Osmp:
    """One terminal's line to the wallet."""

    def __init__(self, *, wallet: Wallet, login: str, password: str) -> None:
        self._wallet = wallet
        self._login = login
        self._password = password

    async def check(self, *, txn_id: str, account: str, amount: str) -> OsmpAnswer:
        """Is there such an account, and would it take this much?"""
        return await self._ask(command="check", txn_id=txn_id, account=account, sum=amount)

    async def pay(self, *, txn_id: str, account: str, amount: str, at: datetime) -> OsmpAnswer:
        """Credit the account; the same *txn_id* is credited once however often it is sent."""
        return await self._ask(
            command="pay",
            txn_id=txn_id,
            txn_date=f"{at:%Y%m%d%H%M%S}",
            account=account,
            sum=amount,
        )

    async def _ask(self, **params: str) -> OsmpAnswer:
        basic = base64.b64encode(f"{self._login}:{self._password}".encode()).decode()
        try:
            answer = await self._wallet.request(
                "GET", "/osmp", params=params, headers={"Authorization": f"Basic {basic}"}
            )
        except WalletUnreachableError as exc:
            return OsmpAnswer(Outcome.UNKNOWN, None, str(exc))
        if not answer.is_ok:
            return OsmpAnswer(Outcome.UNKNOWN, None, f"the wallet answered HTTP {answer.status}")
        return parse_answer(answer.body)


def parse_answer(body: bytes) -> OsmpAnswer:
    """What an answer says; anything unreadable is an unknown outcome, never a refusal."""
    text = body.decode("utf-8", "replace")
    result = _tag(text, "result")
    if result is None or not re.fullmatch(r"\d{1,5}", result):
        return OsmpAnswer(Outcome.UNKNOWN, None, "the answer cannot be read")
    code = int(result)
    outcome = Outcome.UNKNOWN if code in _TO_REPEAT else Outcome.REFUSED
    return OsmpAnswer(
        outcome=Outcome.DONE if code == _OK else outcome,
        result=code,
        comment=_tag(text, "comment") or "",
        prv_txn=_tag(text, "prv_txn"),
        sum=_tag(text, "sum"),
    )


def _tag(text: str, name: str) -> str | None:
    found = re.search(rf"<{name}(?:\s[^>]*)?>([^<]*)</{name}\s*>", text)
    return html.unescape(found.group(1)).strip() if found else None
