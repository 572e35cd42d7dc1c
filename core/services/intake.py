"""Taking an order in: judged, written down, and then queued or sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from core.accounts import Caller
from core.audit import AUTO
from core.errors import CallerChanged, StillRunning, Unready
from core.ids import ClientOrderId, LegId, OrderId
from core.orders import ApiType, Leg, LegTerms, NewOrder, Order, OrderMode, TradingMode
from core.ports import Accepted, IdempotentKey, OrderLog, StoredAnswer
from core.router import Operation, Route, route
from core.services.answers import require_same_request
from core.services.execute import Executor
from core.services.keys import Keys
from core.services.trusted_clock import TrustedClock
from core.states import UNSENT_LEG_STATES, BrokerStatus, QueueStatus


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """A validated request for one order of one or more legs."""

    caller: Caller
    api_type: ApiType
    operation: Operation
    strategy: str
    legs: tuple[LegTerms, ...]
    order_data: Mapping[str, object]
    idempotent: IdempotentKey | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """It waits for the client."""

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class Sent:
    """It needed no approval; the order as it stands after its first try at the broker."""

    order: Order


@dataclass(frozen=True, slots=True)
class ApprovalTimes:
    """How long an order may wait for its client, and an approved one for its broker."""

    expires_after: timedelta
    execute_within: timedelta


class Intake:
    """The one way in for new orders."""

    def __init__(
        self, log: OrderLog, keys: Keys, executor: Executor, clock: TrustedClock, times: ApprovalTimes
    ) -> None:
        self._keys = keys
        self._log = log
        self._executor = executor
        self._clock = clock
        self._times = times

    async def submit(self, request: OrderRequest) -> Queued | Sent | StoredAnswer:
        """Write the order down, then queue it or send it.

        A repeat under the same Idempotency-Key gets the stored answer, or what the first request made.
        Raises NotAllowed, Unauthorized, Unready, IdempotencyMismatch, StillRunning, and CallerChanged when
        the account changes all the time; then nothing was stored.
        """
        try:
            return await self._submit(request)
        except CallerChanged:
            fresh = await self._keys.look_again(request.caller)
            if request.operation is not Operation.PLACEORDER:
                # Its legs were made from the book of a mode that the account may have left.
                raise Unready("The account was changed at this moment; nothing was executed.") from None
            return await self._submit(replace(request, caller=fresh))

    async def _submit(self, request: OrderRequest) -> Queued | Sent | StoredAnswer:
        account = request.caller.account
        path = route(request.operation, account.order_mode, account.trading_mode)
        draft = self._draft(request, path)
        written = await self._log.write(draft, request.idempotent)
        if not isinstance(written, Accepted):
            return await self._again(written.stored, request)
        if path is Route.QUEUE:
            self._executor.news.arrived()
            return Queued(written.order_id)
        try:
            return Sent(await self._executor.execute_now(written.order_id))
        except Unready:
            # It is on disk and will be sent or expire: an error now would have the caller send it again.
            return Sent(_as_written(draft, written.order_id))

    def _draft(self, request: OrderRequest, path: Route) -> NewOrder:
        account, now = request.caller.account, self._clock.require()
        return NewOrder(
            account_id=account.id,
            api_key_id=request.caller.api_key_id,
            api_type=request.api_type,
            strategy=request.strategy,
            order_mode=OrderMode(account.order_mode),
            trading_mode=TradingMode(account.trading_mode),
            legs=request.legs,
            order_data=request.order_data,
            created_at=now,
            expires_at=now + self._times.expires_after,
            execute_by=now + self._times.execute_within if path is Route.EXECUTE else None,
        )

    async def _again(self, stored: StoredAnswer, request: OrderRequest) -> Queued | Sent | StoredAnswer:
        assert request.idempotent is not None
        require_same_request(stored, request.idempotent)
        if stored.status is not None:
            return stored
        if stored.order_id is None:
            raise StillRunning()
        order = await self._executor.get(stored.order_id)
        if not order.needed_no_approval:
            return Queued(order.id)
        if any(leg.broker_status in UNSENT_LEG_STATES for leg in order.legs):
            raise StillRunning()
        return Sent(order)


def _as_written(draft: NewOrder, order_id: OrderId) -> Order:
    """An order that needed no approval, as it was written; its legs' own numbers are not known here."""
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
            Leg(LegId(0), number, terms, BrokerStatus.READY, ClientOrderId(""))
            for number, terms in enumerate(draft.legs, 1)
        ),
        approved_at=draft.created_at,
        approved_by=AUTO.name,
        execute_by=draft.execute_by,
    )
