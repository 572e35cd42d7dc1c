"""How much to measure: everything, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The lengths of a run."""

    rounds: int
    seconds: float
    orders: int
    """How many are taken in before memory is looked at."""
    taps: int
    lives: int
    """Orders that are followed from their arrival to their filled card."""
    starts: int
    accounts: int
    """Of the database with which a start is compared, and to which orders are offered."""
    orders_of_each: int
    """For every one of these accounts."""
    few: int
    many: int
    """Orders in the two databases that are compared."""
    looks: int
    """How often each query is timed."""
    idle: float
    """Seconds for which a service that has nothing to do is watched."""
    crowd: float
    """Seconds for which cards go out to a crowd while others tap."""
    expiring: int
    """Orders that expire together."""
    before_expiry: float
    """Seconds from the first of them to that moment: until then the service has started."""
    burst: int
    """Orders that come at once for one client."""


FULL = Plan(
    rounds=5,
    seconds=2.0,
    orders=100_000,
    taps=200,
    lives=60,
    starts=5,
    accounts=1_000,
    orders_of_each=20,
    few=1_000,
    many=1_000_000,
    looks=200,
    idle=10.0,
    crowd=15.0,
    expiring=5_000,
    before_expiry=30.0,
    burst=1_000,
)
QUICK = Plan(
    rounds=1,
    seconds=0.4,
    orders=3_000,
    taps=10,
    lives=8,
    starts=1,
    accounts=50,
    orders_of_each=4,
    few=1_000,
    many=20_000,
    looks=20,
    idle=2.0,
    crowd=3.0,
    expiring=500,
    before_expiry=20.0,
    burst=100,
)
