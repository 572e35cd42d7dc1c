"""One share that trades at one price: the market behind the stand-ins of several brokers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Literal

MONEY = Decimal(10_000_000)
Status = Literal["open", "complete", "cancelled"]


class NoSuchOrder(Exception):
    """There is no order of this number."""


class NotPossible(Exception):
    """The exchange's definite no."""


@dataclass
class Held:
    """One order in the book. A stop has a trigger; an order without a limit has the price 0."""

    number: str
    tag: str
    side: Literal["BUY", "SELL"]
    quantity: Decimal
    price: Decimal
    trigger: Decimal
    product: str
    kind: str
    """As its broker calls its price type."""
    placed_at: datetime
    updated_at: datetime
    status: Status = "open"
    filled: Decimal = Decimal(0)
    average: Decimal = Decimal(0)

    @property
    def signed(self) -> Decimal:
        """What it adds to the position when it fills."""
        return self.filled if self.side == "BUY" else -self.filled


@dataclass
class Wanted:
    """An order on its way in."""

    tag: str
    side: Literal["BUY", "SELL"]
    quantity: Decimal
    price: Decimal
    trigger: Decimal
    product: str
    kind: str


@dataclass
class Net:
    """A position: what is open and what it cost, and what was won."""

    product: str
    quantity: Decimal = Decimal(0)
    average: Decimal = Decimal(0)
    realised: Decimal = Decimal(0)


@dataclass
class SmallExchange:
    """Takes every order on the tick, and fills it whole when its price is there."""

    price: Decimal
    tick: Decimal = Decimal("0.05")
    orders: dict[str, Held] = field(default_factory=dict)
    trades: list[Held] = field(default_factory=list)
    """In turn; an order fills whole, so that one is a trade."""
    numbers: Callable[[], str] = field(default_factory=lambda: _numbers().__next__)

    def place(self, wanted: Wanted) -> Held:
        """Take an order. Raises NotPossible."""
        self._judge(wanted.price, wanted.trigger)
        now = datetime.now(UTC)
        held = Held(self.numbers(), placed_at=now, updated_at=now, **vars(wanted))
        self.orders[held.number] = held
        self._match(held)
        return held

    def find(self, number: str) -> Held:
        """One order. Raises NoSuchOrder."""
        if number not in self.orders:
            raise NoSuchOrder(number)
        return self.orders[number]

    def open_order(self, number: str) -> Held:
        """One order that can still change. Raises NoSuchOrder, NotPossible."""
        held = self.find(number)
        if held.status != "open":
            raise NotPossible("The order is already final")
        return held

    def cancel(self, number: str) -> Held:
        """Take an order out. Raises NoSuchOrder, NotPossible."""
        held = self.open_order(number)
        held.status, held.updated_at = "cancelled", datetime.now(UTC)
        return held

    def modify(self, number: str, quantity: Decimal, price: Decimal, trigger: Decimal) -> Held:
        """Give an order other terms. Raises NoSuchOrder, NotPossible."""
        held = self.open_order(number)
        self._judge(price, trigger)
        held.quantity, held.price, held.trigger, held.updated_at = quantity, price, trigger, datetime.now(UTC)
        self._match(held)
        return held

    def move(self, price: Decimal) -> None:
        """The share trades at this price now."""
        self.price = price
        for held in self.orders.values():
            self._match(held)

    def positions(self) -> Sequence[Net]:
        """The net of the trades, product by product."""
        nets: dict[str, Net] = {}
        for trade in self.trades:
            _add(nets.setdefault(trade.product, Net(trade.product)), trade.signed, trade.average)
        return tuple(nets.values())

    @property
    def used(self) -> Decimal:
        """The money in open orders and positions."""
        resting = sum((one.quantity * one.price for one in self.orders.values() if one.status == "open"), Decimal(0))
        return resting + sum((abs(one.quantity) * one.average for one in self.positions()), Decimal(0))

    def _judge(self, price: Decimal, trigger: Decimal) -> None:
        if price % self.tick or trigger % self.tick:
            raise NotPossible("The price is not a multiple of the tick size")

    def _match(self, held: Held) -> None:
        if held.status != "open" or not self._is_due(held):
            return
        held.status, held.filled, held.average = "complete", held.quantity, self.price
        held.updated_at = datetime.now(UTC)
        self.trades.append(held)

    def _is_due(self, held: Held) -> bool:
        sign = 1 if held.side == "BUY" else -1
        is_triggered = not held.trigger or self.price * sign >= held.trigger * sign
        return is_triggered and (not held.price or self.price * sign <= held.price * sign)


def _numbers() -> Iterator[str]:
    return (f"11{number:010}" for number in count(1))


def _add(net: Net, signed: Decimal, price: Decimal) -> None:
    after = net.quantity + signed
    if net.quantity * signed >= 0:
        net.average = (net.average * abs(net.quantity) + price * abs(signed)) / abs(after)
    else:
        closed = min(abs(net.quantity), abs(signed))
        net.realised += (price - net.average) * closed * (1 if net.quantity > 0 else -1)
        if abs(signed) > abs(net.quantity):
            net.average = price
    net.quantity = after
    if not after:
        net.average = Decimal(0)
