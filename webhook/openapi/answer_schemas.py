"""JSON schemas of answers, made of the TypedDicts that the functions behind them return."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import TypeAdapter

from core.accounts import TradingMode
from webhook.fields.answer_types import SANDBOX_ONLY
from webhook.fields.json_schema import Schema

SUCCESS: Mapping[str, Schema] = {"status": {"const": "success"}}
_SANDBOX: Mapping[str, Schema] = {"mode": {"const": TradingMode.SANDBOX.wire}}


def answer_schema(returned: Any, more: Mapping[str, Schema] = SUCCESS, *, sandbox: bool = False) -> Schema:
    """What is returned as this TypedDict, and the fields that all answers have; closed and without references."""
    found = TypeAdapter(returned).json_schema(mode="serialization")
    own = _Rendering(found.pop("$defs", {}), sandbox).render(found)
    return _closed({**more, **own["properties"]}, [*more, *own["required"]])


def live_and_sandbox(returned: Any) -> tuple[Schema, Schema]:
    """The answer of a live account, and that of one in the sandbox, which says so; a union has one for each."""
    kinds = get_args(returned) if get_origin(returned) in (Union, UnionType) else (returned,)
    return answer_schema(kinds[0]), answer_schema(kinds[-1], {**SUCCESS, **_SANDBOX}, sandbox=True)


@dataclass(frozen=True, slots=True)
class _Rendering:
    named: Mapping[str, Schema]
    sandbox: bool

    def render(self, part: Any) -> Any:
        """The same with closed objects, without references and the names and docstrings of classes."""
        if isinstance(part, list):
            return [self.render(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return self.render(self.named[part["$ref"].rpartition("/")[2]])
        if "properties" in part:
            return self._object(part["properties"], part.get("required", ()))
        kept = {key: self.render(value) for key, value in part.items() if key not in ("title", SANDBOX_ONLY)}
        return kept if "enum" not in kept else {"type": "string", "enum": kept["enum"]}

    def _object(self, fields: Mapping[str, Schema], required: list[str]) -> Schema:
        shown = {name: field for name, field in fields.items() if self.sandbox or SANDBOX_ONLY not in field}
        needed = [name for name, field in shown.items() if name in required or SANDBOX_ONLY in field]
        return _closed({name: self.render(field) for name, field in shown.items()}, needed)


def _closed(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
