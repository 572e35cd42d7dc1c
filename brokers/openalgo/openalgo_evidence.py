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

    def wants_average(self, row: OrderRow, fill: Fill, now: datetime) -> bool:
        """Whether the row says complete, no trade shows it, and the order's own answer may be believed instead."""
        is_asked = row.status is BrokerStatus.COMPLETE and not fill.quantity
        return is_asked and row.broker_order_id not in self._averages and self._is_its_own(row, now)

    def judge(self, row: OrderRow, fill: Fill, now: datetime) -> BrokerOrder:
        """The order, with a final status only if that is proved."""
        wanted = row.terms.quantity
        status, filled, average = row.status, min(fill.quantity, wanted), fill.average
        if status is BrokerStatus.COMPLETE and filled < wanted:
            average = fill.average or self._averages.get(row.broker_order_id, ZERO)
            is_complete = average > 0 and self._is_proved_without_trades(row, fill, now)
            status, filled = (status, wanted) if is_complete else (BrokerStatus.OPEN, filled)
        elif status in _ENDS and not self._is_its_own(row, now):
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
            average_price=average if filled else ZERO,
            message=(row.reason or _NO_REASON) if status is BrokerStatus.REJECTED else "",
        )

    def keep_to(self, rows: Sequence[OrderRow]) -> None:
        """Forget orders that are not in the book any more, and statuses that did not last."""
        present = {row.broker_order_id: row.status for row in rows}
        self._averages = {one: price for one, price in self._averages.items() if one in present}
        self._cancelled &= present.keys()
        self._since = {one: seen for one, seen in self._since.items() if present.get(one) is seen[0]}

    def _is_proved_without_trades(self, row: OrderRow, fill: Fill, now: datetime) -> bool:
        if not fill.quantity:
            return self._is_its_own(row, now)
        # Trades that are on their way would make the mean price another one; a copied status needs all of them.
        return not row.repeats_the_row_before and self._has_stood(row, now)

    def _is_its_own(self, row: OrderRow, now: datetime) -> bool:
        """Whether the row's status is not just that of the row before it."""
        if not row.repeats_the_row_before:
            return True
        if row.status is BrokerStatus.CANCELLED and row.broker_order_id in self._cancelled:
            return True
        return self._has_stood(row, now)

    def _has_stood(self, row: OrderRow, now: datetime) -> bool:
        status, since = self._since.get(row.broker_order_id, (None, now))
        if status is not row.status:
            self._since[row.broker_order_id] = (row.status, now)
            return False
        return now - since >= SETTLES_WITHIN
