"""New orders: each kind is a schema, what core makes of it, and how its outcome is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.ids import OrderId
from core.orders import ApiType, LegTerms, Order
from core.ports import StoredAnswer
from core.router import Operation
from core.services.intake import OrderRequest, Queued
from webhook.endpoint import Call, Complaining, Endpoint, Once
from webhook.outcomes import placed
from webhook.replies import Reply, reply
from webhook.schemas import PlaceOrder, StrategyBody, leg_terms

S = TypeVar("S", bound=StrategyBody)


@dataclass(frozen=True, slots=True)
class NewOrder(Generic[S]):
    """One kind of new order; `tell` words the outcome of one that needed no approval."""

    api_type: ApiType
    operation: Operation
    schema: type[S]
    legs: Callable[[S], tuple[LegTerms, ...]]
    tell: Callable[[Order], Reply]
    complaining: Complaining = Complaining.AS_TEXT

    def endpoint(self) -> Endpoint[S]:
        """Its line in the route table."""
        path = f"/api/v1/{self.operation.value}"
        return Endpoint(path, self.schema, self._place, self.complaining, Once.THE_ORDER)

    async def _place(self, call: Call[S]) -> Reply:
        result = await call.services.intake.submit(self._request(call))
        if isinstance(result, Queued):
            return queued(result.order_id)
        if isinstance(result, StoredAnswer):
            return Reply(result.status or 200, result.body or "")
        return self.tell(result.order)

    def _request(self, call: Call[S]) -> OrderRequest:
        return OrderRequest(
            caller=call.caller,
            api_type=self.api_type,
            operation=self.operation,
            strategy=call.body.strategy,
            legs=self.legs(call.body),
            order_data=call.body.order_data(),
            idempotent=call.idempotent,
        )


def queued(order_id: OrderId) -> Reply:
    """It waits for the client: exactly OpenAlgo's answer."""
    return reply(
        {
            "status": "success",
            "message": "Order queued for approval in Action Center",
            "mode": "semi_auto",
            "pending_order_id": order_id,
        }
    )


def _one_leg(body: PlaceOrder) -> tuple[LegTerms, ...]:
    return (leg_terms(body),)


PLACE_ORDER = NewOrder(
    ApiType.PLACEORDER,
    Operation.PLACEORDER,
    PlaceOrder,
    _one_leg,
    placed,
    # OpenAlgo's placeorder is the one that leaves the mode out of its complaints.
    Complaining.AS_TEXT_WITHOUT_MODE,
)
