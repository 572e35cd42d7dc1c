"""Finds the broker of an account."""

from collections.abc import Callable, Mapping, Sequence

from brokers.paper.book.order_numbers import BookKey
from brokers.paper.registry import PaperBrokers
from core.accounts import Account, TradingMode
from core.errors import Unready
from core.ports import Broker, Instruments


class AccountBrokers:
    """Implements core.ports.Brokers: live orders go to the account's broker, the sandbox is always paper."""

    def __init__(self, paper: PaperBrokers) -> None:
        self._paper = paper
        self._live: Mapping[str, Callable[[Account], Broker]] = {
            "paper": lambda account: paper.book(BookKey(TradingMode.LIVE, account.id))
        }

    def book(self, account: Account, trading_mode: TradingMode) -> Broker:
        """The book of this account in this mode. Raises Unready when its broker does not exist."""
        if trading_mode == TradingMode.SANDBOX:
            return self._paper.book(BookKey(TradingMode.SANDBOX, account.id))
        if trading_mode != TradingMode.LIVE:
            raise Unready(f"Account {account.name} has no trading mode {trading_mode!r}.")
        self._require(account)
        return self._live[account.broker](account)

    def instruments(self, account: Account) -> Instruments:
        """What can be traded at this account's broker. Raises Unready when its broker does not exist."""
        self._require(account)
        return self._paper.instruments

    def names(self) -> Sequence[str]:
        """The adapters that accounts may use."""
        return tuple(self._live)

    def _require(self, account: Account) -> None:
        if account.broker not in self._live:
            raise Unready(f"Account {account.name} uses the broker {account.broker!r}, which does not exist.")
