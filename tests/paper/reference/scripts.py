"""Order scripts: events as a shell would send them, each chosen after what became of the ones before."""

from collections.abc import Iterable
from datetime import timedelta

from brokers.paper.engine.events import BookEvent, DayBegan
from core.orders.order import Action
from tests.paper.reference.dice import Dice
from tests.paper.reference.drafts import Trader
from tests.paper.reference.stage import FIRST_DAY, INSTRUMENTS, Stage
from tests.paper.reference.timetable import SessionActor
from tests.paper.reference.views import Fill, View

DERIVATIVES = [ticker for ticker in INSTRUMENTS if ticker[0] == "NFO"]
SHARES = [ticker for ticker in INSTRUMENTS if ticker[0] == "NSE"]
SELECTIONS = [SHARES[:1], SHARES[:1], SHARES, *([one] for one in DERIVATIVES), list(INSTRUMENTS)]
STEPS = ("quote",) * 40 + ("place",) * 34 + ("modify",) * 8 + ("cancel",) * 2 + ("pass",) * 3 + ("reset", "repeat")
QUICK_STEPS = (*STEPS, *("pass",) * 10)
CLOSED_STEPS = ("pass",) * 4 + ("place",) * 3 + ("modify", "cancel", "repeat")


class Script:
    """Chooses events and keeps the books of a shell; `note` tells it what was filled."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.stage = Stage(waits_for_open=dice.pick([True, True, False]))
        tickers = dice.pick(SELECTIONS)
        self.trader = Trader(dice, self.stage, tickers)
        self.sessions = SessionActor(dice, self.stage, tickers)
        self.steps = dice.pick([STEPS, STEPS, QUICK_STEPS])
        self.due: list[BookEvent] = [DayBegan(FIRST_DAY, self.stage.now)]
        for ticker in tickers:
            if dice.whole(0, 2):
                self.stage.move(dice, ticker)

    def next(self, view: View) -> BookEvent:
        """The next event."""
        while not self.due:
            self.wait()
            self.due = self._choose(view)
        return self.due.pop(0)

    def wait(self) -> None:
        """A little time passes."""
        self.stage.now += timedelta(seconds=self.dice.pick([0, 1, 1, 3, 5, 10, 20, 50]))

    def note(self, fills: Iterable[Fill]) -> None:
        """What the last event filled."""
        for fill in fills:
            self.stage.count(fill.ticker, fill.quantity, fill.action is Action.BUY)

    def _choose(self, view: View) -> list[BookEvent]:
        match self.dice.pick(self.steps if self.stage.hours.is_open else CLOSED_STEPS):
            case "quote":
                return self.trader.quote()
            case "place":
                return [self.trader.place(view)]
            case "modify" if view.waiting:
                return [self.trader.modify(self.dice.pick(view.waiting))]
            case "cancel":
                return [self.trader.cancel(view)]
            case "pass":
                return self.sessions.pass_on(view)
            case "reset" if self.dice.whole(0, 3) == 0:
                return [self.sessions.reset()]
            case "repeat":
                return self.sessions.repeat(view)
        return []
