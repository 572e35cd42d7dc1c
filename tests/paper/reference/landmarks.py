"""Which of the things worth comparing a script came by."""

from collections import Counter
from fractions import Fraction

from brokers.paper.engine.events import BookEvent, DayBegan, Market, Modified, Placed, Quoted
from core.orders.order import PositionKey, Product
from core.orders.states import BrokerStatus
from tests.paper.reference.days import SETTLEMENT, SQUARE_OFF, is_square_off
from tests.paper.reference.exchange import ReferenceExchange
from tests.paper.reference.margins import reserved
from tests.paper.reference.prices import opposite
from tests.paper.reference.records import RefOrder, RefTrade

EXPECTED = (
    "partial fill",
    "filled over several quotes",
    "two orders share a quote",
    "nothing left of the size",
    "triggered on arrival",
    "triggered later",
    "filled better than its limit",
    "takes what is left later",
    "filled by the last price",
    "slipped",
    "arrived late",
    "reversal",
    "covered",
    "partly covered",
    "refused: funds",
    "refused: stale",
    "refused: no price",
    "refused: closed",
    "refused: intraday",
    "refused: shares",
    "refused: terms",
    "late market fill rejected for funds",
    "late market fill cancelled for funds",
    "late and stale",
    "modification refused: funds",
    "modification refused: stale",
    "modification refused: already filled",
    "modified and filled at once",
    "modified before it arrived",
    "keeps its place",
    "loses its place",
    "waits for the open",
    "MIS reduced after square-off",
    "left in an odd lot",
    "squared off",
    "square-off waits",
    "settled",
    "left of an earlier day",
    "delivered",
    "holding sold",
    "Day order: not filled by the close",
    "Intraday trading is over",
    "Contract expired",
    "Book reset",
)


class Landmarks:
    """Looks at a reference exchange before and after every event."""

    def __init__(self, exchange: ReferenceExchange) -> None:
        self.seen: Counter[str] = Counter()
        self._exchange = exchange
        self._remember()

    def _remember(self) -> None:
        exchange = self._exchange
        self._trades = len(exchange.trades)
        self._before = {order.id: order for order in exchange.copy().orders}
        self._positions = {key: held.quantity for key, held in exchange.account.positions.items()}
        self._holdings = {key: held.quantity for key, held in exchange.account.holdings.items()}

    def look(self, event: BookEvent, refusal: str) -> None:
        """Name what this event brought."""
        if refusal and isinstance(event, Modified):
            self.seen[f"modification refused: {refusal}"] += 1
        fills = self._exchange.trades[self._trades :]
        for order in self._exchange.orders:
            self._look_at_order(event, order)
        for fill in fills:
            self._look_at_fill(event, fill)
        if isinstance(event, Quoted) and len({(f.action, f.order_id) for f in fills}) > len(
            {f.action for f in fills}
        ):
            self.seen["two orders share a quote"] += 1
        if isinstance(event, Modified) and not refusal:
            self._look_at_change(event, bool(fills))
        self._look_at_account(event)
        self._remember()

    def _look_at_order(self, event: BookEvent, order: RefOrder) -> None:
        before = self._before.get(order.id)
        if order.is_waiting:
            self._look_at_waiting(event, order)
        if (before is None or before.is_pending) and order.has_trigger and order.is_triggered:
            self.seen["triggered later" if before else "triggered on arrival"] += 1
        if before and before.arrives_at and not order.arrives_at and isinstance(event, Quoted):
            self.seen["arrived late"] += 1
        if before is None and is_square_off(order) and isinstance(event, DayBegan):
            self.seen["left of an earlier day"] += 1
        if before is None and order.reason:
            self.seen[f"refused: {order.reason}"] += 1
        if before and before.is_waiting and not order.is_waiting:
            self._look_at_end(order)

    def _look_at_end(self, order: RefOrder) -> None:
        self.seen[order.message or "ended"] += 1
        if order.reason == "funds":
            self.seen[f"late market fill {order.status} for funds"] += 1
        if order.reason == "stale":
            self.seen["late and stale"] += 1
        if order.status is BrokerStatus.COMPLETE and len(order.fills) > 2:
            self.seen["filled over several quotes"] += 1

    def _look_at_waiting(self, event: BookEvent, order: RefOrder) -> None:
        exchange = self._exchange
        if order.fills:
            self.seen["partial fill"] += 1
        if isinstance(event, Placed) and event.order.broker_order_id == order.id:
            if order.arrives_at and not event.market.hours.is_open:
                self.seen["waits for the open"] += 1
            if order.takes and not order.fills:
                self.seen["nothing left of the size"] += 1
        if is_square_off(order):
            self.seen["square-off waits"] += 1
        held = self._positions.get(order.key, Fraction(0))
        if held and (held < 0) is order.buys:
            is_free = not reserved(order, exchange.account, exchange.orders, exchange.leverage)
            self.seen["covered" if is_free else "partly covered"] += 1

    def _look_at_fill(self, event: BookEvent, fill: RefTrade) -> None:
        key: PositionKey = (fill.exchange, fill.symbol, fill.product)
        before = self._positions.get(key, Fraction(0))
        held = self._exchange.account.positions.get(key)
        if held and before * held.quantity < 0:
            self.seen["reversal"] += 1
        self.seen[{SQUARE_OFF: "squared off", SETTLEMENT: "settled"}.get(fill.strategy, "filled")] += 1
        if isinstance(event, Placed | Modified | Quoted):
            self._look_at_price(event.market, fill)
        if isinstance(event, Placed) and event.market.instrument:
            self.seen["left in an odd lot"] += event.order.terms.quantity % event.market.instrument.lot != 0
        is_late = isinstance(event, Placed) and bool(event.market.hours.mis_until)
        if is_late and isinstance(event, Placed) and event.market.hours.mis_until and fill.product is Product.MIS:
            self.seen["MIS reduced after square-off"] += event.market.now >= event.market.hours.mis_until

    def _look_at_price(self, market: Market, fill: RefTrade) -> None:
        order = next(order for order in self._exchange.orders if order.id == fill.order_id)
        before = self._before.get(fill.order_id)
        facing = opposite(market.quote, order.buys)
        if order.is_at_market:
            self.seen["slipped"] += fill.price != facing
            return
        if fill.price != order.terms.price:
            self.seen["filled better than its limit"] += 1
            self.seen["takes what is left later"] += bool(before and before.fills)
        elif facing > order.terms.price if order.buys else facing < order.terms.price:
            self.seen["filled by the last price"] += 1

    def _look_at_change(self, event: Modified, filled: bool) -> None:
        before = self._before[event.order_id]
        after = next(order for order in self._exchange.orders if order.id == event.order_id)
        self.seen["modified and filled at once"] += filled
        self.seen["modified before it arrived"] += before.arrives_at is not None
        is_moved = before.queued_at != after.queued_at
        self.seen["loses its place" if is_moved else "keeps its place"] += 1

    def _look_at_account(self, event: BookEvent) -> None:
        holdings = self._exchange.account.holdings
        for key, quantity in self._holdings.items():
            held = holdings.get(key)
            if (held.quantity if held else 0) < quantity and not isinstance(event, DayBegan):
                self.seen["holding sold"] += 1
        if isinstance(event, DayBegan) and any(key not in self._holdings for key in holdings):
            self.seen["delivered"] += 1
