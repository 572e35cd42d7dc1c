"""The published description is complete, well formed, and true: the server answers as it says."""

import inspect
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openalgo import api

from core.accounts import OrderMode, TradingMode
from tests.depth import examples
from tests.runtime import Spine
from tests.webhook.generating import values_of
from tests.webhook.real import serving_spine
from tests.webhook.talking import Http
from webhook.application import HttpSettings, build_application
from webhook.openapi.document import build_document
from webhook.request.body import parse_object
from webhook.routes import ENDPOINTS

DOCUMENT = build_document()
SCHEMAS = DOCUMENT["components"]["schemas"]
POSTS = {path: item["post"] for path, item in DOCUMENT["paths"].items() if "post" in item}
KNOWN_KEYWORDS = {
    *("type", "enum", "const", "anyOf", "$ref", "properties", "required", "items", "additionalProperties"),
    *("pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"),
    "minProperties",
    *("exclusiveMinimum", "exclusiveMaximum", "description", "default"),
}
TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}
ONE_FIELD_AT_A_TIME = {
    *("KeyedBody", "StrategyBody", "CancelOrder", "OrderStatus", "OpenPosition", "AnalyzerToggle", "PendingOrder"),
    *("CancelGttOrder", "GttOrderBook", "OptionsOrder", "OptionsMultiOrder", "Withdrawal", "OneInstrument"),
    *(
        "ManyInstruments",
        "Search",
        "Expiry",
        "OptionSymbol",
        "OptionChain",
        "SyntheticFuture",
        "OptionGreeks",
        "MultiOptionGreeks",
        "Margin",
        "Holidays",
        "Timings",
        "History",
        "Chart",
    ),
}
"""Those without a rule between two fields, which no schema tells."""
QUICKLY = settings(max_examples=examples(120))


@pytest.fixture(params=[OrderMode.SEMI_AUTO, OrderMode.AUTO])
async def http(spine: Spine, request: pytest.FixtureRequest) -> AsyncIterator[Http]:
    """A real server, with its client asked and without."""
    await spine.switch(order_mode=request.param, trading_mode=TradingMode.SANDBOX)
    async with serving_spine(spine) as client:
        yield client


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
        for inside in value.values():
            yield from nodes(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from nodes(inside)


def schemas_in(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and those in it."""
    yield schema
    inside = [*schema.get("anyOf", ()), *schema.get("properties", {}).values()]
    for key in ("items", "additionalProperties"):
        inside += [schema[key]] if isinstance(schema.get(key), dict) else []
    for one in inside:
        yield from schemas_in(one)


def test_the_document_has_the_parts_that_openapi_requires() -> None:
    operations = [operation for item in DOCUMENT["paths"].values() for operation in item.values()]

    assert re.fullmatch(r"3\.1\.\d+", DOCUMENT["openapi"])
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    assert all(re.fullmatch(r"[1-5]\d\d", status) for one in operations for status in one["responses"])
    assert all(answer["description"] for one in operations for answer in one["responses"].values())
    assert {tag for one in operations for tag in one["tags"]} == {tag["name"] for tag in DOCUMENT["tags"]}
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


def test_every_reference_leads_somewhere_and_every_name_is_allowed() -> None:
    references = {node["$ref"] for node in nodes(DOCUMENT) if "$ref" in node}

    assert {reference.removeprefix("#/components/schemas/") for reference in references} <= SCHEMAS.keys()
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_well_formed(name: str) -> None:
    for schema in schemas_in(SCHEMAS[name]):
        kinds = schema.get("type", [])
        assert schema.keys() <= KNOWN_KEYWORDS
        assert {kinds} if isinstance(kinds, str) else set(kinds) <= TYPES
        assert set(schema.get("required", ())) <= schema.get("properties", {}).keys()
        re.compile(schema.get("pattern", ""))


async def test_every_mounted_route_is_in_it_but_telegrams(spine: Spine) -> None:
    app = build_application(spine.services, HttpSettings())
    mounted = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None
        and not route.resource.canonical.startswith("//")
        and not route.resource.canonical.endswith("/")
    }
    described = {(verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item}

    assert mounted - described == {("GET", "/openapi.json"), ("GET", "/docs")}
    assert described <= mounted


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_every_field_is_in_it_with_a_meaning_and_the_example_is_accepted(endpoint: Any) -> None:
    content = POSTS[endpoint.path]["requestBody"]["content"]["application/json"]
    schema = SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]

    assert list(schema["properties"]) == list(endpoint.schema.model_fields)
    assert set(schema["required"]) == {n for n, field in endpoint.schema.model_fields.items() if field.is_required()}
    assert all(len(field["description"]) > 5 for field in schema["properties"].values())
    endpoint.schema.model_validate(content["example"])


@pytest.mark.parametrize("path", [path for path, post in POSTS.items() if "x-openalgo-client" in post])
def test_the_clients_method_takes_the_arguments_that_are_shown(path: str) -> None:
    call = POSTS[path]["x-openalgo-client"]

    inspect.signature(getattr(api, call["method"])).bind(None, **call["arguments"])


async def test_it_is_served_whole_and_not_cached_for_long(http: Http) -> None:
    answer = await http.get("/openapi.json")

    assert answer.body == DOCUMENT
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-cache"


@QUICKLY
@given(data=st.data())
async def test_what_the_schemas_allow_is_answered_as_documented(
    spine: Spine, http: Http, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from([path for path in POSTS if "{" not in path]))
    operation = POSTS[path]
    body = data.draw(values_of(operation["requestBody"]["content"]["application/json"]["schema"], SCHEMAS))
    body.pop("wait", None)

    answer = await http.send(path, json.dumps(body | {"apikey": spine.secret}).encode())

    assert str(answer.status) in operation["responses"], (path, body, answer.body)
    assert answer.status < 500 or answer.status in (501, 503, 504), (path, body, answer.body)
    assert answer.body["status"] == ("success" if answer.status == 200 else "error")


@QUICKLY
@given(data=st.data())
def test_a_body_that_fits_its_schema_is_never_called_malformed(data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from([one for one in ENDPOINTS if one.schema.__name__ in ONE_FIELD_AT_A_TIME]))
    body = data.draw(values_of(SCHEMAS[endpoint.schema.__name__], SCHEMAS))

    endpoint.schema.model_validate(parse_object(json.dumps(body).encode()))
