"""Takes an order in: checks it, stores it, and then queues or sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from core.accounts import Caller, OrderMode, TradingMode
from core.audit import AUTO
from core.errors import BrokerUnavailable, CallerChanged, Invalid, NotFound, OverLimit, StillRunning, Unready
from core.ids import ClientOrderId, LegId, OrderId
from core.orders.bounds import Bounds
from core.orders.intents import KEPT, Intent
from core.orders.order import ApiType, Leg, NewOrder, Order
from core.orders.router import Operation, Route, route
from core.orders.states import UNSENT_LEG_STATES, BrokerStatus, QueueStatus
from core.ports import Accepted, IdempotentKey, StoredAnswer
from core.services.execution.execute import Executor
from core.services.intake.idempotency import require_same_request
from core.services.intake.intake_parts import IntakeParts
from core.services.intake.leg_resolution import ResolvedLegs
from core.services.intake.refused_exits import REFUSALS
from core.services.intake.tick_rounding import explain_ticks
from core.services.trusted_clock import TrustedClock


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """A validated request for one order of one or more legs."""

    caller: Caller
    api_type: ApiType
    operation: Operation
    strategy: str
    intent: Intent
    order_data: Mapping[str, object]
    idempotent: IdempotentKey | None = None
    note: str | None = None
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """The order waits for the client's approval."""

    order_id: OrderId
    note: str = ""
    """What the strategy should know besides."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The order needed no approval; as it stands after the first attempt to send it."""

    order: Order


@dataclass(frozen=True, slots=True)
class Nothing:
    """There was nothing to do, and no order was stored; `message` says why."""

    message: str


Result = Queued | Sent | Nothing | StoredAnswer


@dataclass(frozen=True, slots=True)
class ApprovalTimes:
    """How long an order may wait for its client, and an approved one for its broker."""

    expires_after: timedelta
    execute_within: timedelta


class Intake:
    """The one way in for new orders."""

    def __init__(self, parts: IntakeParts, executor: Executor, clock: TrustedClock, times: ApprovalTimes) -> None:
        self.parts = parts
        self._executor = executor
        self._clock = clock
        self._times = times

    async def submit(self, request: OrderRequest) -> Result:
        """Store the order, then queue it or send it.

        A repeat under the same Idempotency-Key gets the stored answer, or what the first request made.
        Raises Invalid and NotFound for what can never be executed, NotAllowed, Unauthorized, Unready,
        BrokerUnavailable, IdempotencyMismatch, StillRunning, Paused, and CallerChanged when
        the account changes all the time; then nothing was stored. Raises OverLimit for an order that the
        client's limits forbid; then it is stored as denied. What may have been an exit is recorded besides.
        """
        try:
            return await self._submit_as_it_stands(request)
        except REFUSALS as why:
            await self.parts.exits.note(request.caller, request.strategy, request.intent, why)
            raise

    async def _submit_as_it_stands(self, request: OrderRequest) -> Result:
        try:
            return await self._submit(request)
        except CallerChanged:
            if request.operation is Operation.CLOSEPOSITION:
                # Whoever asked to close the sandbox must not close the live book instead.
                raise Unready("The account changed on the way; nothing was executed.") from None
            fresh = await self.parts.keys.look_again(request.caller)
            return await self._submit(replace(request, caller=fresh))

    async def _submit(self, request: OrderRequest) -> Result:
        account = request.caller.account
        path = route(request.operation, account.order_mode, account.trading_mode)
        if path is Route.QUEUE:
            return await self._write(request, path)
        async with self.parts.position_locks.take(account.id, request.intent), self.parts.limits.turn(account):
            return await self._write(request, path)

    async def _write(self, request: OrderRequest, path: Route) -> Result:
        account = request.caller.account
        if request.idempotent is not None:
            earlier = await self.parts.answers.find(request.caller.api_key_id, request.idempotent)
            if earlier is not None:
                return await self._again(earlier, request)
        resolved = await self._resolve_legs(request, path)
        if not resolved.legs:
            return await self._nothing(request, resolved.nothing)
        draft = self._draft(request, resolved, path)
        terms = [leg.terms for leg in draft.legs]
        facts = await self.parts.limits.find(account, draft.trading_mode, terms, request.intent)
        written = await self.parts.log.write(draft, request.idempotent, facts)
        if not isinstance(written, Accepted):
            return await self._again(written.stored, request)
        if path is Route.QUEUE:
            if written.approves_ahead:
                await self.parts.in_advance.look_at(written.order_id, self._times.execute_within)
            self.parts.wakeups.order_arrived(account.id)
            return Queued(written.order_id, explain_ticks(draft.facts))
        try:
            return Sent(await self._executor.execute_now(written.order_id))
        except Unready:
            # It is on disk and will be sent or expire: an error now would have the caller send it again.
            return Sent(_as_written(draft, written.order_id))

    async def _resolve_legs(self, request: OrderRequest, path: Route) -> ResolvedLegs:
        """The legs that the request means now; a request that is impossible is audited, and its error raised."""
        account = request.caller.account
        trading_mode = TradingMode(account.trading_mode)
        try:
            if path is Route.EXECUTE:
                await self.parts.position_locks.require_settled(account.id, trading_mode, request.intent)
            return await self.parts.leg_resolver.resolve(account, trading_mode, request.intent)
        except (Invalid, NotFound) as why:
            await self._require_current(request.caller)
            await self.parts.denials.record(request.caller, str(why), request.order_data)
            raise
        except (Unready, BrokerUnavailable):
            await self._require_current(request.caller)
            raise

    async def _nothing(self, request: OrderRequest, message: str) -> Result:
        """The answer that there is nothing to do, stored under the Idempotency-Key so that a repeat gets it too."""
        await self._require_current(request.caller)
        if request.idempotent is not None:
            stored = await self.parts.answers.note_nothing(request.caller.api_key_id, request.idempotent, message)
            if stored is not None:
                return await self._again(stored, request)
        return Nothing(message)

    async def _require_current(self, caller: Caller) -> None:
        """Raises CallerChanged unless the cached account is still current; storing an order checks it anyway."""
        if await self.parts.keys.look_again(caller) != caller:
            raise CallerChanged()

    def _draft(self, request: OrderRequest, resolved: ResolvedLegs, path: Route) -> NewOrder:
        account, now = request.caller.account, self._clock.require()
        trading_mode, terms = TradingMode(account.trading_mode), [leg.terms for leg in resolved.legs]
        return NewOrder(
            account_id=account.id,
            api_key_id=request.caller.api_key_id,
            api_type=request.api_type,
            strategy=request.strategy,
            order_mode=OrderMode(account.order_mode),
            trading_mode=trading_mode,
            legs=resolved.legs,
            intent=request.intent if isinstance(request.intent, KEPT) else None,
            facts=resolved.facts,
            order_data=request.order_data,
            created_at=now,
            expires_at=now + self._times.expires_after,
            execute_by=now + self._times.execute_within if path is Route.EXECUTE else None,
            note=request.note,
            bounds=request.bounds,
            signal_prices=self.parts.leg_resolver.last_prices(account, trading_mode, terms),
        )

    async def _again(self, stored: StoredAnswer, request: OrderRequest) -> Result:
        assert request.idempotent is not None
        require_same_request(stored, request.idempotent)
        if stored.status is not None:
            return stored
        if stored.order_id is None:
            if stored.body is None:
                raise StillRunning()
            return Nothing(stored.body)
        order = await self._executor.get(stored.order_id)
        if order.status is QueueStatus.DENIED:
            raise OverLimit(order.rejected_reason or "")
        if not order.needed_no_approval:
            return Queued(order.id, explain_ticks(order.facts))
        if any(leg.broker_status in UNSENT_LEG_STATES for leg in order.legs):
            raise StillRunning()
        return Sent(order)


def _as_written(draft: NewOrder, order_id: OrderId) -> Order:
    """An order that needed no approval, as it was stored; the ids of its legs are not known here."""
    return Order(
        id=order_id,
        account_id=draft.account_id,
        api_type=draft.api_type,
        strategy=draft.strategy,
        order_mode=draft.order_mode,
        trading_mode=draft.trading_mode,
        status=QueueStatus.APPROVED,
        version=1,
        created_at=draft.created_at,
        expires_at=draft.expires_at,
        legs=tuple(
            Leg(LegId(0), number, leg.terms, BrokerStatus.READY, ClientOrderId(""), leg.part)
            for number, leg in enumerate(draft.legs, 1)
        ),
        facts=draft.facts,
        note=draft.note,
        bounds=draft.bounds,
        approved_at=draft.created_at,
        approved_by=AUTO.name,
        execute_by=draft.execute_by,
    )
