"""Random slippage and delay of an order, repeatable since they depend on the seed and the order's id alone."""

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from random import Random

from brokers.paper.engine.events import Rules
from core.ids import BrokerOrderId
from core.money import EXACT, plain
from core.orders.order import Action
from core.portfolio.paper_book import PaperOrder

_MICROSECOND = timedelta(microseconds=1)
_BPS = Decimal(10_000)


def slipped(order: PaperOrder, price: Decimal, tick: Decimal, rules: Rules) -> Decimal:
    """The price of a market order after slippage, in rupees: never better, and never below one tick."""
    if not rules.slippage_bps:
        return price
    # Not a secret: the same seed must give the same result.
    draw = Random(f"{rules.seed}:slip:{order.broker_order_id}:{plain(order.filled_quantity)}")  # noqa: S311
    worse = rules.slippage_bps / _BPS * Decimal(str(draw.random()))
    if order.terms.action is Action.BUY:
        return _to_tick(price * (1 + worse), tick, ROUND_CEILING)
    return max(_to_tick(price * (1 - worse), tick, ROUND_FLOOR), tick)


def delay(order_id: BrokerOrderId, rules: Rules) -> timedelta:
    """How long the order takes to the exchange, in whole microseconds."""
    draw = Random(f"{rules.seed}:late:{order_id}")  # noqa: S311
    return rules.latency + int(rules.latency_jitter / _MICROSECOND * draw.random()) * _MICROSECOND


def _to_tick(price: Decimal, tick: Decimal, rounding: str) -> Decimal:
    return EXACT.multiply((price / tick).to_integral_value(rounding), tick)
