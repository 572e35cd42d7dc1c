"""The protocols that adapters implement for the core."""

from core.ports.accounts import AccountReads, Accounts, BrokerLoginReads, BrokerLogins, SealedLogin, Standing
from core.ports.brokers import (
    Broker,
    BrokerConnections,
    Brokers,
    ChargeEstimator,
    Instruments,
    LiveBroker,
    Seal,
    Sessions,
)
from core.ports.cards import Card, CardReads, Cards, Urgency
from core.ports.database import Checkpoint, Database, ReadTransaction, Transaction, Wake
from core.ports.doubts import DoubtReads, Doubts, LeftLeg
from core.ports.gtt import GttBroker, GttStore
from core.ports.limits import WHOLE_ACCOUNT, LimitReads, LimitStore
from core.ports.orders import (
    Accepted,
    Decision,
    IdempotentKey,
    LegOutcome,
    OrderLog,
    OrderPage,
    OrderReads,
    Orders,
    Replayed,
    Revision,
    WatchedLeg,
)
from core.ports.paper import Entry, PaperBooks, PaperStore, ResetRequest
from core.ports.price_feeds import Interest, PriceFeed, QuoteSource, RunningFeed
from core.ports.records import AuditTrail, Confirmations, Heartbeats, Idempotency, IdempotencyReads, StoredAnswer

__all__ = [
    "WHOLE_ACCOUNT",
    "Accepted",
    "AccountReads",
    "Accounts",
    "AuditTrail",
    "Broker",
    "BrokerConnections",
    "BrokerLoginReads",
    "BrokerLogins",
    "Brokers",
    "Card",
    "CardReads",
    "Cards",
    "ChargeEstimator",
    "Checkpoint",
    "Confirmations",
    "Database",
    "Decision",
    "DoubtReads",
    "Doubts",
    "Entry",
    "GttBroker",
    "GttStore",
    "Heartbeats",
    "Idempotency",
    "IdempotencyReads",
    "IdempotentKey",
    "Instruments",
    "Interest",
    "LeftLeg",
    "LegOutcome",
    "LimitReads",
    "LimitStore",
    "LiveBroker",
    "OrderLog",
    "OrderPage",
    "OrderReads",
    "Orders",
    "PaperBooks",
    "PaperStore",
    "PriceFeed",
    "QuoteSource",
    "ReadTransaction",
    "Replayed",
    "ResetRequest",
    "Revision",
    "RunningFeed",
    "Seal",
    "SealedLogin",
    "Sessions",
    "Standing",
    "StoredAnswer",
    "Transaction",
    "Urgency",
    "Wake",
    "WatchedLeg",
]
