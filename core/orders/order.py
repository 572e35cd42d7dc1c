"""An order, its legs, and their enumerations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from core.accounts import OrderMode, TradingMode
from core.audit import Actor
from core.ids import AccountId, ApiKeyId, BrokerOrderId, ClientOrderId, LegId, OrderId, UserId
from core.money import ZERO
from core.orders.bounds import Bounds
from core.orders.states import BrokerStatus, QueueStatus

if TYPE_CHECKING:
    # intents imports the enumerations below.
    from core.orders.intents import Intent, Unreadable


STANDING = "standing approval "
"""What stands where a person's name would, before the number, when an owner approved the order in advance."""


class Action(StrEnum):
    """The side of a leg."""

    BUY = "BUY"
    SELL = "SELL"

    def signed(self, quantity: Decimal) -> Decimal:
        """The quantity with the sign by which it changes a position."""
        return quantity if self is Action.BUY else quantity.copy_negate()


class PriceType(StrEnum):
    """How a leg is priced, as OpenAlgo spells it."""

    MARKET = "MARKET"
    LIMIT = "LIMIT"
    SL = "SL"
    SL_M = "SL-M"


class Product(StrEnum):
    """The product type: how long a position may be held and how it is margined."""

    MIS = "MIS"
    NRML = "NRML"
    CNC = "CNC"


class ApiType(StrEnum):
    """The endpoint that made the order; `client` for what the client did in Telegram."""

    PLACEORDER = "placeorder"
    SMARTORDER = "smartorder"
    BASKETORDER = "basketorder"
    SPLITORDER = "splitorder"
    OPTIONSORDER = "optionsorder"
    OPTIONSMULTIORDER = "optionsmultiorder"
    PLACEGTTORDER = "placegttorder"
    CLOSEPOSITION = "closeposition"
    CLIENT = "client"


PositionKey = tuple[str, str, Product]
"""Exchange, symbol and product."""


@dataclass(frozen=True, slots=True)
class LegTerms:
    """What one broker order asks for; `price` and `trigger_price` are rupees, 0 when not used."""

    exchange: str
    symbol: str
    action: Action
    quantity: Decimal
    pricetype: PriceType = PriceType.MARKET
    product: Product = Product.MIS
    price: Decimal = ZERO
    trigger_price: Decimal = ZERO
    disclosed_quantity: int = 0

    @property
    def position_key(self) -> PositionKey:
        """The position that these terms trade in."""
        return self.exchange, self.symbol, self.product


@dataclass(frozen=True, slots=True)
class DraftLeg:
    """A leg before it is written down; `part` is the item of the request it belongs to, from 1."""

    terms: LegTerms
    part: int = 1


@dataclass(frozen=True, slots=True)
class Leg:
    """One broker order of an order, and its status."""

    id: LegId
    number: int
    terms: LegTerms
    broker_status: BrokerStatus
    client_order_id: ClientOrderId
    part: int = 1
    broker_order_id: BrokerOrderId | None = None
    filled_quantity: Decimal = ZERO
    average_price: Decimal = ZERO
    message: str = ""
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    attempts: int = 0
    asked_at: datetime | None = None
    """When it was put before the client, because nothing shows whether the broker has it; None again afterwards."""
    candidates: tuple[BrokerOrderId, ...] = ()
    """Orders of the broker of which one may be it."""
    known_before: frozenset[BrokerOrderId] = frozenset()
    """What the broker's book held before it was sent, where only terms and time tell orders apart."""


@dataclass(frozen=True, slots=True)
class Order:
    """A strategy's request with its legs, decision and status."""

    id: OrderId
    account_id: AccountId
    api_type: ApiType
    strategy: str
    order_mode: OrderMode
    trading_mode: TradingMode
    status: QueueStatus
    version: int
    created_at: datetime
    expires_at: datetime
    legs: tuple[Leg, ...]
    broker_status: BrokerStatus | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    approved_by_id: UserId | None = None
    execute_by: datetime | None = None
    rejected_at: datetime | None = None
    rejected_by: str | None = None
    rejected_by_id: UserId | None = None
    rejected_reason: str | None = None
    closed_at: datetime | None = None
    """When it expired, was withdrawn or denied."""
    intent: "Intent | Unreadable | None" = None
    """The request's intent, when the legs must be resolved again at the decision, or do not say all of it."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the legs were worked out from: position and target, underlying and its price, and so on."""
    notice: str | None = None
    """What changed since the card was last approved or first shown; shown marked on the card."""
    outage: str | None = None
    """`14:02–14:07`, when presses made in that time may have been lost."""
    stopped: str | None = None
    """When and why a tap on Approve sent nothing, although the order still waits."""
    note: str | None = None
    """What the strategy tells its client about it."""
    bounds: Bounds | None = None
    """How far its client may change it before approving."""
    asked: str | None = None
    """What the strategy asked for, as it is stored, when its client has changed the terms."""
    checked: str | None = None
    """What the client who decided was shown that Countersign had found out, as it is stored."""
    signal_prices: Mapping[str, str] = field(default_factory=dict)
    """The last price of each leg's instrument when the order came, by `exchange:symbol`."""

    @property
    def decided_at(self) -> datetime | None:
        """When it stopped being pending."""
        return self.approved_at or self.rejected_at or self.closed_at

    @property
    def needed_no_approval(self) -> bool:
        """Whether it was approved by its account's auto mode, without a person."""
        return self.approved_at is not None and self.approved_by_id is None and self.standing_id is None

    @property
    def standing_id(self) -> int | None:
        """The number of the standing approval that it was sent under; None for every other order."""
        if self.approved_by_id is not None or self.approved_by is None:
            return None
        number = self.approved_by.removeprefix(STANDING)
        return int(number) if number != self.approved_by and number.isdecimal() else None

    @property
    def was_queued(self) -> bool:
        """Whether it waited for a decision: neither sent by auto mode nor placed by the client."""
        return not self.needed_no_approval and self.api_type is not ApiType.CLIENT

    @property
    def decided_by(self) -> str | None:
        """The name of whoever decided it, for display."""
        return self.approved_by or self.rejected_by


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order that has passed every check and is about to be written down, whoever it is from."""

    account_id: AccountId
    api_type: ApiType
    strategy: str
    order_mode: OrderMode
    trading_mode: TradingMode
    legs: tuple[DraftLeg, ...]
    order_data: Mapping[str, object]
    """The request as validated, without the api key."""
    created_at: datetime
    expires_at: datetime
    intent: "Intent | None" = None
    """Kept with the order when its legs do not say all of it."""
    facts: Mapping[str, str] = field(default_factory=dict)
    execute_by: datetime | None = None
    """Set when the order needs no approval: it is written as approved by `auto`, or by its client."""
    note: str | None = None
    bounds: Bounds | None = None
    signal_prices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder(OrderDraft):
    """A strategy's order."""

    api_key_id: ApiKeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOrder(OrderDraft):
    """An order that a person gave themselves, and so approved."""

    client: Actor
