"""What of brokers' books is ours, and orders in doubt: their twins, and legs left before anybody knew of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.accounts import TradingMode
from core.ids import AccountId, BrokerOrderId, ClientOrderId, LegId, OrderId
from core.orders.broker_order import BrokerOrder, Sought
from core.orders.order import Leg, LegTerms, PositionKey
from core.orders.states import LegEvent


@dataclass(frozen=True, slots=True)
class LeftLeg:
    """A leg that was sent again, or dropped, while nobody knew what became of it: it is still looked for."""

    id: int
    order_id: OrderId
    leg_id: LegId
    leg_number: int
    account_id: AccountId
    trading_mode: TradingMode
    sought: Sought
    left: LegEvent
    until: datetime


class DoubtReads(Protocol):
    """Reading what is in doubt at brokers."""

    async def has_twin(self, account_id: AccountId, trading_mode: TradingMode, terms: LegTerms) -> bool:
        """Whether an order with these very terms is unknown: a second one could not be told from it."""
        ...

    async def list_taken(
        self, account_id: AccountId, trading_mode: TradingMode, ids: Sequence[BrokerOrderId]
    ) -> frozenset[BrokerOrderId]:
        """Which of the broker's orders belong to legs of ours."""
        ...

    async def list_ours(
        self, account_id: AccountId, trading_mode: TradingMode, book: Sequence[BrokerOrder]
    ) -> frozenset[BrokerOrderId]:
        """Which of the broker's orders were sent from here: by their number, or by the id that they carry."""
        ...

    async def list_traded(
        self, account_id: AccountId, trading_mode: TradingMode, symbols: Collection[str], today: datetime
    ) -> frozenset[PositionKey]:
        """In which positions in these symbols legs of ours traded, or may have; in MIS ones, since `today`."""
        ...

    async def list_sought(self, now: datetime) -> Sequence[LeftLeg]:
        """Those that are still looked for, oldest first."""
        ...


class Doubts(DoubtReads, Protocol):
    """Reading and keeping what is in doubt."""

    async def new_client_order_id(self, order_id: OrderId) -> ClientOrderId:
        """One that was never used, for a leg of this order that is sent again."""
        ...

    async def add(self, leg: Leg, order_id: OrderId, left: LegEvent, until: datetime) -> None:
        """Look for this leg, as it was sent, until then."""
        ...

    async def record_found(self, left_id: int, found: Sequence[BrokerOrderId], at: datetime) -> bool:
        """It is at the broker after all; False when that is recorded already."""
        ...
