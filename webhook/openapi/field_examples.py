"""Each field in a few words with a value that works, and example bodies made of those."""

from collections.abc import Mapping

from webhook.fields.json_schema import Schema

NOTES: Mapping[str, str] = {
    "apikey": "The strategy's key.",
    "strategy": "The strategy's name, as the client reads it on the card.",
    "exchange": "Where it is traded.",
    "symbol": "The instrument in OpenAlgo's spelling.",
    "action": "Buy or sell.",
    "quantity": "How many, in units and not in lots; whole but on CRYPTO.",
    "pricetype": "MARKET, LIMIT, SL (stop with a limit) or SL-M (stop at the market).",
    "product": "MIS intraday, NRML carried derivatives, CNC delivery.",
    "price": "The limit, in rupees; needed for LIMIT and SL, else ignored.",
    "trigger_price": "Where a stop wakes, in rupees; needed for SL and SL-M, else ignored.",
    "disclosed_quantity": "How many of them the market sees; 0 for all.",
    "underlying_ltp": "Accepted as OpenAlgo does, and not used.",
    "position_size": "The net position to arrive at; negative is short.",
    "orders": "The basket's orders.",
    "splitsize": "How many at most in one part; 0 does not split.",
    "underlying": "The index or share, with or without an expiry.",
    "expiry_date": "Such as 29DEC26; may be left out when the underlying carries it.",
    "strike_int": "The distance between strikes; left out, the listed strikes are counted.",
    "offset": "ATM, or ITM1 to ITM50, or OTM1 to OTM50.",
    "option_type": "Call (CE) or put (PE).",
    "legs": "1 to 20 option legs.",
    "orderid": "The broker's number of the order.",
    "trigger_type": "SINGLE has one trigger, OCO a stop-loss and a target.",
    "triggerprice_sl": "The stop-loss trigger, in rupees.",
    "triggerprice_tg": "The target trigger, in rupees.",
    "stoploss": "The limit of the stop-loss side of an OCO.",
    "target": "The limit of the target side of an OCO.",
    "expires_at": "When the trigger ends: a date, or a date and time, of India unless it says otherwise.",
    "trigger_id": "The trigger's number.",
    "mode": "True is the sandbox, false is live.",
    "pending_order_id": "The number that the order was answered with.",
    "wait": "Seconds to wait for a decision, 0 to 60.",
    "status": "Only those in this state; `all` for any.",
    "limit": "How many on one page, 1 to 100.",
    "cursor": "The `next_cursor` of the page before.",
    "symbols": "The instruments.",
    "username": "Accepted as OpenAlgo does, and not used: the message goes to the account's owners.",
    "message": "What they read, as the words of a strategy; at most 1000 characters.",
    "priority": "1 to 10. Kept in the audit trail; how loud it is the owners choose.",
    "wait_for_delivery": "Accepted as OpenAlgo does: the answer comes when the message is on disk.",
    "query": "What to search for.",
    "format": "`json`, or a text: `csv` of a list, `txt` of candles.",
    "instrumenttype": "Which kind of contract.",
    "strike_count": "Strikes on each side of the money, 1 to 100; left out, all.",
    "with_greeks": "Whether to add implied volatility and Greeks.",
    "interest_rate": "Per cent a year, 0 to 100.",
    "forward_price": "What the Greeks are reckoned on; left out, what the call and put at the money make of it.",
    "underlying_symbol": "Take the price of this instead, such as NIFTY or NIFTY29DEC26FUT.",
    "underlying_exchange": "Where that one is traded.",
    "expiry_time": "When it expires on its last day, as HH:MM in India; left out, the exchange's usual time.",
    "positions": "1 to 50 positions. Their numbers are text.",
    "year": "2020 to 2050; left out, this year.",
    "date": "Such as 2026-12-29.",
    "interval": "The length of a candle, such as 1m, 5m, 1h or D.",
    "start_date": "The first day in India, such as 2026-11-23.",
    "end_date": "The last day in India.",
    "source": "`api` asks the broker where it can tell; `db` takes what was recorded here.",
    "note": "A sentence or two for the client, shown as a quotation on the card; at most 280 characters.",
    "bounds": "How far the client may change quantity and limit before approving; left out, only a smaller quantity.",
    "api_type": "Which kind of order; left out, placesmartorder with a position_size, else placeorder.",
}
_VALUES: Mapping[str, object] = {
    "apikey": "cs_your_key",
    "strategy": "Opening range",
    "exchange": "NSE",
    "symbol": "SBIN",
    "action": "BUY",
    "quantity": 10,
    "pricetype": "LIMIT",
    "product": "MIS",
    "price": 800,
    "trigger_price": 0,
    "disclosed_quantity": 0,
    "position_size": 10,
    "splitsize": 5,
    "underlying": "NIFTY",
    "expiry_date": "29DEC26",
    "offset": "ATM",
    "option_type": "CE",
    "orderid": "26112354370564",
    "trigger_type": "SINGLE",
    "triggerprice_sl": 790,
    "trigger_id": "26112300000001",
    "mode": True,
    "pending_order_id": 7,
    "wait": 60,
    "query": "NIFTY",
    "username": "asha",
    "message": "NIFTY is above 26,000.",
    "instrumenttype": "options",
    "date": "2026-11-23",
    "interval": "5m",
    "start_date": "2026-11-23",
    "end_date": "2026-11-23",
    "year": 2026,
}
_OF_OPTIONS = {"exchange": "NSE_INDEX", "quantity": 65, "product": "NRML", "pricetype": "MARKET"}
_AN_OPTION = {"exchange": "NFO", "symbol": "NIFTY29DEC2626000CE"}
_OF_SCHEMA: Mapping[str, Mapping[str, object]] = {
    "OptionsOrder": _OF_OPTIONS,
    "OptionsMultiOrder": _OF_OPTIONS,
    "OptionsLeg": _OF_OPTIONS,
    "OptionSymbol": _OF_OPTIONS,
    "SyntheticFuture": _OF_OPTIONS,
    "OptionGreeks": _AN_OPTION,
    "OneOption": _AN_OPTION,
    "OptionChain": _OF_OPTIONS | {"strike_count": 5},
    "Expiry": {"symbol": "NIFTY", "exchange": "NFO"},
    "MarginPosition": {"quantity": "10", "price": "800", "trigger_price": "0"},
    "PlaceGttOrder": {"product": "CNC"},
    "ModifyGttOrder": {"product": "CNC"},
    "PendingOrders": {"status": "pending", "limit": 20},
    "SplitOrder": {"quantity": 12},
}
_ALSO = frozenset({"product", "pricetype", "price", "expiry_date", "triggerprice_sl", "wait", "strike_count"})
"""Shown in examples although they may be left out."""
_ANY_NAME: Mapping[str, Mapping[str, object]] = {"Chart": {"favorites": ["SBIN", "NIFTY"]}}
"""Fields that have no name of ours."""
_SCHEMA_ONLY = frozenset({"status", "limit"})


def example(name: str, schemas: Mapping[str, Schema]) -> dict[str, object]:
    """A body that this schema accepts."""
    schema, own = schemas[name], _OF_SCHEMA.get(name, {})
    wanted = {*schema.get("required", ()), *_ALSO, *own.keys() & _SCHEMA_ONLY}
    body = {
        field: _nested(inside, schemas) if inside.get("type") == "array" else own.get(field, _VALUES.get(field))
        for field, inside in schema["properties"].items()
        if field in wanted
    }
    if body.get("pricetype") == "MARKET":
        body.pop("price", None)
    return {**body, **_ANY_NAME.get(name, {})}


def _nested(schema: Schema, schemas: Mapping[str, Schema]) -> list[object]:
    return [example(schema["items"]["$ref"].rpartition("/")[2], schemas)]
