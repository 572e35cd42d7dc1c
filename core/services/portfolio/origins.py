"""Tells apart what Countersign sent to a broker, and what came there another way."""

from collections.abc import Sequence

from core.accounts import Account, TradingMode
from core.clock import session_start
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PositionKey
from core.orders.states import BrokerStatus
from core.portfolio.positions import Position
from core.ports import Database, ReadTransaction
from core.services.portfolio.broker_books import trading_mode_of
from core.services.trusted_clock import TrustedClock

_IN_DOUBT = (BrokerStatus.SENDING, BrokerStatus.UNKNOWN)
_MOST_IN_DOUBT = 1000


class Origins:
    """Everything in a paper book is from here: nothing else reaches it. Every method raises Unready.

    A book must be read before it is judged, so that what is sent meanwhile is known here already.
    """

    def __init__(self, database: Database, clock: TrustedClock) -> None:
        self._database = database
        self._clock = clock

    async def ours(
        self, account: Account, trading_mode: TradingMode, book: Sequence[BrokerOrder]
    ) -> frozenset[BrokerOrderId]:
        """The orders that certainly came from here: by the broker's number, or by the id of ours that they carry."""
        if account.is_on_paper(trading_mode):
            return frozenset(one.broker_order_id for one in book)
        async with self._database.read() as tx:
            return await tx.doubts.list_ours(account.id, trading_mode, book)

    async def foreign_orders(self, account: Account, book: Sequence[BrokerOrder]) -> frozenset[BrokerOrderId]:
        """The orders of the account's present book that certainly came another way.

        What may be an order of ours in doubt is neither.
        """
        mode = trading_mode_of(account)
        ours = await self.ours(account, mode, book)
        others = [one for one in book if one.broker_order_id not in ours]
        if not others:
            return frozenset()
        async with self._database.read() as tx:
            doubtful = {_trade(terms) for terms in await _in_doubt(tx, account, mode)}
        return frozenset(one.broker_order_id for one in others if _trade(one.terms) not in doubtful)

    async def foreign_positions(self, account: Account, held: Sequence[Position]) -> frozenset[PositionKey]:
        """The open positions in which no order of ours can have traded; of MIS, today."""
        mode, open_now = trading_mode_of(account), {one.key for one in held if one.quantity}
        if account.is_on_paper(mode) or not open_now:
            return frozenset()
        today = session_start(self._clock.now())
        async with self._database.read() as tx:
            ours = await tx.doubts.list_traded(account.id, mode, {key[1] for key in open_now}, today)
        return frozenset(open_now - ours)


async def _in_doubt(tx: ReadTransaction, account: Account, mode: TradingMode) -> list[LegTerms]:
    orders = await tx.orders.list_with_leg_status(_IN_DOUBT, _MOST_IN_DOUBT)
    mine = [order for order in orders if (order.account_id, order.trading_mode) == (account.id, mode)]
    return [leg.terms for order in mine for leg in order.legs if leg.broker_status in _IN_DOUBT]


def _trade(terms: LegTerms) -> tuple[PositionKey, Action, object]:
    return terms.position_key, terms.action, terms.quantity
