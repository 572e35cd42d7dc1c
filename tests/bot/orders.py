"""Orders as cards meet them, made without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.cards.card import Rendered, View, render_card
from core.accounts import Account, OrderMode, Role, TradingMode
from core.ids import AccountId, BrokerOrderId, ClientOrderId, LegId, OrderId, UserId
from core.market.quotes import Quote
from core.orders.order import Action, ApiType, Leg, LegTerms, Order, PriceType, Product
from core.orders.states import BrokerStatus, QueueStatus, fold
from core.review.check import Check

NOW = datetime(2026, 11, 22, 9, 2, 5, tzinfo=UTC)
NAME = "Asha"
READER = UserId(7001)
BROKER_ID = BrokerOrderId("26112200000003")

LIMIT = LegTerms("NSE", "RELIANCE", Action.BUY, Decimal(10), PriceType.LIMIT, Product.MIS, price=Decimal("2450.00"))
MARKET = replace(LIMIT, pricetype=PriceType.MARKET, price=Decimal(0), action=Action.SELL)
STOP = replace(LIMIT, pricetype=PriceType.SL, trigger_price=Decimal("2440.05"))
STOP_MARKET = replace(STOP, pricetype=PriceType.SL_M, price=Decimal(0))

ACCOUNT = Account(AccountId(1), "main", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, True, NOW)

CHECK = Check(
    at=NOW,
    last=Decimal("2460.00"),
    seen_at=NOW - timedelta(seconds=3),
    made_by="simulated",
    signal=Decimal("2450.00"),
    held=Decimal(0),
    held_after=Decimal(10),
    margin=Decimal(4900),
    left=Decimal(995100),
    charges=Decimal("12.34"),
    warnings=("NSE is closed: Christmas.",),
)
"""What was found out about the order for ten."""


def make_leg(number: int = 1, terms: LegTerms = LIMIT, **changes: Any) -> Leg:
    """A leg that was not sent yet, unless changed."""
    leg = Leg(LegId(number), number, terms, BrokerStatus.READY, ClientOrderId(f"CS{number}"))
    return replace(leg, **changes)


def make_order(*legs: Leg, **changes: Any) -> Order:
    """A pending order, unless changed."""
    order = Order(
        id=OrderId(42),
        account_id=ACCOUNT.id,
        api_type=ApiType.PLACEORDER,
        strategy="momentum",
        order_mode=OrderMode.SEMI_AUTO,
        trading_mode=TradingMode.LIVE,
        status=QueueStatus.PENDING,
        version=3,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
        legs=legs or (make_leg(),),
    )
    return replace(order, **changes)


def approved(leg: Leg | None = None, **changes: Any) -> Order:
    """An order that Asha approved two seconds after it came."""
    one = leg or make_leg()
    return make_order(
        one,
        status=QueueStatus.APPROVED,
        approved_at=NOW + timedelta(seconds=2),
        approved_by=NAME,
        approved_by_id=READER,
        execute_by=NOW + timedelta(seconds=62),
        broker_status=fold([one.broker_status]),
        **changes,
    )


def rejected(**changes: Any) -> Order:
    """An order that Asha rejected."""
    return make_order(
        status=QueueStatus.REJECTED, rejected_at=NOW, rejected_by=NAME, rejected_by_id=READER, **changes
    )


def at_broker(status: BrokerStatus, **changes: Any) -> Order:
    """An approved order whose leg has this status."""
    return approved(make_leg(broker_status=status, **changes))


def quotes(ltp: str | None = "2460.00", at: datetime = NOW) -> Any:
    """A feed that knows one price, or none."""

    def quote(exchange: str, symbol: str) -> Quote | None:
        if ltp is None:
            return None
        price = Decimal(ltp)
        return Quote(exchange, symbol, price, price, price, price, price, price, price, 1, at)

    return quote


def draw(
    order: Order,
    role: Role | None = Role.APPROVER,
    account: Account = ACCOUNT,
    ltp: str | None = "2460.00",
    many: bool = False,
    check: Check | None = None,
) -> Rendered:
    """The card that Asha sees."""
    return render_card(View(order, account, READER, role, many, check), quotes(ltp), NOW)


def lines(order: Order, **how: Any) -> list[str]:
    """The card's lines as read."""
    return draw(order, **how).plain.splitlines()


def labels(card: Rendered) -> list[str]:
    """The words on a card's buttons."""
    return [button.label for row in card.rows for button in row]
