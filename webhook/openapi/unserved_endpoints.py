"""The description of what is not served: that it is not, and why."""

from collections import defaultdict
from collections.abc import Mapping

from webhook.fields.json_schema import Schema
from webhook.openapi.answers import refusals, response
from webhook.unserved.unserved_routes import PREFIX, unserved

NOT_SERVED = "Not served"
"""The group of these endpoints."""
_BODY: Schema = {
    "required": False,
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/KeyedBody"},
            "example": {"apikey": "cs_your_key"},
        }
    },
}


def unserved_paths() -> Mapping[str, dict[str, Schema]]:
    """The descriptions by path and verb."""
    found: dict[str, dict[str, Schema]] = defaultdict(dict)
    for verb, path, why in unserved():
        found[path][verb.lower()] = _operation(verb, path, why)
    return found


def _operation(verb: str, path: str, why: str) -> Schema:
    name = path.removeprefix(PREFIX).replace("/", "_")
    refused = response(why, "Error", example={"status": "error", "message": why})
    return {
        "tags": [NOT_SERVED],
        "operationId": f"{name}_{verb.lower()}",
        "summary": why,
        "security": [],
        **({"requestBody": _BODY} if verb == "POST" else {}),
        "responses": {**refusals((400, 413, 429, 500)), "501": refused},
    }
