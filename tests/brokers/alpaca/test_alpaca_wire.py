"""Each of Alpaca's documented answers, and what it becomes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from brokers.alpaca.alpaca_books import (
    closed_positions,
    read_funds,
    read_position,
    read_session,
    read_trade,
    whole_value,
)
from brokers.alpaca.alpaca_orders import chains, make_change, make_order, read_number, read_order
from brokers.alpaca.alpaca_quotes import read_depths
from brokers.alpaca.alpaca_symbols import parse_symbols
from brokers.common.json_text import parse_json
from brokers.common.rest.row_fields import readable
from core.errors import BrokerRefused
from core.ids import ClientOrderId
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from tests.brokers.alpaca.test_alpaca_contract import ASSETS, SAMPLES

MASTER = parse_symbols(ASSETS, date(2026, 11, 27))
OURS = ClientOrderId("CABCDEFGHJKMNPQR1")


def sample(name: str) -> Any:
    """An answer as it is read."""
    return parse_json((SAMPLES / name).read_bytes())


def figures(*values: object) -> tuple[object, ...]:
    """Values to compare with numbers as they are written."""
    return values


def apple(pricetype: PriceType = PriceType.MARKET, **other: Any) -> LegTerms:
    """One and a half shares of Apple."""
    fields = {"product": Product.CNC} | other
    return LegTerms("NASDAQ", "AAPL", Action.BUY, Decimal("1.50"), pricetype, **fields)


def test_order_book_in_which_a_changed_order_is_one(caplog: pytest.LogCaptureFixture) -> None:
    found = chains(sample("orders.json"))
    lasts = {first["id"]: last for first, last in found}
    firsts = [first for first, _ in found]
    orders = readable("Alpaca", firsts, lambda row: read_order(row, lasts[row["id"]], MASTER))

    assert [figures(order.client_order_id, order.status.value, order.filled_quantity) for order in orders] == [
        ("CAAAAAAAAAAAAAAA1", "complete", Decimal("1.5")),
        ("CAAAAAAAAAAAAAAA2", "open", 3),
        ("CAAAAAAAAAAAAAAA4", "trigger pending", 0),
        ("CAAAAAAAAAAAAAAA5", "rejected", 0),
        ("CAAAAAAAAAAAAAAA6", "open", 0),
        ("CAAAAAAAAAAAAAAA7", "cancelled", 2),
    ]
    share, changed, coin = orders[:3]
    assert share.terms == LegTerms("NASDAQ", "AAPL", Action.BUY, Decimal("1.5"), PriceType.MARKET, Product.CNC)
    assert share.average_price == Decimal("225.3333")
    assert share.placed_at == datetime(2026, 11, 27, 15, 30, 2, 120000, tzinfo=UTC)
    assert figures(changed.broker_order_id[-2:], changed.terms.quantity, changed.terms.price) == ("7e", 8, 229)
    assert figures(coin.terms.exchange, coin.terms.symbol, coin.terms.trigger_price) == ("CRYPTO", "BTCUSD", 90000)
    assert "on_the_moon" in caplog.text
    assert "type has a word that is not known" in caplog.text


def test_other_books() -> None:
    trades = [read_trade(row, MASTER) for row in sample("fills.json")]
    assert [figures(one.action, one.quantity, one.price) for one in trades] == [
        (Action.BUY, Decimal("1.5"), Decimal("225.3333")),
        (Action.SELL, Decimal("1.5"), Decimal("226.3333")),
    ]
    long, coin, short = (read_position(row, MASTER) for row in sample("positions.json"))
    assert figures(long.exchange, long.quantity, long.unrealised) == ("NASDAQ", 5, 100)
    assert figures(coin.exchange, coin.symbol, coin.unrealised) == ("CRYPTO", "BTCUSD", 10)
    assert figures(short.symbol, short.quantity, short.unrealised) == ("BRK.B", -2, 20)

    assert not closed_positions(trades, [long])
    (closed,) = closed_positions(trades, [coin])
    assert figures(closed.symbol, closed.quantity, closed.realised) == ("AAPL", 0, Decimal("1.5"))
    (sold_of_before,) = closed_positions(trades[1:], [])
    assert figures(sold_of_before.quantity, sold_of_before.realised) == (0, 0)

    funds = read_funds(sample("account.json"), (long, coin, short))
    assert figures(funds.available, funds.used, funds.unrealised, funds.equity) == (100000, 500, 130, 100630)


def test_account_that_may_not_trade_has_no_session() -> None:
    account = sample("account.json")
    assert figures(read_session(account).is_open, read_session(account).detail) == (True, "Alpaca account …ABCD")
    for change in ({"trading_blocked": True}, {"account_blocked": True}, {"status": "ONBOARDING"}):
        assert not read_session({**account, **change}).is_open


def test_snapshots() -> None:
    at = datetime(2026, 11, 27, 15, 30, 1, tzinfo=UTC)
    (share,) = read_depths(sample("snapshots.json"), MASTER, at)
    assert figures(share.quote.symbol, share.quote.ltp, share.quote.bid, share.quote.ask, share.quote.prev_close) == (
        "AAPL",
        Decimal("225.34"),
        Decimal("225.33"),
        Decimal("225.35"),
        Decimal("223.5"),
    )
    assert figures(share.quote.bid_size, share.total_ask, share.last_quantity) == (4, 2, 3)
    (coin,) = read_depths(sample("snapshots-of-coins.json"), MASTER, at)
    assert figures(coin.quote.exchange, coin.quote.symbol, coin.quote.ltp) == ("CRYPTO", "BTCUSD", Decimal("91000.5"))


def test_assets() -> None:
    assert {(one.exchange, one.symbol) for one in MASTER.search("", None, 50)} == {
        ("NASDAQ", "AAPL"),
        ("NYSE", "BRK.B"),
        ("CRYPTO", "BTCUSD"),
    }
    assert MASTER.key_of("CRYPTO", "BTCUSD") == "BTC/USD"
    for other in (b"{}", b"<html>"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
            parse_symbols(other, date(2026, 11, 27))


def test_amounts_leave_as_texts() -> None:
    stop = apple(PriceType.SL, price=Decimal("225.10"), trigger_price=Decimal("225.00"))
    assert make_order(stop, "AAPL", OURS) == {
        "symbol": "AAPL",
        "qty": "1.5",
        "side": "buy",
        "type": "stop_limit",
        "time_in_force": "day",
        "client_order_id": OURS,
        "limit_price": "225.1",
        "stop_price": "225",
    }
    assert make_change(stop) == {
        "qty": "1.5",
        "time_in_force": "day",
        "limit_price": "225.1",
        "stop_price": "225",
    }
    coin = LegTerms("CRYPTO", "BTCUSD", Action.SELL, Decimal("0.000013"), PriceType.MARKET, Product.CNC)
    body = make_order(coin, "BTC/USD", OURS)
    assert (body["symbol"], body["qty"], body["time_in_force"]) == ("BTC/USD", "0.000013", "gtc")


@pytest.mark.parametrize(
    "terms",
    [
        apple(product=Product.MIS),
        apple(product=Product.NRML),
        apple(disclosed_quantity=1),
        LegTerms("CRYPTO", "BTCUSD", Action.SELL, Decimal(1), PriceType.SL_M, Product.CNC),
    ],
)
def test_what_alpaca_does_not_have_is_refused_and_not_guessed(terms: LegTerms) -> None:
    with pytest.raises(BrokerRefused, match="Alpaca"):
        make_order(terms, "AAPL", OURS)


def test_number_of_a_placed_order() -> None:
    assert read_number(sample("orders.json")[0]) == "61e69015-8549-4bfd-b9c3-01e75843f47d"
    assert read_number({}) is None
    with pytest.raises(ValueError, match="object"):
        read_number([])


def test_margin_is_the_whole_value() -> None:
    assert whole_value([Priced(apple(), Decimal(200)), Priced(apple(), Decimal(100))]).total == 450
