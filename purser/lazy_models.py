"""aiogram's and FastAPI's pydantic models, each built when it is first used.

aiogram builds all its models of Telegram, some 430, at import: three quarters of a start
and of the memory at rest, for the few dozen that a wallet meets.  FastAPI does the same
with its models of OpenAPI.  Here both are imported while pydantic leaves models unbuilt;
the first use of each builds it, as pydantic's own `defer_build` does.

`PURSER_LAZY_MODELS=false` turns it off.  `tests/purser/test_lazy_models.py` fails when a
newer aiogram or pydantic makes anything come out differently.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict

_rebuild = BaseModel.__dict__["model_rebuild"].__func__


def import_lazily() -> None:
    """Import aiogram and FastAPI with their models unbuilt; those already there stay built."""
    if "aiogram" not in sys.modules:
        with _models_held_back() as names:
            import aiogram  # noqa: F401, PLC0415  # now, and not with this file
        _know(names)
    if "fastapi" not in sys.modules:
        with _models_held_back():
            import fastapi.openapi.models  # noqa: F401, PLC0415


@contextmanager
def _models_held_back() -> Iterator[dict[str, Any]]:
    """No model is built in the block; gives the names that rebuilding would have used."""
    names: dict[str, Any] = {}

    def later(
        cls: type[BaseModel],
        /,
        *,
        raise_errors: bool = True,
        _types_namespace: dict[str, Any] | None = None,
        **_: Any,
    ) -> bool | None:
        if raise_errors:  # a module that wants its models built
            names.update(_types_namespace or {})
            return None
        return _built(cls, names, raise_errors=False)  # the first use of a model

    before = BaseModel.__dict__["model_rebuild"], BaseModel.model_config
    BaseModel.model_rebuild = classmethod(later)  # type: ignore[assignment, method-assign]
    BaseModel.model_config = ConfigDict(defer_build=True)
    try:
        yield names
    finally:
        BaseModel.model_rebuild, BaseModel.model_config = before  # type: ignore[method-assign]


def _know(names: dict[str, Any]) -> None:
    """Have aiogram's models find each other by *names* when they are built at last."""
    from aiogram.methods.base import Response, TelegramMethod  # noqa: PLC0415
    from aiogram.types.base import TelegramObject  # noqa: PLC0415

    def rebuild(
        cls: type[BaseModel], /, *, force: bool = False, raise_errors: bool = True, **_: Any
    ) -> bool | None:
        return _built(cls, names, force=force, raise_errors=raise_errors)

    for base in (TelegramObject, TelegramMethod, Response):
        base.model_rebuild = classmethod(rebuild)  # type: ignore[assignment, method-assign]


def _built(cls: type[BaseModel], names: dict[str, Any], **how: bool) -> bool | None:
    built: bool | None = _rebuild(cls, _types_namespace=names, **how)
    return built
