"""OpenAlgo's answers about the market as our types: pure functions from bytes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.clock import IST
from core.market.candles import Candle, CandleQuery, Intervals
from core.market.depth import Depth, Level
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.money import ZERO


def _none_is_zero(value: object) -> object:
    return 0 if value is None or value == "" else value


def _to_units(value: object) -> object:
    # Brokers' adapters answer 1200, 1200.0 and "1200" alike.
    number = _none_is_zero(value)
    try:
        return int(float(number)) if isinstance(number, float | str) else number
    except OverflowError:
        raise ValueError("is not a number of units") from None


Price = Annotated[Decimal, BeforeValidator(_none_is_zero), Field(ge=0, lt=Decimal("1e9"), allow_inf_nan=False)]
Units = Annotated[int, BeforeValidator(_to_units), Field(ge=0, lt=10**15)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Prices(_Answer):
    ltp: Price
    open: Price = ZERO
    high: Price = ZERO
    low: Price = ZERO
    prev_close: Price = ZERO
    volume: Units = 0
    oi: Units = 0


class _Touch(_Prices):
    bid: Price = ZERO
    ask: Price = ZERO


class _Level(_Answer):
    price: Price = ZERO
    quantity: Units = 0


class _Book(_Prices):
    bids: list[_Level] = []
    asks: list[_Level] = []
    totalbuyqty: Units = 0
    totalsellqty: Units = 0
    ltq: Units = 0


class _Result(_Answer):
    exchange: str
    symbol: str
    data: _Touch


class _Quotes(_Answer):
    status: Literal["success"]
    results: list[object]


class _DepthAnswer(_Answer):
    status: Literal["success"]
    data: _Book


def _to_moment(value: object) -> object:
    """Seconds since 1970, or a text; one without an offset is of India, and a day without a time is one of theirs."""
    if isinstance(value, str) and not value.isdecimal():
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=at.tzinfo or (UTC if len(value) == len("2026-11-28") else IST)).astimezone(UTC)
    if isinstance(value, str | int | float):
        return datetime.fromtimestamp(float(value), UTC)
    raise ValueError("is not a time")


class _Candle(_Answer):
    timestamp: Annotated[datetime, BeforeValidator(_to_moment)]
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Units = 0
    oi: Units = 0


class _Candles(_Answer):
    status: Literal["success"]
    data: list[_Candle]


class _IntervalsAnswer(_Answer):
    status: Literal["success"]
    data: Intervals


class _Refusal(_Answer):
    status: Literal["error"]
    message: object = ""


def parse_quotes(raw: bytes, at: datetime) -> Sequence[Quote]:
    """The answer of multiquotes; what has no price, or none that can be read, is left out. Raises ValueError."""
    found = (_find_quote(result, at) for result in _Quotes.model_validate_json(raw).results)
    return [quote for quote in found if quote is not None]


def _find_quote(result: object, at: datetime) -> Quote | None:
    try:
        one = _Result.model_validate(result)
    except ValidationError:
        return None
    bid, ask = _Level(price=one.data.bid), _Level(price=one.data.ask)
    return _quote((one.exchange, one.symbol), one.data, at, bid, ask) if one.data.ltp else None


def parse_depth(raw: bytes, ticker: Ticker, at: datetime) -> Depth | None:
    """The answer of depth; None without a price. Raises ValueError."""
    book = _DepthAnswer.model_validate_json(raw).data
    if not book.ltp:
        return None
    # Brokers fill up to five levels with zeros.
    bids, asks = ([level for level in side if level.price and level.quantity] for side in (book.bids, book.asks))
    quote = _quote(ticker, book, at, *(side[0] if side else _Level() for side in (bids, asks)))
    shown = [tuple(Level(level.price, level.quantity) for level in side) for side in (bids, asks)]
    return Depth(quote, shown[0], shown[1], book.totalbuyqty, book.totalsellqty, book.ltq)


def candle_body(query: CandleQuery) -> Mapping[str, str]:
    """What history is asked."""
    return {
        "symbol": query.symbol,
        "exchange": query.exchange,
        "interval": query.interval,
        "start_date": query.first.isoformat(),
        "end_date": query.last.isoformat(),
    }


def parse_candles(raw: bytes) -> Sequence[Candle]:
    """The answer of history, oldest first. Raises ValueError."""
    try:
        rows = _Candles.model_validate_json(raw).data
    except OverflowError:
        raise ValueError("a time is out of range") from None
    found = [Candle(one.timestamp, one.open, one.high, one.low, one.close, one.volume, one.oi) for one in rows]
    return sorted(found, key=lambda one: one.at)


def parse_intervals(raw: bytes) -> Intervals:
    """The answer of intervals. Raises ValueError."""
    return _IntervalsAnswer.model_validate_json(raw).data


def find_refusal(raw: bytes) -> str | None:
    """What a refusal says, in one line; None for anything else."""
    try:
        message = _Refusal.model_validate_json(raw).message
    except ValidationError:
        return None
    # It goes to logs and terminals, and is a stranger's.
    return "".join(letter for letter in " ".join(str(message).split()) if letter.isprintable())


def _quote(ticker: Ticker, prices: _Prices, at: datetime, bid: _Level, ask: _Level) -> Quote:
    return Quote(
        exchange=ticker[0],
        symbol=ticker[1],
        ltp=prices.ltp,
        bid=bid.price,
        ask=ask.price,
        open=prices.open,
        high=prices.high,
        low=prices.low,
        prev_close=prices.prev_close,
        volume=prices.volume,
        at=at,
        bid_size=bid.quantity,
        ask_size=ask.quantity,
        oi=prices.oi,
    )
