"""What the scripts play with: a few real instruments and their quotes, rules, and the hours of a day."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum

from brokers.paper.engine.events import Hours, Market, Rules, Taken
from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.instruments import load_instruments
from core.clock import IST
from core.market.instruments import Instrument
from core.market.quotes import Quote
from core.portfolio.paper_book import Leverage
from tests.paper.reference.dice import Dice

FIRST_DAY = date(2026, 11, 23)
SIZES = (0, 0, 1, 3, 7, 10, 64, 65, 130, 400, 5000)
Ticker = tuple[str, str]


def _contract(symbol: str) -> Instrument:
    contract = load_contract_table().parse("NFO", symbol, FIRST_DAY)
    assert contract is not None
    return contract


STARTING_PRICES: dict[Ticker, str] = {
    ("NSE", "SBIN"): "100.00",
    ("NSE", "HDFCBANK"): "61.35",
    ("NFO", "NIFTY24NOV26FUT"): "26000.00",
    ("NFO", "NIFTY24NOV2626050CE"): "3.10",
    ("NFO", "NIFTY29DEC2626000PE"): "80.45",
}
INSTRUMENTS: dict[Ticker, Instrument] = {
    ticker: load_instruments()[ticker] if ticker[0] == "NSE" else _contract(ticker[1]) for ticker in STARTING_PRICES
}


class Phase(IntEnum):
    """Parts of a day, in their order."""

    DAY = 0
    LATE = 1
    CLOSED = 2
    MORNING = 3


STARTS = {Phase.DAY: (9, 15), Phase.LATE: (15, 15), Phase.CLOSED: (15, 30), Phase.MORNING: (3, 0)}


def some_rules(dice: Dice) -> Rules:
    """How true to life the exchange of a script is."""
    return Rules(
        fill_share=dice.pick([Decimal(1), Decimal("0.5"), Decimal("0.3"), Decimal("0.01")]),
        slippage_bps=dice.pick([Decimal(0), Decimal(5), Decimal(60)]),
        latency=timedelta(seconds=dice.pick([0, 0, 0, 2, 40])),
        latency_jitter=timedelta(seconds=dice.pick([0, 0, 0, 20])),
        is_charged=dice.pick([False, False, True]),
        seed=dice.whole(0, 999),
    )


def some_leverage(dice: Dice) -> Leverage:
    """Mostly the usual one."""
    return dice.pick([Leverage(), Leverage(), Leverage(Decimal(3), Decimal(2), Decimal(7), Decimal(1), Decimal(9))])


def some_capital(dice: Dice) -> Decimal:
    """Seldom enough."""
    return Decimal(dice.pick([700, 5_000, 60_000, 400_000, 3_000_000]))


def at(day: date, hour: int, minute: int) -> datetime:
    """A moment of a day in India."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=IST)


@dataclass
class Stage:
    """The world outside the book."""

    now: datetime = field(default_factory=lambda: at(FIRST_DAY, 9, 20))
    phase: Phase = Phase.DAY
    waits_for_open: bool = True
    quotes: dict[Ticker, Quote] = field(default_factory=dict)
    taken: dict[Ticker, Taken] = field(default_factory=dict)

    @property
    def hours(self) -> Hours:
        """The hours of both exchanges."""
        if self.phase in (Phase.DAY, Phase.LATE):
            return Hours(mis_until=at(self.now.date(), 15, 15))
        day = self.now.date() + timedelta(days=self.phase is Phase.CLOSED)
        return Hours(is_open=False, opens_at=at(day, 9, 15) if self.waits_for_open else None, text="It is closed.")

    def market(self, ticker: Ticker) -> Market:
        """One instrument as the shell would describe it at this moment."""
        known = self.quotes.get(ticker)
        return Market(INSTRUMENTS[ticker], known, self.now, self.hours, self.taken.get(ticker, Taken()))

    def move(self, dice: Dice, ticker: Ticker) -> None:
        """A new quote."""
        tick = INSTRUMENTS[ticker].tick
        known = self.quotes.get(ticker)
        last = known.ltp if known and known.ltp else Decimal(STARTING_PRICES[ticker])
        ltp = max(tick, last + tick * dice.pick([-40, -3, -2, -1, -1, 0, 0, 1, 1, 2, 3, 40]))
        bid = max(Decimal(0), ltp - tick * dice.whole(0, 2))
        ask = ltp + tick * dice.whole(0, 2)
        quote = Quote(*ticker, ltp, bid, ask, ltp, ltp, ltp, ltp, 1, self.now, dice.pick(SIZES), dice.pick(SIZES))
        self.quotes[ticker] = _damaged(dice, quote)
        self.taken[ticker] = Taken()

    def count(self, ticker: Ticker, quantity: Decimal, buys: bool) -> None:
        """Something was filled from the present quote."""
        had = self.taken.get(ticker, Taken())
        if buys:
            self.taken[ticker] = replace(had, buy=had.buy + quantity)
        else:
            self.taken[ticker] = replace(had, sell=had.sell + quantity)


def _damaged(dice: Dice, quote: Quote) -> Quote:
    """Mostly as it is; sometimes a side is unknown, or it is old, or off the tick."""
    match dice.whole(0, 24):
        case 0:
            return replace(quote, bid=Decimal(0))
        case 1:
            return replace(quote, ask=Decimal(0))
        case 2:
            return replace(quote, at=quote.at - timedelta(seconds=dice.pick([60, 61, 3600])))
        case 3:
            return replace(quote, ltp=Decimal(0))
        case 4:
            return replace(quote, ask=quote.ask + Decimal("0.01"), bid=quote.bid + Decimal("0.01"))
        case _:
            return quote
