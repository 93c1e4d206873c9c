"""The operator's desk: what the wallet's books look like from outside."""

import json
from typing import Any

from sandbox.wallet import Wallet


class DeskError(Exception):
    """The wallet shows no books."""


class Desk:
    """Reads; it can change nothing."""

    def __init__(self, *, wallet: Wallet, key: str) -> None:
        self._wallet = wallet
        self._key = key

    async def ledger(self, *, before: str | None = None) -> dict[str, Any]:
        """Totals, accounts, transactions, the chain's head and faults, as they are.

        Raises:
            DeskError: The wallet refuses.
            WalletUnreachableError: The wallet does not answer.
        """
        answer = await self._wallet.request(
            "GET",
            "/operator/ledger",
            params={"before": before} if before else None,
            headers={"Authorization": f"Bearer {self._key}"},
        )
        if not answer.is_ok:
            raise DeskError(f"the wallet answered HTTP {answer.status}")
        try:
            ledger: dict[str, Any] = json.loads(answer.body)
        except ValueError as exc:
            raise DeskError("the answer is not JSON") from exc
        return ledger
