"""What the OpenAPI document says of answers that no route makes by itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.api.models import Problem, ProblemPlace
from gateway.errors import PROBLEM_JSON

_WHY = {
    400: "The body is not JSON.",
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


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of a route: these and the ones that any route may give."""
    return {status: _problem(status) for status in sorted({*statuses, *_ALWAYS})}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of *app*, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            separate_input_output_schemas=False,
        )
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        for model in (Problem, ProblemPlace):
            made = model.model_json_schema(ref_template="#/components/schemas/{model}")
            made.pop("$defs", None)
            schemas[model.__name__] = made
        app.openapi_schema = schema
    return app.openapi_schema


def _problem(status: int) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    said: dict[str, Any] = {
        "description": _WHY[status],
        "content": {PROBLEM_JSON: {"schema": reference}},
    }
    return said | ({"headers": _RETRY_AFTER} if status == 429 else {})  # noqa: PLR2004  # its own name
