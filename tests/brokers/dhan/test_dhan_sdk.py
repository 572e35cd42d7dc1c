"""The adapter sends what Dhan's own SDK sends for the same call."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.dhan.dhan import DhanBroker
from brokers.dhan.dhan_symbols import parse_symbols
from core.clock import SystemClock
from core.errors import BrokerError, NotFound
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.broker_order import OrderChange, PlaceRequest, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from tests.brokers.recording import Recorder, recording

sdk = pytest.importorskip("dhanhq", reason="dhanhq is not installed: pip install dhanhq==2.3.0")

SYMBOLS = Path(__file__).parents[2] / "samples" / "dhan" / "symbols.csv"
NUMBER = BrokerOrderId("112111182045")
OURS = ClientOrderId("CABCDEFGHJKMNPQR1")
STOP = LegTerms("NSE", "SBIN", Action.SELL, Decimal(5), PriceType.SL, Product.CNC, Decimal(799), Decimal("800.05"), 2)
OPTION = LegTerms("NFO", "NIFTY29DEC2626000CE", Action.BUY, Decimal(65), PriceType.MARKET, Product.NRML)


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    """What both ask."""
    async with recording(Recorder(("access-token", "client-id", "Content-Type", "Accept"))) as one:
        yield one


@pytest.fixture
async def broker(recorder: Recorder, tmp_path: Path) -> AsyncIterator[DhanBroker]:
    """The adapter."""
    credentials = {"client_id": "1100003626", "access_token": "token"}
    one = DhanBroker(Opening(credentials, Address("Dhan", recorder.url), SystemClock(), tmp_path))
    one._loader.master = parse_symbols(SYMBOLS.read_bytes(), date(2026, 11, 27))
    yield one
    await one.close()


@pytest.fixture
def theirs(recorder: Recorder) -> Any:
    """The SDK."""
    context = sdk.DhanContext("1100003626", "token")
    context.get_dhan_http().base_url = f"{recorder.url}/v2"
    return sdk.dhanhq(context)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (STOP, ("3045", "NSE_EQ", "SELL", 5, "STOP_LOSS", "CNC", 799, 800.05, 2)),
        (OPTION, ("35084", "NSE_FNO", "BUY", 65, "MARKET", "MARGIN", 0, 0, 0)),
    ],
)
async def test_order(
    broker: DhanBroker, theirs: Any, recorder: Recorder, terms: LegTerms, said: tuple[Any, ...]
) -> None:
    await broker.place(PlaceRequest(OURS, terms, datetime.now(UTC) + timedelta(minutes=1)))
    ours = recorder.asked.pop()

    assert ours == await recorder.of(lambda: theirs.place_order(*said, tag=OURS))


async def test_cancel_and_modify(broker: DhanBroker, theirs: Any, recorder: Recorder) -> None:
    with pytest.raises(BrokerError):
        await broker.cancel(NUMBER)
    cancelled = recorder.asked[0]
    recorder.asked.clear()
    with pytest.raises(BrokerError):
        await broker.modify(NUMBER, OrderChange(STOP))
    modified = recorder.asked[0]
    recorder.asked.clear()

    theirs_cancelled = await recorder.of(lambda: theirs.cancel_order(NUMBER))
    assert (cancelled.method, cancelled.path, cancelled.body) == (
        theirs_cancelled.method,
        theirs_cancelled.path,
        theirs_cancelled.body,
    )
    assert modified == await recorder.of(
        lambda: theirs.modify_order(NUMBER, "STOP_LOSS", "", 5, 799, 800.05, 2, "DAY")
    )


async def test_questions(broker: DhanBroker, theirs: Any, recorder: Recorder) -> None:
    questions: list[tuple[Any, Any]] = [
        (lambda: broker.get(NUMBER), lambda: theirs.get_order_by_id(NUMBER)),
        (broker.list_orders, theirs.get_order_list),
        (broker.list_trades, lambda: theirs.get_trade_book(None)),
        (broker.list_positions, theirs.get_positions),
        (broker.list_holdings, theirs.get_holdings),
        (broker.get_funds, theirs.get_fund_limits),
        (
            lambda: broker.get_margin([Priced(STOP, Decimal("799.5"))]),
            lambda: theirs.margin_calculator("3045", "NSE_EQ", "SELL", 5, "CNC", 799.5, 800.05),
        ),
        (lambda: broker.fetch([("NSE", "SBIN")]), lambda: theirs.quote_data({"NSE_EQ": [3045]})),
    ]
    for ask, same in questions:
        with pytest.raises(BrokerError):
            await ask()
        ours = recorder.asked[0]
        recorder.asked.clear()
        their = await recorder.of(same)
        # The SDK asks for "/trades/" where Dhan's documentation says "/trades".
        assert (ours.method, ours.path, ours.query) == (their.method, their.path.rstrip("/"), their.query)
        assert ours.body == their.body
        assert {name: ours.headers.get(name) for name in ("access-token", "client-id")} == {
            name: their.headers.get(name) for name in ("access-token", "client-id")
        }


async def test_look_up_by_our_id(broker: DhanBroker, theirs: Any, recorder: Recorder) -> None:
    recorder.answer = "[]"
    assert not await broker.find(Sought(OURS, STOP, datetime.now(UTC)))
    ours = recorder.asked.pop()

    their = await recorder.of(lambda: theirs.get_order_by_correlationID(OURS))

    assert (ours.method, ours.path) == (their.method, their.path)
    with pytest.raises(NotFound):
        await broker.get(NUMBER)
