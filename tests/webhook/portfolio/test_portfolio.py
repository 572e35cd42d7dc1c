"""Reading what is held: OpenAlgo's shapes of positions, holdings and money, live and in the sandbox."""

from decimal import Decimal

import pytest

from core.errors import BrokerUnavailable, Unready
from core.orders.order import Product
from core.portfolio.positions import Funds, Holding, Position
from tests.webhook.fakes import LIVE, SANDBOX, FakeServices
from tests.webhook.talking import Http

ANALYZE = {"mode": "analyze"}


async def test_the_position_book(http: Http, services: FakeServices) -> None:
    short = Position(
        "NSE", "SBIN", Product.MIS, Decimal(-10), Decimal(800), Decimal("9.5"), Decimal("5.5"), Decimal("798.5")
    )
    flat = Position("NSE", "INFY", Product.MIS, Decimal(0), Decimal(0), Decimal(-3), Decimal(-3), Decimal(1500))
    services.books.positions.answer = [short, flat]
    row = {
        "symbol": "SBIN",
        "exchange": "NSE",
        "product": "MIS",
        "quantity": -10,
        "average_price": 800,
        "ltp": 798.5,
        "pnl": 20.5,
    }
    more = {
        "pnlpercent": 0.19,
        "unrealized_pnl": 15,
        "today_realized_pnl": 5.5,
        "total_pnl_today": 20.5,
        "lot_size": 1,
    }

    live = await http.post("positionbook", {"apikey": LIVE})
    sandbox = await http.post("positionbook", {"apikey": SANDBOX})

    assert live.body["data"][0] == row
    assert live.body.keys() == {"status", "data"}
    assert (live.body["data"][1]["quantity"], live.body["data"][1]["pnl"]) == (0, -3)
    assert sandbox.body["data"][0] == row | more
    sums = {"total_pnl": 17.5, "total_pnl_today": 17.5, "total_today_realized_pnl": 2.5, "total_unrealized_pnl": 15}
    assert {name: sandbox.body[name] for name in sums} == sums
    assert sandbox.body["mode"] == "analyze"


async def test_holdings(http: Http, services: FakeServices) -> None:
    services.books.holdings.answer = [Holding("NSE", "SBIN", Decimal(10), Decimal(500), ltp=Decimal(800))]
    row = {
        "symbol": "SBIN",
        "exchange": "NSE",
        "quantity": 10,
        "product": "CNC",
        "average_price": 500,
        "pnl": 3000,
        "pnlpercent": 60,
    }
    statistics = {
        "totalholdingvalue": 8000,
        "totalinvvalue": 5000,
        "totalprofitandloss": 3000,
        "totalpnlpercentage": 60,
    }

    live = await http.post("holdings", {"apikey": LIVE})
    sandbox = await http.post("holdings", {"apikey": SANDBOX})

    assert live.body == {"status": "success", "data": {"holdings": [row], "statistics": statistics}}
    more = {"ltp": 800, "current_value": 8000, "settlement_date": None}
    assert sandbox.body["data"]["holdings"] == [row | more]
    assert sandbox.body["mode"] == "analyze"


async def test_a_holding_without_a_price_is_worth_what_it_cost(http: Http, services: FakeServices) -> None:
    services.books.holdings.answer = [Holding("NSE", "SBIN", Decimal(10), Decimal(500))]

    answer = await http.post("holdings", {"apikey": LIVE})

    assert answer.body["data"]["holdings"][0]["pnl"] == 0


async def test_funds_are_text_when_live_and_numbers_in_the_sandbox(http: Http, services: FakeServices) -> None:
    services.books.funds.answer = Funds(Decimal("1000.5"), Decimal(200), Decimal("-10.25"), Decimal(3))

    live = await http.post("funds", {"apikey": LIVE})
    sandbox = await http.post("funds", {"apikey": SANDBOX})

    assert live.body == {
        "status": "success",
        "data": {
            "availablecash": "1000.50",
            "collateral": "0.00",
            "m2mrealized": "-10.25",
            "m2munrealized": "3.00",
            "utiliseddebits": "200.00",
        },
    }
    assert sandbox.body == {
        "status": "success",
        "data": {
            "availablecash": 1000.5,
            "collateral": 0,
            "m2mrealized": -10.25,
            "m2munrealized": 3,
            "utiliseddebits": 200,
            "grossexposure": 200,
            "last_reset": None,
            "reset_count": 0,
            "today_realized_pnl": -10.25,
            "total_realized_pnl": -10.25,
            "totalpnl": -7.25,
        },
        "mode": "analyze",
    }


@pytest.mark.parametrize(("key", "extra"), [(LIVE, {}), (SANDBOX, ANALYZE)])
@pytest.mark.parametrize("quantity", [0, -75])
async def test_the_open_quantity_of_one_instrument(
    http: Http, services: FakeServices, key: str, extra: dict[str, str], quantity: int
) -> None:
    services.books.open_quantity.answer = Decimal(quantity)
    asked = {"strategy": "S", "symbol": "SBIN", "exchange": "NSE", "product": "MIS"}

    answer = await http.post("openposition", asked | {"apikey": key})

    assert answer.body == {"status": "success", "quantity": quantity} | extra
    assert services.books.open_quantity.calls[0][1:] == ("NSE", "SBIN", "MIS")


@pytest.mark.parametrize("fault", [BrokerUnavailable("The broker is away."), Unready("No broker.")])
async def test_books_that_cannot_be_read_are_a_503(http: Http, services: FakeServices, fault: Exception) -> None:
    services.books.funds.answer = fault

    answer = await http.post("funds", {"apikey": LIVE})

    assert (answer.status, answer.body) == (503, {"status": "error", "message": str(fault)})


async def test_the_days_profit_of_each_position(http: Http, services: FakeServices) -> None:
    short = Position(
        "NSE", "SBIN", Product.MIS, Decimal(-10), Decimal(800), Decimal("9.5"), Decimal("5.5"), Decimal("798.5")
    )
    services.books.positions.answer = [short]

    sandbox = await http.post("pnl/symbols", {"apikey": SANDBOX})
    live = await http.post("pnl/symbols", {"apikey": LIVE})

    profits = {"pnl": 20.5, "unrealized_pnl": 15, "today_realized_pnl": 5.5, "total_pnl_today": 20.5}
    assert sandbox.body == {
        "status": "success",
        "data": [{"symbol": "SBIN", "exchange": "NSE", "product": "MIS", "quantity": -10, **profits}],
        "total_pnl": 20.5,
        "total_unrealized_pnl": 15,
        "total_today_realized_pnl": 5.5,
        "total_pnl_today": 20.5,
        **ANALYZE,
    }
    assert (live.status, live.body["status"]) == (400, "error")
    assert live.body["message"] == "This endpoint is only available in sandbox/analyzer mode"
