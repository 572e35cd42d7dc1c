"""What each endpoint answers when all is well: every field, live and in the sandbox, as its view returns it."""

from collections.abc import Mapping
from typing import Any, get_type_hints

from webhook.fields.json_schema import Schema
from webhook.openapi.answer_schemas import answer_schema, live_and_sandbox
from webhook.request.endpoint import FieldsView, ShownMode
from webhook.routes import ENDPOINTS


def _forms(view: FieldsView[Any]) -> tuple[Schema, ...]:
    returned = get_type_hints(view.fields, include_extras=True)["return"]
    if view.shown_mode is ShownMode.IN_SANDBOX_ONLY:
        return (live_and_sandbox(returned)[1],)
    return live_and_sandbox(returned) if view.shown_mode is ShownMode.ALWAYS else (answer_schema(returned),)


BODIES: Mapping[str, tuple[Schema, ...]] = {
    endpoint.path.removeprefix("/api/v1/"): _forms(endpoint.view)
    for endpoint in ENDPOINTS
    if isinstance(endpoint.view, FieldsView)
}
"""By endpoint, new orders apart; the live form before the sandbox's where they differ."""


def named_bodies() -> dict[str, Schema]:
    """Every form under a name of its own."""
    return {name: form for path, forms in BODIES.items() for name, form in zip(names_of(path), forms, strict=True)}


def names_of(path: str) -> tuple[str, ...]:
    """What an endpoint's forms are called."""
    name = "".join(word.capitalize() for word in path.split("/"))
    return (f"{name}Answer",) if len(BODIES[path]) == 1 else (f"{name}Live", f"{name}Sandbox")
