"""Who opened a Mini App: Telegram's word for it, checked.

Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

AGE_MAX = timedelta(minutes=5)
SKEW_MAX = timedelta(seconds=30)
"""How far Telegram's clock may be ahead of ours."""

LENGTH_MAX = 8192
FIELDS_MAX = 32
_UNIX_TIME = re.compile(r"[0-9]{1,11}")
_ID_MAX = 2**53
"""Source: Bot API, User: an id has at most 52 significant bits."""


class InitDataRefusedError(Exception):
    """Forged, changed, too old, or not init data at all."""


@dataclass(frozen=True, slots=True)
class Opener:
    """The Telegram user in front of the page."""

    telegram_id: int
    language: str


def verify(text: str, *, bot_token: str, now: datetime) -> Opener:
    """Who opened the page, if Telegram signed that for this bot just now.

    Raises:
        InitDataRefusedError: It did not.
    """
    fields = _fields(text)
    given = fields.pop("hash", "")
    signed = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", bot_token.encode(), hashlib.sha256)
    expected = hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise InitDataRefusedError("hash")
    _check_age(fields.get("auth_date", ""), now)
    return _opener(fields.get("user", ""))


def _fields(text: str) -> dict[str, str]:
    if not text.isascii() or not 0 < len(text) <= LENGTH_MAX:
        raise InitDataRefusedError("length")
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:
        raise InitDataRefusedError("form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InitDataRefusedError("form")
    return fields


def _check_age(auth_date: str, now: datetime) -> None:
    if not _UNIX_TIME.fullmatch(auth_date):
        raise InitDataRefusedError("auth_date")
    age = now - (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(auth_date)))
    if not -SKEW_MAX <= age <= AGE_MAX:
        raise InitDataRefusedError("auth_date")


def _opener(text: str) -> Opener:
    try:
        user = json.loads(text)
    except (ValueError, RecursionError):
        raise InitDataRefusedError("user") from None
    telegram_id = user.get("id") if isinstance(user, dict) else None
    if type(telegram_id) is not int or not 0 < telegram_id < _ID_MAX:
        raise InitDataRefusedError("user")
    language = user.get("language_code")
    return Opener(telegram_id, language if isinstance(language, str) else "")
