"""Made-up values of the core's types, each complete unless a test says otherwise."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.accounts import Account, Approver, OrderMode, Role, TradingMode
from core.ids import AccountId, ApproverId, ChatId, ClientOrderId, LegId, OrderId, UserId
from core.orders.order import Action, ApiType, Leg, LegTerms, Order, PriceType, Product
from core.orders.states import BrokerStatus, QueueStatus

START = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
"""A Monday, 10:00 in India."""
ASHA, RAVI, VEENA, OMKAR, MALLORY = UserId(1001), UserId(1002), UserId(1003), UserId(2001), UserId(6666)
"""Owner, approver and viewer of the account under test; the owner of another one; and a stranger."""
NAMES = {ASHA: "Asha", RAVI: "Ravi", VEENA: "Veena", OMKAR: "Omkar", MALLORY: "Mallory"}


class SettableClock:
    """Time that moves only when told."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def advance(self, **length: float) -> None:
        """Let time pass, or turn the clock back."""
        self.moment += timedelta(**length)


def some_terms(action: Action = Action.BUY, quantity: int = 10, limit: int | str = 0, **other: Any) -> LegTerms:
    """SBIN in MIS, at the market unless there is a limit."""
    pricetype = PriceType.LIMIT if limit else PriceType.MARKET
    fields = {"exchange": "NSE", "symbol": "SBIN", "product": Product.MIS, "pricetype": pricetype} | other
    return LegTerms(action=action, quantity=Decimal(quantity), price=Decimal(limit), **fields)


def a_leg(status: BrokerStatus = BrokerStatus.READY, number: int = 1, **other: Any) -> Leg:
    """A leg that stands here."""
    ours = ClientOrderId(f"C{number:016}")
    fields: dict[str, Any] = {"terms": some_terms(), "client_order_id": ours} | other
    return Leg(id=LegId(number), number=number, broker_status=status, **fields)


def an_order(*legs: Leg, **other: Any) -> Order:
    """A live order that waits for the client."""
    fields: dict[str, Any] = {
        "id": OrderId(7),
        "account_id": AccountId(1),
        "api_type": ApiType.PLACEORDER,
        "strategy": "momentum",
        "order_mode": OrderMode.SEMI_AUTO,
        "trading_mode": TradingMode.LIVE,
        "status": QueueStatus.PENDING,
        "version": 1,
        "created_at": START,
        "expires_at": START + timedelta(minutes=15),
        "legs": legs or (a_leg(),),
    }
    return Order(**(fields | other))


def an_account(
    order_mode: OrderMode | str = OrderMode.SEMI_AUTO,
    trading_mode: TradingMode | str = TradingMode.LIVE,
    enabled: bool = True,
) -> Account:
    """Account 1."""
    return Account(AccountId(1), "main", "paper", order_mode, trading_mode, enabled, START)


def an_approver(role: Role = Role.APPROVER, account_id: int = 1) -> Approver:
    """Ravi, linked to account 1."""
    return Approver(ApproverId(1), AccountId(account_id), RAVI, ChatId(RAVI), "Ravi", role, START)
