"""The bodies of messages to people."""

from typing import Annotated

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from webhook.fields import field_types as fields
from webhook.fields import json_schema as wire
from webhook.fields.field_types import OF_FIELD
from webhook.request.base_schemas import KeyedBody

LONGEST = 1000
_NO_KEYS = {"field": "message", "text": "It contains the key: never send keys in a message."}
Priority = Annotated[
    int,
    fields.ranged(
        fields.parse_integer,
        lambda number: 1 <= number <= 10,
        "Must be greater than or equal to 1 and less than or equal to 10.",
        wire.integer(minimum=1, maximum=10),
    ),
]


class Notify(KeyedBody):
    """POST /api/v1/telegram/notify."""

    apikey: fields.ApiKey
    username: Annotated[str, fields.text(1, 255)]
    message: Annotated[str, fields.text(1, LONGEST)]
    priority: Priority = 5
    wait_for_delivery: fields.Boolean = False

    @model_validator(mode="after")
    def _require_no_key(self) -> "Notify":
        if self.apikey in self.message:
            raise PydanticCustomError(OF_FIELD, "{text}", _NO_KEYS)
        return self
