"""Past prices: what records them, and what reads the record."""

from bot.settings.settings import Settings
from core.clock import Clock
from core.ports import RecordedFeeds, Sessions
from core.services.market.candle_recorder import CandleRecorder, Keeping
from db.connections.engines import Engines
from db.records.candle_store import SqlCandles


def open_recorder(
    settings: Settings, engines: Engines, feeds: RecordedFeeds, sessions: Sessions, clock: Clock
) -> CandleRecorder:
    """Build what records candles as the settings say; it listens to nothing before its first `keep`."""
    keeping = Keeping(settings.history.symbols, settings.history.keep)
    return CandleRecorder(SqlCandles(engines), feeds, sessions, clock, keeping)
