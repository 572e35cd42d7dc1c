"""Recording stand-ins for the use cases, so that these tests see exactly what the HTTP face asked of core."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from core.accounts import Account, Caller, OrderMode, TradingMode
from core.errors import StillRunning, Unauthorized
from core.ids import AccountId, ApiKeyId, BrokerOrderId, ClientOrderId, LegId, OrderId
from core.orders.broker_order import BrokerOrder
from core.orders.intents import Single
from core.orders.order import Action, ApiType, Leg, LegTerms, Order, PriceType
from core.orders.router import Operation, route
from core.orders.states import BrokerStatus, QueueStatus
from core.portfolio.positions import Funds
from core.ports import IdempotentKey, StoredAnswer
from core.services.facade import Services
from core.services.intake.idempotency import require_same_request
from core.services.intake.intake import OrderRequest, Queued, Result
from core.services.trading.open_orders import CancelledAll

NOW = datetime(2026, 11, 22, 9, 2, 5, tzinfo=UTC)
"""14:32:05 in India."""
LIVE, SANDBOX, LIVE_AUTO, SANDBOX_AUTO = "key-live", "key-sandbox", "key-live-auto", "key-sandbox-auto"


def account(account_id: int, order_mode: OrderMode, trading_mode: TradingMode) -> Account:
    return Account(AccountId(account_id), "Asha", "paper", order_mode, trading_mode, True, NOW)


def caller(account_id: int, order_mode: OrderMode, trading_mode: TradingMode) -> Caller:
    return Caller(ApiKeyId(account_id * 10), account(account_id, order_mode, trading_mode))


CALLERS = {
    LIVE: caller(1, OrderMode.SEMI_AUTO, TradingMode.LIVE),
    SANDBOX: caller(2, OrderMode.SEMI_AUTO, TradingMode.SANDBOX),
    LIVE_AUTO: caller(3, OrderMode.AUTO, TradingMode.LIVE),
    SANDBOX_AUTO: caller(4, OrderMode.AUTO, TradingMode.SANDBOX),
}

TERMS = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10), PriceType.LIMIT, price=Decimal("800.05"))


def a_leg(status: BrokerStatus = BrokerStatus.OPEN, orderid: str | None = "26112254370564", **more: Any) -> Leg:
    number = more.pop("number", 1)
    known = BrokerOrderId(orderid) if orderid is not None else None
    terms, part = more.pop("terms", TERMS), more.pop("part", 1)
    return Leg(LegId(number), number, terms, status, ClientOrderId(f"CS{number}"), part, known, **more)


def an_order(*legs: Leg, trading_mode: TradingMode = TradingMode.LIVE, **more: Any) -> Order:
    made = Order(
        id=OrderId(7),
        account_id=AccountId(1),
        api_type=ApiType.PLACEORDER,
        strategy="S",
        order_mode=OrderMode.AUTO,
        trading_mode=trading_mode,
        status=QueueStatus.APPROVED,
        version=1,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
        legs=legs or (a_leg(),),
    )
    return replace(made, **more)


def a_broker_order(orderid: str = "240001", **more: Any) -> BrokerOrder:
    made = BrokerOrder(BrokerOrderId(orderid), None, TERMS, BrokerStatus.OPEN, NOW, NOW, strategy="S")
    return replace(made, **more)


class Stub:
    """An async function that remembers its calls and answers, or raises, what it was told to."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.calls: list[tuple[Any, ...]] = []

    async def __call__(self, *args: Any) -> Any:
        self.calls.append(args)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Gated(Stub):
    """A stub behind the real mode table, as core's own functions are."""

    def __init__(self, operation: Operation, answer: object) -> None:
        super().__init__(answer)
        self.operation = operation

    async def __call__(self, *args: Any) -> Any:
        asking: Account = args[0].account
        route(self.operation, asking.order_mode, asking.trading_mode)
        return await super().__call__(*args)


class FakeKeys:
    """Knows the four keys."""

    def __init__(self) -> None:
        self.fault: Exception | None = None

    async def authenticate(self, secret: str) -> Caller:
        if self.fault is not None:
            raise self.fault
        if secret not in CALLERS:
            raise Unauthorized("Invalid openalgo apikey")
        return CALLERS[secret]

    recognise = authenticate


class FakeIntake:
    """Queues or sends as the mode table says; a repeat under the same key gets what was stored."""

    def __init__(self, answers: "FakeAnswers") -> None:
        self._answers = answers
        self.answer: object = None
        self.requests: list[OrderRequest] = []

    async def submit(self, request: OrderRequest) -> Result:
        if request.idempotent is not None:
            key = (request.caller.api_key_id, request.idempotent.key)
            stored = self._answers.stored.get(key)
            if stored is not None:
                require_same_request(stored, request.idempotent)
                return stored if stored.status else Queued(OrderId(347))
            self._answers.stored[key] = StoredAnswer(request.idempotent.fingerprint, OrderId(347), None, None)
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return cast("Result", self.answer or Queued(OrderId(347)))

    def single_terms(self) -> list[LegTerms]:
        """What was asked for, by requests for one leg."""
        return [request.intent.terms for request in self.requests if isinstance(request.intent, Single)]


class FakeAnswers:
    """Answers kept in memory, judged as core judges them."""

    def __init__(self) -> None:
        self.stored: dict[tuple[ApiKeyId, str], StoredAnswer] = {}
        self.keep_fault: Exception | None = None

    def judge(self, stored: StoredAnswer, idempotent: IdempotentKey) -> StoredAnswer:
        require_same_request(stored, idempotent)
        if stored.status is None:
            raise StillRunning
        return stored

    async def reserve(self, api_key_id: ApiKeyId, idempotent: IdempotentKey) -> StoredAnswer | None:
        stored = self.stored.get((api_key_id, idempotent.key))
        if stored is not None:
            return self.judge(stored, idempotent)
        self.stored[api_key_id, idempotent.key] = StoredAnswer(idempotent.fingerprint, None, None, None)
        return None

    async def keep(self, api_key_id: ApiKeyId, idempotent: IdempotentKey, status: int, body: str) -> None:
        if self.keep_fault is not None:
            raise self.keep_fault
        was = self.stored[api_key_id, idempotent.key]
        self.stored[api_key_id, idempotent.key] = replace(was, status=status, body=body)


@dataclass
class FakeTrading:
    """Cancel, modify and close behind the real mode table."""

    cancel: Stub = field(default_factory=lambda: Gated(Operation.CANCELORDER, a_broker_order()))
    modify: Stub = field(default_factory=lambda: Gated(Operation.MODIFYORDER, a_broker_order()))
    cancel_all: Stub = field(default_factory=lambda: Gated(Operation.CANCELALLORDER, CancelledAll((), ())))
    close_all: Stub = field(default_factory=lambda: Gated(Operation.CLOSEPOSITION, None))


@dataclass
class FakeGtts:
    """Triggers behind the real mode table."""

    modify: Stub = field(default_factory=lambda: Gated(Operation.MODIFYGTTORDER, None))
    cancel: Stub = field(default_factory=lambda: Gated(Operation.CANCELGTTORDER, None))
    list: Stub = field(default_factory=lambda: Stub(()))


@dataclass
class FakeBooks:
    """What the broker holds."""

    lot = staticmethod(lambda *of: 1 if of[-1] == "SBIN" else None)
    order: Stub = field(default_factory=lambda: Stub(a_broker_order()))
    orders: Stub = field(default_factory=lambda: Stub(()))
    trades: Stub = field(default_factory=lambda: Stub(()))
    positions: Stub = field(default_factory=lambda: Stub(()))
    holdings: Stub = field(default_factory=lambda: Stub(()))
    funds: Stub = field(default_factory=lambda: Stub(Funds(Decimal(1000), Decimal(0))))
    open_quantity: Stub = field(default_factory=lambda: Stub(Decimal(0)))


class FakeModes:
    """The analyzer toggle behind the real mode table."""

    async def toggle(self, asking: Caller, sandbox: bool) -> Account:
        route(Operation.ANALYZER_TOGGLE, asking.account.order_mode, asking.account.trading_mode)
        return replace(asking.account, trading_mode=TradingMode.SANDBOX if sandbox else TradingMode.LIVE)


@dataclass
class FakeOrderStatus:
    """One order to be asked about."""

    get: Stub = field(default_factory=lambda: Stub(an_order()))
    count_readers: Stub = field(default_factory=lambda: Stub(2))


@dataclass
class FakeHealth:
    """Everything is fine."""

    readiness: Stub = field(default_factory=lambda: Stub({"database": "", "telegram": ""}))
    attention: Stub = field(default_factory=lambda: Stub({"cards": ""}))

    prices = staticmethod(lambda: "simulated, last tick 1 s ago")


class FakeServices:
    """The use cases that the HTTP face calls."""

    def __init__(self) -> None:
        self.keys = FakeKeys()
        self.answers = FakeAnswers()
        self.intake = FakeIntake(self.answers)
        self.trading = FakeTrading()
        self.refused_operations = SimpleNamespace(note=Stub(None), note_new_order=Stub(None))
        self.gtts = FakeGtts()
        self.books = FakeBooks()
        self.modes = FakeModes()
        self.order_status = FakeOrderStatus()
        self.health = FakeHealth()

    def as_services(self) -> Services:
        """Itself, as the face is given it."""
        return cast("Services", self)
