"""The OpenAPI document is true: every answer, whatever was sent, is one that it declares."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from gateway.api.bodies import Problem
from gateway.api.endpoints import PREFIX, Endpoint
from gateway.api.version1 import ENDPOINTS
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, wish

GIVEN: dict[str, type[BaseModel]] = {each.gives.__name__: each.gives for each in ENDPOINTS}
ANSWERS = GIVEN | {"Problem": Problem}
BODIES = {
    each.takes.__name__: each.takes for each in ENDPOINTS if each.takes and not each.takes_query
}
PROBLEM_STATUSES = {"401", "403", "408", "413", "422", "429", "500", "503"}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["RUB", "USD", "+79161234567", "2026-11-25T00:00:00Z", 125000])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
amounts = st.fixed_dictionaries(
    {"minor": scalars, "currency": scalars}, optional={"extra": scalars}
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "amount": amounts | values,
        "description": st.text(max_size=300) | values,
        "phone": values,
        "reference": st.text(max_size=10) | values,
        "expires_at": values,
        "reason": values,
        "metadata": values,
        "success_url": values,
        "receipt": values,
        "name": values,
        "url": values,
        "items": values,
        "pays": values,
        "other": values,
    },
)
identities = st.sampled_from(["first", "0" * 32, "%00", "..", "a b"]) | st.text(
    st.characters(codec="ascii", exclude_characters="/?#"), min_size=1, max_size=40
)
requests = st.tuples(
    st.sampled_from(ENDPOINTS),
    identities,
    bodies | values,
    st.dictionaries(
        st.sampled_from(["cursor", "limit", "state", "reference", "key", "other"]),
        st.text(max_size=20) | st.sampled_from(["1", "0" * 32, "paid"]),
        max_size=3,
    ),
    st.none() | st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), max_size=20),
)
Sent = tuple[Endpoint, str, Any, dict[str, str], str | None]


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sent=requests)
async def test_any_request_gets_a_declared_answer(
    app: FastAPI, shop: Shop, clock: TestClock, sent: Sent
) -> None:
    """No 5xx, no status that is not in the document, no body that is not its schema's."""
    endpoint, identity, body, params, key = sent
    method, template = endpoint.method, f"{PREFIX}{endpoint.path}"
    clock.advance(minutes=1)
    first = (await shop.issue("first")).json()["id"]
    quoted = quote(first if identity == "first" else identity, safe="")
    path = re.sub(r"{\w+}", lambda _: quoted, template)
    headers = dict(shop.bearer) | {"Content-Type": "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key

    answer = await shop.client.request(
        method,
        path,
        content=None if endpoint.takes_query else json.dumps(body),
        params=params,
        headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    )

    if answer.json().get("code") == "not_found":
        return  # an id of dots is another address
    _assert_declared(app, method, template, answer)


def _assert_declared(app: FastAPI, method: str, template: str, answer: httpx.Response) -> None:
    declared = app.openapi()["paths"][template][method.lower()]["responses"]
    assert answer.status_code < 500
    content = declared[str(answer.status_code)]["content"]
    schema = content[answer.headers["content-type"]]["schema"]["$ref"].rpartition("/")[2]
    ANSWERS[schema].model_validate_json(answer.content)


def test_every_operation_declares_its_refusals(app: FastAPI) -> None:
    """And that a key is needed, and which one."""
    endpoints = [each for path in app.openapi()["paths"].values() for each in path.values()]

    assert len(endpoints) == len(ENDPOINTS) == len({each["operationId"] for each in endpoints})
    for endpoint in endpoints:
        assert set(endpoint["responses"]) > PROBLEM_STATUSES
        assert endpoint["security"] == [{"HTTPBearer": []}]
        assert "Retry-After" in endpoint["responses"]["429"]["headers"]


def test_every_body_has_an_example_that_is_valid(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]

    for name, model in (ANSWERS | BODIES).items():
        for example in schemas[name]["examples"]:
            model.model_validate_json(json.dumps(example))


async def test_example_can_be_sent(shop: Shop, app: FastAPI) -> None:
    [example] = app.openapi()["components"]["schemas"]["NewInvoice"]["examples"]

    assert (await shop.post(INVOICES, example)).status_code == 201


async def test_documents_need_no_other_host(client: httpx.AsyncClient) -> None:
    """A wallet on a closed network still shows its documentation."""
    page = await client.get("/docs")
    document = await client.get("/openapi.json")

    assert page.status_code == 200
    assert "cdn" not in page.text
    assert (await client.get("/static-offline-docs/swagger-ui-bundle.js")).status_code == 200
    assert document.json()["info"]["title"] == "Purser merchant API"


async def test_two_stories_at_once(shop: Shop, other_shop: Shop) -> None:
    """Bodies that are equal, from two shops: nothing is shared."""
    mine, theirs = await shop.post(INVOICES, wish()), await other_shop.post(INVOICES, wish())

    assert mine.json()["id"] != theirs.json()["id"]
