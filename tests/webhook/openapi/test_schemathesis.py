"""Whatever schemathesis makes of the published description, the program answers as it says and never breaks."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from tests.depth import examples
from tests.factories import some_terms
from tests.runtime import Spine
from webhook.application import HttpSettings, build_application
from webhook.fields.json_schema import Schema, words
from webhook.openapi.document import build_document
from webhook.openapi.field_examples import example
from webhook.openapi.unserved_endpoints import NOT_SERVED
from webhook.server import serving

DOCUMENT = build_document()
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    (verb, path): item[verb]
    for path, item in DOCUMENT["paths"].items()
    for verb in item
    if item[verb]["tags"] != [NOT_SERVED]
}
"""What is not served reads no request: every one is answered alike."""
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
NOT_OUR_FAULT = frozenset({501, 503, 504})
"""Only where they are documented, which `status_code_conformance` sees to."""
FREE = frozenset({"action", "pricetype", "option_type", "mode", "api_type"})
"""Every value that the description allows these leads somewhere."""
OTHERWISE: Mapping[str, Sequence[object]] = {
    "trigger_price": [0, 810],
    "disclosed_quantity": ["0"],
    "strike_int": [50, None],
    "splitsize": [0, 65],
    "expires_at": [None],
    "triggerprice_tg": [810, 0],
    "stoploss": [785],
    "target": ["820"],
    "underlying_ltp": [None],
    "with_greeks": [True, "false"],
    "interest_rate": [0, 6.5],
    "forward_price": [26_200, None],
    "expiry_time": ["15:30", None],
    "underlying_symbol": ["NIFTY"],
    "underlying_exchange": ["NSE_INDEX"],
    "limit": [1, 100],
    "cursor": [None],
}
"""What fields are that the examples leave out, and in place of what they say."""
BESIDE = ("/strategy/webhook/{token}", "/chartink/webhook/{token}")
"""Addresses whose bodies are other senders' and not made sensible here."""
TICKER = "/api/v1/ticker/{symbol}"
OF_TICKER = {"symbol": ["NSE:SBIN", "Z"], "from": ["2026-11-23"], "to": ["2026-11-23"], "interval": ["D", "5m"]}
POSTBACKS = "/broker/{broker}/postback/{token}"
NEVER_DONE = {
    "/ws",
    *BESIDE,
    POSTBACKS,
    *(f"/api/v1/{name}" for name in ("events", "modifygttorder", "cancelgttorder", "modifyorder")),
}
"""No 200 is to be expected: streams do not end, there is no trigger and no broker that posts, and few changes suit
the one order."""
ANYTHING, SENSIBLE, WRONG = "anything", "sensible", "wrong"
ROUNDS = ((ANYTHING, GenerationMode.POSITIVE), (SENSIBLE, GenerationMode.POSITIVE), (WRONG, GenerationMode.NEGATIVE))
KEYS = ["cs_" + letter * 43 for letter in "AB"]
TOKENS = ["csw_" + letter * 43 for letter in "AB"]
ORDERID = "99999999999999"
"""Stand for what is another in every run, so that the examples are the same in each."""


class Filling(HTTPAdapter):
    """Sends the real thing wherever something stands for it."""

    def __init__(self, real: Mapping[str, str]) -> None:
        super().__init__()
        self._real = real

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Send one request."""
        for stand_in, real in self._real.items():
            request.url = str(request.url).replace(stand_in, real)
            if isinstance(request.body, bytes):
                request.body = request.body.replace(stand_in.encode(), real.encode())
        request.prepare_content_length(request.body)
        return super().send(request, *args, **options)


@dataclass(frozen=True)
class Target:
    """The running program, and what it answered."""

    address: str
    session: Session
    statuses: Counter[int] = field(default_factory=Counter)

    def ask(self, case: Any) -> None:
        """Send it, and hold the answer against the description."""
        response = case.call(base_url=self.address, session=self.session)
        case.validate_response(response, checks=CHECKS)
        assert response.status_code < 500 or response.status_code in NOT_OUR_FAULT, response.text
        self.statuses[response.status_code] += 1


@pytest.fixture
async def target(spine: Spine) -> AsyncIterator[Target]:
    """Two accounts, each with an order: one asks its client, live; the other does not, in the sandbox."""
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26055))
    services = spine.services
    free = await services.accounts.add("free", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM)
    keys = [spine.secret, (await services.keys.create(free.id, "test", SYSTEM)).secret]
    alert_addresses = [
        await services.alert_addresses.create(one.id, "tv", "alerts", SYSTEM) for one in (spine.account, free)
    ]
    await spine.queue()
    resting = await spine.send(some_terms(limit=1), caller=await services.keys.authenticate(keys[1]))
    real = dict(zip(KEYS, keys, strict=True)) | {ORDERID: str(resting.legs[0].broker_order_id)}
    real |= {
        stand_in: sender.path.rpartition("/")[2] for stand_in, sender in zip(TOKENS, alert_addresses, strict=True)
    }
    async with serving(build_application(services, HttpSettings()), "127.0.0.1", 0) as address:
        with Session() as session:
            session.mount(address, Filling(real))
            yield Target(address, session)


@cache
def described(how: str) -> Any:
    """The description, in which keys and tokens are good and nobody waits."""
    told = deepcopy(DOCUMENT)
    told["paths"]["/webhook/{token}"]["post"]["parameters"][0]["schema"] = words(TOKENS)
    for path in BESIDE:
        told["paths"][path]["post"]["parameters"][0]["schema"] = words(TOKENS)
    for path in ("/api/v1/instruments", "/api/v1/chart", TICKER):
        for parameter in told["paths"][path]["get"]["parameters"]:
            values = {"apikey": KEYS, **(OF_TICKER if path == TICKER else {})}.get(parameter["name"])
            parameter["schema"] = words(values) if values else parameter["schema"]
    asked = set().union(*(_named_in(operation.get("requestBody", {})) for operation in OPERATIONS.values()))
    for name, schema in told["components"]["schemas"].items():
        fields = schema.get("properties", {})
        if how == SENSIBLE and name in asked:
            _make_sensible(name.removesuffix("Alert"), fields)
            # Without a day most option orders are refused, and examples are few.
            schema["required"] = sorted({*schema.get("required", ()), *({"expiry_date"} & fields.keys())})
        if "apikey" in fields:
            fields["apikey"] = words(KEYS)
        if name == "Chart" and how == SENSIBLE:
            fields["favorites"] = {"type": "array", "items": {"type": "string"}}
            schema["required"] = [*schema["required"], "favorites"]
        if "wait" in fields:
            fields["wait"] = {"const": 0}
    return schemathesis.openapi.from_dict(told)


def _named_in(part: Schema) -> set[str]:
    found = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(part)))
    return found.union(*(_named_in(SCHEMAS[name]) for name in found))


def _make_sensible(name: str, fields: Schema) -> None:
    shown = {field: [value] for field, value in example(name, SCHEMAS).items() if field not in FREE}
    sensible: dict[str, Sequence[object]] = {**OTHERWISE, **shown, "orderid": [ORDERID], "pending_order_id": [1, 2]}
    for field_name in fields.keys() & sensible.keys():
        if fields[field_name].get("type") != "array":
            fields[field_name] = {"enum": [*sensible[field_name]]}


STEADILY = settings(
    max_examples=examples(10),
    phases=(Phase.explicit, Phase.generate),
    database=None,
)
"""The same examples every time."""


@pytest.mark.parametrize(("verb", "path"), OPERATIONS, ids=map(" ".join, OPERATIONS))
async def test_every_answer_is_as_documented(target: Target, verb: str, path: str) -> None:
    for how, mode in ROUNDS if verb == "post" else ROUNDS[:1]:
        cases = described(how)[path][verb].as_strategy(generation_mode=mode)
        await asyncio.to_thread(STEADILY(given(case=cases)(target.ask)))

    assert 200 in target.statuses or path in NEVER_DONE
