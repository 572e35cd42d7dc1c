"""The life of one order out of the audit trail, with the proof that the trail is as it was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.accounts import Account
from core.audit import Actor, Break, Event, Head, Kind, Link, Verifier, canonical_time
from core.errors import NotFound
from core.ids import AccountId, OrderId, UserId
from core.orders.order import Order
from core.orders.replay import OrderReplay
from core.ports import Database, ReadTransaction
from core.services.trusted_clock import TrustedClock

PAGE = 1000
MARGIN = timedelta(minutes=10)
"""A clock that was set back leaves events a little out of order; the walk begins so much earlier."""


@dataclass(slots=True)
class OrderLife:
    """One order's events in their order, who may be named in them, and every place where the trail is broken."""

    account: Account
    order: Order
    names: Mapping[int, str]
    links: list[Link] = field(default_factory=list)
    checked: int = 0
    breaks: list[Break] = field(default_factory=list)

    @property
    def is_proved(self) -> bool:
        """Whether everything from this order on is as it was written, under our seal."""
        return not self.breaks


class OrderLives:
    """Reads lives for one person; another's order does not exist."""

    def __init__(self, database: Database, clock: TrustedClock, seal_key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._seal_key = seal_key

    async def read(self, user_id: UserId, order_id: OrderId) -> OrderLife:
        """The order's life, proved from its first event to the sealed end. Raises NotFound, Unready."""
        async with self._database.read() as tx:
            order = await tx.orders.find(order_id)
            if order is None or await tx.accounts.find_approver(order.account_id, user_id) is None:
                raise NotFound(f"There is no order {order_id}.")
            account = await tx.accounts.get(order.account_id)
            people = await tx.accounts.list_approvers(order.account_id)
            life = OrderLife(account, order, {one.chat_id: one.name for one in people})
            await self._follow(tx, life, await _first_at(tx, order.account_id, order.created_at - MARGIN))
            if not any(link.kind == Kind.ORDER_RECEIVED for link in life.links):
                # Not where it should be: look at everything before that is believed.
                life.links, life.checked, life.breaks = [], 0, []
                await self._follow(tx, life, 1)
        return life

    async def note_export(self, life: OrderLife, actor: Actor, form: str) -> None:
        """Record on the trail that this order's events were handed out. Raises Unready."""
        facts = {"order": life.order.id, "format": form}
        async with self._database.begin() as tx:
            await tx.audit.append(Event(life.account.id, Kind.EXPORTED, actor, self._clock.now(), facts=facts))
            await tx.commit()

    async def _follow(self, tx: ReadTransaction, life: OrderLife, first: int) -> None:
        """Check every event from number `first` to the end, and keep those of the order."""
        account_id, order, replay = life.account.id, life.order, OrderReplay()
        page: Sequence[Link] = await tx.audit.after(account_id, first - 1, PAGE)
        behind = Head(first - 1, page[0].prev_hash) if page and first > 1 else None
        verifier = Verifier(account_id, self._seal_key, behind)
        while page:
            for link in page:
                life.breaks += verifier.check(link)
                life.checked += 1
                if link.order_id == order.id:
                    life.links.append(link)
                    replay.read(link)
            page = await tx.audit.after(account_id, page[-1].seq, PAGE) if len(page) == PAGE else ()
        life.breaks += verifier.finish(await tx.audit.head(account_id))
        life.breaks += [Break(account_id, 0, what) for what in replay.differences(order)]


async def _first_at(tx: ReadTransaction, account_id: AccountId, moment: datetime) -> int:
    """The number of the first event not before this moment, by halving: the trail has no index of times."""
    low, high = 1, (await tx.audit.head(account_id)).seq
    wanted = canonical_time(moment)
    while low < high:
        middle = (low + high) // 2
        found = await tx.audit.after(account_id, middle - 1, 1)
        if found and found[0].at < wanted:
            low = middle + 1
        else:
            high = middle
    return max(1, low)
