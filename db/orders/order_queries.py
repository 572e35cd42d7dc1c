"""The order store's longer queries."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, literal_column, or_, select, true, update

from core.accounts import TradingMode
from core.ids import AccountId
from core.orders.order import LegTerms, Order, PriceType
from core.orders.states import BrokerStatus, QueueStatus
from core.ports import Decision
from db.connections.prepared_statements import Prepared
from db.tables.orders import legs, orders

_LOOKED_BACK = 100
_ON_ITS_WAY = [BrokerStatus.READY.value, BrokerStatus.SENDING.value, BrokerStatus.UNKNOWN.value]


def moving_leg(account_id: AccountId, trading_mode: TradingMode, terms: LegTerms) -> Select[Any]:
    """An approved order with a leg for the position of `terms` that is on its way, or open at the market."""
    is_open = legs.c.broker_status == BrokerStatus.OPEN.value
    at_market = and_(is_open, legs.c.pricetype == PriceType.MARKET.value)
    of_position = exists().where(
        legs.c.order_id == orders.c.id,
        legs.c.exchange == terms.exchange,
        legs.c.symbol == terms.symbol,
        legs.c.product == terms.product.value,
        or_(legs.c.broker_status.in_(_ON_ITS_WAY), at_market),
    )
    # The sum keeps SQLite from walking all orders that the account ever had.
    of_book = (orders.c.account_id + 0 == account_id, orders.c.trading_mode == trading_mode.value)
    return select(orders.c.id).where(orders.c.working == true(), *of_book, of_position).limit(1)


def unfinished(account_id: AccountId, trading_mode: TradingMode) -> Select[Any]:
    """An order of this book that waits, or is on its way or open."""
    of_book = (orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value)
    is_moving = or_(orders.c.status == QueueStatus.PENDING.value, orders.c.working == true())
    return select(orders.c.id).where(*of_book, is_moving).limit(1)


def earlier_orders(order: Order, terms: LegTerms) -> Select[Any]:
    """Legs for this instrument of the strategy's approved orders, among the last of this account, newest first."""
    recent = select(orders.c.id, orders.c.strategy, orders.c.trading_mode, orders.c.approved_at)
    recent = recent.where(orders.c.account_id == order.account_id, orders.c.status == QueueStatus.APPROVED.value)
    last = recent.order_by(orders.c.id.desc()).limit(_LOOKED_BACK).subquery()
    query = select(last.c.id, last.c.approved_at, legs.c.action, legs.c.quantity).join(
        legs, legs.c.order_id == last.c.id
    )
    of_strategy = query.where(last.c.strategy == order.strategy, last.c.trading_mode == order.trading_mode.value)
    of_instrument = of_strategy.where(legs.c.exchange == terms.exchange, legs.c.symbol == terms.symbol)
    return of_instrument.order_by(last.c.id.desc(), legs.c.number)


def decision_columns(decision: Decision) -> dict[str, Any]:
    """The columns of a decision."""
    if decision.becomes is QueueStatus.APPROVED:
        return {
            "approved_at": decision.at,
            "approved_by": decision.by,
            "approved_by_id": decision.by_id,
            "execute_by": decision.execute_by,
            "checked": decision.checked,
        }
    if decision.becomes is QueueStatus.REJECTED:
        return {
            "rejected_at": decision.at,
            "rejected_by": decision.by,
            "rejected_by_id": decision.by_id,
            "rejected_reason": decision.reason,
            "checked": decision.checked,
        }
    return {"closed_at": decision.at, "notice": decision.reason}


@cache
def move_order(columns: Sequence[str]) -> Prepared:
    """The change of an order's status that also sets these columns; each value is called `new_` and its column."""
    told = {name: bindparam(f"new_{name}", type_=orders.c[name].type) for name in ("status", "working", *columns)}
    mine = (
        orders.c.id == bindparam("order"),
        orders.c.status == bindparam("was"),
        orders.c.version == bindparam("at_version"),
    )
    return Prepared(
        update(orders).where(*mine).values(version=orders.c.version + 1, cards_due=True, outage=None, **told)
    )


@cache
def with_leg_status(statuses: Sequence[BrokerStatus]) -> Prepared:
    """The first approved orders behind a number that have a leg in one of these statuses."""
    return Prepared(_with_leg_status(statuses))


@cache
def legs_with_status(statuses: Sequence[BrokerStatus]) -> Prepared:
    """The legs in one of these statuses of the same orders."""
    return Prepared(_legs_with_status(statuses))


def _with_leg_status(statuses: Sequence[BrokerStatus]) -> Select[Any]:
    has_one = exists().where(legs.c.order_id == orders.c.id, _is_one_of(statuses))
    wanted = select(orders).where(orders.c.working == true(), orders.c.id > bindparam("after"), has_one)
    return wanted.order_by(orders.c.id).limit(bindparam("most"))


def _legs_with_status(statuses: Sequence[BrokerStatus]) -> Select[Any]:
    of_order, of_leg = orders.c, legs.c
    wanted = _with_leg_status(statuses).with_only_columns(
        of_order.id, of_order.account_id, of_order.trading_mode, of_order.api_type, of_order.created_at
    )
    page = wanted.subquery()
    known = (of_leg.order_id, of_leg.sent_at, of_leg.broker_status, of_leg.broker_order_id, of_leg.filled_quantity)
    query = select(page, *known, of_leg.average_price, of_leg.message).join(legs, of_leg.order_id == page.c.id)
    return query.where(_is_one_of(statuses)).order_by(page.c.id, of_leg.number)


def _is_one_of(statuses: Sequence[BrokerStatus]) -> ColumnElement[bool]:
    return or_(*(legs.c.broker_status == status.value for status in statuses))


def _expired() -> Select[Any]:
    """Pending orders whose time is over."""
    waiting = select(orders).where(orders.c.status == literal_column("'pending'"))
    return (
        waiting.where(orders.c.expires_at <= bindparam("now")).order_by(orders.c.expires_at).limit(bindparam("most"))
    )


def _unsent() -> Select[Any]:
    """Approved orders with an unsent leg whose time to be sent is over."""
    ready = exists().where(legs.c.order_id == orders.c.id, legs.c.broker_status == BrokerStatus.READY.value)
    unsent = select(orders).where(orders.c.working == true(), orders.c.execute_by <= bindparam("now"), ready)
    return unsent.order_by(orders.c.id).limit(bindparam("most"))


# Built once: the loops ask all the time, and building takes longer than running.
EXPIRED, UNSENT = Prepared(_expired()), Prepared(_unsent())
