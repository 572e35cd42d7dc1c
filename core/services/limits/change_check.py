"""Judges a strategy's change of an order that the broker holds: it must not make of it what could not be placed."""

from core.accounts import Account, TradingMode
from core.errors import OverLimit, Paused
from core.limits.judging import Counts, judge
from core.limits.limits import of_one_order
from core.limits.wording import in_words
from core.ports import WHOLE_ACCOUNT, Database
from core.services.limits.order_facts import AskedChange, LimitFacts


async def require_change_allowed(
    database: Database, facts: LimitFacts, account: Account, change: AskedChange
) -> None:
    """Raises Paused, OverLimit, and Unready when the limits cannot be read. Only limits of one order are asked."""
    if account.pause is not None:
        raise Paused(f"{account.pause} Nothing was changed.")
    if not account.limited:
        return
    async with database.read() as tx:
        bounds = await tx.limits.list(account.id)
        order = await tx.orders.find_by_broker_order_id(account.id, change.broker_order_id)
    wanted = dict.fromkeys((WHOLE_ACCOUNT, order.strategy if order is not None else WHOLE_ACCOUNT))
    found = await facts.of_change(account, TradingMode(account.trading_mode), change)
    breaches = {whose: judge(of_one_order(bounds[whose]), found, Counts()) for whose in wanted if whose in bounds}
    if any(breaches.values()):
        raise OverLimit(f"{in_words(breaches)} Nothing was changed.")
