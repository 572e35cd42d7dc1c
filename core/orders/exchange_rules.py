"""What exchanges refuse by rules of their own: dated tables, so that a rule holds from its own day on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from core.clock import IST
from core.errors import Invalid
from core.market.instruments import EXCHANGES, Instrument
from core.market.market_phase import MarketPhase
from core.market.quotes import Quote
from core.money import plain, rupees
from core.orders.order import Action, LegTerms, PriceType

LEAST_DISCLOSED = 10
"""Percent of the quantity."""
AUCTION_BEGINS, AUCTION_ENDS = time(15, 15), time(15, 30)
_STOPS = frozenset({PriceType.SL, PriceType.SL_M})
_LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})
_BAND_GIVES_WAY = Decimal("0.1")
"""So near to its edge, in percent of the previous close, a trade moves a band that can move, by another step."""
_BAND_STEP = 5


@dataclass(frozen=True, slots=True)
class Situation:
    """What an order is judged by beside its terms."""

    instrument: Instrument
    quote: Quote | None
    now: datetime
    phase: MarketPhase


@dataclass(frozen=True, slots=True)
class Rule:
    """Orders that these exchanges refuse since a day, and why, for who placed one."""

    since: date
    exchanges: frozenset[str]
    forbids: Callable[[LegTerms, Situation], bool]
    why: str


@dataclass(frozen=True, slots=True)
class Band:
    """How far from the previous close, in percent, an exchange takes the limits of shares.

    The band of shares with derivatives gives way when the price comes near its edge.
    """

    since: date
    exchange: str
    has_derivatives: bool
    percent: int

    def edges(self, quote: Quote) -> tuple[Decimal, Decimal]:
        """The lowest and the highest price; what traded today was within, so it is here."""
        close = quote.prev_close
        traded = [price for price in (quote.ltp, quote.low, quote.high) if price > 0]
        farthest = max((abs(price - close) for price in traded), default=Decimal(0))
        width = close * (self.percent + self._given_way(farthest / close * 100)) / 100
        return min([close - width, *traded]), max([close + width, *traded])

    def _given_way(self, moved: Decimal) -> int:
        beyond = moved - (self.percent - _BAND_GIVES_WAY)
        return _BAND_STEP * (int(beyond // _BAND_STEP) + 1) if self.has_derivatives and beyond >= 0 else 0


def _is_sl_m(terms: LegTerms, situation: Situation) -> bool:
    return terms.pricetype is PriceType.SL_M


def _is_sl_m_on_option(terms: LegTerms, situation: Situation) -> bool:
    return terms.pricetype is PriceType.SL_M and situation.instrument.strike is not None


def _has_limit_before_trigger(terms: LegTerms, situation: Situation) -> bool:
    if terms.pricetype is not PriceType.SL:
        return False
    is_buy = terms.action is Action.BUY
    return terms.price < terms.trigger_price if is_buy else terms.price > terms.trigger_price


def _discloses_too_much(terms: LegTerms, situation: Situation) -> bool:
    return terms.disclosed_quantity > terms.quantity


def _discloses_too_little(terms: LegTerms, situation: Situation) -> bool:
    return 0 < terms.disclosed_quantity * 100 < terms.quantity * LEAST_DISCLOSED


def _is_barred_from_auction(terms: LegTerms, situation: Situation) -> bool:
    if situation.phase is not MarketPhase.SESSION or not situation.instrument.has_derivatives:
        return False
    is_auction = AUCTION_BEGINS <= situation.now.astimezone(IST).time() < AUCTION_ENDS
    return is_auction and (terms.pricetype in _STOPS or terms.disclosed_quantity > 0)


def _closing_auction(exchange: str, since: date) -> Rule:
    return Rule(
        since,
        frozenset({exchange}),
        _is_barred_from_auction,
        f"{exchange} takes no SL, SL-M or disclosed quantity in the closing auction of shares with derivatives "
        f"({AUCTION_BEGINS:%H:%M} to {AUCTION_ENDS:%H:%M}); use LIMIT or MARKET",
    )


_EVERYWHERE = frozenset(EXCHANGES)
RULES = (
    Rule(
        date(2021, 9, 27),
        frozenset({"NFO"}),
        _is_sl_m_on_option,
        "NSE takes no SL-M orders for options; use SL with a limit price",
    ),
    Rule(
        date(2023, 10, 9),
        frozenset({"BSE", "BFO", "BCD"}),
        _is_sl_m,
        "BSE takes no SL-M orders; use SL with a limit price",
    ),
    Rule(
        date.min,
        _EVERYWHERE,
        _has_limit_before_trigger,
        "The limit of an SL order must not be better than its trigger price: "
        "at or above it when buying, at or below it when selling",
    ),
    Rule(date.min, _EVERYWHERE, _discloses_too_much, "Disclosed quantity must not be above the quantity"),
    Rule(
        date.min,
        _EVERYWHERE,
        _discloses_too_little,
        f"Disclosed quantity must be at least {LEAST_DISCLOSED}% of the quantity, or 0 for all of it",
    ),
    _closing_auction("NSE", date(2026, 8, 3)),
    _closing_auction("BSE", date(2026, 8, 3)),
)
BANDS = (
    Band(date.min, "NSE", has_derivatives=False, percent=20),
    Band(date.min, "BSE", has_derivatives=False, percent=20),
    Band(date.min, "NSE", has_derivatives=True, percent=10),
    Band(date.min, "BSE", has_derivatives=True, percent=10),
)


def require_allowed(terms: LegTerms, situation: Situation) -> None:
    """Raises Invalid with the first rule of the exchange that the order breaks."""
    today = situation.now.astimezone(IST).date()
    for rule in RULES:
        if today >= rule.since and terms.exchange in rule.exchanges and rule.forbids(terms, situation):
            raise Invalid(rule.why)
    for band in BANDS:
        is_for = (band.exchange, band.has_derivatives) == (terms.exchange, situation.instrument.has_derivatives)
        if today >= band.since and is_for:
            _require_within(band, terms, situation)


def _require_within(band: Band, terms: LegTerms, situation: Situation) -> None:
    quote = situation.quote
    # While the exchange is closed, the close that the next day's band is reckoned from is not there yet.
    if terms.pricetype not in _LIMITED or situation.phase is not MarketPhase.SESSION:
        return
    if quote is None or quote.prev_close <= 0:
        return
    low, high = band.edges(quote)
    if not low <= terms.price <= high:
        raise Invalid(
            f"Price {plain(terms.price)} is outside of today's price band of {terms.symbol} on {terms.exchange}: "
            f"{rupees(low)} to {rupees(high)}"
        )
