"""Option contracts by their distance from the money."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from core.errors import Invalid
from core.market.instruments import Instrument
from core.money import plain

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_UNDERLYING = re.compile(rf"(.+)(\d{{2}}(?:{_MONTHS})\d{{2}})(?:FUT)?", re.ASCII)
_OFFSET = re.compile(r"(ATM)|(ITM|OTM)([1-9]\d{0,2})", re.ASCII)
_EXPIRY = re.compile(r"\d{2}[A-Z]{3}\d{2}", re.ASCII)
_NSE_INDICES = frozenset({"NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50", "INDIAVIX"})
_BSE_INDICES = frozenset({"SENSEX", "BANKEX", "SENSEX50"})
_OPTION_EXCHANGES = {"NSE": "NFO", "NSE_INDEX": "NFO", "BSE": "BFO", "BSE_INDEX": "BFO"}
_OWN_EXCHANGES = frozenset({"MCX", "CDS", "NCO", "BCD", "NCDEX", "CRYPTO", "NFO", "BFO"})
NO_EXPIRY = "Expiry date required. Provide via expiry_date parameter or embed in underlying (e.g., NIFTY28OCT25FUT)."


def parse_expiry(text: str) -> date:
    """`28OCT25` as a day. Raises Invalid."""
    try:
        if not _EXPIRY.fullmatch(text):
            raise ValueError
        return datetime.strptime(text.title(), "%d%b%y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Invalid(f"Invalid expiry date: {text}. Use DDMMMYY, such as 28OCT25.") from None


@lru_cache(maxsize=1024)
def render_expiry(day: date) -> str:
    """A day as symbols carry it: `28OCT25`. A broker's list has a hundred thousand contracts and some dozen days."""
    return f"{day:%d%b%y}".upper()


def parse_underlying(text: str) -> tuple[str, date | None]:
    """`NIFTY` or `NIFTY28OCT25FUT` as a name and the expiry embedded in it. Raises Invalid.

    An expiry is what stands at the end, so a name may have digits, too: `NIFTYNXT5028OCT25FUT`.
    """
    match = _UNDERLYING.fullmatch(text.upper())
    return (match[1], parse_expiry(match[2])) if match else (text.upper(), None)


def underlying_exchange(name: str, exchange: str) -> str:
    """The exchange that quotes the underlying itself."""
    if exchange not in {"NFO", "BFO"}:
        return exchange
    if name in _NSE_INDICES:
        return "NSE_INDEX"
    if name in _BSE_INDICES:
        return "BSE_INDEX"
    return "NSE" if exchange == "NFO" else "BSE"


def option_exchange(exchange: str) -> str:
    """The exchange that trades options on an underlying of this exchange."""
    return exchange if exchange in _OWN_EXCHANGES else _OPTION_EXCHANGES.get(exchange, "NFO")


def option_symbol(name: str, expiry: date, strike: Decimal, option_type: str) -> str:
    """The symbol of an option contract: `NIFTY28OCT2525000CE`."""
    return f"{name}{render_expiry(expiry)}{plain(strike)}{option_type}"


def pick_listed(contracts: Sequence[Instrument], ltp: Decimal, offset: str, option_type: str) -> Instrument:
    """The listed contract at this offset; `contracts` by rising strike. Raises Invalid.

    In the money is below the strike at the money for calls and above it for puts.
    """
    steps = _steps(offset, option_type)
    at_the_money = nearest_strike([contract.strike or Decimal(0) for contract in contracts], ltp)
    place = at_the_money + steps if steps is not None else -1
    if not 0 <= place < len(contracts):
        said = f"Offset {offset} is out of range for available strikes. Please use a smaller offset."
        raise Invalid(said)
    return contracts[place]


def nearest_strike(strikes: Sequence[Decimal], ltp: Decimal) -> int:
    """The place of the strike at the money: the one nearest to `ltp`, the lower one of two equally near.

    `strikes` rise. Raises Invalid when the price is so far beyond them that another strike would be nearer if it
    were listed: more than half the distance between the last two.
    """
    below, above = (abs(pair[0] - pair[-1]) / 2 for pair in (strikes[:2], strikes[-2:]))
    if not strikes[0] - below <= ltp <= strikes[-1] + above:
        span = f"{plain(strikes[0])} to {plain(strikes[-1])}"
        raise Invalid(
            f"The strike at the money is not listed: the price is {plain(ltp)}, and the strikes go from {span}."
        )
    return min(range(len(strikes)), key=lambda place: (abs(strikes[place] - ltp), strikes[place]))


def computed_strike(ltp: Decimal, step: int, offset: str, option_type: str) -> Decimal:
    """The strike at this offset, with strikes every `step` rupees; half a step rounds to even. Raises Invalid."""
    steps = _steps(offset, option_type)
    if steps is None:
        raise Invalid(f"Invalid offset: {offset}")
    at_the_money = (ltp / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step
    return at_the_money + steps * step


def _steps(offset: str, option_type: str) -> int | None:
    """How many strikes above the money an offset is, below it if negative; None for a word that is no offset."""
    match = _OFFSET.fullmatch(offset.upper())
    if match is None:
        return None
    if match[1]:
        return 0
    out_of_the_money = int(match[3]) if match[2] == "OTM" else -int(match[3])
    return out_of_the_money if option_type == "CE" else -out_of_the_money
