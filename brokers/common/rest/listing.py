"""What is asked of a symbol master before an order, and what is known of its shares once all is read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from brokers.common.symbol_master import Listed, SymbolMaster
from core.errors import BrokerRefused, BrokerUnavailable
from core.market.instruments import mark_underlyings


def require(master: SymbolMaster, exchange: str, symbol: str) -> Listed:
    """One instrument with its key. Raises BrokerUnavailable before a list was read, BrokerRefused."""
    instrument, key = master.find(exchange, symbol), master.key_of(exchange, symbol)
    if instrument is not None and key is not None:
        return Listed(instrument, key)
    if not len(master):
        raise BrokerUnavailable("The broker's list of symbols has not been read yet")
    raise BrokerRefused(f"The broker does not list {symbol} on {exchange}")


def with_underlyings(listed: Iterable[Listed]) -> Sequence[Listed]:
    """The same; shares know whether futures or options trade on them."""
    every = tuple(listed)
    marked = mark_underlyings(one.instrument for one in every)
    return [replace(one, instrument=instrument) for one, instrument in zip(every, marked, strict=True)]
