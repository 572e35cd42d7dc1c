"""A standing approval that is put together step by step, each of a few choices; as it is stored between two taps."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.accounts import TradingMode
from core.errors import Invalid, NotFound
from core.ids import AccountId
from core.market.instruments import Ticker
from core.orders.order import Action
from core.standing.approvals import Bound, Unit
from core.standing.grammar import ALL, LONGEST_STRATEGY, Draft
from core.standing.wording import ticker_name

MOST_STRATEGIES, MOST_OFFERED = 8, 16
"""So many strategies, and instruments of one, are offered, those that sent something last first."""
DAYS = (0, 1, 7, 30, 90)
"""How many days ahead it may end."""
NEXT, ANYTHING, UNBOUNDED = "n", "x", "u"
_RUPEES = tuple(Bound(Unit.RUPEES, Decimal(most)) for most in (10_000, 25_000, 50_000, 100_000, 200_000, 500_000))
_LOTS = tuple(Bound(Unit.LOTS, Decimal(most)) for most in (1, 2, 5, 10))
_SHARES = tuple(Bound(Unit.SHARES, Decimal(most)) for most in (10, 50, 100, 500))
_TIMES = (1, 2, 5, 10, 20)
"""How much larger than an order a day may be."""
_NOT_OFFERED = "That is not among the choices."


class Step(StrEnum):
    """What is chosen next."""

    STRATEGY = "strategy"
    SYMBOLS = "symbols"
    SIDE = "side"
    PER_ORDER = "per order"
    PER_DAY = "per day"
    UNTIL = "until"


class Side(StrEnum):
    """Which orders; exits are both ways."""

    BUY = "b"
    SELL = "s"
    EXITS = "x"


@dataclass(frozen=True, slots=True)
class SeenTicker:
    """An instrument that a strategy sent orders for; `in_lots` when a lot of it is more than one."""

    exchange: str
    symbol: str
    in_lots: bool

    @property
    def name(self) -> str:
        """`NSE:SBIN`."""
        return ticker_name((self.exchange, self.symbol))


@dataclass(frozen=True, slots=True)
class SeenStrategy:
    """A strategy that sent orders, and for what."""

    name: str
    tickers: tuple[SeenTicker, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What was offered and what is chosen so far, the latter as places in what was offered."""

    account_id: AccountId
    trading_mode: TradingMode
    seen: tuple[SeenStrategy, ...]
    strategy: int | None = None
    picked: tuple[int, ...] = ()
    is_picked: bool = False
    side: Side | None = None
    per_order: int | None = None
    per_day: int | None = None
    is_unbounded: bool = False

    @property
    def step(self) -> Step:
        """What is chosen next."""
        if self.strategy is None:
            return Step.STRATEGY
        if not self.is_picked:
            return Step.SYMBOLS
        if self.side is None:
            return Step.SIDE
        if self.is_unbounded or self.per_day is not None:
            return Step.UNTIL
        return Step.PER_ORDER if self.per_order is None else Step.PER_DAY

    @property
    def whose(self) -> SeenStrategy | None:
        """The chosen strategy."""
        return None if self.strategy is None else self.seen[self.strategy]

    @property
    def tickers(self) -> Sequence[SeenTicker]:
        """The chosen instruments."""
        return [self.whose.tickers[place] for place in self.picked] if self.whose else []

    @property
    def amounts(self) -> Sequence[Bound]:
        """How large an order may be."""
        if not self.picked:
            return _RUPEES
        return *_RUPEES, *(_LOTS if any(one.in_lots for one in self.tickers) else _SHARES)

    @property
    def order_bound(self) -> Bound | None:
        """What is chosen for an order."""
        return None if self.per_order is None else self.amounts[self.per_order]

    @property
    def day_amounts(self) -> Sequence[Bound]:
        """How much a day may use."""
        each = self.order_bound
        return [Bound(each.unit, each.most * times) for times in _TIMES] if each else ()

    @property
    def day_bound(self) -> Bound | None:
        """What is chosen for a day."""
        return None if self.per_day is None else self.day_amounts[self.per_day]


def begin(
    account_id: AccountId,
    trading_mode: TradingMode,
    seen: Sequence[tuple[str, Ticker]],
    is_in_lots: Callable[[Ticker], bool],
) -> Choices:
    """The first step, of what was seen, newest first. Raises NotFound when nothing was."""
    found: dict[str, list[SeenTicker]] = {}
    for strategy, ticker in seen:
        if not strategy.isprintable() or not 0 < len(strategy) <= LONGEST_STRATEGY:
            continue
        if strategy in found or len(found) < MOST_STRATEGIES:
            theirs = found.setdefault(strategy, [])
            if len(theirs) < MOST_OFFERED:
                theirs.append(SeenTicker(*ticker, is_in_lots(ticker)))
    if not found:
        raise NotFound("No strategy has sent an order in this mode yet.")
    strategies = tuple(SeenStrategy(name, tuple(tickers)) for name, tickers in found.items())
    return Choices(account_id, trading_mode, strategies)


def choose(choices: Choices, code: str) -> Choices:
    """One more choice, of any step but the last. Raises Invalid for what is not offered."""
    return _STEPS[choices.step](choices, code)


def as_draft(choices: Choices, code: str, today: date) -> Draft:
    """The whole, with the last choice: when it ends. Raises Invalid."""
    until = today + timedelta(days=DAYS[_place(code, DAYS)])
    if choices.step is not Step.UNTIL or choices.whose is None or choices.side is None:
        raise Invalid(_NOT_OFFERED)
    return Draft(
        strategy=choices.whose.name,
        action={Side.BUY: Action.BUY, Side.SELL: Action.SELL}.get(choices.side),
        exits_only=choices.side is Side.EXITS,
        symbols=tuple(one.name for one in choices.tickers) or (ALL,),
        per_order=choices.order_bound,
        per_day=choices.day_bound,
        until=until,
    )


def dump_choices(choices: Choices) -> str:
    """The choices as text."""
    return json.dumps(asdict(choices), ensure_ascii=False, separators=(",", ":"))


def parse_choices(text: str) -> Choices:
    """The choices from their text. Raises NotFound for anything else."""
    try:
        stored: dict[str, Any] = json.loads(text)
        seen = tuple(
            SeenStrategy(one["name"], tuple(SeenTicker(**each) for each in one["tickers"])) for one in stored["seen"]
        )
        side = None if stored["side"] is None else Side(stored["side"])
        mode, picked = TradingMode(stored["trading_mode"]), tuple(stored["picked"])
        return Choices(**{**stored, "seen": seen, "side": side, "trading_mode": mode, "picked": picked})
    except (ValueError, KeyError, TypeError):
        raise NotFound("This question cannot be read any more.") from None


def _strategy(choices: Choices, code: str) -> Choices:
    return replace(choices, strategy=_place(code, choices.seen))


def _symbols(choices: Choices, code: str) -> Choices:
    if code == ANYTHING:
        return replace(choices, picked=(), is_picked=True, side=Side.EXITS)
    if code == NEXT:
        if not choices.picked:
            raise Invalid("Choose at least one instrument.")
        return replace(choices, is_picked=True)
    place = _place(code, choices.whose.tickers if choices.whose else ())
    picked = {*choices.picked} ^ {place}
    return replace(choices, picked=tuple(sorted(picked)))


def _side(choices: Choices, code: str) -> Choices:
    if code not in [*Side]:
        raise Invalid(_NOT_OFFERED)
    return replace(choices, side=Side(code))


def _per_order(choices: Choices, code: str) -> Choices:
    if code == UNBOUNDED and choices.side is Side.EXITS:
        return replace(choices, is_unbounded=True)
    return replace(choices, per_order=_place(code, choices.amounts))


def _per_day(choices: Choices, code: str) -> Choices:
    return replace(choices, per_day=_place(code, choices.day_amounts))


def _until(choices: Choices, code: str) -> Choices:
    raise Invalid(_NOT_OFFERED)


def _place(code: str, offered: Sequence[object]) -> int:
    if not code.isdecimal() or int(code) >= len(offered):
        raise Invalid(_NOT_OFFERED)
    return int(code)


_STEPS: Mapping[Step, Callable[[Choices, str], Choices]] = {
    Step.STRATEGY: _strategy,
    Step.SYMBOLS: _symbols,
    Step.SIDE: _side,
    Step.PER_ORDER: _per_order,
    Step.PER_DAY: _per_day,
    Step.UNTIL: _until,
}
