"""New orders: the schema of each kind, its intent, and the answer to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, NotRequired, TypeVar

from typing_extensions import TypedDict

from core.ids import OrderId
from core.orders.intents import Intent, Single
from core.orders.order import ApiType, Order
from core.orders.router import Operation
from core.ports import StoredAnswer
from core.services.intake.intake import Nothing, OrderRequest, Queued
from webhook.orders.single_outcome import placed
from webhook.orders.single_schemas import PlaceOrder, leg_terms
from webhook.request.base_schemas import NewOrderBody
from webhook.request.endpoint import Call, Endpoint, ErrorFormat, Idempotency
from webhook.request.replies import Reply, mode_of, reply

S = TypeVar("S", bound=NewOrderBody)


class NothingToDo(TypedDict):
    """Why no order was needed."""

    message: str


def nothing_done(message: str, mode: Mapping[str, object]) -> Reply:
    """Answer that no order was needed; that is a success."""
    return reply({"status": "success", **NothingToDo(message=message), **mode}, keep=True)


@dataclass(frozen=True, slots=True)
class OrderEndpoint(Generic[S]):
    """One kind of new order; `answer` makes the answer to one that needed no approval."""

    api_type: ApiType
    operation: Operation
    schema: type[S]
    intent: Callable[[S], Intent]
    answer: Callable[[Order, S], Reply]
    error_format: ErrorFormat = ErrorFormat.TEXT
    answer_nothing: Callable[[str, Mapping[str, object]], Reply] = nothing_done
    """Makes the answer that no order was needed, from the reason and the field `mode`."""

    def endpoint(self) -> Endpoint[S]:
        """This kind's line in the route table."""
        path = f"/api/v1/{self.operation.value}"
        return Endpoint(path, self.schema, self._place, self.error_format, Idempotency.BY_INTAKE)

    async def _place(self, call: Call[S]) -> Reply:
        result = await call.services.intake.submit(self._request(call))
        if isinstance(result, Queued):
            return queued(result.order_id, result.note)
        if isinstance(result, StoredAnswer):
            return Reply(result.status or 200, result.body or "")
        if isinstance(result, Nothing):
            return self.answer_nothing(result.message, mode_of(call.caller.account))
        return self.answer(result.order, call.body)

    def _request(self, call: Call[S]) -> OrderRequest:
        return OrderRequest(
            caller=call.caller,
            api_type=self.api_type,
            operation=self.operation,
            strategy=call.body.strategy,
            intent=self.intent(call.body),
            order_data=call.body.order_data(),
            idempotent=call.idempotent,
            note=call.body.note,
            bounds=call.body.bounds,
        )


class QueuedOrder(TypedDict):
    """The number of an order that waits for the client's approval."""

    message: str
    mode: Literal["semi_auto"]
    pending_order_id: int
    note: NotRequired[str]


def queued(order_id: OrderId, note: str = "") -> Reply:
    """Answer in OpenAlgo's words that the order waits for the client's approval."""
    fields: QueuedOrder = {
        "message": "Order queued for approval in Action Center",
        "mode": "semi_auto",
        "pending_order_id": order_id,
    }
    if note:
        fields["note"] = note
    return reply({"status": "success", **fields})


def _single(body: PlaceOrder) -> Single:
    return Single(leg_terms(body))


def _placed(order: Order, _: PlaceOrder) -> Reply:
    return placed(order)


PLACE_ORDER = OrderEndpoint(
    ApiType.PLACEORDER,
    Operation.PLACEORDER,
    PlaceOrder,
    _single,
    _placed,
    # OpenAlgo's placeorder is the one that leaves the mode out of its complaints.
    ErrorFormat.TEXT_WITHOUT_MODE,
)
