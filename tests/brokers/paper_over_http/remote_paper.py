"""An adapter for the paper broker behind HTTP: the smallest that keeps both contracts."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from brokers.common.http_client import Address, Answer, Call, HttpClient
from brokers.paper.abilities import CAPABILITIES
from core.clock import Clock
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, OutcomeUnknown
from core.ids import BrokerOrderId
from core.orders.broker_order import (
    Accepted,
    BrokerOrder,
    NotSent,
    OrderChange,
    Placement,
    PlaceRequest,
    Refused,
    Sought,
    Unknown,
)
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade
from tests.brokers.paper_over_http.paper_facade import (
    BASKET,
    CHANGE,
    FUNDS,
    HOLDINGS,
    MARGIN,
    ORDER,
    ORDERS,
    PLACE,
    POSITIONS,
    SOUGHT,
    TRADES,
)

T = TypeVar("T")
_SAID = TypeAdapter(dict[str, str])


class RemotePaper:
    """Implements core.ports.Broker."""

    name = "paper"
    capabilities = CAPABILITIES

    def __init__(self, address: Address, clock: Clock) -> None:
        self._http = HttpClient(address, clock)

    async def place(self, request: PlaceRequest) -> Placement:
        """One POST at most."""
        body = PLACE.dump_python(request, mode="json")
        answer = await self._http.place(Call("POST", "/orders", body=body), request.deadline)
        if not isinstance(answer, Answer):
            return answer
        try:
            if answer.status == 200:
                return Accepted(ORDER.validate_json(answer.raw))
            said = _SAID.validate_json(answer.raw)
        except ValidationError:
            said = {}
        match answer.status, said:
            case 422, {"Refused": message}:
                return Refused(message)
            case 503, {"Unavailable": message}:
                return NotSent(message)
        return Unknown(f"it answered {answer.status}")

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One DELETE."""
        return _changed(await self._http.change(Call("DELETE", f"/orders/{broker_order_id}")))

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """One PUT."""
        body = CHANGE.dump_python(change, mode="json")
        return _changed(await self._http.change(Call("PUT", f"/orders/{broker_order_id}", body=body)))

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """By our id."""
        body = SOUGHT.dump_python(sought, mode="json")
        return await self._read(Call("POST", "/read/find", body=body), ORDERS)

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """By its id there."""
        return await self._read(Call("GET", f"/orders/{broker_order_id}"), ORDER)

    async def list_open(self) -> Sequence[BrokerOrder]:
        """What rests."""
        return await self._read(Call("GET", "/open"), ORDERS)

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book."""
        return await self._read(Call("GET", "/orders"), ORDERS)

    async def list_trades(self) -> Sequence[Trade]:
        """The trade book."""
        return await self._read(Call("GET", "/trades"), TRADES)

    async def list_positions(self) -> Sequence[Position]:
        """Positions."""
        return await self._read(Call("GET", "/positions"), POSITIONS)

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares."""
        return await self._read(Call("GET", "/holdings"), HOLDINGS)

    async def get_funds(self) -> Funds:
        """The money."""
        return await self._read(Call("GET", "/funds"), FUNDS)

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """What these would tie up."""
        body = BASKET.dump_python(list(basket), mode="json")
        return await self._read(Call("POST", "/read/margin", body=body), MARGIN)

    async def check(self) -> None:
        """It needs no login."""

    async def close(self) -> None:
        """Close its connections."""
        await self._http.close()

    async def _read(self, call: Call, wanted: TypeAdapter[T]) -> T:
        answer = await self._http.read(call)
        try:
            if answer.status == 404 and (message := _SAID.validate_json(answer.raw).get("NotFound")):
                raise NotFound(message)
            if answer.status == 200:
                return wanted.validate_json(answer.raw)
        except ValidationError:
            pass
        raise BrokerUnavailable(f"it answered {answer.status}")


def _changed(answer: Answer) -> BrokerOrder:
    try:
        if answer.status == 200:
            return ORDER.validate_json(answer.raw)
        said = _SAID.validate_json(answer.raw)
    except ValidationError:
        said = {}
    match answer.status, said:
        case 404, {"NotFound": message}:
            raise NotFound(message)
        case 422, {"Refused": message}:
            raise BrokerRefused(message)
        case 503, {"Unavailable": message}:
            raise BrokerUnavailable(message)
    raise OutcomeUnknown(f"it answered {answer.status}")
