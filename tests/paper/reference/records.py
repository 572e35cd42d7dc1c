"""What the reference exchange writes down, and what is held according to it. Slow and plain on purpose."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from core.ids import BrokerOrderId, ClientOrderId
from core.orders.order import Action, LegTerms, PositionKey, PriceType, Product
from core.orders.states import BrokerStatus

NOTHING = Fraction(0)
WAITING = (BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING)


@dataclass
class RefOrder:
    """One order; `message` is None where the page does not give the words, `reason` says which rule refused it."""

    id: BrokerOrderId
    terms: LegTerms
    strategy: str
    placed_at: datetime
    client_order_id: ClientOrderId | None = None
    status: BrokerStatus = BrokerStatus.OPEN
    message: str | None = ""
    reason: str = ""
    queued_at: datetime | None = None
    arrives_at: datetime | None = None
    reserve_price: Decimal = Decimal(0)
    is_triggered: bool = False
    takes: bool = False
    fills: tuple[tuple[Decimal, Decimal], ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether it may still be filled."""
        return self.status in WAITING

    @property
    def buys(self) -> bool:
        """Whether it is a BUY."""
        return self.terms.action is Action.BUY

    @property
    def is_at_market(self) -> bool:
        """Whether it takes any price once it trades."""
        return self.terms.pricetype in (PriceType.MARKET, PriceType.SL_M)

    @property
    def has_trigger(self) -> bool:
        """Whether it must be triggered first."""
        return self.terms.pricetype in (PriceType.SL, PriceType.SL_M)

    @property
    def is_pending(self) -> bool:
        """Whether its trigger was not reached yet."""
        return self.has_trigger and not self.is_triggered

    @property
    def key(self) -> PositionKey:
        """The position it moves."""
        return self.terms.exchange, self.terms.symbol, self.terms.product

    @property
    def filled(self) -> Decimal:
        """The sum of its fills."""
        return sum((quantity for quantity, _ in self.fills), Decimal(0))

    @property
    def left(self) -> Decimal:
        """What is not filled."""
        return self.terms.quantity - self.filled

    @property
    def average(self) -> Fraction:
        """The mean of its fills, weighted by quantity."""
        worth = sum((Fraction(quantity) * Fraction(price) for quantity, price in self.fills), NOTHING)
        return worth / Fraction(self.filled) if self.fills else NOTHING


@dataclass(frozen=True)
class RefTrade:
    """One fill, as the journal keeps it."""

    order_id: BrokerOrderId
    exchange: str
    symbol: str
    product: Product
    action: Action
    quantity: Decimal
    price: Decimal
    at: datetime
    strategy: str
    charges: Decimal


@dataclass(frozen=True)
class Morning:
    """A day began; on some of them shares are delivered."""

    day: date
    delivers: bool = True


Journal = list[RefTrade | Morning]


@dataclass
class Held:
    """A quantity and what a unit of it cost; negative is short."""

    quantity: Fraction = NOTHING
    average: Fraction = NOTHING
    realised: Fraction = NOTHING
    realised_today: Fraction = NOTHING

    def earn(self, profit: Fraction) -> None:
        """Count a profit that was taken."""
        self.realised += profit
        self.realised_today += profit


@dataclass
class Account:
    """What a journal adds up to."""

    positions: dict[PositionKey, Held] = field(default_factory=dict)
    holdings: dict[tuple[str, str], Held] = field(default_factory=dict)
    realised: Fraction = NOTHING
    realised_today: Fraction = NOTHING
    charges: Fraction = NOTHING
    charges_today: Fraction = NOTHING


def add_up(journal: Journal) -> Account:
    """Everything held after these trades and mornings, from the very first one on."""
    account = Account()
    for entry in journal:
        if isinstance(entry, Morning):
            _begin_day(account, delivers=entry.delivers)
        else:
            _trade(account, entry)
    return account


def _trade(account: Account, trade: RefTrade) -> None:
    position = account.positions.setdefault((trade.exchange, trade.symbol, trade.product), Held())
    before = position.realised
    quantity, price = Fraction(trade.quantity), Fraction(trade.price)
    if trade.action is Action.SELL and trade.product is Product.CNC:
        _sell_shares(account, trade, position)
    else:
        _move(position, quantity if trade.action is Action.BUY else -quantity, price)
    account.realised += position.realised - before
    account.realised_today += position.realised - before
    account.charges += Fraction(trade.charges)
    account.charges_today += Fraction(trade.charges)


def _sell_shares(account: Account, trade: RefTrade, position: Held) -> None:
    quantity, price = Fraction(trade.quantity), Fraction(trade.price)
    from_position = min(position.quantity, quantity)
    _move(position, -from_position, price)
    from_holding = quantity - from_position
    if from_holding:
        holding = account.holdings[trade.exchange, trade.symbol]
        position.earn((price - holding.average) * from_holding)
        holding.quantity -= from_holding
        assert holding.quantity >= 0, "sold shares that are not there"
        if not holding.quantity:
            del account.holdings[trade.exchange, trade.symbol]


def _move(position: Held, quantity: Fraction, price: Fraction) -> None:
    if position.quantity * quantity >= 0:
        worth = abs(position.quantity) * position.average + abs(quantity) * price
        position.quantity += quantity
        position.average = worth / abs(position.quantity) if position.quantity else NOTHING
        return
    closed = min(abs(position.quantity), abs(quantity))
    gain = price - position.average
    position.earn(gain * closed if position.quantity > 0 else -gain * closed)
    beyond = abs(quantity) - closed
    position.quantity += quantity
    if beyond:
        position.average = price
    elif not position.quantity:
        position.average = NOTHING


def _begin_day(account: Account, *, delivers: bool) -> None:
    account.realised_today = account.charges_today = NOTHING
    for (exchange, symbol, product), position in list(account.positions.items()):
        position.realised_today = NOTHING
        if delivers and product is Product.CNC and position.quantity:
            _move(account.holdings.setdefault((exchange, symbol), Held()), position.quantity, position.average)
            position.quantity = NOTHING
        if not position.quantity:
            del account.positions[exchange, symbol, product]
