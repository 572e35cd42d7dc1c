"""Which book an account's orders go to."""

from dataclasses import replace

import pytest

from brokers.account_brokers import AccountBrokers
from brokers.connections import BrokerConnections
from brokers.feed.no_feed import NoFeed
from core.accounts import Account, OrderMode, TradingMode
from core.errors import Unready
from core.ids import AccountId
from tests.contract.broker_contract import request
from tests.paper.rig import START, Rig, terms


class NobodyConnected(BrokerConnections):
    """No live broker is known."""

    def __init__(self) -> None:
        """Nothing is opened."""

    def names(self) -> tuple[str, ...]:
        """None."""
        return ()


ACCOUNT = Account(AccountId(7), "meera", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, True, START)


@pytest.fixture
def brokers(rig: Rig) -> AccountBrokers:
    """Paper only."""
    return AccountBrokers(rig.brokers, NoFeed("none", "no prices"), NobodyConnected())


def test_only_paper_exists(brokers: AccountBrokers) -> None:
    assert list(brokers.names()) == ["paper"]


async def test_live_and_sandbox_are_different_books(rig: Rig, brokers: AccountBrokers) -> None:
    live = brokers.book(ACCOUNT, TradingMode.LIVE)
    await live.place(request(terms()))
    assert set(rig.store.books) == {"live:7"}
    assert not await brokers.book(ACCOUNT, TradingMode.SANDBOX).list_orders()


async def test_accounts_are_different_books(rig: Rig, brokers: AccountBrokers) -> None:
    await brokers.book(ACCOUNT, TradingMode.SANDBOX).place(request(terms()))
    other = replace(ACCOUNT, id=AccountId(8))
    assert not await brokers.book(other, TradingMode.SANDBOX).list_orders()


def test_same_book_is_opened_once(brokers: AccountBrokers) -> None:
    assert brokers.book(ACCOUNT, TradingMode.LIVE) is brokers.book(ACCOUNT, TradingMode.LIVE)


def test_sandbox_is_paper_whatever_the_account_s_broker(brokers: AccountBrokers) -> None:
    zerodha = replace(ACCOUNT, broker="zerodha")
    assert brokers.book(zerodha, TradingMode.SANDBOX).name == "paper"
    with pytest.raises(Unready, match="uses the broker 'zerodha', which does not exist"):
        brokers.book(zerodha, TradingMode.LIVE)


def test_unreadable_trading_mode_is_refused(brokers: AccountBrokers) -> None:
    with pytest.raises(Unready, match="no trading mode 'demo'"):
        brokers.book(ACCOUNT, "demo")  # type: ignore[arg-type]
