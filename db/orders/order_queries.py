"""The order store's longer queries."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select, true

from core.accounts import TradingMode
from core.ids import AccountId, OrderId
from core.orders.order import LegTerms, PriceType
from core.orders.states import BrokerStatus, QueueStatus
from core.ports import Decision
from db.tables.orders import legs, orders

_ON_ITS_WAY = [BrokerStatus.READY.value, BrokerStatus.SENDING.value, BrokerStatus.UNKNOWN.value]


def moving_leg(account_id: AccountId, trading_mode: TradingMode, terms: LegTerms) -> Select[Any]:
    """One approved leg for the position of `terms` that is on its way, or open at the market."""
    is_open = legs.c.broker_status == BrokerStatus.OPEN.value
    at_market = and_(is_open, legs.c.pricetype == PriceType.MARKET.value)
    query = select(legs.c.id).join(orders, orders.c.id == legs.c.order_id)
    of_book = query.where(
        orders.c.working == true(), orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value
    )
    of_position = of_book.where(
        legs.c.exchange == terms.exchange, legs.c.symbol == terms.symbol, legs.c.product == terms.product.value
    )
    return of_position.where(or_(legs.c.broker_status.in_(_ON_ITS_WAY), at_market)).limit(1)


def watched_legs(statuses: Sequence[BrokerStatus], limit: int, after: OrderId | None) -> Select[Any]:
    """The legs in one of `statuses` of the first `limit` approved orders behind `after` that have one."""
    of_order, of_leg = orders.c, legs.c
    words = [status.value for status in statuses]
    has_one = exists().where(of_leg.order_id == of_order.id, of_leg.broker_status.in_(words))
    wanted = select(of_order.id, of_order.account_id, of_order.trading_mode, of_order.api_type, of_order.created_at)
    wanted = wanted.where(of_order.working == true(), of_order.id > (after or 0), has_one)
    page = wanted.order_by(of_order.id).limit(limit).subquery()
    known = (of_leg.order_id, of_leg.broker_status, of_leg.broker_order_id, of_leg.filled_quantity)
    query = select(page, *known, of_leg.average_price, of_leg.message).join(legs, of_leg.order_id == page.c.id)
    return query.where(of_leg.broker_status.in_(words)).order_by(page.c.id, of_leg.number)


def decision_columns(decision: Decision) -> dict[str, Any]:
    """The columns of a decision."""
    if decision.becomes is QueueStatus.APPROVED:
        return {
            "approved_at": decision.at,
            "approved_by": decision.by,
            "approved_by_id": decision.by_id,
            "execute_by": decision.execute_by,
        }
    if decision.becomes is QueueStatus.REJECTED:
        return {
            "rejected_at": decision.at,
            "rejected_by": decision.by,
            "rejected_by_id": decision.by_id,
            "rejected_reason": decision.reason,
        }
    return {"closed_at": decision.at, "notice": decision.reason}
