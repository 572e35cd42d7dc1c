"""What the composition root opens, and every use case is built from."""

from dataclasses import dataclass

from bot.process.market_reads import MarketReads
from bot.settings.settings import Settings
from core.calendar.calendar import Calendar
from core.ports import BrokerConnections, Brokers, Database, PaperBooks, RunningFeed, Sessions
from core.services.access.broker_logins import BrokerLogins
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Signals


@dataclass(frozen=True, slots=True)
class Resources:
    """What every use case is built from."""

    settings: Settings
    secret: bytes
    clock: TrustedClock
    database: Database
    signals: Signals
    brokers: Brokers
    market: MarketReads
    feed: RunningFeed
    calendar: Calendar
    sessions: Sessions
    paper: PaperBooks
    broker_logins: BrokerLogins
    connections: BrokerConnections
