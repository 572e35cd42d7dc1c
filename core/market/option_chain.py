"""An option chain: the contracts of one expiry by strike, each named by its distance from the money."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.market.instruments import Instrument
from core.market.option_symbols import nearest_strike
from core.market.quotes import Quote
from core.money import ZERO

AT_THE_MONEY = "ATM"


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One contract; without a quote when nothing is known of its price."""

    contract: Instrument
    label: str
    """`ATM`, `ITM3`, `OTM1`."""
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Strike:
    """Both contracts of a strike; one of them may not be listed."""

    strike: Decimal
    call: ChainEntry | None
    put: ChainEntry | None


@dataclass(frozen=True, slots=True)
class OptionChain:
    """Rows by rising strike; `atm_strike` is the one nearest to `underlying_ltp`, in rupees."""

    underlying: str
    exchange: str
    """Where its contracts are traded."""
    expiry: date
    underlying_quote: Quote
    atm_strike: Decimal
    rows: tuple[Strike, ...]

    @property
    def underlying_ltp(self) -> Decimal:
        """The underlying's last price."""
        return self.underlying_quote.ltp


def synthetic_future(chain: OptionChain, growth: Decimal = Decimal(1)) -> Decimal | None:
    """What a future costs that is made of the call and the put at the money; None without both of their prices.

    `growth` is what a rupee becomes until expiry: the two are paid now, the future then.
    """
    for row in chain.rows:
        if row.strike == chain.atm_strike and row.call and row.put and row.call.quote and row.put.quote:
            return row.strike + (row.call.quote.ltp - row.put.quote.ltp) * growth
    return None


def label(steps_up: int, is_call: bool) -> str:
    """The moneyness label (`ATM`, `ITM2`, `OTM3`) of a contract this many strikes above the money."""
    if not steps_up:
        return AT_THE_MONEY
    return f"{'OTM' if (steps_up > 0) is is_call else 'ITM'}{abs(steps_up)}"


def build_chain(
    calls: Sequence[Instrument],
    puts: Sequence[Instrument],
    ltp: Decimal,
    around: int | None,
    quote: Callable[[Instrument], Quote | None],
) -> tuple[Decimal, tuple[Strike, ...]]:
    """The strike at the money, and the rows around it, `around` more on each side; None means all of them.

    Raises Invalid when the strike at the money is not among them.
    """
    by_strike = [{one.strike or ZERO: one for one in side} for side in (calls, puts)]
    strikes = sorted(set().union(*by_strike))
    middle = nearest_strike(strikes, ltp)
    first, last = (0, len(strikes)) if around is None else (max(0, middle - around), middle + around + 1)

    def entry(place: int, is_call: bool) -> ChainEntry | None:
        contract = by_strike[0 if is_call else 1].get(strikes[place])
        return ChainEntry(contract, label(place - middle, is_call), quote(contract)) if contract else None

    shown = range(first, min(last, len(strikes)))
    rows = tuple(Strike(strikes[place], entry(place, True), entry(place, False)) for place in shown)
    return strikes[middle], rows
