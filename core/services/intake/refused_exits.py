"""Records that a strategy was refused what may have been a way out of a position, so that the client is told."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.accounts import Account, Caller, TradingMode
from core.audit import Kind
from core.clock import Clock
from core.errors import (
    BrokerError,
    BrokerUnavailable,
    CountersignError,
    Invalid,
    NotFound,
    OverLimit,
    TooMany,
    Unready,
    Unsupported,
)
from core.ids import AccountId
from core.money import plain
from core.orders.gtt import Gtt
from core.orders.intents import Closing, Intent
from core.orders.order import Product
from core.portfolio.exits import Exit, Held, exit_of, with_holdings
from core.ports import Brokers
from core.services.intake.denials import Denials

REFUSALS = (Invalid, NotFound, TooMany, OverLimit, Unready, BrokerUnavailable)
"""What a request may be refused with on arrival, whatever the modes allow."""
PATIENCE = 1.0
"""Seconds that the broker has to say what is held: the strategy waits for its answer meanwhile."""
FRESH = timedelta(seconds=2)
"""So long what the broker said serves every refusal: a strategy may ask again and again."""


@dataclass(frozen=True, slots=True)
class _Seen:
    at: datetime
    held: Held | None


class RefusedExits:
    """Looks at what is held, as far as its broker says so in time."""

    def __init__(self, denials: Denials, brokers: Brokers, clock: Clock) -> None:
        self._denials = denials
        self._brokers = brokers
        self._clock = clock
        self._seen: dict[tuple[AccountId, TradingMode], _Seen] = {}

    async def note(self, caller: Caller, strategy: str, intent: Intent, why: CountersignError) -> None:
        """Record it if it may have been an exit. A database that cannot be written is what the strategy is told."""
        held = await self.held_by(caller.account)
        if held is None and isinstance(why, OverLimit):
            # An order that goes over a limit is stored and told of as such.
            return
        found = exit_of(intent, held)
        terms = _terms(found) if found else {}
        if isinstance(intent, Gtt) and isinstance(why, Unsupported):
            terms["without_triggers"] = caller.account.broker
        await self._record(caller, intent, found, {"strategy": strategy, "why": str(why), **terms})

    async def note_unread(self, caller: Caller, strategy: str, intent: Intent, why: str) -> None:
        """Record a request of which only the side and the instrument could be read, if it may have been an exit."""
        found = exit_of(intent, await self.held_by(caller.account))
        await self._record(caller, intent, found, {"strategy": strategy, "why": why})

    async def held_by(self, account: Account) -> Held | None:
        """What the account holds in its trading mode; None when nobody knows in time."""
        if account.trading_mode not in [*TradingMode]:
            return None
        return await self._held(account, TradingMode(account.trading_mode))

    async def _record(self, caller: Caller, intent: Intent, found: Exit | None, facts: Mapping[str, object]) -> None:
        if found is None and not isinstance(intent, Closing):
            return
        side = _side(found) if found else {"how": "closes"}
        with suppress(Unready):
            await self._denials.record_as(Kind.EXIT_REFUSED, caller, {**facts, **side})

    async def _held(self, account: Account, mode: TradingMode) -> Held | None:
        seen = self._seen.get((account.id, mode))
        now = self._clock.now()
        if seen is None or not timedelta(0) <= now - seen.at < FRESH:
            seen = self._seen[account.id, mode] = _Seen(now, await self._ask(account, mode))
        return seen.held

    async def _ask(self, account: Account, mode: TradingMode) -> Held | None:
        try:
            book = self._brokers.book(account, mode)
            async with asyncio.timeout(PATIENCE):
                positions, holdings = await book.list_positions(), await book.list_holdings()
        except (BrokerError, Unready, TimeoutError):
            return None
        delivered: dict[tuple[str, str, Product], Decimal] = {
            (one.exchange, one.symbol, Product.CNC): one.quantity for one in holdings
        }
        return with_holdings({one.key: one.quantity for one in positions}, delivered)


def _side(found: Exit) -> dict[str, object]:
    terms = found.terms
    return {
        "how": found.how,
        "action": terms.action.value,
        "exchange": terms.exchange,
        "symbol": terms.symbol,
        "held_as": found.position[2].value if found.position else "",
    }


def _terms(found: Exit) -> dict[str, object]:
    terms = found.terms
    return {
        "quantity": plain(terms.quantity),
        "pricetype": terms.pricetype.value,
        "price": plain(terms.price),
        "trigger_price": plain(terms.trigger_price),
    }
