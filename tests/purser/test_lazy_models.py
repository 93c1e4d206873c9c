"""Models that are built when first used come out as those built at import."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, re, sys
if "lazy" in sys.argv:
    from purser.lazy_models import import_lazily
    import_lazily()
import aiogram.types, aiogram.methods
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import GetMe, GetUpdates, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update
from pydantic import BaseModel

MODELS = {
    f"{module.__name__}.{name}": model
    for module in (aiogram.types, aiogram.methods)
    for name in module.__all__
    if isinstance(model := getattr(module, name), type) and issubclass(model, BaseModel)
}

def plain(field):
    return re.sub("0x[0-9a-f]+", "", repr(field))

def built():
    return sum(model.__pydantic_complete__ for model in MODELS.values())

at_import = built()
rows = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Pay", callback_data="pay:1")]]
)
message = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "/pay",
    "from": {"id": 7, "is_bot": False, "first_name": "Ann", "unheard_of": 1},
    "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
    "reply_markup": rows.model_dump(exclude_none=True)}
update = {"update_id": 1, "callback_query": {"id": "1", "from": message["from"],
    "chat_instance": "c", "data": "pay:1", "message": message}}
session, bot = AiohttpSession(), Bot("42:TEST")
send = SendMessage(chat_id=7, text="Hello", reply_markup=rows, parse_mode="HTML")
answers = [
    session.check_response(bot, method, 200, json.dumps({"ok": True, "result": result})).result
    for method, result in (
        (send, message), (GetUpdates(), [update]), (GetMe(), message["from"]))
]
used = [Update.model_validate_json(json.dumps(update)), send, answers[0], *answers[1], answers[2]]
seen = [repr(each) for each in used]
after_use = built()
for model in MODELS.values():
    model.model_rebuild()
json.dump({
    "at_import": at_import,
    "after_use": after_use,
    "seen": seen,
    "unbuilt": [name for name, model in MODELS.items() if not model.__pydantic_complete__],
    "fields": {
        name: {key: plain(field) for key, field in model.model_fields.items()}
        for name, model in MODELS.items()
    },
}, sys.stdout)
"""


@cache
def told(*words: str) -> Any:
    """What a fresh process says of aiogram's models."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_models_are_built_when_used() -> None:
    """The reason for it all: a start builds next to nothing."""
    assert told()["at_import"] > 400
    assert told("lazy")["at_import"] < 20
    assert told("lazy")["after_use"] < 80


def test_updates_and_answers_read_the_same() -> None:
    assert told("lazy")["seen"] == told()["seen"]
    assert "unheard_of" in told("lazy")["seen"][0]


@pytest.mark.parametrize("kind", ["types", "methods"])
def test_every_model_comes_out_the_same(kind: str) -> None:
    """An aiogram or pydantic that resolves names another way is found here, not in a chat."""
    lazy, eager = told("lazy"), told()
    mine = [name for name in eager["fields"] if name.startswith(f"aiogram.{kind}.")]

    assert lazy["unbuilt"] == eager["unbuilt"] == []
    assert len(mine) > 150
    assert {name: lazy["fields"][name] for name in mine} == {
        name: eager["fields"][name] for name in mine
    }


def test_openapi_document_is_the_same_without_built_models() -> None:
    """FastAPI's models too."""
    program = """
import sys
if "lazy" in sys.argv:
    from purser.lazy_models import import_lazily
    import_lazily()
import json
from fastapi.openapi.models import OpenAPI
from gateway.api.version1 import document
print(json.dumps(document(), sort_keys=True))
OpenAPI.model_validate(document())
"""
    printed = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program, *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for words in ((), ("lazy",))
    ]

    assert printed[0] == printed[1]
    assert "create_invoice" in printed[0]
