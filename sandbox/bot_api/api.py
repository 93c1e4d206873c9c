"""One call of the Bot API, from its name and parameters to the answer's bytes.

The HTTP routes (`server.py`) and the session for a bot in the same process
(`session.py`) both end here, so both meet the same Telegram.
"""

import hmac
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.bot_api.methods import METHODS
from sandbox.bot_api.params import Params
from sandbox.bot_api.webhook import Webhooks
from sandbox.telegram.errors import ApiError
from sandbox.telegram.files import Upload
from sandbox.telegram.telegram import Telegram

CALLS_KEPT = 500
POLL_SECONDS_MAX = 50
_NGINX = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>"
_BAD_GATEWAY = 502
_POLLED = "getupdates"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: str
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the sandbox remembers it: enough to count and to explain."""

    method: str
    chat_id: str | None
    code: int
    description: str
    at: datetime


class BotApi:
    """The calls of one bot."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.webhooks = Webhooks(telegram)
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.calls_total = 0

    async def call(
        self,
        token: str,
        method: str,
        values: Mapping[str, Any],
        files: Mapping[str, Upload] | None = None,
    ) -> Answer:
        """Do what is asked, or say in Telegram's words why not."""
        params = Params(values, files or {})
        try:
            result = await self._result(token, method.lower(), params)
        except ApiError as error:
            self._note(method, params, error.code, error.description)
            if error.code == _BAD_GATEWAY:
                return Answer(error.code, _NGINX, "text/html")
            return Answer(error.code, json.dumps(error.as_answer(), ensure_ascii=False))
        self._note(method, params, 200, "")
        return Answer(200, json.dumps({"ok": True, "result": result}, ensure_ascii=False))

    async def close(self) -> None:
        """End long polls and stop posting to the webhook."""
        self.telegram.updates.close()
        await self.webhooks.close()

    async def _result(self, token: str, method: str, params: Params) -> Any:
        if not hmac.compare_digest(token.encode(), self.telegram.token.encode()):
            raise ApiError(401, "Unauthorized")
        self.telegram.faults.raise_ordered(method, is_after=False)
        result = await self._do(method, params)
        self.telegram.faults.raise_ordered(method, is_after=True)
        return result

    async def _do(self, method: str, params: Params) -> Any:
        match method:
            case "getupdates":
                return await self._get_updates(params)
            case "setwebhook" | "deletewebhook":
                return await self._set_webhook(params, is_kept=method == "setwebhook")
            case "getwebhookinfo":
                return self.webhooks.info()
            case _ if method in METHODS:
                return METHODS[method](self.telegram, params)
            case _:
                raise ApiError(404, "Not Found")

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        self.webhooks.check_polling()
        updates = self.telegram.updates
        updates.allow(params.json("allowed_updates"))
        waiting = await updates.poll(
            offset=params.integer("offset") or 0,
            limit=params.integer("limit") or 100,
            timeout_seconds=min(params.integer("timeout") or 0, POLL_SECONDS_MAX),
        )
        return [update.as_api() for update in waiting]

    async def _set_webhook(self, params: Params, *, is_kept: bool) -> bool:
        if params.flag("drop_pending_updates"):
            self.telegram.updates.drop()
        if is_kept:
            self.telegram.updates.allow(params.json("allowed_updates"))
        url = (params.text("url") or "") if is_kept else ""
        await self.webhooks.set(url, secret_token=params.text("secret_token"))
        return True

    def _note(self, method: str, params: Params, code: int, description: str) -> None:
        if method.lower() == _POLLED:
            return
        at = self.telegram.now()
        self.calls.append(Call(method, params.text("chat_id"), code, description, at))
        self.calls_total += 1
        self.telegram.changes.touch("calls")
