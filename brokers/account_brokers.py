"""Finds the broker of an account."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from brokers.connections import BrokerConnections, Connection
from brokers.feed.no_feed import NoFeed
from brokers.feed.polled_feed import PolledFeed
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.registry import PaperBrokers
from core.accounts import PAPER, Account, TradingMode
from core.clock import trading_day
from core.errors import Unready
from core.ids import AccountId
from core.ports import Broker, CandleSource, Instruments, RunningFeed

LISTS_COME_WITHIN = timedelta(hours=6)
"""After the trading day begins at 03:00 in India: until then the list of the day before is good."""


class AccountBrokers:
    """Implements core.ports.Brokers, RecordedFeeds and PastPrices.

    Live orders go to the account's broker, the sandbox is always paper.

    Instruments and prices go with the orders: what is live sees those of the account's broker.
    """

    def __init__(self, paper: PaperBrokers, feed: RunningFeed, connections: BrokerConnections) -> None:
        self._paper = paper
        self._feed = feed
        self._connections = connections

    def book(self, account: Account, trading_mode: TradingMode) -> Broker:
        """The book of this account in this mode. Raises Unready without such a broker, or a login at it."""
        if trading_mode == TradingMode.SANDBOX:
            return self._paper.book(BookKey(TradingMode.SANDBOX, account.id))
        if trading_mode != TradingMode.LIVE:
            raise Unready(f"Account {account.name} has no trading mode {trading_mode!r}.")
        if account.has_paper_broker:
            return self._paper.book(BookKey(TradingMode.LIVE, account.id))
        return self._connection(account).broker

    def instruments(self, account: Account, trading_mode: TradingMode | str) -> Instruments:
        """What can be traded in this mode. Raises Unready when the account's broker does not exist."""
        if account.is_on_paper(trading_mode):
            self._require_known(account)
            return self._paper.instruments
        return self._connection(account).broker.instruments

    def why_stale(self, account: Account, trading_mode: TradingMode | str, now: datetime) -> str:
        """Why this mode's list of instruments is too old, or not there, for new positions; nothing when it is not."""
        if account.is_on_paper(trading_mode):
            return ""
        as_of = self._connection(account).broker.instruments.as_of
        if as_of is None:
            return f"The list of instruments of {account.broker} has not come yet, so nothing new can be checked."
        if as_of >= trading_day(now - LISTS_COME_WITHIN):
            return ""
        return (
            f"The list of instruments of {account.broker} is of {as_of.day} {as_of:%b}, "
            "so nothing new can be checked. "
            "Positions can be closed."
        )

    def feed(self, account: Account, trading_mode: TradingMode | str) -> RunningFeed:
        """The prices at which this mode trades; a feed without any while the account's broker cannot tell them."""
        if account.is_on_paper(trading_mode):
            return self._feed
        try:
            return self._connection(account).feed
        except Unready as why:
            return NoFeed(account.broker, str(why))

    @property
    def own_feed(self) -> str:
        """The name of the record of the feed that all paper books share."""
        return self._feed.state.source

    def running_feeds(self) -> Mapping[str, RunningFeed]:
        """Every feed that is open now, by the name of its record: no account reads another's."""
        live = {
            _record_of(one.broker.name, account_id): one for account_id, one in self._connections.opened().items()
        }
        return {self.own_feed: self._feed, **{name: one.feed for name, one in live.items()}}

    def record_of(self, account: Account) -> str:
        """The name of the record of the prices at which this account trades."""
        if account.is_on_paper(account.trading_mode):
            return self.own_feed
        return _record_of(account.broker, account.id)

    def candle_source(self, account: Account) -> CandleSource | None:
        """What knows past prices by itself where this account trades. Raises Unready."""
        if account.is_on_paper(account.trading_mode):
            found: object = self._feed.source if isinstance(self._feed, PolledFeed) else None
        else:
            found = self._connection(account).broker
        return found if isinstance(found, CandleSource) else None

    def names(self) -> Sequence[str]:
        """The adapters that accounts may use."""
        return (PAPER, *self._connections.names())

    def _connection(self, account: Account) -> Connection:
        self._require_known(account)
        found = self._connections.find(account.id)
        if found is None or found.broker.name != account.broker:
            raise Unready(
                f"Account {account.name} has no login at {account.broker}; "
                f"run `countersign broker set {account.name} {account.broker}`."
            )
        return found

    def _require_known(self, account: Account) -> None:
        if account.broker not in self.names():
            raise Unready(f"Account {account.name} uses the broker {account.broker!r}, which does not exist.")


def _record_of(broker: str, account_id: AccountId) -> str:
    return f"{broker} of account {account_id}"
