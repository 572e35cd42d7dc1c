"""An account's modes in words."""

from bot.text import messages as texts
from core.accounts import Account, OrderMode, Role, TradingMode


def order_mode_of(account: Account, reader: Role) -> str:
    """AUTO or SEMI-AUTO, or that it cannot be read; who only looks approves nothing."""
    if account.order_mode == OrderMode.SEMI_AUTO and not reader.decides:
        return texts.OTHERS_APPROVE
    return texts.ORDER_MODES.get(str(account.order_mode), texts.UNREADABLE_MODE)


def trading_mode_of(account: Account) -> str:
    """LIVE, LIVE (PAPER) or SANDBOX, or that it cannot be read."""
    if account.trading_mode == TradingMode.LIVE and account.has_paper_broker:
        return texts.PAPER_LIVE
    return texts.TRADING_MODES.get(str(account.trading_mode), texts.UNREADABLE_MODE)


def modes_of(account: Account, reader: Role) -> str:
    """Both modes, each on its own line."""
    return f"\n• {order_mode_of(account, reader)}\n• {trading_mode_of(account)}"


def mark_of(account: Account) -> str:
    """The coloured mark of the account's trading mode."""
    if account.trading_mode == TradingMode.LIVE:
        return texts.MODE_MARKS["paper" if account.has_paper_broker else "live"]
    if account.trading_mode == TradingMode.SANDBOX:
        return texts.MODE_MARKS["sandbox"]
    return texts.MODE_UNREADABLE.format(why=texts.UNREADABLE_MODE)
