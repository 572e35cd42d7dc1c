"""Prices, and orders about as good as they come from strategies."""

from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.order_numbers import broker_order_id, next_order_number
from brokers.paper.engine.events import BookEvent, Cancelled, Market, Modified, Placed, Quoted
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperOrder
from tests.paper.reference.stage import INSTRUMENTS, STARTING_PRICES, Ticker
from tests.paper.reference.views import BOOK_NUMBER, Actor, View, Waiting


class Trader(Actor):
    """Sends prices and orders."""

    def quote(self) -> list[BookEvent]:
        """A price, while there is trading."""
        if not self.stage.hours.is_open:
            return []
        ticker = self.dice.pick(self.tickers)
        if ticker not in self.stage.quotes or self.dice.whole(0, 9):
            self.stage.move(self.dice, ticker)
        return [Quoted(self.stage.market(ticker))]

    def place(self, view: View) -> Placed:
        """A new order."""
        ticker = self.dice.pick(self.tickers)
        if self.dice.whole(0, 9) == 0 and self.stage.hours.is_open:
            self.stage.move(self.dice, ticker)  # a quote that the book was not shown yet
        closing = self._closing(view)
        terms = closing or self._large(self._terms(ticker), view)
        market = self.stage.market((terms.exchange, terms.symbol))
        if self.dice.whole(0, 60) == 0:
            market = replace(market, instrument=None)
        elif closing and market.instrument and self.dice.whole(0, 9) == 0:
            # Lot and freeze quantity have changed since.
            lot = market.instrument.lot + 10
            market = replace(market, instrument=replace(market.instrument, lot=lot, freeze_quantity=lot))
        return self._placed(terms, market, view)

    def _placed(self, terms: LegTerms, market: Market, view: View) -> Placed:
        number = next_order_number(view.last_number, self.stage.now)
        order = PaperOrder(
            broker_order_id=broker_order_id(BOOK_NUMBER, number),
            client_order_id=ClientOrderId(f"C{number}"),
            terms=terms,
            status=BrokerStatus.OPEN,
            placed_at=self.stage.now,
            updated_at=self.stage.now,
            strategy=self.dice.pick(["momentum"] * 9 + ["Auto square-off"]),
        )
        return Placed(order, market, number)

    def _terms(self, ticker: Ticker, like: LegTerms | None = None) -> LegTerms:
        dice, instrument = self.dice, INSTRUMENTS[ticker]
        known = self.stage.quotes.get(ticker)
        middle = known.ltp if known and known.ltp else Decimal(STARTING_PRICES[ticker])
        price, trigger = (max(instrument.tick, middle + instrument.tick * dice.whole(-4, 4)) for _ in range(2))
        pricetype = dice.pick(list(PriceType))
        lots = dice.pick([1, 1, 2, 3, 4, 5, 5, 8, 21, 40 if ticker[0] == "NSE" else 9])
        exchange, symbol = ticker
        carried = Product.CNC if exchange == "NSE" else Product.NRML
        terms = LegTerms(
            exchange,
            symbol,
            dice.pick(list(Action)) if like is None else like.action,
            Decimal(lots * instrument.lot),
            pricetype,
            dice.pick([Product.MIS, carried]) if like is None else like.product,
            price if pricetype in (PriceType.LIMIT, PriceType.SL) else Decimal(0),
            trigger if pricetype in (PriceType.SL, PriceType.SL_M) else Decimal(0),
        )
        return terms if dice.whole(0, 30) else self._spoilt(terms)

    def _spoilt(self, terms: LegTerms) -> LegTerms:
        match self.dice.whole(0, 3):
            case 0:
                return replace(terms, quantity=Decimal(0))
            case 1:
                return replace(terms, quantity=terms.quantity + Decimal("0.5"))
            case 2:
                return replace(terms, price=terms.price + Decimal("0.01"))
            case _:
                return replace(terms, quantity=Decimal(65 * 1000))

    def _closing(self, view: View) -> LegTerms | None:
        """Sometimes an order that ends or reverses a position."""
        held = [(key, quantity) for key, quantity in view.positions.items() if quantity]
        if not held or self.dice.whole(0, 3):
            return None
        (exchange, symbol, product), quantity = self.dice.pick(held)
        action = Action.SELL if quantity > 0 else Action.BUY
        like = LegTerms(exchange, symbol, action, abs(quantity), product=product)
        terms = self._terms((exchange, symbol), like)
        return replace(terms, quantity=abs(quantity) * self.dice.pick([1, 1, 1, 2]))

    def _large(self, terms: LegTerms, view: View) -> LegTerms:
        """Sometimes about as much as there is money for."""
        ticker = (terms.exchange, terms.symbol)
        known = self.stage.quotes.get(ticker)
        if self.dice.whole(0, 2) or known is None or not known.ltp or view.available <= 0:
            return terms
        usual = {Product.MIS: 5, Product.CNC: 1, Product.NRML: 10}[terms.product]
        value = view.available * self.dice.pick([usual, usual, usual, 1, 10])
        instrument = INSTRUMENTS[ticker]
        quantity = value // ((terms.price or known.ltp) * instrument.lot) * instrument.lot
        most = Decimal(instrument.freeze_quantity or 10**6)
        return replace(terms, quantity=min(max(Decimal(instrument.lot), quantity), most))

    def modify(self, waiting: Waiting) -> Modified:
        """New terms, some of them the old ones."""
        old = waiting.terms
        terms = self._terms((old.exchange, old.symbol), old)
        match self.dice.whole(0, 5):
            case 0:
                terms = replace(old, quantity=terms.quantity)
            case 1 if old.price:
                terms = replace(old, price=old.price + INSTRUMENTS[old.exchange, old.symbol].tick)
            case 2:
                terms = old
        return Modified(waiting.order_id, terms, self.stage.market((old.exchange, old.symbol)))

    def cancel(self, view: View) -> Cancelled:
        """A waiting order is taken back, or one that nobody knows."""
        known = [waiting.order_id for waiting in view.waiting]
        return Cancelled(self.dice.pick([*known, BrokerOrderId("no such order")]), self.stage.now)
