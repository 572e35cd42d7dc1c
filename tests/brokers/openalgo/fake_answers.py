"""The forms of the fake OpenAlgo's answers."""

import json
from collections.abc import Mapping
from decimal import Decimal

from aiohttp import web

from tests.brokers.openalgo.fake_books import FINAL, FakeOrder
from tests.brokers.openalgo.fake_schema import DEFAULTS

Body = Mapping[str, object]


def order_fields(body: Body) -> dict[str, str]:
    """The fields of an order, as text."""
    return {name: str(value) for name, value in {**DEFAULTS, **body}.items() if name != "apikey"}


def row_of(order: FakeOrder) -> dict[str, object]:
    """An order as the book has it, apart from its status."""
    texts = {name: order.fields[name] for name in ("action", "exchange", "pricetype", "product", "symbol")}
    price = Decimal(0) if order.fields["pricetype"] == "MARKET" else order.price
    numbers = {"price": float(price), "trigger_price": float(order.fields["trigger_price"])}
    return {
        **texts,
        **numbers,
        "quantity": int(order.quantity),
        "orderid": order.orderid,
        "timestamp": order.stated_at,
    }


def fault_of_change(order: FakeOrder | None) -> web.Response | None:
    """What a broker's module makes of a change that the broker refuses."""
    if order is None:
        return error(500, "Client error '404 Not Found' for url 'https://broker.invalid/orders'")
    if order.status in FINAL:
        return error(500, "Client error '400 Bad Request' for url 'https://broker.invalid/orders'")
    return None


def success(**fields: object) -> web.Response:
    """A 200 that calls itself a success."""
    return web.Response(text=json.dumps({"status": "success", **fields}), content_type="application/json")


def error(status: int, message: object, **fields: object) -> web.Response:
    """OpenAlgo's own form of an error."""
    return web.json_response({"status": "error", "message": message, **fields}, status=status)
