"""Kite's daily list of instruments, a CSV of some hundred thousand lines, and our names for them."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter

from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.zerodha.kite_lots import lot_of
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import option_symbol, render_expiry
from core.money import plain

FIELDS = (
    "tradingsymbol",
    "name",
    "expiry",
    "strike",
    "tick_size",
    "lot_size",
    "instrument_type",
    "segment",
    "exchange",
)
_INDICES: Mapping[str, str] = {
    "NIFTY 50": "NIFTY",
    "NIFTY BANK": "BANKNIFTY",
    "NIFTY FIN SERVICE": "FINNIFTY",
    "NIFTY MID SELECT": "MIDCPNIFTY",
    "NIFTY MIDCAP SELECT": "MIDCPNIFTY",
    "NIFTY NEXT 50": "NIFTYNXT50",
    "INDIA VIX": "INDIAVIX",
    "SNSX50": "SENSEX50",
    "SENSEX 50": "SENSEX50",
}
_SHARES = {"NSE", "BSE"}
_DERIVATIVES = {"NFO", "BFO", "CDS", "BCD", "MCX"}
_INDEX_EXCHANGES = {"NSE": "NSE_INDEX", "BSE": "BSE_INDEX", "MCX": "MCX_INDEX"}
_CONTRACTS = {"FUT": InstrumentType.FUTURE, "CE": InstrumentType.CALL, "PE": InstrumentType.PUT}
_MONTHS = "123456789OND"
_CENT = Decimal("0.01")


def read_dump(raw: bytes, as_of: date) -> SymbolMaster:
    """The symbol master in a dump; takes a second. Raises ValueError when it is none.

    Lines of other kinds (funds, foreign indices), and contracts whose lots nobody knows, are left out.
    """
    lines = raw.decode("utf-8").splitlines()
    head = [name.strip() for name in next(csv.reader(lines[:1]), [])]
    if missing := set(FIELDS) - set(head):
        raise ValueError(f"no list of instruments: {', '.join(sorted(missing))} missing")
    pick = itemgetter(*map(head.index, FIELDS))
    futures = map(pick, _split((line for line in lines if ",FUT," in line), len(head)))
    with_futures = {line[1] for line in futures if line[8] in ("NFO", "BFO")}
    master = SymbolMaster(_listed(map(pick, _split(lines[1:], len(head))), with_futures), as_of)
    if not len(master):
        raise ValueError("no list of instruments: it is empty")
    return master


def _split(lines: Iterable[str], width: int) -> Iterator[Sequence[str]]:
    return (fields for fields in csv.reader(lines) if len(fields) == width)


def _listed(lines: Iterable[Sequence[str]], with_futures: set[str]) -> Iterator[Listed]:
    for line in lines:
        try:
            instrument = _read(line, with_futures)
        except (ValueError, InvalidOperation):
            continue
        if instrument is not None:
            yield Listed(instrument, f"{line[8]}:{line[0]}")


def _read(line: Sequence[str], with_futures: set[str]) -> Instrument | None:
    symbol, name, expiry, _, tick, lot, kind, segment, exchange = line
    if segment == "INDICES":
        return _index(symbol, exchange)
    if exchange in _SHARES and kind == "EQ" and not expiry:
        return Instrument(
            exchange,
            symbol,
            name or symbol,
            InstrumentType.EQUITY,
            int(_number(lot)) or 1,
            _number(tick) or _CENT,
            has_derivatives=symbol in with_futures,
        )
    return _contract(line) if exchange in _DERIVATIVES and kind in _CONTRACTS else None


def _index(symbol: str, exchange: str) -> Instrument | None:
    ours = _INDEX_EXCHANGES.get(exchange)
    if ours is None:
        return None
    name = _INDICES.get(symbol) or symbol.replace(" ", "").replace("-", "")
    return Instrument(ours, name, symbol, InstrumentType.INDEX, 1, _CENT)


def _contract(line: Sequence[str]) -> Instrument | None:
    theirs, said, expiry, strike, tick, lot, kind, _, exchange = line
    day = _day(expiry)
    price = _number(strike) if kind != "FUT" else None
    name = said or _name_in(theirs, day, f"{plain(price)}{kind}" if price else kind)
    units = lot_of(exchange, name, int(_number(lot)))
    if not name or not units or _number(tick) <= 0 or (price is not None and price <= 0):
        return None
    symbol = f"{name}{render_expiry(day)}FUT" if price is None else option_symbol(name, day, price, kind)
    return Instrument(exchange, symbol, name, _CONTRACTS[kind], units, _number(tick), expiry=day, strike=price)


def _name_in(theirs: str, day: date, ending: str) -> str:
    """The underlying in one of Kite's symbols, where the list leaves its name out; empty if it cannot be told.

    Symbols go on with year and month, `26DEC`, or for weekly contracts with the day too, `26D01`.
    """
    monthly, weekly = f"{day:%y%b}{ending}".upper(), f"{day:%y}{_MONTHS[day.month - 1]}{day:%d}{ending}"
    return next((theirs.removesuffix(one) for one in (monthly, weekly) if theirs.endswith(one)), "")


@lru_cache(maxsize=4096)
def _number(said: str) -> Decimal:
    return Decimal(said or 0)


@lru_cache(maxsize=1024)
def _day(said: str) -> date:
    return date.fromisoformat(said)
