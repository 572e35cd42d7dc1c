"""Finds out what standing approvals are judged by: what is in force and used, prices, and what is held."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.accounts import Account, TradingMode
from core.audit import Kind, Link
from core.clock import session_start, trading_day
from core.ids import OrderId
from core.limits.judging import OrderFacts
from core.market.feed_state import STALE_AFTER, is_stale
from core.orders.order import LegTerms, Order, PositionKey
from core.ports import Brokers, ReadTransaction, Transaction
from core.services.approval.surroundings import Surroundings
from core.services.limits.order_facts import LimitFacts
from core.services.trusted_clock import TrustedClock
from core.standing.approvals import why_void
from core.standing.judging import Asked, AskedLeg, Valid
from core.standing.usage import used_of

MOST_EVENTS = 500
_CHANGES_A_POSITION = ("leg.", Kind.ORDER_APPROVED, Kind.MODIFY_REQUESTED, Kind.BROKER_ANSWERED)


@dataclass(frozen=True, slots=True)
class StandingLook:
    """Looks at an order, and never guesses: what cannot be found out is None, or a doubt in words."""

    brokers: Brokers
    limits: LimitFacts
    surroundings: Surroundings
    clock: TrustedClock

    async def in_force(self, tx: ReadTransaction | Transaction, account: Account) -> list[Valid]:
        """The approvals in force, and what of each was used today. Raises Unready when one cannot be read."""
        now, found = self.clock.require(), list[Valid]()
        approvals = await tx.standing.list(account.id)
        used = await tx.standing.list_used(account.id, session_start(now)) if approvals else ()
        for one in approvals:
            giver = await tx.accounts.find_approver(account.id, one.given_by_id)
            if not why_void(one, account, giver, trading_day(now)):
                found.append(Valid(one, used_of(one.id, used)))
        return found

    def order(
        self, account: Account, order: Order, facts: OrderFacts | None, exits: Sequence[bool] | None = None
    ) -> Asked:
        """The order as it is judged. Raises Unready without the account's broker."""
        legs = []
        for place, leg in enumerate(order.legs):
            listed = self.brokers.instruments(account, order.trading_mode).find(leg.terms.exchange, leg.terms.symbol)
            legs.append(
                AskedLeg(
                    terms=leg.terms,
                    value=facts.legs[place].value if facts is not None else None,
                    lot=listed.lot if listed is not None else None,
                    exits=exits[place] if exits is not None else None,
                    doubt=self._doubt(account, order.trading_mode, leg.terms),
                )
            )
        return Asked(order.api_type, order.strategy, order.trading_mode, tuple(legs))

    async def exits(self, account: Account, order: Order) -> Sequence[bool] | None:
        """Whether each leg only reduces what is held; None when the broker does not say. Raises Unready."""
        return await self.limits.are_exits(account, order.trading_mode, [leg.terms for leg in order.legs])

    def _doubt(self, account: Account, trading_mode: TradingMode, terms: LegTerms) -> str:
        now = self.clock.now()
        closed = self.surroundings.why_closed(terms.exchange, now)
        if closed:
            return closed
        feed = self.brokers.feed(account, trading_mode)
        quote = feed.quote(terms.exchange, terms.symbol)
        if quote is None or quote.ltp <= 0 or is_stale(quote, now, STALE_AFTER):
            return f"there is no fresh price for {terms.symbol}"
        if feed.state.made_by and not account.is_on_paper(trading_mode):
            return f"the prices are not those of the market ({feed.state.made_by})"
        return ""


async def have_moved(tx: Transaction, order: Order, since: int) -> bool:
    """Whether anything behind this number of the trail may change a position that the order is for."""
    events = await tx.audit.after(order.account_id, since, MOST_EVENTS)
    ours = {leg.terms.position_key for leg in order.legs}
    moving = [one for one in events if one.kind.startswith(_CHANGES_A_POSITION)]
    return len(events) == MOST_EVENTS or any([await _concerns(tx, one, ours) for one in moving])


async def _concerns(tx: Transaction, link: Link, ours: set[PositionKey]) -> bool:
    order = await tx.orders.find(OrderId(link.order_id)) if link.order_id is not None else None
    return order is None or any(leg.terms.position_key in ours for leg in order.legs)
