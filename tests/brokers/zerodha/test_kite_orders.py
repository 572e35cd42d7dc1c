"""Kite's order and trade books are read as they are, with their gaps and new words."""

import logging
from decimal import Decimal

import pytest

from brokers.zerodha.kite_fields import rows
from brokers.zerodha.kite_orders import KiteOrder, read_order, read_trade
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from tests.brokers.zerodha.kite_samples import NOW, data_in, master


def book() -> dict[str, KiteOrder]:
    """The order book of the samples, by the last digit of each number."""
    read = [read_order(row, master(), NOW) for row in rows(data_in("orders.json"))]
    return {one.order.broker_order_id[-1]: one for one in read}


def test_a_filled_order_with_kite_s_own_tags_beside_ours() -> None:
    row = rows(data_in("orders.json"))[0]
    one = read_order(row, master(), NOW)

    assert one.order.broker_order_id == "2042130686722629633"
    assert one.order.client_order_id == "C0000000000000001"
    assert one.tags == {"C0000000000000001", "mktp", "mktp:2.00"}
    assert one.order.status is BrokerStatus.COMPLETE
    assert (one.order.filled_quantity, one.order.average_price) == (Decimal(10), Decimal("800.05"))
    assert one.order.terms == LegTerms("NSE", "SBIN", Action.BUY, Decimal(10), PriceType.MARKET, Product.MIS)
    assert one.order.placed_at.isoformat() == "2026-11-27T09:20:28+05:30"
    assert one.order.updated_at.isoformat() == "2026-11-27T09:20:29+05:30"


def test_a_cancelled_order_keeps_what_was_filled_and_when_it_began() -> None:
    order = book()["2"].order

    assert (order.status, order.filled_quantity) == (BrokerStatus.CANCELLED, Decimal(75))
    assert (order.terms.exchange, order.terms.symbol) == ("NFO", "NIFTY01DEC2626000CE")
    assert order.placed_at.isoformat() == "2026-11-27T09:21:38+05:30"
    assert order.client_order_id is None


def test_a_rejected_order_says_why() -> None:
    one = book()["3"]

    assert one.order.status is BrokerStatus.REJECTED
    assert one.order.message.startswith("Insufficient funds. Required margin is 95417.84")
    assert (one.variety, one.tags) == ("iceberg", frozenset({"two words"}))
    assert one.order.client_order_id is None


def test_lots_of_commodities_and_currencies_are_units() -> None:
    crude, dollars = book()["4"].order, book()["5"].order

    assert (crude.status, crude.terms.quantity) == (BrokerStatus.TRIGGER_PENDING, Decimal(200))
    assert (crude.terms.symbol, crude.terms.pricetype) == ("CRUDEOIL18DEC26FUT", PriceType.SL)
    assert (crude.terms.price, crude.terms.trigger_price) == (Decimal(5490), Decimal(5500))
    assert crude.client_order_id == "C0000000000000004"
    assert (dollars.status, dollars.terms.quantity, dollars.filled_quantity) == (
        BrokerStatus.OPEN,
        Decimal(3000),
        Decimal(1000),
    )


def test_a_row_with_little_in_it_is_read() -> None:
    order = book()["6"].order

    assert (order.status, order.terms.product) == (BrokerStatus.OPEN, Product.CNC)
    assert (order.filled_quantity, order.message) == (Decimal(0), "")


def test_a_new_word_stays_open_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    row = {**rows(data_in("orders.json"))[0], "status": "HALF WAY THERE"}

    with caplog.at_level(logging.WARNING):
        order = read_order(row, master(), NOW).order

    assert order.status is BrokerStatus.OPEN
    assert "HALF WAY THERE" in caplog.text


def test_an_instrument_that_is_not_listed_keeps_its_own_name() -> None:
    assert book()["7"].order.terms.symbol == "NEWLYLISTED"


def test_complete_without_a_fill_is_not_complete() -> None:
    row = {**rows(data_in("orders.json"))[0], "filled_quantity": 0}

    assert read_order(row, master(), NOW).order.status is BrokerStatus.OPEN


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PUT ORDER REQ RECEIVED", BrokerStatus.OPEN),
        ("VALIDATION PENDING", BrokerStatus.OPEN),
        ("OPEN PENDING", BrokerStatus.OPEN),
        ("MODIFIED", BrokerStatus.OPEN),
        ("CANCEL PENDING", BrokerStatus.OPEN),
        ("AMO REQ RECEIVED", BrokerStatus.OPEN),
        ("CANCELLED AMO", BrokerStatus.CANCELLED),
        ("TRIGGER PENDING", BrokerStatus.TRIGGER_PENDING),
    ],
)
def test_every_word_that_kite_lists(word: str, status: BrokerStatus, caplog: pytest.LogCaptureFixture) -> None:
    row = {**rows(data_in("orders.json"))[0], "status": word}

    assert read_order(row, master(), NOW).order.status is status
    assert not caplog.records


@pytest.mark.parametrize("name", ["order_id", "status", "tradingsymbol", "exchange", "transaction_type"])
def test_a_row_without_what_it_is_about_is_no_row(name: str) -> None:
    row = {**rows(data_in("orders.json"))[0], name: None}

    with pytest.raises(ValueError, match=name):
        read_order(row, master(), NOW)


def test_trades_have_their_time_and_units() -> None:
    option, share, dollars = [read_trade(row, master(), NOW) for row in rows(data_in("trades.json"))]

    assert (option.trade_id, option.symbol, option.action) == ("10000001", "NIFTY01DEC2626000CE", Action.SELL)
    assert (option.quantity, option.price) == (Decimal(75), Decimal("112.5"))
    assert option.at.isoformat() == "2026-11-27T09:22:39+05:30"
    assert share.broker_order_id == "2042130686722629633"
    assert (dollars.symbol, dollars.quantity) == ("USDINR29DEC26FUT", Decimal(1000))
