"""The intent of a request, before it is resolved into legs."""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.orders.gtt import Gtt, parse_gtt
from core.orders.order import Action, ApiType, LegTerms, Order, PriceType, Product


@dataclass(frozen=True, slots=True)
class Single:
    """One broker order."""

    terms: LegTerms


@dataclass(frozen=True, slots=True)
class Smart:
    """A smart order: bring the position to `position_size`; without a position the quantity of `terms` counts."""

    terms: LegTerms
    position_size: Decimal


@dataclass(frozen=True, slots=True)
class Basket:
    """Several broker orders under one decision."""

    items: tuple[LegTerms, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One order in children of at most `size`."""

    terms: LegTerms
    size: int


@dataclass(frozen=True, slots=True)
class OptionLeg:
    """One contract to be found: `offset` from the money; `expiry` beats the order's; `split` 0 is one child.

    Expiries stay as the caller wrote them: one that is no day is simply not listed.
    """

    offset: str
    option_type: str
    action: Action
    quantity: int
    expiry: str | None = None
    pricetype: PriceType = PriceType.MARKET
    product: Product = Product.MIS
    price: Decimal = ZERO
    trigger_price: Decimal = ZERO
    disclosed_quantity: int = 0
    split: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """Option contracts of one underlying; with `strike_step` strikes are computed, else listed ones are used.

    `multi` when several legs could have been asked for: errors then name the leg.
    """

    underlying: str
    exchange: str
    legs: tuple[OptionLeg, ...]
    expiry: str | None = None
    strike_step: int | None = None
    multi: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """Square off every open position at the market."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored intent that cannot be parsed any more; its order can only be rejected."""


Intent = Closing | Single | Smart | Basket | Split | Options | Gtt
MOVING = (Smart, Options)
"""The intents whose legs depend on positions or prices, and are resolved again at the decision."""
KEPT = (*MOVING, Gtt)
"""The intents that are stored with their order, because its legs do not say all of it."""
_KINDS: dict[str, type[Intent]] = {
    kind.__name__: kind for kind in (Closing, Single, Smart, Basket, Split, Options, Gtt)
}


def dump_intent(intent: Intent) -> str:
    """The intent as it is stored: JSON whose decimals are text."""
    return json.dumps({"kind": type(intent).__name__, **asdict(intent)}, separators=(",", ":"), default=str)


def parse_intent(text: str) -> Intent | Unreadable:
    """The intent from its stored text; Unreadable when it cannot be parsed."""
    try:
        return _parse(json.loads(text))
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return Unreadable()


def _parse(fields: dict[str, Any]) -> Intent:
    kind = _KINDS[fields.pop("kind")]
    if kind is Closing:
        return Closing()
    if kind is Smart:
        return Smart(parse_terms(fields["terms"]), Decimal(fields["position_size"]))
    if kind is Split:
        return Split(parse_terms(fields["terms"]), fields["size"])
    if kind is Basket:
        return Basket(tuple(parse_terms(item) for item in fields["items"]))
    if kind is Options:
        legs = tuple(_option_leg(leg) for leg in fields["legs"])
        return Options(**{**fields, "legs": legs})
    if kind is Gtt:
        return parse_gtt(fields)
    return Single(parse_terms(fields["terms"]))


def gtt_of(order: Order) -> Gtt | None:
    """What a placegttorder asks for; None for every other order, and for one that cannot be read any more."""
    if order.api_type is not ApiType.PLACEGTTORDER:
        return None
    return order.intent if isinstance(order.intent, Gtt) else None


def parse_terms(fields: dict[str, Any]) -> LegTerms:
    """Terms from their fields as text. Raises ValueError, KeyError, TypeError or ArithmeticError."""
    return LegTerms(**{**fields, **_words(fields), "quantity": Decimal(fields["quantity"])})


def _option_leg(fields: dict[str, Any]) -> OptionLeg:
    return OptionLeg(**{**fields, **_words(fields)})


def _words(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "action": Action(fields["action"]),
        "pricetype": PriceType(fields["pricetype"]),
        "product": Product(fields["product"]),
        "price": Decimal(fields["price"]),
        "trigger_price": Decimal(fields["trigger_price"]),
    }
