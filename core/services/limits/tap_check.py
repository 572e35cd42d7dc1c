"""Judges an order again at the tap on Approve, in the transaction of the decision."""

from datetime import datetime

from core.accounts import Account
from core.clock import session_start
from core.errors import Unready
from core.limits.judging import OrderFacts, judge
from core.limits.wording import in_words
from core.orders.decisions import Answer
from core.orders.order import Order
from core.ports import WHOLE_ACCOUNT, Database, ReadTransaction, Transaction
from core.services.limits.order_facts import LimitFacts

CHANGED_JUST_NOW = "Limits were changed just now. Nothing was sent; please tap again."


async def why_stopped(
    tx: Transaction | ReadTransaction, order: Order, account: Account, facts: OrderFacts | None, now: datetime
) -> tuple[Answer, str] | None:
    """Why the order may not be approved now, in words; None when it may.

    What was approved today counts, what only waits does not: several that wait must not hold each other back.
    """
    if not account.limited:
        return None
    if facts is None or not facts.is_complete:
        return Answer.UNREADY, CHANGED_JUST_NOW
    try:
        bounds = await tx.limits.list(account.id)
    except Unready as unreadable:
        return Answer.UNREADY, str(unreadable)
    breaches = {}
    for whose in dict.fromkeys((WHOLE_ACCOUNT, order.strategy)):
        if whose in bounds:
            place = order.account_id, order.trading_mode, whose
            before = await tx.limits.count_approved(*place, session_start(now))
            breaches[whose] = judge(bounds[whose], facts, before)
    if not any(breaches.values()):
        return None
    return Answer.OVER_LIMIT, in_words(breaches)


async def why_over_limit(database: Database, limits: LimitFacts, account: Account, order: Order) -> str:
    """What the order would go over if somebody approved it now, in words; nothing when that is not known."""
    try:
        legs = [leg.terms for leg in order.legs]
        facts = await limits.find(account, order.trading_mode, legs, order.intent)
        async with database.read() as tx:
            stopped = await why_stopped(tx, order, account, facts, facts.now)
    except Unready:
        return ""
    return stopped[1] if stopped is not None and stopped[0] is Answer.OVER_LIMIT else ""
