"""From JSON to the models and back.

Members that this version does not know are left out: a newer wallet is understood.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def read(model: Callable[..., T], data: Mapping[str, Any]) -> T:
    """A *model* from the JSON object *data*."""
    kinds = _kinds(model)
    return model(**{name: _value(kinds[name], data[name]) for name in kinds if name in data})


def written(model: Any) -> dict[str, Any]:
    """The JSON object of *model*, without what is as it is by itself."""
    facts: dict[str, Any] = {}
    for field in dataclasses.fields(model):
        value = getattr(model, field.name)
        if value != _default(field):
            facts[field.name] = _fact(value)
    return facts


@cache
def _kinds(model: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(model)


def _value(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    if get_origin(kind) is types.UnionType:
        kind = next(each for each in get_args(kind) if each is not types.NoneType)
    if dataclasses.is_dataclass(kind):
        return read(cast("Callable[..., Any]", kind), data)
    if get_origin(kind) is list:
        return [_value(get_args(kind)[0], each) for each in data]
    return kind.fromisoformat(data) if kind in (date, datetime) else data


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _fact(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return written(value)
    return value.isoformat() if isinstance(value, datetime) else value
