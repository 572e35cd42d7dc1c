"""What is accepted by the endpoints that list and withdraw orders."""

from typing import Annotated

from pydantic import PlainValidator

from core.ids import OrderId
from core.orders.states import QueueStatus
from webhook.fields import field_types as fields
from webhook.fields import json_schema as wire
from webhook.fields.cursors import parse_cursor
from webhook.fields.json_schema import published
from webhook.request.base_schemas import KeyedBody

_ANY_STATUS: dict[str, QueueStatus | None] = {"all": None, **{word.value: word for word in QueueStatus}}
StatusWord = Annotated[QueueStatus | None, fields.one_of(_ANY_STATUS)]
PageSize = Annotated[
    int,
    fields.ranged(
        fields.parse_integer,
        lambda size: 1 <= size <= 100,
        "Must be between 1 and 100.",
        wire.integer(minimum=1, maximum=100),
    ),
]
Cursor = Annotated[
    OrderId | None,
    PlainValidator(parse_cursor, json_schema_input_type=published(wire.nullable(wire.text()))),
]


class PendingOrders(KeyedBody):
    """POST /api/v1/pendingorders; without `status` orders in any, without `cursor` the first page."""

    status: StatusWord = None
    limit: PageSize = 20
    cursor: Cursor = None


class Withdrawal(KeyedBody):
    """POST /api/v1/withdraw."""

    pending_order_id: fields.PendingOrderNumber
