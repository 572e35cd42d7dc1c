"""Reads what an event of the audit trail means to people."""

from dataclasses import replace

from core.audit import Kind, Link
from core.ids import AccountId, BrokerOrderId, OrderId
from core.insight.doers import facts_of
from core.insight.event_news import just_asked, may_have_been_asked_for, needs_earlier_events, news_of
from core.insight.news import News
from core.orders.order import Order
from core.ports import ReadTransaction


async def read_news(tx: ReadTransaction, link: Link) -> News | None:
    """What there is to tell of this event, with what it takes of the trail before it; None when nothing."""
    order = await _order_of(tx, link)
    if order is None or not needs_earlier_events(link):
        news = news_of(link, order, ())
    else:
        news = news_of(link, order, await tx.audit.leg_events(order.id, link.seq))
    if news is None or not may_have_been_asked_for(link):
        return news
    return replace(news, asked_by=just_asked(link, await tx.notices.cancel_requests(link)))


async def _order_of(tx: ReadTransaction, link: Link) -> Order | None:
    """The order that the event is of, or that a refused operation was about."""
    if link.order_id is not None:
        return await tx.orders.find(OrderId(link.order_id))
    about = facts_of(link).get("orderid") if link.kind == Kind.OPERATION_REFUSED else None
    if about is None:
        return None
    return await tx.orders.find_by_broker_order_id(AccountId(link.account_id), BrokerOrderId(about))
