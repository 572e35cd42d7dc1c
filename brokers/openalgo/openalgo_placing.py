"""An order to OpenAlgo, and what its answer proves. Only what is listed here proves that there is no order."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.openalgo.openalgo_answers import Told
from core.ids import BrokerOrderId
from core.money import plain
from core.orders.broker_order import NotSent, Placement, PlaceRequest, QueuedElsewhere, Refused, Unknown, accepted
from core.orders.order import LegTerms

DEFAULT_STRATEGY = "Countersign"
"""OpenAlgo requires one."""
ANALYZE = (
    "OpenAlgo is in analyze mode: orders go to its own sandbox, not to a broker. Switch it to live, then ask again"
)
SEMI_AUTO = (
    "OpenAlgo holds orders back in its own Action Center (semi-auto mode): set its order mode to auto, so that an"
    " order is approved once"
)
KEY = "OpenAlgo refuses the API key, or nobody is logged in to the broker there; log in to OpenAlgo"
NOT_OPENALGO = "There is no OpenAlgo API at that address, or it has no broker; check the address and OpenAlgo's log"
TOO_MANY = "OpenAlgo, or the broker behind it, takes no more requests in this second"
_EXACT_UP_TO = Decimal(2**53)
_PAUSE = timedelta(seconds=1)
_LIMITER = re.compile(r"\d+ per \d+ \w+")
_SCHEMA = re.compile(r"\{'\w+': ")
_REFUSAL = re.compile(
    r"fractional quantity|insufficient|shortage|lot ?size|multiples? of|tick ?size|circuit|price (?:band|range)"
    r"|symbol\b.*not found|not found (?:on|for)|freeze|markets? (?:is|are) closed|outside market hours"
    r"|orders? require price|not allowed|cannot (?:sell|place)"
    r"|invalid (?:symbol|product|price|quantity|exchange|trigger|action)|missing mandatory field"
    r"|margin (?:exceeds|required)|\brms:|blocked|banned|no (?:holdings|positions)",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"time[d ]*-?out|order ?book|confirm|later|gateway|pending|process|may have|internal|unable|no response|connect",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"access[_ ]?token|api[_ `]?key|session|log ?in|token (?:is )?(?:expired|invalid)|invalid token|unauthori[sz]ed",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"static ip|\bip\b.*(?:allow|register|whitelist)|(?:allow|register|whitelist).*\bip\b", re.IGNORECASE
)
_TOO_MANY = re.compile(r"too many requests|rate limit|maximum allowed order requests", re.IGNORECASE)


def order_body(terms: LegTerms, strategy: str) -> Mapping[str, str]:
    """The fields of an order, numbers as text: that is how OpenAlgo's own client sends them."""
    return {
        "strategy": strategy or DEFAULT_STRATEGY,
        "symbol": terms.symbol,
        "action": terms.action.value,
        "exchange": terms.exchange,
        "pricetype": terms.pricetype.value,
        "product": terms.product.value,
        "quantity": plain(terms.quantity),
        "price": plain(terms.price),
        "trigger_price": plain(terms.trigger_price),
        "disclosed_quantity": str(terms.disclosed_quantity),
    }


def order_id_of(fields: Mapping[str, object]) -> BrokerOrderId | None:
    """The number that an answer or a row gives; brokers' modules leave it out, empty, null or no text.

    OpenAlgo makes binary fractions of a book's whole numbers: those that do not fit into one are not whole any more.
    """
    given = fields.get("orderid")
    if isinstance(given, Decimal) and given == given.to_integral_value() and given < _EXACT_UP_TO:
        given = int(given)
    is_one = isinstance(given, str | int) and not isinstance(given, bool) and str(given).strip()
    return BrokerOrderId(str(given).strip()) if is_one else None


def read_placement(told: Told, request: PlaceRequest, at: datetime) -> Placement:
    """What is known after this answer to an order."""
    if told.is_analyze:
        # Nothing reaches a broker in this mode; what its sandbox took is told as what it is.
        return NotSent(ANALYZE) if told.is_error and told.status == 400 else Unknown(ANALYZE)
    if told.is_success:
        return _read_success(told, request, at)
    if why := not_sent_because(told):
        return NotSent(why, _PAUSE if told.status == 429 else timedelta(0))
    if told.status == 400 and told.is_error and is_refusal(told.message):
        return Refused(told.message)
    said = f": {told.message}" if told.message else ", but not as OpenAlgo does"
    return Unknown(f"OpenAlgo answered {told.status}{said}")


def _read_success(told: Told, request: PlaceRequest, at: datetime) -> Placement:
    waiting = told.fields.get("pending_order_id")
    if waiting is not None or told.fields.get("mode") == "semi_auto":
        return QueuedElsewhere(str(waiting or ""), f"{SEMI_AUTO}. This order waits there as number {waiting}")
    order_id = order_id_of(told.fields)
    if order_id is None:
        return Unknown("OpenAlgo calls it a success, and gives no order number")
    return accepted(request, order_id, at)


def not_sent_because(told: Told) -> str:
    """Why this answer proves that no broker was asked; nothing when it does not prove it."""
    if told.status == 429 and _is_too_many(told):
        return TOO_MANY
    if told.status == 403 and told.message in {"Invalid openalgo apikey", "Invalid API key"}:
        return KEY
    if told.status in {401, 403} and told.is_error and not _DOUBT.search(told.message):
        if _ADDRESS.search(told.message):
            return f"The broker takes no orders from OpenAlgo's address: {told.message}"
        return f"{KEY}: {told.message}" if _LOGIN.search(told.message) else ""
    is_flasks_own = told.message == "Not found" and "path" in told.fields
    is_without_broker = told.is_error and told.message == "Broker-specific module not found"
    return NOT_OPENALGO if told.status == 404 and (is_flasks_own or is_without_broker) else ""


def is_refusal(message: str) -> bool:
    """Whether this text, which came with a 400, is a definite no; brokers also say 400 of orders that they place."""
    if _SCHEMA.match(message):
        return True
    return bool(_REFUSAL.search(message)) and not _DOUBT.search(message)


def _is_too_many(told: Told) -> bool:
    is_limiter = "status" not in told.fields and _LIMITER.fullmatch(told.message)
    return bool(is_limiter or (told.is_error and _TOO_MANY.search(told.message)))
