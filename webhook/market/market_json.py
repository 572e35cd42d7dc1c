"""The market in OpenAlgo's words: pure functions from our types to JSON objects."""

from datetime import date, datetime
from decimal import Decimal
from zlib import crc32

from core.calendar.calendar import session
from core.calendar.days import Holiday, Session
from core.market.depth import Depth, Level
from core.market.instruments import Instrument
from core.market.option_chain import ChainEntry, OptionChain, Strike
from core.market.quotes import Quote
from core.money import ZERO, as_json_number
from core.portfolio.margin import Margin

Json = dict[str, object]

NO_FREEZE = 1
"""What OpenAlgo answers for an instrument without a freeze quantity."""
_NO_OPEN_INTEREST = 0


def quote(found: Quote) -> Json:
    """One instrument's prices; our feed knows no open interest."""
    return {
        "ask": as_json_number(found.ask),
        "bid": as_json_number(found.bid),
        "high": as_json_number(found.high),
        "low": as_json_number(found.low),
        "ltp": as_json_number(found.ltp),
        "oi": _NO_OPEN_INTEREST,
        "open": as_json_number(found.open),
        "prev_close": as_json_number(found.prev_close),
        "volume": found.volume,
    }


def depth(found: Depth) -> Json:
    """An instrument's prices with what waits around them."""
    prices = {name: value for name, value in quote(found.quote).items() if name not in ("ask", "bid")}
    return prices | {
        "asks": [_level(level) for level in found.asks],
        "bids": [_level(level) for level in found.bids],
        "ltq": found.last_quantity,
        "totalbuyqty": found.total_bid,
        "totalsellqty": found.total_ask,
    }


def _level(level: Level) -> Json:
    return {"price": as_json_number(level.price), "quantity": level.quantity}


def instrument(found: Instrument) -> Json:
    """One line of a search; the broker's own names are ours."""
    return {
        "brexchange": found.exchange,
        "brsymbol": found.symbol,
        "exchange": found.exchange,
        "expiry": dashed(found.expiry) if found.expiry else "",
        "freeze_qty": freeze(found),
        "instrumenttype": found.type.value,
        "lotsize": found.lot,
        "name": found.name,
        "strike": as_json_number(found.strike or ZERO),
        "symbol": found.symbol,
        "tick_size": as_json_number(found.tick),
        "token": f"{found.exchange}:{found.symbol}",
    }


def symbol(found: Instrument) -> Json:
    """One instrument; its number is made of its name, and so stays the same."""
    told = instrument(found)
    return told | {"id": crc32(str(told["token"]).encode())}


def freeze(found: Instrument) -> int:
    """The largest quantity of one order."""
    return found.freeze_quantity or NO_FREEZE


def dashed(day: date) -> str:
    """A day as the market data shows it: `29-DEC-26`."""
    return f"{day:%d-%b-%y}".upper()


def option(found: Instrument, ltp: Decimal) -> Json:
    """The contract that an offset means."""
    return {
        "symbol": found.symbol,
        "exchange": found.exchange,
        "lotsize": found.lot,
        "tick_size": as_json_number(found.tick),
        "freeze_qty": freeze(found),
        "underlying_ltp": as_json_number(ltp),
    }


def chain(found: OptionChain, expiry: str) -> Json:
    """An option chain."""
    return {
        "underlying": found.underlying,
        "underlying_ltp": as_json_number(found.underlying_ltp),
        "expiry_date": expiry,
        "atm_strike": as_json_number(found.atm_strike),
        "chain": [_rung(rung) for rung in found.rungs],
    }


def _rung(rung: Strike) -> Json:
    return {"strike": as_json_number(rung.strike), "ce": _entry(rung.call), "pe": _entry(rung.put)}


def _entry(entry: ChainEntry | None) -> Json | None:
    if entry is None:
        return None
    contract = entry.contract
    sizes = {"lotsize": contract.lot, "tick_size": as_json_number(contract.tick)}
    prices = quote(entry.quote) if entry.quote is not None else {}
    return {"symbol": contract.symbol, "label": entry.label, **prices, **sizes}


def margin(found: Margin) -> Json:
    """Amounts in rupees."""
    return {
        "total_margin_required": as_json_number(found.total),
        "span_margin": as_json_number(found.span),
        "exposure_margin": as_json_number(found.exposure),
    }


def holiday(found: Holiday) -> Json:
    """One unusual day."""
    hours = (session(exchange, found.day, hours) for exchange, hours in found.hours.items())
    return {
        "date": found.day.isoformat(),
        "description": found.name,
        "holiday_type": found.kind.value,
        "closed_exchanges": list(found.closed),
        "open_exchanges": [timing(one) for one in hours],
    }


def timing(found: Session) -> Json:
    """When an exchange opens and closes, in milliseconds since 1970."""
    return {
        "exchange": found.exchange,
        "start_time": _milliseconds(found.opens),
        "end_time": _milliseconds(found.closes),
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
