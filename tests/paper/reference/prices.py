"""What a quote offers an order: whether it may trade, at which price, and how much of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from random import Random

from brokers.paper.engine.events import Market, Rules
from core.ids import BrokerOrderId
from core.market.quotes import Quote
from core.money import plain
from core.orders.order import Action
from tests.paper.reference.records import RefOrder

ENDLESS = Decimal(10) ** 12
"""What there is of an unknown size."""


def opposite(quote: Quote | None, buys: bool) -> Decimal:
    """The price an order would trade at; 0 when nobody knows."""
    if quote is None:
        return Decimal(0)
    return (quote.ask if buys else quote.bid) or quote.ltp


def is_stale(market: Market, rules: Rules) -> bool:
    """Whether there is no price, or an old one."""
    return market.quote is None or market.now - market.quote.at > rules.stale_after


def reaches_trigger(order: RefOrder, quote: Quote | None) -> bool:
    """Whether the last price is at the trigger or beyond."""
    if quote is None or not quote.ltp:
        return False
    trigger = order.terms.trigger_price
    return quote.ltp >= trigger if order.buys else quote.ltp <= trigger


def is_within_limit(order: RefOrder, price: Decimal) -> bool:
    """Whether a known price is at the limit or better."""
    return price > 0 and (price <= order.terms.price if order.buys else price >= order.terms.price)


def limit_price(order: RefOrder, quote: Quote, *, arrives: bool) -> Decimal | None:
    """What a LIMIT, or an SL that was triggered, trades at; None when it does not."""
    facing, limit = opposite(quote, order.buys), order.terms.price
    if arrives:
        return facing if is_within_limit(order, facing) else None
    if order.takes and is_within_limit(order, facing):
        return facing
    return limit if is_within_limit(order, facing) or is_within_limit(order, quote.ltp) else None


@dataclass
class Offer:
    """One market at one event, and what our orders may still have of each side."""

    market: Market
    rules: Rules

    def __post_init__(self) -> None:
        assert self.market.instrument is not None
        self.tick = self.market.instrument.tick
        self.left = {Action.BUY: self._share(Action.BUY), Action.SELL: self._share(Action.SELL)}

    def _share(self, action: Action) -> Decimal:
        quote, instrument, taken = self.market.quote, self.market.instrument, self.market.taken
        if quote is None or instrument is None:
            return Decimal(0)
        buys = action is Action.BUY
        price, size = (quote.ask, quote.ask_size) if buys else (quote.bid, quote.bid_size)
        if not price or not size:
            return ENDLESS
        lots = max(1, int(size * self.rules.fill_share / instrument.lot))
        return max(Decimal(0), lots * instrument.lot - (taken.buy if buys else taken.sell))

    def market_price(self, order: RefOrder) -> Decimal:
        """The opposite price, and slippage on it."""
        price = opposite(self.market.quote, order.buys)
        if not self.rules.slippage_bps:
            return price
        luck = Random(f"{self.rules.seed}:slip:{order.id}:{plain(order.filled)}").random()
        worse = price * self.rules.slippage_bps / 10000 * Decimal(str(luck))
        rounding = ROUND_CEILING if order.buys else ROUND_FLOOR
        ticks = ((price + worse if order.buys else price - worse) / self.tick).to_integral_value(rounding)
        return max(ticks, Decimal(1)) * self.tick


def delay(order_id: BrokerOrderId, rules: Rules) -> timedelta:
    """How long the order is on its way."""
    luck = Random(f"{rules.seed}:late:{order_id}").random()
    jitter = rules.latency_jitter // timedelta(microseconds=1)
    return rules.latency + timedelta(microseconds=int(jitter * luck))


def queue_key(order: RefOrder) -> tuple[int, Decimal, datetime, BrokerOrderId]:
    """Market orders, then the better limit, then who waited longer, then the lower number."""
    assert order.queued_at is not None
    price = Decimal(0) if order.is_at_market else order.terms.price
    return (0 if order.is_at_market else 1, -price if order.buys else price, order.queued_at, order.id)
