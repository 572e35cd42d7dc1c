"""What /webhook/{token} accepts: each kind of new order without its key."""

from collections.abc import Iterable, Mapping
from copy import deepcopy

from core.orders.order import Action
from webhook.alerts.alert_schemas import ALIASES, KINDS
from webhook.fields import json_schema as wire
from webhook.fields.json_schema import Schema
from webhook.openapi.field_examples import NOTES

_UNNAMED = frozenset({"placeorder", "placesmartorder"})
_WORDS = [spelling for word in Action for spelling in (word.value, word.value.lower(), word.value.capitalize())]


def alert_schemas(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas of alerts by name; items of lists stay as they are."""
    return {f"{endpoint.schema.__name__}Alert": _alert(kind, schemas) for kind, endpoint in KINDS.items()}


def _alert(kind: str, schemas: Mapping[str, Schema]) -> Schema:
    schema = deepcopy(schemas[KINDS[kind].schema.__name__])
    fields = schema["properties"]
    del fields["apikey"]
    if "action" in fields:
        fields["action"] |= wire.words(_WORDS)
    spellings = [kind, *(alias for alias, meant in ALIASES.items() if meant == kind)]
    fields["api_type"] = wire.words(spellings) | {"description": NOTES["api_type"]}
    schema["required"] = _required(schema["required"], named=kind not in _UNNAMED)
    return schema


def _required(fields: Iterable[str], *, named: bool) -> list[str]:
    found = [name for name in fields if name not in {"apikey", "strategy"}]
    return [*found, "api_type"] if named else found
