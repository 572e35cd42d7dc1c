"""Reads what an event of the audit trail means to people."""

from dataclasses import replace

from core.audit import Link
from core.ids import OrderId
from core.insight.news import News, just_asked, may_have_been_asked_for, needs_earlier_events, news_of
from core.ports import ReadTransaction


async def read_news(tx: ReadTransaction, link: Link) -> News | None:
    """What there is to tell of this event, with what it takes of the trail before it; None when nothing."""
    order = None if link.order_id is None else await tx.orders.find(OrderId(link.order_id))
    if order is None or not needs_earlier_events(link, order):
        news = news_of(link, order, ())
    else:
        news = news_of(link, order, await tx.audit.leg_events(order.id, link.seq))
    if news is None or not may_have_been_asked_for(link):
        return news
    return replace(news, asked_by=just_asked(link, await tx.notices.cancel_requests(link)))
