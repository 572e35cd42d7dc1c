"""What a reader sends over its WebSocket: one JSON object with an action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from core.errors import CountersignError
from core.market.instruments import Ticker
from webhook.request.body import parse_object

LONGEST_NAME = 50
_LONGEST_ECHO = 100


class Mode(IntEnum):
    """How much of a price is told, by OpenAlgo's number."""

    LTP = 1
    QUOTE = 2
    DEPTH = 3

    @property
    def label(self) -> str:
        """The mode's name as OpenAlgo writes it."""
        return _LABELS[self]


_LABELS = {Mode.LTP: "LTP", Mode.QUOTE: "Quote", Mode.DEPTH: "Depth"}
_BY_NAME: Mapping[object, Mode] = {mode.name: mode for mode in Mode}


class Refused(CountersignError):
    """The message cannot be carried out; the connection stays."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """One instrument, and how much of its price."""

    ticker: Ticker
    mode: Mode


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """One message of a reader."""

    action: str
    fields: Mapping[str, object]

    def text(self, name: str) -> str:
        """A field that is text; empty when it is missing or something else."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def echo(self, name: str) -> object:
        """A number or short text to be given back as it came; None for all else."""
        value = self.fields.get(name)
        if isinstance(value, Decimal):
            return float(value)
        return value if isinstance(value, int | str) and len(str(value)) <= _LONGEST_ECHO else None

    def wanted(self) -> Sequence[Wanted]:
        """The instruments it names, in `symbols` or by itself. Raises Refused."""
        mode = self.fields.get("mode", Mode.QUOTE)
        listed = self.fields.get("symbols") or [self.fields]
        if not isinstance(listed, list):
            raise Refused("INVALID_PARAMETERS", "symbols must be a list of objects with exchange and symbol.")
        return [_wanted(one, mode) for one in listed]


def parse_request(text: str) -> LiveRequest:
    """A message as its sender meant it. Raises Refused."""
    try:
        fields = parse_object(text.encode())
    except (CountersignError, UnicodeEncodeError) as fault:
        detail = getattr(fault, "detail", "it must be one JSON object")
        raise Refused("INVALID_JSON", f"The message cannot be read: {detail}.") from None
    action = fields.get("action") or fields.get("type")
    if not isinstance(action, str):
        raise Refused("INVALID_ACTION", "The message needs an action, such as authenticate or subscribe.")
    return LiveRequest(action, fields)


def _wanted(one: object, mode: object) -> Wanted:
    names = (one.get("exchange"), one.get("symbol")) if isinstance(one, dict) else ()
    texts = [name for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME]
    if not isinstance(one, dict) or len(texts) != 2:
        raise Refused("INVALID_PARAMETERS", "Every instrument needs its exchange and its symbol.")
    exchange, symbol = texts
    return Wanted((exchange, symbol), _parse_mode(one.get("mode", mode)))


def _parse_mode(value: object) -> Mode:
    named = _BY_NAME.get(value.strip().upper()) if isinstance(value, str) else None
    if named is not None:
        return named
    if isinstance(value, int) and not isinstance(value, bool) and value in set(Mode):
        return Mode(value)
    raise Refused("INVALID_MODE", f"The mode {str(value)[:20]!r} is none: 1 is LTP, 2 is Quote, 3 is Depth.")
