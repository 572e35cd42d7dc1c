"""Opens transactions, each with every store on one connection."""

import contextlib
from collections.abc import AsyncIterator

from core.ports import ReadTransaction, Transaction
from db.accounts.account_store import AccountStore
from db.accounts.alert_address_store import AlertAddressStore
from db.accounts.broker_login_store import BrokerLoginStore
from db.accounts.confirmation_store import ConfirmationStore
from db.cards.card_planning import plan_cards
from db.cards.card_store import CardStore
from db.cards.digest_store import DigestStore
from db.connections.engines import Engines
from db.connections.store_connection import StoreConnection
from db.insight.figure_store import FigureStore
from db.insight.notice_store import NoticeStore
from db.insight.order_list_store import OrderListStore
from db.limits.limit_store import LimitStore
from db.limits.standing_store import StandingStore
from db.orders.doubt_store import DoubtStore
from db.orders.order_store import OrderStore
from db.paper.imported_lists import ImportedListStore
from db.paper.new_book_store import NewBookStore
from db.records.audit_store import AuditStore
from db.records.count_store import CountStore
from db.records.daily_value_store import DailyValueStore
from db.records.heartbeat_store import HeartbeatStore
from db.records.hook_store import HookStore
from db.records.idempotency_store import IdempotencyStore


class _Stores:
    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection
        self.orders = OrderStore(connection)
        self.doubts = DoubtStore(connection)
        self.lists = OrderListStore(connection)
        self.notices = NoticeStore(connection)
        self.figures = FigureStore(connection)
        self.accounts = AccountStore(connection)
        self.broker_logins = BrokerLoginStore(connection)
        self.cards = CardStore(connection)
        self.digests = DigestStore(connection)
        self.audit = AuditStore(connection)
        self.confirmations = ConfirmationStore(connection)
        self.idempotency = IdempotencyStore(connection)
        self.heartbeats = HeartbeatStore(connection)
        self.alert_addresses = AlertAddressStore(connection)
        self.hooks = HookStore(connection)
        self.counts = CountStore(connection)
        self.days = DailyValueStore(connection)
        self.limits = LimitStore(connection)
        self.standing = StandingStore(connection)
        self.new_books = NewBookStore(connection)
        self.imported_lists = ImportedListStore(connection)

    async def commit(self) -> None:
        """Commit what was written; the connection goes on reading it."""
        await self._connection.commit()


class SqlDatabase:
    """Implements core.ports.Database. What is not committed is rolled back."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    @contextlib.asynccontextmanager
    async def begin(self, *, lengthy: bool = False) -> AsyncIterator[Transaction]:
        """Begin a transaction that may write, rolled back unless committed; `lengthy` for very many rows.

        Raises Unready.
        """
        async with self._engines.writing(lengthy=lengthy) as connection:
            yield _Stores(connection)

    @contextlib.asynccontextmanager
    async def read(self, *, lengthy: bool = False) -> AsyncIterator[ReadTransaction]:
        """Begin a transaction that only reads; `lengthy` for very many rows. Raises Unready."""
        async with self._engines.reading(lengthy=lengthy) as connection:
            yield _Stores(connection)

    async def plan_cards(self, limit: int) -> int:
        """Plan due cards in a transaction of its own: under load it is asked all the time. Raises Unready."""
        return await self._engines.write(lambda connection: plan_cards(connection, limit))
