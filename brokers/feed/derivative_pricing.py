"""Fair prices of futures and options, given the price of their underlying."""

from datetime import datetime, time
from math import erf, exp, pi, sqrt

from core.clock import IST
from core.market.instruments import Instrument, InstrumentType

_CLOSES_AT = time(15, 30)
_SECONDS_PER_YEAR = 365 * 86_400
_INTEREST = 0.065
_VOLATILITY = 0.15


def price_derivative(instrument: Instrument, spot: float, now: datetime) -> float:
    """The fair price in rupees of a contract on an underlying that costs `spot`."""
    years = _years_left(instrument, now)
    forward = spot * (1 + _INTEREST * years)
    if instrument.type is InstrumentType.FUTURE:
        return forward
    call = _price_call(forward - float(instrument.strike or 0), spot * _VOLATILITY * sqrt(years))
    return call if instrument.type is InstrumentType.CALL else call - forward + float(instrument.strike or 0)


def _years_left(instrument: Instrument, now: datetime) -> float:
    if instrument.expiry is None:
        return 0.0
    end = datetime.combine(instrument.expiry, _CLOSES_AT, IST)
    return max(0.0, (end - now).total_seconds() / _SECONDS_PER_YEAR)


def _price_call(moneyness: float, deviation: float) -> float:
    # Bachelier's formula: intrinsic value plus a time value that shrinks to nothing at expiry.
    if deviation <= 0:
        return max(0.0, moneyness)
    distance = moneyness / deviation
    density = exp(-distance * distance / 2) / sqrt(2 * pi)
    return moneyness * (1 + erf(distance / sqrt(2))) / 2 + deviation * density
