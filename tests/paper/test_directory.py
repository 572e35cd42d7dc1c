"""Which book an account's orders go to."""

from dataclasses import replace

import pytest

from brokers.account_brokers import Directory
from core.accounts import Account, OrderMode, TradingMode
from core.errors import Unready
from core.ids import AccountId
from tests.paper.rig import START, Rig, terms

ACCOUNT = Account(AccountId(7), "meera", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, True, START)


@pytest.fixture
def directory(rig: Rig) -> Directory:
    """Paper only."""
    return Directory(rig.brokers)


def test_only_paper_exists(directory: Directory) -> None:
    assert list(directory.names()) == ["paper"]


async def test_live_and_sandbox_are_different_books(rig: Rig, directory: Directory) -> None:
    live = directory.book(ACCOUNT, TradingMode.LIVE)
    await live.place(rig.next_client_order_id(), terms(), "momentum")
    assert set(rig.store.books) == {"live:7"}
    assert not await directory.book(ACCOUNT, TradingMode.SANDBOX).list_orders()


async def test_accounts_are_different_books(rig: Rig, directory: Directory) -> None:
    await directory.book(ACCOUNT, TradingMode.SANDBOX).place(rig.next_client_order_id(), terms(), "momentum")
    other = replace(ACCOUNT, id=AccountId(8))
    assert not await directory.book(other, TradingMode.SANDBOX).list_orders()


def test_same_book_is_opened_once(directory: Directory) -> None:
    assert directory.book(ACCOUNT, TradingMode.LIVE) is directory.book(ACCOUNT, TradingMode.LIVE)


def test_sandbox_is_paper_whatever_the_account_s_broker(directory: Directory) -> None:
    zerodha = replace(ACCOUNT, broker="zerodha")
    assert directory.book(zerodha, TradingMode.SANDBOX).name == "paper"
    with pytest.raises(Unready, match="uses the broker 'zerodha', which does not exist"):
        directory.book(zerodha, TradingMode.LIVE)


def test_unreadable_trading_mode_is_refused(directory: Directory) -> None:
    with pytest.raises(Unready, match="no trading mode 'demo'"):
        directory.book(ACCOUNT, "demo")  # type: ignore[arg-type]
