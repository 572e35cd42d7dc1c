"""The names of paper books and the ids of their orders, which are unique across all books."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.accounts import TradingMode
from core.clock import IST
from core.errors import Unready
from core.ids import AccountId, BrokerOrderId
from core.money import plain

_BOOKS = 5_000
_NUMBERS_PER_DAY = 100_000_000 // _BOOKS
_FIRST_DAY = date(2000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class BookKey:
    """Which paper book: one account in one trading mode."""

    trading_mode: TradingMode
    account_id: AccountId

    @property
    def name(self) -> str:
        """The book's name in the store: `live:7`, `sandbox:7`."""
        return f"{self.trading_mode}:{self.account_id}"

    @classmethod
    def named(cls, name: str) -> "BookKey":
        """The book of this name. Raises ValueError for text that names none."""
        mode, _, account_id = name.partition(":")
        return cls(TradingMode(mode), AccountId(int(account_id)))

    @property
    def number(self) -> int:
        """The book's part of every order id. Raises Unready beyond the last account that has one."""
        number = 2 * self.account_id + (self.trading_mode == TradingMode.SANDBOX)
        if not 0 <= number < _BOOKS:
            raise Unready(f"The paper broker has no order numbers for account {self.account_id}.")
        return number


def next_order_number(last: int, now: datetime) -> int:
    """The book's next number; every IST day has a range of its own, and a full one runs into the next."""
    today = now.astimezone(IST).toordinal() - _FIRST_DAY
    return max(last + 1, today * _NUMBERS_PER_DAY)


def broker_order_id(book_number: int, order_number: int) -> BrokerOrderId:
    """The order's id: `YYMMDD` and eight digits."""
    day, sequence = divmod(order_number, _NUMBERS_PER_DAY)
    return BrokerOrderId(f"{date.fromordinal(_FIRST_DAY + day):%y%m%d}{sequence * _BOOKS + book_number:08d}")


def seniority(order_id: BrokerOrderId) -> tuple[int, BrokerOrderId]:
    """A sort key that puts the lower order number first."""
    return len(order_id), order_id


def trade_id(order_id: BrokerOrderId, filled_before: Decimal) -> str:
    """The id of a fill: unique, as what an order had filled before is different for each of its fills."""
    return f"TRADE-{order_id}-{plain(filled_before)}" if filled_before else f"TRADE-{order_id}"
