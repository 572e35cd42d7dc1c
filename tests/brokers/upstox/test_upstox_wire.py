"""Each of Upstox's documented answers, and what it becomes."""

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from brokers.common.json_text import parse_json
from brokers.common.rest.row_fields import readable
from brokers.upstox.upstox_books import (
    read_charges,
    read_funds,
    read_holding,
    read_margin,
    read_position,
    read_trade,
)
from brokers.upstox.upstox_login import login_url, read_session
from brokers.upstox.upstox_orders import (
    data_in,
    make_change,
    make_order,
    read_number,
    read_numbers,
    read_order,
    rows_in,
)
from brokers.upstox.upstox_quotes import read_depths
from brokers.upstox.upstox_symbols import parse_symbols
from core.errors import BrokerRefused, Unsupported
from core.ids import BrokerOrderId, ClientOrderId
from core.market.depth import Level
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Margin
from tests.brokers.upstox.test_upstox_contract import SAMPLES, SYMBOLS

DAY = date(2026, 11, 27)
MASTER = parse_symbols(SYMBOLS, DAY)
CALL = "NIFTY29DEC2626000CE"


def sample(name: str) -> Any:
    """An answer as it is read."""
    return parse_json((SAMPLES / name).read_bytes())


def figures(*values: object) -> tuple[object, ...]:
    """Values to compare with numbers as they are written."""
    return values


def test_order_book(caplog: pytest.LogCaptureFixture) -> None:
    orders = readable("Upstox", rows_in(sample("orders.json")), lambda row: read_order(row, MASTER))

    assert [figures(order.broker_order_id[-1:], order.status.value, order.filled_quantity) for order in orders] == [
        ("0", "complete", 1),
        ("1", "open", 65),
        ("2", "trigger pending", 0),
        ("3", "rejected", 0),
        ("4", "cancelled", 4),
        ("5", "open", 0),
        ("7", "open", 0),
    ]
    share, option, stop = orders[:3]
    assert share.client_order_id == "CAAAAAAAAAAAAAAA1"
    assert share.terms == LegTerms(
        "NSE", "SBIN", Action.BUY, Decimal(1), PriceType.LIMIT, Product.CNC, Decimal(571), Decimal(0)
    )
    assert share.placed_at == datetime(2026, 11, 27, 7, 55, 13, tzinfo=UTC)
    assert figures(option.terms.exchange, option.terms.symbol, option.terms.product, option.average_price) == (
        "NFO",
        CALL,
        Product.NRML,
        Decimal("112.55"),
    )
    assert figures(stop.terms.pricetype, stop.terms.trigger_price) == (PriceType.SL_M, 800)
    assert orders[3].message == "RMS: margin exceeds"
    assert orders[5].terms.symbol == "UNLISTED"
    assert "on the moon" in caplog.text
    assert "shows no fill" in caplog.text
    assert "product has a word" in caplog.text


def test_other_books() -> None:
    trade = read_trade(rows_in(sample("trades.json"))[0], MASTER)
    assert figures(trade.symbol, trade.quantity, trade.price) == (CALL, 65, Decimal("112.55"))
    assert trade.at == datetime(2026, 11, 27, 7, 56, 14, tzinfo=UTC)

    short, closed = (read_position(row, MASTER) for row in rows_in(sample("positions.json")))
    assert figures(short.quantity, short.ltp, short.unrealised, short.product) == (
        -65,
        Decimal("111.55"),
        65,
        Product.NRML,
    )
    assert figures(closed.quantity, closed.average_price, closed.realised) == (0, 0, 15)

    holding = read_holding(rows_in(sample("holdings.json"))[0], MASTER)
    assert figures(holding.symbol, holding.quantity, holding.average_price) == ("SBIN", 40, Decimal("655.75"))

    funds = read_funds(sample("funds.json"), (short, closed))
    assert figures(funds.available, funds.used, funds.realised, funds.unrealised) == (
        Decimal("15507.46"),
        Decimal("0.8"),
        15,
        65,
    )
    assert read_margin(sample("margin.json")) == Margin(Decimal("81217.5"), Decimal("25014.74"))
    assert read_charges(sample("charges.json")) == Decimal("153.67")


def test_session_ends_at_half_past_three_in_the_night() -> None:
    morning = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
    session = read_session(data_in(sample("profile.json")), morning)
    assert session.is_open
    assert session.expires_at == datetime(2026, 11, 27, 22, 0, tzinfo=UTC)

    night = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)
    assert read_session(data_in(sample("profile.json")), night).expires_at == session.expires_at


def test_quotes_are_rounded_from_binary_fractions() -> None:
    at = datetime(2026, 11, 27, 8, 8, 3, tzinfo=UTC)
    (depth,) = read_depths(sample("quotes.json"), MASTER, at)

    quote = depth.quote
    assert figures(quote.symbol, quote.ltp, quote.bid, quote.ask, quote.prev_close) == (
        "SBIN",
        Decimal("800.55"),
        Decimal("800.55"),
        0,
        805,
    )
    assert depth.bids == (Level(Decimal("800.55"), 6917),)
    assert figures(depth.asks, depth.total_bid) == ((), 6917)


def test_symbols_in_our_form() -> None:
    listed = {one.symbol for exchange in ("NSE", "NFO", "CDS") for one in MASTER.search("", exchange, 50)}
    assert listed == {
        "SBIN",
        "NIFTY29DEC26FUT",
        CALL,
        "NIFTY29DEC2625950CE",
        "SBIN29DEC26FUT",
        "USDINR29DEC2684.25PE",
    }
    share, call = MASTER.find("NSE", "SBIN"), MASTER.find("NFO", CALL)
    assert share is not None
    assert call is not None
    assert figures(share.tick, share.has_derivatives) == (Decimal("0.05"), True)
    assert MASTER.key_of("NSE", "SBIN") == "NSE_EQ|INE062A01020"
    assert figures(call.lot, call.freeze_quantity, call.strike, call.expiry) == (65, 1800, 26000, date(2026, 12, 29))
    assert MASTER.find("NSE_INDEX", "NIFTY")
    assert MASTER.find("NSE_INDEX", "BANKNIFTY")
    assert [one.strike for one in MASTER.list_options("NFO", "NIFTY", date(2026, 12, 29), "CE")] == [25950, 26000]


@pytest.mark.parametrize("raw", [b"<html></html>", b"{}", b"\x1f\x8bbroken", gzip.compress(b"[1", mtime=0)])
def test_other_files_are_no_list(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        parse_symbols(raw, DAY)


@pytest.mark.parametrize("pricetype", list(PriceType))
def test_orders_at_the_market_are_protected(pricetype: PriceType) -> None:
    terms = LegTerms("NSE", "SBIN", Action.BUY, Decimal(5), pricetype)
    for body in (make_order(terms, "NSE_EQ|1", ClientOrderId("C1")), make_change(BrokerOrderId("1"), terms)):
        assert body.get("market_protection") == (-1 if pricetype in {PriceType.MARKET, PriceType.SL_M} else None)


def test_fractions_are_refused() -> None:
    with pytest.raises(BrokerRefused, match="whole"):
        make_order(LegTerms("NSE", "SBIN", Action.BUY, Decimal("0.5")), "NSE_EQ|1", ClientOrderId("C1"))


def test_number_of_a_placed_order() -> None:
    assert read_number(sample("placed.json")) == "261127025562880"
    assert read_number(sample("placed-in-slices.json")) is None
    assert read_number(sample("placed-in-part.json")) is None
    with pytest.raises(ValueError, match="object"):
        read_number([])


def test_history_names_each_order_once() -> None:
    assert read_numbers(sample("history.json")) == ["261127025564798", "261127025564799"]


def test_login_page_needs_an_application() -> None:
    credentials = {"api_key": "k", "api_secret": "s", "redirect_uri": "https://a.b/c"}
    assert login_url(credentials) == (
        "https://api.upstox.com/v2/login/authorization/dialog"
        "?response_type=code&client_id=k&redirect_uri=https%3A%2F%2Fa.b%2Fc"
    )
    with pytest.raises(Unsupported):
        login_url({"access_token": "t"})
