"""Positions, holdings, money, margin, charges and prices as Kite writes them."""

from decimal import Decimal

import pytest

from brokers.zerodha.kite_portfolio import read_charges, read_funds, read_holdings, read_margin, read_positions
from brokers.zerodha.kite_quotes import read_depth, read_quotes
from core.market.depth import Level
from core.orders.order import Product
from tests.brokers.zerodha.kite_samples import NOW, data_in, master


def test_positions_have_their_profit_worked_out() -> None:
    share, crude, closed = read_positions(data_in("positions.json"), master())

    assert share.key == ("NSE", "SBIN", Product.MIS)
    assert (share.quantity, share.average_price) == (Decimal(6), Decimal(800))
    assert (share.realised, share.unrealised) == (Decimal(20), Decimal(30))
    assert (crude.symbol, crude.quantity) == ("CRUDEOIL18DEC26FUT", Decimal(-200))
    assert (crude.realised, crude.unrealised, crude.cost) == (Decimal(0), Decimal(2000), Decimal(1_100_000))
    assert (closed.quantity, closed.realised, closed.unrealised) == (Decimal(0), Decimal(7500), Decimal(0))


def test_positions_of_products_that_only_kite_has_are_left_out() -> None:
    assert "INFY" not in {one.symbol for one in read_positions(data_in("positions.json"), master())}


def test_holdings_are_what_can_be_sold_now_or_after_delivery() -> None:
    bse, idea = read_holdings(data_in("holdings.json"), master())

    assert (bse.exchange, bse.symbol, bse.quantity) == ("BSE", "SBIN", Decimal(18))
    assert (bse.average_price, bse.ltp) == (Decimal("640.5"), Decimal("800.05"))
    assert idea.average_price == Decimal("8.2556")


def test_money_is_that_of_all_segments_and_profit_that_of_the_positions() -> None:
    funds = read_funds(data_in("margins.json"), read_positions(data_in("positions.json"), master()))

    assert funds.available == Decimal("80762.80")
    assert (funds.used, funds.collateral) == (Decimal("25100.3"), Decimal(5000))
    assert (funds.realised, funds.unrealised) == (Decimal(7520), Decimal(2030))


def test_margin_is_the_one_with_the_hedge() -> None:
    margin = read_margin(data_in("basket_margins.json"))

    assert (margin.span, margin.total) == (Decimal("25000.25"), Decimal("35000.75"))


def test_charges_are_summed_and_none_may_be_missing() -> None:
    assert read_charges(data_in("charges.json"), 2) == Decimal("3.43")
    with pytest.raises(ValueError, match="no charges"):
        read_charges(data_in("charges.json"), 3)


def test_prices_of_a_share_and_of_an_index() -> None:
    wanted = {"NSE:SBIN": ("NSE", "SBIN"), "NSE:NIFTY 50": ("NSE_INDEX", "NIFTY")}

    share, index = read_quotes(data_in("quote.json"), wanted, NOW)

    assert (share.ltp, share.bid, share.ask) == (Decimal("800.05"), Decimal(800), Decimal("800.1"))
    assert (share.bid_size, share.ask_size, share.volume) == (170, 95, 7360198)
    assert (share.open, share.high, share.low, share.prev_close) == (
        Decimal(796),
        Decimal("803.35"),
        Decimal("792.45"),
        Decimal("795.1"),
    )
    assert (index.symbol, index.ltp, index.bid, index.volume) == ("NIFTY", Decimal("26123.4"), Decimal(0), 0)
    assert share.at == NOW


def test_what_has_no_price_is_left_out() -> None:
    wanted = {"NFO:NIFTY26DECFUT": ("NFO", "NIFTY29DEC26FUT"), "NSE:INFY": ("NSE", "INFY")}

    assert not read_quotes(data_in("quote.json"), wanted, NOW)
    assert read_depth(data_in("quote.json"), "NSE:INFY", ("NSE", "INFY"), NOW) is None
    assert read_depth(data_in("quote.json"), "NFO:NIFTY26DECFUT", ("NFO", "NIFTY29DEC26FUT"), NOW) is None


def test_depth_ends_where_kite_fills_up_with_zeros() -> None:
    depth = read_depth(data_in("quote.json"), "NSE:SBIN", ("NSE", "SBIN"), NOW)

    assert depth is not None
    assert depth.bids == (Level(Decimal(800), 170), Level(Decimal("799.95"), 400))
    assert depth.asks == (Level(Decimal("800.1"), 95), Level(Decimal("800.15"), 11))
    assert (depth.total_bid, depth.total_ask, depth.last_quantity) == (120345, 98765, 25)


@pytest.mark.parametrize("data", [{}, [], {"net": 3}, {"net": [{"product": "MIS"}]}, {"equity": {"net": "much"}}])
def test_what_is_no_book_is_not_an_empty_one(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_funds(data, ())
    if data not in ({}, {"equity": {"net": "much"}}):
        with pytest.raises(ValueError, match=r"."):
            read_positions(data, master())
