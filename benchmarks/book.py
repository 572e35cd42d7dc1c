"""What ticks and orders cost in a paper book in which few orders rest, and in one in which very many do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.wire import Wrong
from brokers.paper.book.book_state import BookState
from brokers.paper.book.order_numbers import broker_order_id, next_order_number
from brokers.paper.engine.events import BookEvent, Cancelled, Market, Placed, Quoted, Rules
from brokers.paper.engine.step import step
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperHead, PaperOrder

FEW, MANY, SYMBOLS, FILLS = 1_000, 100_000, 50, 10
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
FIRST = next_order_number(0, NOW)
BOOK = 1
LOT, TICK = Decimal(10), Decimal("0.05")
LOW = Decimal(40)
"""Rupees: every buy is within reach."""
RULES = Rules()
MOST_TIMES = 3.0


@dataclass(frozen=True, slots=True)
class _Bench:
    """A book in which so many orders rest, evenly over all symbols: half buys below ₹90, half sells above ₹110."""

    count: int
    state: BookState = field(init=False)

    def __post_init__(self) -> None:
        orders = tuple(_order(number) for number in range(self.count))
        head = PaperHead(Decimal(10) ** 12, last_order_number=FIRST + self.count)
        object.__setattr__(self, "state", BookState.of(PaperBook(head, orders)))

    def quiet_tick(self) -> None:
        """A price that reaches no order."""
        if step(self.state, _quoted(Decimal(100)), RULES) is not None:
            raise Wrong("a price that reaches no order changed the book")

    def busy_tick(self) -> None:
        """A size that is enough for ten of the orders within reach."""
        _, changes = _let(self.state, _quoted(LOW, FILLS * int(LOT)))
        if len(changes.trades) != FILLS:
            raise Wrong(f"a tick filled {len(changes.trades)} orders instead of {FILLS}")

    def place(self) -> None:
        """One more order that rests."""
        _let(self.state, self._placed())

    def cancel(self) -> None:
        """One of the orders taken back."""
        _let(self.state, Cancelled(_order(self.count // 2).broker_order_id, NOW))

    def fill_all(self, ticks: int) -> int:
        """Tick after tick, each filling ten orders; the number of fills."""
        state, fills = self.state, 0
        for number in range(ticks):
            state, changes = _let(state, _quoted(LOW, FILLS * int(LOT), number % SYMBOLS))
            fills += len(changes.trades)
        return fills

    def _placed(self) -> Placed:
        number = self.count
        new = replace(_order(number - number % (2 * SYMBOLS)), broker_order_id=broker_order_id(BOOK, FIRST + number))
        return Placed(new, _market(Decimal(100)), FIRST + number)


Work = Callable[[_Bench], None]
WORKS: Mapping[str, Work] = {
    "tick that touches nothing": _Bench.quiet_tick,
    f"tick that fills {FILLS} orders": _Bench.busy_tick,
    "place": _Bench.place,
    "cancel": _Bench.cancel,
}


async def measure_book(_: Path, plan: Plan) -> list[Figure]:
    """How many times longer the same work takes where many orders rest. Raises Wrong."""
    few, many = _Bench(FEW), _Bench(min(MANY, plan.many))
    figures = [figure for name, work in WORKS.items() for figure in _compare(name, work, (few, many), plan.looks)]
    ticks = min(plan.looks * SYMBOLS, many.count // 2 // FILLS)
    started = perf_counter()
    fills = many.fill_all(ticks)
    return [*figures, Figure("book: fills by ticks, engine alone", fills / (perf_counter() - started), " /s")]


def _compare(name: str, work: Work, benches: tuple[_Bench, _Bench], looks: int) -> list[Figure]:
    lasted: tuple[list[float], list[float]] = ([], [])
    for _ in range(looks):
        for bench, times in zip(benches, lasted, strict=True):
            started = perf_counter()
            work(bench)
            times.append(perf_counter() - started)
    few, many = (median(times) for times in lasted)
    sizes = [f"{bench.count:,}" for bench in benches]
    return [
        Figure(f"book: {name}, {sizes[1]} resting", many * 1e6, " µs"),
        Figure(f"book: {name}, {sizes[1]} beside {sizes[0]}: ratio", many / few, "", MOST_TIMES),
    ]


def _let(state: BookState, event: BookEvent) -> tuple[BookState, PaperChanges]:
    """The event, and the state that it leads to."""
    changes = step(state, event, RULES)
    if changes is None:
        raise Wrong(f"{type(event).__name__} changed nothing")
    return state.after(changes), changes


def _order(number: int) -> PaperOrder:
    """The resting order of this number; every pair of neighbours buys and sells one symbol."""
    pair, is_sell = divmod(number, 2)
    away = TICK * (pair // SYMBOLS % 1_000)
    price = 110 + away if is_sell else 90 - away
    action = Action.SELL if is_sell else Action.BUY
    terms = LegTerms("NSE", _symbol(pair % SYMBOLS), action, LOT, PriceType.LIMIT, Product.MIS, price)
    named = broker_order_id(BOOK, FIRST + number), None
    return PaperOrder(*named, terms, BrokerStatus.OPEN, NOW, NOW, queued_at=NOW, reserve_price=price)


def _quoted(ltp: Decimal, size: int = 0, symbol: int = 0) -> Quoted:
    return Quoted(_market(ltp, size, symbol))


def _market(ltp: Decimal, size: int = 0, symbol: int = 0) -> Market:
    name = _symbol(symbol)
    listed = Instrument("NSE", name, name, InstrumentType.EQUITY, 1, TICK)
    return Market(listed, Quote("NSE", name, ltp, ltp, ltp, ltp, ltp, ltp, ltp, 0, NOW, size, size), NOW)


def _symbol(number: int) -> str:
    return f"SHARE{number}"
