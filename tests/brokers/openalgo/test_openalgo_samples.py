"""OpenAlgo's answers, as it sends them, and what they become."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brokers.common.http_client import Answer
from brokers.common.json_text import parse_json
from brokers.feed.openalgo_wire import parse_quotes
from brokers.openalgo.openalgo_answers import read_answer
from brokers.openalgo.openalgo_master import parse_master
from brokers.openalgo.openalgo_placing import read_placement
from brokers.openalgo.openalgo_portfolio import parse_funds, parse_holdings, parse_margin, parse_positions
from brokers.openalgo.openalgo_rows import parse_orders, parse_trades
from brokers.openalgo.openalgo_times import parse_time
from core.clock import IST
from core.market.instruments import InstrumentType
from core.money import ZERO
from core.orders.broker_order import Accepted, NotSent, QueuedElsewhere, Refused, Unknown
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.margin import Margin
from core.portfolio.positions import Holding
from tests.brokers.openalgo.fake_openalgo import KEY
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.contract.broker_contract import buy, request

SAMPLES = Path(__file__).parents[2] / "samples" / "openalgo"
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ANSWERS: list[dict[str, Any]] = json.loads((SAMPLES / "placeorder.json").read_text(encoding="utf-8"))


def sample(name: str) -> Mapping[str, object]:
    """A body as it was sent."""
    fields = parse_json((SAMPLES / f"{name}.json").read_bytes())
    assert isinstance(fields, dict)
    return fields


@pytest.mark.parametrize("said", ANSWERS, ids=[one["answer"] for one in ANSWERS])
def test_answer_to_an_order_proves_what_it_proves(said: dict[str, Any]) -> None:
    body = said["body"] if isinstance(said["body"], str) else json.dumps(said["body"])

    placement = read_placement(read_answer(Answer(said["status"], body.encode(), {}), KEY), request(buy()), NOW)

    kinds = {one.__name__: one for one in (Accepted, Refused, NotSent, QueuedElsewhere, Unknown)}
    assert type(placement) is kinds[said["becomes"]], placement
    if isinstance(placement, Accepted):
        assert placement.order.broker_order_id == "240409000112345"
    if isinstance(placement, NotSent) and said["status"] == 429:
        assert placement.retry_after == timedelta(seconds=1)


def test_answer_that_repeats_the_key_is_told_without_it() -> None:
    body = json.dumps({"status": "error", "message": f"Bad\n key {KEY}\u202e in the request"})

    told = read_answer(Answer(500, body.encode(), {}), KEY)

    assert told.message == "Bad key [hidden] in the request"


def test_orders_of_the_book() -> None:
    book = parse_orders(sample("orderbook"), NOW)

    taken, stop, gone, refused = book.rows
    assert taken.terms == LegTerms("NSE", "SBIN", Action.BUY, Decimal(10))
    assert (stop.broker_order_id, stop.status) == ("240409000112346", BrokerStatus.TRIGGER_PENDING)
    assert stop.terms == LegTerms(
        *("NFO", "NIFTY29DEC2626000CE", Action.SELL, Decimal(75), PriceType.SL_M, Product.NRML),
        trigger_price=Decimal("101.05"),
    )
    assert (gone.terms.price, gone.status) == (Decimal("790.05"), BrokerStatus.CANCELLED)
    assert (refused.status, refused.reason) == (BrokerStatus.REJECTED, "RMS: margin exceeds")
    assert [row.stated_at for row in book.rows] == [
        datetime(2026, 11, 23, 10, 1, second, tzinfo=IST) for second in (2, 3, 4, 5)
    ]
    assert book.unread == {("NSE", "YESBANK")}


@pytest.mark.parametrize(
    "book",
    [
        {},
        {"data": {}},
        {"data": {"orders": [{"symbol": "SBIN"}]}},
        {"data": {"orders": [None]}},
        {"data": {"orders": [{"orderid": Decimal("2.404090001123451e17")}]}},
    ],
    ids=str,
)
def test_book_with_an_order_that_has_no_number_is_no_book(book: Mapping[str, object]) -> None:
    with pytest.raises(ValueError, match=r"number|list"):
        parse_orders(book, NOW)


def test_trades_of_the_book() -> None:
    trades = parse_trades(sample("tradebook"), NOW)

    assert [(one.trade_id, one.quantity, one.price) for one in trades] == [
        ("240409000112345-1", Decimal(4), Decimal("800.25")),
        ("240409000112345-2", Decimal(6), Decimal("800.20")),
    ]
    assert {one.at for one in trades} == {datetime(2026, 11, 23, 10, 1, 2, tzinfo=IST)}


def test_positions_holdings_and_money() -> None:
    sbin, infy, option = parse_positions(sample("positionbook"))
    assert (sbin.quantity, sbin.average_price, sbin.unrealised, sbin.realised) == (
        Decimal(10),
        Decimal(100),
        Decimal(105),
        Decimal("-49.75"),
    )
    assert (infy.quantity, infy.realised) == (ZERO, Decimal("-12.5"))
    assert (option.quantity, option.average_price, option.realised) == (Decimal(-75), Decimal("95.1"), ZERO)

    assert parse_holdings(sample("holdings")) == [
        Holding("NSE", "SBIN", Decimal(10), Decimal(100), ltp=Decimal(105)),
        Holding("BSE", "INFY", Decimal(3), Decimal(0)),
    ]

    money = parse_funds(sample("funds"))
    assert (money.available, money.used, money.collateral) == (Decimal("100000.50"), Decimal(8000), Decimal(2500))
    assert (money.realised, money.unrealised) == (Decimal("-120.25"), Decimal("45.10"))


def test_margin_is_the_total_however_it_is_split() -> None:
    whole = {"total_margin_required": "1600.5", "span_margin": 0, "exposure_margin": None}
    assert parse_margin({"data": whole}) == Margin(Decimal("1600.5"), Decimal(0))
    split = {"total_margin_required": 1600, "span_margin": 1200, "exposure_margin": 400}
    assert parse_margin({"data": split}) == Margin(Decimal(1200), Decimal(400))


def test_instruments_in_our_form() -> None:
    master = parse_master((SAMPLES / "instruments.csv").read_bytes(), date(2026, 11, 23))

    assert master.as_of == date(2026, 11, 23)
    assert len(master) == 9
    sbin, infy, future = (master.find(*one) for one in (("NSE", "SBIN"), ("NSE", "INFY"), ("NFO", "SBIN29DEC26FUT")))
    assert sbin is not None
    assert infy is not None
    assert future is not None
    assert (sbin.type, sbin.has_derivatives, infy.has_derivatives) == (InstrumentType.EQUITY, True, False)
    assert (future.type, future.name, future.lot, future.expiry) == (
        InstrumentType.FUTURE,
        "SBIN",
        750,
        date(2026, 12, 29),
    )
    calls = master.list_options("NFO", "NIFTY", date(2026, 12, 29), "CE")
    assert [one.strike for one in calls] == [Decimal(25950), Decimal(26000)]
    vedanta = master.find("NFO", "VEDL29DEC26292.5CE")
    assert vedanta is not None
    assert vedanta.strike == Decimal("292.5")
    assert master.find("MCX", "GOLDM05DEC26FUT") is not None
    assert master.find("MCX", "CRUDEOIL18DEC26FUT") is None
    index = master.find("NSE_INDEX", "NIFTY")
    assert index is not None
    assert index.type is InstrumentType.INDEX


@pytest.mark.parametrize("raw", [b"", b"<html></html>", b'{"status":"success","data":[]}', b"symbol,name\nA,B\n"])
def test_what_is_no_list_of_instruments_is_none(raw: bytes) -> None:
    with pytest.raises(ValueError, match="list of instruments"):
        parse_master(raw, date(2026, 11, 23))


@pytest.mark.parametrize("text", ["", None, 7, "soon", "2026-13-45 10:00:00"])
def test_time_that_cannot_be_read_is_none(text: object) -> None:
    assert parse_time(text, NOW) is None


@pytest.mark.parametrize("text", ["2026-11-23T04:31:02Z", "2026-11-23 10:01:02.000", "23-11-2026 10:01:02"])
def test_times_of_other_brokers(text: str) -> None:
    assert parse_time(text, NOW) == datetime(2026, 11, 23, 10, 1, 2, tzinfo=IST)


async def test_quotes_are_those_of_the_feed(rig: OpenAlgoRig) -> None:
    raw = (SAMPLES / "multiquotes.json").read_bytes()

    (quote,) = await rig.broker.fetch([("NSE", "SBIN"), ("NSE", "NOPE")])

    assert (quote.symbol, quote.ltp) == ("SBIN", Decimal(800))
    assert parse_quotes(raw, NOW)
    assert await rig.broker.fetch_depth("NSE", "SBIN") is None
