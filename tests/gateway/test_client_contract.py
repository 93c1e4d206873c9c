"""The Python client says what the OpenAPI document says: methods, members and their types."""

import ast
import dataclasses
import inspect
import sys
import types
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints

import purser_client
from purser_client import Wallet

from gateway.api.version1 import ENDPOINTS, document
from tests.guides import CLIENT

SCHEMAS: dict[str, Any] = document()["components"]["schemas"]
NOT_MODELS = {"Problem", "ProblemPlace", "AmountShown"}
"""Refusals are an exception, and an amount is one whichever way it goes."""


def test_every_operation_has_its_method() -> None:
    """With each part of the address, each filter, the body and the key."""
    for endpoint in ENDPOINTS:
        method = getattr(Wallet, endpoint.name)
        names = {name for name in inspect.signature(method).parameters if name != "self"}
        takes, hints = endpoint.takes, get_type_hints(method)
        expected = {part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")}
        if takes is not None and endpoint.takes_query:
            expected |= set(takes.model_fields)
        elif takes is not None:
            [body] = names - expected - {"key"}
            assert takes.__name__ in str(hints[body])
            expected.add(body)
        assert names == expected | ({"key"} if endpoint.is_once else set()), endpoint.name
        assert hints["return"].__name__ == endpoint.gives.__name__


def test_it_needs_nothing_but_python() -> None:
    """A shop that takes it takes no others with it."""
    trees = [ast.parse(each.read_text("utf-8")) for each in CLIENT.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    assert {each.partition(".")[0] for each in names} <= {
        *sys.stdlib_module_names,
        "purser_client",
    }


def test_every_schema_has_its_class() -> None:
    """Member by member, of the same type; what may be left out may be left out here."""
    for name, schema in SCHEMAS.items():
        if name in NOT_MODELS:
            continue
        here = getattr(purser_client, name)
        if "enum" in schema:
            assert list(get_args(here)) == schema["enum"], name
            continue
        hints = get_type_hints(here)
        assert {each: shape(kind) for each, kind in hints.items()} == {
            each: plain(member) for each, member in schema["properties"].items()
        }, name
        assert needed(here) == set(schema.get("required", ())), name


def needed(model: Any) -> set[str]:
    missing = dataclasses.MISSING
    return {
        each.name
        for each in dataclasses.fields(model)
        if each.default is missing and each.default_factory is missing
    }


def shape(kind: Any) -> Any:
    """What JSON Schema says of a Python type."""
    if get_origin(kind) is types.UnionType:
        return {"anyOf": [shape(each) for each in get_args(kind)]}
    if get_origin(kind) is list:
        return {"type": "array", "items": shape(get_args(kind)[0])}
    if get_origin(kind) is dict:
        value = get_args(kind)[1]
        return {"type": "object", "of": True if value is Any else shape(value)}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    simple = {int: "integer", str: "string", bool: "boolean", types.NoneType: "null"}
    if kind in (date, datetime):
        return {"type": "string", "format": "date" if kind is date else "date-time"}
    return {"type": simple[kind]} if kind in simple else {"$ref": kind.__name__}


def plain(schema: dict[str, Any]) -> Any:
    """A schema without what says nothing of the type."""
    if "anyOf" in schema:
        return {"anyOf": [plain(each) for each in schema["anyOf"]]}
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2].replace("AmountShown", "Amount")
        found = SCHEMAS[name]
        return {"enum": found["enum"]} if "enum" in found else {"$ref": name}
    if "enum" in schema and schema["type"] == "string" and len(schema["enum"]) < 9:
        return {"enum": schema["enum"]}
    if schema["type"] == "array":
        return {"type": "array", "items": plain(schema["items"])}
    if schema["type"] == "object":
        of = schema.get("additionalProperties", True)
        return {"type": "object", "of": of if of is True else plain(of)}
    return {name: schema[name] for name in ("type", "format") if name in schema}
