"""Builds the OpenAPI 3.1 document."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic.json_schema import models_json_schema

from webhook.fields.json_schema import Schema
from webhook.openapi.alerts import alert_schemas
from webhook.openapi.answer_bodies import named_bodies
from webhook.openapi.answers import SHAPES, responses
from webhook.openapi.field_examples import NOTES, example
from webhook.openapi.order_bodies import named_order_forms
from webhook.openapi.other_endpoints import paths as watching
from webhook.openapi.summaries import ABOUT, GROUPS, OURS, words_of
from webhook.openapi.unserved_endpoints import NOT_SERVED, unserved_paths
from webhook.request.endpoint import Endpoint, Idempotency
from webhook.request.idempotency_header import HEADER
from webhook.routes import ENDPOINTS

_CLIENT_SAYS = {"pricetype": "price_type", "orderid": "order_id"}
_HEALTH: Mapping[str, Schema] = {
    "Noted": {"type": "object", "required": ["status"], "properties": {"status": {"const": "success"}}},
    "Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
    "Readiness": {
        "type": "object",
        "required": ["status", "components", "prices"],
        "properties": {
            "status": {"enum": ["ready", "not ready"]},
            "components": {"type": "object", "additionalProperties": {"type": "string"}},
            "prices": {"type": "string", "description": "Where they come from, and how old the last one is."},
        },
    },
}
_IDEMPOTENCY: Schema = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Your own name for this request: a repeat within 24 hours gets the first answer and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def build_document() -> Schema:
    """Build the description of everything that is served, as plain JSON values."""
    schemas = _request_schemas()
    alerts = alert_schemas(schemas)
    paths: dict[str, Schema] = {endpoint.path: {"post": _operation(endpoint, schemas)} for endpoint in ENDPOINTS}
    for path, operations in watching(alerts).items():
        paths[path] = paths.get(path, {}) | operations
    return {
        "openapi": "3.1.0",
        "info": {"title": "Countersign", "version": _version(), "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": "/"}],
        "security": [],
        "tags": [{"name": name} for name in (*GROUPS, OURS, NOT_SERVED)],
        "paths": {**paths, **unserved_paths()},
        "components": {
            "schemas": {**schemas, **alerts, **SHAPES, **named_order_forms(), **named_bodies(), **_HEALTH},
            "securitySchemes": {"XApiKey": {"type": "apiKey", "in": "header", "name": "X-API-KEY"}},
        },
    }


def _version() -> str:
    try:
        return version("countersign")
    except PackageNotFoundError:
        return "0"


def _request_schemas() -> dict[str, Schema]:
    models = [(endpoint.schema, "validation") for endpoint in ENDPOINTS]
    _, found = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return {name: _worded(schema) for name, schema in found["$defs"].items()}


def _worded(schema: Schema) -> Schema:
    for name, field in schema["properties"].items():
        field.pop("title", None)
        field["description"] = NOTES[name]
        if field.get("default", ...) is None:
            # Left out, which is not the same as null.
            del field["default"]
    del schema["title"], schema["description"]
    return schema


def _operation(endpoint: Endpoint[Any], schemas: Mapping[str, Schema]) -> Schema:
    name = endpoint.schema.__name__
    group, words = words_of(endpoint.path)
    body = example(name, schemas)
    content = {"schema": {"$ref": f"#/components/schemas/{name}"}, "example": body}
    return {
        "tags": [group],
        "operationId": endpoint.path.removeprefix("/api/v1/").replace("/", "_"),
        "summary": words.summary,
        "security": [],
        **({"parameters": [_IDEMPOTENCY]} if endpoint.idempotency is not Idempotency.NONE else {}),
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": responses(endpoint),
        **({"x-openalgo-client": _client_call(words.method, body)} if words.method else {}),
    }


def _client_call(method: str, body: Mapping[str, object]) -> Schema:
    named = {_CLIENT_SAYS.get(name, name): value for name, value in body.items() if name != "apikey"}
    return {"method": method, "arguments": named}
