"""OpenAlgo's order and trade books, with the evidence that they need."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from brokers.openalgo.openalgo_client import OpenAlgoClient
from brokers.openalgo.openalgo_evidence import Evidence, Fill, fills_of
from brokers.openalgo.openalgo_matching import may_be, may_be_of
from brokers.openalgo.openalgo_placing import DEFAULT_STRATEGY
from brokers.openalgo.openalgo_rows import OrderRow, OrderRows, parse_average, parse_orders, parse_trades
from core.clock import Clock
from core.errors import BrokerUnavailable, NotFound
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.broker_order import BrokerOrder, Sought
from core.orders.states import BrokerStatus
from core.portfolio.positions import Trade

_FINAL = frozenset({BrokerStatus.COMPLETE, BrokerStatus.CANCELLED, BrokerStatus.REJECTED})


class Books:
    """Reads both books at a time, because neither tells the truth alone. Everything here raises BrokerUnavailable."""

    def __init__(self, client: OpenAlgoClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._evidence = Evidence()

    def note_cancelled(self, order_id: BrokerOrderId) -> None:
        """A cancel of ours was taken."""
        self._evidence.note_cancelled(order_id)

    async def orders(self) -> Sequence[BrokerOrder]:
        """The order book, oldest first."""
        rows, fills = await self._read()
        return await self._judge(rows.rows, fills)

    async def get(self, order_id: BrokerOrderId) -> BrokerOrder:
        """One order. Raises NotFound."""
        rows, fills = await self._read()
        wanted = [row for row in rows.rows if row.broker_order_id == order_id]
        if not wanted:
            raise NotFound(f"Order {order_id} not found")
        (order,) = await self._judge(wanted[-1:], fills)
        return order

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """Every order that has these terms, was placed since then, and is not known to be another."""
        rows, fills = await self._read()
        if any(may_be_of(ticker, sought) for ticker in rows.unread):
            raise BrokerUnavailable("OpenAlgo's order book has an order that cannot be read, and it may be this one")
        return await self._judge([row for row in rows.rows if may_be(row, sought)], fills)

    async def trades(self) -> Sequence[Trade]:
        """The trade book, oldest first."""
        return await self._client.ask("tradebook", {}, lambda fields: parse_trades(fields, self._clock.now()))

    async def _read(self) -> tuple[OrderRows, Mapping[BrokerOrderId, Fill]]:
        # The trades later: what trades in between is then an open order with a fill, not a complete one without.
        now = self._clock.now()
        rows = await self._client.ask("orderbook", {}, lambda fields: parse_orders(fields, now))
        self._evidence.keep_to(rows.rows)
        return rows, fills_of(await self.trades())

    async def _judge(self, rows: Sequence[OrderRow], fills: Mapping[BrokerOrderId, Fill]) -> Sequence[BrokerOrder]:
        now = self._clock.now()
        bare = [row for row in rows if self._evidence.wants_average(row, fills.get(row.broker_order_id, Fill()), now)]
        for row in bare:
            self._evidence.note_average(row.broker_order_id, await self._average(row.broker_order_id))
        if bare:
            # OpenAlgo takes that price from one of the order's trades, so they may be there by now.
            fills = fills_of(await self.trades())
        orders = [self._evidence.judge(row, fills.get(row.broker_order_id, Fill()), now) for row in rows]
        return sorted(orders, key=lambda order: order.placed_at)

    async def _average(self, order_id: BrokerOrderId) -> Decimal:
        """What the order's own answer says that it was filled at; 0 when it does not say."""
        question = {"strategy": DEFAULT_STRATEGY, "orderid": order_id}
        try:
            return await self._client.ask("orderstatus", question, parse_average)
        except BrokerUnavailable:
            # The order counts as open, and is asked about again.
            return ZERO


def open_ones(orders: Sequence[BrokerOrder]) -> Sequence[BrokerOrder]:
    """Those that are not final."""
    return [order for order in orders if order.status not in _FINAL]
