"""Writes down what people are to be told: whom it concerns says `core.insight.news`, and who wants it /settings."""

from datetime import datetime, timedelta

from core.accounts import Role
from core.ids import AccountId, OrderId, UserId
from core.insight.news import DOUBTS, News, Topic
from core.ports import Transaction
from core.ports.insight import NewNotice, Repeat

COUNTED_FOR = timedelta(minutes=10)
"""What happens again within this time of the first is no new message."""
AGAIN_AFTER = timedelta(seconds=5)
"""The message says the new count so long after."""


CROWD = 50
"""Where more people are linked than this, only owners are told who comes and goes: each would hear of each."""
_COMING_AND_GOING = frozenset({Topic.LINKED, Topic.UNLINKED})


async def tell(tx: Transaction, account_id: AccountId, news: News, key: str, now: datetime) -> int:
    """Tell everybody linked whom it concerns and who wants it; of one `key` each is told once. How many are told.

    What happens again as the same is counted in the notice that is there.
    """
    concerned = [one for one in await tx.accounts.list_approvers(account_id) if news.concerns(one)]
    if news.topic in _COMING_AND_GOING and len(concerned) > CROWD:
        concerned = [one for one in concerned if one.role is Role.OWNER]
    people = [one.user_id for one in concerned]
    heard_doubt = frozenset[UserId]()
    if news.ends_a_doubt and news.order is not None:
        heard_doubt = await tx.notices.readers_told(news.order, DOUBTS)
    wanted = [one for one in people if one in heard_doubt or (await tx.notices.settings(one)).wants(news.kind)]
    facts = {**news.facts, "by": news.doer.kind, "by_name": news.doer.name}
    if news.counted_by:
        facts["counted_by"] = news.counted_by
        repeat = Repeat(account_id, news.topic, facts, news.at - COUNTED_FOR, now + AGAIN_AFTER)
        if await tx.notices.count_again(repeat):
            return 0
    order_id: OrderId | None = news.order.id if news.order is not None else None
    new = [NewNotice(one, account_id, key, news.topic, facts, news.at, order_id) for one in wanted]
    return await tx.notices.add(new, now)
