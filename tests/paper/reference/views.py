"""What a script sees of a book, and the part of a script that all its parts share."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from core.ids import BrokerOrderId
from core.orders.order import Action, LegTerms, PositionKey
from tests.paper.reference.dice import Dice
from tests.paper.reference.stage import Stage, Ticker

BOOK_NUMBER = 3


class Waiting(NamedTuple):
    """A waiting order, as far as a script looks at it."""

    order_id: BrokerOrderId
    terms: LegTerms


@dataclass
class View:
    """What a script may know of the book before it chooses what comes next."""

    waiting: list[Waiting] = field(default_factory=list)
    positions: dict[PositionKey, Decimal] = field(default_factory=dict)
    last_number: int = 0
    available: Decimal = Decimal(0)


class Fill(NamedTuple):
    """A fill, as far as a shell counts it."""

    ticker: Ticker
    action: Action
    quantity: Decimal


@dataclass
class Actor:
    """Somebody who sends events."""

    dice: Dice
    stage: Stage
    tickers: list[Ticker]
