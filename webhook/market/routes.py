"""The part of the route table that looks at the market."""

from typing import Any

from webhook.market import chart_views as charts
from webhook.market import greeks_views as greeks
from webhook.market import history_views as history
from webhook.market import schemas
from webhook.market import views as market
from webhook.request.endpoint import Endpoint, ErrorFormat

_OBJECT, _ERRORS = ErrorFormat.OBJECT, ErrorFormat.ERRORS

MARKET_ENDPOINTS: tuple[Endpoint[Any], ...] = (
    Endpoint("/api/v1/quotes", schemas.OneInstrument, market.quotes, _OBJECT),
    Endpoint("/api/v1/multiquotes", schemas.ManyInstruments, market.multiquotes, _OBJECT),
    Endpoint("/api/v1/depth", schemas.OneInstrument, market.depth, _OBJECT),
    Endpoint("/api/v1/symbol", schemas.OneInstrument, market.symbol, _OBJECT),
    Endpoint("/api/v1/search", schemas.Search, market.search, _OBJECT),
    Endpoint("/api/v1/expiry", schemas.Expiry, market.expiry, _OBJECT),
    Endpoint("/api/v1/optionsymbol", schemas.OptionSymbol, market.option_symbol, _ERRORS),
    Endpoint("/api/v1/optionchain", schemas.OptionChain, market.option_chain, _ERRORS),
    Endpoint("/api/v1/syntheticfuture", schemas.SyntheticFuture, market.synthetic_future, _ERRORS),
    Endpoint("/api/v1/optiongreeks", schemas.OptionGreeks, greeks.option_greeks, _ERRORS),
    Endpoint("/api/v1/multioptiongreeks", schemas.MultiOptionGreeks, greeks.multi_option_greeks, _ERRORS),
    Endpoint("/api/v1/margin", schemas.Margin, market.margin, ErrorFormat.TEXT),
    Endpoint("/api/v1/history", schemas.History, history.history, _OBJECT),
    Endpoint("/api/v1/intervals", schemas.MarketBody, history.intervals, _OBJECT),
    Endpoint("/api/v1/chart", schemas.Chart, charts.keep_chart, _OBJECT),
    Endpoint("/api/v1/market/holidays", schemas.Holidays, market.holidays, _OBJECT),
    Endpoint("/api/v1/market/timings", schemas.Timings, market.timings, _OBJECT),
)
