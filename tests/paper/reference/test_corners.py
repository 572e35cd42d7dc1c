"""Corners too narrow for scripts at random to find, by both the engine and the reference."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from brokers.paper.book.order_numbers import broker_order_id
from brokers.paper.engine.events import BookEvent, Expired, Market, Modified, Placed, Quoted, Rules
from brokers.paper.symbols.contract_table import load_contract_table
from core.ids import ClientOrderId
from core.market.quotes import Quote
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage, PaperOrder
from tests.paper.reference.duel import Duel, Setting
from tests.paper.reference.stage import FIRST_DAY, INSTRUMENTS, at

SBIN = INSTRUMENTS["NSE", "SBIN"]
START = at(FIRST_DAY, 10, 0)
BUY, SELL, LIMIT = Action.BUY, Action.SELL, PriceType.LIMIT


def _market(second: int, bid: str, size: int = 0) -> Market:
    now, price = START + timedelta(seconds=second), Decimal(bid)
    quote = Quote("NSE", "SBIN", price, price, price + 1, price, price, price, price, 1, now, size, size)
    return Market(SBIN, quote, now)


def _placed(number: int, action: Action, quantity: int, limit: str, market: Market) -> Placed:
    terms = LegTerms("NSE", "SBIN", action, Decimal(quantity), PriceType.LIMIT, price=Decimal(limit))
    numbered = 200_000_000 + number
    order_id, ours = broker_order_id(3, numbered), ClientOrderId(f"C{number}")
    order = PaperOrder(order_id, ours, terms, BrokerStatus.OPEN, market.now, market.now)
    return Placed(order, market, numbered)


def _play(setting: Setting, events: Sequence[BookEvent]) -> Duel:
    duel = Duel(setting)
    for event in events:
        assert duel.process(event) == []
        assert not duel.refusal
    return duel


def test_a_late_sell_that_finds_a_better_price_may_need_more_than_there_is() -> None:
    setting = Setting(Decimal(200), Leverage(), Rules(latency=timedelta(seconds=1)))
    placed = _placed(1, SELL, 10, "100.00", _market(0, "100.00"))
    duel = _play(setting, [placed, Quoted(_market(2, "105.00"))])
    assert duel.reference.used == 210
    assert duel.reference.available == -10


def test_of_two_that_count_alike_the_lower_number_is_covered_first_however_late_its_price() -> None:
    setting = Setting(Decimal(100_000), Leverage(equity_mis=Decimal(7)), Rules())
    bought = _placed(1, BUY, 4, "101.00", _market(0, "100.00"))
    first = _placed(2, SELL, 3, "100.40", _market(1, "100.00"))
    second = _placed(3, SELL, 5, "100.20", _market(2, "100.00"))
    same = replace(first.order.terms, price=Decimal("100.20"))
    duel = _play(setting, [bought, first, second, Modified(first.order.broker_order_id, same, _market(3, "100.00"))])
    # 404 ÷ 7 for the position, 4 × 100.20 ÷ 7 for what is left of the second order; not 1 and 3 of either.
    assert duel.reference.used == Fraction("57.72") + Fraction("57.26")


def test_an_average_that_does_not_come_out_even_adds_no_paisa() -> None:
    for quantity, limits in ((7, ("128.00", "129.00")), (3, ("299.00", "301.00"))):
        setting = Setting(Decimal(100_000), Leverage(equity_mis=Decimal(1)), Rules())
        some = _placed(1, BUY, 1, limits[0], _market(0, str(Decimal(limits[0]) - 1)))
        more = _placed(2, BUY, quantity - 1, limits[1], _market(1, str(Decimal(limits[1]) - 1)))
        duel = _play(setting, [some, more])
        assert duel.reference.used == Decimal(limits[0]) + (quantity - 1) * Decimal(limits[1])


def test_a_contract_whose_close_nobody_knows_brings_no_profit() -> None:
    for symbol, action, price in (
        ("NIFTY24NOV2626000CE", BUY, "0"),
        ("NIFTY24NOV2626000CE", SELL, "100.34"),
        ("NIFTY24NOV26FUT", BUY, "100.33"),
        ("NIFTY24NOV26FUT", SELL, "100.34"),
    ):
        contract = INSTRUMENTS.get(("NFO", symbol)) or load_contract_table().parse("NFO", symbol, START.date())
        events: list[BookEvent] = []
        for second, (quantity, limit) in enumerate(((65, "100.00"), (130, "100.50"))):
            now, cost = START + timedelta(seconds=second), Decimal(limit)
            quote = Quote("NFO", symbol, cost, cost, cost, cost, cost, cost, cost, 1, now, 0, 0)
            terms = LegTerms("NFO", symbol, action, Decimal(quantity), product=Product.NRML)
            order_id, number = broker_order_id(3, 200_000_001 + second), 200_000_001 + second
            order = PaperOrder(order_id, ClientOrderId(f"C{second}"), terms, BrokerStatus.OPEN, now, now)
            events.append(Placed(order, Market(contract, quote, now), number))
        expired = Expired("NFO", symbol, None, 3, START + timedelta(days=3))
        duel = _play(Setting(Decimal(10_000_000), Leverage(), Rules()), [*events, expired])
        settled = duel.reference.orders[-1]
        assert duel.reference.trades[-1].price == Decimal(price)
        assert duel.reference.account.realised <= 0
        assert str(settled.message).startswith("The close of its last day is not known")


def test_what_is_left_of_an_order_that_came_marketable_trades_at_the_quote() -> None:
    setting = Setting(Decimal(100_000), Leverage(), Rules())
    placed = _placed(1, SELL, 10, "100.00", _market(0, "103.00", size=2))
    quotes = [Quoted(_market(1, "102.00", size=3)), Quoted(_market(2, "104.00", size=3))]
    duel = _play(setting, [placed, *quotes])
    fills = [(int(trade.quantity), int(trade.price)) for trade in duel.reference.trades]
    assert fills == [(2, 103), (3, 102), (3, 104)]
