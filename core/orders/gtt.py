"""Good-till-triggered orders: their terms, and how a broker shows them."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.errors import Invalid
from core.ids import BrokerOrderId, ClientOrderId
from core.market.instruments import Instrument
from core.money import ZERO, plain
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.pre_trade_checks import require_tradable
from core.orders.states import BrokerStatus


class TriggerType(StrEnum):
    """One trigger, or two of which the first to be reached ends the other."""

    SINGLE = "SINGLE"
    OCO = "OCO"


@dataclass(frozen=True, slots=True)
class Side:
    """A price to wait for, and the limit of the order that it places; both in rupees, 0 for no limit."""

    trigger: Decimal
    limit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Gtt:
    """An order that waits at the broker for a price. Two sides are an OCO: stop-loss first, then target."""

    exchange: str
    symbol: str
    action: Action
    quantity: Decimal
    product: Product
    pricetype: PriceType
    sides: tuple[Side, ...]
    expires_at: datetime | None = None
    """None leaves it to the broker, which is a year at most of them."""

    @property
    def trigger_type(self) -> TriggerType:
        """SINGLE for one side, OCO for two."""
        return TriggerType.OCO if len(self.sides) > 1 else TriggerType.SINGLE

    @property
    def terms(self) -> LegTerms:
        """The terms of the trigger's leg: a stop order on its first side."""
        first = self.sides[0]
        pricetype = PriceType.SL if self.pricetype is PriceType.LIMIT else PriceType.SL_M
        return replace(self.order_terms(first), pricetype=pricetype, trigger_price=first.trigger)

    @property
    def dearest_terms(self) -> LegTerms:
        """The terms of the trigger's leg with the higher of its prices, for limits of value."""
        limit, trigger = max(side.limit for side in self.sides), max(side.trigger for side in self.sides)
        return replace(self.terms, price=limit, trigger_price=trigger)

    def order_terms(self, side: Side) -> LegTerms:
        """The order that is placed when `side` is reached."""
        return LegTerms(
            exchange=self.exchange,
            symbol=self.symbol,
            action=self.action,
            quantity=self.quantity,
            pricetype=self.pricetype,
            product=self.product,
            price=side.limit if self.pricetype is PriceType.LIMIT else ZERO,
        )


def parse_gtt(fields: dict[str, Any]) -> Gtt:
    """A Gtt from its fields as text. Raises ValueError, KeyError or TypeError for anything else."""
    return Gtt(
        exchange=fields["exchange"],
        symbol=fields["symbol"],
        action=Action(fields["action"]),
        quantity=Decimal(fields["quantity"]),
        product=Product(fields["product"]),
        pricetype=PriceType(fields["pricetype"]),
        sides=tuple(Side(Decimal(one["trigger"]), Decimal(one["limit"])) for one in fields["sides"]),
        expires_at=None if fields["expires_at"] is None else datetime.fromisoformat(fields["expires_at"]),
    )


class GttStatus(StrEnum):
    """The status of a trigger at its broker."""

    ACTIVE = "active"
    TRIGGERING = "triggering"
    """Its price was reached, and its order is being placed."""
    TRIGGERED = "triggered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"


WAITING_GTTS = frozenset({GttStatus.ACTIVE, GttStatus.TRIGGERING})


@dataclass(frozen=True, slots=True)
class BrokerGtt:
    """One trigger in a broker's book."""

    trigger_id: BrokerOrderId
    client_order_id: ClientOrderId | None
    gtt: Gtt
    status: GttStatus
    last_price: Decimal
    """The instrument's price when the terms were given: it decides from which side a trigger is reached."""
    placed_at: datetime
    updated_at: datetime
    strategy: str = ""
    message: str = ""
    fired: int | None = None
    """Which side was reached, from 0."""
    order: BrokerOrder | None = None
    """The order that it placed."""
    revision: int = 1
    """Counts its changes."""


_STANDING = {
    GttStatus.ACTIVE: BrokerStatus.OPEN,
    GttStatus.TRIGGERING: BrokerStatus.OPEN,
    GttStatus.TRIGGERED: BrokerStatus.OPEN,
    GttStatus.CANCELLED: BrokerStatus.CANCELLED,
    GttStatus.EXPIRED: BrokerStatus.CANCELLED,
    GttStatus.REJECTED: BrokerStatus.REJECTED,
}


def as_broker_order(found: BrokerGtt) -> BrokerOrder:
    """The trigger as a broker order: open while it waits, then with the status of the order it placed."""
    placed = found.order
    return BrokerOrder(
        broker_order_id=found.trigger_id,
        client_order_id=found.client_order_id,
        terms=found.gtt.terms,
        status=_STANDING[found.status] if placed is None else placed.status,
        placed_at=found.placed_at,
        updated_at=found.updated_at if placed is None else placed.updated_at,
        filled_quantity=ZERO if placed is None else placed.filled_quantity,
        average_price=ZERO if placed is None else placed.average_price,
        message=_in_words(found),
        strategy=found.strategy,
    )


def _in_words(found: BrokerGtt) -> str:
    if found.order is not None:
        triggered = f"Triggered: order {found.order.broker_order_id}"
        return f"{triggered}: {found.order.message}" if found.order.message else triggered
    if found.status is GttStatus.EXPIRED:
        return "Expired before a trigger was reached"
    return found.message


def describe_sides(gtt: Gtt) -> str:
    """Triggers and limits on one line: `790 → 789.5, 850 → market`."""
    is_limit = gtt.pricetype is PriceType.LIMIT
    return ", ".join(f"{plain(one.trigger)} → {plain(one.limit) if is_limit else 'market'}" for one in gtt.sides)


def require_possible(gtt: Gtt, instrument: Instrument | None, now: datetime) -> None:
    """Raises Invalid with the first reason why this order is impossible at any market price."""
    if gtt.product is Product.MIS:
        raise Invalid("GTT supports only CNC (delivery) or NRML (overnight F&O); MIS is intraday-only.", "product")
    for side in gtt.sides:
        terms = gtt.order_terms(side)
        require_tradable(terms, instrument, now)
        # A trigger is held to the same ticks as a stop order's.
        require_tradable(replace(terms, pricetype=PriceType.SL_M, trigger_price=side.trigger), instrument, now)
    if gtt.expires_at is not None and gtt.expires_at <= now:
        raise Invalid("The expiry is in the past.", "expires_at")


def require_waiting(gtt: Gtt, last_price: Decimal | None) -> Decimal:
    """The last price. Raises Invalid when there is none, or when a trigger is not still ahead of it."""
    if not last_price:
        raise Invalid(f"{gtt.exchange} has no price for {gtt.symbol}, so a trigger cannot be watched")
    low, high = gtt.sides[0].trigger, gtt.sides[-1].trigger
    if len(gtt.sides) > 1 and not low < last_price < high:
        raise Invalid(
            f"The last price {plain(last_price)} must lie between the stop-loss trigger {plain(low)} "
            f"and the target trigger {plain(high)}"
        )
    if low == last_price:
        raise Invalid(f"Trigger price {plain(low)} is the last price; it must be above or below it")
    return last_price
