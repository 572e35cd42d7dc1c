"""Everything that looks at the market, and what records its prices."""

from dataclasses import dataclass

from bot.process.market import EmbeddedMarket
from bot.settings.settings import Settings
from brokers.account_brokers import AccountBrokers
from brokers.pricing.black76 import Black76
from core.clock import Clock
from core.services.market.candle_history import CandleHistory
from core.services.market.candle_recorder import CandleRecorder, Keeping
from core.services.market.chart_preferences import ChartPreferences
from core.services.market.live_prices import LivePrices
from core.services.market.market import Market
from core.services.market.option_analytics import OptionAnalytics
from db.connections.engines import Engines
from db.records.candle_store import SqlCandles
from db.records.chart_store import SqlChartPreferences


@dataclass(frozen=True, slots=True)
class MarketReads:
    """The use cases about the market and its charts, and the recorder behind one of them."""

    market: Market
    live_prices: LivePrices
    option_analytics: OptionAnalytics
    candle_history: CandleHistory
    candle_recorder: CandleRecorder
    chart_preferences: ChartPreferences


def open_market_reads(
    settings: Settings, engines: Engines, brokers: AccountBrokers, embedded: EmbeddedMarket, clock: Clock
) -> MarketReads:
    """Build them; nothing is recorded before the recorder's first `keep`."""
    record = SqlCandles(engines)
    keeping = Keeping(settings.history.symbols, settings.history.keep)
    market = Market(brokers, embedded.calendar, clock)
    recorder = CandleRecorder(record, brokers, embedded.hours, clock, keeping)
    return MarketReads(
        market=market,
        live_prices=LivePrices(brokers),
        option_analytics=OptionAnalytics(market, Black76(), clock),
        candle_history=CandleHistory(market, brokers, recorder, record, embedded.calendar),
        candle_recorder=recorder,
        chart_preferences=ChartPreferences(SqlChartPreferences(engines), clock),
    )
