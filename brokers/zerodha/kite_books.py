"""Reading one client's books at Kite."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from brokers.common.rest.row_fields import Row
from brokers.common.symbol_master import SymbolMaster
from brokers.zerodha.kite_calls import Asked, charges_call, margin_call, quote_call, read_call
from brokers.zerodha.kite_connection import KiteConnection
from brokers.zerodha.kite_fields import rows
from brokers.zerodha.kite_orders import KiteOrder, read_order, read_trade, units_of
from brokers.zerodha.kite_portfolio import read_charges, read_funds, read_holdings, read_margin, read_positions
from brokers.zerodha.kite_quotes import read_depth, read_quotes
from brokers.zerodha.kite_symbols import KiteSymbols
from core.clock import Clock
from core.errors import BrokerUnavailable, NotFound
from core.ids import BrokerOrderId
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade

MOST_QUOTES = 250
"""In one question: Kite takes more, but not every gateway takes so long an address."""
T = TypeVar("T")


class KiteBooks:
    """What is read, in our types. Everything here raises BrokerUnavailable, and never takes it for "nothing"."""

    def __init__(self, connection: KiteConnection, symbols: KiteSymbols, clock: Clock) -> None:
        self._connection = connection
        self._symbols = symbols
        self._clock = clock

    async def orders(self) -> Sequence[KiteOrder]:
        """Today's order book, oldest first."""
        return await self._rows("/orders", read_order)

    async def order(self, order_id: BrokerOrderId) -> KiteOrder:
        """One order of the book. Raises NotFound."""
        for one in await self.orders():
            if one.order.broker_order_id == order_id:
                return one
        raise NotFound(f"Zerodha's order book of today has no order {order_id}")

    async def trades(self) -> Sequence[Trade]:
        """Today's trades, oldest first."""
        return sorted(await self._rows("/trades", read_trade), key=lambda trade: trade.at)

    async def positions(self) -> Sequence[Position]:
        """The net positions."""
        master = await self._symbols.loaded()
        return await self._ask("/portfolio/positions", lambda data: read_positions(data, master))

    async def holdings(self) -> Sequence[Holding]:
        """What is owned."""
        master = await self._symbols.loaded()
        return await self._ask("/portfolio/holdings", lambda data: read_holdings(data, master))

    async def funds(self) -> Funds:
        """The money of all segments, and the day's profit out of the positions."""
        positions = await self.positions()
        return await self._ask("/user/margins", lambda data: read_funds(data, positions))

    async def margin(self, basket: Sequence[Priced]) -> Margin:
        """What opening these together needs."""
        call = margin_call(self._connection.login, await self._asked(basket))
        return _understood(read_margin, await self._connection.read(call))

    async def charges(self, basket: Sequence[Priced]) -> Decimal:
        """What these trades cost together."""
        call = charges_call(self._connection.login, await self._asked(basket))
        return _understood(lambda data: read_charges(data, len(basket)), await self._connection.read(call))

    async def quotes(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """Their prices, as good as at the moment of asking."""
        master = await self._symbols.loaded()
        keys = {key: ticker for ticker in tickers if (key := master.key_of(*ticker))}
        names = list(keys)
        found: list[Quote] = []
        for start in range(0, len(names), MOST_QUOTES):
            found += await self._some_quotes({key: keys[key] for key in names[start : start + MOST_QUOTES]})
        return found

    async def _some_quotes(self, wanted: Mapping[str, Ticker]) -> Sequence[Quote]:
        data, at = await self._prices(list(wanted))
        return _understood(lambda answer: read_quotes(answer, wanted, at), data)

    async def depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices; None for what Kite does not list, or has no price for."""
        key = (await self._symbols.loaded()).key_of(exchange, symbol)
        if key is None:
            return None
        data, at = await self._prices([key])
        return _understood(lambda answer: read_depth(answer, key, (exchange, symbol), at), data)

    async def _prices(self, keys: Sequence[str]) -> tuple[object, datetime]:
        asked_at = self._clock.now()
        return await self._connection.read_prices(quote_call(self._connection.login, keys)), asked_at

    async def _asked(self, basket: Sequence[Priced]) -> Sequence[Asked]:
        master = await self._symbols.loaded()
        return [_asked(priced, master) for priced in basket]

    async def _rows(self, path: str, read: Callable[[Row, SymbolMaster, datetime], T]) -> Sequence[T]:
        master = await self._symbols.loaded()
        now = self._clock.now()
        return await self._ask(path, lambda data: [read(row, master, now) for row in rows(data)])

    async def _ask(self, path: str, understand: Callable[[object], T]) -> T:
        return _understood(understand, await self._connection.read(read_call(self._connection.login, path)))


def _asked(priced: Priced, master: SymbolMaster) -> Asked:
    terms = priced.terms
    instrument, key = master.find(terms.exchange, terms.symbol), master.key_of(terms.exchange, terms.symbol)
    if instrument is None or key is None:
        raise BrokerUnavailable(f"{terms.symbol} on {terms.exchange} is not in Zerodha's list of instruments")
    return priced, key, units_of(instrument)


def _understood(understand: Callable[[object], T], data: object) -> T:
    try:
        return understand(data)
    except (ValueError, ArithmeticError) as fault:
        raise BrokerUnavailable(f"Zerodha's answer could not be read: {fault}") from None
