"""Recovers at the start, keeps the heartbeat, and deletes what was stored long enough."""

from datetime import datetime, timedelta

from core.clock import IST
from core.orders.states import BrokerStatus, LegEvent
from core.ports import Database
from core.services.approval.expire import Expiry
from core.services.execution import leg_outcomes as legs
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

PRESSES_KEPT = timedelta(seconds=150)
"""How long Telegram keeps a button press for a bot that is away."""
AT_THE_START = 500
"""Orders that expire in one transaction."""
ANSWERS_KEPT = timedelta(hours=24)
DELIVERIES_KEPT = timedelta(days=7)
"""How long deliveries are stored after they were finished."""


class Maintenance:
    """Recovers after a stop or a crash, keeps the heartbeat, and deletes old answers and deliveries."""

    def __init__(self, database: Database, clock: TrustedClock, expiry: Expiry, wakeups: Wakeups) -> None:
        self._database = database
        self._clock = clock
        self._expiry = expiry
        self._wakeups = wakeups

    async def recover(self) -> None:
        """Expire due orders, mark legs that were being sent as unknown, and note the outage on pending cards.

        Raises Unready when the clock or the database cannot be trusted.
        """
        async with self._database.read() as tx:
            last_alive = await tx.heartbeats.last()
        self._clock.remember(last_alive)
        now = self._clock.require()
        # Nobody waits for the database yet.
        await self._expiry.sweep(at_once=AT_THE_START)
        await self._doubt_what_was_sending(now)
        if last_alive is not None and now - last_alive > PRESSES_KEPT:
            await self._tell_of_outage(last_alive, now)
        await self.beat()

    async def beat(self) -> None:
        """Store a heartbeat."""
        now = self._clock.require()
        async with self._database.begin() as tx:
            await tx.heartbeats.beat(now)
            await tx.commit()

    async def forget_answers(self) -> None:
        """Delete stored answers, alert bodies and finished deliveries that are older than their retention."""
        async with self._database.begin(lengthy=True) as tx:
            now = self._clock.now()
            await tx.idempotency.forget_before(now - ANSWERS_KEPT)
            await tx.alert_addresses.forget_before(now - ANSWERS_KEPT)
            await tx.hooks.forget_before(now - DELIVERIES_KEPT)
            await tx.commit()

    async def _doubt_what_was_sending(self, now: datetime) -> None:
        text = "Countersign stopped while this was being sent"
        async with self._database.begin() as tx:
            orders = await tx.orders.recover_sending()
            for order in orders:
                for leg in order.legs:
                    if leg.broker_status is BrokerStatus.SENDING:
                        outcome = legs.happened(leg, LegEvent.LOST, now, text)
                        await tx.orders.record_legs(order.id, [outcome])
                        await tx.audit.append(legs.audit_event(order, leg, outcome, LegEvent.LOST))
            await tx.commit()
        for order in orders:
            self._wakeups.order_moved(order.account_id, order.id)

    async def _tell_of_outage(self, since: datetime, until: datetime) -> None:
        text = f"{since.astimezone(IST):%H:%M}–{until.astimezone(IST):%H:%M}"
        async with self._database.begin(lengthy=True) as tx:
            await tx.orders.note_outage(text)
            await tx.commit()
