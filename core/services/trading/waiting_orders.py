"""What waits at a broker, orders and triggers alike, and finding one of them by the number that a person knows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.accounts import Approver, TradingMode
from core.client.plans import Target, Terms
from core.errors import NotFound, TooLate
from core.ids import AccountId, BrokerOrderId, OrderId, UserId
from core.money import ZERO
from core.orders.broker_order import BrokerOrder
from core.orders.gtt import WAITING_GTTS, BrokerGtt
from core.orders.order import ApiType, Leg, Order
from core.orders.states import FINAL_LEG_STATES, BrokerStatus, QueueStatus
from core.ports import Broker, GttBroker, ReadTransaction
from core.services.portfolio.broker_books import trading_mode_of
from core.services.trading.client_context import ClientContext, in_time

_NUMBER = re.compile(r"#?([0-9]{1,18})")
_OVER = {
    BrokerStatus.COMPLETE: "it is filled",
    BrokerStatus.CANCELLED: "it is cancelled",
    BrokerStatus.REJECTED: "the broker rejected it",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order or a trigger that the broker holds."""

    target: Target
    terms: Terms
    filled: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Found:
    """What a number stands for: orders of one account, in the book of one trading mode."""

    account_id: AccountId
    trading_mode: TradingMode
    targets: tuple[Target, ...]


async def list_waiting(book: Broker) -> Sequence[Waiting]:
    """Open orders, then waiting triggers, the newest first. Raises BrokerUnavailable."""
    return [*map(waiting_order, await list_open_orders(book)), *await list_waiting_gtts(book)]


async def list_open_orders(book: Broker) -> Sequence[BrokerOrder]:
    """Open orders, the newest first. Raises BrokerUnavailable."""
    found = await in_time(book.list_open())
    return sorted(found, key=lambda one: (one.placed_at, one.broker_order_id), reverse=True)


async def list_waiting_gtts(book: Broker) -> Sequence[Waiting]:
    """Waiting triggers. Raises BrokerUnavailable."""
    gtts = await in_time(book.list_gtts()) if isinstance(book, GttBroker) else ()
    return [_of_gtt(one) for one in gtts if one.status in WAITING_GTTS]


async def get_waiting(book: Broker, target: Target) -> Waiting:
    """One of them as it stands now. Raises TooLate when it does not wait any more, NotFound, BrokerUnavailable."""
    if target.is_gtt and isinstance(book, GttBroker):
        gtt = await in_time(book.get_gtt(target.broker_order_id))
        if gtt.status not in WAITING_GTTS:
            raise TooLate(f"Too late: the trigger is {gtt.status.value}. Nothing was changed.")
        return _of_gtt(gtt)
    order = await in_time(book.get(target.broker_order_id))
    if order.status in FINAL_LEG_STATES:
        raise TooLate(f"Too late: {_OVER[order.status]}. Nothing was changed.")
    return waiting_order(order)


async def find_by_number(context: ClientContext, user_id: UserId, text: str) -> Found:
    """What is meant by our number (`42`, `#42`) or the broker's. Raises NotFound, TooLate, BrokerUnavailable."""
    async with context.database.read() as tx:
        links = {link.account_id: link for link in await tx.accounts.list_links_of(user_id)}
        accounts = [await tx.accounts.get(account_id) for account_id in links]
        ours = await _find_ours(tx, links, text)
    if ours is not None:
        return ours
    for account in accounts:
        mode = trading_mode_of(account)
        target = await _find_theirs(context.book(account, mode), BrokerOrderId(text))
        if target is not None:
            return Found(account.id, mode, (target,))
    raise NotFound("There is no such order.")


async def _find_ours(tx: ReadTransaction, links: dict[AccountId, Approver], text: str) -> Found | None:
    number = _NUMBER.fullmatch(text)
    order = await tx.orders.find(OrderId(int(number[1]))) if number else None
    if order is not None and order.account_id in links:
        return _targets(order, order.legs)
    for account_id in links:
        order = await tx.orders.find_by_broker_order_id(account_id, BrokerOrderId(text))
        if order is not None:
            return _targets(order, [leg for leg in order.legs if leg.broker_order_id == text])
    return None


def _targets(order: Order, legs: Sequence[Leg]) -> Found:
    """Raises TooLate when none of these legs waits at the broker."""
    is_gtt = order.api_type is ApiType.PLACEGTTORDER
    waiting = [leg for leg in legs if leg.broker_order_id and leg.broker_status not in FINAL_LEG_STATES]
    if not waiting:
        raise TooLate(f"Order #{order.id} does not wait at the broker: {_why_not(order)}.")
    ids = [BrokerOrderId(leg.broker_order_id) for leg in waiting if leg.broker_order_id]
    return Found(order.account_id, order.trading_mode, tuple(Target(id_, is_gtt, order.id) for id_ in ids))


def _why_not(order: Order) -> str:
    if order.status is QueueStatus.PENDING:
        return "it waits for a decision; reject it on its card"
    if order.status is not QueueStatus.APPROVED:
        return f"it was {order.status.value}"
    return _OVER.get(order.broker_status or BrokerStatus.READY, "it is on its way to the broker")


async def _find_theirs(book: Broker, number: BrokerOrderId) -> Target | None:
    try:
        await in_time(book.get(number))
        return Target(number)
    except NotFound:
        pass
    try:
        if isinstance(book, GttBroker):
            await in_time(book.get_gtt(number))
            return Target(number, is_gtt=True)
    except NotFound:
        pass
    return None


def waiting_order(order: BrokerOrder) -> Waiting:
    """An open order, as what waits."""
    return Waiting(Target(order.broker_order_id), order.terms, order.filled_quantity)


def _of_gtt(gtt: BrokerGtt) -> Waiting:
    return Waiting(Target(gtt.trigger_id, is_gtt=True), gtt.gtt)
