"""Cancels, modifies and closes what the broker already holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.accounts import Caller
from core.audit import Actor, Kind
from core.errors import BrokerError, NotAllowed, NotFound
from core.ids import BrokerOrderId
from core.money import plain
from core.orders.broker_order import BrokerOrder, OrderChange
from core.orders.intents import Closing, Single
from core.orders.order import ApiType, LegTerms, Order
from core.orders.router import Operation, route
from core.orders.states import FINAL_LEG_STATES
from core.ports import Broker, Database
from core.services.execution.refresh import Refresher
from core.services.intake.intake import Intake, Nothing, OrderRequest, Sent
from core.services.intake.refused_operations import AskedOperation, RefusedOperations
from core.services.limits.change_check import require_change_allowed
from core.services.limits.order_facts import AskedChange
from core.services.portfolio.broker_books import BrokerBooks, trading_mode_of
from core.services.portfolio.origins import Origins
from core.services.trading.recorded_calls import Call, Facts, RecordedCalls
from core.services.trusted_clock import TrustedClock
from core.urgency import urgent


@dataclass(frozen=True, slots=True)
class CancelledAll:
    """The open orders that were cancelled, and those that were not."""

    cancelled: tuple[BrokerOrderId, ...]
    failed: tuple[tuple[BrokerOrderId, str], ...]


class OpenOrders:
    """What a strategy may do at its account's broker, where the mode table allows it."""

    def __init__(
        self, database: Database, books: BrokerBooks, intake: Intake, refresher: Refresher, clock: TrustedClock
    ) -> None:
        self._database = database
        self._calls = RecordedCalls(database, refresher, clock)
        self.refusals = RefusedOperations(database, intake.parts.exits, intake.parts.denials)
        self._origins = Origins(database, clock)
        self._books = books
        self._intake = intake
        self._clock = clock

    async def cancel(self, caller: Caller, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel one order. Raises NotAllowed, NotFound, Unready, BrokerError."""
        facts = {"orderid": broker_order_id}
        async with self.refusals.told(AskedOperation(caller, Operation.CANCELORDER, facts)):
            book = await self.open_book(caller, Operation.CANCELORDER, facts)
            return await self._cancel(caller, book, broker_order_id)

    async def cancel_all(self, caller: Caller) -> CancelledAll:
        """Cancel every order of ours that is not final; at a real broker others stay as they are.

        Raises NotAllowed, Unready, BrokerUnavailable.
        """
        async with self.refusals.told(AskedOperation(caller, Operation.CANCELALLORDER, {})):
            book = await self.open_book(caller, Operation.CANCELALLORDER)
            with urgent():
                held = [order for order in await book.list_orders() if order.status not in FINAL_LEG_STATES]
        cancelled: list[BrokerOrderId] = []
        failed: list[tuple[BrokerOrderId, str]] = []
        ours = await self._origins.ours(caller.account, trading_mode_of(caller.account), held)
        for order in held:
            if order.broker_order_id not in ours:
                continue
            try:
                await self._cancel(caller, book, order.broker_order_id)
                cancelled.append(order.broker_order_id)
            except (BrokerError, NotFound) as fault:
                failed.append((order.broker_order_id, str(fault)))
        return CancelledAll(tuple(cancelled), tuple(failed))

    async def modify(self, caller: Caller, broker_order_id: BrokerOrderId, terms: LegTerms) -> BrokerOrder:
        """Give an open order new terms. Raises NotAllowed, NotFound, OverLimit, Unready, BrokerError."""
        facts = {"orderid": broker_order_id, "terms": render_terms(terms)}
        async with self.refusals.told(AskedOperation(caller, Operation.MODIFYORDER, facts, Single(terms))):
            book = await self.open_book(caller, Operation.MODIFYORDER, facts)
            await self.require_change_allowed(caller, AskedChange(broker_order_id, terms))
            return await self.act(
                caller, Kind.MODIFY_REQUESTED, facts, lambda: book.modify(broker_order_id, OrderChange(terms))
            )

    async def close_all(self, caller: Caller, strategy: str, order_data: Mapping[str, object]) -> Order | None:
        """Square off every open position at the market; None when nothing is open.

        Raises NotAllowed, Unready, BrokerUnavailable.
        """
        await self.open_book(caller, Operation.CLOSEPOSITION, {"strategy": strategy})
        request = OrderRequest(
            caller, ApiType.CLOSEPOSITION, Operation.CLOSEPOSITION, strategy, Closing(), order_data
        )
        sent = await self._intake.submit(request)
        if isinstance(sent, Nothing):
            return None
        assert isinstance(sent, Sent), "the mode table never queues a close"
        return sent.order

    async def open_book(self, caller: Caller, operation: Operation, asked: Facts | None = None) -> Broker:
        """The caller's book, if the mode table lets it do this. Raises NotAllowed, Unready.

        A refusal is recorded with what was `asked`, so that the client is told.
        """
        account = caller.account
        self._clock.require()
        try:
            route(operation, account.order_mode, account.trading_mode)
        except NotAllowed:
            facts = {"operation": operation.value, **(asked or {})}
            await self._calls.record(self._calls.event(account.id, _actor(caller), Kind.OPERATION_REFUSED, facts))
            raise
        return self._books.of(account)

    async def require_change_allowed(self, caller: Caller, change: AskedChange) -> None:
        """Raises Paused, OverLimit and Unready."""
        await require_change_allowed(self._database, self._intake.parts.limits, caller.account, change)

    async def act(self, caller: Caller, kind: Kind, facts: Facts, call: Call) -> BrokerOrder:
        """Call the broker; the intention is on disk before, and its answer after.

        Raises what the call raises, and Unready when the intention could not be written.
        """
        intention = self._calls.event(caller.account.id, _actor(caller), kind, facts)
        await self._calls.record(intention)
        return await self._calls.carry_out(intention, call)

    async def _cancel(self, caller: Caller, book: Broker, broker_order_id: BrokerOrderId) -> BrokerOrder:
        facts = {"orderid": broker_order_id}
        with urgent():
            return await self.act(caller, Kind.CANCEL_REQUESTED, facts, lambda: book.cancel(broker_order_id))


def _actor(caller: Caller) -> Actor:
    return Actor("key", "", caller.api_key_id)


def render_terms(terms: LegTerms) -> dict[str, object]:
    """Terms as the facts of an audit event."""
    return {
        "exchange": terms.exchange,
        "symbol": terms.symbol,
        "action": terms.action.value,
        "quantity": plain(terms.quantity),
        "pricetype": terms.pricetype.value,
        "product": terms.product.value,
        "price": plain(terms.price),
        "trigger_price": plain(terms.trigger_price),
        "disclosed_quantity": terms.disclosed_quantity,
    }
