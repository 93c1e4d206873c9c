"""Init data of a Mini App, signed as Telegram signs it.

Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

VERSION = "9.1"
_LIGHT = {
    "bg_color": "#ffffff",
    "text_color": "#0f1419",
    "hint_color": "#707579",
    "link_color": "#0f766e",
    "button_color": "#0f766e",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#f0f2f5",
}
_DARK = {
    "bg_color": "#17212b",
    "text_color": "#f5f7f9",
    "hint_color": "#8a99a8",
    "link_color": "#5eead4",
    "button_color": "#14b8a6",
    "button_text_color": "#04201d",
    "secondary_bg_color": "#0e1621",
}


def init_data(*, token: str, user: dict[str, Any], query_id: str, at: datetime) -> str:
    """What the Mini App hands to its server to prove who opened it."""
    person = {**user, "allows_write_to_pm": True}
    person.pop("is_bot", None)
    fields = {
        "query_id": query_id,
        "user": json.dumps(person, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(at.timestamp())),
    }
    check = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    signature = hmac.new(secret, check.encode(), hashlib.sha256).hexdigest()
    return urlencode({**fields, "hash": signature}, quote_via=quote)


def launch_url(url: str, data: str, *, is_dark: bool = False) -> str:
    """*url* with the launch parameters in its fragment, as Telegram's clients open it."""
    launch = {
        "tgWebAppData": data,
        "tgWebAppVersion": VERSION,
        "tgWebAppPlatform": "web",
        "tgWebAppThemeParams": json.dumps(_DARK if is_dark else _LIGHT, separators=(",", ":")),
    }
    parts = urlsplit(url)
    fragment = urlencode(launch, quote_via=quote)
    joined = f"{parts.fragment}&{fragment}" if parts.fragment else fragment
    return urlunsplit(parts._replace(fragment=joined))
