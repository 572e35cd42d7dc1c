"""What is asked of Kite: forms for orders, JSON for its calculators, and a name for every instrument."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from brokers.common.http_client import Call
from brokers.zerodha.kite_session import KiteLogin, checksum
from core.ids import BrokerOrderId, ClientOrderId
from core.money import plain
from core.orders.order import LegTerms, PriceType
from core.portfolio.margin import Priced

REGULAR = "regular"
_VERSION = {"X-Kite-Version": "3"}
_LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})
_TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})
_PROTECTED = frozenset({PriceType.MARKET, PriceType.SL_M})
_AUTOMATIC = "-1"
"""Kite sets the limit against bad prices itself; an order at the market without one is refused."""


def headers_of(login: KiteLogin) -> Mapping[str, str]:
    """What every request carries, more once somebody has logged in."""
    if not login.access_token:
        return _VERSION
    return {**_VERSION, "Authorization": f"token {login.api_key}:{login.access_token}"}


def session_call(login: KiteLogin, request_token: str) -> Call:
    """Exchange what the login page gave for a session."""
    form = {
        "api_key": login.api_key,
        "request_token": request_token,
        "checksum": checksum(login.api_key, request_token, login.api_secret),
    }
    return Call("POST", "/session/token", headers=_VERSION, form=form)


def place_call(login: KiteLogin, key: str, terms: LegTerms, units: int, tag: ClientOrderId) -> Call:
    """Place an order of these terms; `units` is what one of Kite's stands for."""
    exchange, _, symbol = key.partition(":")
    form = {
        "variety": REGULAR,
        "exchange": exchange,
        "tradingsymbol": symbol,
        "transaction_type": terms.action.value,
        "product": terms.product.value,
        **_changeable(terms, units),
        "tag": tag,
    }
    return Call("POST", f"/orders/{REGULAR}", headers=headers_of(login), form=form)


def modify_call(login: KiteLogin, order: tuple[str, BrokerOrderId], terms: LegTerms, units: int) -> Call:
    """Change an order, named by its variety and number, to these terms."""
    variety, order_id = order
    form = {"variety": variety, "order_id": order_id, **_changeable(terms, units)}
    return Call("PUT", f"/orders/{variety}/{order_id}", headers=headers_of(login), form=form)


def cancel_call(login: KiteLogin, order: tuple[str, BrokerOrderId]) -> Call:
    """Cancel an order, named by its variety and number."""
    variety, order_id = order
    return Call("DELETE", f"/orders/{variety}/{order_id}", headers=headers_of(login))


def _changeable(terms: LegTerms, units: int) -> dict[str, str]:
    form = {
        "quantity": plain(terms.quantity / units),
        "order_type": terms.pricetype.value,
        "validity": "DAY",
        "disclosed_quantity": str(terms.disclosed_quantity // units),
    }
    if terms.pricetype in _LIMITED:
        form["price"] = plain(terms.price)
    if terms.pricetype in _TRIGGERED:
        form["trigger_price"] = plain(terms.trigger_price)
    if terms.pricetype in _PROTECTED:
        form["market_protection"] = _AUTOMATIC
    return form


def read_call(login: KiteLogin, path: str) -> Call:
    """Ask for what is at this path."""
    return Call("GET", path, headers=headers_of(login))


def quote_call(login: KiteLogin, keys: Sequence[str]) -> Call:
    """Ask for the prices of these."""
    return Call("GET", "/quote", headers=headers_of(login), params=tuple(("i", key) for key in keys))


Asked = tuple[Priced, str, int]
"""A position somebody means to open, what Kite calls its instrument, and how many units one of Kite's stands for."""


def margin_call(login: KiteLogin, basket: Sequence[Asked]) -> Call:
    """What opening these together needs, given what is open already."""
    body = [
        {
            **_described(one),
            "price": one[0].terms.price,
            "trigger_price": one[0].terms.trigger_price,
        }
        for one in basket
    ]
    params = {"consider_positions": "true"}
    return Call("POST", "/margins/basket", headers=headers_of(login), params=params, body=body)


def charges_call(login: KiteLogin, basket: Sequence[Asked]) -> Call:
    """What these trades cost, at these prices; Kite wants a number for each, and ours are 1, 2 and so on."""
    body = [
        {"order_id": str(number), **_described(one), "average_price": one[0].price}
        for number, one in enumerate(basket, 1)
    ]
    return Call("POST", "/charges/orders", headers=headers_of(login), body=body)


def _described(asked: Asked) -> dict[str, str | Decimal]:
    priced, key, units = asked
    exchange, _, symbol = key.partition(":")
    return {
        "exchange": exchange,
        "tradingsymbol": symbol,
        "transaction_type": priced.terms.action.value,
        "variety": REGULAR,
        "product": priced.terms.product.value,
        "order_type": priced.terms.pricetype.value,
        "quantity": priced.terms.quantity / units,
    }
