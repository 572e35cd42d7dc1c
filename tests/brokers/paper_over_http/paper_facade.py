"""The paper broker behind HTTP, as a broker in another process would be."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import TypeAdapter

from core.errors import BrokerRefused, BrokerUnavailable, NotFound
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, BrokerOrder, OrderChange, PlaceRequest, Refused, Sought
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports import Broker

PLACE = TypeAdapter(PlaceRequest)
SOUGHT = TypeAdapter(Sought)
CHANGE = TypeAdapter(OrderChange)
ORDER = TypeAdapter(BrokerOrder)
ORDERS = TypeAdapter(list[BrokerOrder])
TRADES = TypeAdapter(list[Trade])
POSITIONS = TypeAdapter(list[Position])
HOLDINGS = TypeAdapter(list[Holding])
FUNDS = TypeAdapter(Funds)
BASKET = TypeAdapter(list[Priced])
MARGIN = TypeAdapter(Margin)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PaperFacade:
    """Bodies are our own types; 404, 422 and 503 carry `{"NotFound"|"Refused"|"Unavailable": message}`."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def app(self) -> web.Application:
        """What listens."""
        app = web.Application(middlewares=[_errors])
        app.router.add_post("/orders", self._place)
        app.router.add_put("/orders/{id}", self._modify)
        app.router.add_delete("/orders/{id}", self._cancel)
        app.router.add_get("/orders/{id}", self._get)
        app.router.add_get("/{list:orders|open|trades|positions|holdings|funds}", self._list)
        app.router.add_post("/read/find", self._find)
        app.router.add_post("/read/margin", self._margin)
        return app

    async def _place(self, request: web.Request) -> web.Response:
        placement = await self._broker.place(PLACE.validate_json(await request.read()))
        if isinstance(placement, Accepted):
            return _answer(ORDER.dump_json(placement.order))
        if isinstance(placement, Refused):
            raise BrokerRefused(placement.message)
        raise BrokerUnavailable(str(placement))

    async def _modify(self, request: web.Request) -> web.Response:
        change = CHANGE.validate_json(await request.read())
        return _answer(ORDER.dump_json(await self._broker.modify(_id(request), change)))

    async def _cancel(self, request: web.Request) -> web.Response:
        return _answer(ORDER.dump_json(await self._broker.cancel(_id(request))))

    async def _get(self, request: web.Request) -> web.Response:
        return _answer(ORDER.dump_json(await self._broker.get(_id(request))))

    async def _find(self, request: web.Request) -> web.Response:
        found = await self._broker.find(SOUGHT.validate_json(await request.read()))
        return _answer(ORDERS.dump_json(list(found)))

    async def _margin(self, request: web.Request) -> web.Response:
        return _answer(MARGIN.dump_json(await self._broker.get_margin(BASKET.validate_json(await request.read()))))

    async def _list(self, request: web.Request) -> web.Response:
        match request.match_info["list"]:
            case "orders":
                body = ORDERS.dump_json(list(await self._broker.list_orders()))
            case "open":
                body = ORDERS.dump_json(list(await self._broker.list_open()))
            case "trades":
                body = TRADES.dump_json(list(await self._broker.list_trades()))
            case "positions":
                body = POSITIONS.dump_json(list(await self._broker.list_positions()))
            case "holdings":
                body = HOLDINGS.dump_json(list(await self._broker.list_holdings()))
            case _:
                body = FUNDS.dump_json(await self._broker.get_funds())
        return _answer(body)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except NotFound as fault:
        return web.json_response({"NotFound": str(fault)}, status=404)
    except BrokerRefused as fault:
        return web.json_response({"Refused": str(fault)}, status=422)
    except BrokerUnavailable as fault:
        return web.json_response({"Unavailable": str(fault)}, status=503)


def _id(request: web.Request) -> BrokerOrderId:
    return BrokerOrderId(request.match_info["id"])


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")
