"""What a contract is settled at: its underlying's close on the last day, where somebody can prove it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.paper.exchange import Exchange
from brokers.paper.symbols.contracts import settlement_price
from brokers.paper.trading_hours import LastSession
from brokers.tickers import spots_of
from core.clock import IST
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote

_SPOT_IS_LISTED = frozenset({"NFO", "BFO"})
"""A broker quotes the underlyings of contracts there; elsewhere a future's own last price may be all there is."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The price in rupees; None when nobody can tell it any more."""

    price: Decimal | None


class Settlements:
    """Finds settlement prices in the feed's last prices and in what it calls the close before."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def find(self, contract: Instrument) -> Settlement | None:
        """How the contract is settled now; None while it still trades, and while its close may yet become known."""
        now = self._exchange.clock.now()
        last = self._last_session(contract, now)
        if last is None or now < last.closes:
            return None
        close = self._close(contract, last)
        if close is not None:
            return Settlement(settlement_price(contract, close))
        return Settlement(None) if now >= last.known_until else None

    def is_over(self, contract: Instrument) -> bool:
        """Whether the contract's last session is over."""
        now = self._exchange.clock.now()
        last = self._last_session(contract, now)
        return last is not None and now >= last.closes

    def _last_session(self, contract: Instrument, now: datetime) -> LastSession | None:
        if contract.expiry is None or contract.expiry > now.astimezone(IST).date():
            return None
        return self._exchange.hours.last_session(contract.exchange, contract.expiry)

    def _close(self, contract: Instrument, last: LastSession) -> Decimal | None:
        tickers = [*spots_of(contract.name)]
        if contract.type is InstrumentType.FUTURE and contract.exchange not in _SPOT_IS_LISTED:
            tickers.append((contract.exchange, contract.symbol))
        quotes = (self._exchange.feed.quote(*ticker) for ticker in tickers)
        spot: Quote | None = next((quote for quote in quotes if quote is not None), None)
        return (_close_in(spot, last, last.closes - self._exchange.rules.stale_after) or None) if spot else None


def _close_in(spot: Quote, last: LastSession, since: datetime) -> Decimal | None:
    # Until the morning after, the last price is the close; on the next session's day it is the close before.
    if since <= spot.at < last.stands_until:
        return spot.ltp
    return spot.prev_close if last.next_opens <= spot.at < last.known_until else None
