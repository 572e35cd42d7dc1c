"""What the running program answers is what its description says: every field, no other, live and in the sandbox."""

from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest

from core.accounts import TradingMode
from core.errors import BrokerRefused, OutcomeUnknown
from core.portfolio.positions import Holding
from tests.runtime import Spine
from tests.webhook.gtt.test_gtt_fields import OCO
from tests.webhook.market_client import CALL, SBIN
from tests.webhook.openapi.test_openapi import schemas_in
from tests.webhook.trading import ITEM, OPTION, REQUESTS, Trader, trading_on
from webhook.fields.json_schema import Schema
from webhook.openapi.answer_bodies import BODIES
from webhook.openapi.order_bodies import ANSWERS, FORMS

UNSIGNED = {name: value for name, value in OCO.items() if name != "apikey"}
LIMIT: dict[str, Any] = ITEM | {"product": "CNC", "pricetype": "LIMIT", "price": "790"}
CHANGE = LIMIT | {"price": "791", "disclosed_quantity": "0", "trigger_price": "0"}
UNDERLYING = {name: OPTION[name] for name in ("underlying", "exchange", "expiry_date")}
POSITION = SBIN | {"action": "BUY", "product": "MIS", "pricetype": "LIMIT", "quantity": "10", "price": "750.5"}
DAY = {"date": "2026-11-23"}
QUESTIONS: Mapping[str, dict[str, Any]] = {
    "quotes": SBIN,
    "multiquotes": {"symbols": [SBIN, CALL, {"symbol": "Z", "exchange": "NSE"}]},
    "depth": CALL,
    "symbol": CALL,
    "search": {"query": "NIFTY"},
    "expiry": {"symbol": "NIFTY", "exchange": "NFO", "instrumenttype": "options"},
    "optionsymbol": UNDERLYING | {"offset": "ATM", "option_type": "CE"},
    "optionchain": UNDERLYING,
    "syntheticfuture": UNDERLYING,
    "optiongreeks": CALL,
    "multioptiongreeks": {"symbols": [CALL, SBIN | {"exchange": "NFO"}]},
    "margin": {"positions": [POSITION]},
    "market/timings": DAY,
    "chart": {"favorites": ["SBIN"]},
    "history": SBIN | {"interval": "5m", "start_date": "2026-11-23", "end_date": "2026-11-23"},
    "pendingorder": {"pending_order_id": 1},
    "openposition": {"strategy": "S", **SBIN, "product": "CNC"},
    "cancelallorder": {"strategy": "S"},
    "telegram/notify": {"username": "asha", "message": "NIFTY is above 26,000."},
    "closeposition": {"strategy": "S"},
}
"""What endpoints are asked that want more than a key."""
NEW_ORDERS: Mapping[str, dict[str, Any]] = {"placeorder": ITEM, **REQUESTS, "placegttorder": UNSIGNED}
SANDBOX_ONLY = ("pnl/symbols",)
OF_SEVERAL_LEGS = ("basketorder", "splitorder", "optionsmultiorder")
LAST = ("cancelallorder", "closeposition")
NEVER_EMPTY = ("tradebook", "positionbook", "gttorderbook", "market/holidays", "market/timings", "search", "expiry")


class Questioner:
    """Asks everything there is to ask of an account that has something of everything."""

    def __init__(self, trader: Trader, mode: TradingMode) -> None:
        self._trader = trader
        self._mode = mode
        self.answers: dict[str, Any] = {}

    async def settle_in(self) -> None:
        """An order of each fate, a position, a holding, two triggers, and an order that waits."""
        spine = self._trader.spine
        await spine.switch(trading_mode=self._mode)
        await spine.own(self._mode, Holding("NSE", "INFY", Decimal(5), Decimal(1400)))
        await self._trader.post("placeorder", ITEM)
        await self._trader.post("placeorder", ITEM)
        await self._trader.auto(self._mode)
        for order in (ITEM | {"product": "CNC"}, LIMIT, LIMIT | {"action": "SELL", "quantity": 99}):
            await self._trader.post("placeorder", order)

    async def ask(self, endpoint: str, **body: object) -> Any:
        """One answer, which must be a good one."""
        answer = await self._trader.http.post(endpoint, {"apikey": self._trader.spine.secret, **body})
        assert answer.status == 200, (endpoint, answer.body)
        self.answers[endpoint] = answer.body
        return answer.body

    async def ask_everything(self) -> None:
        """Each endpoint once."""
        orderid = (await self._trader.post("placeorder", LIMIT)).body["orderid"]
        await self.ask("orderstatus", strategy="S", orderid=orderid)
        await self.ask("modifyorder", strategy="S", orderid=orderid, **CHANGE)
        await self.ask("cancelorder", strategy="S", orderid=orderid)
        await self.ask("withdraw", pending_order_id=2)
        trigger_id = (await self._trader.post("placegttorder", UNSIGNED)).body["trigger_id"]
        await self.ask("modifygttorder", trigger_id=trigger_id, **UNSIGNED)
        for endpoint in (*(name for name in BODIES if name not in LAST), *LAST):
            if endpoint in SANDBOX_ONLY and self._mode is TradingMode.LIVE:
                continue
            if endpoint not in self.answers and endpoint not in ("analyzer/toggle", "cancelgttorder"):
                await self.ask(endpoint, **QUESTIONS.get(endpoint, {}))
        await self.ask("cancelgttorder", strategy="S", trigger_id=trigger_id)
        await self.ask("analyzer/toggle", mode=self._mode is TradingMode.LIVE)


@pytest.fixture(params=TradingMode)
async def questioner(spine: Spine, request: pytest.FixtureRequest) -> AsyncIterator[Questioner]:
    """Who has had an answer from every endpoint."""
    async with trading_on(spine) as trader:
        asking = Questioner(trader, request.param)
        await asking.settle_in()
        await asking.ask_everything()
        yield asking


def form_of(endpoint: str, mode: TradingMode) -> Schema:
    """How this account's answer must look."""
    return BODIES[endpoint][-1 if mode is TradingMode.SANDBOX else 0]


async def test_every_answer_has_exactly_the_documented_fields(
    questioner: Questioner, request: pytest.FixtureRequest
) -> None:
    mode = request.node.callspec.params["questioner"]
    told = BODIES.keys() - (SANDBOX_ONLY if mode is TradingMode.LIVE else ())
    validators = {endpoint: jsonschema_rs.Draft202012Validator(form_of(endpoint, mode)) for endpoint in told}

    wrong = {
        endpoint: [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(answer)]
        for endpoint, validator in validators.items()
        if not validator.is_valid(answer := questioner.answers[endpoint])
    }
    assert wrong == {}
    assert all(questioner.answers[endpoint]["data"] for endpoint in NEVER_EMPTY)
    assert {one["order_status"] for one in questioner.answers["orderbook"]["data"]["orders"]} >= {"open", "complete"}
    assert questioner.answers["holdings"]["data"]["holdings"]
    assert questioner.answers["pendingorders"]["data"]["orders"]


@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("kind", ANSWERS)
async def test_what_became_of_a_new_order_has_exactly_the_documented_fields(
    trader: Trader, kind: str, mode: TradingMode
) -> None:
    await trader.auto(mode)
    if kind in OF_SEVERAL_LEGS:
        trader.scripted().before_placing = [None, BrokerRefused("no"), OutcomeUnknown("lost")]
    body = NEW_ORDERS[kind]

    answers = [(await trader.post(kind, body)).body, (await trader.post(kind, body)).body]

    number = 1 if mode is TradingMode.SANDBOX else 0
    allowed = jsonschema_rs.Draft202012Validator({"anyOf": [FORMS[shape][number] for shape in ANSWERS[kind]]})
    assert [[error.message for error in allowed.iter_errors(answer)] for answer in answers] == [[], []]


@pytest.mark.parametrize(("fault", "shape"), [(OutcomeUnknown("lost"), "NotConfirmed"), (None, "Placed")])
async def test_an_order_in_doubt_and_one_that_arrived_differ_in_the_documented_fields(
    trader: Trader, fault: Exception | None, shape: str
) -> None:
    await trader.auto()
    trader.scripted().before_placing = [fault]

    answer = (await trader.post("placeorder", ITEM)).body

    assert [name for name, forms in FORMS.items() if jsonschema_rs.is_valid(forms[0], answer)] == [shape]


@pytest.mark.parametrize("endpoint", BODIES)
def test_a_field_too_many_or_too_few_is_not_what_is_documented(endpoint: str) -> None:
    for form in BODIES[endpoint]:
        objects = [part for part in schemas_in(form) if part.get("type") == "object"]
        assert all(part["additionalProperties"] is False and part["required"] for part in objects)
