"""Whatever a strategy sends: a documented status, a JSON answer, no order from a wrong request, never a 5xx."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from core.accounts import OrderMode, TradingMode
from tests.depth import examples
from tests.runtime import Spine
from tests.webhook.fakes import LIVE, SANDBOX, FakeServices
from tests.webhook.real import serving_spine
from tests.webhook.talking import CHANGE, ORDER, Answer, Http, talking_to
from webhook.routes import ENDPOINTS

FIELDS = sorted({name for endpoint in ENDPOINTS for name in endpoint.schema.model_fields})
PATHS = [endpoint.path for endpoint in ENDPOINTS]
KNOWN: dict[str, object] = {**CHANGE, "mode": True, "pending_order_id": 7, "wait": 0}
DOCUMENTED = {200, 400, 403, 404, 409}
WORDS = st.sampled_from(
    [
        "",
        "BUY",
        "NSE",
        "MIS",
        "LIMIT",
        "1",
        "0",
        "-1",
        "1e5",
        "1e-400",
        "9" * 70,
        "nan",
        "\x00",
        "\ud800",
        LIVE,
        SANDBOX,
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS) | st.text(), VALUES, max_size=14)
QUICKLY = settings(max_examples=examples(150))


@pytest.fixture
def services() -> FakeServices:
    """What the server under test calls."""
    return FakeServices()


@pytest.fixture
async def http(services: FakeServices) -> AsyncIterator[Http]:
    """A client of a running server."""
    with capture_logs():
        async with talking_to(services) as client:
            yield client


@dataclass(frozen=True)
class Real:
    """A server on the real services: any endpoint may be reached with a valid body."""

    http: Http
    key: str

    async def ask(self, path: str, fields: dict[str, object]) -> Answer:
        """Post the fields that this endpoint knows, with these in their place."""
        wanted = next(endpoint.schema.model_fields for endpoint in ENDPOINTS if endpoint.path == path)
        body = {name: known for name, known in (KNOWN | {"apikey": self.key}).items() if name in wanted}
        return await self.http.send(path, json.dumps(body | fields).encode())


@pytest.fixture
async def real(spine: Spine) -> AsyncIterator[Real]:
    """An account whose orders wait for nobody, so that no request waits for a person either."""
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)
    with capture_logs():
        async with serving_spine(spine) as client:
            yield Real(client, spine.secret)


@pytest.mark.parametrize("path", PATHS)
async def test_a_valid_body_is_no_fault_of_ours(real: Real, path: str) -> None:
    assert (await real.ask(path, {})).status in DOCUMENTED


@QUICKLY
@given(path=st.sampled_from(PATHS), field=st.sampled_from(FIELDS), value=VALUES)
async def test_any_value_in_any_field_is_answered(real: Real, path: str, field: str, value: object) -> None:
    answer = await real.ask(path, {field: value})

    assert answer.status in DOCUMENTED
    assert answer.body["status"] == ("success" if answer.status == 200 else "error")


@QUICKLY
@given(path=st.sampled_from(PATHS), body=BODIES)
async def test_any_object_is_answered(real: Real, path: str, body: dict[str, object]) -> None:
    answer = await real.http.send(path, json.dumps(body).encode())

    assert answer.status in DOCUMENTED


@QUICKLY
@given(
    raw=st.binary(max_size=200) | st.text().map(lambda text: text.encode()) | VALUES.map(json.dumps).map(str.encode)
)
async def test_any_bytes_are_refused_without_an_order(http: Http, services: FakeServices, raw: bytes) -> None:
    answer = await http.send("/api/v1/placeorder", raw)

    assert answer.status == 400
    assert services.intake.requests == []


@QUICKLY
@given(cut=st.integers(0, 200), put=st.binary(max_size=3))
async def test_a_damaged_order_is_refused_or_is_the_order_it_says(
    http: Http, services: FakeServices, cut: int, put: bytes
) -> None:
    whole = json.dumps(ORDER).encode()
    services.intake.requests.clear()

    answer = await http.send("/api/v1/placeorder", whole[:cut] + put + whole[cut + len(put) :])

    assert answer.status in {200, 400, 403}
    assert len(services.intake.requests) == (answer.status == 200)


@QUICKLY
@given(quantity=st.integers(1, 10**14), price=st.decimals(0, 10**9, allow_nan=False, places=2))
@pytest.mark.parametrize("written", [str, json.loads])
async def test_amounts_arrive_exactly_as_written(
    http: Http, services: FakeServices, quantity: int, price: Decimal, written: Any
) -> None:
    services.intake.requests.clear()
    sent = {"quantity": str(quantity), "price": written(str(price)), "pricetype": "LIMIT"}

    answer = await http.post("placeorder", ORDER | sent)

    assert answer.status == 200
    (terms,) = services.intake.single_terms()
    assert (terms.quantity, terms.price) == (Decimal(quantity), price)
