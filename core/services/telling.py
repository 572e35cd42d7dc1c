"""Writes down what people are to be told: whom it concerns says `core.insight.news`, and who wants it /settings."""

from datetime import datetime, timedelta

from core.ids import AccountId, OrderId
from core.insight.news import News
from core.ports import Transaction
from core.ports.insight import NewNotice, Repeat

COUNTED_FOR = timedelta(minutes=10)
"""What happens again within this time of the first is no new message."""
AGAIN_AFTER = timedelta(seconds=5)
"""The message says the new count so long after."""


async def tell(tx: Transaction, account_id: AccountId, news: News, key: str, now: datetime) -> int:
    """Tell everybody linked whom it concerns and who wants it; of one `key` each is told once. How many are told.

    What happens again as the same is counted in the notice that is there.
    """
    concerned = [one.user_id for one in await tx.accounts.list_approvers(account_id) if news.concerns(one)]
    wanted = [one for one in concerned if (await tx.notices.settings(one)).wants(news.kind)]
    facts = {**news.facts, "by": news.doer.kind, "by_name": news.doer.name}
    if news.counted_by:
        facts["counted_by"] = news.counted_by
        repeat = Repeat(account_id, news.topic, facts, news.at - COUNTED_FOR, now + AGAIN_AFTER)
        if await tx.notices.count_again(repeat):
            return 0
    order_id: OrderId | None = news.order.id if news.order is not None else None
    new = [NewNotice(one, account_id, key, news.topic, facts, news.at, order_id) for one in wanted]
    return await tx.notices.add(new, now)
