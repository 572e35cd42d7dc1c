"""What the endpoints that look at the market answer when all is well; the same in both trading modes."""

from collections.abc import Mapping

from core.calendar.days import HolidayKind
from core.market.instruments import InstrumentType
from webhook.fields.json_schema import Schema
from webhook.openapi.answer_schemas import Many, Maybe, Shape, modeless, one_of
from webhook.openapi.value_kinds import FLAG, NUMBER, TEXT, WHOLE, words_in

DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
DASHED: Schema = {"type": "string", "pattern": r"^\d\d-[A-Z]{3}-\d\d$", "description": "Such as 29-DEC-26."}
MILLISECONDS: Schema = WHOLE | {"description": "Milliseconds since 1970."}

PRICES = {
    "high": NUMBER,
    "low": NUMBER,
    "ltp": NUMBER,
    "oi": WHOLE,
    "open": NUMBER,
    "prev_close": NUMBER,
    "volume": WHOLE,
}
QUOTE = {"ask": NUMBER, "bid": NUMBER, **PRICES}
LEVEL = Shape({"price": NUMBER, "quantity": WHOLE})
DEPTH = Shape(
    {
        **PRICES,
        "asks": Many(LEVEL),
        "bids": Many(LEVEL),
        "ltq": WHOLE,
        "totalbuyqty": WHOLE,
        "totalsellqty": WHOLE,
    }
)
INSTRUMENT = {
    "brexchange": TEXT,
    "brsymbol": TEXT,
    "exchange": TEXT,
    "expiry": {"anyOf": [DASHED, {"const": ""}]},
    "freeze_qty": WHOLE,
    "instrumenttype": words_in(InstrumentType),
    "lotsize": WHOLE,
    "name": TEXT,
    "strike": NUMBER,
    "symbol": TEXT,
    "tick_size": NUMBER,
    "token": TEXT,
}
PAIR = {"symbol": TEXT, "exchange": TEXT}
OPTION = {**PAIR, "lotsize": WHOLE, "tick_size": NUMBER, "freeze_qty": WHOLE, "underlying_ltp": NUMBER}
SIDE = {"symbol": TEXT, "label": TEXT, "lotsize": WHOLE, "tick_size": NUMBER}
CONTRACT = one_of(Shape({**SIDE, **QUOTE}), Shape(SIDE), {"type": "null"})
RUNG = Shape({"strike": NUMBER, "ce": CONTRACT, "pe": CONTRACT})
MARGIN = Shape({"total_margin_required": NUMBER, "span_margin": NUMBER, "exposure_margin": NUMBER})
SESSION = Shape({"exchange": TEXT, "start_time": MILLISECONDS, "end_time": MILLISECONDS})
HOLIDAY = Shape(
    {
        "date": DAY,
        "description": TEXT,
        "holiday_type": words_in(HolidayKind),
        "closed_exchanges": Many(TEXT),
        "open_exchanges": Many(SESSION),
    }
)
CANDLES = ("months", "weeks", "days", "hours", "minutes", "seconds")

MARKET: Mapping[str, tuple[Schema, ...]] = {
    "quotes": modeless(data=Shape(QUOTE)),
    "multiquotes": modeless(
        results=Many(one_of(Shape({**PAIR, "data": Shape(QUOTE)}), Shape({**PAIR, "error": TEXT})))
    ),
    "depth": modeless(data=DEPTH),
    "symbol": modeless(data=Shape({**INSTRUMENT, "id": WHOLE})),
    "search": modeless(message=TEXT, data=Many(Shape(INSTRUMENT))),
    "expiry": modeless(message=TEXT, data=Many(DASHED)),
    "optionsymbol": modeless(**OPTION),
    "optionchain": modeless(
        underlying=TEXT, underlying_ltp=NUMBER, expiry_date=TEXT, atm_strike=NUMBER, chain=Many(RUNG)
    ),
    "margin": modeless(data=MARGIN),
    "intervals": modeless(data=Shape(dict.fromkeys(CANDLES, Many(TEXT)))),
    "market/holidays": modeless(year=WHOLE, timezone=TEXT, complete=FLAG, message=Maybe(TEXT), data=Many(HOLIDAY)),
    "market/timings": modeless(data=Many(SESSION)),
}
"""By endpoint."""
