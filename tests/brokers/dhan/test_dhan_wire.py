"""Each of Dhan's documented answers, and what it becomes."""

import json
import logging
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brokers.common.json_text import parse_json
from brokers.common.rest.listing import require
from brokers.common.rest.row_fields import readable
from brokers.common.symbol_master import SymbolMaster
from brokers.dhan.dhan_books import (
    add_margins,
    read_funds,
    read_holding,
    read_margin,
    read_position,
    read_session,
    read_trade,
)
from brokers.dhan.dhan_orders import make_change, make_order, protective_limit, read_number, read_order
from brokers.dhan.dhan_quotes import read_depths
from brokers.dhan.dhan_symbols import parse_symbols
from core.errors import BrokerRefused, BrokerUnavailable
from core.ids import BrokerOrderId, ClientOrderId
from core.market.depth import Level
from core.market.instruments import InstrumentType
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Margin

SAMPLES = Path(__file__).parents[2] / "samples" / "dhan"
DAY = date(2026, 11, 27)
MASTER = parse_symbols((SAMPLES / "symbols.csv").read_bytes(), DAY)
CALL = "NIFTY29DEC2626000CE"


def sample(name: str) -> Any:
    """An answer as it is read."""
    return parse_json((SAMPLES / name).read_bytes())


def figures(*values: object) -> tuple[object, ...]:
    """Values to compare with numbers as they are written."""
    return values


def test_order_book(caplog: pytest.LogCaptureFixture) -> None:
    orders = readable("Dhan", sample("orders.json"), lambda row: read_order(row, MASTER))

    assert [figures(order.broker_order_id[-2:], order.status.value, order.filled_quantity) for order in orders] == [
        ("45", "trigger pending", 0),
        ("46", "open", 65),
        ("47", "complete", 3),
        ("48", "rejected", 0),
        ("49", "cancelled", 4),
        ("50", "cancelled", 0),
        ("51", "open", 0),
        ("52", "open", 0),
    ]
    stop, option = orders[0], orders[1]
    assert stop.client_order_id == "CAAAAAAAAAAAAAAA1"
    assert stop.terms == LegTerms(
        "NSE", "SBIN", Action.BUY, Decimal(5), PriceType.SL, Product.MIS, Decimal(816), Decimal(800)
    )
    assert figures(option.terms.exchange, option.terms.symbol, option.terms.product) == ("NFO", CALL, Product.NRML)
    assert option.average_price == Decimal("112.55")
    assert option.placed_at == datetime(2026, 11, 27, 8, 4, 3, tzinfo=UTC)
    assert option.updated_at == datetime(2026, 11, 27, 8, 8, 2, tzinfo=UTC)
    assert orders[2].client_order_id is None
    assert orders[3].message == "RMS:Margin exceeds"
    assert orders[5].terms.symbol == "UNLISTED"
    assert "ON_THE_MOON" in caplog.text
    assert "shows no fill" in caplog.text
    assert "productType has a word that is not known" in caplog.text


def test_other_books() -> None:
    trade = read_trade(sample("trades.json")[0], MASTER)
    assert figures(trade.symbol, trade.quantity, trade.price, trade.action) == (
        CALL,
        65,
        Decimal("112.55"),
        Action.SELL,
    )
    assert trade.at == datetime(2026, 11, 27, 8, 8, 1, tzinfo=UTC)

    long, short, closed = (read_position(row, MASTER) for row in sample("positions.json"))
    assert figures(long.quantity, long.average_price, long.ltp, long.unrealised) == (
        40,
        Decimal("800.1"),
        Decimal("803.15"),
        Decimal("122"),
    )
    assert figures(short.quantity, short.ltp, short.unrealised) == (-65, Decimal("111.55"), 65)
    assert figures(closed.quantity, closed.realised, closed.ltp) == (0, 15, 0)

    holding = read_holding(sample("holdings.json")[0], MASTER)
    assert figures(holding.exchange, holding.symbol, holding.quantity, holding.ltp) == ("NSE", "SBIN", 1000, 800)

    funds = read_funds(sample("fundlimit.json"), (long, short, closed))
    assert figures(funds.available, funds.used, funds.collateral) == (
        Decimal("98440.35"),
        Decimal("15202.15"),
        Decimal("12.5"),
    )
    assert figures(funds.realised, funds.unrealised) == (15, 187)

    margin = read_margin(sample("margincalculator.json"))
    assert margin == Margin(Decimal(1797), Decimal(1003))
    assert add_margins([margin, margin]).total == 5600


def test_session_ends_with_its_token() -> None:
    session = read_session(sample("profile.json"))

    assert session.is_open
    assert session.expires_at == datetime(2026, 11, 28, 3, 35, tzinfo=UTC)


def test_quotes_without_the_levels_that_fill_up() -> None:
    at = datetime(2026, 11, 27, 8, 8, 3, tzinfo=UTC)
    (depth,) = read_depths(sample("quote.json"), MASTER, at)

    assert figures(depth.quote.symbol, depth.quote.ltp, depth.quote.bid, depth.quote.ask) == (
        "SBIN",
        Decimal("800.55"),
        Decimal("800.5"),
        0,
    )
    assert depth.quote.prev_close == 805
    assert depth.bids == (Level(Decimal("800.5"), 1800), Level(Decimal("800.45"), 25))
    assert figures(depth.asks, depth.total_bid, depth.quote.at) == ((), 1825, at)


def test_symbols_in_our_form() -> None:
    listed = {one.symbol for exchange in ("NSE", "NFO", "CDS", "MCX") for one in MASTER.search("", exchange, 50)}
    assert listed == {
        "SBIN",
        "HFCL",
        "NIFTY29DEC26FUT",
        CALL,
        "NIFTY29DEC2625950CE",
        "NIFTY29DEC2626000PE",
        "SBIN29DEC26FUT",
        "USDINR29DEC2684.25PE",
        "CRUDEOIL18DEC26FUT",
    }
    share, call, rupee = (
        MASTER.find(*ticker) for ticker in (("NSE", "SBIN"), ("NFO", CALL), ("CDS", "USDINR29DEC2684.25PE"))
    )
    assert share is not None
    assert call is not None
    assert rupee is not None
    assert figures(share.tick, share.has_derivatives, share.name) == (Decimal("0.05"), True, "STATE BANK OF INDIA")
    assert MASTER.key_of("NSE", "SBIN") == "NSE_EQ|3045"
    assert figures(call.lot, call.freeze_quantity, call.strike, call.expiry, call.type) == (
        65,
        1756,
        26000,
        date(2026, 12, 29),
        InstrumentType.CALL,
    )
    assert rupee.tick == Decimal("0.0025")
    assert MASTER.find("NSE_INDEX", "NIFTY")
    assert [one.strike for one in MASTER.list_options("NFO", "NIFTY", date(2026, 12, 29), "CE")] == [25950, 26000]
    assert MASTER.as_of == DAY
    with pytest.raises(ValueError, match="not Dhan's"):
        parse_symbols(b"<html></html>", DAY)


def test_long_list_is_read_quickly() -> None:
    head, *rest = (SAMPLES / "symbols.csv").read_text().splitlines()
    option = next(line for line in rest if "26000-CE" in line)
    lines = [
        option.replace("35084", str(100_000 + number)).replace("26000.00000", f"{number}.00000")
        for number in range(20_000)
    ]
    began = time.process_time()

    master = parse_symbols("\n".join([head, *lines]).encode(), DAY)

    assert len(master) == 20_000
    assert time.process_time() - began < 4


SBIN = require(MASTER, "NSE", "SBIN")


@pytest.mark.parametrize(
    ("action", "trigger", "limit"),
    [(Action.BUY, "800", "816"), (Action.SELL, "800.05", "784"), (Action.SELL, "0.05", "0.05")],
)
def test_sl_m_becomes_a_stop_with_a_protective_limit(action: Action, trigger: str, limit: str) -> None:
    terms = LegTerms("NSE", "SBIN", action, Decimal(5), PriceType.SL_M, Product.MIS, trigger_price=Decimal(trigger))
    assert protective_limit(terms, SBIN.instrument) == Decimal(limit)

    for body in (
        make_order(terms, SBIN, ClientOrderId("C1")),
        make_change(BrokerOrderId("1"), terms, SBIN.instrument),
    ):
        assert figures(body["orderType"], body["price"], body["triggerPrice"]) == (
            "STOP_LOSS",
            Decimal(limit),
            Decimal(trigger),
        )


def test_options_have_more_room() -> None:
    call = require(MASTER, "NFO", CALL)
    terms = LegTerms(
        "NFO", CALL, Action.BUY, Decimal(65), PriceType.SL_M, Product.NRML, trigger_price=Decimal("100.05")
    )

    assert protective_limit(terms, call.instrument) == Decimal("105.1")


def test_fractions_and_unknown_symbols_are_refused() -> None:
    with pytest.raises(BrokerRefused, match="whole"):
        make_order(LegTerms("NSE", "SBIN", Action.BUY, Decimal("0.5")), SBIN, ClientOrderId("C1"))
    with pytest.raises(BrokerRefused, match="does not list"):
        require(MASTER, "NSE", "NOSUCH")
    with pytest.raises(BrokerUnavailable):
        require(SymbolMaster(), "NSE", "SBIN")


def test_number_of_a_placed_order() -> None:
    assert read_number(sample("placed.json")) == "112111182198"
    assert read_number({}) is None
    assert read_number(parse_json(json.dumps({"orderId": 112111182198}))) == "112111182198"
    with pytest.raises(ValueError, match="object"):
        read_number([])


def test_line_that_cannot_be_read_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert not readable("Dhan", [{}], lambda row: read_order(row, MASTER))
    assert "cannot be read" in caplog.text
