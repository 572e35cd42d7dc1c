"""Asks brokers for the status of legs that are not final."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.accounts import TradingMode
from core.errors import BrokerError, Unready
from core.ids import AccountId, BrokerOrderId, OrderId
from core.orders.broker_order import BrokerOrder
from core.orders.order import ApiType, Leg, Order
from core.orders.states import BrokerStatus
from core.ports import Broker, Brokers, Database, WatchedLeg
from core.services.execution import leg_outcomes as legs
from core.services.execution.broker_dispatch import list_open, look_up
from core.services.execution.reconcile import Reconciler
from core.services.execution.searching import is_look_due
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

BATCH = 500
WATCHED = (BrokerStatus.UNKNOWN, BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING)
OLD = timedelta(minutes=10)
SLOW = timedelta(minutes=1)
HINTS_EVERY = 1.0
"""Seconds between looks that brokers ask for: they may say much at once, and count what they are asked."""


class Refresher:
    """Brings open and unknown legs up to date; orders older than ten minutes once a minute."""

    def __init__(self, database: Database, brokers: Brokers, clock: TrustedClock, wakeups: Wakeups) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock
        self.reconciler = Reconciler(database, brokers, clock, wakeups)
        """What looks for legs in doubt."""
        self._wakeups = wakeups
        self._asked: dict[OrderId, datetime] = {}
        self._hinted: set[AccountId] = set()
        """Accounts whose broker says that something moved."""
        self._hint: asyncio.TimerHandle | None = None
        self._hint_at = 0.0
        """When the last hint was followed, on the loop's clock."""

    def ask_soon(self, account_id: AccountId) -> None:
        """Have every order of this account asked about in the next look, which begins within a second."""
        self._hinted.add(account_id)
        if self._hint is None:
            loop = asyncio.get_running_loop()
            self._hint = loop.call_at(max(loop.time(), self._hint_at + HINTS_EVERY), self._follow_hints)

    def _follow_hints(self) -> None:
        self._hint, self._hint_at = None, asyncio.get_running_loop().time()
        self._wakeups.broker_doubtful()

    async def refresh(self) -> int:
        """Ask about every leg that is not final and due; returns how many legs moved. Raises Unready."""
        hinted, self._hinted = self._hinted, set()
        watched, now = await self._list_watched(), self._clock.now()
        known = {leg.order_id for leg in watched}
        asked = {order_id: at for order_id, at in self._asked.items() if order_id in known}
        books: defaultdict[tuple[AccountId, TradingMode], list[WatchedLeg]] = defaultdict(list)
        for leg in watched:
            if leg.account_id in hinted or _is_due(leg, asked.get(leg.order_id), now):
                books[leg.account_id, leg.trading_mode].append(leg)
        self._asked = asked | {leg.order_id: now for due in books.values() for leg in due}
        moved = sum([await self._refresh_book(due) for due in books.values()])
        return moved + await self.reconciler.look_for_left()

    async def note(self, account_id: AccountId, report: BrokerOrder) -> None:
        """Record the state of an order that a broker just returned, if it is one of ours."""
        async with self._database.read() as tx:
            order = await tx.orders.find_by_broker_order_id(account_id, report.broker_order_id)
        for leg in order.legs if order is not None else ():
            if order is not None and leg.broker_order_id == report.broker_order_id:
                await self.reconciler.adopt(order, leg, report)

    async def _list_watched(self) -> Sequence[WatchedLeg]:
        """Every leg that is not final: triggers that wait for months must not hide later orders."""
        found: list[WatchedLeg] = []
        async with self._database.read() as tx:
            while page := await tx.orders.list_legs_with_status(
                WATCHED, BATCH, found[-1].order_id if found else None
            ):
                found += page
        return found

    async def _refresh_book(self, watched: Sequence[WatchedLeg]) -> int:
        """Ask once what the book holds, and look at each order of which that says something new."""
        async with self._database.read() as tx:
            account = await tx.accounts.get(watched[0].account_id)
        try:
            broker = self._brokers.book(account, watched[0].trading_mode)
            has_gtts = any(leg.api_type is ApiType.PLACEGTTORDER for leg in watched)
            held = await list_open(broker, with_gtts=has_gtts)
        except (BrokerError, Unready):
            # Not being able to ask changes nothing: the legs stay as they are and are asked about again.
            return 0
        moved = dict.fromkeys(leg.order_id for leg in watched if not _is_recorded(leg, held))
        return sum([await self._refresh_order(broker, order_id) for order_id in moved])

    async def _refresh_order(self, broker: Broker, order_id: OrderId) -> int:
        async with self._database.read() as tx:
            order = await tx.orders.get(order_id)
        moved = 0
        try:
            for leg in order.legs:
                if leg.broker_status in WATCHED:
                    moved += await self._refresh_leg(broker, order, leg)
        except (BrokerError, Unready):
            return moved
        return moved

    async def _refresh_leg(self, broker: Broker, order: Order, leg: Leg) -> bool:
        if leg.broker_status is BrokerStatus.UNKNOWN:
            return await self.reconciler.look(broker, order, leg)
        found = await look_up(broker, order, leg)
        return bool(found) and await self.reconciler.adopt(order, leg, found[0])


def _is_due(leg: WatchedLeg, asked: datetime | None, now: datetime) -> bool:
    if leg.broker_status is BrokerStatus.UNKNOWN:
        return is_look_due(leg.sent_at or leg.created_at, asked, now)
    return asked is None or now - leg.created_at < OLD or now - asked >= SLOW


def _is_recorded(leg: WatchedLeg, held: Mapping[BrokerOrderId, BrokerOrder]) -> bool:
    found = None if leg.broker_order_id is None else held.get(leg.broker_order_id)
    return found is not None and legs.is_recorded(leg, found)
