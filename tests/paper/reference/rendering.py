"""Events in a line or two each, for whoever must find out what went wrong."""

from datetime import datetime

from brokers.paper.engine.events import BookEvent, Market, Modified, Placed, Quoted, SquaredOff
from core.clock import IST
from core.money import plain
from core.orders.order import LegTerms


def render(event: BookEvent) -> str:
    """The event as a person reads it."""
    match event:
        case Placed():
            name = f"placed {event.order.broker_order_id} {event.order.strategy}"
            return f"{name}: {render_terms(event.order.terms)}\n    {render_market(event.market)}"
        case Modified():
            return f"modified {event.order_id}: {render_terms(event.terms)}\n    {render_market(event.market)}"
        case Quoted():
            return f"quoted: {render_market(event.market)}"
        case SquaredOff():
            lines = [f"squared off {event.exchange} at {render_time(event.now)}", *map(render_market, event.markets)]
            return "\n    ".join(lines)
        case _:
            return str(event)


def render_terms(terms: LegTerms) -> str:
    """`BUY 10 SBIN MIS LIMIT 99.95 trigger 0`."""
    what = f"{terms.action} {plain(terms.quantity)} {terms.symbol} {terms.product}"
    return f"{what} {terms.pricetype} {plain(terms.price)} trigger {plain(terms.trigger_price)}"


def render_market(market: Market) -> str:
    """Time, instrument, prices, sizes, and what is unusual."""
    quote, hours = market.quote, market.hours
    symbol = market.instrument.symbol if market.instrument else "no instrument"
    words = [render_time(market.now), symbol]
    if quote is None:
        words.append("no quote")
    else:
        words.append(f"last {plain(quote.ltp)} bid {plain(quote.bid)} x {quote.bid_size}")
        words.append(f"ask {plain(quote.ask)} x {quote.ask_size} seen {render_time(quote.at)}")
    words.append(f"taken {plain(market.taken.buy)} / {plain(market.taken.sell)}")
    if not hours.is_open:
        words.append(f"closed until {hours.opens_at}")
    return " ".join(words)


def render_time(moment: datetime) -> str:
    """Day and time in India."""
    return f"{moment.astimezone(IST):%d %H:%M:%S}"
