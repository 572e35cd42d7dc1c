"""Modifies, cancels and lists triggers that the broker already holds."""

from collections.abc import Sequence

from core.accounts import Account, Caller
from core.audit import Kind
from core.clock import Clock
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.gtt import BrokerGtt, Gtt, as_broker_order, require_possible
from core.orders.intents import dump_intent
from core.orders.router import Operation
from core.ports import Brokers
from core.services.execution.broker_dispatch import require_gtts
from core.services.intake.refused_operations import AskedOperation
from core.services.limits.order_facts import AskedChange
from core.services.portfolio.broker_books import BrokerBooks, trading_mode_of
from core.services.trading.open_orders import OpenOrders


class Gtts:
    """What a strategy may do to its account's triggers; changes are asked of the mode table first.

    Every method raises Unsupported when the account's broker has no triggers.
    """

    def __init__(self, brokers: Brokers, books: BrokerBooks, trading: OpenOrders, clock: Clock) -> None:
        self._brokers = brokers
        self._books = books
        self._trading = trading
        self._clock = clock

    async def modify(self, caller: Caller, trigger_id: BrokerOrderId, gtt: Gtt) -> None:
        """Give a waiting trigger new terms. Raises NotAllowed, NotFound, Invalid, OverLimit, Unready, BrokerError."""
        facts = {"trigger_id": trigger_id, "gtt": dump_intent(gtt)}
        asked = AskedOperation(caller, Operation.MODIFYGTTORDER, facts, gtt)
        async with self._trading.refusals.told(asked):
            triggers = require_gtts(await self._trading.open_book(caller, Operation.MODIFYGTTORDER, facts))
            instruments = self._brokers.instruments(caller.account, trading_mode_of(caller.account))
            require_possible(gtt, instruments.find(gtt.exchange, gtt.symbol), self._clock.now())
            await self._trading.require_change_allowed(
                caller, AskedChange(trigger_id, gtt.dearest_terms, is_trigger=True)
            )

            async def call() -> BrokerOrder:
                return as_broker_order(await triggers.modify_gtt(trigger_id, gtt))

            await self._trading.act(caller, Kind.MODIFY_REQUESTED, facts, call)

    async def cancel(self, caller: Caller, trigger_id: BrokerOrderId) -> None:
        """End a waiting trigger. Raises NotAllowed, NotFound, Unready, BrokerError."""
        facts = {"trigger_id": trigger_id}
        async with self._trading.refusals.told(AskedOperation(caller, Operation.CANCELGTTORDER, facts)):
            triggers = require_gtts(await self._trading.open_book(caller, Operation.CANCELGTTORDER, facts))

            async def call() -> BrokerOrder:
                return as_broker_order(await triggers.cancel_gtt(trigger_id))

            await self._trading.act(caller, Kind.CANCEL_REQUESTED, facts, call)

    async def list(self, account: Account) -> Sequence[BrokerGtt]:
        """Waiting triggers and those that ended lately, newest first. Raises Unready, BrokerUnavailable."""
        return await require_gtts(self._books.of(account)).list_gtts()
