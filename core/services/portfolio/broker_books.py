"""Reads an account's broker in the account's present trading mode."""

from collections.abc import Sequence
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.errors import Unready
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.broker_order import BrokerOrder
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports import Broker, Brokers


def trading_mode_of(account: Account) -> TradingMode:
    """The account's trading mode. Raises Unready when it is not one we know."""
    try:
        return TradingMode(account.trading_mode)
    except ValueError:
        raise Unready("This account's trading mode is not readable.") from None


class BrokerBooks:
    """Reads an account's book. Every method raises Unready or BrokerUnavailable when it cannot."""

    def __init__(self, brokers: Brokers) -> None:
        self._brokers = brokers

    def of(self, account: Account) -> Broker:
        """The broker book that this account trades in now."""
        return self._brokers.book(account, trading_mode_of(account))

    async def order(self, account: Account, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order. Raises NotFound."""
        return await self.of(account).get(broker_order_id)

    async def orders(self, account: Account) -> Sequence[BrokerOrder]:
        """The order book, oldest first."""
        return await self.of(account).list_orders()

    async def trades(self, account: Account) -> Sequence[Trade]:
        """The trade book, oldest first."""
        return await self.of(account).list_trades()

    async def positions(self, account: Account) -> Sequence[Position]:
        """Positions, closed ones with quantity 0."""
        return await self.of(account).list_positions()

    async def holdings(self, account: Account) -> Sequence[Holding]:
        """Delivered shares."""
        return await self.of(account).list_holdings()

    async def funds(self, account: Account) -> Funds:
        """The account's money."""
        return await self.of(account).get_funds()

    def lot(self, account: Account, exchange: str, symbol: str) -> int | None:
        """How many units a lot of this instrument has; None for one that is not known."""
        found = self._brokers.instruments(account, trading_mode_of(account)).find(exchange, symbol)
        return found.lot if found else None

    async def open_quantity(self, account: Account, exchange: str, symbol: str, product: str) -> Decimal:
        """The net quantity held of one instrument and product; negative is short, 0 is flat."""
        wanted = (exchange, symbol, product)
        for position in await self.positions(account):
            if position.key == wanted:
                return position.quantity
        return ZERO
