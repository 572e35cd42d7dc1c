"""What an order's row in OpenAlgo's book is worth: final is only what there is evidence of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.openalgo.openalgo_rows import OrderRow
from core.clock import session_start
from core.ids import BrokerOrderId
from core.money import ZERO, mean_price
from core.orders.broker_order import BrokerOrder
from core.orders.states import BrokerStatus
from core.portfolio.positions import Trade

SETTLES_WITHIN = timedelta(seconds=60)
"""How long a status that may be another order's has to stand until it is believed."""
_ENDS = frozenset({BrokerStatus.CANCELLED, BrokerStatus.REJECTED})
_NO_REASON = "Rejected by the broker; OpenAlgo does not say why"


@dataclass(frozen=True, slots=True)
class Fill:
    """What the trade book has of one order."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    last_at: datetime | None = None

    @property
    def average(self) -> Decimal:
        """The mean price in rupees."""
        return mean_price(self.value / self.quantity) if self.quantity else ZERO


def fills_of(trades: Iterable[Trade]) -> Mapping[BrokerOrderId, Fill]:
    """Trades by their order."""
    fills: dict[BrokerOrderId, Fill] = {}
    for trade in trades:
        fill = fills.get(trade.broker_order_id, Fill())
        fills[trade.broker_order_id] = Fill(
            fill.quantity + trade.quantity, fill.value + trade.quantity * trade.price, trade.at
        )
    return fills


class Evidence:
    """Remembers what was seen of one account's orders, as far as it decides what is believed."""

    def __init__(self) -> None:
        self._averages: dict[BrokerOrderId, Decimal] = {}
        self._cancelled: set[BrokerOrderId] = set()
        self._since: dict[BrokerOrderId, tuple[BrokerStatus, datetime]] = {}

    def note_cancelled(self, order_id: BrokerOrderId) -> None:
        """A cancel of ours was taken."""
        self._cancelled.add(order_id)

    def note_average(self, order_id: BrokerOrderId, average: Decimal) -> None:
        """The order's own answer names the price that it was filled at."""
        if average > 0:
            self._averages[order_id] = average

    def wants_average(self, row: OrderRow, fill: Fill) -> bool:
        """Whether the row says complete, its trades do not show it, and its own answer could."""
        is_shown = fill.quantity >= row.terms.quantity
        is_copied = row.repeats_the_row_before and fill.quantity > 0
        is_known = row.broker_order_id in self._averages
        return row.status is BrokerStatus.COMPLETE and not (is_shown or is_copied or is_known)

    def judge(self, row: OrderRow, fill: Fill, now: datetime) -> BrokerOrder:
        """The order, with a final status only if that is proved."""
        status, filled, average = row.status, min(fill.quantity, row.terms.quantity), fill.average
        if status is BrokerStatus.COMPLETE:
            if row.broker_order_id in self._averages and filled < row.terms.quantity:
                filled, average = row.terms.quantity, self._averages[row.broker_order_id]
            if filled < row.terms.quantity:
                status = BrokerStatus.OPEN
        elif status in _ENDS and not self._is_proved(row, now):
            status = BrokerStatus.OPEN
        placed_at = row.stated_at or session_start(now)
        return BrokerOrder(
            broker_order_id=row.broker_order_id,
            client_order_id=None,
            terms=row.terms,
            status=status,
            placed_at=placed_at,
            updated_at=max(placed_at, fill.last_at or placed_at),
            filled_quantity=filled,
            average_price=average,
            message=(row.reason or _NO_REASON) if status is BrokerStatus.REJECTED else "",
        )

    def forget_all_but(self, rows: Sequence[OrderRow]) -> None:
        """Keep only what concerns these orders: yesterday's are not in today's book."""
        present = {row.broker_order_id for row in rows}
        self._averages = {one: price for one, price in self._averages.items() if one in present}
        self._cancelled &= present
        self._since = {one: seen for one, seen in self._since.items() if one in present}

    def _is_proved(self, row: OrderRow, now: datetime) -> bool:
        if not row.repeats_the_row_before:
            return True
        if row.status is BrokerStatus.CANCELLED and row.broker_order_id in self._cancelled:
            return True
        status, since = self._since.get(row.broker_order_id, (None, now))
        if status is not row.status:
            self._since[row.broker_order_id] = (row.status, now)
            return False
        return now - since >= SETTLES_WITHIN
