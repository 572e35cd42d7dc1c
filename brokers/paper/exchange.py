"""What all paper books share: instruments, prices, trading hours, rules and clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from brokers.paper.engine.events import Rules
from brokers.paper.trading_hours import TradingHours
from core.clock import Clock
from core.errors import BrokerUnavailable, Unready
from core.ports import Instruments, PriceFeed


@dataclass(frozen=True, slots=True)
class Exchange:
    """The instruments, price feed, clock, trading hours and rules of the paper exchange."""

    instruments: Instruments
    feed: PriceFeed
    clock: Clock
    hours: TradingHours
    rules: Rules


@contextmanager
def unready_as_unavailable() -> Iterator[None]:
    """Raises BrokerUnavailable instead of the store's Unready: nothing was done."""
    try:
        yield
    except Unready as fault:
        raise BrokerUnavailable(f"The paper broker's store is not usable: {fault}") from fault
