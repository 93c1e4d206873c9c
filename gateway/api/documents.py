"""The OpenAPI document, made from the endpoints themselves."""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.api.bodies import Problem
from gateway.api.endpoints import KEY_HEADER, KEY_PATTERN, PREFIX, Endpoint
from gateway.errors import PROBLEM_JSON
from services.answers import KEY_LENGTH_MAX

_SCHEMAS = "#/components/schemas/"
_WHY = {
    401: "No key, or not a valid one.",
    403: "The key is not good for this.",
    404: "No such thing, or it is somebody else's.",
    408: "The body came too slowly.",
    409: "The rules refuse it, or the key stands for another request.",
    413: "The body is too large.",
    422: "Not valid as written.",
    429: "Too many requests.",
    500: "A fault of the wallet.",
    503: "Not now; a repeat with the same key is safe.",
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
_ALWAYS = (401, 403, 408, 413, 422, 429, 500, 503)
_SCHEME = "HTTPBearer"
_KEY = {
    "name": KEY_HEADER,
    "in": "header",
    "required": True,
    "description": "Any text of yours; with it, a repeat gets the first answer again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_LENGTH_MAX,
        "pattern": KEY_PATTERN,
    },
}


def document(
    endpoints: Sequence[Endpoint], *, title: str, version: str, description: str
) -> dict[str, Any]:
    """The OpenAPI document of *endpoints*."""
    schemas = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        described = paths.setdefault(f"{PREFIX}{each.path}", {})
        described[each.method.lower()] = _endpoint(each, schemas)
    queries = {each.takes.__name__ for each in endpoints if each.takes and each.takes_query}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "description": description, "version": version},
        "paths": paths,
        "components": {
            "schemas": {name: each for name, each in schemas.items() if name not in queries},
            "securitySchemes": {
                _SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The merchant's `secret_key`.",
                }
            },
        },
    }


def _schemas(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    models: set[type[BaseModel]] = {Problem}
    for each in endpoints:
        models |= {each.gives} | ({each.takes} if each.takes else set())
    named = sorted(models, key=lambda model: model.__name__)
    _, made = models_json_schema(
        [(model, "validation") for model in named], ref_template=f"{_SCHEMAS}{{model}}"
    )
    schemas: dict[str, Any] = made["$defs"]
    return schemas


def _endpoint(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": inspect.getdoc(endpoint.run),
        "operationId": endpoint.name,
        "security": [{_SCHEME: []}],
        "parameters": [*_parameters(endpoint, schemas)],
        "responses": _responses(endpoint),
    }
    if endpoint.takes is not None and not endpoint.takes_query:
        described["requestBody"] = {
            "required": "required" in schemas[endpoint.takes.__name__],
            "content": _json(endpoint.takes),
        }
    return described


def _parameters(endpoint: Endpoint, schemas: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", endpoint.path):
        kind = {"format": endpoint.formats[name]} if name in endpoint.formats else {}
        schema = {"type": "string", **kind}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if endpoint.takes is not None and endpoint.takes_query:
        query = schemas[endpoint.takes.__name__]
        for name, each in query["properties"].items():
            is_needed = name in query.get("required", ())
            yield {"name": name, "in": "query", "required": is_needed, "schema": each}
    if endpoint.is_once:
        yield _KEY


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    content = _json(endpoint.gives)
    if endpoint.gives_file is not None:
        content[endpoint.gives_file] = {"schema": {"type": "string"}}
    good = {"description": "Done.", "content": content}
    refusals = {*endpoint.problems, *_ALWAYS}
    return {str(endpoint.status): good} | {
        str(status): _problem(status) for status in sorted(refusals)
    }


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"{_SCHEMAS}{model.__name__}"}}}


def _problem(status: int) -> dict[str, Any]:
    reference = {"$ref": f"{_SCHEMAS}{Problem.__name__}"}
    said: dict[str, Any] = {
        "description": _WHY[status],
        "content": {PROBLEM_JSON: {"schema": reference}},
    }
    return said | ({"headers": _RETRY_AFTER} if status == 429 else {})  # noqa: PLR2004  # its own name
