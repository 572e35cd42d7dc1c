"""Writes down what people are to be told: whom it concerns says `core.insight.news`, and who wants it /settings."""

from datetime import datetime

from core.ids import AccountId, OrderId
from core.insight.news import News
from core.ports import Transaction
from core.ports.insight import NewNotice


async def tell(tx: Transaction, account_id: AccountId, news: News, key: str, now: datetime) -> int:
    """Tell everybody linked whom it concerns and who wants it; of one `key` each is told once. How many are told."""
    concerned = [one.user_id for one in await tx.accounts.list_approvers(account_id) if news.concerns(one)]
    wanted = [one for one in concerned if (await tx.notices.settings(one)).wants(news.kind)]
    facts = {**news.facts, "by": news.doer.kind, "by_name": news.doer.name}
    order_id: OrderId | None = news.order.id if news.order is not None else None
    new = [NewNotice(one, account_id, key, news.topic, facts, news.at, order_id) for one in wanted]
    return await tx.notices.add(new, now)
