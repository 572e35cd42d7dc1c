"""Finding option contracts: the underlying's price, then the strike at an offset from it."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from core.errors import Invalid, NotFound, Unready
from core.market.instruments import Instrument, Ticker
from core.market.option_symbols import (
    NO_EXPIRY,
    computed_strike,
    option_exchange,
    parse_expiry,
    parse_underlying,
    pick_listed,
    render_expiry,
    underlying_exchange,
)
from core.market.quotes import Quote
from core.money import plain
from core.orders.intents import OptionLeg, Options
from core.ports import Instruments

PRICED_BY_THEIR_FUTURE = frozenset({"MCX", "CDS"})


class Quotes(Protocol):
    """The part of a price feed that is needed here."""

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The latest price, or None when there is none."""
        ...


def find_price(intent: Options, instruments: Instruments, feed: Quotes) -> Decimal:
    """The underlying's last price, in rupees. Raises Invalid for an unknown one, Unready without a price."""
    return find_quote(intent, instruments, feed).ltp


def find_quote(intent: Options, instruments: Instruments, feed: Quotes) -> Quote:
    """The quote of what the underlying is priced by. Raises what `find_price` raises."""
    name, _ = parse_underlying(intent.underlying)
    exchange, symbol = priced_by(intent.underlying, intent.exchange)
    quote = feed.quote(exchange, symbol)
    if quote is not None:
        return quote
    if instruments.find(exchange, symbol) is None:
        why = f"Symbol {symbol!r} not found for exchange {exchange!r}."
        advice = "Please verify the symbol name and ensure master contracts are downloaded."
        raise Invalid(f"Failed to fetch LTP for {name}. {why} {advice}")
    raise Unready(f"Failed to fetch LTP for {name}. There is no price for {symbol} on {exchange} now.")


def priced_by(underlying: str, exchange: str) -> Ticker:
    """Exchange and symbol of the instrument whose price counts as that of an underlying."""
    name, embedded = parse_underlying(underlying)
    return underlying_exchange(name, exchange), _priced_symbol(name, embedded, exchange)


def find_contract(intent: Options, leg: OptionLeg, ltp: Decimal, instruments: Instruments) -> Instrument:
    """The contract a leg means while its underlying costs `ltp`. Raises Invalid, and NotFound for no such strike."""
    name, embedded = parse_underlying(intent.underlying)
    asked = leg.expiry or intent.expiry or (render_expiry(embedded) if embedded else None)
    if asked is None:
        raise Invalid(NO_EXPIRY)
    if intent.strike_step is not None:
        return _computed(intent, leg, f"{name}{asked}", ltp, instruments)
    exchange, expiry = option_exchange(intent.exchange), _find_day(asked)
    listed = instruments.list_options(exchange, name, expiry, leg.option_type) if expiry else ()
    if not listed:
        advice = "Please check expiry date or update master contract."
        raise NotFound(f"No strikes found for {name} expiring {asked}. {advice}")
    return pick_listed(listed, ltp, leg.offset, leg.option_type)


def _computed(intent: Options, leg: OptionLeg, series: str, ltp: Decimal, instruments: Instruments) -> Instrument:
    assert intent.strike_step is not None
    strike = computed_strike(ltp, intent.strike_step, leg.offset, leg.option_type)
    exchange, symbol = option_exchange(intent.exchange), f"{series}{plain(strike)}{leg.option_type}"
    contract = instruments.find(exchange, symbol)
    if contract is None:
        advice = "Symbol may not exist or master contract needs update."
        raise NotFound(f"Option symbol {symbol} not found in {exchange}. {advice}")
    return contract


def _priced_symbol(name: str, embedded: date | None, exchange: str) -> str:
    """Commodities and currencies are priced by their future, crypto by its perpetual, all else by its spot."""
    if exchange in PRICED_BY_THEIR_FUTURE and embedded is not None:
        return f"{name}{render_expiry(embedded)}FUT"
    return f"{name}USDFUT" if exchange == "CRYPTO" else name


def _find_day(text: str) -> date | None:
    """The day, or None for text that is none: nothing is listed for it."""
    try:
        return parse_expiry(text)
    except Invalid:
        return None
