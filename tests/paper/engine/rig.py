"""One paper book driven event by event, with nothing around it: no store, no feed, no clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.book.order_numbers import broker_order_id, next_order_number
from brokers.paper.engine.events import (
    ALWAYS_OPEN,
    BookEvent,
    Cancelled,
    Hours,
    Market,
    Modified,
    Placed,
    Quoted,
    Rules,
    Taken,
)
from brokers.paper.engine.funds import available, used
from brokers.paper.engine.step import step
from brokers.paper.symbols.contract_table import load_contract_table
from core.ids import BrokerOrderId, ClientOrderId
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage, PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Position, Trade

BUY, SELL = Action.BUY, Action.SELL
MARKET, LIMIT, SL, SL_M = PriceType.MARKET, PriceType.LIMIT, PriceType.SL, PriceType.SL_M
MIS, NRML, CNC = Product.MIS, Product.NRML, Product.CNC
OPEN, PENDING = BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING
COMPLETE, REJECTED, CANCELLED = BrokerStatus.COMPLETE, BrokerStatus.REJECTED, BrokerStatus.CANCELLED

START = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
"""A Monday, 10:00 IST."""
BOOK = 3
SHARE = Instrument("NSE", "SBIN", "State Bank", InstrumentType.EQUITY, 1, Decimal("0.05"))
Amount = Decimal | int | str


def contract(symbol: str) -> Instrument:
    """A listed future or option on NFO."""
    found = load_contract_table().parse("NFO", symbol, START.date())
    assert found is not None
    return found


class Rig:
    """The book and its market; every change is checked against a book loaded afresh."""

    def __init__(
        self, capital: Amount = 1_000_000, rules: Rules | None = None, leverage: Leverage | None = None
    ) -> None:
        self.rules = rules or Rules()
        self.now = START
        self.hours = ALWAYS_OPEN
        self.instrument = SHARE
        self.product = MIS
        self.strategy = "momentum"
        self.quotes: dict[str, Quote] = {}
        self.taken = Taken()
        self.orders: dict[BrokerOrderId, PaperOrder] = {}
        self.trades: list[Trade] = []
        self.state = BookState.of(PaperBook(PaperHead(Decimal(capital), leverage or Leverage())))
        self.quote(100)

    def quote(
        self, ltp: Amount, bid: Amount | None = None, ask: Amount | None = None, sizes: tuple[int, int] = (0, 0)
    ) -> None:
        """Let the market stand so; sizes are the bid's and the ask's."""
        last, buyers, sellers = (Decimal(ltp if price is None else price) for price in (ltp, bid, ask))
        known, day = (self.instrument.exchange, self.instrument.symbol), (last, last, last, last)
        self.quotes[self.instrument.symbol] = Quote(*known, last, buyers, sellers, *day, 0, self.now, *sizes)
        self.taken = Taken()

    def tick(
        self, ltp: Amount, bid: Amount | None = None, ask: Amount | None = None, sizes: tuple[int, int] = (0, 0)
    ) -> PaperChanges | None:
        """Let the market come to stand so, and show it to the book."""
        self.quote(ltp, bid, ask, sizes)
        return self.show()

    def show(self) -> PaperChanges | None:
        """Show the market as it stands to the book."""
        return self.do(Quoted(self.market()))

    def place(
        self,
        action: Action,
        quantity: int = 10,
        pricetype: PriceType = MARKET,
        price: Amount = 0,
        trigger: Amount = 0,
    ) -> PaperOrder:
        """A new order for the rig's instrument and product."""
        wanted = self.terms(action, quantity, pricetype, price, trigger)
        number = next_order_number(self.state.head.last_order_number, self.now)
        order_id = broker_order_id(BOOK, number)
        client = ClientOrderId(f"C{number}")
        new = PaperOrder(order_id, client, wanted, OPEN, self.now, self.now, strategy=self.strategy)
        self.do(Placed(new, self.market(), number))
        return self.orders[order_id]

    def modify(
        self,
        order: PaperOrder,
        quantity: int | None = None,
        price: Amount | None = None,
        trigger: Amount | None = None,
        pricetype: PriceType | None = None,
    ) -> PaperOrder:
        """The order with some of its terms changed. Raises BrokerRefused."""
        old = self.now_is(order).terms
        wanted = replace(
            old,
            quantity=old.quantity if quantity is None else Decimal(quantity),
            price=old.price if price is None else Decimal(price),
            trigger_price=old.trigger_price if trigger is None else Decimal(trigger),
            pricetype=pricetype or old.pricetype,
        )
        self.do(Modified(order.broker_order_id, wanted, self.market()))
        return self.now_is(order)

    def cancel(self, order: PaperOrder) -> PaperOrder:
        """The order taken back. Raises BrokerRefused."""
        self.do(Cancelled(order.broker_order_id, self.now))
        return self.now_is(order)

    def do(self, event: BookEvent) -> PaperChanges | None:
        """Let it happen, and check the sums."""
        changes = step(self.state, event, self.rules)
        if changes is not None:
            self.state = self.state.after(changes)
            self.orders |= {order.broker_order_id: order for order in changes.orders}
            self.trades += changes.trades
        loaded = BookState.of(self.state.to_book())
        assert loaded == self.state
        assert used(loaded) == used(self.state)
        return changes

    def wait(self, **length: float) -> None:
        """Time passes."""
        self.now += timedelta(**length)

    def close(self, opens_in: timedelta | None = None) -> None:
        """The exchange closes, until then."""
        self.hours = Hours(False, self.now + opens_in if opens_in else None, text="NSE is closed")

    def now_is(self, order: PaperOrder) -> PaperOrder:
        """The order as it stands."""
        return self.orders[order.broker_order_id]

    def terms(self, action: Action, quantity: int, pricetype: PriceType, price: Amount, trigger: Amount) -> LegTerms:
        """Terms for the rig's instrument and product."""
        instrument, amounts = self.instrument, (Decimal(price), Decimal(trigger))
        named = instrument.exchange, instrument.symbol, action, Decimal(quantity)
        return LegTerms(*named, pricetype, self.product, *amounts)

    def market(self) -> Market:
        """What is known of the rig's instrument."""
        return Market(self.instrument, self.quotes.get(self.instrument.symbol), self.now, self.hours, self.taken)

    def position(self) -> Position:
        """The only position."""
        (only,) = self.state.positions.values()
        return only

    @property
    def used(self) -> Decimal:
        """What is tied up, in rupees."""
        return used(self.state)

    @property
    def available(self) -> Decimal:
        """What is free, in rupees."""
        return available(self.state)


def filled(order: PaperOrder) -> tuple[BrokerStatus, Decimal, Decimal]:
    """Status, filled quantity and average price."""
    return order.status, order.filled_quantity, order.average_price


def amounts(*values: Amount) -> tuple[Decimal, ...]:
    """Several numbers as they are in a book."""
    return tuple(map(Decimal, values))
