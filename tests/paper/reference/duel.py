"""The engine and the reference side by side: one script, every difference after every event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from brokers.paper.book.book_state import BookState
from brokers.paper.engine.events import BookEvent, Rules
from brokers.paper.engine.funds import available, used
from brokers.paper.engine.step import step
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from core.portfolio.paper_book import Leverage, PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Trade
from tests.paper.reference.exchange import ReferenceExchange
from tests.paper.reference.records import Held, RefOrder, RefTrade
from tests.paper.reference.views import Fill, View, Waiting

DUST = Decimal("0.000001")


@dataclass(frozen=True)
class Setting:
    """What a script is played under."""

    capital: Decimal
    leverage: Leverage
    rules: Rules


@dataclass
class EngineRun:
    """The engine with the least of a store around it."""

    setting: Setting
    orders: dict[BrokerOrderId, PaperOrder] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = BookState.of(PaperBook(PaperHead(self.setting.capital, self.setting.leverage)))

    def process(self, event: BookEvent) -> PaperChanges | None:
        """Let it happen. Raises BrokerRefused."""
        changes = step(self.state, event, self.setting.rules)
        if changes is not None:
            self.state = self.state.after(changes)
            self.orders |= {order.broker_order_id: order for order in changes.orders}
            self.trades += changes.trades
        return changes


class Duel:
    """Both, fed the same events."""

    def __init__(self, setting: Setting) -> None:
        self.engine = EngineRun(setting)
        self.reference = ReferenceExchange(setting.capital, setting.leverage, setting.rules)
        self.refusal = ""
        self._agreed: dict[BrokerOrderId, PaperOrder] = {}
        """Orders that are over, as they were when both agreed on them."""

    def view(self) -> View:
        """What the script may know."""
        reference = self.reference
        waiting = [Waiting(order.id, order.terms) for order in reference.waiting]
        positions = {key: to_decimal(held.quantity) for key, held in reference.account.positions.items()}
        return View(waiting, positions, reference.last_number, to_decimal(reference.available))

    def process(self, event: BookEvent) -> list[str]:
        """Feed it to both, and name the differences."""
        count = len(self.engine.trades)
        self.refusal, theirs = _refusal(self.reference, event), _refusal(self.engine, event)
        if bool(self.refusal) != bool(theirs):
            return [f"refused: engine {theirs!r}, reference {self.refusal!r}"]
        return [*self._compare_orders(), *self._compare_trades(count), *self._compare_held(), *self._compare_money()]

    def fills_since(self, count: int) -> list[Fill]:
        """What a shell counts as taken."""
        return [Fill((t.exchange, t.symbol), t.action, t.quantity) for t in self.reference.trades[count:]]

    def _compare_orders(self) -> Iterable[str]:
        ours = {order.id: order for order in self.reference.orders}
        theirs = self.engine.orders
        if ours.keys() != theirs.keys():
            yield f"orders: engine only {theirs.keys() - ours.keys()}, reference only {ours.keys() - theirs.keys()}"
        for order_id in ours.keys() & theirs.keys():
            if self._agreed.get(order_id) is not theirs[order_id] or ours[order_id].is_waiting:
                yield from compare_order(theirs[order_id], ours[order_id])
            if not ours[order_id].is_waiting:
                self._agreed[order_id] = theirs[order_id]
        resting = {order.broker_order_id for order in self.engine.state.resting_orders()}
        waiting = {order.id for order in self.reference.waiting}
        if resting != waiting:
            yield f"waiting: engine only {resting - waiting}, reference only {waiting - resting}"

    def _compare_trades(self, count: int) -> Iterable[str]:
        theirs = [_essence(trade) for trade in self.engine.trades[count:]]
        ours = [_essence(trade) for trade in self.reference.trades[count:]]
        if theirs != ours:
            yield f"trades: engine {theirs}, reference {ours}"

    def _compare_held(self) -> Iterable[str]:
        book, account = self.engine.state.to_book(), self.reference.account
        positions = {(p.exchange, p.symbol, p.product): p for p in book.positions}
        holdings = {(h.exchange, h.symbol): h for h in book.holdings}
        yield from _compare_keys("positions", positions.keys(), account.positions.keys())
        yield from _compare_keys("holdings", holdings.keys(), account.holdings.keys())
        for key in positions.keys() & account.positions.keys():
            held, position = account.positions[key], positions[key]
            yield from _compare_quantity(str(key), position.quantity, position.average_price, held)
            yield from same(f"{key} realised", position.realised, held.realised)
            yield from same(f"{key} realised today", position.realised_today, held.realised_today)
        for ticker in holdings.keys() & account.holdings.keys():
            holding = holdings[ticker]
            yield from _compare_quantity(
                str(ticker), holding.quantity, holding.average_price, account.holdings[ticker]
            )

    def _compare_money(self) -> Iterable[str]:
        state, reference = self.engine.state, self.reference
        head, account = state.head, reference.account
        yield from same("cash", head.cash, reference.cash)
        yield from same("used", used(state), reference.used)
        yield from same("available", available(state), reference.available)
        yield from same("realised", head.realised, account.realised)
        yield from same("realised today", head.realised_today, account.realised_today)
        yield from same("charges", head.charges, account.charges)
        yield from same("charges today", head.charges_today, account.charges_today)
        theirs = (head.capital, head.leverage, head.last_order_number, head.day, head.reset_count)
        ours = (reference.capital, reference.leverage, reference.last_number, reference.day, reference.reset_count)
        if theirs != ours:
            yield f"head: engine {theirs}, reference {ours}"


def _refusal(exchange: ReferenceExchange | EngineRun, event: BookEvent) -> str:
    try:
        exchange.process(event)
    except BrokerRefused as refusal:
        return str(refusal)
    return ""


def compare_order(theirs: PaperOrder, ours: RefOrder) -> Iterable[str]:
    """The differences between two orders of the same id."""
    name = f"order {ours.id}"
    if theirs.terms != ours.terms or theirs.strategy != ours.strategy:
        yield f"{name}: engine {theirs.terms} {theirs.strategy}, reference {ours.terms} {ours.strategy}"
    if theirs.status is not ours.status:
        yield f"{name}: engine {theirs.status} {theirs.message!r}, reference {ours.status} {ours.message!r}"
    elif ours.message is not None and theirs.message != ours.message:
        yield f"{name}: engine says {theirs.message!r}, reference {ours.message!r}"
    yield from same(f"{name} filled", theirs.filled_quantity, Fraction(ours.filled))
    yield from same(f"{name} average", theirs.average_price, ours.average)
    if ours.is_waiting:
        if (theirs.arrives_at, theirs.queued_at) != (ours.arrives_at, ours.queued_at):
            yield f"{name}: engine queued {theirs.queued_at}, arrives {theirs.arrives_at}; reference {ours}"
        yield from same(f"{name} reserve price", theirs.reserve_price, Fraction(ours.reserve_price))


def _essence(trade: Trade | RefTrade) -> tuple[object, ...]:
    order_id = trade.broker_order_id if isinstance(trade, Trade) else trade.order_id
    where = (trade.exchange, trade.symbol, trade.product.value, trade.action.value)
    return (order_id, *where, trade.quantity, trade.price, trade.at, trade.strategy, trade.charges)


def _compare_keys(name: str, theirs: Iterable[object], ours: Iterable[object]) -> Iterable[str]:
    if set(theirs) != set(ours):
        yield f"{name}: engine {sorted(map(str, theirs))}, reference {sorted(map(str, ours))}"


def _compare_quantity(name: str, quantity: Decimal, average: Decimal, held: Held) -> Iterable[str]:
    yield from same(f"{name} quantity", quantity, held.quantity)
    if held.quantity:
        yield from same(f"{name} average", average, held.average)


def same(name: str, theirs: Decimal, ours: Fraction) -> Iterable[str]:
    """Nothing, or the difference of two numbers that should be the same but for dust."""
    if theirs.as_integer_ratio() != (ours.numerator, ours.denominator) and abs(theirs - to_decimal(ours)) > DUST:
        yield f"{name}: engine {theirs}, reference {to_decimal(ours)}"


def to_decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal number."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def differs(setting: Setting, events: Sequence[BookEvent]) -> list[str]:
    """The first differences of a list of events; empty when there are none."""
    duel = Duel(setting)
    for event in events:
        found = duel.process(event)
        if found:
            return found
    return []


def shortest(setting: Setting, events: Sequence[BookEvent]) -> list[BookEvent]:
    """What is left of events that differ when all that does not matter is taken out."""
    kept = list(events)
    for number in reversed(range(len(events))):
        without = kept[:number] + kept[number + 1 :]
        if differs(setting, without):
            kept = without
    return kept
