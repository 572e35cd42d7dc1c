"""OpenAlgo's positions, holdings, money and margins as our types: numbers come as numbers, texts and nulls."""

import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from brokers.openalgo.openalgo_rows import Amount, Row
from core.money import ZERO, plain, to_paise
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position

_log = logging.getLogger(__name__)


class _Position(Row):
    average_price: Amount = ZERO
    ltp: Amount = ZERO
    pnl: Amount = ZERO


class _Fields(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Holding(_Fields):
    exchange: str
    symbol: str
    quantity: Amount
    average_price: Amount = ZERO
    ltp: Amount = ZERO
    pnl: Amount = ZERO


def _none_is_empty(value: object) -> object:
    return [] if value is None else value


class _Holdings(_Fields):
    holdings: Annotated[list[_Holding], BeforeValidator(_none_is_empty)]


class _Funds(_Fields):
    availablecash: Amount
    utiliseddebits: Amount = ZERO
    collateral: Amount = ZERO
    m2mrealized: Amount = ZERO
    m2munrealized: Amount = ZERO


class _Margin(_Fields):
    total_margin_required: Amount
    span_margin: Amount = ZERO
    exposure_margin: Amount = ZERO


def parse_positions(fields: Mapping[str, object]) -> Sequence[Position]:
    """The answer of positionbook; of products that we do not have, none. Raises ValueError when it is no book."""
    data = fields.get("data")
    if not isinstance(data, list):
        raise ValueError("no list of positions")
    return [position for position in map(_find_position, data) if position is not None]


def _find_position(item: object) -> Position | None:
    try:
        one = _Position.model_validate(item)
    except ValidationError:
        _log.warning("OpenAlgo's positions: one is of a kind that is not known here, and is left out")
        return None
    average = one.average_price if one.quantity else ZERO
    position = Position(one.exchange, one.symbol, one.product, one.quantity, average, ltp=one.ltp)
    # `pnl` is the day's whole profit of this position; what is not open any more is taken.
    realised = to_paise(one.pnl - position.unrealised) if one.ltp or not one.quantity else ZERO
    return Position(
        one.exchange, one.symbol, one.product, one.quantity, average, realised, realised_today=realised, ltp=one.ltp
    )


def parse_holdings(fields: Mapping[str, object]) -> Sequence[Holding]:
    """The answer of holdings. Raises ValueError."""
    return [_read_holding(one) for one in _Holdings.model_validate(fields.get("data")).holdings]


def _read_holding(one: _Holding) -> Holding:
    ltp = one.ltp
    if not ltp and one.pnl and one.quantity:
        ltp = to_paise(one.average_price + one.pnl / one.quantity)
    return Holding(one.exchange, one.symbol, one.quantity, one.average_price, ltp=ltp)


def parse_funds(fields: Mapping[str, object]) -> Funds:
    """The answer of funds. Raises ValueError."""
    money = _Funds.model_validate(fields.get("data"))
    return Funds(
        available=money.availablecash,
        used=money.utiliseddebits,
        realised=money.m2mrealized,
        unrealised=money.m2munrealized,
        collateral=money.collateral,
    )


def margin_body(basket: Sequence[Priced]) -> Mapping[str, object]:
    """The question for a basket's margin."""
    return {"positions": [_margin_item(one) for one in basket]}


def _margin_item(one: Priced) -> Mapping[str, str]:
    terms = one.terms
    return {
        "symbol": terms.symbol,
        "exchange": terms.exchange,
        "action": terms.action.value,
        "quantity": plain(terms.quantity),
        "product": terms.product.value,
        "pricetype": terms.pricetype.value,
        "price": plain(one.price),
        "trigger_price": plain(terms.trigger_price),
    }


def parse_margin(fields: Mapping[str, object]) -> Margin:
    """The answer of margin; brokers that do not split the total have it as the risk model's. Raises ValueError."""
    margin = _Margin.model_validate(fields.get("data"))
    total = max(Decimal(0), margin.total_margin_required)
    exposure = min(margin.exposure_margin, total)
    return Margin(total - exposure, exposure)
