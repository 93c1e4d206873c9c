"""A plugin's line to the wallet: each exchange is kept, to be looked at."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.plugins.orders import Exchange, Orders, told
from sandbox.wallet import Wallet, WalletAnswer


class Line:
    """What all plugins say goes over it."""

    def __init__(self, *, wallet: Wallet, orders: Orders, now: Callable[[], datetime]) -> None:
        self._wallet = wallet
        self._orders = orders
        self._now = now

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> WalletAnswer:
        """Ask the wallet, with a JSON body or a form.

        Raises:
            WalletUnreachableError: It does not answer.
        """
        given = dict(headers or {})
        sent = ""
        if body is not None:
            sent = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            given["Content-Type"] = "application/json"
        elif form is not None:
            sent = urlencode(form)
            given["Content-Type"] = "application/x-www-form-urlencoded"
        answer = await self._wallet.request(
            method, path, headers=given, data=sent.encode() if sent else None
        )
        self._keep(False, method, path, given, sent, answer.status, answer.body.decode())  # noqa: FBT003
        return answer

    def heard(
        self, method: str, path: str, headers: Mapping[str, str], body: str, status: int, said: str
    ) -> None:
        """Keep what the wallet said to the shop, and what the shop answered."""
        self._keep(True, method, path, headers, body, status, said)  # noqa: FBT003

    def _keep(
        self,
        from_wallet: bool,  # noqa: FBT001
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: str,
        status: int,
        answer: str,
    ) -> None:
        self._orders.words.appendleft(
            Exchange(
                from_wallet=from_wallet,
                method=method,
                address=path,
                headers=told(headers),
                body=body,
                status=status,
                answer=answer,
                at=self._now(),
            )
        )
