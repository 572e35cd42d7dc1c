"""Why OpenAlgo takes no orders of this account now, as far as its answers have shown it."""

from datetime import datetime, timedelta

from brokers.openalgo.openalgo_answers import Told
from brokers.openalgo.openalgo_placing import ANALYZE, SEMI_AUTO, not_sent_because
from core.clock import Clock
from core.errors import BrokerUnavailable
from core.orders.broker_order import Placement, QueuedElsewhere

ASK_AGAIN = timedelta(seconds=60)
"""A refused key is tried again after this: it costs a question, and nothing can come of it."""

_SAY_THE_MODE = frozenset({"placeorder", "orderbook", "tradebook", "orderstatus"})
"""Their answers carry the mode when it is analyze; those of quotes, for one, never do."""


class Standing:
    """What stops orders: a refused key for a minute, the wrong mode until OpenAlgo says that it is another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key_refused: tuple[str, datetime] | None = None
        self._is_analyze = False
        self._is_semi_auto = False

    @property
    def problem(self) -> str:
        """Why no order may be sent now, in words for the client; empty when one may."""
        if self._is_analyze:
            return ANALYZE
        if self._is_semi_auto:
            return SEMI_AUTO
        if self._key_refused is None or self._clock.now() - self._key_refused[1] >= ASK_AGAIN:
            return ""
        return self._key_refused[0]

    def check(self) -> None:
        """Raise BrokerUnavailable when no order may be sent now."""
        if self.problem:
            raise BrokerUnavailable(self.problem)

    def note(self, endpoint: str, told: Told) -> None:
        """Learn from an answer about this account: whose sandbox it is from, whether the key is good."""
        if told.is_analyze:
            self._is_analyze = True
        elif told.is_success:
            self._key_refused = None
            if endpoint in _SAY_THE_MODE:
                self._is_analyze = False
        elif told.status in {401, 403} and (why := not_sent_because(told)):
            self._key_refused = why, self._clock.now()

    def note_placement(self, placement: Placement) -> None:
        """Learn from what became of an order."""
        if isinstance(placement, QueuedElsewhere):
            self._is_semi_auto = True

    def note_mode(self, *, is_analyze: bool) -> None:
        """OpenAlgo has said whether it is in analyze mode."""
        self._is_analyze = is_analyze

    def note_order_mode(self, *, is_semi_auto: bool) -> None:
        """OpenAlgo has shown whether it holds orders back."""
        self._is_semi_auto = is_semi_auto


def reason_of(told: Told) -> str:
    """Why a question was not answered, in words."""
    if told.is_analyze:
        return ANALYZE
    if why := not_sent_because(told):
        return why
    said = f": {told.message}" if told.message else ", but not as OpenAlgo does"
    return f"OpenAlgo answered {told.status}{said}"
