"""Checks of new terms for what a broker already holds, before it is asked."""

from decimal import Decimal

from core.accounts import Account
from core.client.plans import ChangePlan
from core.clock import Clock
from core.errors import Invalid
from core.market.instruments import Instrument
from core.money import ZERO, plain
from core.orders.exchange_rules import Situation, require_allowed
from core.orders.gtt import Gtt, require_possible
from core.orders.pre_trade_checks import require_tradable
from core.ports import Brokers, Sessions

USUAL_TICK = Decimal("0.05")


class ChangeChecks:
    """Judges changes by the rules that new orders are judged by."""

    def __init__(self, brokers: Brokers, sessions: Sessions, clock: Clock) -> None:
        self._brokers = brokers
        self._sessions = sessions
        self._clock = clock

    def steps(self, account: Account, plan: ChangePlan) -> tuple[Decimal, int]:
        """The tick by which the prices of what is changed move, and its lot."""
        found = self._find(account, plan)
        return (found.tick, found.lot) if found is not None else (USUAL_TICK, 1)

    def require_possible(self, account: Account, plan: ChangePlan, filled: Decimal = ZERO) -> None:
        """Raises Invalid with the first reason why the broker or its exchange would refuse the new terms now."""
        was, becomes = plan.was, plan.becomes
        if becomes.quantity <= filled:
            raise Invalid(f"{plain(filled)} are filled already, so the quantity must be above that.", "quantity")
        now, listed = self._clock.now(), self._find(account, plan)
        if isinstance(becomes, Gtt):
            require_possible(becomes, listed, now)
            return
        # A quantity that stays as it is was accepted before; lots and freeze quantities may have changed since.
        unchanged = becomes.quantity if becomes.quantity == was.quantity else ZERO
        found = require_tradable(becomes, listed, now, unchanged)
        quote = self._brokers.feed(account, plan.trading_mode).quote(found.exchange, found.symbol)
        require_allowed(becomes, Situation(found, quote, now, self._sessions.phase(found.exchange, now)))

    def _find(self, account: Account, plan: ChangePlan) -> Instrument | None:
        instruments = self._brokers.instruments(account, plan.trading_mode)
        return instruments.find(plan.becomes.exchange, plan.becomes.symbol)
