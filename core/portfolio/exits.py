"""What a request would have done to what is held: whether it was to make a position smaller, or to protect it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import Invalid
from core.market.option_symbols import parse_underlying
from core.money import ZERO
from core.orders.gtt import Gtt
from core.orders.intents import Basket, Intent, OptionLeg, Options, Single, Smart, Split
from core.orders.order import Action, LegTerms, PositionKey, PriceType
from core.orders.smart_order import resolve_smart

Held = Mapping[PositionKey, Decimal]
_STOPS = frozenset({PriceType.SL, PriceType.SL_M})


@dataclass(frozen=True, slots=True)
class Exit:
    """What was asked, and the position that it was to make smaller; without one it is not known whether there is."""

    terms: LegTerms
    position: PositionKey | None = None

    @property
    def protects(self) -> bool:
        """Whether it was to wait for a price."""
        return self.terms.pricetype in _STOPS

    @property
    def how(self) -> str:
        """`protects`, `reduces`, or `unknown` where nobody knows what is held."""
        return "unknown" if self.position is None else "protects" if self.protects else "reduces"


def exit_of(intent: Intent, held: Held | None) -> Exit | None:
    """The first leg that trades against what is held, whatever its quantity and product; None when there is none.

    Where nobody knows what is held, every leg may be one.
    """
    if held is None:
        return next((Exit(one) for one in _asked(intent, {})), None)
    for terms in _asked(intent, held):
        for key, quantity in held.items():
            if key[:2] == (terms.exchange, terms.symbol) and _against(terms.action, quantity):
                return Exit(terms, key)
    return None


def _asked(intent: Intent, held: Held) -> Sequence[LegTerms]:
    match intent:
        case Single(terms) | Split(terms, _):
            return [terms]
        case Basket(items):
            return items
        case Gtt():
            return [intent.terms]
        case Smart():
            leg = resolve_smart(intent, held.get(intent.terms.position_key, ZERO))
            return [leg] if isinstance(leg, LegTerms) else []
        case Options():
            return [terms for leg in intent.legs for terms in _of_underlying(intent, leg, held)]
    return []


def _of_underlying(intent: Options, leg: OptionLeg, held: Held) -> Sequence[LegTerms]:
    """The leg as if it named each held contract of its underlying and type: which one it means may be the problem."""
    try:
        name = parse_underlying(intent.underlying)[0]
    except Invalid:
        return []
    return [
        LegTerms(exchange, symbol, leg.action, Decimal(leg.quantity), leg.pricetype, product, leg.price)
        for exchange, symbol, product in held
        if symbol.startswith(name) and symbol.endswith(leg.option_type)
    ]


def _against(action: Action, quantity: Decimal) -> bool:
    return quantity < ZERO if action is Action.BUY else quantity > ZERO


def with_holdings(positions: Held, holdings: Held) -> Held:
    """Positions and delivered shares together."""
    return {**holdings, **{key: quantity + holdings.get(key, ZERO) for key, quantity in positions.items()}}
