"""The reference exchange's book: every order and fill it ever saw, and the money they add up to."""

from copy import copy
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from brokers.paper.engine.events import Rules
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from core.orders.order import Action
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage
from tests.paper.reference.charging import charge
from tests.paper.reference.margins import tied_up
from tests.paper.reference.records import Account, Journal, RefOrder, RefTrade, add_up


class Book:
    """Plain lists. Nothing that can be worked out from them is kept beside them."""

    def __init__(self, capital: Decimal, leverage: Leverage, rules: Rules) -> None:
        self.capital, self.leverage, self.rules = capital, leverage, rules
        self.orders: list[RefOrder] = []
        self.trades: list[RefTrade] = []
        self.journal: Journal = []
        self.last_number = 0
        self.day: date | None = None
        self.reset_count = 0
        self._added_up = (0, Account())

    @property
    def account(self) -> Account:
        """What is held and what was earned since the last reset; remembered until the journal is longer."""
        length, account = self._added_up
        if length != len(self.journal):
            account = add_up(self.journal)
            self._added_up = (len(self.journal), account)
        return account

    def clear_journal(self) -> None:
        """Forget everything held and earned."""
        self.journal = []
        self._added_up = (0, Account())

    @property
    def cash(self) -> Fraction:
        """Capital and profit less charges."""
        account = self.account
        return Fraction(self.capital) + account.realised - account.charges

    @property
    def used(self) -> Fraction:
        """What is tied up."""
        return tied_up(self.account, self.orders, self.leverage)

    @property
    def available(self) -> Fraction:
        """What may still be tied up."""
        return self.cash - self.used

    @property
    def waiting(self) -> list[RefOrder]:
        """The orders that may still be filled."""
        return [order for order in self.orders if order.is_waiting]

    def find(self, order_id: BrokerOrderId) -> RefOrder:
        """A waiting order. Raises BrokerRefused."""
        for order in self.waiting:
            if order.id == order_id:
                return order
        raise BrokerRefused("no such order waits")

    def copy(self) -> "Book":
        """A twin on which something can be tried."""
        twin = copy(self)
        twin.orders = [copy(order) if order.is_waiting else order for order in self.orders]
        twin.trades, twin.journal = list(self.trades), list(self.journal)
        return twin

    def become(self, twin: "Book") -> None:
        """Keep what was tried."""
        self.__dict__.update(twin.__dict__)

    def fill(self, order: RefOrder, quantity: Decimal, price: Decimal, at: datetime) -> None:
        """Write down a fill."""
        exchange, symbol, product = order.key
        cost = charge(order, (quantity, price, at), self.account.positions.get(order.key), self.rules)
        trade = RefTrade(
            order.id, exchange, symbol, product, order.terms.action, quantity, price, at, order.strategy, cost
        )
        order.fills += ((quantity, price),)
        if not order.left:
            order.status = BrokerStatus.COMPLETE
        self.trades.append(trade)
        self.journal.append(trade)


def closing(quantity: Fraction) -> Action:
    """What ends a position of this quantity."""
    return Action.SELL if quantity > 0 else Action.BUY
