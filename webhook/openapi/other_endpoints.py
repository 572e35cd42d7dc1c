"""The endpoints that have no JSON body of v1: alerts, events, and whether and how the program works."""

from collections.abc import Iterable

from core.market.instruments import EXCHANGES
from webhook.alerts.address_defaults import NAMES
from webhook.alerts.alert_schemas import KINDS
from webhook.fields import json_schema as wire
from webhook.fields.json_schema import Schema
from webhook.openapi.answers import MEANINGS, refusals, response, taken
from webhook.openapi.field_examples import NOTES
from webhook.openapi.summaries import OURS

_TEXT: Schema = {"type": "string"}
_EVENT = 'id: 4711\nevent: approved\ndata: {"event":"approved","data":{"pending_order_id":7}}\n\n'
_SAMPLE = 'countersign_orders_total{what="approved"} 12\n'
_ALERT = {"symbol": "SBIN", "exchange": "NSE", "action": "BUY", "quantity": 10, "product": "MIS"}


def paths(alerts: Iterable[str]) -> dict[str, Schema]:
    """The descriptions by path; `alerts` are the names of the schemas of alerts."""
    return {
        "/webhook/{token}": {"post": _alert(alerts)},
        "/strategy/webhook/{token}": {"post": _strategy_alert()},
        "/chartink/webhook/{token}": {"post": _chartink_alert()},
        "/broker/{broker}/postback/{token}": {"post": _postback()},
        "/api/v1/events": {"get": _events()},
        "/ws": {"get": _websocket()},
        "/api/v1/instruments": {"get": _instruments()},
        "/api/v1/chart": {"get": _chart()},
        "/api/v1/ticker/{symbol}": {"get": _ticker()},
        "/healthz": {
            "get": _look("healthz", "Tell that the process answers.", {"200": response("It does.", "Health")})
        },
        "/readyz": {"get": _readiness()},
        "/metrics": {"get": _metrics()},
    }


def _postback() -> Schema:
    told = "The address that `countersign broker postback` shows."
    place = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT, "description": told}
        for name in ("broker", "token")
    ]
    schema: Schema = {"type": "object", "description": "Whatever the broker posts; it is only a hint to look."}
    return {
        "tags": [OURS],
        "operationId": "postback",
        "summary": "Take a broker's word that an order moved, and ask the broker about it.",
        "security": [],
        "parameters": place,
        "requestBody": {"required": False, "content": {"application/json": {"schema": schema}}},
        "responses": {"200": response("It is asked.", "Noted"), **refusals((403, 404, 413, 429, 500, 501, 503))},
    }


def _chartink_alert() -> Schema:
    schema: Schema = {
        "type": "object",
        "required": ["stocks", "scan_name"],
        "properties": {
            "stocks": _TEXT | {"description": "The shares, with commas between them."},
            "scan_name": _TEXT | {"description": "With exactly one of the words BUY, SELL, SHORT and COVER."},
        },
    }
    posted = {"stocks": "SBIN,INFY", "scan_name": "Breakouts BUY", "trigger_prices": "800.5,1500"}
    several: Schema = {
        "type": "object",
        "required": ["status", "message", "results"],
        "properties": {"status": _TEXT, "message": _TEXT, "results": {"type": "array", "items": {"type": "object"}}},
    }
    described = _strategy_alert()
    answers = described["responses"] | {"200": taken("placeorder", "placesmartorder", "basketorder")}
    answers["200"]["content"]["application/json"]["schema"]["anyOf"].append(several)
    return described | {
        "operationId": "chartink_webhook",
        "summary": "Take an alert of a Chartink scan: BUY and SHORT open, SELL and COVER close.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": posted}}},
        "responses": answers,
    }


def _strategy_alert() -> Schema:
    schema: Schema = {
        "type": "object",
        "required": ["symbol", "action"],
        "properties": {name: {"description": NOTES[name]} for name in ("symbol", "action", "position_size")},
    }
    posted = {"symbol": "SBIN", "action": "BUY", "position_size": "10"}
    described = _alert(())
    return described | {
        "operationId": "strategy_webhook",
        "summary": "Take an alert of OpenAlgo's Strategy: what it leaves out stands behind the address.",
        "parameters": [*described["parameters"], *(_asked(name, _TEXT) for name in NAMES)],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": posted}}},
        "responses": described["responses"] | {"200": taken("placeorder", "placesmartorder")},
    }


def _alert(alerts: Iterable[str]) -> Schema:
    schema = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in alerts]}
    token = {"name": "token", "in": "path", "required": True, "schema": _TEXT, "description": "csw_…"}
    accepted = response(MEANINGS[202][0], "Accepted")
    known = refusals((400, 404, 413, 429, 500, 501, 503, 504))
    return {
        "tags": ["Orders"],
        "operationId": "webhook",
        "summary": "Take an alert: a new order without a key, by TradingView or the like.",
        "security": [],
        "parameters": [token],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": _ALERT}}},
        "responses": {"200": taken(*KINDS), "202": accepted, **known},
    }


def _events() -> Schema:
    last = {
        "name": "Last-Event-ID",
        "in": "header",
        "schema": _TEXT | {"pattern": r"^\d{0,18}$"},
        "description": "Go on behind this event; 0 begins with the first.",
    }
    answers = {"200": _as("text/event-stream", _EVENT), **refusals((400, 403, 429, 500, 503))}
    return {
        "tags": ["Outcomes"],
        "operationId": "events",
        "summary": "Stream what happens to the account's orders.",
        "security": [{"XApiKey": []}],
        "parameters": [last],
        "responses": answers,
    }


def _websocket() -> Schema:
    switched = {"description": "The connection is a WebSocket now; authenticate in its first message."}
    return {
        "tags": ["Market"],
        "operationId": "websocket",
        "summary": "Begin a WebSocket with live prices and order updates.",
        "security": [],
        "responses": {"101": switched, **refusals((426, 429, 500))},
    }


def _instruments() -> Schema:
    listed = response("Every instrument; with `format=csv` as a CSV file.", "Instruments")
    listed["content"]["text/csv"] = {
        "schema": _TEXT,
        "example": "symbol,brsymbol,name\nSBIN,SBIN,State Bank of India\n",
    }
    return {
        "tags": ["Market"],
        "operationId": "instruments",
        "summary": "List every instrument that can be traded.",
        "security": [],
        "parameters": [
            _asked("apikey", _TEXT, required=True),
            _asked("exchange", wire.words(EXCHANGES)),
            _asked("format", wire.words(["json", "csv"])),
        ],
        "responses": {"200": listed, **_refused_query()},
    }


def _chart() -> Schema:
    return {
        "tags": ["Market"],
        "operationId": "kept_chart",
        "summary": "Show what a charting program keeps here.",
        "security": [],
        "parameters": [_asked("apikey", _TEXT, required=True)],
        "responses": {
            "200": response("Everything that is kept.", "ChartPreferences"),
            **_refused_query(),
        },
    }


def _ticker() -> Schema:
    found = response("Candles, oldest first; with `format=txt` a line for each.", "HistoryAnswer")
    found["content"]["text/plain"] = {"schema": _TEXT, "example": "NSE:SBIN,2026-11-23,800,812.5,795,801,120034\n"}
    symbol = {"name": "symbol", "in": "path", "required": True, "schema": _TEXT, "description": "Such as NSE:SBIN."}
    told = _refused_query()
    for refusal in told.values():
        refusal["content"]["text/plain"] = {"schema": _TEXT, "example": "Invalid openalgo apikey"}
    return {
        "tags": ["Market"],
        "operationId": "ticker",
        "summary": "Show past prices as charting programs read them.",
        "security": [],
        "parameters": [
            symbol,
            _asked("apikey", _TEXT, required=True),
            _asked("from", _TEXT, required=True, note="start_date"),
            _asked("to", _TEXT, required=True, note="end_date"),
            _asked("interval", _TEXT),
            _asked("format", wire.words(["json", "txt"])),
        ],
        "responses": {"200": found, **told},
    }


def _refused_query() -> Schema:
    """How a GET with a key is refused."""
    return refusals((403, 429, 500, 503)) | {"400": response(MEANINGS[400][0], "FieldErrors")}


def _asked(name: str, schema: Schema, *, required: bool = False, note: str = "") -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": NOTES[note or name]}


def _readiness() -> Schema:
    ready, not_ready = response("It is.", "Readiness"), response("It is not, and why.", "Readiness")
    return _look("readyz", "Tell whether every component can do its work.", {"200": ready, "503": not_ready})


def _metrics() -> Schema:
    return _look("metrics", "Show numbers for Prometheus.", {"200": _as("text/plain", _SAMPLE)}, 429, 500)


def _look(name: str, summary: str, answers: Schema, *known: int) -> Schema:
    responses = {**answers, **refusals(known or (500,))}
    return {"tags": [OURS], "operationId": name, "summary": summary, "security": [], "responses": responses}


def _as(media: str, example: str) -> Schema:
    return {"description": "As text.", "content": {media: {"schema": _TEXT, "example": example}}}
