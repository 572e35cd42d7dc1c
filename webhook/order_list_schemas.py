"""What is accepted by the endpoints that list and withdraw orders."""

from typing import Annotated

from pydantic import PlainValidator

from core.ids import OrderId
from core.states import QueueStatus
from webhook import fields
from webhook import published as wire
from webhook.cursors import parse_cursor
from webhook.published import published
from webhook.schemas import KeyedBody

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
