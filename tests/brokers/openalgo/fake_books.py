"""The broker behind the fake OpenAlgo: orders, trades and money, with a hand on its market."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count

from core.clock import IST

TICK = Decimal("0.05")
_IDS = count(251127000000001)
FINAL = frozenset({"COMPLETE", "CANCELLED", "REJECTED"})


@dataclass
class FakeOrder:
    """One order in the broker's own words."""

    fields: dict[str, str]
    status: str = "OPEN"
    filled: Decimal = Decimal(0)
    average: Decimal = Decimal(0)
    orderid: str = field(default_factory=lambda: str(next(_IDS)))
    at: datetime = field(default_factory=lambda: datetime.now(IST))

    @property
    def quantity(self) -> Decimal:
        """How much it is for."""
        return Decimal(self.fields["quantity"])

    @property
    def price(self) -> Decimal:
        """Its limit."""
        return Decimal(self.fields["price"])

    @property
    def stated_at(self) -> str:
        """Its time as the book has it: India's, without saying so."""
        return self.at.strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True)
class FakeTrade:
    """One fill."""

    order: FakeOrder
    quantity: Decimal
    price: Decimal


class Rejected(Exception):
    """The broker says no, with this text."""


@dataclass
class FakeBooks:
    """One account with one lakh rupees; a symbol trades at `prices`, and its orders fill whole."""

    cash: Decimal = Decimal(100_000)
    orders: list[FakeOrder] = field(default_factory=list)
    trades: list[FakeTrade] = field(default_factory=list)
    prices: dict[str, Decimal] = field(default_factory=lambda: {"SBIN": Decimal(800)})

    def place(self, fields: dict[str, str]) -> FakeOrder:
        """Take an order. Raises Rejected."""
        self._check(fields)
        order = FakeOrder(fields)
        self.orders.append(order)
        self._match(order)
        return order

    def modify(self, order: FakeOrder, fields: dict[str, str]) -> None:
        """Give a resting order new terms. Raises Rejected."""
        self._check(fields)
        order.fields = fields
        self._match(order)

    def move(self, symbol: str, price: Decimal) -> None:
        """The symbol trades at this price."""
        self.prices[symbol] = price
        for order in self.orders:
            if order.status == "OPEN" and order.fields["symbol"] == symbol:
                self._match(order)

    def fill(self, order: FakeOrder, quantity: int, price: Decimal) -> None:
        """Trade a part of an order."""
        self.trades.append(FakeTrade(order, Decimal(quantity), price))
        order.average = (order.average * order.filled + price * quantity) / (order.filled + quantity)
        order.filled += quantity
        if order.filled == order.quantity:
            order.status = "COMPLETE"

    def find(self, orderid: object) -> FakeOrder | None:
        """By its number."""
        return next((order for order in self.orders if order.orderid == orderid), None)

    def net(self, symbol: str, product: str) -> tuple[Decimal, Decimal, Decimal]:
        """Quantity, mean price and profit taken of a position."""
        held = average = taken = Decimal(0)
        for trade in self.trades:
            if (trade.order.fields["symbol"], trade.order.fields["product"]) != (symbol, product):
                continue
            signed = trade.quantity if trade.order.fields["action"] == "BUY" else -trade.quantity
            if held * signed >= 0:
                average = (average * held + trade.price * signed) / (held + signed)
            else:
                taken += (trade.price - average) * -signed
            held += signed
        return held, average, taken

    def positions(self) -> list[tuple[str, str]]:
        """Symbols and products that were traded in."""
        return list(dict.fromkeys((one.order.fields["symbol"], one.order.fields["product"]) for one in self.trades))

    @property
    def used(self) -> Decimal:
        """What positions and resting buys tie up."""
        resting = sum((one.price * one.quantity for one in self.orders if one.status == "OPEN"), Decimal(0))
        nets = (self.net(*key) for key in self.positions())
        return resting + sum((abs(held * average) for held, average, _ in nets), Decimal(0))

    def _check(self, fields: dict[str, str]) -> None:
        if Decimal(fields["price"]) % TICK:
            raise Rejected("Tick size for this script is 5 paise. Kindly enter price in the multiple of tick size")
        price = Decimal(fields["price"]) or self.prices.get(fields["symbol"], Decimal(1))
        if fields["action"] == "BUY" and price * Decimal(fields["quantity"]) > self.cash - self.used:
            raise Rejected("Insufficient funds. Required margin is 800000.00 but available margin is 100000.00.")

    def _match(self, order: FakeOrder) -> None:
        last = self.prices.get(order.fields["symbol"])
        if last is None or order.status != "OPEN":
            return
        is_buy, limit = order.fields["action"] == "BUY", order.price
        if order.fields["pricetype"] == "MARKET":
            self.fill(order, int(order.quantity - order.filled), last)
        elif order.fields["pricetype"] == "LIMIT" and (last <= limit if is_buy else last >= limit):
            self.fill(order, int(order.quantity - order.filled), limit)
