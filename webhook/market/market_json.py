"""Market data as OpenAlgo's JSON objects: pure functions."""

from datetime import date
from decimal import Decimal
from typing import Literal
from zlib import crc32

from typing_extensions import TypedDict

from core.market.depth import Depth, Level
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote
from core.money import ZERO, as_json_money, as_json_number
from core.portfolio.margin import Margin
from webhook.fields.answer_types import ExpiryDay, Number

NO_FREEZE = 1
"""What OpenAlgo answers for an instrument without a freeze quantity."""


class _Prices(TypedDict):
    """The prices of one instrument, in rupees; `volume` is today's units, and `oi` is 0 where it is not known."""

    high: Number
    low: Number
    ltp: Number
    oi: int
    open: Number
    prev_close: Number
    volume: int


class Prices(_Prices):
    """An instrument's prices, with the best bid and ask in rupees; 0 where there is none."""

    ask: Number
    bid: Number


class WaitingOrders(TypedDict):
    """One price level of the depth: rupees, and the units that wait at it."""

    price: Number
    quantity: int


class PricesInDepth(_Prices):
    """An instrument's prices with five levels on each side; `ltq` and the totals are units."""

    asks: list[WaitingOrders]
    bids: list[WaitingOrders]
    ltq: int
    totalbuyqty: int
    totalsellqty: int


class Listing(TypedDict):
    """An instrument as search shows it; `strike` and `tick_size` are rupees, 0 without a strike."""

    brexchange: str
    brsymbol: str
    exchange: str
    expiry: ExpiryDay | Literal[""]
    freeze_qty: int
    instrumenttype: InstrumentType
    lotsize: int
    name: str
    strike: Number
    symbol: str
    tick_size: Number
    token: str


class NumberedListing(Listing):
    """An instrument with a number that depends on its exchange and symbol alone."""

    id: int


class OptionContract(TypedDict):
    """The option contract at an offset, and its underlying's last price in rupees."""

    symbol: str
    exchange: str
    lotsize: int
    tick_size: Number
    freeze_qty: int
    underlying_ltp: Number


class NeededMargin(TypedDict):
    """The margin for opening a basket of positions, in rupees."""

    total_margin_required: Number
    span_margin: Number
    exposure_margin: Number


def quote(found: Quote) -> Prices:
    """The quote as OpenAlgo's JSON."""
    return {**_prices(found), "ask": as_json_number(found.ask), "bid": as_json_number(found.bid)}


def _prices(found: Quote) -> _Prices:
    return {
        "high": as_json_number(found.high),
        "low": as_json_number(found.low),
        "ltp": as_json_number(found.ltp),
        "oi": found.oi,
        "open": as_json_number(found.open),
        "prev_close": as_json_number(found.prev_close),
        "volume": found.volume,
    }


def depth(found: Depth) -> PricesInDepth:
    """The depth as OpenAlgo's JSON."""
    return {
        **_prices(found.quote),
        "asks": [_level(level) for level in found.asks],
        "bids": [_level(level) for level in found.bids],
        "ltq": found.last_quantity,
        "totalbuyqty": found.total_bid,
        "totalsellqty": found.total_ask,
    }


def _level(level: Level) -> WaitingOrders:
    return {"price": as_json_number(level.price), "quantity": level.quantity}


def instrument(found: Instrument) -> Listing:
    """The instrument as OpenAlgo's JSON; exchange and symbol at the broker are the same as ours."""
    return {
        "brexchange": found.exchange,
        "brsymbol": found.symbol,
        "exchange": found.exchange,
        "expiry": dashed(found.expiry) if found.expiry else "",
        "freeze_qty": freeze(found),
        "instrumenttype": found.type,
        "lotsize": found.lot,
        "name": found.name,
        "strike": as_json_number(found.strike or ZERO),
        "symbol": found.symbol,
        "tick_size": as_json_number(found.tick),
        "token": f"{found.exchange}:{found.symbol}",
    }


def symbol(found: Instrument) -> NumberedListing:
    """The instrument as OpenAlgo's JSON, with its number."""
    listed = instrument(found)
    return {**listed, "id": crc32(listed["token"].encode())}


def freeze(found: Instrument) -> int:
    """The largest quantity of one order, or 1 when the instrument has no limit."""
    return found.freeze_quantity or NO_FREEZE


def dashed(day: date) -> str:
    """A day as the market data shows it: `29-DEC-26`."""
    return f"{day:%d-%b-%y}".upper()


def option(found: Instrument, ltp: Decimal) -> OptionContract:
    """The option contract as OpenAlgo's JSON; `ltp` is its underlying's last price in rupees."""
    return {
        "symbol": found.symbol,
        "exchange": found.exchange,
        "lotsize": found.lot,
        "tick_size": as_json_number(found.tick),
        "freeze_qty": freeze(found),
        "underlying_ltp": as_json_number(ltp),
    }


def margin(found: Margin) -> NeededMargin:
    """The margin as OpenAlgo's JSON, in rupees."""
    return {
        "total_margin_required": as_json_money(found.total),
        "span_margin": as_json_money(found.span),
        "exposure_margin": as_json_money(found.exposure),
    }
