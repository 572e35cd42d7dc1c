"""A client's account at Zerodha, over Kite Connect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from brokers.common.adapter import Adapter, Opening
from brokers.zerodha.kite_answers import Said, is_order_error, order_id_of
from brokers.zerodha.kite_books import KiteBooks
from brokers.zerodha.kite_calls import cancel_call, modify_call, place_call
from brokers.zerodha.kite_connection import ORDERS_PER_SECOND, KiteConnection
from brokers.zerodha.kite_entry import KiteEntry
from brokers.zerodha.kite_orders import KiteOrder, units_of
from brokers.zerodha.kite_pushes import KitePushes
from brokers.zerodha.kite_session import login_url
from brokers.zerodha.kite_symbols import KiteSymbols
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Capabilities, Duplicates, Sending
from core.market.broker_reach import Reach
from core.market.broker_session import BrokerSession
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.orders.broker_order import (
    BrokerOrder,
    NotSent,
    OrderChange,
    Placement,
    PlaceRequest,
    Refused,
    Sought,
    accepted,
)
from core.orders.order import Action, LegTerms, Product
from core.orders.states import FINAL_LEG_STATES, BrokerStatus
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports import Instruments

CAPABILITIES = Capabilities(
    duplicates=Duplicates.SEARCH,
    tag_length=20,
    appears_within=timedelta(minutes=2),
    shows_rejects=False,
    book_every=timedelta(seconds=1),
    orders_per_second=ORDERS_PER_SECOND,
    market=Sending.PROTECTED,
    stop_market=Sending.PROTECTED,
    products=frozenset(Product),
    exchanges=frozenset({"NSE", "BSE", "NFO", "BFO", "CDS", "BCD", "MCX"}),
)
"""An order was once seen in the book a minute and a half after Kite had answered with an error."""
_CHANGED_BY_KITE = "quantity, price type, prices and disclosed quantity"


class ZerodhaBroker(KitePushes):
    """Implements core.ports.LiveBroker and ChargeEstimator for one client."""

    def __init__(self, opening: Opening) -> None:
        self._clock = opening.clock
        super().__init__(opening, KiteConnection(opening))
        self._symbols = KiteSymbols(opening, self._connection)
        self._books = KiteBooks(self._connection, self._symbols, opening.clock)
        self._entry = KiteEntry(self._connection, opening.clock)

    @property
    def name(self) -> str:
        """The adapter's name."""
        return "zerodha"

    @property
    def capabilities(self) -> Capabilities:
        """What Kite can do and promises."""
        return CAPABILITIES

    @property
    def instruments(self) -> Instruments:
        """Its symbol master, as last loaded; empty before that."""
        return self._symbols.master

    @property
    def reach(self) -> Reach:
        """Whether Kite answers."""
        return self._connection.reach

    async def load_instruments(self) -> None:
        """Take today's symbol master from the disk, or from Kite. Raises BrokerUnavailable."""
        await self._symbols.load()

    async def place(self, request: PlaceRequest) -> Placement:
        """Send one order, once. Never raises."""
        terms = request.terms
        found = self._key(terms)
        if not isinstance(found, tuple):
            return found
        key, units = found
        call = place_call(self._connection.login, key, terms, units, request.client_order_id)
        placed = await self._connection.place(call, request.deadline, is_exit=request.is_exit)
        return accepted(request, placed, self._clock.now()) if isinstance(placed, str) else placed

    def _key(self, terms: LegTerms) -> tuple[str, int] | NotSent | Refused:
        """What Kite calls the instrument, and how many units one of its quantities stands for."""
        master = self._symbols.master
        if not len(master):
            return NotSent("Zerodha's list of instruments has not been read yet")
        instrument, key = master.find(terms.exchange, terms.symbol), master.key_of(terms.exchange, terms.symbol)
        if instrument is None or key is None or terms.exchange not in CAPABILITIES.exchanges:
            return Refused(f"{terms.symbol} on {terms.exchange} is not in Zerodha's list of instruments")
        units = units_of(instrument)
        if terms.quantity % units or terms.quantity <= 0:
            return Refused(f"{terms.symbol} is traded in lots of {units}")
        return key, units

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """The orders of today's book that carry our id. Raises BrokerUnavailable."""
        tag = sought.client_order_id
        return [
            replace(one.order, client_order_id=tag)
            for one in await self._books.orders()
            if tag in one.tags or one.order.client_order_id == tag
        ]

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order of today's book. Raises NotFound."""
        return (await self._books.order(broker_order_id)).order

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel an order. Raises NotFound, BrokerRefused (already final), BrokerUnavailable, OutcomeUnknown."""
        before = await self._open(broker_order_id)
        call = cancel_call(self._connection.login, (before.variety, broker_order_id))
        said = await self._connection.change(call)
        return await self._after(broker_order_id, said, cancelling=True)

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace an open order's terms. Raises NotFound, BrokerRefused, BrokerUnavailable, OutcomeUnknown."""
        before = await self._open(broker_order_id)
        if _fixed(before.order.terms) != _fixed(change.terms):
            raise BrokerRefused(f"Zerodha can only change an order's {_CHANGED_BY_KITE}")
        found = self._key(change.terms)
        if isinstance(found, NotSent):
            raise BrokerUnavailable(found.reason)
        if isinstance(found, Refused):
            raise BrokerRefused(found.message)
        call = modify_call(self._connection.login, (before.variety, broker_order_id), change.terms, found[1])
        return await self._after(broker_order_id, await self._connection.change(call), cancelling=False)

    async def _open(self, order_id: BrokerOrderId) -> KiteOrder:
        found = await self._books.order(order_id)
        if found.order.status in FINAL_LEG_STATES:
            raise BrokerRefused(f"The order is {found.order.status.value} already")
        return found

    async def _after(self, order_id: BrokerOrderId, said: object | Said, *, cancelling: bool) -> BrokerOrder:
        """How the order stands after a change was asked for."""
        if isinstance(said, Said) and not is_order_error(said):
            raise self._connection.fault(said)
        try:
            order = (await self._books.order(order_id)).order
        except BrokerUnavailable as fault:
            raise OutcomeUnknown(f"Zerodha was asked, and then: {fault}") from None
        if not isinstance(said, Said) and order_id_of(said):
            return order
        if order.status in FINAL_LEG_STATES:
            if cancelling and order.status is BrokerStatus.CANCELLED:
                return order
            raise BrokerRefused(f"The order is {order.status.value} already")
        raise self._connection.fault(said) if isinstance(said, Said) else OutcomeUnknown()

    async def list_open(self) -> Sequence[BrokerOrder]:
        """Every order that is not final."""
        return [order for order in await self.list_orders() if order.status not in FINAL_LEG_STATES]

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """Today's order book, oldest first."""
        return [one.order for one in await self._books.orders()]

    async def list_trades(self) -> Sequence[Trade]:
        """Today's trade book, oldest first."""
        return await self._books.trades()

    async def list_positions(self) -> Sequence[Position]:
        """The net positions; those closed today stay listed."""
        return await self._books.positions()

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares, and those that will be."""
        return await self._books.holdings()

    async def get_funds(self) -> Funds:
        """The money of all segments together."""
        return await self._books.funds()

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """The margin for opening these now, with what is open already."""
        return await self._books.margin(basket)

    async def estimate_charges(self, basket: Sequence[Priced]) -> Decimal | None:
        """What these trades cost, as Kite's virtual contract note has it. Raises BrokerUnavailable."""
        return await self._books.charges(basket) if basket else None

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these. Raises BrokerUnavailable."""
        return await self._books.quotes(tickers)

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices. Raises BrokerUnavailable."""
        return await self._books.depth(exchange, symbol)

    async def session(self) -> BrokerSession:
        """The login, asked for at Kite now. Raises BrokerUnavailable when it does not answer."""
        return await self._entry.session()

    async def log_in(self, answer: str) -> Mapping[str, str]:
        """Finish a login with the request token, or the address with it; the credentials to keep from now on.

        Raises BrokerRefused, BrokerUnavailable.
        """
        return (await self._entry.log_in(answer)).stored()

    async def check(self) -> None:
        """Raise BrokerUnavailable when an order sent now could not arrive. Asks nothing."""
        self._connection.check()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()


def _fixed(terms: LegTerms) -> tuple[str, str, Action, Product]:
    return terms.exchange, terms.symbol, terms.action, terms.product


ADAPTER = Adapter(
    name="zerodha",
    title="Zerodha Kite",
    base_url="https://api.kite.trade",
    credentials=(frozenset({"api_key", "api_secret"}),),
    open=ZerodhaBroker,
    optional=frozenset({"access_token", "access_token_at", "user_id"}),
    login_url=login_url,
)
